//! From birth to the last fraction of the course studied.

use oligomet_base::{DAYS_PER_MONTH, Day};

use super::calendar::{days, last_fraction, plus, working_day};
use super::therapy::{adjuvant, earlier_lines};
use super::{Assessment, Course, History, Latent, Lesion, Line, Response, Setting};
use crate::profile::{Profile, Schedule, Stratum, Therapy};
use crate::random::Stream;
use crate::variable::{Traits, Variable};

/// Nobody falls ill before that age.
const YOUNGEST: i32 = 20;

/// Assessments kept of those before radiotherapy.
const KEPT_BEFORE: usize = 4;

/// Everything until the end of the course; what comes after is empty.
pub(super) fn before(
    profile: &Profile,
    stratum: &Stratum,
    traits: &Traits,
    stream: &mut Stream,
) -> Option<History> {
    let schedule_at = usize::from(traits.level(Variable::Schedule));
    let schedule = profile.schedules.get(schedule_at)?;
    let start = start_of_radiotherapy(profile, traits, stream)?;
    // No birthday within 64 days after the first fraction: the age is the same at the last one.
    let birth = plus(start.add_months(-12 * traits.age)?, -stream.whole(0, 300));
    let event = plus(start, -stream.whole(10, 40));
    let adult = birth.add_months(12 * YOUNGEST)?;
    let organ = profile.levels.name(Variable::Organ, traits.level(Variable::Organ)).to_owned();
    let de_novo = profile.levels.name(Variable::Onset, traits.level(Variable::Onset)) == "de-novo";

    let mut lines = metastatic_lines(profile, stratum, traits, event, adult, stream);
    let mut metastasis = lines.first().map_or(event, |l| plus(l.start, -stream.whole(10, 45)));
    let locoregional = organ == "lymph-node" && !de_novo;
    if schedule.reirradiates.is_some() && !locoregional {
        metastasis = metastasis.min(plus(profile.period.0, -stream.whole(150, 500)));
        if let Some(first) = lines.first_mut() {
            first.start = first.start.min(plus(metastasis, stream.whole(10, 45)));
        }
    }
    let diagnosis = diagnosis(profile, schedule, (de_novo, locoregional), adult, metastasis, stream);
    let subtype = traits.level(Variable::Subtype);
    if !de_novo {
        let mut all = adjuvant(profile, subtype, diagnosis, metastasis, stream);
        all.append(&mut lines);
        lines = all;
    }
    let mut courses = Vec::new();
    if let Some(first) = schedule.reirradiates {
        let from = if locoregional { plus(diagnosis, 170) } else { plus(metastasis, 15) };
        courses.push(earlier_course(profile, first, &organ, from, locoregional)?);
    }
    let index_course = courses.len();
    courses.push(Course {
        start,
        end: course_end(schedule, start),
        intent: stratum.intent.clone(),
        indication: stratum.indication.clone(),
        schedule: schedule_at,
        organ: organ.clone(),
        previous: index_course.checked_sub(1),
    });
    let (lesions, n_lesions) = lesions(stratum, traits, (metastasis, event), &organ, index_course, stream);
    let mut history = History {
        birth,
        diagnosis,
        metastasis,
        event,
        de_novo,
        lines,
        lesions,
        n_lesions,
        courses,
        index_course,
        assessments: Vec::new(),
        local_failures: Vec::new(),
        last_contact: event,
        died: false,
        latent: Latent::default(),
    };
    history.assessments = assessments(profile, stratum, &history, stream);
    Some(history)
}

fn start_of_radiotherapy(profile: &Profile, traits: &Traits, stream: &mut Stream) -> Option<Day> {
    let (first, _, _) = profile.period.0.to_ymd()?;
    let year = first + traits.level(Variable::Year) as i16;
    let low = Day::from_ymd(year, 1, 1)?.max(profile.period.0);
    // Two days before the end, so that the next working day lies within the year, too.
    let high = plus(Day::from_ymd(year, 12, 31)?.min(profile.period.1), -2);
    Some(working_day(Day(stream.whole(low.0, high.0))))
}

/// The day of the last fraction of a schedule.
pub(super) fn course_end(schedule: &Schedule, start: Day) -> Day {
    let fractions = schedule.levels.iter().map(|l| l.fractions).max().unwrap_or(1);
    last_fraction(start, fractions, schedule.per_day, schedule.stereotactic && fractions <= 8)
}

fn months_between(from: Day, to: Day) -> f64 {
    f64::from(to.days_since(from)) / DAYS_PER_MONTH
}

/// Number of the line allocated; "4+" stands for the fourth to the sixth.
fn line_number(profile: &Profile, traits: &Traits, stream: &mut Stream) -> i32 {
    let name = profile.levels.name(Variable::Line, traits.level(Variable::Line));
    name.parse().unwrap_or_else(|_| 4 + stream.weighted([0.6, 0.3, 0.1].into_iter()) as i32)
}

fn metastatic_lines(
    profile: &Profile,
    stratum: &Stratum,
    traits: &Traits,
    event: Day,
    adult: Day,
    stream: &mut Stream,
) -> Vec<Line> {
    let number = line_number(profile, traits, stream);
    let subtype = traits.level(Variable::Subtype);
    let most = months_between(adult, event) * 0.35;
    if stratum.therapy == Therapy::None {
        let until = plus(event, -stream.whole(40, 200));
        return earlier_lines(profile, subtype, number, until, most, stream);
    }
    let regimen = usize::from(traits.level(Variable::Regimen));
    let length = if number == 1 { &profile.times.first_line } else { &profile.times.later_line };
    let mut start = plus(event, -days(length.draw(most, stream)));
    if let Some(since) = profile.regimens.get(regimen).and_then(|r| r.since) {
        start = start.max(since).min(plus(event, -80));
    }
    let until = plus(start, -stream.whole(14, 35));
    let mut lines = earlier_lines(profile, subtype, number - 1, until, most, stream);
    lines.push(Line::ongoing(number, regimen, start));
    lines
}

fn diagnosis(
    profile: &Profile,
    schedule: &Schedule,
    (de_novo, locoregional): (bool, bool),
    adult: Day,
    metastasis: Day,
    stream: &mut Stream,
) -> Day {
    if de_novo {
        return plus(metastasis, -stream.whole(0, 45));
    }
    let most = months_between(adult, metastasis);
    let day = plus(metastasis, -days(profile.times.disease_free.draw(most, stream)));
    // The locoregional course that is re-irradiated lies before the period studied.
    if locoregional && schedule.reirradiates.is_some() {
        day.min(plus(profile.period.0, -stream.whole(300, 700)))
    } else {
        day
    }
}

fn earlier_course(
    profile: &Profile,
    schedule: usize,
    organ: &str,
    from: Day,
    locoregional: bool,
) -> Option<Course> {
    let start = working_day(from);
    Some(Course {
        start,
        end: course_end(profile.schedules.get(schedule)?, start),
        intent: if locoregional { "radical" } else { "palliative" }.to_owned(),
        indication: if locoregional { "locoregional" } else { "symptom" }.to_owned(),
        schedule,
        organ: organ.to_owned(),
        previous: None,
    })
}

/// The lesions that have rows, and how many are present at the first metastases and when radiotherapy is decided.
fn lesions(
    stratum: &Stratum,
    traits: &Traits,
    (metastasis, event): (Day, Day),
    organ: &str,
    course: usize,
    stream: &mut Stream,
) -> (Vec<Lesion>, (i32, i32)) {
    let few = i32::from(traits.level(Variable::Lesions)) + 1;
    let treated = if stratum.all_treated { few } else { (few - 1).max(1) };
    let present = stream.whole(stratum.lesions_present.0.max(few), stratum.lesions_present.1.max(few));
    let earlier = event.days_since(metastasis) > 60;
    let mut lesions: Vec<Lesion> = Vec::new();
    for i in 0..few {
        let is_new = earlier && stratum.progressing && stream.chance(0.5);
        let (low, high) = if organ == "brain" { (6, 24) } else { (10, 34) };
        lesions.push(Lesion {
            organ: organ.to_owned(),
            first_seen: if is_new || !earlier { event } else { metastasis },
            is_new,
            progressing: stratum.progressing,
            course: (i < treated).then_some(course),
            diameter_mm: f64::from(stream.whole(low, high)),
        });
    }
    for _ in 0..(present - few).min(2) {
        let others = ["bone", "liver", "lung", "lymph-node", "pleura"];
        let at = stream.weighted([5.0, 2.0, 2.0, 3.0, 0.5].into_iter());
        lesions.push(Lesion {
            organ: others[at].to_owned(),
            first_seen: if earlier { metastasis } else { event },
            is_new: false,
            progressing: false,
            course: None,
            diameter_mm: f64::from(stream.whole(10, 40)),
        });
    }
    let new = lesions.iter().filter(|l| l.is_new).count() as i32;
    let first = if earlier { (present - new + stream.whole(0, 4)).max(1) } else { present };
    (lesions, (first, present))
}

/// Assessments from the beginning of the line (or the first metastases) to the event.
fn assessments(
    profile: &Profile,
    stratum: &Stratum,
    history: &History,
    stream: &mut Stream,
) -> Vec<Assessment> {
    let (every, stray) = profile.times.imaging_days;
    let ongoing = history.lines.iter().rev().find(|l| l.setting == Setting::Metastatic && l.end.is_none());
    let mut days_of_imaging = Vec::new();
    let mut day = plus(ongoing.map_or(history.metastasis, |l| l.start), -stream.whole(2, 9));
    while day < plus(history.event, -45) {
        days_of_imaging.push(day);
        day = plus(day, every + stream.whole(-stray, stray));
    }
    let skip = days_of_imaging.len().saturating_sub(KEPT_BEFORE);
    let mut found: Vec<Assessment> = days_of_imaging
        .into_iter()
        .skip(skip)
        .map(|day| Assessment {
            day: day.max(history.metastasis),
            response: if stream.chance(0.3) { Response::Partial } else { Response::Stable },
            progressing: Vec::new(),
            others_progressing: 0,
            new_lesions: false,
        })
        .collect();
    let progressing: Vec<usize> =
        (0..history.lesions.len()).filter(|&i| history.lesions[i].progressing).collect();
    found.push(Assessment {
        day: history.event,
        response: if stratum.progressing { Response::Progressive } else { Response::Stable },
        new_lesions: stratum.progressing && history.lesions.iter().any(|l| l.is_new),
        progressing,
        others_progressing: 0,
    });
    found
}

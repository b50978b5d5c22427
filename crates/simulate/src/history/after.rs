//! From the last fraction to death, loss or the cut-off.

use oligomet_base::Day;

use super::calendar::{days, plus, working_day};
use super::therapy::regimen_for;
use super::{Assessment, Course, History, Lesion, Line, LocalFailure, Response, Setting, before};
use crate::profile::{Imaging, Profile, Stratum, Therapy};
use crate::random::Stream;
use crate::variable::{Traits, Variable};

/// No regular imaging so many days around one that shows progression.
const AROUND: i32 = 30;

/// After two years imaging is done half as often.
const CLOSE_FOLLOW_UP: i32 = 730;

/// A failure seen so shortly before the progression that changes therapy is seen with it.
const WITH_PROGRESSION: i32 = 120;

/// Lines that begin after radiotherapy, at most.
const MOST_LINES_AFTER: i32 = 6;

/// The days that order everything else.
struct Days {
    end: Day,
    first_imaging: Option<Day>,
    /// Progression that changes therapy, if it is seen.
    progression: Option<Day>,
    last: Day,
}

/// Fills what comes after radiotherapy.
pub(super) fn after(
    profile: &Profile,
    stratum: &Stratum,
    traits: &Traits,
    history: &mut History,
    stream: &mut Stream,
) {
    let order = order(profile, stratum, history, stream);
    history.last_contact = order.last;
    let mut progressions: Vec<Day> = order.progression.into_iter().collect();
    let stop = therapy_until_progression(profile, stratum, traits, history, &order, stream);
    let further = further_course(profile, stratum, history, &order, stop, stream);
    progressions.extend(lines_after(profile, traits, history, &order, stream));
    end_at_death(history);
    let new_assessments = assessments(profile, history, &order, further, &progressions, stream);
    history.assessments.extend(new_assessments);
    local_failures(history, &order);
    history.assessments.sort_by_key(|a| a.day);
}

fn order(profile: &Profile, stratum: &Stratum, history: &mut History, stream: &mut Stream) -> Days {
    let end = history.end_of_radiotherapy();
    let planned = match stratum.imaging {
        Imaging::InTime => plus(end, stream.whole(28, 84)),
        Imaging::Late => plus(end, stream.whole(100, 170)),
        Imaging::None => {
            let last = plus(end, stream.whole(5, 80));
            history.died = stream.chance(0.6);
            return Days { end, first_imaging: None, progression: None, last: last.min(profile.cutoff) };
        }
    };
    let latent = &history.latent;
    // Progression is documented by imaging: it cannot come before the first, which is done earlier where there is cause.
    let soonest = if stratum.therapy == Therapy::Kept { plus(end, 21) } else { plus(end, 28) };
    let documented = plus(end, days(latent.progression));
    let early = stratum.imaging == Imaging::InTime && documented < planned;
    let first = if early { documented.max(soonest) } else { planned };
    let progression = documented.max(first);
    let death_before = plus(first, days(latent.death_before).max(1));
    let death = if death_before < progression {
        death_before
    } else {
        plus(progression, days(latent.death_after).max(1))
    };
    let observed = plus(first, days(latent.loss)).min(profile.cutoff).max(first);
    history.died = death <= observed;
    let last = death.min(observed);
    Days { end, first_imaging: Some(first), progression: (progression <= last).then_some(progression), last }
}

/// The line ongoing until the progression: changed early, stopped, or neither. Returns the day of a stop.
fn therapy_until_progression(
    profile: &Profile,
    stratum: &Stratum,
    traits: &Traits,
    history: &mut History,
    order: &Days,
    stream: &mut Stream,
) -> Option<Day> {
    match stratum.therapy {
        Therapy::None if stream.chance(0.6) => {
            begin_line(profile, traits, history, plus(order.end, stream.whole(10, 26)), order.last, stream);
            None
        }
        Therapy::None => None,
        Therapy::Changed => {
            let stopped = plus(order.end, stream.whole(0, 6));
            end_ongoing(history, stopped.min(order.last), "progression");
            begin_line(profile, traits, history, plus(order.end, stream.whole(8, 22)), order.last, stream);
            None
        }
        Therapy::Kept => stop_before_progression(profile, traits, history, order, stream),
    }
}

fn stop_before_progression(
    profile: &Profile,
    traits: &Traits,
    history: &mut History,
    order: &Days,
    stream: &mut Stream,
) -> Option<Day> {
    let first = order.first_imaging?;
    let toxicity = plus(first, days(history.latent.stop_toxicity).max(1));
    let other = plus(first, days(history.latent.stop_other).max(1));
    let stop = toxicity.min(other);
    // Two months before what ends the line anyway, so that the reason is the one recorded.
    let until = order.progression.unwrap_or(order.last).min(order.last);
    let gap = stream.whole(14, 28);
    if stop > plus(until, -60) {
        return None;
    }
    end_ongoing(history, stop, if toxicity <= other { "toxicity" } else { "other" });
    begin_line(profile, traits, history, plus(stop, gap), order.last, stream);
    Some(stop)
}

/// Ends the ongoing line of the metastatic setting.
fn end_ongoing(history: &mut History, day: Day, reason: &'static str) {
    let ongoing =
        history.lines.iter_mut().rev().find(|l| l.setting == Setting::Metastatic && l.end.is_none());
    if let Some(line) = ongoing.filter(|l| l.start <= day) {
        line.end = Some(day);
        line.reason = Some(reason);
    }
}

fn begin_line(
    profile: &Profile,
    traits: &Traits,
    history: &mut History,
    start: Day,
    last: Day,
    stream: &mut Stream,
) {
    let before = history.lines.iter().rev().find(|l| l.setting == Setting::Metastatic);
    let number = before.and_then(|l| l.number).unwrap_or(0) + 1;
    let before = before.map(|l| l.regimen);
    let regimen = regimen_for(profile, traits.level(Variable::Subtype), number, before, start, stream);
    if start < last {
        history.lines.push(Line::ongoing(number, regimen, start));
    }
}

/// A new lesion irradiated while therapy goes on: its day, if it is well apart from everything that changes therapy.
fn further_course(
    profile: &Profile,
    stratum: &Stratum,
    history: &mut History,
    order: &Days,
    stop: Option<Day>,
    stream: &mut Stream,
) -> Option<Day> {
    let first = order.first_imaging.filter(|_| stratum.therapy == Therapy::Kept)?;
    let day = plus(first, days(history.latent.further_course));
    let until = stop.into_iter().chain(order.progression).chain([order.last]).min()?;
    let index = history.courses.get(history.index_course)?.clone();
    let gap = stream.whole(14, 30);
    let apart = day >= plus(first, 60) && day <= plus(until, -150);
    if !apart || index.previous.is_some() {
        return None;
    }
    let start = working_day(plus(day, gap));
    history.lesions.push(Lesion {
        organ: index.organ.clone(),
        first_seen: day,
        is_new: true,
        progressing: true,
        course: Some(history.courses.len()),
        diameter_mm: f64::from(stream.whole(8, 20)),
    });
    let end = before::course_end(profile.schedules.get(index.schedule)?, start);
    history.courses.push(Course { start, end, ..index });
    Some(day)
}

/// The lines after the progression; returns the days on which further progression ends them.
fn lines_after(
    profile: &Profile,
    traits: &Traits,
    history: &mut History,
    order: &Days,
    stream: &mut Stream,
) -> Vec<Day> {
    let mut ends = Vec::new();
    let Some(mut day) = order.progression else { return ends };
    for _ in 0..MOST_LINES_AFTER {
        end_ongoing(history, day, "progression");
        let start = plus(day, stream.whole(10, 35));
        let length = days(profile.times.later_line.draw(f64::INFINITY, stream));
        if start >= order.last {
            break;
        }
        begin_line(profile, traits, history, start, order.last, stream);
        day = plus(start, length);
        if day >= order.last {
            break;
        }
        ends.push(day);
    }
    // The last of them still goes on: it has no end yet.
    let ongoing_since = history.lines.last().filter(|l| l.end.is_none()).map(|l| l.start);
    ends.retain(|end| ongoing_since.is_none_or(|start| *end <= start));
    ends
}

fn end_at_death(history: &mut History) {
    if history.died {
        end_ongoing(history, history.last_contact, "death");
    }
}

fn assessments(
    profile: &Profile,
    history: &History,
    order: &Days,
    further: Option<Day>,
    progressions: &[Day],
    stream: &mut Stream,
) -> Vec<Assessment> {
    let Some(first) = order.first_imaging else { return Vec::new() };
    let (every, stray) = profile.times.imaging_days;
    let special = |day: Day| further == Some(day) || progressions.contains(&day);
    let near_special =
        |day: Day| further.iter().chain(progressions).any(|s| day.days_since(*s).abs() <= AROUND);
    let mut all: Vec<Day> = vec![first];
    let mut day = first;
    loop {
        let times = if day.days_since(order.end) > CLOSE_FOLLOW_UP { 2 } else { 1 };
        day = plus(day, every * times + stream.whole(-stray, stray));
        if day > order.last {
            break;
        }
        if !near_special(day) {
            all.push(day);
        }
    }
    // Who is lost is lost after a visit; the visit comes with imaging.
    let visit = plus(order.last, -stream.whole(0, 10));
    let lost = !history.died && order.last < profile.cutoff;
    if lost && !near_special(visit) && all.iter().all(|d| visit.days_since(*d) > AROUND) {
        all.push(visit);
    }
    all.extend(further.into_iter().chain(progressions.iter().copied()).filter(|d| *d != first));
    all.sort_unstable();
    all.dedup();
    let of_further = history.lesions.len() - 1;
    all.into_iter()
        .map(|day| {
            let progressive = special(day);
            let local = further == Some(day);
            let response = match (progressive, stream.chance(0.35)) {
                (true, _) => Response::Progressive,
                (false, true) => Response::Partial,
                (false, false) => Response::Stable,
            };
            let n = stream.whole(1, 4);
            Assessment {
                day,
                response,
                progressing: if local { vec![of_further] } else { Vec::new() },
                others_progressing: if progressive && !local { n } else { 0 },
                new_lesions: local || progressive && stream.chance(0.7),
            }
        })
        .collect()
}

/// Failures of treated lesions become known at the next imaging.
fn local_failures(history: &mut History, order: &Days) {
    let Some(first) = order.first_imaging else { return };
    let treated: Vec<usize> = (0..history.lesions.len())
        .filter(|&i| history.lesions[i].course == Some(history.index_course))
        .collect();
    for (lesion, months) in treated.into_iter().zip(history.latent.local_failure.clone()) {
        let failed = plus(order.end, days(months)).max(first);
        let seen = history.assessments.iter().map(|a| a.day).filter(|d| *d >= failed).min();
        let Some(mut seen) = seen else { continue };
        if let Some(progression) = order.progression
            && seen < progression
            && progression.days_since(seen) < WITH_PROGRESSION
        {
            seen = progression;
        }
        for assessment in history.assessments.iter_mut().filter(|a| a.day == seen) {
            assessment.response = Response::Progressive;
            assessment.progressing.push(lesion);
        }
        history.local_failures.push(LocalFailure { lesion, day: seen });
    }
}

//! Reads a profile, key by key; every mistake is told at once.

use oligomet_base::day::DateOrder;
use oligomet_base::file::{Section, Text, TomlFile};
use oligomet_base::{Day, PartialDate, Problem, Problems};
use oligomet_schema::schema;

use super::{CourseOfDisease, LogNormal, Profile, margins, printed, therapy, truth};
use crate::variable::{Levels, Variable};

/// Youngest age at radiotherapy: breast cancer, metastases and lines of therapy go before it.
const YOUNGEST: i32 = 25;

/// Version of the layout of profiles.
const FORMAT: f64 = 1.0;

impl Profile {
    /// Reads a profile. Without problems that stop it, `Some`.
    #[must_use]
    pub fn read(name: &str, text: &str) -> (Option<Self>, Problems) {
        let file = TomlFile::new(name, text);
        let root = match file.parse() {
            Ok(root) => root,
            Err(problem) => return (None, (*problem).into()),
        };
        let profile = Section::new(&file, "the profile", &root).and_then(read);
        let problems = file.take_problems();
        (profile.filter(|_| !problems.has_errors()), problems)
    }
}

fn read(top: Section<'_>) -> Option<Profile> {
    if top.number("format").is_some_and(|f| f > FORMAT) {
        wrong(&top, "format", "the profile is of a newer format than this program reads");
    }
    let head = top.section("profile");
    if head.is_none() {
        top.missing("profile", "it names the department, the cut-off and the seed");
    }
    let mut profile = head.and_then(read_head)?;
    profile.regimens = therapy::regimens(&top, &mut profile.levels);
    profile.schedules = therapy::schedules(&top, &mut profile.levels);
    let strata = top.named_sections("stratum");
    profile.levels.set(Variable::Stratum, strata.iter().map(|(key, _)| key.name.clone()).collect());
    let shared = margins::margins(&top, &profile.levels);
    let constraints = margins::constraints(&top, &profile.levels);
    for (key, section) in strata {
        let stratum = margins::stratum(&key.name, section, &profile.levels, &shared, &constraints);
        profile.strata.extend(stratum);
    }
    profile.times = course_of_disease(&top)?;
    profile.truth = truth::truth(&top, &profile.levels)?;
    profile.printed = printed::printed(&top, &profile.levels);
    top.finish();
    Some(profile)
}

fn read_head(s: Section<'_>) -> Option<Profile> {
    let why = "every output carries it";
    let text = |key: &'static str| s.required_text(key, why).map(|t| t.text);
    let (id, title, site, source) = (text("id")?, text("title")?, text("site")?, text("source")?);
    let period = s.section("period").and_then(|p| {
        let both = (day(&p, "from"), day(&p, "to"));
        p.finish();
        both.0.zip(both.1)
    });
    let (cutoff, period) = (day(&s, "cutoff"), period);
    if period.is_none() {
        s.missing("period", "radiotherapy begins within it");
    }
    let mut levels = fixed_levels();
    let age_groups = age_groups(&s, &mut levels);
    if let Some((from, to)) = period {
        levels.set(Variable::Year, years(from, to));
    }
    let profile = Profile {
        id,
        title,
        site,
        source,
        readings: s.texts("readings").unwrap_or_default().into_iter().map(|t| t.text).collect(),
        seed: s.number("seed").filter(|n| *n >= 0.0).unwrap_or(1.0) as u64,
        cutoff: cutoff?,
        period: period?,
        missing: share(&s, "missing").unwrap_or(0.0),
        regimens: Vec::new(),
        schedules: Vec::new(),
        times: CourseOfDisease {
            disease_free: LogNormal { median: 1.0, log_sd: 0.0, range: (1.0, 1.0) },
            first_line: LogNormal { median: 1.0, log_sd: 0.0, range: (1.0, 1.0) },
            later_line: LogNormal { median: 1.0, log_sd: 0.0, range: (1.0, 1.0) },
            imaging_days: (91, 0),
        },
        truth: super::Truth::default(),
        strata: Vec::new(),
        printed: Vec::new(),
        levels,
        age_groups,
    };
    s.finish();
    Some(profile)
}

/// Levels that do not depend on the profile.
fn fixed_levels() -> Levels {
    let mut levels = Levels::default();
    let mut set = |variable, names: &[&str]| {
        levels.set(variable, names.iter().map(|n| (*n).to_owned()).collect());
    };
    set(Variable::Onset, &["de-novo", "relapse"]);
    set(Variable::Subtype, &["luminal-a", "luminal-b", "her2", "triple-negative"]);
    set(Variable::Er, &["positive", "negative"]);
    set(Variable::Line, &["0", "1", "2", "3", "4+"]);
    set(Variable::Lesions, &["1", "2", "3", "4", "5", "6"]);
    let organs = schema().table("lesion").and_then(|t| t.field("organ")).map(|f| &f.levels[..]);
    levels.set(Variable::Organ, organs.unwrap_or_default().iter().map(|l| l.code.clone()).collect());
    levels
}

fn years(from: Day, to: Day) -> Vec<String> {
    let year = |day: Day| day.to_ymd().map_or(0, |(y, _, _)| y);
    (year(from)..=year(to)).map(|y| y.to_string()).collect()
}

fn age_groups(s: &Section<'_>, levels: &mut Levels) -> Vec<(i32, i32)> {
    let texts = s.texts("age_groups").unwrap_or_default();
    let bounds = |text: &Text| {
        let parts = text.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        let parts = parts.filter(|(a, b): &(i32, i32)| *a >= YOUNGEST && a <= b && *b <= 110);
        if parts.is_none() {
            let what = format!("`{}` is no group of ages", text.text);
            s.file().report_at(
                text.span.clone(),
                Problem::error("OM293", what)
                    .why("ages are completed years, 25 or more: metastases and lines of therapy go before radiotherapy")
                    .mend("write it as \"40-50\""),
            );
        }
        parts
    };
    let groups: Vec<(i32, i32)> = texts.iter().filter_map(bounds).collect();
    levels.set(Variable::Age, texts.into_iter().map(|t| t.text).collect());
    groups
}

fn course_of_disease(top: &Section<'_>) -> Option<CourseOfDisease> {
    let Some(s) = top.section("times") else {
        top.missing("times", "what goes before radiotherapy takes its time");
        return None;
    };
    let imaging = s.section("imaging").and_then(|i| {
        let both = (i.number("every_days"), i.number("stray_days"));
        i.finish();
        both.0.zip(both.1)
    });
    let imaging = imaging.filter(|(every, stray)| *every >= 28.0 && *stray >= 0.0 && *stray < every / 2.0);
    if imaging.is_none() {
        wrong(
            &s,
            "imaging",
            "imaging needs `every_days` (28 or more) and `stray_days` (less than half of it)",
        );
    }
    let of = |key: &'static str| log_normal(&s, key);
    let (free, first, later) = (of("disease_free"), of("first_line"), of("later_line"));
    s.finish();
    let (every, stray) = imaging?;
    Some(CourseOfDisease {
        disease_free: free?,
        first_line: first?,
        later_line: later?,
        imaging_days: (every as i32, stray as i32),
    })
}

fn log_normal(s: &Section<'_>, key: &'static str) -> Option<LogNormal> {
    let Some(block) = s.section(key) else {
        s.missing(key, "its times are drawn from it");
        return None;
    };
    let (median, log_sd) = (block.number("median"), block.number("log_sd"));
    let range = block.numbers("range");
    block.finish();
    let read = match (median, log_sd, range.as_deref()) {
        (Some(median), Some(log_sd), Some(&[low, high])) => {
            Some(LogNormal { median, log_sd, range: (low, high) })
        }
        _ => None,
    };
    let sound = |d: &LogNormal| d.median > 0.0 && d.log_sd >= 0.0 && 0.0 < d.range.0 && d.range.0 < d.range.1;
    let read = read.filter(sound);
    if read.is_none() {
        wrong(s, key, "needs `median`, `log_sd` and `range = [low, high]` in months, all positive");
    }
    read
}

/// A day.
pub(super) fn day(s: &Section<'_>, key: &'static str) -> Option<Day> {
    let Some(text) = s.date(key) else {
        if !s.has(key) {
            s.missing(key, "dates are never guessed");
        }
        return None;
    };
    match PartialDate::parse(&text, DateOrder::YearMonthDay) {
        Some(PartialDate::Day(day)) => Some(day),
        _ => {
            wrong(s, key, "must be a day such as 2021-12-31");
            None
        }
    }
}

/// A number between 0 and 1.
pub(super) fn share(s: &Section<'_>, key: &'static str) -> Option<f64> {
    let value = s.number(key)?;
    if !(0.0..=1.0).contains(&value) {
        wrong(s, key, "must lie between 0 and 1");
    }
    Some(value)
}

/// A value that cannot be (OM293).
pub(super) fn wrong(s: &Section<'_>, key: &'static str, what: &str) {
    let span = s.node(key).map_or_else(|| s.span(), |n| n.span.clone());
    let problem = Problem::error("OM293", format!("`{key}` in {}: {what}", s.title()));
    s.file()
        .report_at(span, problem.why("a department cannot be drawn from it").mend("see docs/simulate.md"));
}

/// A level of a variable; an unknown one is told with what is near.
pub(super) fn level(
    s: &Section<'_>,
    levels: &Levels,
    key: &str,
    variable: Variable,
    text: &Text,
) -> Option<u16> {
    let found = levels.find(variable, text);
    if found.is_none() {
        let known: Vec<&str> = levels.of(variable).iter().map(String::as_str).collect();
        s.unknown_word(key, text, &known);
    }
    found
}

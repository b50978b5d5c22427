//! Systemic lines: which regimen, and lines one after the other.

use oligomet_base::Day;

use super::calendar::{days, plus};
use super::{Line, Setting};
use crate::profile::{LogNormal, Profile};
use crate::random::Stream;

/// A regimen of the metastatic setting for that subtype and line, another than the one before where there is a choice.
pub(super) fn regimen_for(
    profile: &Profile,
    subtype: u16,
    line: i32,
    before: Option<usize>,
    on: Day,
    stream: &mut Stream,
) -> usize {
    let fits = |at: usize, strict: bool| {
        let r = &profile.regimens[at];
        let line_fits = r.lines.contains(&line) || !strict && !r.lines.is_empty();
        let weight = if r.subtypes.contains(&subtype) && line_fits { r.weight } else { 0.0 };
        let given = r.since.is_none_or(|since| since <= on) || !strict;
        if given && before != Some(at) { weight } else { 0.0 }
    };
    for strict in [true, false] {
        let weights = (0..profile.regimens.len()).map(|at| fits(at, strict));
        if weights.clone().sum::<f64>() > 0.0 {
            return stream.weighted(weights);
        }
    }
    before.unwrap_or(0)
}

/// Lines of the metastatic setting that were given before a day, the last ended there for progression; earliest first.
pub(super) fn earlier_lines(
    profile: &Profile,
    subtype: u16,
    n: i32,
    until: Day,
    most_months: f64,
    stream: &mut Stream,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut end = until;
    for number in (1..=n).rev() {
        let length: &LogNormal =
            if number == 1 { &profile.times.first_line } else { &profile.times.later_line };
        let start = plus(end, -days(length.draw(most_months / f64::from(n), stream)));
        lines.push(Line {
            setting: Setting::Metastatic,
            number: Some(number),
            regimen: 0,
            start,
            end: Some(end),
            reason: Some("progression"),
        });
        end = plus(start, -stream.whole(14, 35));
    }
    lines.reverse();
    let mut before = None;
    for line in &mut lines {
        let number = line.number.unwrap_or(1);
        line.regimen = regimen_for(profile, subtype, number, before, line.start, stream);
        before = Some(line.regimen);
    }
    lines
}

/// Adjuvant therapy between diagnosis and relapse.
pub(super) fn adjuvant(
    profile: &Profile,
    subtype: u16,
    diagnosis: Day,
    relapse: Day,
    stream: &mut Stream,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = plus(diagnosis, stream.whole(35, 70));
    for (at, regimen) in profile.regimens.iter().enumerate() {
        let Some(months) = regimen.adjuvant_months else { continue };
        if !regimen.subtypes.contains(&subtype) || !stream.chance(regimen.weight) || plus(start, 60) > relapse
        {
            continue;
        }
        let planned = plus(start, days(months));
        let (end, reason) = if planned < relapse { (planned, "completed") } else { (relapse, "progression") };
        lines.push(Line {
            setting: Setting::Adjuvant,
            number: None,
            regimen: at,
            start,
            end: Some(end),
            reason: Some(reason),
        });
        start = plus(end, stream.whole(14, 35));
    }
    lines
}

//! Competing risks in words: cumulative incidence, and cause-specific hazards beside Fine and Gray's model.

use oligomet_base::words::lower_first;
use oligomet_results::{AnalysisOutline, StatKey};

use crate::print::time_level;
use crate::tabulate::{cause_key, causes, gray_key};
use crate::text::{Format, Text, say};
use crate::view::{View, key, time_words};

/// More groups or terms than this are left to the table.
const MOST: usize = 6;

/// The incidence of every cause at the times asked for, Gray's tests.
pub(crate) fn incidence(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let mut out: Vec<Text> = Vec::new();
    if view.groups(analysis).len() <= MOST {
        out.extend(analysis.at.iter().map(|(days, written)| at_time(view, analysis, *days, written)));
    }
    out.push(tests(view, analysis));
    out
}

/// `At 12 months, the cumulative incidence of progression was 45.1% (…) and that of death 5.0% (…).`
fn at_time(view: &View<'_>, analysis: &AnalysisOutline, days: f64, written: &str) -> Text {
    let mut parts = Vec::new();
    for cause in causes(view, analysis) {
        let mut levels = Vec::new();
        for level in view.groups(analysis) {
            let at = cause_key(analysis, "cif", &level, cause).variable("time", &time_level(days));
            if view.value(&at, "estimate").is_none() {
                continue;
            }
            let number = view.estimate(Format::SurvivalStatement, &at);
            levels.push(match level.as_str() {
                "" => say![number],
                level => say![number, format!(" for {} {level}", lower_first(&view.label(&analysis.by)))],
            });
        }
        if !levels.is_empty() {
            let mut part = say![format!("that of {} ", lower_first(cause))];
            part.append(Text::list(levels));
            parts.push(part);
        }
    }
    if parts.is_empty() {
        return Text::default();
    }
    let mut text = say![format!("Cumulative incidence at {}: ", time_words(written))];
    text.append(Text::list(parts));
    text.push(".");
    text
}

fn tests(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let mut parts = Vec::new();
    for cause in causes(view, analysis) {
        let test = gray_key(analysis, cause);
        if view.value(&test, "p.value").is_some() {
            let p = view.number(Format::PStatement, &test, &["p.value"]);
            parts.push(say![format!("{} (", lower_first(cause)), p, ")"]);
        }
    }
    if parts.is_empty() {
        return Text::default();
    }
    let mut text = say!["Gray's test between the groups: "];
    text.append(Text::list(parts));
    text.push(".");
    text
}

/// The line of a summary: incidence at the last time asked for, and the tests.
pub(crate) fn headline(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let mut text = match analysis.at.last() {
        Some((days, written)) if view.groups(analysis).len() <= MOST => {
            at_time(view, analysis, *days, written)
        }
        _ => Text::default(),
    };
    let tests = tests(view, analysis);
    if !text.is_empty() && !tests.is_empty() {
        text.push(" ");
    }
    text.append(tests);
    text
}

/// Hazard ratios of the event, cause-specific and of the subdistribution beside each other.
pub(crate) fn models(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let Some(event) = causes(view, analysis).first() else { return Vec::new() };
    let mut parts = Vec::new();
    for term in &analysis.terms {
        let reference = view.variable(&term.variable).map_or("", |v| v.reference.as_str());
        let levels: Vec<String> = match view.is_factor(&term.variable) {
            true => view.levels(&term.variable).iter().filter(|l| *l != reference).cloned().collect(),
            false => vec![String::new()],
        };
        for level in levels {
            let of = |base: StatKey| base.variable(&term.variable, &level);
            let specific = of(key(analysis, "cause-specific", "", "").group("cause", event));
            let sub = of(key(analysis, "finegray", "", ""));
            if view.value(&specific, "hazard.ratio").is_none() || view.value(&sub, "hazard.ratio").is_none() {
                continue;
            }
            let name = match level.as_str() {
                "" => view.term_words(term),
                level => format!("{} {level} against {reference}", lower_first(&view.label(&term.variable))),
            };
            parts.push(say![
                format!("{name} cause-specific HR "),
                view.ratio(Format::RatioInline, &specific),
                ", subdistribution HR ",
                view.ratio(Format::RatioInline, &sub),
            ]);
        }
    }
    if parts.is_empty() || parts.len() > MOST {
        return Vec::new();
    }
    let mut text = say![format!("For {}: ", lower_first(event))];
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            text.push("; ");
        }
        text.append(part);
    }
    text.push(".");
    vec![text]
}

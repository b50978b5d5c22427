//! Survival by group in words.

use oligomet_base::words::lower_first;
use oligomet_results::{AnalysisOutline, StatKey};

use crate::print::time_level;
use crate::text::{Format, Number, Text, say};
use crate::view::{View, key, time_words};

/// More groups than this are left to the table.
const MOST_GROUPS: usize = 6;
/// More factors than this are left to the table.
const MOST_FACTORS: usize = 12;

/// Survival of all patients at the times asked for, and the log-rank test of every factor.
pub(crate) fn rates(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let endpoint = view.endpoint_label(&analysis.endpoint);
    let all = key(analysis, "rate", "", "");
    let mut text = Text::default();
    let at = |days: f64| all.clone().variable("time", &time_level(days));
    let times: Vec<Text> = analysis
        .at
        .iter()
        .filter(|(days, _)| view.value(&at(*days), "estimate").is_some())
        .map(|(days, written)| {
            say![view.estimate(Format::SurvivalStatement, &at(*days)), format!(" at {}", time_words(written))]
        })
        .collect();
    if !times.is_empty() {
        text.push(format!("{endpoint} of all patients was "));
        text.append(Text::list(times));
        text.push(".");
    }
    vec![text, factor_tests(view, analysis)]
}

fn factor_tests(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let mut tested = Vec::new();
    for factor in &analysis.variables {
        let test = key(analysis, "rate", factor, "").variable("logrank", "");
        if view.value(&test, "p.value").is_some() {
            let p = view.number(Format::PStatement, &test, &["p.value"]);
            tested.push(say![format!("{} (", lower_first(&view.label(factor))), p, ")"]);
        }
    }
    if tested.is_empty() || tested.len() > MOST_FACTORS {
        return Text::default();
    }
    let mut text = say!["Log-rank tests between the levels of each factor: "];
    text.append(Text::list(tested));
    text.push(".");
    text
}

/// Survival at the times asked for, medians, test, restricted means.
pub(crate) fn curves(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let levels = view.groups(analysis);
    if levels.len() > MOST_GROUPS {
        return vec![test(view, analysis)];
    }
    let mut first = Text::default();
    for (days, written) in &analysis.at {
        append_sentence(&mut first, at_time(view, analysis, &levels, *days, written));
    }
    append_sentence(&mut first, medians(view, analysis, &levels));
    append_sentence(&mut first, test(view, analysis));
    vec![first, restricted_means(view, analysis, &levels)]
}

fn append_sentence(text: &mut Text, sentence: Text) {
    if !text.is_empty() && !sentence.is_empty() {
        text.push(" ");
    }
    text.append(sentence);
}

/// The numbers of the levels, each named: `63.9% (…) for grade 2 and …`.
fn by_level(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    levels: &[String],
    number: impl Fn(&StatKey) -> Option<Number>,
    context: &str,
) -> Option<Text> {
    let mut parts = Vec::new();
    for level in levels {
        let Some(number) = number(&key(analysis, context, &analysis.by, level)) else { continue };
        parts.push(match level.as_str() {
            "" => say![number],
            level => say![number, format!(" for {} {level}", lower_first(&view.label(&analysis.by)))],
        });
    }
    (!parts.is_empty()).then(|| Text::list(parts))
}

fn at_time(view: &View<'_>, analysis: &AnalysisOutline, levels: &[String], days: f64, written: &str) -> Text {
    let number = |group: &StatKey| {
        let key = group.clone().variable("time", &time_level(days));
        view.value(&key, "estimate").map(|_| view.estimate(Format::SurvivalStatement, &key))
    };
    let Some(list) = by_level(view, analysis, levels, number, "survival") else { return Text::default() };
    let endpoint = lower_first(&view.endpoint_label(&analysis.endpoint));
    let mut text = say![format!("At {}, {endpoint} was ", time_words(written))];
    text.append(list);
    text.push(".");
    text
}

fn medians(view: &View<'_>, analysis: &AnalysisOutline, levels: &[String]) -> Text {
    let median = |group: &StatKey| group.clone().variable("prob", "0.5");
    let keys: Vec<StatKey> =
        levels.iter().map(|l| median(&key(analysis, "survival", &analysis.by, l))).collect();
    let exists = |key: &&StatKey| view.row(key, "estimate").is_some_and(|r| !r.suppressed);
    let reached = |key: &&StatKey| view.value(key, "estimate").is_some();
    if keys.iter().filter(exists).count() == 0 {
        return Text::default();
    }
    if keys.iter().filter(reached).count() == 0 {
        let groups = if levels.len() > 1 { " in any group" } else { "" };
        return Text::from(format!("The median was not reached{groups}."));
    }
    let number = |group: &StatKey| {
        let key = median(group);
        view.row(&key, "estimate").map(|_| view.estimate(Format::TimeStatement, &key))
    };
    let Some(list) = by_level(view, analysis, levels, number, "survival") else { return Text::default() };
    let mut text = say!["The median was "];
    text.append(list);
    text.push(".");
    if keys.iter().filter(exists).count() > keys.iter().filter(reached).count() {
        text.push(" NR: not reached.");
    }
    text
}

/// The log-rank test as a sentence.
fn test(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let test = key(analysis, "logrank", &analysis.by, "").variable("logrank", "");
    if view.value(&test, "p.value").is_none() {
        return Text::default();
    }
    let p = view.number(Format::PStatement, &test, &["p.value"]);
    let by = lower_first(&view.label(&analysis.by));
    say![format!("The log-rank test between the groups by {by} gave "), p, "."]
}

fn restricted_means(view: &View<'_>, analysis: &AnalysisOutline, levels: &[String]) -> Text {
    let Some((days, written)) = &analysis.tau else { return Text::default() };
    let number = |group: &StatKey| {
        let key = group.clone().variable("tau", &time_level(*days));
        view.value(&key, "estimate").map(|_| view.estimate(Format::TimeStatement, &key))
    };
    let Some(list) = by_level(view, analysis, levels, number, "rmst") else { return Text::default() };
    let mut text = say![format!("The restricted mean up to {} was ", time_words(written))];
    text.append(list);
    text.push(".");
    text
}

/// The line of a summary: survival at the last time asked for, or the median, and the test.
pub(crate) fn headline(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let levels = view.groups(analysis);
    if levels.len() > MOST_GROUPS {
        return test(view, analysis);
    }
    let mut text = match analysis.at.last() {
        Some((days, written)) => at_time(view, analysis, &levels, *days, written),
        None => medians(view, analysis, &levels),
    };
    append_sentence(&mut text, test(view, analysis));
    text
}

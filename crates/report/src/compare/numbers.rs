//! Changes of numbers.

use std::collections::{BTreeMap, BTreeSet};

use oligomet_base::Duration;
use oligomet_base::words::lower_first;
use oligomet_results::{RunResults, StatKey, StatRow};

use super::{Change, ChangeKind, count_change};
use crate::tabulate::flow_key;
use crate::text::Format;
use crate::view::{View, time_adjective};

/// Patients left after each step and patients and events of each endpoint.
pub(super) fn flow(earlier: &RunResults, later: &RunResults) -> Vec<Change> {
    let view = View::new(later);
    let mut out = Vec::new();
    for step in &later.outline.flow {
        let key = flow_key(&step.id, "");
        for (name, what, kind) in
            [("n", "patient", ChangeKind::Patients), ("n.event", "event", ChangeKind::Events)]
        {
            let (Some(a), Some(b)) = (earlier.stats.value(&key, name), view.value(&key, name)) else {
                continue;
            };
            if let Some(text) = count_change(what, a, b) {
                out.push(Change { kind, text: format!("{}: {text}", step.label) });
            }
        }
    }
    out
}

/// Everything else that is printed, told by its text; numbers whose printed text stayed are counted.
pub(super) fn numbers(earlier: &RunResults, later: &RunResults) -> Vec<Change> {
    let (before, after) = (View::new(earlier), View::new(later));
    let mut out = Vec::new();
    let mut told: BTreeSet<(&StatKey, &str)> = BTreeSet::new();
    for row in later.stats.rows().iter().filter(|r| r.key.context != "flow") {
        let Some(shown) = shown(row) else { continue };
        if earlier.stats.row(&row.key, &row.stat_name).is_none() {
            continue;
        }
        let text = |view: &View<'_>| view.number(shown.format, &row.key, shown.names).text;
        let (a, b) = (text(&before), text(&after));
        if a != b {
            told.extend(shown.names.iter().map(|name| (&row.key, *name)));
            let what = describe(&after, &row.key);
            out.push(Change { kind: shown.kind, text: format!("{}{what}: {a} to {b}", shown.word) });
        }
        out.extend(verdict(earlier, row, &describe(&after, &row.key)));
    }
    out.extend(others(earlier, later, &told));
    out.extend(only_in_one(earlier, later));
    out
}

/// How a number is told.
struct Shown {
    kind: ChangeKind,
    word: &'static str,
    format: Format,
    names: &'static [&'static str],
}

fn shown(row: &StatRow) -> Option<Shown> {
    const LIMITS: &[&str] = &["estimate", "conf.low", "conf.high"];
    let estimate = |word, format, names| Some(Shown { kind: ChangeKind::Estimate, word, format, names });
    match (row.stat_name.as_str(), row.key.variable.as_str()) {
        ("hazard.ratio", _) => estimate(
            "HR for ",
            Format::RatioInterval,
            &["hazard.ratio", "hazard.ratio.low", "hazard.ratio.high"],
        ),
        ("estimate", "time") => estimate("", Format::SurvivalInterval, LIMITS),
        ("estimate", "prob") => estimate("", Format::TimeInterval, LIMITS),
        ("estimate", "tau") => estimate("", Format::TimeInterval, LIMITS),
        ("p.value" | "p.value.global", _) => {
            let names: &[&str] = if row.stat_name == "p.value" { &["p.value"] } else { &["p.value.global"] };
            Some(Shown { kind: ChangeKind::PValue, word: "P for ", format: Format::P, names })
        }
        _ => None,
    }
}

/// A P value that crossed 0.05, or a hazard ratio that crossed 1.
fn verdict(earlier: &RunResults, row: &StatRow, what: &str) -> Option<Change> {
    let (before, now) = (earlier.stats.value(&row.key, &row.stat_name)?, row.stat?);
    let text = match row.stat_name.as_str() {
        "p.value" | "p.value.global" if (before < 0.05) != (now < 0.05) => {
            let side = if now < 0.05 { "below" } else { "at or above" };
            format!("P for {what} is now {side} 0.05")
        }
        "hazard.ratio" if (before < 1.0) != (now < 1.0) => {
            let side = if now < 1.0 { "below" } else { "at or above" };
            format!("HR for {what} is now {side} 1")
        }
        _ => return None,
    };
    Some(Change { kind: ChangeKind::Verdict, text })
}

/// What a number is of, in words: `grade 3 (Factors associated with overall survival, multivariable)`.
fn describe(view: &View<'_>, key: &StatKey) -> String {
    let mut parts = Vec::new();
    match key.variable.as_str() {
        "time" => {
            let of = if key.context == "cif" { "cumulative incidence, " } else { "" };
            let endpoint = lower_first(&view.endpoint_label(&key.endpoint));
            parts.push(format!("{} {of}{endpoint}", at_time(view, key)));
        }
        "prob" if key.context == "followup" => parts.push(format!("{} follow-up", quantile(key))),
        "prob" => {
            parts.push(format!("{} {}", quantile(key), lower_first(&view.endpoint_label(&key.endpoint))))
        }
        "tau" => parts.push("Restricted mean".into()),
        "logrank" => parts.push("log-rank test".into()),
        "gray" => parts.push("Gray's test".into()),
        "overall" => parts.push("all patients".into()),
        "entry" => parts.push("quasi-independence of entry".into()),
        "GLOBAL" => parts.push("proportional hazards over all terms".into()),
        variable if key.context == "cox.ph" => {
            parts.push(format!("proportional hazards of {}", lower_first(&view.label(variable))))
        }
        variable => parts
            .push(format!("{} {}", lower_first(&view.label(variable)), key.variable_level).trim_end().into()),
    }
    for group in key.groups.iter().filter(|g| !g.name.is_empty()) {
        parts.push(format!("{} {}", lower_first(&view.label(&group.name)), group.level).trim_end().into());
    }
    let model = match key.context.as_str() {
        "cox" => ", multivariable",
        "cox.uni" => ", univariable",
        "cause-specific" => ", cause-specific",
        "finegray" => ", subdistribution",
        "interaction" => ", interaction",
        "cutpoint" => ", adjusted",
        _ => "",
    };
    let title = view.analysis(&key.analysis_id).map(|a| a.title.as_str()).filter(|t| !t.is_empty());
    format!("{} ({}{model})", parts.join(", "), title.unwrap_or(&key.analysis_id))
}

/// A time as the analysis wrote it: `24-month`.
fn at_time(view: &View<'_>, key: &StatKey) -> String {
    let days: f64 = key.variable_level.parse().unwrap_or(0.0);
    let written = view.analysis(&key.analysis_id).and_then(|a| a.at.iter().find(|(d, _)| *d == days));
    match written {
        Some((_, written)) => time_adjective(written),
        None => time_adjective(&Duration { amount: days, unit: oligomet_base::TimeUnit::Days }.to_string()),
    }
}

fn quantile(key: &StatKey) -> &'static str {
    match key.variable_level.as_str() {
        "0.25" => "First quartile of",
        "0.75" => "Third quartile of",
        _ => "Median",
    }
}

/// Numbers that changed and were not told one by one, counted per analysis.
fn others(earlier: &RunResults, later: &RunResults, told: &BTreeSet<(&StatKey, &str)>) -> Vec<Change> {
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for row in later.stats.rows().iter().filter(|r| r.key.context != "flow") {
        let before = earlier.stats.row(&row.key, &row.stat_name);
        let same = |b: &StatRow| b.stat.map(f64::to_bits) == row.stat.map(f64::to_bits);
        if before.is_some_and(|b| !same(b)) && !told.contains(&(&row.key, row.stat_name.as_str())) {
            *counted.entry(&row.key.analysis_id).or_default() += 1;
        }
    }
    let text = |(id, n): (&str, u64)| {
        let words = if n == 1 { "number" } else { "numbers" };
        format!("{id}: {} further {words} changed", oligomet_base::number::count(n))
    };
    counted.into_iter().map(|c| Change { kind: ChangeKind::Number, text: text(c) }).collect()
}

/// Analyses, and numbers of analyses that both have, that only one of the runs has.
fn only_in_one(earlier: &RunResults, later: &RunResults) -> Vec<Change> {
    let mut out = Vec::new();
    for (here, there, which) in [(earlier, later, "earlier"), (later, earlier, "later")] {
        let has = |run: &RunResults, id: &str| run.outline.analyses.iter().any(|a| a.id == id);
        for analysis in here.outline.analyses.iter().filter(|a| !has(there, &a.id)) {
            out.push(format!("Only the {which} run has the analysis {} ({})", analysis.id, analysis.title));
        }
        let mut alone: BTreeMap<&str, u64> = BTreeMap::new();
        let in_both = |id: &str| id == "flow" || has(there, id) || !has(here, id);
        for row in here.stats.rows().iter().filter(|r| in_both(&r.key.analysis_id)) {
            if there.stats.row(&row.key, &row.stat_name).is_none() {
                *alone.entry(&row.key.analysis_id).or_default() += 1;
            }
        }
        out.extend(alone.into_iter().map(|(id, n)| {
            let words = if n == 1 { "number" } else { "numbers" };
            format!("{id}: {} {words} only in the {which} run", oligomet_base::number::count(n))
        }));
    }
    out.into_iter().map(|text| Change { kind: ChangeKind::OnlyInOne, text }).collect()
}

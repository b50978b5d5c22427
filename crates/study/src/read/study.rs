//! `[study]`, `[cohort]`, `[[eligibility]]`, `[dose]`, `[report]`, `[[amendment]]`.

use oligomet_base::file::{Key, Node, Section, Text, Value};
use oligomet_base::{Duration, Problem, TimeUnit};

use super::{OPEN, check_name, refuse_twice};
use crate::model::{
    Amendment, CohortBlock, DatesBlock, DiseaseBlock, DoseBlock, DoseRule, Eligibility, PartialDates, Pick,
    ReportBlock, StopOf, StudyBlock, TherapyBlock, Unit, UnknownAnswer,
};

const DESIGNS: [(&str, &str); 5] = [
    ("retrospective-cohort", "retrospective-cohort"),
    ("prospective-cohort", "prospective-cohort"),
    ("prognostic-model", "prognostic-model"),
    ("target-trial", "target-trial"),
    ("randomised", "randomised"),
];

const UNITS: [(&str, TimeUnit); 4] = [
    ("days", TimeUnit::Days),
    ("weeks", TimeUnit::Weeks),
    ("months", TimeUnit::Months),
    ("years", TimeUnit::Years),
];

pub(super) fn read_study_block(top: &Section<'_>) -> StudyBlock {
    let Some(s) = top.section("study") else {
        top.missing("[study]", "it names the study: `id` and `title`");
        return StudyBlock::default();
    };
    let id =
        s.required_text("id", "it is the short name of the study, part of file names").unwrap_or_default();
    check_name(s.file(), &id);
    let title = s.required_text("title", "it heads the report").unwrap_or_default();
    let design = s.choice("design", &DESIGNS).map(|d| Text { text: d.into(), span: s.span() });
    let unit = s.choice("unit", &Unit::NAMES).and_then(|u| Some((u, s.node("unit")?.span.clone())));
    let block = StudyBlock {
        id,
        title,
        design,
        guidelines: s.texts("guidelines").unwrap_or_default(),
        period: read_period(&s),
        cutoff: s.date("cutoff"),
        ethics: read_ethics(&s),
        show: s.choice("show", &UNITS),
        unit,
    };
    s.finish();
    block
}

fn read_period(s: &Section<'_>) -> Option<(Text, Text)> {
    let period = s.section("period")?;
    let pair = (period.date("from"), period.date("to"));
    period.finish();
    match pair {
        (Some(from), Some(to)) => Some((from, to)),
        _ => {
            s.missing("period = { from = DATE, to = DATE }", "both ends of the period are printed");
            None
        }
    }
}

fn read_ethics(s: &Section<'_>) -> Vec<(String, String)> {
    let Some(block) = s.section("ethics") else { return Vec::new() };
    let of = |key: &'static str| block.text(key).map(|t| (key.to_owned(), t.text));
    let found = [of("body"), of("ref"), of("consent")].into_iter().flatten().collect();
    block.finish();
    found
}

pub(super) fn read_cohort(top: &Section<'_>) -> CohortBlock {
    let Some(s) = top.section("cohort") else {
        top.missing("[cohort]", "it says who enters and when time begins (`time_zero`)");
        return CohortBlock::default();
    };
    let block = CohortBlock {
        population: s.text("population").filter(|t| !t.trim().is_empty()),
        label: s.text("label"),
        time_zero: s.required_text(
            "time_zero",
            "the date from which follow-up counts has no default: papers go wrong here",
        ),
        time_zero_label: s.text("time_zero_label"),
        pick: s.choice("pick", &Pick::NAMES),
        span: s.span(),
        episode_gap: s.parsed("episode_gap"),
    };
    s.finish();
    block
}

pub(super) fn read_eligibility(top: &Section<'_>) -> Vec<Eligibility> {
    let rules: Vec<Eligibility> =
        top.repeated_sections("eligibility").into_iter().filter_map(read_rule).collect();
    refuse_twice(top.file(), "eligibility rules", rules.iter().map(|r| &r.id));
    rules
}

fn read_rule(s: Section<'_>) -> Option<Eligibility> {
    let id = s.required_text("id", "results and problems speak of the rule by it");
    let (keep, drop) = (s.text("keep"), s.text("drop"));
    let label = s.required_text("label", "it is printed in the flow diagram");
    let missing = read_missing(&s);
    let rule = match (keep, drop) {
        (Some(rule), None) => Some((rule, true)),
        (None, Some(rule)) => Some((rule, false)),
        _ => {
            let what = "a rule says either who stays (`keep`) or who leaves (`drop`)";
            s.file().report_at(s.span(), Problem::error("OM305", format!("{}: {what}", s.title())));
            None
        }
    };
    s.finish();
    let (rule, keeps) = rule?;
    let id = id?;
    Some(Eligibility { id, label: label?, rule, keeps, missing })
}

fn read_missing(s: &Section<'_>) -> Option<UnknownAnswer> {
    let text = s.text("missing");
    match &text {
        Some(t) if t.text != OPEN => s.choice("missing", &UnknownAnswer::NAMES),
        _ => {
            let place = text.map_or_else(|| s.span(), |t| t.span);
            s.file().report_at(
                place,
                Problem::error("OM306", format!("{}: what shall happen to patients for whom the rule cannot be answered?", s.title()))
                    .why("a rule over a missing value is neither true nor false; leaving such patients out silently is a common bias")
                    .mend("write missing = \"keep\" (they stay), \"drop\" (they leave, counted) or \"stop\" (the run stops if there is one)"),
            );
            None
        }
    }
}

pub(super) fn read_dose(top: &Section<'_>) -> Option<DoseBlock> {
    let s = top.section("dose")?;
    let alpha_beta = s.number("alpha_beta");
    if alpha_beta.is_none() {
        s.missing("alpha_beta", "BED and EQD2 have no meaning without it; nothing is assumed");
    }
    let (total, fractions) = (s.text("total"), s.text("fractions"));
    let rule = s.choice("rule", &DoseRule::NAMES);
    // `derive` is accepted for readability: both measures are always derived.
    for text in s.texts("derive").unwrap_or_default() {
        if !["bed", "eqd2"].contains(&text.text.as_str()) {
            s.unknown_word("derive", &text, &["bed", "eqd2"]);
        }
    }
    let sensitivity = s.numbers("sensitivity").unwrap_or_default();
    let span = s.span();
    s.finish();
    Some(DoseBlock { alpha_beta: alpha_beta?, sensitivity, total, fractions, span, rule })
}

pub(super) fn read_dates(top: &Section<'_>) -> DatesBlock {
    let Some(s) = top.section("dates") else { return DatesBlock::default() };
    let block = DatesBlock {
        partial: s.choice("partial", &PartialDates::NAMES).unwrap_or_default(),
        birth: s.choice("birth", &PartialDates::NAMES),
    };
    s.finish();
    block
}

pub(super) fn read_therapy(top: &Section<'_>) -> TherapyBlock {
    let mut block = TherapyBlock::default();
    let Some(s) = top.section("therapy") else { return block };
    if let Some(stop) = s.choice("stop", &StopOf::NAMES) {
        block.stop = stop;
    }
    let days = |key: &'static str| s.parsed::<Duration>(key).map(|d| d.days().round() as i32);
    block.change_days = days("change_within").unwrap_or(block.change_days);
    block.grace_days = days("grace").unwrap_or(block.grace_days);
    s.finish();
    block
}

pub(super) fn read_disease(top: &Section<'_>) -> Option<DiseaseBlock> {
    let s = top.section("disease")?;
    let rules = s.texts("rules");
    if rules.as_ref().is_none_or(Vec::is_empty) {
        s.missing("rules", "it lists the rules whose answers become columns");
    }
    let pairs = |key: &'static str| {
        let Some(block) = s.section(key) else { return Vec::new() };
        let pair = |(key, node): &(Key, Node)| {
            let text = match &node.value {
                Value::Text(text) => text.clone(),
                Value::Number(x) => oligomet_base::number::shortest(*x),
                Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                other => {
                    let what = format!("`{}` in {} cannot be {}", key.name, block.title(), other.kind());
                    block.file().report_at(node.span.clone(), Problem::error("OM304", what));
                    return None;
                }
            };
            let name = Text { text: key.name.clone(), span: key.span.clone() };
            Some((name, Text { text, span: node.span.clone() }))
        };
        block.entries().iter().filter_map(pair).collect()
    };
    let (settings, fields, span) = (pairs("set"), pairs("fields"), s.span());
    s.finish();
    Some(DiseaseBlock { rules: rules?, settings, fields, span })
}

const STYLES: [(&str, &str); 5] =
    [("plain", "plain"), ("jama", "jama"), ("lancet", "lancet"), ("nejm", "nejm"), ("annals", "annals")];

pub(super) fn read_report(top: &Section<'_>) -> ReportBlock {
    let mut block = ReportBlock::default();
    let Some(s) = top.section("report") else { return block };
    if let Some(style) = s.choice("style", &STYLES) {
        block.style = style.to_owned();
    }
    if let Some(min) = s.number("min_cell") {
        block.min_cell = min.clamp(0.0, 1000.0) as u32;
    }
    for output in s.texts("outputs").unwrap_or_default() {
        if output.text != "html" {
            let what = format!("the report cannot be written as \"{}\" yet", output.text);
            let mend =
                "write outputs = [\"html\"]; tables are also written as CSV, figures as SVG, PDF and PNG";
            s.file().report_at(output.span.clone(), Problem::error("OM303", what).mend(mend));
        }
    }
    s.finish();
    block
}

pub(super) fn read_amendments(top: &Section<'_>) -> Vec<Amendment> {
    top.repeated_sections("amendment").into_iter().filter_map(read_amendment).collect()
}

fn read_amendment(s: Section<'_>) -> Option<Amendment> {
    let date = s.date("date");
    let what = s.required_text("what", "a reader must know what was changed");
    let why = s.required_text("why", "a reader must know why it was changed");
    let after_data = match s.node("after_data").map(|n| &n.value) {
        Some(Value::Bool(b)) => *b,
        _ => {
            s.missing("after_data", "a change made after the data were seen is post hoc: true or false");
            true
        }
    };
    if date.is_none() {
        s.missing("date", "a reader must know when it was changed");
    }
    s.finish();
    Some(Amendment { date: date?, what: what?, why: why?, after_data })
}

//! Strata, their margins and constraints.

use oligomet_base::file::{Section, Text, Value};
use oligomet_schema::schema;

use super::read::{level, wrong};
use super::{Constraint, ExactAge, Imaging, Margin, Stratum, Therapy};
use crate::variable::{Condition, Levels, Variable};

/// `{ line = ["1", "2"], organ = "brain" }`
pub(super) fn condition(s: &Section<'_>, key: &'static str, levels: &Levels) -> Option<Condition> {
    s.section(key).map(|block| condition_of(block, levels))
}

/// The condition that a block is.
pub(super) fn condition_of(block: Section<'_>, levels: &Levels) -> Condition {
    let mut parts = Vec::new();
    for variable in Variable::ALL {
        let Some(texts) = block.texts(variable.name()) else { continue };
        let found = texts.iter().filter_map(|t| level(&block, levels, variable.name(), variable, t));
        parts.push((variable, found.collect()));
    }
    block.finish();
    Condition(parts)
}

/// The `[[margin]]` blocks of a section.
pub(super) fn margins(s: &Section<'_>, levels: &Levels) -> Vec<Margin> {
    s.repeated_sections("margin").into_iter().filter_map(|m| margin(m, levels)).collect()
}

fn margin(s: Section<'_>, levels: &Levels) -> Option<Margin> {
    if !s.has("of") {
        s.missing("of", "it says which variable is counted");
    }
    let of = s.choice("of", &Variable::choices());
    let within = condition(&s, "within", levels).unwrap_or_default();
    let exact = s.has("counts");
    let numbers = s.section(if exact { "counts" } else { "shares" });
    if numbers.is_none() {
        s.missing("counts", "a margin is numbers of patients (`counts`) or weights (`shares`) by level");
    }
    let counts = of.zip(numbers).map(|(of, n)| (of, numbers_by_level(&n, of, levels, exact)));
    let title = format!("{}: {}", s.title(), of.map_or("", Variable::name));
    s.finish();
    let (of, counts) = counts?;
    Some(Margin { of, within, counts, exact, title })
}

fn numbers_by_level(s: &Section<'_>, of: Variable, levels: &Levels, whole: bool) -> Vec<(u16, f64)> {
    let mut counts = Vec::new();
    for (key, node) in s.entries() {
        let name = Text { text: key.name.clone(), span: key.span.clone() };
        let number = match node.value {
            Value::Number(n) if n >= 0.0 && n.is_finite() && (!whole || n.fract() == 0.0) => Some(n),
            _ => None,
        };
        if number.is_none() {
            let problem =
                oligomet_base::Problem::error("OM293", format!("`{}` is no number of patients", key.name))
                    .why("margins are kept exactly, in whole patients")
                    .mend("write whole numbers, or `shares` for weights");
            s.file().report_at(node.span.clone(), problem);
        }
        counts.extend(level(s, levels, "the margin", of, &name).zip(number));
    }
    counts
}

/// The `[[constraint]]` blocks of a section.
pub(super) fn constraints(s: &Section<'_>, levels: &Levels) -> Vec<Constraint> {
    s.repeated_sections("constraint").into_iter().filter_map(|c| constraint(c, levels)).collect()
}

fn constraint(s: Section<'_>, levels: &Levels) -> Option<Constraint> {
    let (when, then) = (condition(&s, "when", levels), condition(&s, "then", levels));
    if when.is_none() || then.is_none() {
        s.missing("when", "a constraint is `when = { … }` and `then = { … }`");
    }
    let why = s.required_text("why", "what is assumed beyond the publication is said");
    s.finish();
    Some(Constraint { when: when?, then: then?, title: why?.text })
}

/// A stratum; margins and constraints that it does not have itself are the shared ones.
pub(super) fn stratum(
    id: &str,
    s: Section<'_>,
    levels: &Levels,
    shared: &[Margin],
    shared_constraints: &[Constraint],
) -> Option<Stratum> {
    let mut own = margins(&s, levels);
    let named: Vec<Variable> = own.iter().map(|m| m.of).collect();
    own.extend(shared.iter().filter(|m| !named.contains(&m.of)).cloned());
    let mut all_constraints = constraints(&s, levels);
    all_constraints.extend(shared_constraints.iter().cloned());
    let n = s.number("n").filter(|n| *n >= 1.0 && n.fract() == 0.0);
    if n.is_none() {
        wrong(&s, "n", "needs the number of patients, as published");
    }
    let lesions_present = match s.numbers("lesions_present").as_deref() {
        Some(&[low, high]) if 1.0 <= low && low <= high => (low as i32, high as i32),
        _ => {
            wrong(&s, "lesions_present", "needs [least, most] metastatic lesions");
            (1, 1)
        }
    };
    let therapy = s.choice(
        "therapy",
        &[("kept", Therapy::Kept), ("changed", Therapy::Changed), ("none", Therapy::None)],
    );
    let imaging = s
        .choice("imaging", &[("in-time", Imaging::InTime), ("late", Imaging::Late), ("none", Imaging::None)]);
    let therapy = therapy.unwrap_or(Therapy::Kept);
    // Without therapy there is no class and no regimen; the line is the number of lines behind.
    own.retain(|m| therapy != Therapy::None || !matches!(m.of, Variable::Class | Variable::Regimen));
    let stratum = Stratum {
        id: id.to_owned(),
        n: n.unwrap_or(1.0) as usize,
        intent: course_word(&s, "intent")?,
        indication: course_word(&s, "indication")?,
        therapy,
        imaging: imaging.unwrap_or(Imaging::InTime),
        progressing: s.bool("progressing").unwrap_or(true),
        all_treated: s.bool("all_treated").unwrap_or(true),
        lesions_present,
        missing: s.bool("missing").unwrap_or(true),
        age: exact_age(&s),
        margins: own,
        constraints: all_constraints,
    };
    s.finish();
    Some(stratum)
}

fn course_word(s: &Section<'_>, key: &'static str) -> Option<String> {
    let codes = schema().table("rt_course").and_then(|t| t.field(key)).map(|f| &f.levels[..]);
    let choices: Vec<(&str, String)> =
        codes.unwrap_or_default().iter().map(|l| (l.code.as_str(), l.code.clone())).collect();
    if !s.has(key) {
        s.missing(key, "the course records it");
    }
    s.choice(key, &choices)
}

fn exact_age(s: &Section<'_>) -> Option<ExactAge> {
    let block = s.section("age")?;
    let (median, range) = (block.number("median"), block.numbers("range"));
    block.finish();
    match (median, range.as_deref()) {
        (Some(median), Some(&[low, high])) if 18.0 <= low && low <= median && median <= high => {
            Some(ExactAge { median: median as i32, range: (low as i32, high as i32) })
        }
        _ => {
            wrong(s, "age", "needs `median` and `range = [low, high]` in completed years");
            None
        }
    }
}

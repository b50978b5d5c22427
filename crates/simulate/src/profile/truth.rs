//! What a profile puts in: hazards and effects.

use oligomet_base::file::{Section, Text, Value};

use super::Truth;
use super::read::{level, share, wrong};
use crate::hazard::Hazard;
use crate::variable::{Levels, Variable};

/// The `[truth]` block.
pub(super) fn truth(top: &Section<'_>, levels: &Levels) -> Option<Truth> {
    let Some(s) = top.section("truth") else {
        top.missing("truth", "what happens after radiotherapy is drawn from it");
        return None;
    };
    let of = |key: &'static str| hazard(&s, key, levels);
    let truth = Truth {
        progression: of("progression"),
        death_before: of("death_before_progression"),
        death_after: of("death_after_progression"),
        local_failure: of("local_failure"),
        stop_toxicity: of("stop_toxicity"),
        stop_other: of("stop_other"),
        further_course: of("further_course"),
        loss: of("loss"),
        toxicity: (
            share(&s, "toxicity_grade_1_2").unwrap_or(0.0),
            share(&s, "toxicity_grade_3").unwrap_or(0.0),
        ),
    };
    s.finish();
    Some(truth)
}

fn hazard(s: &Section<'_>, key: &'static str, levels: &Levels) -> Hazard {
    let Some(block) = s.section(key) else {
        s.missing(key, "write `per_month = 0` for what never happens");
        return Hazard::default();
    };
    let from = block.numbers("from_month").unwrap_or_else(|| vec![0.0]);
    let per_month = block.numbers("per_month").unwrap_or_default();
    let ascending = from.first() == Some(&0.0) && from.windows(2).all(|w| w[0] < w[1]);
    if from.len() != per_month.len() || !ascending || per_month.iter().any(|h| *h < 0.0) {
        let what = "needs `per_month`, one hazard for each `from_month`, which begins at 0 and ascends";
        wrong(&block, "per_month", what);
    }
    let mut hazard = Hazard { from, per_month, log_hazard_ratio: Vec::new() };
    if let Some(effects) = block.section("log_hazard_ratio") {
        for variable in Variable::ALL {
            let Some(by_level) = effects.section(variable.name()) else { continue };
            for (key, node) in by_level.entries() {
                let name = Text { text: key.name.clone(), span: key.span.clone() };
                let found = level(&by_level, levels, variable.name(), variable, &name);
                match (found, &node.value) {
                    (Some(level), Value::Number(n)) if n.is_finite() => {
                        hazard.log_hazard_ratio.push((variable, level, *n));
                    }
                    (Some(_), _) => wrong(&effects, variable.name(), "needs numbers by level"),
                    (None, _) => {}
                }
            }
        }
        effects.finish();
    }
    block.finish();
    hazard
}

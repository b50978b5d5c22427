//! Doses as rows of the `stats` table.

use oligomet_base::number::shortest;
use oligomet_dose::{AlphaBeta, Choice, DoseRow};
use oligomet_results::{StatKey, StatRow, Stats};

/// Rows of compared schedules: context `dose`, `group1` the alpha/beta in gray, `group2` the tissue it is for, the
/// variable the alternative's name and its level the part of the schedule; `bed` and `eqd2` in gray, `bed.lql` and
/// `eqd2.lql` beside them for long fractions, and under context `dose.threshold` 1 where a threshold is met, else 0.
#[must_use]
pub fn dose_rows(rows: &[DoseRow]) -> Stats {
    let mut stats = Stats::new();
    for row in rows {
        let tissue = if row.is_late { "late tissue" } else { "tumour" };
        let key = |context: &str| {
            StatKey::new("dose", "", context)
                .group("alpha_beta", &shortest(row.alpha_beta.gray()))
                .group("tissue", tissue)
        };
        let note: Vec<String> = row.notes.iter().map(ToString::to_string).collect();
        let warning = (!note.is_empty()).then(|| note.join("; "));
        let mut add = |key: StatKey, name: &str, value: f64, unit: &str, method: &str| {
            stats.push(StatRow {
                key,
                stat_name: name.to_owned(),
                stat: Some(value),
                unit: unit.to_owned(),
                method_id: method.to_owned(),
                planned: true,
                warning: warning.clone(),
                ..StatRow::default()
            });
        };
        let dose = || key("dose").variable(&row.name, &row.part);
        add(dose(), "bed", row.bed_gy, "Gy", "linear-quadratic");
        add(dose(), "eqd2", row.eqd2_gy, "Gy", "linear-quadratic");
        if let Some(linear) = &row.linear {
            add(dose(), "bed.lql", linear.bed_gy, "Gy", "linear-quadratic-linear");
            add(dose(), "eqd2.lql", linear.eqd2_gy, "Gy", "linear-quadratic-linear");
        }
        for (threshold, is_met) in &row.thresholds {
            let name = format!("{}.{}", threshold.quantity.name(), shortest(threshold.dose.gray()));
            let key = key("dose.threshold").variable(&row.name, &row.part);
            add(key, &name, f64::from(u8::from(*is_met)), "", "linear-quadratic");
        }
    }
    stats
}

/// Rows of iso-effective schedules: context `isoeffect`, the variable the schedule; `bed` and `eqd2` at the effect's
/// alpha/beta, late tissue's `eqd2`, and whether the effect is reached. `asked`: the fractions or the dose per fraction.
#[must_use]
pub fn choice_rows(alpha_beta: AlphaBeta, asked: &str, exact: (&str, f64), choices: &[Choice<'_>]) -> Stats {
    let mut stats = Stats::new();
    let mut add = |alpha_beta: AlphaBeta,
                   tissue: &str,
                   (variable, level): (&str, &str),
                   name: &str,
                   value: f64,
                   unit: &str| {
        let key = StatKey::new("dose", "", "isoeffect")
            .group("alpha_beta", &shortest(alpha_beta.gray()))
            .group("tissue", tissue)
            .variable(variable, level);
        stats.push(StatRow {
            key,
            stat_name: name.to_owned(),
            stat: Some(value),
            unit: unit.to_owned(),
            method_id: "linear-quadratic".to_owned(),
            planned: true,
            ..StatRow::default()
        });
    };
    let unit = if exact.0 == "total" { "Gy" } else { "" };
    add(alpha_beta, "tumour", ("exact solution", asked), exact.0, exact.1, unit);
    for choice in choices {
        let schedule = choice.fractionation.to_string();
        add(alpha_beta, "tumour", (&schedule, ""), "bed", choice.bed_gy, "Gy");
        add(alpha_beta, "tumour", (&schedule, ""), "eqd2", choice.eqd2_gy, "Gy");
        add(alpha_beta, "tumour", (&schedule, ""), "reached", f64::from(u8::from(choice.is_enough)), "");
        for (late, eqd2) in AlphaBeta::LATE.iter().zip(choice.late_eqd2_gy) {
            add(*late, "late tissue", (&schedule, ""), "eqd2", eqd2, "Gy");
        }
    }
    stats
}

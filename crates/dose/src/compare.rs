//! Alternatives in one table: BED and EQD2 at each alpha/beta, thresholds, and what a reader must know.

use std::fmt;

use oligomet_base::Dose;

use crate::effect::{Bed, Eqd};
use crate::error::DoseError;
use crate::fractionation::{AlphaBeta, Fractionation};
use crate::linear::{LQ_REASONABLE, LQ_VALIDATED, LinearQuadraticLinear};
use crate::prescription::PrescriptionMetrics;
use crate::schedule::{Phase, Schedule};

/// A schedule to compare, under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// What it is called in the table.
    pub name: String,
    /// The schedule.
    pub schedule: Schedule,
    /// What the prescription means in the volume, as far as known.
    pub metrics: PrescriptionMetrics,
}

/// A derived dose that a threshold is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Biologically effective dose.
    Bed,
    /// Equivalent dose in 2 Gy fractions.
    Eqd2,
}

impl Quantity {
    /// `bed` or `eqd2`, as results name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bed => "bed",
            Self::Eqd2 => "eqd2",
        }
    }
}

/// A dose that schedules are compared with, "at least".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Threshold {
    /// Of which quantity.
    pub quantity: Quantity,
    /// The dose.
    pub dose: Dose,
}

impl Threshold {
    /// EQD2 of 60 and 63 Gy, BED of 75 and 100 Gy: at whichever alpha/beta a row has, so it always stands beside one.
    /// 63 is Kim 2023's cut (at 3.5), 75 and 100 are Marazzi 2024's (at 4 and 10), 60 is custom.
    pub const CUSTOMARY: [Self; 4] = [
        Self { quantity: Quantity::Eqd2, dose: Dose::from_milligray(60_000) },
        Self { quantity: Quantity::Eqd2, dose: Dose::from_milligray(63_000) },
        Self { quantity: Quantity::Bed, dose: Dose::from_milligray(75_000) },
        Self { quantity: Quantity::Bed, dose: Dose::from_milligray(100_000) },
    ];

    fn is_met(self, bed: Bed, eqd2: Eqd) -> bool {
        match self.quantity {
            Quantity::Bed => bed.is_at_least(self.dose),
            Quantity::Eqd2 => eqd2.is_at_least(self.dose),
        }
    }
}

/// What to show of each alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// alpha/beta of the tumour.
    pub tumour: Vec<AlphaBeta>,
    /// alpha/beta of late tissue, shown without thresholds.
    pub late: Vec<AlphaBeta>,
    /// Thresholds marked on the tumour's rows.
    pub thresholds: Vec<Threshold>,
}

impl Default for Comparison {
    /// [`AlphaBeta::BREAST_BAND`], [`AlphaBeta::LATE`] and [`Threshold::CUSTOMARY`].
    fn default() -> Self {
        Self {
            tumour: AlphaBeta::BREAST_BAND.to_vec(),
            late: AlphaBeta::LATE.to_vec(),
            thresholds: Threshold::CUSTOMARY.to_vec(),
        }
    }
}

/// Something a reader of a row must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Note {
    /// More than 10 Gy per fraction.
    LargeFractions,
    /// More than 18 Gy per fraction.
    VeryLargeFractions,
    /// Several fractions a day, computed as if repair between them were full.
    RepairTakenAsFull,
    /// Phases treat the same volume only if the plan says so.
    SumOfPhases,
    /// One end of a range over patients.
    EndOfRange,
}

impl Note {
    /// The code under which the register explains it, where it does.
    #[must_use]
    pub fn code(self) -> Option<&'static str> {
        matches!(self, Self::LargeFractions | Self::VeryLargeFractions).then_some("OM412")
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LargeFractions => {
                "above 10 Gy per fraction the linear-quadratic model is less well validated; LQ-L stands beside it"
            }
            Self::VeryLargeFractions => {
                "above 18 Gy per fraction the linear-quadratic model is outside what its defenders call reasonable"
            }
            Self::RepairTakenAsFull => {
                "several fractions a day: repair between them is taken as full, so late tissue is underestimated"
            }
            Self::SumOfPhases => "the sum holds for a volume that all phases treat",
            Self::EndOfRange => "one end of the range that is written",
        })
    }
}

/// BED and EQD2 by the linear-quadratic-linear model, beside the linear-quadratic ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearBeside {
    /// Transition dose per fraction: twice alpha/beta, a custom, unverified.
    pub transition: Dose,
    /// BED in gray.
    pub bed_gy: f64,
    /// EQD2 in gray.
    pub eqd2_gy: f64,
}

/// One row of the comparison: one part of an alternative at one alpha/beta.
#[derive(Debug, Clone, PartialEq)]
pub struct DoseRow {
    /// The alternative's name.
    pub name: String,
    /// Its schedule, in the canonical form.
    pub schedule: String,
    /// Which part: `57.5 Gy / 25`, `sum of phases`, `PTV D98 47.5 Gy / 5`.
    pub part: String,
    /// alpha/beta.
    pub alpha_beta: AlphaBeta,
    /// Whether the row is for late tissue.
    pub is_late: bool,
    /// BED in gray.
    pub bed_gy: f64,
    /// EQD2 in gray.
    pub eqd2_gy: f64,
    /// The other model, where a fraction is above 10 Gy.
    pub linear: Option<LinearBeside>,
    /// Each threshold and whether it is met, compared exactly; none for late tissue.
    pub thresholds: Vec<(Threshold, bool)>,
    /// What must be known.
    pub notes: Vec<Note>,
}

/// Rows of all alternatives, in order: by part, then by alpha/beta, the tumour's before late tissue's.
///
/// A schedule of one dose is one part. Every level of a boost, end of a range and phase is a part of its own; phases of
/// one dose each are also summed. Known metrics of the volume are parts too, where the schedule has one dose.
///
/// # Errors
/// [`DoseError`] for a metric that is no dose of radiotherapy in so many fractions, or a sum that cannot be held.
pub fn compare(alternatives: &[Alternative], comparison: &Comparison) -> Result<Vec<DoseRow>, DoseError> {
    let mut rows = Vec::new();
    for alternative in alternatives {
        for part in parts_of(alternative)? {
            for &alpha_beta in &comparison.tumour {
                let mut row = row(alternative, &part, alpha_beta)?;
                row.thresholds = marked(&comparison.thresholds, &part.fractionations, alpha_beta)?;
                rows.push(row);
            }
            for &alpha_beta in &comparison.late {
                rows.push(DoseRow { is_late: true, ..row(alternative, &part, alpha_beta)? });
            }
        }
    }
    Ok(rows)
}

/// What is computed as one: the fractionations that add up, and what must be known about them.
struct Part {
    label: String,
    fractionations: Vec<Fractionation>,
    notes: Vec<Note>,
}

fn parts_of(alternative: &Alternative) -> Result<Vec<Part>, DoseError> {
    let phases = alternative.schedule.phases();
    let mut parts: Vec<Part> = phases.iter().flat_map(parts_of_phase).collect();
    let summed = alternative.schedule.summed();
    if let (Some(fractionations), true) = (&summed, phases.len() > 1) {
        let mut notes = vec![Note::SumOfPhases];
        let daily = parts.iter().flat_map(|part| &part.notes).find(|note| **note == Note::RepairTakenAsFull);
        notes.extend(daily);
        parts.push(Part { label: "sum of phases".into(), fractionations: fractionations.clone(), notes });
    }
    if let Some([prescribed]) = summed.as_deref() {
        for (name, dose) in alternative.metrics.doses() {
            let fractionation = Fractionation::new(dose, prescribed.n_fractions())?;
            let label = format!("{name} {fractionation}");
            parts.push(Part { label, fractionations: vec![fractionation], notes: Vec::new() });
        }
    }
    Ok(parts)
}

fn parts_of_phase(phase: &Phase) -> Vec<Part> {
    let mut parts = Vec::new();
    for level in phase.levels() {
        let doses = level.doses();
        for &dose in &doses {
            // Built by `Phase::new` before, so it is one.
            let Ok(fractionation) = Fractionation::new(dose, phase.n_fractions()) else { continue };
            let is_end = (doses.len() > 1).then_some(Note::EndOfRange);
            let is_daily = (phase.fractions_per_day() > 1).then_some(Note::RepairTakenAsFull);
            let notes = is_end.into_iter().chain(is_daily).collect();
            parts.push(Part { label: fractionation.to_string(), fractionations: vec![fractionation], notes });
        }
    }
    parts
}

fn row(alternative: &Alternative, part: &Part, alpha_beta: AlphaBeta) -> Result<DoseRow, DoseError> {
    let bed = Bed::of_phases(&part.fractionations, alpha_beta)?;
    let is_any_above = |dose: Dose| part.fractionations.iter().any(|f| f.is_above_per_fraction(dose));
    let mut notes = part.notes.clone();
    notes.extend(is_any_above(LQ_VALIDATED).then_some(Note::LargeFractions));
    notes.extend(is_any_above(LQ_REASONABLE).then_some(Note::VeryLargeFractions));
    let linear = if is_any_above(LQ_VALIDATED) {
        Some(linear_beside(&part.fractionations, alpha_beta)?)
    } else {
        None
    };
    Ok(DoseRow {
        name: alternative.name.clone(),
        schedule: alternative.schedule.to_string(),
        part: part.label.clone(),
        alpha_beta,
        is_late: false,
        bed_gy: bed.gray(),
        eqd2_gy: bed.eqd(Eqd::TWO_GRAY)?.gray(),
        linear,
        thresholds: Vec::new(),
        notes,
    })
}

fn marked(
    thresholds: &[Threshold],
    fractionations: &[Fractionation],
    alpha_beta: AlphaBeta,
) -> Result<Vec<(Threshold, bool)>, DoseError> {
    let bed = Bed::of_phases(fractionations, alpha_beta)?;
    let eqd2 = bed.eqd(Eqd::TWO_GRAY)?;
    Ok(thresholds.iter().map(|&threshold| (threshold, threshold.is_met(bed, eqd2))).collect())
}

fn linear_beside(fractionations: &[Fractionation], alpha_beta: AlphaBeta) -> Result<LinearBeside, DoseError> {
    let model = LinearQuadraticLinear::at_twice(alpha_beta);
    let none = Bed::of_phases(&[], alpha_beta)?;
    let bed = fractionations.iter().try_fold(none, |sum, f| sum.plus(model.bed(f, alpha_beta)))?;
    Ok(LinearBeside {
        transition: model.transition(),
        bed_gy: bed.gray(),
        eqd2_gy: bed.eqd(Eqd::TWO_GRAY)?.gray(),
    })
}

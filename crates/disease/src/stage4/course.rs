//! Stage IV in time: status, presentation, disease-free interval.

use oligomet_base::PartialDate;

use super::{IntervalOrigin, KIM, Parameters};
use crate::ask::{Question, conclude};
use crate::dates::{DayRange, at_least_months, days_between, more_than_months};
use crate::patient::{Patient, stated_or_derived};
use crate::{Answer, Finding, Rule, Truth};

const STATUS: Rule = Rule { name: "stage-iv-status", version: "1", source: KIM };

const PRESENTATION: Rule = Rule {
    name: "presentation",
    version: "1",
    source: "cut of 6 months as in Guckenberger 2020, Lancet Oncol 21:e18-e28",
};

const INTERVAL: Rule = Rule {
    name: "disease-free-interval",
    version: "1",
    source: "cut of 24 months as in the review of prognostic factors in Merloni 2023, Ther Adv Med Oncol 15:1-16",
};

/// How the disease came to be stage IV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageFour {
    /// Stage IV at the first diagnosis.
    DeNovo,
    /// Progressive after treatment for de novo stage IV disease.
    Progressive,
    /// Distant metastases after treatment of localised disease.
    Recurrent,
}

impl Answer for StageFour {
    fn name(self) -> &'static str {
        match self {
            Self::DeNovo => "de novo stage IV",
            Self::Progressive => "progressive stage IV",
            Self::Recurrent => "recurrent stage IV",
        }
    }
}

/// Whether distant metastases came with the primary tumour or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presentation {
    /// Up to the synchronous months after the first diagnosis.
    Synchronous,
    /// Later.
    Metachronous,
}

impl Answer for Presentation {
    fn name(self) -> &'static str {
        match self {
            Self::Synchronous => "synchronous",
            Self::Metachronous => "metachronous",
        }
    }
}

/// Length of the disease-free interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interval {
    /// Synchronous disease has none.
    None,
    /// Below the cut.
    Short,
    /// The cut or more.
    Long,
}

impl Answer for Interval {
    fn name(self) -> &'static str {
        match self {
            Self::None => "no disease-free interval",
            Self::Short => "short disease-free interval",
            Self::Long => "long disease-free interval",
        }
    }
}

/// De novo, progressive or recurrent stage IV disease (Kim 2023).
#[must_use]
pub fn status(p: &Patient, parameters: &Parameters) -> Finding<StageFour> {
    let facts = parameters.named(&["de_novo_months"]);
    conclude(
        STATUS,
        facts,
        |number| status_question(p, parameters, number),
        |path| {
            if !path.ask(0) {
                StageFour::Recurrent
            } else if path.ask(1) {
                StageFour::Progressive
            } else {
                StageFour::DeNovo
            }
        },
    )
}

/// Question 0: metastatic at the first diagnosis; question 1: progressed since.
pub(super) fn status_question(p: &Patient, parameters: &Parameters, number: usize) -> Question {
    if number == 1 {
        let text = "progressed after treatment for stage IV disease?";
        return Question::fact(text, "progressed_after_treatment", p.progressed_after_treatment);
    }
    let by_dates = metastatic_by_dates(p, parameters.de_novo_months);
    let at_diagnosis = stated_or_derived(p.stage_iv_at_diagnosis, by_dates);
    let mut metastatic = Question::new("metastatic at the first diagnosis?", at_diagnosis);
    if p.stage_iv_at_diagnosis != Truth::Unknown || by_dates == Truth::Unknown {
        metastatic = metastatic.given("stage_iv_at_diagnosis", p.stage_iv_at_diagnosis);
    }
    if by_dates == Truth::Unknown {
        return metastatic;
    }
    metastatic.date("primary_diagnosis", p.primary_diagnosis).date("first_metastasis", p.first_metastasis)
}

/// Whether the first metastasis was found within those months of the first diagnosis.
#[must_use]
pub(crate) fn metastatic_by_dates(p: &Patient, months: u32) -> Truth {
    !more_than_months(p.primary_diagnosis, p.first_metastasis, months)
}

/// Whether the record denies any earlier metastatic disease: then the state in question is the first metastasis.
fn nothing_before(p: &Patient) -> bool {
    p.history_polymetastatic.is_false() && p.history_oligometastatic.is_false()
}

/// An answer about the date of the first metastasis, which the state in question may stand in for.
fn about_first_metastasis(
    p: &Patient,
    text: &'static str,
    from: (&'static str, Option<PartialDate>),
    answer: impl Fn(Option<PartialDate>) -> Truth,
) -> Question {
    let first = answer(p.first_metastasis);
    let from_question = if nothing_before(p) { answer(p.omd_diagnosis) } else { Truth::Unknown };
    let question = Question::new(text, stated_or_derived(first, from_question))
        .date(from.0, from.1)
        .date("first_metastasis", p.first_metastasis);
    if nothing_before(p) && p.omd_diagnosis.is_some() {
        question
            .date("omd_diagnosis", p.omd_diagnosis)
            .given("history_polymetastatic", p.history_polymetastatic)
            .given("history_oligometastatic", p.history_oligometastatic)
    } else {
        question
    }
}

fn late(p: &Patient, months: u32) -> Question {
    let text = "first metastasis later than synchronous disease?";
    about_first_metastasis(p, text, ("primary_diagnosis", p.primary_diagnosis), |date| {
        more_than_months(p.primary_diagnosis, date, months)
    })
}

/// Synchronous or metachronous metastatic disease.
#[must_use]
pub fn presentation(p: &Patient, parameters: &Parameters) -> Finding<Presentation> {
    let facts = parameters.named(&["synchronous_months"]);
    conclude(
        PRESENTATION,
        facts,
        |_| late(p, parameters.synchronous_months),
        |path| {
            if path.ask(0) { Presentation::Metachronous } else { Presentation::Synchronous }
        },
    )
}

fn origin(p: &Patient, origin: IntervalOrigin) -> (&'static str, Option<PartialDate>) {
    match origin {
        IntervalOrigin::PrimaryDiagnosis => ("primary_diagnosis", p.primary_diagnosis),
        IntervalOrigin::EndOfPrimaryTreatment => ("primary_treatment_end", p.primary_treatment_end),
    }
}

/// Days from the chosen origin to the first metastasis, smallest and largest; `None` where a date is missing.
///
/// The state in question stands in for the first metastasis where the record denies any earlier one.
#[must_use]
pub fn disease_free_days(p: &Patient, from: IntervalOrigin) -> Option<DayRange> {
    let stands_in = if nothing_before(p) { p.omd_diagnosis } else { None };
    days_between(origin(p, from).1, p.first_metastasis.or(stands_in))
}

/// Length of the disease-free interval, with its days in the trace. Prognostic in retrospective series; not predictive.
#[must_use]
pub fn disease_free_interval(p: &Patient, parameters: &Parameters) -> Finding<Interval> {
    let names = ["synchronous_months", "interval_origin", "interval_cut_months"];
    let from = origin(p, parameters.interval_origin);
    let text = "disease-free interval at least as long as the cut?";
    let long = || {
        let question = about_first_metastasis(p, text, from, |date| {
            at_least_months(from.1, date, parameters.interval_cut_months)
        });
        match disease_free_days(p, parameters.interval_origin) {
            Some(days) => question.derived("disease_free_interval", days),
            None => question,
        }
    };
    let question = |number| if number == 0 { late(p, parameters.synchronous_months) } else { long() };
    conclude(INTERVAL, parameters.named(&names), question, |path| {
        if !path.ask(0) {
            Interval::None
        } else if path.ask(1) {
            Interval::Long
        } else {
            Interval::Short
        }
    })
}

//! Disease outside the irradiated breast: stable, progressive or mixed; de novo disease is not evaluable.

use super::course::status_question;
use super::{KIM, Parameters};
use crate::ask::{Question, conclude};
use crate::patient::Patient;
use crate::{Answer, Finding, Rule};

const RULE: Rule = Rule { name: "disease-outside-breast", version: "1", source: KIM };

/// Course of the disease outside the breast when the breast was irradiated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutsideBreast {
    /// No lesion outside the breast progresses.
    Stable,
    /// Lesions progress, and none responds.
    Progressive,
    /// Some lesions progress while others respond.
    Mixed,
    /// De novo disease has no earlier imaging under treatment to compare with.
    NotEvaluable,
}

impl Answer for OutsideBreast {
    fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable outside the breast",
            Self::Progressive => "progressive outside the breast",
            Self::Mixed => "mixed outside the breast",
            Self::NotEvaluable => "not evaluable (de novo)",
        }
    }
}

/// Disease outside the irradiated breast.
///
/// De novo disease is not evaluable; with `de_novo_as_stable` it is coded stable, as the source did, so that both codings
/// can be compared.
#[must_use]
pub fn outside_breast(p: &Patient, parameters: &Parameters) -> Finding<OutsideBreast> {
    let names = ["de_novo_months", "de_novo_as_stable", "stable_beside_progressing_is_mixed"];
    let question = |number| match number {
        0 | 1 => status_question(p, parameters, number),
        2 => Question::fact(
            "a lesion outside the breast progresses?",
            "outside_progressing",
            p.outside_progressing,
        ),
        3 => Question::fact(
            "a lesion outside the breast responds?",
            "outside_responding",
            p.outside_responding,
        ),
        _ => Question::fact("a lesion outside the breast is stable?", "outside_stable", p.outside_stable),
    };
    conclude(RULE, parameters.named(&names), question, |path| {
        let de_novo = path.ask(0) && !path.ask(1);
        if de_novo {
            let recoded = parameters.de_novo_as_stable;
            return if recoded { OutsideBreast::Stable } else { OutsideBreast::NotEvaluable };
        }
        if !path.ask(2) {
            return OutsideBreast::Stable;
        }
        let mixed = path.ask(3) || (parameters.stable_beside_progressing_is_mixed && path.ask(4));
        if mixed { OutsideBreast::Mixed } else { OutsideBreast::Progressive }
    })
}

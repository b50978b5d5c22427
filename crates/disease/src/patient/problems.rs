//! Contradictions between the facts of a patient. Nothing is repaired: the rules treat what contradicts itself as unknown.

use oligomet_base::{PartialDate, Place, Problem, Severity};

use super::{Lesions, Patient};
use crate::dates::surely_after;
use crate::{Count, Truth, stage4, states, subtype};

impl Patient {
    /// Facts that cannot all be true, as far as that is sure whatever the missing days and numbers are.
    ///
    /// OM505 dates out of order, OM506 counts of which the part is larger than the whole, OM507 facts that contradict
    /// each other, OM508 HER2 results that contradict each other.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.dates_out_of_order();
        problems.extend(self.counts_too_large());
        problems.extend(self.contradictions());
        problems.extend(subtype::her2_problem(self));
        for problem in problems.iter_mut().filter(|_| !self.id.is_empty()) {
            problem.place.subject = Some(format!("patient {}", self.id));
        }
        problems
    }

    fn dates_out_of_order(&self) -> Vec<Problem> {
        type Named = (&'static str, Option<PartialDate>);
        let primary: Named = ("primary_diagnosis", self.primary_diagnosis);
        let treated: Named = ("primary_treatment_end", self.primary_treatment_end);
        let first: Named = ("first_metastasis", self.first_metastasis);
        let omd: Named = ("omd_diagnosis", self.omd_diagnosis);
        let start: Named = ("systemic_start", self.systemic_start);
        let end: Named = ("systemic_end", self.systemic_end);
        let radiotherapy: Named = ("radiotherapy_end", self.radiotherapy_end);
        let imaging: Named = ("next_imaging", self.next_imaging);
        [
            (primary, treated),
            (primary, first),
            (primary, omd),
            (first, omd),
            (primary, start),
            (start, end),
            (omd, radiotherapy),
            (radiotherapy, imaging),
        ]
        .into_iter()
        .filter(|(earlier, later)| surely_after(earlier.1, later.1))
        .map(|(earlier, later)| out_of_order(earlier, later))
        .collect()
    }

    fn counts_too_large(&self) -> Vec<Problem> {
        let mut pairs = nested("", &self.total, "", &self.total);
        for (prefix, part) in [("progressing_", &self.progressing), ("treated_", &self.treated)] {
            pairs.extend(nested(prefix, part, prefix, part));
            pairs.extend(nested(prefix, part, "", &self.total));
        }
        for (whole, most) in [("progressing_lesions", self.progressing), ("lesions", self.total)] {
            pairs.push(("progressing_organs".into(), self.progressing_organs, whole.into(), most.lesions));
        }
        let mut problems: Vec<Problem> = Vec::new();
        for (part, n, whole, most) in pairs {
            let told = problems.iter().any(|problem| problem.place.column.as_deref() == Some(&*part));
            if !told && most.high.is_some_and(|high| n.low > high) {
                problems.push(too_large(&part, n, &whole, most));
            }
        }
        problems
    }

    fn contradictions(&self) -> Vec<Problem> {
        let history = "an earlier metastasis makes this a repeat or induced state, never a de novo one";
        let therapy = "recurrence and progression differ by exactly this";
        let stage = "de novo and recurrent stage IV disease differ by exactly this";
        let sites = "number and sites of the lesions are read together";
        let series =
            "a series of irradiated oligoprogression reports on patients without untreated progression";
        let found = [
            (
                self.denies_earlier_metastasis(),
                "omd_diagnosis",
                "the first metastasis was earlier than the state in question, yet no earlier oligo- or polymetastatic disease is recorded",
                history,
            ),
            (
                differ(self.systemic_therapy, states::therapy_by_dates(self, 0)),
                "systemic_therapy",
                "the dates of systemic therapy contradict what is said of its being ongoing",
                therapy,
            ),
            (
                self.systemic_therapy.is_false() && self.adjuvant_endocrine_only.is_true(),
                "adjuvant_endocrine_only",
                "adjuvant endocrine therapy is ongoing, yet no systemic therapy is",
                therapy,
            ),
            (
                differ(self.stage_iv_at_diagnosis, stage4::metastatic_by_dates(self, stage4::DE_NOVO_MONTHS)),
                "stage_iv_at_diagnosis",
                "the dates of the first diagnosis and the first metastasis contradict what is said of stage IV at diagnosis",
                stage,
            ),
            (self.organs_without_lesions(), "organs", "organs are involved, yet there are 0 lesions", sites),
            (self.lesions_without_organs(), "organs", "no organ is involved, yet there are lesions", sites),
            (
                self.all_progressing_treated.is_true() && self.fewer_treated_than_progress(),
                "all_progressing_treated",
                "fewer lesions were treated than progress, yet all progressing ones are said to be treated",
                series,
            ),
        ];
        let told = found.into_iter().filter(|(is, ..)| *is);
        told.map(|(_, field, what, why)| contradiction(Severity::Error, "OM507", field, what, why)).collect()
    }

    fn denies_earlier_metastasis(&self) -> bool {
        let no_history = self.history_polymetastatic.is_false() && self.history_oligometastatic.is_false();
        no_history && surely_after(self.omd_diagnosis, self.first_metastasis)
    }

    fn organs_without_lesions(&self) -> bool {
        self.organs.count().low > 0 && self.total.lesions.at_most(0).is_true()
    }

    fn lesions_without_organs(&self) -> bool {
        self.organs.count().at_most(0).is_true() && self.total.lesions.at_least(1).is_true()
    }

    /// Whether fewer lesions were treated than progress, whatever the missing numbers are.
    pub(crate) fn fewer_treated_than_progress(&self) -> bool {
        self.treated.lesions.high.is_some_and(|high| high < self.progressing.lesions.low)
    }
}

/// A count, its name, and the count that it cannot exceed, with its name.
type Nested = (String, Count, String, Count);

/// Regions are at most nodes, nodes at most lesions, and each at most those of the whole; nodes lie in some region.
fn nested(prefix: &str, part: &Lesions, whole_prefix: &str, whole: &Lesions) -> Vec<Nested> {
    let levels =
        |l: &Lesions| [("nodal_regions", l.nodal_regions), ("nodes", l.nodes), ("lesions", l.lesions)];
    let mut pairs = Vec::new();
    for (i, (name, count)) in levels(part).into_iter().enumerate() {
        for (whole_name, most) in levels(whole).into_iter().skip(i) {
            pairs.push((format!("{prefix}{name}"), count, format!("{whole_prefix}{whole_name}"), most));
        }
    }
    if whole.nodal_regions.high == Some(0) {
        let regions = format!("{whole_prefix}nodal_regions");
        pairs.push((format!("{prefix}nodes"), part.nodes, regions, whole.nodal_regions));
    }
    pairs
}

/// Whether both are known and one denies the other.
fn differ(a: Truth, b: Truth) -> bool {
    a != Truth::Unknown && b != Truth::Unknown && a != b
}

/// A contradiction between facts, told at the field that a reader would look up first.
pub(crate) fn contradiction(
    severity: Severity,
    code: &'static str,
    field: &str,
    what: &str,
    why: &str,
) -> Problem {
    Problem::new(severity, code, what)
        .at(Place::default().column(field))
        .why(why)
        .mend("look both up in the record; until then the rules take neither")
}

fn out_of_order(earlier: (&str, Option<PartialDate>), later: (&str, Option<PartialDate>)) -> Problem {
    let text = |date: Option<PartialDate>| date.map_or_else(String::new, |date| date.to_string());
    let what = format!("{} {} is after {} {}", earlier.0, text(earlier.1), later.0, text(later.1));
    Problem::error("OM505", what)
        .at(Place::default().column(later.0))
        .why("one of the two dates is wrong, and every interval between them with it")
        .mend("look both up in the record; the rules take neither until they fit")
}

fn too_large(part: &str, p: Count, whole: &str, w: Count) -> Problem {
    Problem::error("OM506", format!("{part} ({p}) exceeds {whole} ({w})"))
        .at(Place::default().column(part))
        .why("the number of lesions decides between oligo- and polymetastatic disease")
        .mend("count again on the report of that imaging; each lymph node counts as one lesion in all counts")
}

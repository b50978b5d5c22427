//! OM135: a cut-point chosen by looking at these data, or one that loses what the number tells.
//!
//! Harm of a chosen cut: how far its P value moves when the search is counted (1 where it loses P < 0.05, else a share
//! of two powers of ten). Harm of a cut at the median: the share of the number's likelihood ratio that the halves lose.

use oligomet_base::number::{counted, fixed, shortest};
use oligomet_results::AnalysisKind;
use oligomet_survival::{Cutpoint, CutpointOptions, best_cutpoint};

use super::case::{covariate_of, p_text, percent};
use super::statistics::{fit_columns, log_rank_p};
use super::{Case, Finding};
use crate::analysis::Outcomes;
use crate::derive::{Variable, variable_numbers};
use crate::model::{Covariate, CutSource};

/// With fewer cuts possible, a stated cut is easily also the best one.
const LEAST_CUTS: usize = 10;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    case.variables.iter().filter_map(|v| one(case, v)).collect()
}

/// A cut variable where it is first compared.
struct Use<'c, 'a> {
    case: &'c Case<'a>,
    variable: &'a Variable,
    covariate: &'a Covariate,
    at: &'a [f64],
    endpoint: &'a str,
    outcomes: Outcomes,
    /// The uncut numbers of the subjects.
    numbers: Vec<f64>,
}

fn one<'a>(case: &Case<'a>, variable: &'a Variable) -> Option<Finding> {
    let covariate = covariate_of(&variable.plan)?;
    let at = covariate.cut.as_ref().map(|c| c.at.as_slice())?;
    let k = first_comparison(case, &variable.plan.name)?;
    let numbers = variable_numbers(&variable.plan, case.base, case.rows)?;
    let outcomes = case.outcomes(k, |s| !numbers[s as usize].is_nan())?;
    if outcomes.n_events() == 0 {
        return None;
    }
    let numbers = outcomes.subject.iter().map(|s| numbers[*s as usize]).collect();
    let endpoint = case.plan.analyses[k].endpoint.as_str();
    let of = Use { case, variable, covariate, at, endpoint, outcomes, numbers };
    match covariate.cut_source {
        Some(CutSource::Data) => Some(of.chosen()),
        _ => of.like_chosen().or_else(|| of.at_the_median()),
    }
}

/// The first analysis that compares groups of a variable.
fn first_comparison(case: &Case<'_>, name: &str) -> Option<usize> {
    case.plan.analyses.iter().position(|a| {
        let compared = a.by == name || a.terms.iter().any(|t| t == name) || a.vars.iter().any(|v| v == name);
        compared && a.kind != AnalysisKind::Table1 && !a.endpoint.is_empty()
    })
}

impl Use<'_, '_> {
    fn finding(&self, what: String) -> Finding {
        let name = &self.variable.plan.name;
        let span = self.covariate.cut.as_ref().map_or(self.covariate.span.clone(), |c| c.span.clone());
        self.case.finding("OM135", what, span, format!("covariate `{name}`"))
    }

    fn codes(&self) -> Vec<u32> {
        let of = |x: &f64| self.at.iter().filter(|cut| x >= *cut).count() as u32;
        self.numbers.iter().map(of).collect()
    }

    /// P of the groups as if the cut had been given.
    fn naive_p(&self) -> Option<f64> {
        log_rank_p(&self.outcomes, &self.codes(), self.at.len() + 1)
    }

    /// The search over all cuts of these data.
    fn search(&self) -> Option<Cutpoint> {
        if self.case.is_large() || self.at.len() != 1 {
            return None;
        }
        best_cutpoint(&self.outcomes.sample().ok()?, &self.numbers, &CutpointOptions::default()).ok()
    }

    /// The candidate that divides the patients as the study does.
    fn own_candidate(&self, search: &Cutpoint) -> Option<f64> {
        let low = self.numbers.iter().filter(|x| **x < self.at[0]).count();
        search.candidates.iter().find(|c| c.n_low == low).map(|c| c.statistic.abs())
    }

    /// A cut that the study itself says was chosen in these data.
    fn chosen(&self) -> Finding {
        let label = &self.variable.plan.label;
        let what = format!("the cut-point of {label} was chosen by looking at these data");
        let general = "a P value and a hazard ratio of the best of many cuts are computed as if only one had been tried";
        let naive = self.naive_p();
        let adjusted = self.search().and_then(|search| {
            let mut own = search.clone();
            own.statistic = self.own_candidate(&search)?;
            Some((own.p_gauss(), search.candidates.len()))
        });
        let (told, harm) = match (naive, adjusted) {
            (Some(naive), Some((adjusted, tried))) => (
                format!(
                    "; {}: {} as printed, {} with the search over {} counted",
                    self.endpoint,
                    p_text(naive),
                    p_text(adjusted),
                    counted(tried, "cut")
                ),
                moved(naive, adjusted),
            ),
            (Some(naive), None) => (
                format!("; {}: {} as printed; the search was not repeated", self.endpoint, p_text(naive)),
                0.5,
            ),
            _ => (String::new(), 0.5),
        };
        self.finding(what).why(format!("{general}{told}")).mend(self.mend_chosen()).harm(harm)
    }

    fn mend_chosen(&self) -> String {
        format!(
            "use the number itself; or print the P value of the search beside the cut, and confirm the cut in other data\n\
             [covariate.{0}]\nfrom = \"{1}\"\nper = 10\n# or\n[[analysis]]\nid = \"cut_{0}\"\nkind = \"cutpoint\"\nendpoint = \"{2}\"\nterms = [\"{0}\"]",
            self.variable.plan.name, self.covariate.from.text, self.endpoint
        )
    }

    /// A cut that is said to come from elsewhere and is also the best one here.
    fn like_chosen(&self) -> Option<Finding> {
        let search = self.search().filter(|s| s.candidates.len() >= LEAST_CUTS)?;
        let own = self.own_candidate(&search)?;
        if own < search.statistic {
            return None;
        }
        let (naive, adjusted) = (self.naive_p()?, search.p_gauss());
        let source = self.covariate.cut_source.map_or("", CutSource::name);
        let what = format!(
            "the cut of {} at {}, given as {source}, is also the best of the {} cuts of these data",
            self.variable.plan.label,
            shortest(self.at[0]),
            search.candidates.len()
        );
        let why = format!(
            "if it was in fact found here, its P value is too small; {}: {} as printed, {} with the search counted",
            self.endpoint,
            p_text(naive),
            p_text(adjusted)
        );
        let mend = format!(
            "cite where the cut was published or stated; if it was found here, say so\n[covariate.{}]\ncut_source = \"data\"",
            self.variable.plan.name
        );
        Some(self.finding(what).why(why).mend(mend).harm(moved(naive, adjusted) / 2.0))
    }

    /// Halves at the median of these very patients.
    fn at_the_median(&self) -> Option<Finding> {
        if self.at.len() != 1 || self.case.is_large() || !is_median(&self.numbers, self.at[0]) {
            return None;
        }
        let halves: Vec<f64> = self.codes().iter().map(|c| f64::from(*c)).collect();
        let of_halves = fit_columns(&self.outcomes, &[&halves])?.likelihood_ratio.statistic;
        let of_number = fit_columns(&self.outcomes, &[&self.numbers])?.likelihood_ratio.statistic;
        let lost = if of_number > 0.0 { (1.0 - of_halves / of_number).max(0.0) } else { 0.0 };
        let what = format!(
            "{} is cut at {}, the median of these patients",
            self.variable.plan.label,
            shortest(self.at[0])
        );
        let why = format!(
            "the median is another in other patients, and two halves say that all within a half are alike; {}: the number tells {} (chi-squared), the halves {}: {} of it is lost",
            self.endpoint,
            fixed(of_number, 1),
            fixed(of_halves, 1),
            percent(lost)
        );
        let mend = format!(
            "use the number itself in models\n[covariate.{}]\nfrom = \"{}\"\nper = 10",
            self.variable.plan.name, self.covariate.from.text
        );
        Some(self.finding(what).why(why).mend(mend).harm(lost))
    }
}

/// How far a P value moved: 1 where it is no longer below 0.05, else the share of two powers of ten.
fn moved(naive: f64, adjusted: f64) -> f64 {
    if naive < 0.05 && adjusted >= 0.05 {
        return 1.0;
    }
    let least = f64::MIN_POSITIVE;
    ((libm::log10(adjusted.max(least)) - libm::log10(naive.max(least))) / 2.0).clamp(0.0, 1.0)
}

fn is_median(numbers: &[f64], cut: f64) -> bool {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let median = if n % 2 == 1 { sorted[n / 2] } else { (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0 };
    n >= 10 && (median - cut).abs() <= 1e-9 * median.abs()
}

#[cfg(test)]
mod tests {
    use super::{is_median, moved};

    #[test]
    fn harm_of_a_search() {
        assert_eq!(moved(0.01, 0.08), 1.0);
        assert!((moved(0.001, 0.01) - 0.5).abs() < 1e-12);
        assert_eq!(moved(0.3, 0.3), 0.0);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert!(is_median(&ten, 5.5) && !is_median(&ten, 5.0));
    }
}

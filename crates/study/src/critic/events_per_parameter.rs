//! OM132: more parameters than the events, or the patients, can carry.
//!
//! Harm: the share of the model's likelihood ratio that its parameters would have by chance, p / LR: one minus the
//! heuristic shrinkage (LR - p) / LR.

use oligomet_base::number::{counted, fixed};

use super::case::{Model, percent, ratio};
use super::{Case, Finding};

/// Events that a parameter needs.
const EVENTS_PER_PARAMETER: f64 = 10.0;
/// Patients that a parameter needs: three parameters at 59 patients.
const PATIENTS_PER_PARAMETER: f64 = 20.0;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    case.models().iter().filter_map(|model| one(case, model)).collect()
}

/// Parameters that so many patients and events can carry; at least 1.
pub(super) fn most_parameters(patients: usize, events: usize) -> usize {
    let by_events = events as f64 / EVENTS_PER_PARAMETER;
    let by_patients = (patients as f64 / PATIENTS_PER_PARAMETER).round();
    by_events.min(by_patients).max(1.0) as usize
}

fn one(case: &Case<'_>, model: &Model<'_>) -> Option<Finding> {
    // A level that nobody has is no parameter.
    let parameters = model.columns.values.iter().filter(|c| varies(c)).count();
    let (patients, events) = (model.outcomes.len(), model.outcomes.n_events());
    let most = most_parameters(patients, events);
    if parameters <= most {
        return None;
    }
    let id = &model.analysis.id;
    let what = format!(
        "{} for {} and {} in `{id}`: {} events per parameter",
        counted(parameters, "parameter"),
        counted(events, "event"),
        case.counted(patients),
        fixed(events as f64 / parameters as f64, 1)
    );
    let general =
        "below about 10 events and 20 patients for each parameter hazard ratios are unstable and too extreme";
    let (told, harm) = optimism(model).unwrap_or_else(|| {
        let short = 1.0 - most as f64 / parameters as f64;
        (String::new(), short)
    });
    let mend = format!(
        "name at most {} beforehand, by what is known and not by P\n\
         [[analysis]]\nid = \"{id}\"\nterms = [{}]  # at most {most}",
        counted(most, "parameter"),
        vec!["\"...\""; most.min(3)].join(", ")
    );
    let finding = case.finding("OM132", what, case.span_of_terms(id), format!("analysis `{id}`"));
    Some(finding.why(format!("{general}{told}")).mend(mend).harm(harm))
}

fn varies(column: &[f64]) -> bool {
    column.iter().any(|x| *x != column[0])
}

/// What the fit itself tells of its optimism, and p / LR.
fn optimism(model: &Model<'_>) -> Option<(String, f64)> {
    let test = &model.fit.as_ref()?.likelihood_ratio;
    let chance = test.df as f64 / test.statistic;
    let shrinkage = (1.0 - chance).max(0.0);
    let mut told = format!(
        "; the likelihood ratio is {} with {} parameters: shrinkage {}, so {} of what the model tells is chance",
        fixed(test.statistic, 1),
        test.df,
        fixed(shrinkage, 2),
        percent(chance.min(1.0))
    );
    if let Some((largest, column)) = model.largest_effect(|_| true) {
        told.push_str(&format!(
            "; the hazard ratio of {} is {} here, and about {} is to be expected in new patients",
            model.columns.label(column),
            ratio(largest),
            ratio(largest * shrinkage)
        ));
    }
    Some((told, chance.min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::most_parameters;

    #[test]
    fn three_parameters_at_fifty_nine_patients() {
        assert_eq!(most_parameters(59, 45), 3);
        assert_eq!(most_parameters(59, 20), 2);
        assert_eq!(most_parameters(133, 60), 6);
        assert_eq!(most_parameters(30, 9), 1);
    }
}

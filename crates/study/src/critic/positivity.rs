//! OM141: a dose effect adjusted for site, where some sites know one dose only.
//!
//! Harm: the share of patients in sites with a single dose level: they tell nothing about dose within a site.

use oligomet_base::number::counted;
use oligomet_schema::Category;

use super::case::{Model, percent};
use super::origin::{BIOLOGICAL_DOSE, roots};
use super::{Case, Finding, words};
use crate::derive::{Values, Variable};

/// Below this share of patients in sites of one dose level the rule says nothing.
const LEAST_SHARE: f64 = 0.1;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let of_model = |model: &Model<'_>| -> Option<Finding> {
        let doses = model.columns.terms.iter().filter(|t| is_dose(case, t));
        let sites: Vec<&&Variable> = model.columns.terms.iter().filter(|t| is_site(case, t)).collect();
        let pairs = doses.flat_map(|d| sites.iter().map(move |s| (*d, **s)));
        let found = pairs.filter_map(|(dose, site)| one(case, model, dose, site));
        found.max_by(|a, b| a.harm.total_cmp(&b.harm))
    };
    case.models().iter().filter_map(of_model).collect()
}

fn is_dose(case: &Case<'_>, variable: &Variable) -> bool {
    let names = roots(case, &variable.plan);
    let total = case.plan.file.dose.as_ref().and_then(|d| d.total.as_ref()).map(|t| t.text.as_str());
    names.iter().any(|n| n == BIOLOGICAL_DOSE || n == "dose_gy" || Some(n.as_str()) == total)
        || variable.plan.unit == "Gy"
}

fn is_site(case: &Case<'_>, variable: &Variable) -> bool {
    let names = roots(case, &variable.plan);
    words::is_site(&variable.plan.name) || names.iter().any(|n| words::is_site(n))
}

/// Dose levels: those of the factor, or below and from the median of a number.
fn dose_levels(dose: &Variable, subjects: &[u32]) -> Option<(Vec<u32>, Vec<String>)> {
    match &dose.values {
        Values::Codes(codes) => {
            Some((subjects.iter().map(|s| codes[*s as usize]).collect(), dose.plan.levels.clone()))
        }
        Values::Columns(_) => None,
        Values::Numbers(x) => {
            let mut sorted: Vec<f64> =
                subjects.iter().map(|s| x[*s as usize]).filter(|x| !x.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            let median = *sorted.get(sorted.len() / 2)?;
            let code = |s: &u32| u32::from(x[*s as usize] >= median);
            let label = oligomet_base::number::significant(median, 3);
            Some((subjects.iter().map(code).collect(), vec![format!("<{label}"), format!(">={label}")]))
        }
    }
}

/// Levels of a site; a number is a code.
fn site_levels(site: &Variable, subjects: &[u32]) -> Option<(Vec<u32>, Vec<String>)> {
    match &site.values {
        Values::Codes(codes) => {
            Some((subjects.iter().map(|s| codes[*s as usize]).collect(), site.plan.levels.clone()))
        }
        Values::Columns(_) => None,
        Values::Numbers(x) => {
            let of: Vec<f64> = subjects.iter().map(|s| x[*s as usize]).collect();
            let known = super::origin::distinct(&of);
            let labels = known.iter().map(|v| oligomet_base::number::shortest(*v)).collect();
            (known.len() <= 12)
                .then(|| (super::origin::as_codes(site, subjects, 12).unwrap_or_default(), labels))
        }
    }
}

fn one(case: &Case<'_>, model: &Model<'_>, dose: &Variable, site: &Variable) -> Option<Finding> {
    let subjects = &model.outcomes.subject;
    let ((doses, dose_labels), (sites, site_labels)) =
        (dose_levels(dose, subjects)?, site_levels(site, subjects)?);
    let mut table = vec![vec![0usize; dose_labels.len()]; site_labels.len()];
    for (s, d) in
        sites.iter().zip(&doses).filter(|(s, d)| **s != Category::MISSING && **d != Category::MISSING)
    {
        table[*s as usize][*d as usize] += 1;
    }
    let alone = |row: &&Vec<usize>| row.iter().filter(|n| **n > 0).count() == 1;
    let (total, stuck): (usize, usize) =
        (table.iter().flatten().sum(), table.iter().filter(alone).flatten().sum());
    let share = stuck as f64 / total.max(1) as f64;
    if share < LEAST_SHARE {
        return None;
    }
    let id = &model.analysis.id;
    let empty = table.iter().filter(|row| row.iter().any(|n| *n > 0)).flatten().filter(|n| **n == 0).count();
    let what = format!(
        "`{id}` adjusts `{}` for `{}`, and {} of dose and site {} empty",
        dose.plan.name,
        site.plan.name,
        counted(empty, "cell"),
        if empty == 1 { "is" } else { "are" }
    );
    let why = format!(
        "where a site knows one dose only, an adjusted dose effect is an assumption and no observation: {} of {} ({}) are in such sites; \
         patients by site ({}): {}",
        stuck,
        case.counted(total),
        percent(share),
        dose_labels.join(" / "),
        rows(&table, &site_labels)
    );
    let mend = format!(
        "show dose by site, and compare doses within the sites that know several\n\
         [[analysis]]\nid = \"dose_by_site\"\nkind = \"dose-by-site\"\nendpoint = \"{}\"\ndose = \"{}\"\nsite = \"{}\"",
        model.analysis.endpoint, dose.plan.name, site.plan.name
    );
    let span = case.span_of_use(id, &dose.plan.name);
    Some(case.finding("OM141", what, span, format!("analysis `{id}`")).why(why).mend(mend).harm(share))
}

/// `lung 0 / 3, brain 10 / 7`.
fn rows(table: &[Vec<usize>], labels: &[String]) -> String {
    let row = |(counts, label): (&Vec<usize>, &String)| {
        let cells: Vec<String> = counts.iter().map(usize::to_string).collect();
        format!("{label} {}", cells.join(" / "))
    };
    let filled = table.iter().zip(labels).filter(|(c, _)| c.iter().any(|n| *n > 0));
    filled.map(row).collect::<Vec<_>>().join(", ")
}

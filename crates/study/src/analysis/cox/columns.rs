//! The columns of a model: numbers as they are, factors as indicators of every level but the reference.

use oligomet_survival::{Design, NotEstimable, SurvivalError};

use crate::analysis::code;
use crate::derive::{Values, Variable};

/// A model's columns: which term each one is, and what it is called within it.
pub(crate) struct Columns<'a> {
    pub(crate) terms: Vec<&'a Variable>,
    /// (term, level; empty for a number) per column.
    pub(crate) of: Vec<(usize, String)>,
    pub(crate) values: Vec<Vec<f64>>,
}

/// The columns of a variable over subjects, each with its name: a number is one without a name, a factor one per level but
/// the reference.
pub(crate) fn model_columns(term: &Variable, n_subjects: usize) -> Vec<(String, Vec<f64>)> {
    let all: Vec<u32> = (0..n_subjects as u32).collect();
    columns_of(term, &all)
}

fn columns_of(term: &Variable, subjects: &[u32]) -> Vec<(String, Vec<f64>)> {
    let pick = |x: &[f64], per: f64| subjects.iter().map(|s| x[*s as usize] / per).collect::<Vec<f64>>();
    match &term.values {
        Values::Numbers(x) => vec![(String::new(), pick(x, term.plan.per.unwrap_or(1.0)))],
        Values::Columns(all) => all.iter().map(|(name, x)| (name.clone(), pick(x, 1.0))).collect(),
        Values::Codes(_) => {
            let reference = term.plan.reference.unwrap_or(0);
            let indicator = |level: usize| {
                let is = |s: &u32| f64::from(u8::from(code(term, *s) == level as u32));
                (term.plan.levels[level].clone(), subjects.iter().map(is).collect())
            };
            (0..term.plan.levels.len()).filter(|l| *l != reference).map(indicator).collect()
        }
    }
}

impl<'a> Columns<'a> {
    pub(crate) fn of(terms: &[&'a Variable], subjects: &[u32]) -> Self {
        let mut columns = Self { terms: terms.to_vec(), of: Vec::new(), values: Vec::new() };
        for (t, term) in terms.iter().enumerate() {
            for (name, values) in columns_of(term, subjects) {
                columns.of.push((t, name));
                columns.values.push(values);
            }
        }
        columns
    }

    pub(crate) fn level_name(&self, column: usize) -> &str {
        &self.of[column].1
    }

    /// The variable of a column.
    pub(crate) fn variable(&self, column: usize) -> &'a Variable {
        self.terms[self.of[column].0]
    }

    /// The columns as `survival` takes them, every term told apart.
    ///
    /// # Errors
    /// What `survival` says of the values.
    pub(crate) fn design<'s>(&'s self, slices: &'s mut Vec<&'s [f64]>) -> Result<Design<'s>, SurvivalError> {
        slices.extend(self.values.iter().map(Vec::as_slice));
        let terms: Vec<usize> = self.of.iter().map(|(t, _)| *t).collect();
        Design::new(slices)?.with_terms(&terms)
    }

    /// Why a coefficient does not exist, in words.
    pub(crate) fn why_not(&self, why: &NotEstimable) -> String {
        match why {
            NotEstimable::Infinite { .. } => {
                "not estimable: the covariate separates patients with the event from the others (the hazard ratio has no finite estimate)".into()
            }
            NotEstimable::Constant => "not estimable: it is the same in all patients of the model".into(),
            NotEstimable::Collinear { with } => {
                let others: Vec<String> = with.iter().map(|&c| self.label(c)).collect();
                format!("not estimable: it follows from {}", others.join(", "))
            }
        }
    }

    /// A column in words: `Grade 3`, `Age`.
    pub(crate) fn label(&self, column: usize) -> String {
        format!("{} {}", self.variable(column).plan.label, self.level_name(column)).trim_end().to_owned()
    }
}

//! The columns of a model: numbers as they are, factors as indicators of every level but the reference.

use oligomet_survival::{Design, NotEstimable, SurvivalError};

use crate::analysis::code;
use crate::derive::{Values, Variable};

/// A model's columns: which term and level each one is.
pub(in crate::analysis) struct Columns<'a> {
    pub(in crate::analysis) terms: Vec<&'a Variable>,
    /// (term, level; `None` for a number) per column.
    pub(in crate::analysis) of: Vec<(usize, Option<usize>)>,
    pub(in crate::analysis) values: Vec<Vec<f64>>,
}

impl<'a> Columns<'a> {
    pub(in crate::analysis) fn of(terms: &[&'a Variable], subjects: &[u32]) -> Self {
        let mut columns = Self { terms: terms.to_vec(), of: Vec::new(), values: Vec::new() };
        for (t, term) in terms.iter().enumerate() {
            match &term.values {
                Values::Numbers(x) => {
                    let per = term.plan.per.unwrap_or(1.0);
                    columns.push(t, None, subjects.iter().map(|s| x[*s as usize] / per).collect());
                }
                Values::Codes(_) => {
                    let reference = term.plan.reference.unwrap_or(0);
                    for level in (0..term.plan.levels.len()).filter(|l| *l != reference) {
                        let indicator = |s: &u32| f64::from(u8::from(code(term, *s) == level as u32));
                        columns.push(t, Some(level), subjects.iter().map(indicator).collect());
                    }
                }
            }
        }
        columns
    }

    fn push(&mut self, term: usize, level: Option<usize>, values: Vec<f64>) {
        self.of.push((term, level));
        self.values.push(values);
    }

    pub(in crate::analysis) fn level_name(&self, column: usize) -> &str {
        let (term, level) = self.of[column];
        level.map_or("", |l| self.terms[term].plan.levels[l].as_str())
    }

    /// The columns as `survival` takes them, every term told apart.
    ///
    /// # Errors
    /// What `survival` says of the values.
    pub(in crate::analysis) fn design<'s>(
        &'s self,
        slices: &'s mut Vec<&'s [f64]>,
    ) -> Result<Design<'s>, SurvivalError> {
        slices.extend(self.values.iter().map(Vec::as_slice));
        let terms: Vec<usize> = self.of.iter().map(|(t, _)| *t).collect();
        Design::new(slices)?.with_terms(&terms)
    }

    /// Why a coefficient does not exist, in words.
    pub(in crate::analysis) fn why_not(&self, why: &NotEstimable) -> String {
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
    pub(in crate::analysis) fn label(&self, column: usize) -> String {
        let (term, _) = self.of[column];
        format!("{} {}", self.terms[term].plan.label, self.level_name(column)).trim_end().to_owned()
    }
}

//! The covariates of a model.

use super::tile::MANY_ROWS;
use crate::error::{Result, SurvivalError};
use crate::limits::check_column;
use crate::sample::check_length;
use rayon::prelude::*;

/// Covariates by column, grouped into terms, and an optional offset.
///
/// # Example
/// ```
/// use oligomet_survival::Design;
/// let (age, grade2, grade3) = ([61.0, 48.0, 70.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]);
/// // Two columns code one factor: terms 0 (age) and 1 (grade).
/// let design = Design::new(&[&age, &grade2, &grade3])?.with_terms(&[0, 1, 1])?;
/// assert_eq!((design.n_columns(), design.n_terms()), (3, 2));
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Design<'a> {
    pub(crate) columns: Vec<&'a [f64]>,
    /// Largest size of a value of each column.
    pub(crate) largest: Vec<f64>,
    pub(crate) term_of_column: Vec<usize>,
    pub(crate) offset: Option<&'a [f64]>,
}

impl<'a> Design<'a> {
    /// Columns of one value per row. Each is a term of its own until [`Design::with_terms`].
    ///
    /// # Errors
    /// [`SurvivalError::NoCovariates`], [`SurvivalError::LengthMismatch`], [`SurvivalError::NotFinite`];
    /// [`SurvivalError::OutOfRange`] for a column with a value above 1e50, or whose largest is below 1e-50.
    pub fn new(columns: &[&'a [f64]]) -> Result<Self> {
        let n = columns.first().ok_or(SurvivalError::NoCovariates)?.len();
        let check = |(column, values): (usize, &&[f64])| {
            check_length("covariate", n, values.len())?;
            check_column("covariate", values, column)
        };
        // All are checked, and the first error told, whatever the number of threads.
        let checked: Vec<Result<f64>> = if n >= MANY_ROWS {
            columns.par_iter().enumerate().map(check).collect()
        } else {
            columns.iter().enumerate().map(check).collect()
        };
        let largest = checked.into_iter().collect::<Result<_>>()?;
        let term_of_column = (0..columns.len()).collect();
        Ok(Design { columns: columns.to_vec(), largest, term_of_column, offset: None })
    }

    /// Groups columns into terms, numbered from 0: a factor's columns are one term.
    ///
    /// # Errors
    /// [`SurvivalError::LengthMismatch`] unless there is one term number per column;
    /// [`SurvivalError::InvalidOption`] for a number that is not below the number of columns.
    pub fn with_terms(mut self, term_of_column: &[usize]) -> Result<Self> {
        check_length("terms", self.columns.len(), term_of_column.len())?;
        if let Some(&term) = term_of_column.iter().find(|&&t| t >= self.columns.len()) {
            let expected = "term numbers count from 0 and stay below the number of columns";
            return Err(SurvivalError::InvalidOption { option: "term", value: term as f64, expected });
        }
        self.term_of_column = term_of_column.to_vec();
        Ok(self)
    }

    /// A known part of the linear predictor, one value per row.
    ///
    /// # Errors
    /// [`SurvivalError::LengthMismatch`], [`SurvivalError::NotFinite`]; [`SurvivalError::OutOfRange`] for
    /// offsets more than 50 apart.
    pub fn with_offset(mut self, offset: &'a [f64]) -> Result<Self> {
        check_length("offset", self.n_rows(), offset.len())?;
        check_finite("offset", offset, 0)?;
        crate::limits::check_offset(offset)?;
        self.offset = Some(offset);
        Ok(self)
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.columns[0].len()
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// Number of terms.
    pub fn n_terms(&self) -> usize {
        self.term_of_column.iter().max().map_or(0, |t| t + 1)
    }

    /// Columns of one term.
    pub fn columns_of_term(&self, term: usize) -> Vec<usize> {
        (0..self.columns.len()).filter(|&j| self.term_of_column[j] == term).collect()
    }
}

pub(crate) fn check_finite(what: &'static str, values: &[f64], column: usize) -> Result<()> {
    check_column(what, values, column).map(|_| ())
}

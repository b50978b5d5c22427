//! The base table: the columns of the data set and what is derived from them before any selection.

use oligomet_base::Problem;
use oligomet_base::file::{Text, TomlFile};
use oligomet_base::number::shortest;
use oligomet_base::{Dose, Place};
use oligomet_dose::{AlphaBeta, Fractionation, bed, eqd2};
use oligomet_schema::{Column, ColumnData, ColumnType, DataSet};

use crate::derive::disease::derive_disease;
use crate::expression::Scope;
use crate::model::{DoseBlock, StudyFile};
use crate::plan::{Axis, TimePoint};
use crate::relational::{Related, Streams};

/// The base table.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// What was read, with derived columns appended.
    pub data: DataSet,
    /// What happened to each row and when, of relational records; none of one table.
    pub streams: Streams,
    /// Where the rows come from in relational records; `None` for one table.
    pub related: Option<Related>,
}

impl Base {
    /// The data set with the columns that `[dose]` and `[disease]` derive.
    pub(crate) fn new(data: DataSet, study: &StudyFile, file: &TomlFile) -> Self {
        let mut base = Self { data, ..Self::default() };
        if let Some(dose) = &study.dose {
            base.derive_dose(dose, file);
        }
        if let Some(disease) = &study.disease {
            derive_disease(&mut base.data.table, disease, file);
        }
        base
    }

    /// Names that rules may use.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        Scope::of_columns(&self.data.table.columns).with_related(self.related.as_ref(), None)
    }

    /// Names that restrictions of analyses may use: `first` hides columns of the same name.
    #[must_use]
    pub fn scope_with<'a>(&'a self, first: &'a [Column]) -> Scope<'a> {
        let columns = first.iter().chain(&self.data.table.columns);
        Scope::of_columns(columns).with_related(self.related.as_ref(), None)
    }

    /// Durations are on the calendar when their origin is a date column.
    #[must_use]
    pub fn duration_axis(&self) -> Axis {
        let origin = self.data.origin.as_deref().and_then(|o| self.data.table.column(o));
        if origin.is_some_and(|c| c.kind == ColumnType::Date) { Axis::Calendar } else { Axis::Origin }
    }

    /// A point in time for each of `rows`, in days on its axis; NaN where missing.
    #[must_use]
    pub fn points(&self, point: &TimePoint, rows: &[usize]) -> Vec<f64> {
        let Some(name) = &point.column else { return vec![0.0; rows.len()] };
        match self.data.table.column(name).map(|c| &c.data) {
            Some(ColumnData::Date(days)) => {
                let of = |r: &usize| days.get(*r).copied().flatten().map_or(f64::NAN, |d| f64::from(d.0));
                rows.iter().map(of).collect()
            }
            Some(ColumnData::Duration(days)) => {
                let since: Vec<f64> =
                    rows.iter().map(|&r| days.get(r).copied().unwrap_or(f64::NAN)).collect();
                self.on_axis(since, rows)
            }
            _ => vec![f64::NAN; rows.len()],
        }
    }

    /// Durations moved to the calendar when their origin is a date column.
    fn on_axis(&self, mut since: Vec<f64>, rows: &[usize]) -> Vec<f64> {
        let origin = self.data.origin.as_deref().and_then(|o| self.data.table.column(o));
        if let Some(ColumnData::Date(days)) = origin.map(|c| &c.data) {
            for (value, &row) in since.iter_mut().zip(rows) {
                *value += days.get(row).copied().flatten().map_or(f64::NAN, |d| f64::from(d.0));
            }
        }
        since
    }

    fn derive_dose(&mut self, block: &DoseBlock, file: &TomlFile) {
        let names = [(&block.total, "total"), (&block.fractions, "fractions")].map(|(name, key)| {
            if name.is_none() {
                let what = format!("[dose] needs `{key}`");
                let why = "it names the column of total dose in Gy, or of the number of fractions";
                file.report_at(block.span.clone(), Problem::error("OM305", what).why(why));
            }
            name.as_ref()
        });
        let [Some(total), Some(fractions)] = names else { return };
        let total_name = total;
        let columns = [total, fractions].map(|name| {
            let column = self.data.table.column(&name.text);
            match column.map(|c| &c.data) {
                Some(ColumnData::Number(values)) => Some(values.clone()),
                _ => {
                    let what = format!("[dose] needs a column of numbers, and `{}` is none", name.text);
                    file.report_at(name.span.clone(), Problem::error("OM313", what));
                    None
                }
            }
        });
        let [Some(total), Some(fractions)] = columns else { return };
        let fractionations = self.fractionations(&total, &fractions, total_name, file);
        let main = std::iter::once((block.alpha_beta, String::new()));
        let others =
            block.sensitivity.iter().map(|&ab| (ab, format!("_ab{}", shortest(ab).replace('.', "_"))));
        for (gray, suffix) in main.chain(others) {
            let Ok(alpha_beta) = AlphaBeta::from_gray(gray) else {
                let what = format!("alpha/beta of {gray} Gy has no meaning; it must be above 0");
                file.report_at(block.span.clone(), Problem::error("OM401", what));
                continue;
            };
            let of = |f: fn(&Fractionation, AlphaBeta) -> f64| {
                fractionations.iter().map(|x| x.as_ref().map_or(f64::NAN, |x| f(x, alpha_beta))).collect()
            };
            self.add_dose_column(&format!("bed_gy{suffix}"), &format!("BED (α/β {gray} Gy)"), of(bed));
            self.add_dose_column(&format!("eqd2_gy{suffix}"), &format!("EQD2 (α/β {gray} Gy)"), of(eqd2));
        }
    }

    /// One fractionation per row; what cannot be one is told with its row.
    fn fractionations(
        &self,
        total: &[f64],
        fractions: &[f64],
        total_name: &Text,
        file: &TomlFile,
    ) -> Vec<Option<Fractionation>> {
        let source = self.data.sources.first().map(|s| s.name.clone()).unwrap_or_default();
        let mut found = Vec::with_capacity(total.len());
        for (row, (&gray, &n)) in total.iter().zip(fractions).enumerate() {
            if gray.is_nan() || n.is_nan() {
                found.push(None);
                continue;
            }
            let whole = (n.fract() == 0.0 && (1.0..=1000.0).contains(&n)).then_some(n as u32);
            let built = Dose::from_gray(gray).zip(whole).and_then(|(d, n)| Fractionation::new(d, n).ok());
            if built.is_none() {
                let place = Place::file(source.clone())
                    .row(u64::from(self.data.table.source_rows.get(row).copied().unwrap_or(0)))
                    .column(total_name.text.clone());
                file.report(
                    Problem::warning("OM402", format!("{gray} Gy in {n} fractions is no fractionation"))
                        .at(place)
                        .why("BED and EQD2 need a dose above 0 and below 300 Gy, given in a whole number of fractions")
                        .mend("look whether the dose is in Gy and the two columns are not exchanged; the patient counts as missing"),
                );
            }
            found.push(built);
        }
        found
    }

    fn add_dose_column(&mut self, name: &str, label: &str, values: Vec<f64>) {
        self.data.table.columns.push(Column {
            name: name.into(),
            label: label.into(),
            kind: ColumnType::Number,
            unit: Some("Gy".into()),
            time_unit: None,
            header: "derived".into(),
            data: ColumnData::Number(values),
        });
    }
}

//! One row per number.

use std::collections::BTreeMap;

/// A grouping variable and its level; both empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// Variable.
    pub name: String,
    /// Level.
    pub level: String,
}

/// What a number is: the key of the `stats` table.
///
/// ```
/// use oligomet_results::StatKey;
/// let key = StatKey::new("km_os", "OS", "survival").group("grade", "3").variable("time", "730.5");
/// assert_eq!(key.groups[0].level, "3");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatKey {
    /// Analysis.
    pub analysis_id: String,
    /// Endpoint, or empty.
    pub endpoint: String,
    /// What it belongs to: `survival`, `cox`.
    pub context: String,
    /// Up to four groups.
    pub groups: [Group; 4],
    /// What is described.
    pub variable: String,
    /// Its level.
    pub variable_level: String,
}

impl StatKey {
    /// A key without groups and variable.
    #[must_use]
    pub fn new(analysis_id: &str, endpoint: &str, context: &str) -> Self {
        Self {
            analysis_id: analysis_id.into(),
            endpoint: endpoint.into(),
            context: context.into(),
            ..Self::default()
        }
    }

    /// This key in the first group that is still free.
    #[must_use]
    pub fn group(mut self, name: &str, level: &str) -> Self {
        if let Some(free) = self.groups.iter_mut().find(|g| g.name.is_empty()) {
            *free = Group { name: name.into(), level: level.into() };
        }
        self
    }

    /// This key for a variable and level.
    #[must_use]
    pub fn variable(mut self, name: &str, level: &str) -> Self {
        self.variable = name.into();
        self.variable_level = level.into();
        self
    }
}

/// A number with its key and all that a reader may ask of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StatRow {
    /// What it is.
    pub key: StatKey,
    /// `estimate`, `n`, `p.value` ….
    pub stat_name: String,
    /// The number; `None` where it does not exist. Never NaN.
    pub stat: Option<f64>,
    /// Why there is none, or a result that is a text.
    pub stat_text: Option<String>,
    /// Unit, empty for pure numbers.
    pub unit: String,
    /// Level of an interval.
    pub conf_level: Option<f64>,
    /// How it was computed.
    pub method_id: String,
    /// Who is behind it.
    pub cohort_id: String,
    /// Whether the analysis was planned.
    pub planned: bool,
    /// Whether it was withheld.
    pub suppressed: bool,
    /// What the reader must know.
    pub warning: Option<String>,
}

/// All numbers of a run, found by key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stats {
    rows: Vec<StatRow>,
    index: BTreeMap<StatKey, BTreeMap<String, usize>>,
}

impl Stats {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a number. A number that is not finite becomes "none", with its text kept in `stat_text`: NaN never enters the table.
    /// A second number under the same key replaces the first.
    pub fn push(&mut self, mut row: StatRow) {
        if let Some(value) = row.stat.filter(|v| !v.is_finite()) {
            row.stat = None;
            row.stat_text
                .get_or_insert_with(|| if value.is_nan() { "not defined".into() } else { "infinite".into() });
        }
        let names = self.index.entry(row.key.clone()).or_default();
        match names.get(&row.stat_name) {
            Some(&at) => self.rows[at] = row,
            None => {
                names.insert(row.stat_name.clone(), self.rows.len());
                self.rows.push(row);
            }
        }
    }

    /// All rows in the order in which they were added.
    #[must_use]
    pub fn rows(&self) -> &[StatRow] {
        &self.rows
    }

    /// All rows, to be changed in place (their keys must stay).
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut StatRow> {
        self.rows.iter_mut()
    }

    /// The row of a key and name.
    #[must_use]
    pub fn row(&self, key: &StatKey, stat_name: &str) -> Option<&StatRow> {
        let at = *self.index.get(key)?.get(stat_name)?;
        self.rows.get(at)
    }

    /// The number of a key and name.
    #[must_use]
    pub fn value(&self, key: &StatKey, stat_name: &str) -> Option<f64> {
        self.row(key, stat_name)?.stat
    }

    /// The rows of one analysis and context, in order.
    pub fn of<'a>(&'a self, analysis_id: &'a str, context: &'a str) -> impl Iterator<Item = &'a StatRow> {
        self.rows.iter().filter(move |r| r.key.analysis_id == analysis_id && r.key.context == context)
    }
}

impl FromIterator<StatRow> for Stats {
    fn from_iter<T: IntoIterator<Item = StatRow>>(iter: T) -> Self {
        let mut stats = Self::new();
        for row in iter {
            stats.push(row);
        }
        stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, value: f64) -> StatRow {
        StatRow {
            key: StatKey::new("a", "OS", "survival"),
            stat_name: name.into(),
            stat: Some(value),
            ..StatRow::default()
        }
    }

    #[test]
    fn nan_and_infinity_never_enter() {
        let stats: Stats = [row("x", f64::NAN), row("y", f64::INFINITY), row("z", 1.0)].into_iter().collect();
        assert_eq!(stats.value(&StatKey::new("a", "OS", "survival"), "x"), None);
        assert_eq!(stats.rows()[0].stat_text.as_deref(), Some("not defined"));
        assert_eq!(stats.rows()[1].stat_text.as_deref(), Some("infinite"));
        assert_eq!(stats.rows()[2].stat, Some(1.0));
    }

    #[test]
    fn a_key_holds_one_number() {
        let stats: Stats = [row("x", 1.0), row("x", 2.0)].into_iter().collect();
        assert_eq!(stats.rows().len(), 1);
        assert_eq!(stats.value(&StatKey::new("a", "OS", "survival"), "x"), Some(2.0));
    }
}

//! What a proposal tells of each column, for whoever proposes a study from it.

/// A column of the file, mapped or left out.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnProfile {
    /// Its header; `column 3 (no header)` where it has none.
    pub header: String,
    /// Its place in the file, from 0.
    pub position: usize,
    /// Its name in the proposed `site.toml`; `None` where it was left out.
    pub name: Option<String>,
    /// Why it is mapped so, or left out.
    pub reason: String,
    /// What its values are.
    pub stats: ColumnStats,
}

/// What the values of a column are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnStats {
    /// Rows looked at.
    pub n: usize,
    /// Rows without a value, texts that mean "not known" included.
    pub n_missing: usize,
    /// How many different values; a lower bound where `distinct_is_capped`.
    pub n_distinct: usize,
    /// Whether counting different values was given up.
    pub distinct_is_capped: bool,
    /// Smallest number, or first day since 1970-01-01 of a date column. `None` for other types.
    pub min: Option<f64>,
    /// Largest number, or last day.
    pub max: Option<f64>,
    /// Up to five different values as a person sees them.
    pub examples: Vec<String>,
    /// Values and how often they stand, most frequent first; empty where there are more than 50.
    pub values: Vec<(String, usize)>,
}

/// A proposed event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventProposal {
    /// Its name in the proposed `site.toml`.
    pub name: String,
    /// Why these columns.
    pub reason: String,
}

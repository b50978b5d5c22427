//! Which column is the identifier, and names that no two columns share.

use super::draft::{DraftColumn, Kind};
use super::words::id_rank;
use crate::site::{is_usable_name, usable_name};

/// Makes the best-named column with (nearly) one row per value the identifier.
pub(super) fn choose_id(columns: &mut [DraftColumn], n_rows: usize) {
    let may_be = |c: &DraftColumn| {
        let stats = &c.profile.stats;
        let n = stats.n - stats.n_missing;
        let is_unique = stats.n_distinct * 20 >= n * 19;
        (c.can_be_id
            && n > 0
            && is_unique
            && stats.n_missing * 10 <= n_rows
            && !matches!(c.kind, Kind::Date(_)))
        .then(|| id_rank(&c.words))
        .flatten()
    };
    let best = (0..columns.len()).filter_map(|at| Some((may_be(&columns[at])?, at))).min();
    if let Some((_, at)) = best {
        let column = &mut columns[at];
        let stats = &column.profile.stats;
        let n = stats.n - stats.n_missing;
        column.kind = Kind::Id;
        column.reason = match stats.n_distinct == n {
            true => format!("a different value in all {n} rows, and named as an identifier"),
            false => format!("{} different values in {n} rows, and named as an identifier", stats.n_distinct),
        };
        column.remarks = vec!["use a study number, not one by which a patient can be found elsewhere".into()];
        (column.decimal, column.missing, column.sentinels) = (None, Vec::new(), Vec::new());
    }
    leave_out_other_ids(columns, best.map(|(_, at)| at));
}

/// Columns named as identifiers that are not the one: numbers of records mean nothing in an analysis.
fn leave_out_other_ids(columns: &mut [DraftColumn], chosen: Option<usize>) {
    for (at, column) in columns.iter_mut().enumerate() {
        let is_named_id = id_rank(&column.words).is_some();
        if Some(at) == chosen || !is_named_id || !matches!(column.kind, Kind::Number { .. }) {
            continue;
        }
        let stats = &column.profile.stats;
        let n = stats.n - stats.n_missing;
        column.kind = Kind::LeftOut;
        column.reason = match stats.n_distinct * 20 >= n * 19 {
            true => "another number of the record".into(),
            false => format!(
                "named as an identifier, but only {} different values in {n} rows: several rows of one patient?",
                stats.n_distinct
            ),
        };
        column.decimal = None;
    }
}

/// Gives every column a usable name that no other has.
pub(super) fn unique_names(columns: &mut [DraftColumn]) {
    let mut taken: Vec<String> = Vec::new();
    for column in columns.iter_mut() {
        let base = match usable_name(&column.header) {
            name if is_usable_name(&name) => name,
            _ => format!("column_{}", column.position + 1),
        };
        let mut name = base.clone();
        let mut n = 2;
        while taken.contains(&name) {
            name = format!("{base}_{n}");
            n += 1;
        }
        taken.push(name.clone());
        column.name = name;
    }
}

//! Rows without identifier, and several rows of one patient.

use std::hash::{DefaultHasher, Hash, Hasher};

use oligomet_schema::{Category, Column, ColumnData, ColumnType, Table};

/// What becomes of the rows of a table, by index.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted {
    /// Rows without identifier.
    pub(super) nameless: Vec<usize>,
    /// Rows equal to an earlier row of the same identifier.
    pub(super) repeats: Vec<usize>,
    /// Identifiers whose rows differ, in the order of their first row.
    pub(super) conflicts: Vec<Conflict>,
}

/// An identifier whose rows differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Conflict {
    pub(super) rows: Vec<usize>,
    /// Names of the columns that differ.
    pub(super) columns: Vec<String>,
}

/// Sorts the rows of a table that has a column of identifiers; all stay in one that has none.
pub(super) fn sort_rows(table: &Table) -> Sorted {
    let mut sorted = Sorted::default();
    let Some(Column { data: ColumnData::Text(ids), .. }) = table.id_column() else { return sorted };
    sorted.nameless = (0..ids.len()).filter(|&row| ids[row].is_none()).collect();
    for rows in groups(ids.len(), |row| ids[row].as_deref()) {
        let columns = differing(table, &rows);
        if columns.is_empty() {
            sorted.repeats.extend(&rows[1..]);
        } else {
            sorted.conflicts.push(Conflict { rows, columns });
        }
    }
    sorted.repeats.sort_unstable();
    sorted.conflicts.sort_by_key(|c| c.rows[0]);
    sorted
}

/// Rows of texts that stand more than once, each group in the order of the file.
pub(crate) fn groups<'t>(n_rows: usize, text: impl Fn(usize) -> Option<&'t str>) -> Vec<Vec<usize>> {
    // Hashes and row numbers, sorted: a quarter of the memory of a map of texts, and the same on every machine.
    let mut hashed: Vec<(u64, u32)> =
        (0..n_rows).filter_map(|row| Some((hash(text(row)?), row as u32))).collect();
    hashed.sort_unstable();
    let mut found = Vec::new();
    for same_hash in hashed.chunk_by(|a, b| a.0 == b.0).filter(|chunk| chunk.len() > 1) {
        let mut rows: Vec<usize> = same_hash.iter().map(|&(_, row)| row as usize).collect();
        rows.sort_by(|&a, &b| (text(a), a).cmp(&(text(b), b)));
        let same_id = rows.chunk_by(|&a, &b| text(a) == text(b));
        found.extend(same_id.filter(|group| group.len() > 1).map(<[usize]>::to_vec));
    }
    found
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

fn differing(table: &Table, rows: &[usize]) -> Vec<String> {
    let others = table.columns.iter().filter(|c| c.kind != ColumnType::Id);
    let differ = |c: &&Column| rows[1..].iter().any(|&row| !is_same(&c.data, rows[0], row));
    others.filter(differ).map(|c| c.name.clone()).collect()
}

fn is_same(data: &ColumnData, a: usize, b: usize) -> bool {
    let equal = |x: f64, y: f64| x == y || (x.is_nan() && y.is_nan());
    match data {
        ColumnData::Text(v) => v[a] == v[b],
        ColumnData::Number(v) | ColumnData::Duration(v) => equal(v[a], v[b]),
        ColumnData::Category(Category { codes, .. }) => codes[a] == codes[b],
        ColumnData::YesNo(v) => v[a] == v[b],
        ColumnData::Date(v) => v[a] == v[b],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(ids: &[Option<&str>], ages: &[f64]) -> Table {
        let column = |name: &str, kind, data| Column {
            name: name.into(),
            label: name.into(),
            kind,
            unit: None,
            time_unit: None,
            header: name.into(),
            data,
        };
        let texts = ids.iter().map(|id| id.map(Box::from)).collect();
        Table {
            columns: vec![
                column("id", ColumnType::Id, ColumnData::Text(texts)),
                column("age", ColumnType::Number, ColumnData::Number(ages.to_vec())),
            ],
            source_rows: (2..2 + ids.len() as u32).collect(),
        }
    }

    #[test]
    fn repeats_keep_one_and_conflicts_keep_none() {
        let nan = f64::NAN;
        let ids =
            [Some("b"), Some("a"), None, Some("a"), Some("b"), Some("c"), Some("b"), Some("d"), Some("d")];
        let ages = [1.0, 2.0, 3.0, 2.0, 1.0, 5.0, 9.0, nan, nan];
        let sorted = sort_rows(&table(&ids, &ages));
        assert_eq!(sorted.nameless, [2]);
        assert_eq!(sorted.repeats, [3, 8]);
        assert_eq!(sorted.conflicts, [Conflict { rows: vec![0, 4, 6], columns: vec!["age".into()] }]);
    }
}

//! Which sheet is read.

use oligomet_base::{Place, Problem};

use super::{Grid, Trouble};

/// The sheet that was read.
pub(super) struct Chosen {
    pub(super) sheet: String,
    pub(super) grid: Grid,
    /// The other sheets.
    pub(super) others: Vec<String>,
}

impl Chosen {
    /// Says which sheet was read, where there are others and none was named.
    pub(super) fn note(&self, was_named: bool, place: &Place) -> Option<Problem> {
        if was_named || self.others.is_empty() {
            return None;
        }
        let what = format!("sheet `{}` was read: the first that has data", self.sheet);
        Some(
            Problem::note("OM224", what)
                .at(place.clone())
                .why(format!("the workbook also has: {}", self.others.join(", ")))
                .mend("`sheet` in [source] of site.toml names another"),
        )
    }
}

/// Reads the sheet that is wanted, or else the first that looks like a table, or else the first that holds anything.
///
/// `names`: the sheets that hold cells, hidden ones last.
pub(super) fn choose(
    names: Vec<String>,
    wanted: Option<&str>,
    mut read: impl FnMut(&str) -> Result<Grid, Trouble>,
) -> Result<Chosen, Trouble> {
    let chosen = |sheet: String, grid| {
        let others = names.iter().filter(|name| **name != sheet).cloned().collect();
        Ok(Chosen { sheet, grid, others })
    };
    if let Some(wanted) = wanted {
        if !names.iter().any(|name| name == wanted) {
            return Err(Trouble::NoSheet { wanted: wanted.to_owned(), sheets: names });
        }
        let grid = read(wanted)?;
        return chosen(wanted.to_owned(), grid);
    }
    let mut any = None;
    for name in &names {
        let grid = read(name)?;
        if grid.looks_like_table() {
            return chosen(name.clone(), grid);
        }
        if any.is_none() && !grid.rows.is_empty() {
            any = Some((name.clone(), grid));
        }
    }
    match any {
        Some((sheet, grid)) => chosen(sheet, grid),
        None => Err(Trouble::NoData { sheets: names }),
    }
}

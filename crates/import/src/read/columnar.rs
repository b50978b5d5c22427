//! Parquet into columns: no rows in between.

use std::ops::ControlFlow;
use std::path::Path;

use oligomet_base::{Place, Problem, Problems};

use super::finish::Assembled;
use crate::build::Builder;
use crate::progress::{Progress, stopped};
use crate::site::SiteFile;
use crate::source::parquet::{ParquetTable, for_each_cell};

pub(super) fn read_parquet<'a>(
    site: &'a SiteFile,
    path: &Path,
    place: &Place,
    progress: &mut dyn Progress,
) -> Result<Assembled<'a>, Problems> {
    let table = ParquetTable::open(path, place)?;
    let columns = table.headers.resolve(site, place)?;
    let bad_types = table.check_types(&columns, place);
    if bad_types.has_errors() {
        return Err(bad_types);
    }
    let n_rows = table.n_rows;
    let unmapped = table.headers.unmapped(&columns, |_| true);
    let mut builders: Vec<Builder<'a>> =
        site.columns.iter().map(|map| Builder::new(map, &site.source)).collect();
    let mut done = 0;
    table.visit(&columns, place, |arrays, n| {
        if done == 0 {
            // Only now is it known that the number of rows is not the invention of a damaged file.
            builders.iter_mut().for_each(|b| b.reserve(n_rows.min(MOST_RESERVED)));
        }
        for (builder, array) in builders.iter_mut().zip(arrays) {
            if let Err(error) = for_each_cell(array, |cell| builder.push(cell)) {
                return ControlFlow::Break(Some(cannot_convert(&error.to_string(), builder, place)));
            }
        }
        done += n;
        match progress.at(done as f64 / n_rows.max(done).max(1) as f64) {
            ControlFlow::Continue(()) => ControlFlow::Continue(()),
            ControlFlow::Break(()) => ControlFlow::Break(Some(stopped(place))),
        }
    })?;
    let n_rows = u32::try_from(done).map_err(|_| too_many_rows(place))?;
    Ok(Assembled {
        builders,
        rows: (1..=n_rows).collect(),
        place: place.clone(),
        unmapped,
        n_blank: 0,
        misaligned: Vec::new(),
        semicolons: false,
    })
}

/// Room is reserved for no more rows than this; more grow as they come.
const MOST_RESERVED: usize = 50_000_000;

fn cannot_convert(reason: &str, builder: &Builder<'_>, place: &Place) -> Problem {
    Problem::error("OM235", format!("values cannot be converted: {reason}"))
        .at(place.clone().column(builder.map().from.clone()))
        .why("values behind a damaged place cannot be trusted, so that none is used")
        .mend("export the file again")
}

fn too_many_rows(place: &Place) -> Problem {
    Problem::error("OM235", "the file has more than 4,294,967,295 rows")
        .at(place.clone())
        .why("rows are counted in 32 bits")
        .mend("split the file")
}

//! `oligomet template`

use std::path::Path;

use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::Records;
use oligomet_schema::csv::{file_name, to_csv};

use crate::console::{Console, Outcome};
use crate::folder::{NewFolder, io_problem};

/// Writes the tables ready to fill: a workbook where the name ends with `.xlsx`, a folder of CSV files otherwise.
pub(crate) fn template(console: &Console, out: &Path) -> Outcome {
    if out.exists() {
        return Err(Problem::error("OM332", "something of that name is there already")
            .at(Place::file(out.display().to_string()))
            .why("what you filled in must not be lost")
            .mend("choose another name")
            .into());
    }
    let is_workbook = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    if is_workbook {
        let bytes = oligomet_template::workbook().map_err(|error| cannot_make(&error.to_string()))?;
        std::fs::write(out, bytes).map_err(|e| io_problem(out, "write the file", &e))?;
    } else {
        let folder = NewFolder::begin(out)?;
        let records = Records::empty("");
        for table in &records.tables {
            folder.write(&file_name(table.spec()), &to_csv(table, &records))?;
        }
        folder.finish()?;
    }
    console.say(&format!(
        "{out} has every table with its columns. Fill in what you have, then:\n  oligomet lock {out} --cutoff DATE",
        out = out.display()
    ));
    Ok(())
}

fn cannot_make(why: &str) -> Problems {
    Problem::error("OM340", format!("the workbook cannot be made: {why}"))
        .why("a name or a list of the tables is not what a workbook allows")
        .mend("please report it; a folder of CSV files can be made in the meantime")
        .into()
}

//! `oligomet template`

use std::path::Path;

use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::Records;
use oligomet_schema::csv::{file_name, to_csv};

use crate::console::{Console, Outcome};
use crate::folder::{NewFolder, new_file};

/// Endings of files that are no workbook of ours; whoever writes them does not want a folder.
const OTHER_FILES: [&str; 8] = ["xls", "xlsm", "xlsb", "ods", "csv", "txt", "zip", "parquet"];

/// Writes the tables ready to fill: a workbook where the name ends with `.xlsx`, a folder of CSV files otherwise.
pub(crate) fn template(console: &Console, out: &Path) -> Outcome {
    if out.exists() {
        return Err(Problem::error("OM332", "something of that name is there already")
            .at(Place::file(out.display().to_string()))
            .why("what you filled in must not be lost")
            .mend("choose another name")
            .into());
    }
    let ending = out.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    if OTHER_FILES.contains(&ending.as_str()) {
        return Err(other_file(out, &ending));
    }
    if ending == "xlsx" {
        let bytes = oligomet_template::workbook().map_err(|error| cannot_make(&error.to_string()))?;
        new_file(out, &bytes)?;
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

fn other_file(out: &Path, ending: &str) -> Problems {
    Problem::error("OM341", format!("a template is no .{ending} file"))
        .at(Place::file(out.display().to_string()))
        .why("it is a workbook with a sheet per table, or a folder with a CSV file per table")
        .mend("name a workbook ending in .xlsx, or a folder without an ending")
        .into()
}

fn cannot_make(why: &str) -> Problems {
    Problem::error("OM340", format!("the workbook cannot be made: {why}"))
        .why("a name or a list of the tables is not what a workbook allows")
        .mend("please report it; a folder of CSV files can be made in the meantime")
        .into()
}

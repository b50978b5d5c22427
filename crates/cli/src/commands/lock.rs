//! `oligomet lock`

use std::path::{Path, PathBuf};

use clap::Args;
use oligomet_base::day::DateOrder;
use oligomet_base::number::count;
use oligomet_base::{Day, PartialDate, Place, Problem, Problems};
use oligomet_import::{ReadOptions, read_records};
use oligomet_schema::lock::{self, Censored, Manifest, WriteOptions};
use oligomet_schema::{ImportStep, check};

use crate::Format;
use crate::console::{Console, Outcome};
use crate::folder::NewFolder;
use crate::load::file_name;

/// What `lock` is told.
#[derive(Args)]
pub(crate) struct LockArguments {
    /// A folder of CSV files named after the tables, or a workbook with a sheet per table (docs/tables.md)
    tables: PathBuf,
    /// The day of the cut-off, yyyy-mm-dd: nothing after it is in the lock
    #[arg(long)]
    cutoff: String,
    /// The folder to write [default: the name of the tables with `.lock`, beside them]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Short name of the department
    #[arg(long, default_value = "site")]
    site: String,
    /// Copies of the tables as CSV in the lock, for R and spreadsheets
    #[arg(long)]
    csv: bool,
    /// The order of dates with slashes, where the tables do not show it: dd-mm-yyyy or mm-dd-yyyy
    #[arg(long)]
    order: Option<String>,
}

/// Reads tables, checks them, censors them at the cut-off and writes the lock.
pub(crate) fn run(console: &Console, arguments: &LockArguments) -> Outcome {
    let cutoff = day_of(&arguments.cutoff)?;
    let options = ReadOptions {
        site: arguments.site.clone(),
        date_order: arguments.order.as_deref().map(order_of).transpose()?,
        ..ReadOptions::default()
    };
    let (records, mut problems) = read_records(&arguments.tables, &options, &mut console.progress())?;
    problems.extend(check::check(&records));
    let n_before = records.set_aside.len();
    let Censored { records, steps, problems: undecided } = lock::censor(records, cutoff);
    problems.extend(undecided);
    if problems.has_errors() {
        return Err(problems);
    }
    console.note(&problems);
    console.stop_if_asked()?;
    let out = arguments.out.clone().unwrap_or_else(|| default_out(&arguments.tables));
    if out.exists() {
        return already_there(console, &out, &lock::identity_of(&records));
    }
    let folder = NewFolder::begin(&out)?;
    let store = |name: &str, bytes: &[u8]| folder.write(name, bytes);
    let manifest = lock::write(&records, WriteOptions { csv: arguments.csv }, &store)?;
    console.stop_if_asked()?;
    folder.finish()?;
    say(console, &out, &manifest, &records.set_aside[..n_before], &steps);
    Ok(())
}

fn day_of(text: &str) -> Result<Day, Problems> {
    match PartialDate::parse(text, DateOrder::YearMonthDay) {
        Some(PartialDate::Day(day)) => Ok(day),
        _ => Err(Problem::error("OM281", format!("the cut-off \"{text}\" is no day"))
            .why("nothing after it is in the lock; a month or year leaves open what is")
            .mend("write --cutoff yyyy-mm-dd, the last day of the month for a whole month")
            .into()),
    }
}

fn order_of(text: &str) -> Result<DateOrder, Problems> {
    DateOrder::from_name(text).ok_or_else(|| {
        Problem::error("OM219", format!("\"{text}\" is no order of dates"))
            .why("03/04/2019 is read by it")
            .mend("write --order dd-mm-yyyy or --order mm-dd-yyyy")
            .into()
    })
}

/// `department` and `department.xlsx` become `department.lock` beside them.
fn default_out(tables: &Path) -> PathBuf {
    let absolute = std::path::absolute(tables).unwrap_or_else(|_| tables.to_path_buf());
    let stem = if tables.is_dir() { absolute.file_name() } else { absolute.file_stem() };
    let mut name = stem.map_or_else(|| "tables".into(), |stem| stem.to_os_string());
    name.push(".lock");
    match tables.parent() {
        Some(parent) if tables.file_name().is_some() => parent.join(name),
        _ => absolute.with_file_name(name),
    }
}

/// A lock that holds the same is left as it is; anything else is not replaced.
fn already_there(console: &Console, out: &Path, identity: &str) -> Outcome {
    if lock::is_lock(out) && lock::open(out).is_ok_and(|(_, manifest)| manifest.identity == identity) {
        console.say(&format!("{} holds the same rows already; it was left as it is.", out.display()));
        return Ok(());
    }
    let what = if out.is_dir() { "a folder" } else { "a file" };
    Err(Problem::error("OM288", format!("{what} of that name is there already"))
        .at(Place::file(file_name(out)))
        .why("a lock is not replaced: results name it; and whatever else stands there is not ours to replace")
        .mend("name another folder with --out, or move the old one away")
        .into())
}

fn say(console: &Console, out: &Path, manifest: &Manifest, aside: &[ImportStep], cut: &[ImportStep]) {
    match console.format() {
        Format::Json => console.say(&serde_json::to_string_pretty(manifest).unwrap_or_default()),
        Format::Csv => {
            let mut csv = oligomet_results::CsvWriter::new();
            ["table", "rows", "sha256_rows"].iter().for_each(|c| csv.text(c));
            csv.end_row();
            for table in &manifest.tables {
                csv.text(&table.name);
                csv.number(Some(table.rows as f64));
                csv.text(&table.sha256_rows);
                csv.end_row();
            }
            console.say(String::from_utf8_lossy(&csv.into_bytes()).trim_end());
        }
        Format::Text => console.say(&text(out, manifest, aside, cut)),
    }
}

fn text(out: &Path, manifest: &Manifest, aside: &[ImportStep], cut: &[ImportStep]) -> String {
    let cutoff = manifest.cutoff.as_deref().unwrap_or("");
    let mut lines = vec![format!("{}: the records of `{}` up to {cutoff}", out.display(), manifest.site)];
    lines.extend(manifest.note.clone());
    let filled = manifest.tables.iter().filter(|t| t.rows > 0);
    lines.extend(filled.map(|t| format!("  {:>11}  {}", count(t.rows as u64), t.name)));
    let mut tell = |what: &str, steps: &[ImportStep]| {
        if !steps.is_empty() {
            lines.push(what.to_owned());
            lines.extend(steps.iter().map(|s| format!("  {:>11}  {}", count(s.n_rows as u64), s.label)));
        }
    };
    tell("Set aside while reading:", aside);
    tell("Censored at the cut-off:", cut);
    lines.push(format!("Identity: {}", manifest.identity));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_stands_beside_its_tables() {
        let here = tempfile::tempdir().expect("a folder");
        let folder = here.path().join("department");
        std::fs::create_dir(&folder).expect("a folder");
        assert_eq!(default_out(&folder), here.path().join("department.lock"));
        assert_eq!(default_out(&here.path().join("all.xlsx")), here.path().join("all.lock"));
        assert_eq!(default_out(Path::new("all.xlsx")), PathBuf::from("all.lock"));
    }
}

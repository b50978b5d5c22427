//! `oligomet simulate`

use std::path::PathBuf;

use clap::Args;
use oligomet_base::Problems;
use oligomet_schema::csv;
use oligomet_simulate::{EnvelopeRow, Options, Profile, SENTENCE};

use crate::console::{Console, Outcome};
use crate::folder::{MANIFEST, NewFolder};
use crate::load::{file_name, read_text, sha256};

/// A department with known truth, from a profile
#[derive(Args)]
pub(crate) struct SimulateArguments {
    /// The profile: published margins, assumptions, and what is put in
    profile: PathBuf,
    /// The folder to write: department/ (a CSV file per table), truth.json, envelope.csv
    #[arg(long)]
    out: PathBuf,
    /// Patients [default: as published]
    #[arg(long, value_parser = in_range::<MOST_PATIENTS>, allow_negative_numbers = true)]
    patients: Option<usize>,
    /// Seed [default: the profile's]
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Draw so many cohorts of the first stratum and place the printed numbers among them
    #[arg(long, value_name = "COHORTS", value_parser = in_range::<MOST_COHORTS>, allow_negative_numbers = true)]
    envelope: Option<usize>,
}

/// A million patients are thirty million rows, about 15 GB in memory.
const MOST_PATIENTS: usize = 1_000_000;
const MOST_COHORTS: usize = 1_000_000;

fn in_range<const MOST: usize>(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|n| (1..=MOST).contains(n));
    number.ok_or_else(|| format!("a whole number from 1 to {MOST} is wanted"))
}

/// Draws a department and writes it into a folder that appears whole or not at all.
pub(crate) fn simulate(console: &Console, arguments: &SimulateArguments) -> Outcome {
    let text = read_text(&arguments.profile, "profile")?;
    let name = file_name(&arguments.profile);
    let folder = NewFolder::begin(&arguments.out)?;
    let (profile, problems) = Profile::read(&name, &text);
    let Some(profile) = profile else { return Err(problems) };
    let options = Options { patients: arguments.patients, seed: arguments.seed };
    let department = oligomet_simulate::simulate(&profile, options)?;
    console.stop_if_asked()?;
    let records = &department.records;
    for table in &records.tables {
        folder
            .write(&format!("department/{}", csv::file_name(table.spec())), &csv::to_csv(table, records))?;
        console.stop_if_asked()?;
    }
    folder.write("SYNTHETIC.txt", format!("{SENTENCE}\n").as_bytes())?;
    folder.write("truth.json", oligomet_simulate::truth_json(&profile, &department).as_bytes())?;
    folder.write("PROFILE.toml", text.as_bytes())?;
    let rows = envelope(console, &profile, arguments, &folder)?;
    let manifest = serde_json::json!({
        "what": "a simulated department", "note": SENTENCE, "profile": profile.id, "profile_sha256": sha256(text.as_bytes()),
        "seed": department.seed, "patients": department.truth.len(), "program": env!("CARGO_PKG_VERSION"),
    });
    folder.write(MANIFEST, format!("{manifest:#}\n").as_bytes())?;
    folder.finish()?;
    console.tell(&problems);
    if console.format() == crate::Format::Text {
        let n_rows: usize = records.tables.iter().map(oligomet_schema::RecordTable::n_rows).sum();
        console.say(SENTENCE);
        console.say(&format!(
            "{} patients, {n_rows} rows in {}",
            department.truth.len(),
            arguments.out.join("department").display()
        ));
        tell_envelope(console, &rows);
    }
    Ok(())
}

fn envelope(
    console: &Console,
    profile: &Profile,
    arguments: &SimulateArguments,
    folder: &NewFolder,
) -> Result<Vec<EnvelopeRow>, Problems> {
    let Some(cohorts) = arguments.envelope else { return Ok(Vec::new()) };
    let stratum = profile.strata().first().map_or("", |(id, _)| *id).to_owned();
    let rows = oligomet_simulate::envelope(profile, &stratum, cohorts, arguments.seed)?;
    console.stop_if_asked()?;
    folder.write("envelope.csv", oligomet_simulate::envelope_csv(&rows).as_bytes())?;
    Ok(rows)
}

fn tell_envelope(console: &Console, rows: &[EnvelopeRow]) {
    if rows.is_empty() {
        return;
    }
    let outside: Vec<&EnvelopeRow> = rows.iter().filter(|r| !r.is_inside()).collect();
    console.say(&format!(
        "{} of {} printed numbers lie within the central 95 % of {} cohorts",
        rows.len() - outside.len(),
        rows.len(),
        rows[0].n_cohorts
    ));
    for row in outside {
        console.say(&format!("outside: {} ({}), percentile {:.1}", row.id, row.place, row.percentile));
    }
}

//! `oligomet`: the command line. Thin: it reads arguments, calls the rooms, prints problems, and writes folders.

mod commands;
mod console;
mod folder;
mod load;
mod produce;
mod wrap;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use oligomet_base::{Problem, Problems};

use commands::classify::ClassifyArguments;
use commands::dose::DoseArguments;
use commands::lock::LockArguments;
use commands::quick::{QuickArguments, QuickCommand, quick};
use commands::simulate::SimulateArguments;

/// From a department's records to the paper: cohort, endpoints, statistics, figures and report, each number with its source.
/// Research use; not for decisions about a patient.
#[derive(Parser)]
#[command(name = "oligomet", version, propagate_version = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// How problems and answers are printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Warnings make the exit code 1, too.
    #[arg(long, global = true)]
    strict: bool,
}

/// How problems and answers are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

#[derive(Subcommand)]
enum Command {
    /// Start a study: a folder with study.toml and site.toml, proposed from your table
    New {
        /// Name of the folder to make
        name: PathBuf,
        /// Your table: CSV, Excel or Parquet, one row per patient
        #[arg(long)]
        from: PathBuf,
        /// Sheet of the workbook
        #[arg(long)]
        sheet: Option<String>,
    },
    /// Check a study against its data; change nothing
    Check {
        /// The study file
        study: PathBuf,
        /// The site file [default: site.toml beside the study file]
        #[arg(long)]
        site: Option<PathBuf>,
        /// Show every finding about method, not only the five that can do most harm
        #[arg(long)]
        all: bool,
    },
    /// Run a study: results, tables, figures and report into one folder
    Run {
        /// The study file
        study: PathBuf,
        /// The site file [default: site.toml beside the study file]
        #[arg(long)]
        site: Option<PathBuf>,
        /// The folder to write [default: `run` beside the study file]
        #[arg(long)]
        out: Option<PathBuf>,
        /// Make a run that can be given away: no patients, no small cells
        #[arg(long)]
        share: bool,
    },
    /// Run again and prove that the same comes out
    Verify {
        /// A folder written by `run`
        run: PathBuf,
        /// The site file with the data [default: site.toml beside the folder]
        #[arg(long)]
        site: Option<PathBuf>,
    },
    /// Open a run's report in the browser
    Open {
        /// A folder written by `run`
        run: PathBuf,
    },
    /// Say in words what differs between two runs
    Diff {
        /// The earlier run
        before: PathBuf,
        /// The later run
        after: PathBuf,
    },
    /// Kaplan-Meier curves from one table: survival at times, medians, restricted means, log-rank test
    Km(QuickArguments),
    /// A Cox model from one table: hazard ratios, tests, concordance, proportional hazards
    Cox(QuickArguments),
    /// Cumulative incidence of competing events from one table: Gray's test, Fine and Gray's model
    Cif(QuickArguments),
    /// Restricted means from one table: each, differences and ratios
    Rmst(QuickArguments),
    /// The cut-point of a number with the largest log-rank statistic, its P value adjusted for the choice
    Cutpoint(QuickArguments),
    /// Harrell's and Uno's concordance of covariates
    Concordance(QuickArguments),
    /// BED and EQD2 of schedules, compared; or the schedules of a BED or EQD2
    Dose(DoseArguments),
    /// One patient, or a table of patients, by the rules of the disease: states, subtype, oligoprogression, with reasons
    Classify(ClassifyArguments),
    /// A department with known truth, drawn from a profile: its tables, what was put in, and where printed numbers stand
    Simulate(SimulateArguments),
    /// Lock the records of a department: its tables as they were known at a cut-off, which results can name
    Lock(LockArguments),
    /// The tables of a department, ready to fill: a workbook, or a folder of CSV files
    Template {
        /// What to make: NAME.xlsx, or a folder
        out: PathBuf,
    },
    /// Explain a code such as OM204
    Explain {
        /// The code
        code: String,
    },
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers; everything else could not run.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let console = console::Console::new(arguments.format, arguments.strict);
    // Readers of foreign formats may panic on damaged files; they are caught and told as problems, without the panic's own words.
    std::panic::set_hook(Box::new(|_| {}));
    match std::panic::catch_unwind(AssertUnwindSafe(|| perform(&console, arguments.command))) {
        Ok(outcome) => console.finish(outcome),
        Err(fault) => {
            console.tell(&fault_of_the_program(fault.as_ref()));
            ExitCode::from(2)
        }
    }
}

/// A panic that nobody caught, as a problem.
fn fault_of_the_program(fault: &(dyn std::any::Any + Send)) -> Problems {
    let said =
        fault.downcast_ref::<String>().map(String::as_str).or_else(|| fault.downcast_ref::<&str>().copied());
    Problem::error("OM340", format!("the program has a fault: {}", said.unwrap_or("no message")))
        .why("it met something that it should have told you in plain words; nothing half-written was left")
        .mend("please report it, with the command and, if you may, the files")
        .into()
}

/// Does what was asked.
fn perform(console: &console::Console, command: Command) -> console::Outcome {
    match command {
        Command::New { name, from, sheet } => commands::new::new(console, &name, &from, sheet.as_deref()),
        Command::Check { study, site, all } => commands::check::check(console, &study, site.as_deref(), all),
        Command::Run { study, site, out, share } => {
            commands::run::run(console, &study, site.as_deref(), out.as_deref(), share)
        }
        Command::Verify { run, site } => commands::verify::verify(console, &run, site.as_deref()),
        Command::Open { run } => commands::open::open(console, &run),
        Command::Diff { before, after } => commands::diff::diff(console, &before, &after),
        Command::Km(arguments) => quick(console, QuickCommand::Km, &arguments),
        Command::Cox(arguments) => quick(console, QuickCommand::Cox, &arguments),
        Command::Cif(arguments) => quick(console, QuickCommand::Cif, &arguments),
        Command::Rmst(arguments) => quick(console, QuickCommand::Rmst, &arguments),
        Command::Cutpoint(arguments) => quick(console, QuickCommand::Cutpoint, &arguments),
        Command::Concordance(arguments) => quick(console, QuickCommand::Concordance, &arguments),
        Command::Dose(arguments) => commands::dose::dose(console, &arguments),
        Command::Classify(arguments) => commands::classify::run(console, &arguments),
        Command::Simulate(arguments) => commands::simulate::simulate(console, &arguments),
        Command::Lock(arguments) => commands::lock::run(console, &arguments),
        Command::Template { out } => commands::template::template(console, &out),
        Command::Explain { code } => commands::explain::explain(console, &code),
    }
}

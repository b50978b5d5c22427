//! `oligomet km`, `cox`, `cif`, `rmst`, `cutpoint`, `concordance`: one statistic from one table.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use oligomet_base::{Place, Problem, Problems, Severity};
use oligomet_import::Reading;
use oligomet_results::Stats;
use oligomet_schema::DataSet;
use oligomet_study::quick::{CONF_TYPES, ColumnUse, Question, Statistic, Term, answer};
use oligomet_study::{CutpointMethod, CutpointPlan};
use oligomet_survival::{ConfType, LogRankWeights, Ties};

use crate::Format;
use crate::commands::table;
use crate::console::{Console, Outcome};

/// Columns and options; each command uses those that concern it.
#[derive(Args)]
pub(crate) struct QuickArguments {
    /// Your table: CSV, Excel, OpenDocument or Parquet
    data: PathBuf,
    /// Sheet of the workbook
    #[arg(long)]
    sheet: Option<String>,
    /// Column of times: the end of observation, in any unit
    #[arg(long, value_name = "COLUMN")]
    time: String,
    /// Column of delayed entry: the beginning of observation
    #[arg(long, value_name = "COLUMN")]
    entry: Option<String>,
    /// Column of events: 0/1, true/false, or codes
    #[arg(long, value_name = "COLUMN")]
    event: String,
    /// The code that is the event; other codes that are not 0 compete with it
    #[arg(long, value_name = "CODE")]
    event_code: Option<String>,
    /// Column of groups
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
    /// Column of strata, each with a baseline of its own
    #[arg(long, value_name = "COLUMN")]
    strata: Option<String>,
    /// Column of case weights
    #[arg(long, value_name = "COLUMN")]
    weights: Option<String>,
    /// Column of clusters: rows of one cluster are not independent; standard errors become robust
    #[arg(long, value_name = "COLUMN")]
    cluster: Option<String>,
    /// Covariates, as in 'age, sex, rx[ref=Obs], log(bili), factor(stage)'
    #[arg(long, value_name = "LIST")]
    covariates: Option<String>,
    /// Intervals of curves
    #[arg(long, value_parser = conf_type, default_value = "log-log", value_name = "TYPE")]
    conf_type: ConfType,
    /// Level of intervals
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// Times at which a curve is read, in the data's unit
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true, value_name = "TIMES")]
    at: Vec<f64>,
    /// Horizon of the restricted mean, in the data's unit
    #[arg(long, value_name = "TIME")]
    tau: Option<f64>,
    /// Events at the same time, in a Cox model
    #[arg(long, value_enum, default_value_t = TiesArgument::Efron)]
    ties: TiesArgument,
    /// Robust standard errors, by the infinitesimal jackknife
    #[arg(long)]
    robust: bool,
    /// Firth's penalised estimates, the ordinary ones beside them
    #[arg(long)]
    firth: bool,
    /// Which test between groups
    #[arg(long, value_enum, default_value_t = TestArgument::Logrank)]
    test: TestArgument,
    /// Fleming and Harrington's weight S^rho (1 - S)^gamma of the test
    #[arg(long)]
    rho: Option<f64>,
    /// See rho
    #[arg(long)]
    gamma: Option<f64>,
    /// How the P value of a cut-point is adjusted; repeat it, or leave it out for all
    #[arg(long, value_parser = cutpoint_method, value_delimiter = ',', value_name = "METHOD")]
    pmethod: Vec<CutpointMethod>,
    /// Smallest share of rows at or below a cut-point
    #[arg(long, default_value_t = 0.1)]
    minprop: f64,
    /// Largest share of rows at or below a cut-point
    #[arg(long, default_value_t = 0.9)]
    maxprop: f64,
    /// Permutations of a Monte-Carlo P value
    #[arg(long, default_value_t = 99_999)]
    replicates: u32,
    /// Seed of random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Ties by their words.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TiesArgument {
    Efron,
    Breslow,
    Exact,
}

/// Tests by their words.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestArgument {
    Logrank,
    Gehan,
    TaroneWare,
    PetoPeto,
}

fn conf_type(word: &str) -> Result<ConfType, String> {
    find(word, &CONF_TYPES)
}

fn cutpoint_method(word: &str) -> Result<CutpointMethod, String> {
    find(word, &CutpointMethod::ALL)
}

fn find<T: Copy>(word: &str, words: &[(&str, T)]) -> Result<T, String> {
    words.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        format!("possible values: {}", known.join(", "))
    })
}

/// Which command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuickCommand {
    Km,
    Cox,
    Cif,
    Rmst,
    Cutpoint,
    Concordance,
}

impl QuickCommand {
    fn name(self) -> &'static str {
        match self {
            Self::Km => "km",
            Self::Cox => "cox",
            Self::Cif => "cif",
            Self::Rmst => "rmst",
            Self::Cutpoint => "cutpoint",
            Self::Concordance => "concordance",
        }
    }

    fn statistic(self) -> Statistic {
        match self {
            Self::Km | Self::Rmst => Statistic::Km,
            Self::Cox => Statistic::Cox,
            Self::Cif => Statistic::Cif,
            Self::Cutpoint => Statistic::Cutpoint,
            Self::Concordance => Statistic::Concordance,
        }
    }

    /// Rows that the command is not about.
    fn shows(self, context: &str) -> bool {
        self != Self::Rmst || matches!(context, "rmst" | "data")
    }
}

/// Reads the columns, computes, prints.
pub(crate) fn quick(console: &Console, command: QuickCommand, arguments: &QuickArguments) -> Outcome {
    let question = question(command, arguments)?;
    let (data, mut problems) = read(console, &question, arguments)?;
    let (stats, found) = match answer(&question, command.name(), &data) {
        Ok(answered) => answered,
        Err(stops) => {
            problems.extend(in_file(stops, &arguments.data));
            return Err(problems);
        }
    };
    problems.extend(found);
    let mut shown = Stats::new();
    stats.rows().iter().filter(|r| command.shows(&r.key.context)).for_each(|r| shown.push(r.clone()));
    console.note(&problems);
    if console.format() == Format::Text {
        console.say(table::statistics(&shown).trim_end());
        return Ok(());
    }
    print_rows(console, &shown)
}

/// The options as a question; those that contradict each other or the command are problems.
fn question(command: QuickCommand, a: &QuickArguments) -> Result<Question, Problems> {
    let mut problems = Problems::new();
    let covariates = match a.covariates.as_deref().map(Term::parse) {
        Some(Ok(terms)) => terms,
        Some(Err(found)) => {
            problems.extend(found);
            Vec::new()
        }
        None => Vec::new(),
    };
    problems.extend(contradictions(command, a));
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Question {
        statistic: command.statistic(),
        time: a.time.clone(),
        entry: a.entry.clone(),
        event: a.event.clone(),
        event_code: a.event_code.clone(),
        by: a.by.clone(),
        strata: a.strata.clone(),
        weights: a.weights.clone(),
        cluster: a.cluster.clone(),
        covariates,
        conf_type: a.conf_type,
        level: a.level,
        at: a.at.clone(),
        tau: a.tau,
        ties: match a.ties {
            TiesArgument::Efron => Ties::Efron,
            TiesArgument::Breslow => Ties::Breslow,
            TiesArgument::Exact => Ties::Exact,
        },
        robust: a.robust,
        firth: a.firth,
        log_rank: weights_of_test(a),
        cutpoint: CutpointPlan {
            min_prop: a.minprop,
            max_prop: a.maxprop,
            methods: match a.pmethod.as_slice() {
                [] => CutpointPlan::default().methods,
                some => some.to_vec(),
            },
            replicates: a.replicates,
            seed: a.seed,
        },
    })
}

fn weights_of_test(a: &QuickArguments) -> LogRankWeights {
    match (a.test, a.rho, a.gamma) {
        (TestArgument::Logrank, None, None) => LogRankWeights::LogRank,
        (TestArgument::Logrank, rho, gamma) => {
            LogRankWeights::FlemingHarrington { rho: rho.unwrap_or(0.0), gamma: gamma.unwrap_or(0.0) }
        }
        (TestArgument::Gehan, ..) => LogRankWeights::Gehan,
        (TestArgument::TaroneWare, ..) => LogRankWeights::TaroneWare,
        (TestArgument::PetoPeto, ..) => LogRankWeights::PetoPeto,
    }
}

/// Options that make no sense together.
fn contradictions(command: QuickCommand, a: &QuickArguments) -> Problems {
    let mut problems = Problems::new();
    let mut refuse = |what: &str, why: &str, mend: &str| {
        problems.push(Problem::error("OM341", what.to_owned()).why(why.to_owned()).mend(mend.to_owned()));
    };
    let needs_covariates =
        matches!(command, QuickCommand::Cox | QuickCommand::Cutpoint | QuickCommand::Concordance);
    if needs_covariates && a.covariates.is_none() {
        refuse("no covariates are named", "the command is about them", "add --covariates 'age, sex'");
    }
    if command == QuickCommand::Rmst && a.tau.is_none() {
        refuse(
            "no horizon is named",
            "a restricted mean without its horizon says nothing",
            "add --tau with a time that all groups reach",
        );
    }
    if !(a.level > 0.0 && a.level < 1.0) {
        refuse("--level must lie between 0 and 1", "it is a share, as 0.95", "write --level 0.95");
    }
    if a.at.iter().chain(&a.tau).any(|t| !(t.is_finite() && *t >= 0.0)) {
        refuse("a time is negative or no number", "curves begin at time 0", "look at --at and --tau");
    }
    if a.test != TestArgument::Logrank && (a.rho.is_some() || a.gamma.is_some()) {
        refuse(
            "--rho and --gamma are weights of --test logrank",
            "another test has its own",
            "leave one out",
        );
    }
    problems
}

/// The columns of the question, read from the file.
fn read(console: &Console, question: &Question, a: &QuickArguments) -> Result<(DataSet, Problems), Problems> {
    let uses = question.columns();
    let wanted: Vec<(&str, Reading)> = uses
        .iter()
        .map(|(name, _)| {
            // A column that must hold numbers for one use must hold them for all.
            let number = uses.iter().any(|(n, u)| n == name && *u == ColumnUse::Number);
            (*name, if number { Reading::Number } else { Reading::Plain })
        })
        .collect();
    let (site, mut problems) = oligomet_import::plain_site(&a.data, a.sheet.as_deref(), &wanted)?;
    let folder = match a.data.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let (data, found) = oligomet_import::read(&site, folder, &mut console.progress())?;
    problems.extend(found);
    unreadable_numbers(problems, &wanted).map(|problems| (data, problems))
}

/// A value that is no number, in a column that must hold numbers, stops the command.
fn unreadable_numbers(problems: Problems, wanted: &[(&str, Reading)]) -> Result<Problems, Problems> {
    let is_number = |p: &Problem| {
        let column = p.place.column.as_deref();
        wanted.iter().any(|(name, reading)| Some(*name) == column && *reading == Reading::Number)
    };
    let mut stops = false;
    let raised: Problems = problems
        .into_iter()
        .map(|mut p| {
            if p.severity == Severity::Warning && is_number(&p) {
                p.severity = Severity::Error;
                stops = true;
            }
            p
        })
        .collect();
    if stops { Err(raised) } else { Ok(raised) }
}

/// Problems of the data, with the file's name where they have rows.
fn in_file(problems: Problems, file: &Path) -> Problems {
    let name = crate::load::file_name(file);
    problems
        .into_iter()
        .map(|mut p| {
            if p.place.column.is_some() && p.place.file.is_none() {
                p.place = Place { file: Some(name.clone()), ..p.place };
            }
            p
        })
        .collect()
}

/// Rows for programs: an array of JSON objects, or CSV.
pub(crate) fn print_rows(console: &Console, stats: &Stats) -> Outcome {
    let failed = |e: oligomet_results::ResultsError| Problems::from(Problem::error("OM333", e.to_string()));
    if console.format() == Format::Csv {
        let csv = oligomet_results::to_csv(&stats.to_batch().map_err(failed)?);
        console.say(String::from_utf8_lossy(&csv).trim_end());
        return Ok(());
    }
    let lines = oligomet_results::to_ndjson(&stats.to_batch().map_err(failed)?);
    let rows: Vec<&str> = lines.lines().collect();
    console.say(&format!("[\n{}\n]", rows.join(",\n")));
    Ok(())
}

//! Coverage of 95 % intervals and type-I error of tests, by simulation from known truth.
//!
//! Prints the tables of `docs/methods/coverage.md` and writes every number with its Monte-Carlo error to the
//! file given as argument; a second argument is the number of runs, a third the beginning of the titles of the
//! tables wanted. The same seed gives the same bytes for any number of threads.

mod curves;
mod draw;
mod entry;
mod models;
mod table;
mod tally;
mod tests;

use curves::{CONF_NAMES, LEVELS};
use draw::{Draw, Truth};
use table::Table;

const SIZES: [usize; 3] = [60, 133, 1000];
const COVERAGE: (f64, f64) = (94.0, 96.0);
/// Not a coverage: the share of runs.
const UPPER_LIMITS: &str = "Runs in which the interval of the median has an upper limit";
const TYPE_ONE: (f64, f64) = (4.0, 6.0);

fn truths() -> Vec<Truth> {
    let kinds = [
        ("exponential, days", 1.0, 1.0),
        ("Weibull 1.5, days", 1.5, 1.0),
        ("exponential, 28-day visits", 1.0, 28.0),
    ];
    kinds
        .iter()
        .flat_map(|&(name, shape, visit)| [30, 60].map(|c| Truth::new(name, shape, visit, c)))
        .collect()
}

fn main() -> std::io::Result<()> {
    let runs = std::env::args().nth(2).and_then(|r| r.parse().ok()).unwrap_or(10_000);
    let wanted = std::env::args().nth(3).unwrap_or_default();
    let makers: [(&str, Box<dyn Fn(u32) -> Vec<Table>>, (f64, f64)); 8] = [
        ("S(t)", Box::new(survival_tables), COVERAGE),
        ("Log hazard ratio 0.7, Cox", Box::new(|r| vec![hazard_ratios(r)]), COVERAGE),
        ("Log hazard ratio 0.7 in small", Box::new(|r| vec![firth(r)]), COVERAGE),
        ("Cumulative incidence", Box::new(|r| vec![incidences(r)]), COVERAGE),
        ("Type-I error at 5 %, two groups", Box::new(|r| vec![log_ranks(r)]), TYPE_ONE),
        ("Type-I error at 5 %, best cut", Box::new(|r| vec![cut_points(r)]), TYPE_ONE),
        ("Type-I error at 5 %, quasi", Box::new(|r| vec![quasi_independence(r)]), TYPE_ONE),
        ("S(1) of lesions", Box::new(|r| vec![clusters(r)]), COVERAGE),
    ];
    let mut all = Vec::new();
    for (_, make, limits) in makers.iter().filter(|(title, ..)| title.starts_with(&wanted)) {
        let tables = make(runs);
        tables.iter().for_each(|t| t.print(*limits));
        all.extend(tables);
    }
    if let Some(path) = std::env::args().nth(1) {
        let rows: String = all.iter().map(Table::csv).collect();
        std::fs::write(path, format!("table,setting,column,runs,defined,percent,monte_carlo_error\n{rows}"))?;
    }
    Ok(())
}

/// Every truth at every size, with the text of the setting and a number for its random stream.
fn settings() -> impl Iterator<Item = (Truth, usize, String, u64)> {
    truths().into_iter().enumerate().flat_map(|(i, truth)| {
        SIZES.into_iter().enumerate().map(move |(j, n)| {
            (truth, n, format!("{}, {} % censored, n = {n}", truth.name, truth.censored), (10 * i + j) as u64)
        })
    })
}

fn survival_tables(runs: u32) -> Vec<Table> {
    let title = |level| format!("S(t) where it is about {level}");
    let mut tables: Vec<Table> = LEVELS.iter().map(|l| Table::new(&title(l), &CONF_NAMES)).collect();
    tables.push(Table::new("Median", &CONF_NAMES));
    let mut mean = Table::new("Restricted mean to where S(t) is about 0.35", &["plain"]);
    let mut upper = Table::new(UPPER_LIMITS, &["log-log"]).without_limits();
    for (truth, n, setting, stream) in settings() {
        let tallies = curves::coverage(&truth, stream, n, runs);
        tables.iter_mut().zip(tallies.chunks(6)).for_each(|(table, row)| table.push(&setting, row));
        mean.push(&setting, &tallies[24..25]);
        upper.push(&setting, &tallies[25..]);
    }
    tables.extend([mean, upper]);
    tables
}

fn hazard_ratios(runs: u32) -> Table {
    let mut table = Table::new("Log hazard ratio 0.7, Cox (Efron), Wald", &["Wald"]);
    for (truth, n, setting, stream) in settings() {
        table.push(&setting, &models::hazard_ratio(&truth, 100 + stream, n, runs, false)[..1]);
    }
    table
}

fn firth(runs: u32) -> Table {
    let mut table =
        Table::new("Log hazard ratio 0.7 in small samples", &["Cox, Wald", "Firth, profile", "Firth, Wald"]);
    for (i, truth) in truths().into_iter().take(2).enumerate() {
        for (j, n) in [20, 30, 60].into_iter().enumerate() {
            let setting = format!("{}, {} % censored, n = {n}", truth.name, truth.censored);
            table.push(&setting, &models::hazard_ratio(&truth, (200 + 10 * i + j) as u64, n, runs, true));
        }
    }
    table
}

fn incidences(runs: u32) -> Table {
    let columns = [
        "0.06, jackknife",
        "0.30, jackknife",
        "0.48, jackknife",
        "0.06, Aalen",
        "0.30, Aalen",
        "0.48, Aalen",
    ];
    let mut table = Table::new("Cumulative incidence of the first of two causes, log-log", &columns);
    for (truth, n, setting, stream) in settings() {
        table.push(&setting, &models::incidence(&truth, 300 + stream, n, runs));
    }
    table
}

fn log_ranks(runs: u32) -> Table {
    let mut table = Table::new("Type-I error at 5 %, two groups", &["log-rank", "permutation log-rank"]);
    for (i, truth) in truths().into_iter().take(2).enumerate() {
        for (j, sizes) in [[6, 53], [12, 47], [30, 29]].into_iter().enumerate() {
            let setting = format!("{} against {}, {} % censored", sizes[0], sizes[1], truth.censored);
            table.push(&setting, &tests::two_groups(&truth, (400 + 10 * i + j) as u64, sizes, runs));
        }
    }
    table
}

fn cut_points(runs: u32) -> Table {
    let columns = ["as if given", "Lausen 1992", "Lausen 1994", "Gaussian recursion", "permutation"];
    let mut table = Table::new("Type-I error at 5 %, best cut-point, n = 133", &columns);
    let covariates: [(&str, fn(&mut Draw) -> f64); 2] =
        [("8 values, 42 % share one", tests::tied_covariate), ("all values differ", Draw::uniform)];
    for (i, truth) in truths().into_iter().take(2).enumerate() {
        for (j, (name, covariate)) in covariates.into_iter().enumerate() {
            let setting = format!("{name}, {} % censored", truth.censored);
            let tallies = tests::cut_points(&truth, (500 + 10 * i + j) as u64, 133, runs, covariate);
            table.push(&setting, &tallies);
        }
    }
    table
}

fn quasi_independence(runs: u32) -> Table {
    let mut table = Table::new("Type-I error at 5 %, quasi-independence of entry", &["Tsai"]);
    let kinds =
        [("exact times", 0.3, 0.0), ("exact times", 1.0, 0.0), ("visits every 28 days", 0.3, 28.0 / 365.25)];
    for (i, (name, rate, visit)) in kinds.into_iter().enumerate() {
        for (j, n) in [15, 30, 60, 200].into_iter().enumerate() {
            let setting = format!("{name}, censoring {rate} a year, n = {n}");
            let stream = (600 + 10 * i + j) as u64;
            table.push(&setting, &entry::quasi_independence(rate, visit, stream, n, runs));
        }
    }
    table
}

fn clusters(runs: u32) -> Table {
    let columns = ["Greenwood, log-log", "robust, log-log", "cluster bootstrap"];
    let mut table = Table::new("S(1) of lesions that share a patient", &columns);
    for (i, level) in [0.95, 0.8, 0.5].into_iter().enumerate() {
        for (j, n) in [15, 40, 100].into_iter().enumerate() {
            let setting = format!("S(1) = {level}, {n} patients");
            table.push(&setting, &entry::clusters(level, (700 + 10 * i + j) as u64, n, runs));
        }
    }
    table
}

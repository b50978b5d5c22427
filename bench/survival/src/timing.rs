//! One line per timed work: tab-separated work, engine, milliseconds of the rounds, results, note.
//!
//! Results are `name=value value ...` separated by semicolons: `table.py` compares those of all engines
//! that did the same work. Names that begin with `_` are facts and not compared.

use std::time::Instant;

/// Rounds at least.
const ROUNDS: usize = 5;
/// Short works are repeated until this much time is spent, or so many rounds are done.
const LEAST_SECONDS: f64 = 1.0;
const MOST_ROUNDS: usize = 21;
/// After so long no further round is begun, even if fewer than five are done (the table shows how many).
const MOST_SECONDS: f64 = 60.0;

/// Results of a work, to be compared.
pub type Results = Vec<(&'static str, Vec<f64>)>;

/// Times `run` over what `prepare` makes (untimed) and prints the line.
pub fn measure<S, T>(
    work: &str,
    engine: &str,
    mut prepare: impl FnMut() -> S,
    mut run: impl FnMut(S) -> T,
    results: impl Fn(&T) -> Results,
) {
    let mut milliseconds: Vec<f64> = Vec::new();
    loop {
        let input = prepare();
        let start = Instant::now();
        let output = std::hint::black_box(run(input));
        milliseconds.push(1000.0 * start.elapsed().as_secs_f64());
        let spent = milliseconds.iter().sum::<f64>() / 1000.0;
        let rounds = milliseconds.len();
        let enough = rounds >= ROUNDS && (spent > LEAST_SECONDS || rounds >= MOST_ROUNDS);
        if enough || spent > MOST_SECONDS {
            return line(work, engine, &milliseconds, &results(&output), "");
        }
    }
}

/// Prints one line.
pub fn line(work: &str, engine: &str, milliseconds: &[f64], results: &Results, note: &str) {
    let times: Vec<String> = milliseconds.iter().map(|t| format!("{t:.6}")).collect();
    let show = |values: &[f64]| values.iter().map(|v| format!("{v:.16e}")).collect::<Vec<_>>().join(" ");
    let results: Vec<String> = results.iter().map(|(name, v)| format!("{name}={}", show(v))).collect();
    println!("{work}\t{engine}\t{}\t{}\t{note}", times.join(","), results.join(";"));
}

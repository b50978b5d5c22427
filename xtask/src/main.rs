//! The repository's own chores.
//!
//! `cargo xtask check` looks at the sources: arrows between crates, problem codes, words that must not be there,
//! lengths of files. `cargo xtask reference --check` runs the R scripts of `reference/` again and compares.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore speaks to the person who started it")]

mod arrows;
mod check;
mod codes;
mod compare;
mod lengths;
mod reference;
mod repository;
mod words;

use std::process::ExitCode;

use repository::Repository;

const USAGE: &str = "\
usage:
  cargo xtask check              arrows between crates, problem codes, words, lengths of files
  cargo xtask reference --check  run the R scripts of reference/ again and compare their values";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let repository = Repository::this();
    let outcome = match words.as_slice() {
        ["check"] => check::check(&repository),
        ["reference", "--check"] => reference::check(&repository),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(findings) if findings.is_empty() => ExitCode::SUCCESS,
        Ok(findings) => {
            for finding in &findings {
                eprintln!("{finding}");
            }
            eprintln!("{} found", findings.len());
            ExitCode::FAILURE
        }
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::from(2)
        }
    }
}

//! Times the survival estimators on data in memory; `run.sh` runs them beside their peers.
//!
//! `make FOLDER [quick]` writes the data; `WORK FOLDER` times one work; `growth [quick]` times some works at
//! growing numbers of rows; `memory WORK ROWS` prints what one work needs beside its input.

mod data;
mod growth;
mod memory;
mod timing;
mod works;

use std::path::Path;
use std::process::ExitCode;

type AnyError = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", words.join(" "));
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), AnyError> {
    match words {
        ["make", folder, rest @ ..] => Ok(data::write_all(Path::new(folder), rest == ["quick"])?),
        ["growth", rest @ ..] => growth::growth(rest == ["quick"]),
        ["memory", work, rows] => memory::memory(work, rows.parse()?),
        [work, folder] => works::time(work, Path::new(folder)),
        _ => Err("make FOLDER [quick] | WORK FOLDER | growth [quick] | memory WORK ROWS".into()),
    }
}

//! Prints the proposed site.toml of a file: `cargo run -p oligomet-import --example propose -- FILE [SHEET]`.
#![allow(clippy::print_stdout, reason = "it prints what it proposes")]

use std::path::Path;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().unwrap_or_default();
    match oligomet_import::propose(Path::new(&file), arguments.next().as_deref()) {
        Ok((proposal, problems)) => println!("{}\n{problems}", proposal.to_toml()),
        Err(problems) => println!("{problems}"),
    }
}

//! Prints docs/tables.md.

#![expect(clippy::print_stdout, reason = "it is what this program does")]

fn main() {
    print!("{}", oligomet_schema::docs::markdown());
}

//! The printed tables.

use oligomet_report::{Table, tables, to_csv};

use crate::fixture;

pub(crate) fn table(id: &str) -> Table {
    tables(&fixture::run()).into_iter().find(|t| t.id == id).unwrap()
}

#[test]
fn print_shared() {
    let run = fixture::run_of(&fixture::Recipe {
        grade_of: |i| if i < 3 { 0 } else { 1 + i % 2 },
        ..Default::default()
    });
    let shared = oligomet_report::share(run);
    for table in tables(&shared) {
        println!("== {} {}\n{}", table.id, table.title, to_csv(&table));
    }
    for c in &shared.curves {
        println!(
            "{} {} {} {} {} {} {}",
            c.analysis_id, c.group_level, c.time, c.n_risk, c.cum_event, c.n_censor, c.estimate
        );
    }
}

#[test]
fn print_all() {
    for table in tables(&fixture::run()) {
        println!("== {} {}\n{}", table.id, table.title, to_csv(&table));
    }
}

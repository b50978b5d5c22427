//! How long lines of therapy take: 100,000 patients with 8 exposures each, on one thread.
//!
//! `cargo run --release -p oligomet-disease --example lines_speed [MONTHS]`: how many of ten dates are known to the month
//! only; without it 0, 1 and 3.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use oligomet_base::{Day, PartialDate};
use oligomet_disease::therapy::{
    DrugId, EndReason, Exposure, ExposureEnd, Formulary, History, LineRules, derive_lines,
};

const N_PATIENTS: u32 = 100_000;

/// A small generator of whole numbers below `n` (Lehmer, multiplier 48271): the data need no statistical quality.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 % n
    }
}

/// Eight drugs one after the other or together, over about four years; `months` says how many of ten dates are months.
fn patient(dice: &mut Dice, drugs: &[DrugId], months: u64) -> History {
    let mut day = 17_000 + dice.below(1000) as i32;
    let mut exposures = Vec::with_capacity(8);
    for _ in 0..8 {
        day += [0, 5, 120, 240][dice.below(4) as usize];
        let end = day + 60 + dice.below(200) as i32;
        let reason = EndReason::ALL[dice.below(6) as usize].0;
        let drug = drugs[dice.below(drugs.len() as u64) as usize];
        let (start, end) = (date(dice, day, months), date(dice, end, months));
        exposures.push(Exposure { reason, ..Exposure::new(drug, Some(start), ExposureEnd::On(end)) });
    }
    History { exposures, ..History::default() }
}

fn date(dice: &mut Dice, day: i32, months: u64) -> PartialDate {
    match Day(day).to_ymd() {
        Some((year, month, _)) if dice.below(10) < months => PartialDate::Month(year, month),
        _ => PartialDate::Day(Day(day)),
    }
}

fn main() {
    let formulary = Formulary::builtin();
    let drugs: Vec<DrugId> = formulary.drugs().filter(|(_, d)| d.is_named).map(|(id, _)| id).collect();
    let asked = std::env::args().nth(1).and_then(|months| months.parse().ok());
    for months in asked.map_or_else(|| vec![0, 1, 3], |months| vec![months]) {
        let mut dice = Dice(20_261_123);
        let patients: Vec<History> = (0..N_PATIENTS).map(|_| patient(&mut dice, &drugs, months)).collect();
        let begun = Instant::now();
        let (mut n_lines, mut n_open, mut n_given_up) = (0usize, 0, 0);
        for history in &patients {
            let lines = derive_lines(history, formulary, &LineRules::default());
            n_lines += lines.possible.first().map_or(0, Vec::len);
            n_open += usize::from(lines.possible.len() > 1);
            n_given_up += usize::from(!lines.is_complete);
        }
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{N_PATIENTS} patients x 8 exposures, {months} of 10 dates to the month: {seconds:.2} s, \
             {n_lines} lines, {n_open} patients with several numberings, {n_given_up} not numbered"
        );
    }
}

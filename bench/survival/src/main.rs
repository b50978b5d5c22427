//! Times the survival estimators; data from a fixed generator, in memory; medians of five runs.
//!
//! `cargo run --release -- [rows]`; with a second argument the data are also written there as CSV for
//! `peers.R`.

use oligomet_survival::*;
use std::hint::black_box;
use std::time::Instant;

/// A small fixed generator (splitmix64): the bench needs no dependency for its data.
struct Generator(u64);

impl Generator {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

struct Data {
    days: Vec<i32>,
    event: Vec<bool>,
    cause: Vec<u32>,
    group: Vec<u32>,
    columns: Vec<Vec<f64>>,
}

fn simulate(n: usize, p: usize) -> Data {
    let mut g = Generator(42);
    let mut data = Data {
        days: Vec::with_capacity(n),
        event: Vec::with_capacity(n),
        cause: Vec::with_capacity(n),
        group: Vec::with_capacity(n),
        columns: vec![Vec::with_capacity(n); p],
    };
    for _ in 0..n {
        let mut eta = 0.0;
        for (j, column) in data.columns.iter_mut().enumerate() {
            let x = g.uniform() + g.uniform() + g.uniform() - 1.5;
            eta += x * 0.3 * if j % 2 == 0 { 1.0 } else { -0.5 };
            column.push(x);
        }
        let event_time = -g.uniform().ln() * 1500.0 * (-eta).exp();
        let censoring = g.uniform() * 4000.0;
        data.days.push(event_time.min(censoring) as i32 + 1);
        data.event.push(event_time <= censoring);
        let cause = if g.uniform() < 0.6 { 1 } else { 2 };
        data.cause.push(if event_time <= censoring { cause } else { 0 });
        data.group.push((g.uniform() * 4.0) as u32);
    }
    data
}

fn time<T>(name: &str, runs: usize, mut work: impl FnMut() -> T) {
    let mut seconds: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_unstable_by(f64::total_cmp);
    println!("{name:<58} {:>10.2} ms", 1000.0 * seconds[runs / 2]);
}

fn cox(name: &str, n: usize, p: usize, runs: usize) {
    let data = simulate(n, p);
    let columns: Vec<&[f64]> = data.columns.iter().map(Vec::as_slice).collect();
    let design = Design::new(&columns).unwrap();
    let sample = Sample::new(Times::Days(&data.days), &data.event).unwrap();
    let options = CoxOptions::default();
    time(&format!("Cox Efron {name}, fit"), runs, || fit_cox(&sample, &design, &options).unwrap());
    time(&format!("Cox Efron {name}, with concordance and PH test"), runs, || {
        let model = CoxModel::new(&sample, &design, &options).unwrap();
        let fit = model.fit().unwrap();
        let c = model.concordance(&fit).unwrap();
        let ph = model.ph_test(&fit, TimeTransform::KaplanMeier).unwrap();
        (fit.iterations, c.estimate, ph.global.statistic)
    });
}

fn main() {
    let n: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(1_000_000);
    let data = simulate(n, 10);
    if let Some(path) = std::env::args().nth(2) {
        write_csv(&data, &path);
    }
    let sample = Sample::new(Times::Days(&data.days), &data.event).unwrap();
    time(&format!("Kaplan-Meier with intervals, {n}"), 5, || {
        let sample = Sample::new(Times::Days(&data.days), &data.event).unwrap();
        kaplan_meier(&sample, &KaplanMeierOptions::default()).unwrap()
    });
    time(&format!("log-rank, 4 groups, {n}"), 5, || {
        log_rank(&sample, &data.group, 4, &LogRankOptions::default()).unwrap()
    });
    let score: Vec<f64> = data.columns[0].iter().zip(&data.columns[1]).map(|(a, b)| a - 0.5 * b).collect();
    time(&format!("concordance with SE, {n}"), 5, || concordance(&sample, &score).unwrap());
    drop(data);
    cox(&format!("{n} x 10"), n, 10, 5);
    cox("100000 x 50", 100_000, 50, 5);
    cox("10000 x 200", 10_000, 200, 5);
    small();
    competing();
}

fn small() {
    let data = simulate(133, 5);
    let columns: Vec<&[f64]> = data.columns.iter().map(Vec::as_slice).collect();
    let design = Design::new(&columns).unwrap();
    let sample = Sample::new(Times::Days(&data.days), &data.event).unwrap();
    time("Cox 133 x 5, 10,000 refits", 5, || {
        (0..10_000).map(|_| fit_cox(&sample, &design, &CoxOptions::default()).unwrap().iterations).sum::<usize>()
    });
    let best = best_cutpoint(&sample, &data.columns[0], &CutpointOptions::default()).unwrap();
    time("maxstat 133, 99,999 permutations", 5, || best.p_monte_carlo(99_999, 1));
    let data = simulate(2982, 1);
    let sample = Sample::new(Times::Days(&data.days), &data.event).unwrap();
    let best = best_cutpoint(&sample, &data.columns[0], &CutpointOptions::default()).unwrap();
    time("maxstat 2,982 distinct values, deterministic p", 5, || best.p_gauss());
}

fn competing() {
    let data = simulate(100_000, 5);
    let columns: Vec<&[f64]> = data.columns.iter().map(Vec::as_slice).collect();
    let design = Design::new(&columns).unwrap();
    let sample = Sample::with_causes(Times::Days(&data.days), &data.cause).unwrap();
    time("Fine-Gray 100,000 x 5, robust", 5, || {
        fit_fine_gray(&sample, &design, 1, &CoxOptions::default()).unwrap()
    });
}

fn write_csv(data: &Data, path: &str) {
    use std::io::Write;
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(out, "time,status,cause,group,{}", (1..=10).map(|j| format!("x{j}")).collect::<Vec<_>>().join(",")).unwrap();
    for i in 0..data.days.len() {
        let x: Vec<String> = data.columns.iter().map(|c| c[i].to_string()).collect();
        writeln!(out, "{},{},{},{},{}", data.days[i], u8::from(data.event[i]), data.cause[i], data.group[i], x.join(",")).unwrap();
    }
}

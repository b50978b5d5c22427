//! Simulated patients: made once from a seed, written as raw numbers that every peer reads alike.
//!
//! A set is a folder with `days.i32`, `event.i32`, `cause.i32`, `group.i32` (little-endian 32-bit integers,
//! one per row) and `x.f64` (column after column). `small` also has `resample.i32`: rows drawn with
//! replacement, one resample after the other.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// One simulated set, in memory.
pub struct Data {
    /// Days of follow-up.
    pub days: Vec<i32>,
    /// Whether follow-up ended with an event.
    pub event: Vec<bool>,
    /// 0 censored, 1 the cause of interest, 2 the competing one.
    pub cause: Vec<u32>,
    /// One of four groups.
    pub group: Vec<u32>,
    /// Covariates.
    pub columns: Vec<Vec<f64>>,
}

impl Data {
    /// Rows.
    pub fn n(&self) -> usize {
        self.days.len()
    }

    /// Covariates as slices.
    pub fn slices(&self) -> Vec<&[f64]> {
        self.columns.iter().map(Vec::as_slice).collect()
    }

    /// A risk score with which concordance is measured.
    pub fn score(&self) -> Vec<f64> {
        self.columns[0].iter().zip(&self.columns[1]).map(|(a, b)| a - 0.5 * b).collect()
    }

    /// The first rows.
    pub fn first(mut self, n: usize) -> Self {
        self.days.truncate(n);
        self.event.truncate(n);
        self.cause.truncate(n);
        self.group.truncate(n);
        self.columns.iter_mut().for_each(|column| column.truncate(n));
        self
    }
}

/// A set of the bench.
pub struct Set {
    /// Its folder.
    pub name: &'static str,
    rows: usize,
    quick_rows: usize,
    columns: usize,
    /// Log hazard ratio per unit of every even column; odd ones have half of it with the other sign.
    effect: f64,
}

/// All sets.
pub const SETS: [Set; 7] = [
    Set { name: "days", rows: 10_000_000, quick_rows: 100_000, columns: 0, effect: 0.0 },
    Set { name: "million", rows: 1_000_000, quick_rows: 20_000, columns: 10, effect: 0.3 },
    Set { name: "wide50", rows: 100_000, quick_rows: 5_000, columns: 50, effect: 0.2 },
    Set { name: "wide200", rows: 10_000, quick_rows: 2_000, columns: 200, effect: 0.1 },
    Set { name: "small", rows: 133, quick_rows: 133, columns: 5, effect: 0.3 },
    Set { name: "cut", rows: 2_982, quick_rows: 400, columns: 1, effect: 0.1 },
    Set { name: "competing", rows: 100_000, quick_rows: 1_000, columns: 5, effect: 0.3 },
];

const RESAMPLES: usize = 10_000;
const QUICK_RESAMPLES: usize = 400;

/// splitmix64: the bench needs no dependency for its data.
struct Generator(u64);

impl Generator {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> i32 {
        (self.uniform() * n as f64) as i32
    }
}

/// Exponential event times of mean 1,500 days under the null, censored uniformly up to 4,000 days.
pub fn simulate(n: usize, p: usize, effect: f64) -> Data {
    let mut g = Generator(42);
    let mut data = Data {
        days: Vec::with_capacity(n),
        event: Vec::with_capacity(n),
        cause: Vec::with_capacity(n),
        group: Vec::with_capacity(n),
        columns: (0..p).map(|_| Vec::with_capacity(n)).collect(),
    };
    for _ in 0..n {
        let mut eta = 0.0;
        for (j, column) in data.columns.iter_mut().enumerate() {
            let x = g.uniform() + g.uniform() + g.uniform() - 1.5;
            eta += x * effect * if j % 2 == 0 { 1.0 } else { -0.5 };
            column.push(x);
        }
        let event_time = -g.uniform().ln() * 1500.0 * (-eta).exp();
        let censoring = g.uniform() * 4000.0;
        let event = event_time <= censoring;
        let cause = 1 + u32::from(g.uniform() >= 0.6);
        data.days.push(event_time.min(censoring) as i32 + 1);
        data.event.push(event);
        data.cause.push(if event { cause } else { 0 });
        data.group.push(g.below(4) as u32);
    }
    data
}

/// Makes and writes all sets.
pub fn write_all(folder: &Path, quick: bool) -> io::Result<()> {
    for set in &SETS {
        let rows = if quick { set.quick_rows } else { set.rows };
        let data = simulate(rows, set.columns, set.effect);
        write(&folder.join(set.name), &data)?;
    }
    let mut g = Generator(7);
    let n = 133;
    let count = if quick { QUICK_RESAMPLES } else { RESAMPLES };
    write_i32(&folder.join("small/resample.i32"), (0..n * count).map(|_| g.below(n)))
}

fn write(folder: &Path, data: &Data) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    write_i32(&folder.join("days.i32"), data.days.iter().copied())?;
    write_i32(&folder.join("event.i32"), data.event.iter().map(|&e| i32::from(e)))?;
    write_i32(&folder.join("cause.i32"), data.cause.iter().map(|&c| c as i32))?;
    write_i32(&folder.join("group.i32"), data.group.iter().map(|&g| g as i32))?;
    let mut out = BufWriter::new(fs::File::create(folder.join("x.f64"))?);
    for value in data.columns.iter().flatten() {
        out.write_all(&value.to_le_bytes())?;
    }
    out.flush()
}

fn write_i32(path: &Path, values: impl Iterator<Item = i32>) -> io::Result<()> {
    let mut out = BufWriter::new(fs::File::create(path)?);
    for value in values {
        out.write_all(&value.to_le_bytes())?;
    }
    out.flush()
}

/// Reads a set.
pub fn read(folder: &Path) -> io::Result<Data> {
    let days = read_i32(&folder.join("days.i32"))?;
    let event = read_i32(&folder.join("event.i32"))?.iter().map(|&e| e == 1).collect();
    let cause = read_i32(&folder.join("cause.i32"))?.iter().map(|&c| c as u32).collect();
    let group = read_i32(&folder.join("group.i32"))?.iter().map(|&g| g as u32).collect();
    let x = fs::read(folder.join("x.f64"))?;
    let value = |b: &[u8]| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
    let columns = x.chunks(8 * days.len()).map(|c| c.chunks_exact(8).map(value).collect()).collect();
    Ok(Data { days, event, cause, group, columns })
}

/// Reads 32-bit integers.
pub fn read_i32(path: &Path) -> io::Result<Vec<i32>> {
    Ok(fs::read(path)?.chunks_exact(4).map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}

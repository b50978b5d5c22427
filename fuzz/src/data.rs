//! Samples made of bytes.

use arbitrary::{Arbitrary, Result, Unstructured};
use oligomet_survival::{Design, Sample, SurvivalError, Times};

/// Values that break arithmetic, beside ordinary ones.
const WILD: [f64; 20] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    1e300,
    1e155,
    1e-155,
    1e-300,
    -0.0,
    0.0,
    -1.0,
    1.0,
    1.000_000_01,
    1.000_000_02,
    1e16,
    1e-9,
    1e8,
];
const WILD_DAYS: [i32; 8] = [i32::MIN, i32::MAX, i32::MAX - 1, -1, 0, 1, 1 << 30, 100_000];

/// How far from ordinary data the values of one vector are.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Style {
    Constant,
    Binary,
    FewValues,
    Tame,
    Fine,
    NearTies,
    LargeOffset,
    Wild,
}

/// A sample with everything an estimator may ask for. All vectors have `n` values.
#[derive(Debug, Clone)]
pub struct Data {
    /// Rows.
    pub n: usize,
    continuous: bool,
    exit_days: Vec<i32>,
    entry_days: Option<Vec<i32>>,
    exit: Vec<f64>,
    entry: Option<Vec<f64>>,
    /// Event flags.
    pub event: Vec<bool>,
    /// Causes, mostly 0 to 2.
    pub cause: Vec<u32>,
    weights: Option<Vec<f64>>,
    strata: Option<Vec<u32>>,
    clusters: Option<Vec<u32>>,
    /// Group codes.
    pub group: Vec<u32>,
    /// Stated number of groups: now and then too small or absurd.
    pub n_groups: usize,
    /// One to four covariates.
    pub columns: Vec<Vec<f64>>,
    /// Offset of a model.
    pub offset: Option<Vec<f64>>,
    /// A confidence level, now and then impossible.
    pub level: f64,
    /// A number for times, probabilities, horizons, penalties.
    pub number: f64,
    /// Choices among options.
    pub choice: u8,
    /// Seed of random methods, and of the order of the rows.
    pub seed: u64,
}

impl<'a> Arbitrary<'a> for Data {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let n = u.int_in_range(0..=40)?;
        let continuous = u.arbitrary()?;
        let mut data = Data {
            n,
            continuous,
            exit_days: vec![],
            entry_days: None,
            exit: vec![],
            entry: None,
            event: vec![],
            cause: vec![],
            weights: None,
            strata: None,
            clusters: None,
            group: vec![],
            n_groups: 0,
            columns: vec![],
            offset: None,
            level: level(u)?,
            number: number(u)?,
            choice: u.arbitrary()?,
            seed: u.arbitrary()?,
        };
        data.times(u)?;
        data.event = (0..n).map(|_| Ok(u.ratio(3, 5)?)).collect::<Result<_>>()?;
        data.cause = causes(u, n)?;
        data.weights = optional(u, |u| weights(u, n))?;
        data.strata = optional(u, |u| codes(u, n))?;
        data.clusters = optional(u, |u| codes(u, n))?;
        data.groups(u)?;
        for _ in 0..u.int_in_range(1..=4)? {
            let column = column(u, n, &data.columns)?;
            data.columns.push(column);
        }
        data.offset = optional(u, |u| values(u, n))?;
        Ok(data)
    }
}

impl Data {
    fn times(&mut self, u: &mut Unstructured) -> Result<()> {
        let n = self.n;
        let delayed = u.ratio(1, 3)?;
        if self.continuous {
            self.exit = values(u, n)?;
            if !u.ratio(1, 8)? {
                self.exit.iter_mut().for_each(|t| *t = t.abs());
            }
            if delayed {
                let lengths: Vec<f64> = values(u, n)?;
                self.entry = Some(self.exit.iter().zip(&lengths).map(|(t, l)| t - l.abs()).collect());
            }
            return Ok(());
        }
        self.exit_days = days(u, n)?;
        if delayed {
            let before = |(day, length): (&i32, i32)| day.wrapping_sub(length);
            let lengths = days(u, n)?;
            self.entry_days = Some(
                self.exit_days.iter().zip(lengths.iter().map(|l| l.wrapping_add(1))).map(before).collect(),
            );
        }
        Ok(())
    }

    fn groups(&mut self, u: &mut Unstructured) -> Result<()> {
        self.group = if u.ratio(1, 10)? {
            codes(u, self.n)?
        } else {
            let k = u.int_in_range(1..=4)?;
            (0..self.n).map(|_| u.int_in_range(0..=k)).collect::<Result<_>>()?
        };
        let needed = self.group.iter().max().map_or(0, |g| *g as usize + 1);
        self.n_groups = match u.int_in_range(0..=20u8)? {
            0 => usize::MAX,
            1 => needed.saturating_sub(1),
            2 => 1 << 40,
            3 => needed + 3,
            _ => needed,
        };
        Ok(())
    }

    fn exit_times(&self) -> Times<'_> {
        if self.continuous { Times::Continuous(&self.exit) } else { Times::Days(&self.exit_days) }
    }

    fn complete<'a>(
        &'a self,
        sample: Sample<'a>,
        keep: Keep,
    ) -> std::result::Result<Sample<'a>, SurvivalError> {
        let mut sample = sample;
        if let (true, Some(entry)) = (keep.entry, &self.entry) {
            sample = sample.with_entry(Times::Continuous(entry))?;
        }
        if let (true, Some(entry)) = (keep.entry, &self.entry_days) {
            sample = sample.with_entry(Times::Days(entry))?;
        }
        if let (true, Some(weights)) = (keep.weights, &self.weights) {
            sample = sample.with_weights(weights)?;
        }
        if let (true, Some(strata)) = (keep.strata, &self.strata) {
            sample = sample.with_strata(strata)?;
        }
        if let (true, Some(clusters)) = (keep.clusters, &self.clusters) {
            sample = sample.with_clusters(clusters)?;
        }
        Ok(sample)
    }

    /// One kind of event, with all there is: entry, weights, strata, clusters.
    pub fn sample(&self) -> std::result::Result<Sample<'_>, SurvivalError> {
        self.complete(Sample::new(self.exit_times(), &self.event)?, Keep::ALL)
    }

    /// One kind of event, times only: for methods that cover nothing else.
    pub fn plain(&self) -> std::result::Result<Sample<'_>, SurvivalError> {
        Sample::new(self.exit_times(), &self.event)
    }

    /// Competing events, with all there is.
    pub fn competing(&self) -> std::result::Result<Sample<'_>, SurvivalError> {
        self.complete(Sample::with_causes(self.exit_times(), &self.cause)?, Keep::ALL)
    }

    /// Competing events, with strata at most.
    pub fn competing_plain(&self, strata: bool) -> std::result::Result<Sample<'_>, SurvivalError> {
        let keep = Keep { strata, ..Keep::NONE };
        self.complete(Sample::with_causes(self.exit_times(), &self.cause)?, keep)
    }

    /// The covariates as a design.
    pub fn design<'a>(&'a self, columns: &'a [&'a [f64]]) -> std::result::Result<Design<'a>, SurvivalError> {
        let design = Design::new(columns)?;
        match &self.offset {
            Some(offset) => design.with_offset(offset),
            None => Ok(design),
        }
    }

    /// The covariates as slices.
    pub fn slices(&self) -> Vec<&[f64]> {
        self.columns.iter().map(Vec::as_slice).collect()
    }

    /// The given rows, in the given order.
    pub fn select(&self, rows: &[usize]) -> Data {
        Data {
            n: rows.len(),
            exit_days: pick(&self.exit_days, rows),
            entry_days: self.entry_days.as_ref().map(|v| pick(v, rows)),
            exit: pick(&self.exit, rows),
            entry: self.entry.as_ref().map(|v| pick(v, rows)),
            event: pick(&self.event, rows),
            cause: pick(&self.cause, rows),
            weights: self.weights.as_ref().map(|v| pick(v, rows)),
            strata: self.strata.as_ref().map(|v| pick(v, rows)),
            clusters: self.clusters.as_ref().map(|v| pick(v, rows)),
            group: pick(&self.group, rows),
            columns: self.columns.iter().map(|c| pick(c, rows)).collect(),
            offset: self.offset.as_ref().map(|v| pick(v, rows)),
            ..self.clone()
        }
    }

    /// The same rows in another order.
    pub fn reordered(&self) -> Data {
        let mut rows: Vec<usize> = (0..self.n).collect();
        let mut state = self.seed | 1;
        for i in (1..self.n).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            rows.swap(i, (state >> 33) as usize % (i + 1));
        }
        self.select(&rows)
    }

    /// True where sums keep their digits in any order: no value so large or small that others vanish beside it.
    pub fn is_tame(&self) -> bool {
        let tame = |v: &f64| *v == 0.0 || (1e-3..1e5).contains(&v.abs());
        let all = |v: &Option<Vec<f64>>| v.iter().flatten().all(tame);
        self.exit.iter().all(tame)
            && all(&self.weights)
            && all(&self.offset)
            && self.columns.iter().flatten().all(tame)
    }
}

/// Which parts of the data go into a sample.
#[derive(Clone, Copy)]
struct Keep {
    entry: bool,
    weights: bool,
    strata: bool,
    clusters: bool,
}

impl Keep {
    const ALL: Keep = Keep { entry: true, weights: true, strata: true, clusters: true };
    const NONE: Keep = Keep { entry: false, weights: false, strata: false, clusters: false };
}

fn pick<T: Copy>(from: &[T], rows: &[usize]) -> Vec<T> {
    if from.is_empty() { vec![] } else { rows.iter().map(|&r| from[r]).collect() }
}

fn optional<'a, T>(
    u: &mut Unstructured<'a>,
    make: impl Fn(&mut Unstructured<'a>) -> Result<T>,
) -> Result<Option<T>> {
    if u.ratio(1, 3)? { make(u).map(Some) } else { Ok(None) }
}

fn values(u: &mut Unstructured, n: usize) -> Result<Vec<f64>> {
    let style: Style = u.arbitrary()?;
    (0..n).map(|_| value(u, style)).collect()
}

fn value(u: &mut Unstructured, style: Style) -> Result<f64> {
    let small = f64::from(u.arbitrary::<u8>()?);
    Ok(match style {
        Style::Constant => 2.5,
        Style::Binary => f64::from(small > 127.0),
        Style::FewValues => small % 5.0,
        Style::Tame => small,
        Style::Fine => small + f64::from(u.arbitrary::<u16>()?) / 65536.0,
        Style::NearTies => (small % 4.0) + 1.0 + (small % 3.0) * 1e-8,
        Style::LargeOffset => 1e7 + small / 7.0,
        Style::Wild if small < 40.0 => f64::from_bits(u.arbitrary()?),
        Style::Wild if small < 120.0 => *u.choose(&WILD)?,
        Style::Wild => small,
    })
}

fn days(u: &mut Unstructured, n: usize) -> Result<Vec<i32>> {
    let style: u8 = u.int_in_range(0..=9)?;
    let day = |u: &mut Unstructured| {
        let small = i32::from(u.arbitrary::<u8>()?);
        Ok(match style {
            0 => *u.choose(&WILD_DAYS)?,
            1 if small < 40 => u.arbitrary::<i32>()? & i32::MAX,
            2 => 30,
            3 | 4 => small / 30 * 30,
            5 => small * 1000,
            _ => small,
        })
    };
    (0..n).map(|_| day(u)).collect()
}

fn causes(u: &mut Unstructured, n: usize) -> Result<Vec<u32>> {
    let most: u32 = match u.int_in_range(0..=15u8)? {
        0 => u32::MAX,
        1 => 1000,
        2 => 1,
        _ => 2,
    };
    (0..n).map(|_| if u.ratio(1, 3)? { Ok(0) } else { u.int_in_range(0..=most) }).collect()
}

fn weights(u: &mut Unstructured, n: usize) -> Result<Vec<f64>> {
    let style: Style = u.arbitrary()?;
    let keep_sign = u.ratio(1, 8)?;
    (0..n).map(|_| value(u, style).map(|w| if keep_sign { w } else { w.abs() })).collect()
}

fn codes(u: &mut Unstructured, n: usize) -> Result<Vec<u32>> {
    match u.int_in_range(0..=3u8)? {
        0 => Ok((0..n as u32).collect()),
        1 => (0..n).map(|_| u.arbitrary()).collect(),
        _ => (0..n).map(|_| u.int_in_range(0..=3)).collect(),
    }
}

/// A covariate of its own, or one that follows from the others.
fn column(u: &mut Unstructured, n: usize, before: &[Vec<f64>]) -> Result<Vec<f64>> {
    match (u.int_in_range(0..=7u8)?, before.last()) {
        (0, Some(last)) => Ok(last.iter().map(|x| 3.0 - 2.0 * x).collect()),
        (1, Some(last)) => Ok(last.iter().map(|x| x * (1.0 + 1e-12)).collect()),
        (2, Some(last)) => Ok(last.iter().map(|x| x * x).collect()),
        _ => values(u, n),
    }
}

fn level(u: &mut Unstructured) -> Result<f64> {
    Ok(match u.arbitrary::<u8>()? {
        0 => f64::NAN,
        1 => 0.0,
        2 => 1.0,
        3 => 1.0 - f64::EPSILON,
        4 => f64::MIN_POSITIVE,
        5 => 0.5,
        6 => 0.999_999,
        _ => 0.95,
    })
}

fn number(u: &mut Unstructured) -> Result<f64> {
    match u.int_in_range(0..=3u8)? {
        0 => value(u, Style::Wild),
        1 => Ok(f64::from(u.arbitrary::<u16>()?) / 65536.0),
        _ => Ok(f64::from(u.arbitrary::<u8>()?)),
    }
}

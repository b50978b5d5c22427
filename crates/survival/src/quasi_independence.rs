//! Test of quasi-independence of delayed entry and survival: Tsai's conditional Kendall's tau.

use crate::axis::Timeline;
use crate::error::{Result, SurvivalError};
use crate::fenwick::Fenwick;
use crate::sample::{Sample, Times};
use crate::special::normal_two_sided;
use libm::sqrt;

/// Tsai's test that the entry says nothing about the hazard of those at risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuasiIndependence {
    /// Concordant less discordant pairs. Above 0, those who entered later also left later.
    pub statistic: f64,
    /// Conditional Kendall's tau: the statistic divided by the comparable pairs.
    pub tau: f64,
    /// Variance of the statistic under quasi-independence, given the risk sets, their entries and ties.
    pub variance: f64,
    /// The statistic divided by the root of its variance.
    pub z: f64,
    /// Two-sided p-value of z, by the normal distribution.
    pub p_value: f64,
    /// Pairs that were at risk together at the event that ended the shorter of the two, and not both ended by it.
    pub comparable_pairs: u64,
    /// Comparable pairs of which the one that entered later left later.
    pub concordant_pairs: u64,
    /// Comparable pairs of which the one that entered later left first.
    pub discordant_pairs: u64,
    /// Rows.
    pub n: usize,
    /// Rows that ended with an event.
    pub n_events: usize,
}

/// Tests quasi-independence of delayed entry and survival with Tsai's conditional Kendall's tau.
///
/// Methods for delayed entry take it that among those at risk the hazard does not depend on when they
/// entered. A pair tells about this only if both were at risk together when the first of them had its
/// event: then the one with the event should be either with the same probability. The p-value is the
/// two-sided normal one; a p-value that is not small proves nothing where comparable pairs are few.
///
/// # Input
/// `entry`, `exit`: one finite number per row in the same unit, entry before exit and exit at least 0; a row
/// is at risk on (entry, exit]. `event`: whether exit is the event; else the row is censored there. Events come before
/// censorings at the same time, and near-ties are ties ([`TIME_TOLERANCE`](crate::TIME_TOLERANCE)). Censoring
/// may depend on entry. Time: n log n.
///
/// # Errors
/// [`SurvivalError::NoComparablePairs`] if no two rows were at risk together at an event;
/// [`SurvivalError::SingularInformation`] if all who were had entered together; the errors of times.
/// # Source
/// Tsai 1990, Biometrika 77:169-177; Martin & Betensky 2005, JASA 100:484-492;
/// `docs/methods/quasi-independence.md`. Checked against the score test of a conditional logistic model in R
/// `survival::clogit()`: `reference/quasi_independence/`.
/// # Example
/// ```
/// use oligomet_survival::quasi_independence_test;
/// // All at risk from day 3 on; who entered later leaves later: 3 concordant pairs of 3.
/// let test = quasi_independence_test(&[1.0, 2.0, 3.0], &[5.0, 6.0, 7.0], &[true; 3])?;
/// assert_eq!((test.statistic, test.tau), (3.0, 1.0));
/// // Risk sets of 3 and 2: variances (9 - 1)/3 and (4 - 1)/3.
/// assert!((test.variance - 11.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn quasi_independence_test(entry: &[f64], exit: &[f64], event: &[bool]) -> Result<QuasiIndependence> {
    let sample = Sample::new(Times::Continuous(exit), event)?.with_entry(Times::Continuous(entry))?;
    let sums = Sweep::new(&sample)?.run();
    if sums.pairs == 0 {
        return Err(SurvivalError::NoComparablePairs);
    }
    if sums.variance <= 0.0 {
        return Err(SurvivalError::SingularInformation);
    }
    let statistic = sums.concordant as f64 - sums.discordant as f64;
    let z = statistic / sqrt(sums.variance);
    Ok(QuasiIndependence {
        statistic,
        tau: statistic / sums.pairs as f64,
        variance: sums.variance,
        z,
        p_value: normal_two_sided(z),
        comparable_pairs: sums.pairs,
        concordant_pairs: sums.concordant,
        discordant_pairs: sums.discordant,
        n: sample.n(),
        n_events: sample.n_events(),
    })
}

#[derive(Default)]
struct Sums {
    concordant: u64,
    discordant: u64,
    pairs: u64,
    variance: f64,
}

/// Ranks of exits and entries, in order of either.
struct Sweep {
    /// Exit, whether censored, entry; ascending: events come first at a time.
    exits: Vec<(usize, bool, usize)>,
    /// Entries, ascending.
    entries: Vec<usize>,
    n_slots: usize,
}

impl Sweep {
    fn new(sample: &Sample<'_>) -> Result<Self> {
        let timeline = Timeline::new(sample)?;
        let entry_of = |row: usize| timeline.entry.as_ref().map_or(0, |e| e.get(row));
        let mut exits: Vec<_> = (0..sample.n())
            .map(|row| (timeline.exit.get(row), !sample.is_event(row), entry_of(row)))
            .collect();
        let mut entries: Vec<usize> = (0..sample.n()).map(entry_of).collect();
        exits.sort_unstable();
        entries.sort_unstable();
        Ok(Sweep { exits, entries, n_slots: timeline.axis.len() })
    }

    fn run(&self) -> Sums {
        let mut sums = Sums::default();
        let mut at_risk = AtRisk::new(self.n_slots);
        let mut entered = 0;
        for run in self.exits.chunk_by(|a, b| a.0 == b.0) {
            while entered < self.entries.len() && self.entries[entered] < run[0].0 {
                at_risk.enter(self.entries[entered]);
                entered += 1;
            }
            let events = &run[..run.partition_point(|row| !row.1)];
            at_risk.add_time(events.iter().map(|row| row.2), events.len() as u64, &mut sums);
            run.iter().for_each(|row| at_risk.leave(row.2));
        }
        sums
    }
}

/// Who is at risk, by rank of entry. Counts are whole numbers: nothing is rounded.
struct AtRisk {
    below: Fenwick<i64>,
    at: Vec<u64>,
    n: u64,
    /// Sum over entry times of the cube of those who entered then.
    cubes: u128,
}

impl AtRisk {
    fn new(n_slots: usize) -> Self {
        AtRisk { below: Fenwick::new(n_slots), at: vec![0; n_slots], n: 0, cubes: 0 }
    }

    fn enter(&mut self, entry: usize) {
        self.cubes += 3 * square(self.at[entry]) + 3 * u128::from(self.at[entry]) + 1;
        self.at[entry] += 1;
        self.n += 1;
        self.below.add(entry, 1);
    }

    fn leave(&mut self, entry: usize) {
        self.at[entry] -= 1;
        self.cubes -= 3 * square(self.at[entry]) + 3 * u128::from(self.at[entry]) + 1;
        self.n -= 1;
        self.below.add(entry, -1);
    }

    /// The d events of one time among those at risk: pairs with those who stay, and the variance of their
    /// difference if any d of the risk set had had them.
    fn add_time(&self, events: impl Iterator<Item = usize>, d: u64, sums: &mut Sums) {
        if d == 0 || d == self.n {
            return;
        }
        let (mut later, mut earlier, mut own) = (0, 0, Vec::with_capacity(d as usize));
        for entry in events {
            let before = self.below.below(entry) as u64;
            later += self.n - before - self.at[entry];
            earlier += before;
            own.push(entry);
        }
        // Pairs of two of the events do not count: later and earlier entries are as many among them.
        own.sort_unstable();
        let same: u64 = own.chunk_by(|a, b| a == b).map(|run| (run.len() * run.len()) as u64).sum();
        let among = (d * d - same) / 2;
        sums.concordant += later - among;
        sums.discordant += earlier - among;
        sums.pairs += d * (self.n - d);
        let (n, d) = (self.n as f64, d as f64);
        let spread = (u128::from(self.n) * square(self.n) - self.cubes) as f64 / (3.0 * n);
        sums.variance += d * (n - d) / (n - 1.0) * spread;
    }
}

fn square(count: u64) -> u128 {
    u128::from(count) * u128::from(count)
}

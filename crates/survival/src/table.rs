//! Day tables: sums per group and day that fill in any row order and merge by addition.

use crate::axis::{Slots, TimeAxis, Timeline};
use crate::error::{Result, SurvivalError};
use crate::exact::{ExactSum, WeightSum};
use crate::limits::{check_cells, check_n_groups};
use crate::sample::{Sample, check_length};
use crate::shards::{add_assign, map_merge, shards};
use std::ops::Range;

/// Sums of weights (1 each without weights) per lane and time slot: exits, events by cause, entries.
///
/// A lane is a group or a stratum. Everything Kaplan-Meier, log-rank, Aalen-Johansen, Gray and
/// restricted means need is in here: the number at risk just before a time is the exits from then on
/// less the entries from then on. The rows may come in any order, and tables of parts of the rows
/// merge by addition into the table of the whole ([`DayTable::merge`]), whether the parts are
/// threads, files or hospitals.
///
/// # Example
/// ```
/// use oligomet_survival::{DayTable, Sample, Times};
/// let first = DayTable::new(&Sample::new(Times::Days(&[3, 5]), &[true, false])?, None)?;
/// let second = DayTable::new(&Sample::new(Times::Days(&[5]), &[true])?, None)?;
/// let both = first.merge(&second)?;
/// let whole = DayTable::new(&Sample::new(Times::Days(&[5, 3, 5]), &[true, true, false])?, None)?;
/// assert_eq!(both, whole);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DayTable {
    axis: TimeAxis,
    n_lanes: usize,
    n_causes: usize,
    rows: Vec<f64>,
    exits: Vec<f64>,
    events: Vec<f64>,
    entries: Option<Vec<f64>>,
    /// With weights and entries: exits less entries without rounding, so that those who have left are gone.
    net: Option<Vec<ExactSum>>,
}

/// One lane of a [`DayTable`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lane<'a> {
    pub(crate) axis: &'a TimeAxis,
    pub(crate) rows: f64,
    pub(crate) exits: &'a [f64],
    pub(crate) entries: Option<&'a [f64]>,
    net: Option<&'a [ExactSum]>,
    events: &'a [f64],
    stride: usize,
    offset: usize,
    n_causes: usize,
}

impl<'a> Lane<'a> {
    /// Events of one cause (from 1) per slot.
    pub(crate) fn events_of(&self, cause: usize) -> &'a [f64] {
        let start = (cause - 1) * self.stride + self.offset;
        &self.events[start..start + self.axis.len()]
    }

    /// Events of any cause per slot.
    pub(crate) fn all_events(&self) -> Vec<f64> {
        let mut sum = self.events_of(1).to_vec();
        for cause in 2..=self.n_causes {
            add_assign(&mut sum, self.events_of(cause));
        }
        sum
    }

    /// Number at risk just before each slot: exits from it on, less entries from it on.
    pub(crate) fn at_risk(&self) -> Vec<f64> {
        if let Some(net) = self.net {
            let mut sum = ExactSum::default();
            let from_end = net.iter().rev().map(|&step| {
                sum += step;
                sum.value()
            });
            let mut at_risk: Vec<f64> = from_end.collect();
            at_risk.reverse();
            // Who leaves was at risk, also in the last digit of the sum.
            at_risk.iter_mut().zip(self.exits).for_each(|(n, &leaving)| *n = n.max(leaving));
            return at_risk;
        }
        let mut sum = 0.0;
        let mut at_risk = vec![0.0; self.exits.len()];
        for (slot, n) in at_risk.iter_mut().enumerate().rev() {
            sum += self.exits[slot] - self.entries.map_or(0.0, |e| e[slot]);
            *n = sum;
        }
        at_risk
    }
}

/// Tables larger than this many cells per row are not worth their memory.
pub(crate) fn dense_fits(n_rows: usize, n_lanes: usize, n_slots: usize) -> bool {
    n_lanes.saturating_mul(n_slots) <= 4 * n_rows + (1 << 16)
}

impl DayTable {
    /// The table of a sample, with one lane per group (`groups` = codes and their number) or one
    /// lane in all.
    ///
    /// # Errors
    /// [`SurvivalError::GroupOutOfRange`], [`SurvivalError::LengthMismatch`], near-tied entry and exit, and
    /// [`SurvivalError::TableTooLarge`].
    pub fn new(sample: &Sample<'_>, groups: Option<(&[u32], usize)>) -> Result<Self> {
        let timeline = Timeline::new(sample)?;
        let n_lanes = check_groups(sample, groups)?;
        check_cells(n_lanes, timeline.axis.len(), sample.n_causes() + 2)?;
        Ok(match groups {
            Some((codes, _)) => Self::fill(sample, &timeline, n_lanes, |row| codes[row] as usize),
            None => Self::fill_single(sample, &timeline),
        })
    }

    fn empty(axis: TimeAxis, n_lanes: usize, n_causes: usize, entries: bool, exact: bool) -> Self {
        let cells = n_lanes * axis.len();
        DayTable {
            axis,
            n_lanes,
            n_causes,
            rows: vec![0.0; n_lanes],
            exits: vec![0.0; cells],
            events: vec![0.0; cells * n_causes],
            entries: entries.then(|| vec![0.0; cells]),
            net: exact.then(|| vec![ExactSum::default(); cells]),
        }
    }

    /// The common case (days, no weights, causes or entry) counts in whole numbers.
    fn fill_single(sample: &Sample<'_>, timeline: &Timeline<'_>) -> Self {
        let plain = sample.weights.is_none() && timeline.entry.is_none() && sample.n_causes() == 1;
        match (&timeline.exit, sample.events) {
            (Slots::Days { days, first }, crate::sample::Events::Flags(event)) if plain => {
                Self::count_days(days, event, *first, timeline.axis.len())
            }
            _ => Self::fill(sample, timeline, 1, |_| 0),
        }
    }

    fn count_days(days: &[i32], event: &[bool], first: i32, n_slots: usize) -> Self {
        let count = |rows: Range<usize>| {
            let mut counts = vec![[0u32; 2]; n_slots];
            for (&day, &event) in days[rows.clone()].iter().zip(&event[rows]) {
                counts[day.wrapping_sub(first) as u32 as usize][usize::from(event)] += 1;
            }
            counts
        };
        let merge = |sum: &mut Vec<[u32; 2]>, part: Vec<[u32; 2]>| {
            for (s, p) in sum.iter_mut().zip(part) {
                s[0] += p[0];
                s[1] += p[1];
            }
        };
        let counts = map_merge(shards(days.len(), n_slots), count, merge).unwrap_or_default();
        let mut table = Self::empty(TimeAxis::Days { first, n: n_slots }, 1, 1, false, false);
        table.rows[0] = days.len() as f64;
        for (slot, [censored, events]) in counts.into_iter().enumerate() {
            table.exits[slot] = f64::from(censored + events);
            table.events[slot] = f64::from(events);
        }
        table
    }

    pub(crate) fn fill(
        sample: &Sample<'_>,
        timeline: &Timeline<'_>,
        n_lanes: usize,
        lane_of: impl Fn(usize) -> usize + Sync,
    ) -> Self {
        let (n_slots, n_causes) = (timeline.axis.len(), sample.n_causes());
        let entries = timeline.entry.is_some();
        let exact = entries && sample.weights.is_some();
        let sum = |rows: Range<usize>| {
            let mut table = Self::empty(timeline.axis.clone(), n_lanes, n_causes, entries, exact);
            for row in rows {
                table.add_row(sample, timeline, row, lane_of(row));
            }
            table
        };
        let cells = n_lanes * n_slots * (n_causes + 2);
        let merge = |sum: &mut Self, part: Self| sum.add(&part);
        map_merge(shards(sample.n(), cells), sum, merge)
            .unwrap_or_else(|| Self::empty(timeline.axis.clone(), n_lanes, n_causes, entries, exact))
    }

    #[inline]
    fn add_row(&mut self, sample: &Sample<'_>, timeline: &Timeline<'_>, row: usize, lane: usize) {
        let n_slots = self.axis.len();
        let cell = lane * n_slots + timeline.exit.get(row);
        let weight = sample.weight(row);
        self.rows[lane] += 1.0;
        self.exits[cell] += weight;
        let cause = sample.cause(row) as usize;
        if cause > 0 {
            self.events[(cause - 1) * self.n_lanes * n_slots + cell] += weight;
        }
        if let (Some(entries), Some(entry)) = (&mut self.entries, &timeline.entry) {
            let at_entry = lane * n_slots + entry.get(row);
            entries[at_entry] += weight;
            if let Some(net) = &mut self.net {
                net[cell] += weight.into();
                net[at_entry] += (-weight).into();
            }
        }
    }

    fn add(&mut self, other: &Self) {
        add_assign(&mut self.rows, &other.rows);
        add_assign(&mut self.exits, &other.exits);
        add_assign(&mut self.events, &other.events);
        if let (Some(sum), Some(part)) = (&mut self.entries, &other.entries) {
            add_assign(sum, part);
        }
        if let (Some(sum), Some(part)) = (&mut self.net, &other.net) {
            sum.iter_mut().zip(part).for_each(|(s, &p)| *s += p);
        }
    }

    /// The table of both parts' rows. The axes may differ: the result covers both.
    ///
    /// # Errors
    /// [`SurvivalError::TableShape`] if the numbers of lanes differ, or if one table holds
    /// whole days and the other distinct times; [`SurvivalError::TableTooLarge`] for days far apart.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        if self.n_lanes != other.n_lanes {
            return Err(SurvivalError::TableShape);
        }
        let axis = union(&self.axis, &other.axis)?;
        let n_causes = self.n_causes.max(other.n_causes);
        check_cells(self.n_lanes, axis.len(), n_causes + 2)?;
        let entries = self.entries.is_some() || other.entries.is_some();
        // A part with weights and without entries needs no exact sums until it meets one that has.
        let whole = |part: &Self| part.net.is_none() && part.exits.iter().all(|x| x.fract() == 0.0);
        let exact = entries && !(whole(self) && whole(other));
        let mut merged = Self::empty(axis, self.n_lanes, n_causes, entries, exact);
        merged.add_on_own_axis(self);
        merged.add_on_own_axis(other);
        Ok(merged)
    }

    fn add_on_own_axis(&mut self, part: &Self) {
        add_assign(&mut self.rows, &part.rows);
        let (n, m) = (self.axis.len(), part.axis.len());
        let target: Vec<usize> = (0..m).map(|slot| position(&self.axis, part.axis.time(slot))).collect();
        for lane in 0..self.n_lanes {
            for (slot, &to) in target.iter().enumerate() {
                let (from, to) = (lane * m + slot, lane * n + to);
                self.exits[to] += part.exits[from];
                for cause in 0..part.n_causes {
                    self.events[cause * self.n_lanes * n + to] +=
                        part.events[cause * part.n_lanes * m + from];
                }
                if let (Some(entries), Some(p)) = (&mut self.entries, &part.entries) {
                    entries[to] += p[from];
                }
                if let Some(net) = &mut self.net {
                    net[to] += part.net_at(from);
                }
            }
        }
    }

    /// Exits less entries of a cell.
    fn net_at(&self, cell: usize) -> ExactSum {
        match &self.net {
            Some(net) => net[cell],
            None => {
                let mut net = ExactSum::from(self.exits[cell]);
                net += self.entries.as_ref().map_or(0.0, |e| -e[cell]).into();
                net
            }
        }
    }

    /// The axis of the table.
    pub fn axis(&self) -> &TimeAxis {
        &self.axis
    }

    /// Number of lanes (groups or strata).
    pub fn n_lanes(&self) -> usize {
        self.n_lanes
    }

    /// Number of causes (1 without competing events).
    pub fn n_causes(&self) -> usize {
        self.n_causes
    }

    pub(crate) fn lane(&self, lane: usize) -> Lane<'_> {
        let (n, offset) = (self.axis.len(), lane * self.axis.len());
        Lane {
            axis: &self.axis,
            rows: self.rows[lane],
            exits: &self.exits[offset..offset + n],
            entries: self.entries.as_ref().map(|e| &e[offset..offset + n]),
            net: self.net.as_ref().map(|e| &e[offset..offset + n]),
            events: &self.events,
            stride: self.n_lanes * n,
            offset,
            n_causes: self.n_causes,
        }
    }
}

/// Checks the codes and gives the number of lanes.
pub(crate) fn check_groups(sample: &Sample<'_>, groups: Option<(&[u32], usize)>) -> Result<usize> {
    let Some((codes, n_groups)) = groups else { return Ok(1) };
    check_length("group", sample.n(), codes.len())?;
    check_n_groups(sample.n(), n_groups)?;
    match codes.iter().position(|&g| g as usize >= n_groups) {
        Some(row) => Err(SurvivalError::GroupOutOfRange { row, group: codes[row], n_groups }),
        None => Ok(n_groups),
    }
}

fn union(a: &TimeAxis, b: &TimeAxis) -> Result<TimeAxis> {
    match (a, b) {
        (TimeAxis::Days { first: fa, n: na }, TimeAxis::Days { first: fb, n: nb }) => {
            let first = (*fa).min(*fb);
            let end = (i64::from(*fa) + *na as i64).max(i64::from(*fb) + *nb as i64);
            Ok(TimeAxis::Days { first, n: (end - i64::from(first)) as usize })
        }
        (TimeAxis::Distinct(ta), TimeAxis::Distinct(tb)) => {
            let mut times: Vec<f64> = ta.iter().chain(tb).copied().collect();
            times.sort_unstable_by(f64::total_cmp);
            times.dedup();
            Ok(TimeAxis::Distinct(times))
        }
        _ => Err(SurvivalError::TableShape),
    }
}

fn position(axis: &TimeAxis, time: f64) -> usize {
    match axis {
        TimeAxis::Days { first, .. } => (time - f64::from(*first)) as usize,
        TimeAxis::Distinct(times) => times.partition_point(|&t| t < time),
    }
}

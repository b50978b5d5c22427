//! Curves with fewer times: months instead of patients' days, and no step that shows few patients.

use std::collections::BTreeMap;

use oligomet_base::DAYS_PER_MONTH;
use oligomet_base::number::fixed;
use oligomet_results::{CurveRow, RunResults};

use super::cells::Withheld;
use super::levels::Hidden;

/// One curve: its rows, ascending in time.
struct Block<'a> {
    first: &'a CurveRow,
    rows: Vec<&'a CurveRow>,
    /// The number of patients of this level is withheld.
    size_withheld: bool,
}

/// Counts of a curve at a time.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Counts {
    at_risk: f64,
    events: f64,
}

/// Decimals of estimates in shared curves: at full precision an estimate gives its numbers at risk away.
const DECIMALS: usize = 3;

/// Months that are tried first, being the customary ticks: every fifth year, then finer.
const STRIDES: [u32; 7] = [60, 30, 24, 12, 6, 3, 1];

/// Curves at the times shared by all curves of an endpoint: whole months at which every curve has nobody or enough at risk, and
/// between which every curve has no event or enough, those after the last row included. Numbers at risk are rounded to a multiple
/// of the least count, so that censorings cannot be told; estimates and limits have three decimals. Levels of which nothing may be shown
/// have no curve.
pub(super) fn coarsen(run: &RunResults, hidden: &BTreeMap<String, Hidden>) -> Vec<CurveRow> {
    let withheld = Withheld::new(run);
    let mut by_endpoint: BTreeMap<&str, Vec<Block<'_>>> = BTreeMap::new();
    for block in blocks(run) {
        let first = block[0];
        let of_group = hidden.get(&first.group);
        if of_group.is_some_and(|h| h.drops_curve(&first.group_level)) {
            continue;
        }
        let end = counts_at(&block, f64::INFINITY);
        if withheld.is_small(first.n_risk) || withheld.is_small(end.events) {
            continue;
        }
        let size_withheld = of_group.is_some_and(|h| h.has(&first.group_level));
        by_endpoint.entry(&first.endpoint).or_default().push(Block { first, rows: block, size_withheld });
    }
    let mut out = Vec::new();
    for (endpoint, blocks) in by_endpoint {
        let times = common_times(run, endpoint, &blocks, &withheld);
        for block in &blocks {
            out.extend(rows_at(block, &times, &withheld));
        }
    }
    let order = |row: &CurveRow| run.curves.iter().position(|r| same_curve(r, row));
    out.sort_by_cached_key(|row| (order(row), row.time.to_bits()));
    out
}

fn same_curve(a: &CurveRow, b: &CurveRow) -> bool {
    let of = |r: &CurveRow| {
        [&r.analysis_id, &r.endpoint, &r.group, &r.group_level, &r.cause].map(|text| text.to_owned())
    };
    of(a) == of(b)
}

fn blocks(run: &RunResults) -> Vec<Vec<&CurveRow>> {
    let mut out: Vec<Vec<&CurveRow>> = Vec::new();
    for row in &run.curves {
        match out.last_mut().filter(|block| same_curve(block[0], row)) {
            Some(block) => block.push(row),
            None => out.push(vec![row]),
        }
    }
    out
}

fn counts_at(rows: &[&CurveRow], time: f64) -> Counts {
    Counts {
        at_risk: rows.iter().find(|r| r.time >= time).map_or(0.0, |r| r.n_risk),
        events: rows.iter().rev().find(|r| r.time <= time).map_or(0.0, |r| r.cum_event),
    }
}

/// Times at which all curves of the endpoint are shown: first those of the tables, then customary ticks, then whole months
/// between them.
fn common_times(run: &RunResults, endpoint: &str, blocks: &[Block<'_>], withheld: &Withheld) -> Vec<f64> {
    let last = blocks.iter().filter_map(|b| b.rows.last()).map(|r| r.time).fold(0.0, f64::max);
    let asked = run.outline.analyses.iter().filter(|a| a.endpoint == endpoint).flat_map(|a| a.at.iter());
    let n_months = (last / DAYS_PER_MONTH) as u32;
    let months = STRIDES.iter().flat_map(|stride| (1..=n_months).filter(move |k| k % stride == 0));
    let candidates = asked.map(|(days, _)| *days).chain(months.map(|k| f64::from(k) * DAYS_PER_MONTH));
    let mut times = vec![0.0];
    for time in candidates.filter(|t| *t < last) {
        let place = times.partition_point(|t| *t < time);
        if times.get(place) == Some(&time) {
            continue;
        }
        let (before, after) = (times[place - 1], times.get(place).copied().unwrap_or(f64::INFINITY));
        if blocks.iter().all(|b| may_show(b, before, time, after, withheld)) {
            times.insert(place, time);
        }
    }
    times
}

fn may_show(block: &Block<'_>, before: f64, time: f64, after: f64, withheld: &Withheld) -> bool {
    let here = counts_at(&block.rows, time);
    let since = here.events - counts_at(&block.rows, before).events;
    let until = counts_at(&block.rows, after).events - here.events;
    [here.at_risk, here.events, since, until].into_iter().all(|n| !withheld.is_small(n))
}

fn rows_at(block: &Block<'_>, times: &[f64], withheld: &Withheld) -> Vec<CurveRow> {
    let rounded = |p: f64| fixed(p, DECIMALS).parse().unwrap_or(p);
    let least = withheld.least().max(1.0);
    let multiple = |n: f64| (n / least).round() * least;
    let mut out = Vec::new();
    let mut events = 0.0;
    for time in times {
        let here = counts_at(&block.rows, *time);
        if here.at_risk == 0.0 {
            break;
        }
        let exact = *time == 0.0 && !block.size_withheld;
        let last = block.rows.iter().rev().find(|r| r.time <= *time);
        out.push(CurveRow {
            time: *time,
            n_risk: if exact { here.at_risk } else { multiple(here.at_risk) },
            n_event: here.events - events,
            n_censor: 0.0,
            cum_event: here.events,
            estimate: last
                .map_or(if block.first.cause.is_empty() { 1.0 } else { 0.0 }, |r| rounded(r.estimate)),
            std_error: None,
            conf_low: last.and_then(|r| r.conf_low).map(rounded),
            conf_high: last.and_then(|r| r.conf_high).map(rounded),
            one_minus_km: None,
            ..block.first.clone()
        });
        events = here.events;
    }
    out
}

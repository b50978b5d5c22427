//! Curves with fewer times: months instead of patients' days, and no step that shows few patients.

use std::collections::BTreeMap;

use oligomet_base::DAYS_PER_MONTH;
use oligomet_results::{CurveRow, RunResults};

use super::cells::Withheld;
use super::levels::Hidden;

/// One curve: its rows, ascending in time.
struct Block<'a> {
    first: &'a CurveRow,
    rows: Vec<&'a CurveRow>,
    /// Counts of this level are withheld: its curve begins only where censoring has blurred its size.
    late: bool,
}

/// Cumulative counts of a curve at a time.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Counts {
    at_risk: f64,
    events: f64,
    censored: f64,
    /// Events and censorings exactly then.
    now: f64,
}

/// Curves at the times shared by all curves of an endpoint: whole months at which every curve has nobody or enough at risk, and
/// between which every curve has no event or enough, no censoring or enough. A row then says what its columns say: at risk just before,
/// events at this very time and up to it. Levels of which nothing may be shown have no curve.
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
        let all = first.n_risk;
        if withheld.is_small(all) || withheld.is_small(end.events) {
            continue;
        }
        let late = of_group.is_some_and(|h| h.has(&first.group_level));
        by_endpoint.entry(&first.endpoint).or_default().push(Block { first, rows: block, late });
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
    let of =
        |r: &CurveRow| (r.analysis_id.clone(), r.endpoint.clone(), r.group.clone(), r.group_level.clone());
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
    let upto = || rows.iter().take_while(|r| r.time <= time);
    let now = rows.iter().find(|r| r.time == time).map_or(0.0, |r| r.n_event + r.n_censor);
    Counts {
        at_risk: rows.iter().find(|r| r.time >= time).map_or(0.0, |r| r.n_risk),
        events: upto().last().map_or(0.0, |r| r.cum_event),
        censored: upto().map(|r| r.n_censor).sum(),
        now,
    }
}

/// Times at which all curves of the endpoint are shown: first those of the tables, then whole months between them.
fn common_times(run: &RunResults, endpoint: &str, blocks: &[Block<'_>], withheld: &Withheld) -> Vec<f64> {
    let mut times = vec![0.0];
    let last = blocks.iter().filter_map(|b| b.rows.last()).map(|r| r.time).fold(0.0, f64::max);
    let asked = run.outline.analyses.iter().filter(|a| a.endpoint == endpoint).flat_map(|a| a.at.iter());
    let months = (1..).map(|k| f64::from(k) * DAYS_PER_MONTH).take_while(|t| *t < last);
    for time in asked.map(|(days, _)| *days).filter(|t| *t < last).chain(months) {
        let place = times.partition_point(|t| *t < time);
        if times.get(place) == Some(&time) {
            continue;
        }
        let (before, after) = (times.get(place.wrapping_sub(1)).copied(), times.get(place).copied());
        if blocks.iter().all(|b| may_show(b, before, time, after, withheld)) {
            times.insert(place, time);
        }
    }
    times
}

fn may_show(
    block: &Block<'_>,
    before: Option<f64>,
    time: f64,
    after: Option<f64>,
    withheld: &Withheld,
) -> bool {
    let here = counts_at(&block.rows, time);
    let steps_from = before.map(|t| counts_at(&block.rows, t));
    let steps_to = counts_at(&block.rows, after.unwrap_or(f64::INFINITY));
    let small_step = |a: Counts, b: Counts| {
        withheld.is_small(b.events - a.events) || withheld.is_small(b.censored - a.censored)
    };
    let small = [here.at_risk, here.events, here.now].into_iter().any(|n| withheld.is_small(n));
    !small && !steps_from.is_some_and(|a| small_step(a, here)) && !small_step(here, steps_to)
}

fn rows_at(block: &Block<'_>, times: &[f64], withheld: &Withheld) -> Vec<CurveRow> {
    let mut out = Vec::new();
    for time in times {
        let here = counts_at(&block.rows, *time);
        let blurred = !block.late || here.censored >= withheld.least();
        if here.at_risk == 0.0 || !blurred || (here.now > 0.0 && withheld.is_small(here.now)) {
            continue;
        }
        let last = block.rows.iter().rev().find(|r| r.time <= *time);
        let exact = block.rows.iter().find(|r| r.time == *time);
        out.push(CurveRow {
            time: *time,
            n_risk: here.at_risk,
            n_event: exact.map_or(0.0, |r| r.n_event),
            n_censor: exact.map_or(0.0, |r| r.n_censor),
            cum_event: here.events,
            estimate: last.map_or(1.0, |r| r.estimate),
            std_error: if block.late { None } else { last.and_then(|r| r.std_error) },
            conf_low: last.and_then(|r| r.conf_low),
            conf_high: last.and_then(|r| r.conf_high),
            ..block.first.clone()
        });
    }
    out
}

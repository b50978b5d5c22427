//! Curves from the sums of a day table.

use super::estimator::{HazardTies, Running, SurvivalEstimator};
use super::{KaplanMeierOptions, SurvivalCurve, checked_z, interval, robust};
use crate::axis::Timeline;
use crate::error::Result;
use crate::owned::{OwnedSample, rows_by_group};
use crate::sample::Sample;
use crate::table::{DayTable, Lane, check_groups, dense_fits};

/// An estimator with its options checked: makes the curves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curves {
    pub(super) estimator: SurvivalEstimator,
    pub(super) options: KaplanMeierOptions,
    pub(super) z: f64,
}

impl Curves {
    pub(super) fn new(estimator: SurvivalEstimator, options: &KaplanMeierOptions) -> Result<Self> {
        Ok(Curves { estimator, options: *options, z: checked_z(options.conf_level)? })
    }

    pub(super) fn of_sample(&self, sample: &Sample<'_>) -> Result<SurvivalCurve> {
        if sample.clusters.is_some() {
            return robust::robust_curve(sample, self);
        }
        let table = DayTable::new(sample, None)?;
        let counts = self.event_rows(sample)?;
        Ok(self.of_lane(&table.lane(0), counts.as_ref().map(|c| c.lane(0).all_events()).as_deref()))
    }

    pub(super) fn by_group(
        &self,
        sample: &Sample<'_>,
        group: &[u32],
        n_groups: usize,
    ) -> Result<Vec<Option<SurvivalCurve>>> {
        check_groups(sample, Some((group, n_groups)))?;
        let timeline = Timeline::new(sample)?;
        let plain = sample.clusters.is_none() && !self.needs_event_rows(sample);
        if plain && dense_fits(sample.n(), n_groups, timeline.axis.len()) {
            let table = DayTable::fill(sample, &timeline, n_groups, |row| group[row] as usize);
            let curve = |g| Some(table.lane(g)).filter(|l| l.rows > 0.0).map(|l| self.of_lane(&l, None));
            return Ok((0..n_groups).map(curve).collect());
        }
        // Many groups and many times: one table per group instead of a large sparse one. Robust errors
        // need the rows anyway.
        let curve = |rows: Vec<u32>| {
            if rows.is_empty() {
                return Ok(None);
            }
            self.of_sample(&OwnedSample::select(sample, &rows).as_sample()).map(Some)
        };
        rows_by_group(group, n_groups).into_iter().map(curve).collect()
    }

    /// With weights, ties taken one by one need the number of rows with an event at each time.
    pub(super) fn needs_event_rows(&self, sample: &Sample<'_>) -> bool {
        let one_by_one = SurvivalEstimator::FlemingHarrington { ties: HazardTies::FlemingHarrington };
        sample.weights.is_some() && self.estimator == one_by_one
    }

    pub(super) fn event_rows(&self, sample: &Sample<'_>) -> Result<Option<DayTable>> {
        if !self.needs_event_rows(sample) {
            return Ok(None);
        }
        let counts: Vec<f64> = (0..sample.n()).map(|row| f64::from(sample.weight(row) > 0.0)).collect();
        DayTable::new(&Sample { weights: Some(&counts), ..*sample }, None).map(Some)
    }

    /// The curve of one lane. `event_rows`: rows with an event per slot, where their weights differ.
    pub(super) fn of_lane(&self, lane: &Lane<'_>, event_rows: Option<&[f64]>) -> SurvivalCurve {
        let at_risk = lane.at_risk();
        let events = lane.all_events();
        let rows = event_rows.unwrap_or(&events);
        let mut curve = SurvivalCurve::empty(lane, self);
        let mut state = Running::new(self.estimator, self.options.conf_type);
        for slot in 0..lane.axis.len() {
            // Without exits nothing is reported; weights of 0 leave a row without weight, reported as in R.
            if lane.exits[slot] > 0.0 {
                let (n, d) = (at_risk[slot], events[slot]);
                state.step(n, d, rows[slot]);
                curve.push(lane.axis.time(slot), n, d, lane.exits[slot] - d, &state, self.z);
            }
        }
        curve.n_events = state.events;
        if lane.entries.is_some() {
            let changes = |s: &usize| lane.exits[*s] > 0.0 || lane.entries.is_some_and(|e| e[*s] > 0.0);
            let steps = (0..lane.axis.len()).filter(changes).map(|s| (lane.axis.time(s), at_risk[s]));
            curve.at_risk_steps = Some(steps.unzip());
        }
        curve
    }
}

impl SurvivalCurve {
    fn empty(lane: &Lane<'_>, curves: &Curves) -> Self {
        SurvivalCurve {
            time: Vec::new(),
            n_at_risk: Vec::new(),
            n_event: Vec::new(),
            n_censored: Vec::new(),
            cum_event: Vec::new(),
            survival: Vec::new(),
            std_error: Vec::new(),
            conf_low: Vec::new(),
            conf_high: Vec::new(),
            cumulative_hazard: Vec::new(),
            cumulative_hazard_std_error: Vec::new(),
            n: lane.rows as usize,
            n_events: 0.0,
            estimator: curves.estimator,
            conf_type: curves.options.conf_type,
            conf_level: curves.options.conf_level,
            log_std_error: Vec::new(),
            at_risk_steps: None,
            log_variance_steps: (curves.estimator != SurvivalEstimator::KaplanMeier).then(Vec::new),
        }
    }

    fn push(&mut self, time: f64, n: f64, d: f64, censored: f64, state: &Running, z: f64) {
        let log_se = state.log_variance.map(libm::sqrt);
        // Those who enter after a survival of 0 do not raise its lower limit.
        let left = if state.survival > 0.0 { n - d - censored } else { 0.0 };
        let (low, high) = match &state.product {
            Some(product) => product.interval(left, self.conf_level),
            None => interval(self.conf_type, state.survival, log_se, z),
        };
        self.time.push(time);
        self.n_at_risk.push(n);
        self.n_event.push(d);
        self.n_censored.push(censored);
        self.cum_event.push(state.events);
        self.survival.push(state.survival);
        self.std_error.push(log_se.map(|se| se * state.survival));
        self.log_std_error.push(log_se);
        self.conf_low.push(low);
        self.conf_high.push(high);
        if let Some(steps) = &mut self.log_variance_steps {
            steps.push(if d > 0.0 { state.last_variance } else { 0.0 });
        }
        self.cumulative_hazard.push(state.hazard);
        self.cumulative_hazard_std_error.push(libm::sqrt(state.hazard_variance));
    }
}

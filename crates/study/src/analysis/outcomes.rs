//! Times, causes and sampling of some subjects, ready for `survival`.

use oligomet_schema::Category;
use oligomet_survival::{Sample, SurvivalError, Times};

use super::{Inputs, code};
use crate::derive::{EndpointData, Values, Variable};
use crate::plan::SamplingPlan;

/// Variables that say how subjects were sampled.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sampling<'a> {
    strata: Option<&'a Variable>,
    weights: Option<&'a Variable>,
    clusters: Option<&'a Variable>,
}

impl<'a> Sampling<'a> {
    /// Those that the plan names.
    pub(crate) fn of(plan: &SamplingPlan, inputs: &Inputs<'a>) -> Self {
        Self {
            strata: inputs.variable(&plan.strata),
            weights: inputs.variable(&plan.weights),
            clusters: inputs.cluster(&plan.clusters),
        }
    }

    /// Whether all of them are known for a subject.
    fn is_known(&self, subject: u32) -> bool {
        let parts = [self.strata, self.weights, self.clusters];
        parts.into_iter().flatten().all(|v| !v.values.is_missing(subject as usize))
    }
}

/// Times and events of some subjects: whole days where the data are whole days.
pub(crate) struct Outcomes {
    days: Option<Vec<i32>>,
    times: Vec<f64>,
    entry_days: Option<Vec<i32>>,
    entry: Option<Vec<f64>>,
    event: Vec<bool>,
    cause: Vec<u32>,
    weights: Option<Vec<f64>>,
    strata: Option<Vec<u32>>,
    clusters: Option<Vec<u32>>,
    /// The subjects, in the same order.
    pub(crate) subject: Vec<u32>,
}

/// What had become of subjects by a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Landmark {
    /// Under observation after that day.
    pub(crate) at_risk: usize,
    /// With the event by then.
    pub(crate) events: usize,
    /// With a competing event by then.
    pub(crate) competing: usize,
    /// Censored by then.
    pub(crate) censored: usize,
    /// Not yet under observation.
    pub(crate) later: usize,
}

impl Outcomes {
    /// Those of the endpoint's subjects whom `wanted` names and whose sampling is known.
    pub(crate) fn of(endpoint: &EndpointData, sampling: Sampling<'_>, wanted: impl Fn(u32) -> bool) -> Self {
        Self::from(endpoint, sampling, wanted, None)
    }

    /// Those of whom a curve speaks: where it begins after time zero, those still under observation then.
    pub(crate) fn of_curve(
        endpoint: &EndpointData,
        sampling: Sampling<'_>,
        wanted: impl Fn(u32) -> bool,
    ) -> Self {
        Self::from(endpoint, sampling, wanted, endpoint.conditional_from)
    }

    fn from(
        endpoint: &EndpointData,
        sampling: Sampling<'_>,
        wanted: impl Fn(u32) -> bool,
        begins: Option<f64>,
    ) -> Self {
        let is_there = |k: usize| begins.is_none_or(|from| endpoint.time[k] > from);
        let chosen: Vec<usize> = (0..endpoint.subject.len())
            .filter(|&k| wanted(endpoint.subject[k]) && sampling.is_known(endpoint.subject[k]) && is_there(k))
            .collect();
        let subject: Vec<u32> = chosen.iter().map(|&k| endpoint.subject[k]).collect();
        let times: Vec<f64> = chosen.iter().map(|&k| endpoint.time[k]).collect();
        let cause: Vec<u32> = chosen.iter().map(|&k| u32::from(endpoint.cause[k])).collect();
        let of_all = endpoint.entry.as_ref().map(|e| chosen.iter().map(|&k| e[k]).collect::<Vec<f64>>());
        let entry = match begins {
            Some(from) => {
                let late = of_all.unwrap_or_else(|| vec![0.0; chosen.len()]);
                Some(late.into_iter().map(|e| e.max(from)).collect())
            }
            None => of_all,
        };
        let whole = are_whole(&times) && entry.as_deref().is_none_or(are_whole);
        let days = |times: &[f64]| times.iter().map(|t| *t as i32).collect::<Vec<i32>>();
        let codes = |variable: &Variable| subject.iter().map(|s| code(variable, *s)).collect::<Vec<u32>>();
        let numbers = |variable: &Variable| match &variable.values {
            Values::Numbers(x) => subject.iter().map(|s| x[*s as usize]).collect(),
            Values::Codes(_) | Values::Columns(_) => vec![1.0; subject.len()],
        };
        Self {
            days: whole.then(|| days(&times)),
            entry_days: entry.as_deref().filter(|_| whole).map(days),
            event: cause.iter().map(|c| *c == 1).collect(),
            weights: sampling.weights.map(numbers),
            strata: sampling.strata.map(codes),
            clusters: sampling.clusters.map(codes),
            times,
            entry,
            cause,
            subject,
        }
    }

    /// Those at the positions that meet `wanted`.
    pub(crate) fn subset(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let chosen: Vec<usize> = (0..self.len()).filter(|k| wanted(*k)).collect();
        fn pick<T: Copy>(values: &[T], chosen: &[usize]) -> Vec<T> {
            chosen.iter().map(|&k| values[k]).collect()
        }
        let some = |values: &Option<Vec<f64>>| values.as_ref().map(|v| pick(v, &chosen));
        let codes = |values: &Option<Vec<u32>>| values.as_ref().map(|v| pick(v, &chosen));
        let days = |values: &Option<Vec<i32>>| values.as_ref().map(|v| pick(v, &chosen));
        Self {
            days: days(&self.days),
            times: pick(&self.times, &chosen),
            entry_days: days(&self.entry_days),
            entry: some(&self.entry),
            event: pick(&self.event, &chosen),
            cause: pick(&self.cause, &chosen),
            weights: some(&self.weights),
            strata: codes(&self.strata),
            clusters: codes(&self.clusters),
            subject: pick(&self.subject, &chosen),
        }
    }

    /// A sample in which a competing event ends observation without the event.
    pub(crate) fn sample(&self) -> Result<Sample<'_>, SurvivalError> {
        self.with_sampling(Sample::new(self.exit(), &self.event)?)
    }

    /// A sample with all causes.
    pub(crate) fn sample_with_causes(&self) -> Result<Sample<'_>, SurvivalError> {
        self.with_sampling(Sample::with_causes(self.exit(), &self.cause)?)
    }

    fn exit(&self) -> Times<'_> {
        match &self.days {
            Some(days) => Times::Days(days),
            None => Times::Continuous(&self.times),
        }
    }

    fn with_sampling<'s>(&'s self, mut sample: Sample<'s>) -> Result<Sample<'s>, SurvivalError> {
        match (&self.entry_days, &self.entry) {
            (Some(days), _) => sample = sample.with_entry(Times::Days(days))?,
            (None, Some(times)) => sample = sample.with_entry(Times::Continuous(times))?,
            (None, None) => {}
        }
        if let Some(weights) = &self.weights {
            sample = sample.with_weights(weights)?;
        }
        if let Some(strata) = &self.strata {
            sample = sample.with_strata(strata)?;
        }
        if let Some(clusters) = &self.clusters {
            sample = sample.with_clusters(clusters)?;
        }
        Ok(sample)
    }

    /// What had become of those that meet `wanted` by a time.
    pub(crate) fn at_landmark(&self, time: f64, wanted: impl Fn(usize) -> bool) -> Landmark {
        let mut counts = Landmark::default();
        for k in (0..self.len()).filter(|k| wanted(*k)) {
            let of = if self.entry.as_ref().is_some_and(|e| e[k] > time) {
                &mut counts.later
            } else if self.times[k] > time {
                &mut counts.at_risk
            } else {
                match self.cause[k] {
                    0 => &mut counts.censored,
                    1 => &mut counts.events,
                    _ => &mut counts.competing,
                }
            };
            *of += 1;
        }
        counts
    }

    /// Those that meet `wanted` censored after each time's predecessor and up to it. `times`: all ends of observation, ascending.
    pub(crate) fn censored_by(&self, times: &[f64], wanted: impl Fn(usize) -> bool) -> Vec<f64> {
        let mut counts = vec![0.0; times.len()];
        for k in (0..self.len()).filter(|k| self.cause[*k] == 0 && wanted(*k)) {
            let at = times.partition_point(|t| *t < self.times[k]).min(times.len().saturating_sub(1));
            if let Some(count) = counts.get_mut(at) {
                *count += 1.0;
            }
        }
        counts
    }

    /// With delayed entry, the number at risk (the sum of weights) just before every time after 0 at which some of
    /// those that meet `wanted` enter: entry < time <= end of observation. Times ascend.
    pub(crate) fn entry_steps(&self, wanted: impl Fn(usize) -> bool) -> Vec<(f64, f64)> {
        let Some(entry) = &self.entry else { return Vec::new() };
        let weight = |k: usize| self.weights.as_ref().map_or(1.0, |w| w[k]);
        // What comes and goes, by time; at the same time nothing of it counts yet.
        let mut changes: Vec<(f64, f64)> = Vec::new();
        for k in (0..self.len()).filter(|k| wanted(*k)) {
            changes.push((entry[k], weight(k)));
            changes.push((self.times[k], -weight(k)));
        }
        changes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps: Vec<(f64, f64)> = Vec::new();
        let mut at_risk = 0.0;
        for at_once in changes.chunk_by(|a, b| a.0 == b.0) {
            let time = at_once[0].0;
            if time > 0.0 && at_once.iter().any(|(_, change)| *change > 0.0) {
                steps.push((time, at_risk));
            }
            at_risk += at_once.iter().map(|(_, change)| change).sum::<f64>();
        }
        steps
    }

    /// Whether observation begins later than time zero for some.
    pub(crate) fn has_entry(&self) -> bool {
        self.entry.is_some()
    }

    pub(crate) fn len(&self) -> usize {
        self.subject.len()
    }

    pub(crate) fn n_events(&self) -> usize {
        self.event.iter().filter(|e| **e).count()
    }

    /// Subjects whose observation ended with that cause.
    pub(crate) fn n_of_cause(&self, cause: u32) -> usize {
        self.cause.iter().filter(|c| **c == cause).count()
    }

    /// Those with that cause among the positions that meet `wanted`.
    pub(crate) fn cause_where(&self, cause: u32, wanted: impl Fn(usize) -> bool) -> usize {
        self.cause.iter().enumerate().filter(|(k, c)| **c == cause && wanted(*k)).count()
    }

    /// (patients, events) among those whose position here meets `wanted`.
    pub(crate) fn counts_where(&self, wanted: impl Fn(usize) -> bool) -> (usize, usize) {
        let of = self.event.iter().enumerate().filter(|(k, _)| wanted(*k));
        of.fold((0, 0), |(n, d), (_, e)| (n + 1, d + usize::from(*e)))
    }

    /// (patients, events) among the subjects for whom `wanted` holds.
    pub(crate) fn counts(&self, wanted: impl Fn(u32) -> bool) -> (usize, usize) {
        self.counts_where(|k| wanted(self.subject[k]))
    }

    /// The code of each subject in a grouping.
    pub(crate) fn codes(&self, variable: &Variable) -> Vec<u32> {
        self.subject.iter().map(|s| code(variable, *s)).collect()
    }
}

fn are_whole(times: &[f64]) -> bool {
    times.iter().all(|t| t.fract() == 0.0 && t.abs() < 1e9)
}

/// Whether a subject's level is known.
pub(crate) fn is_known(variable: &Variable, subject: u32) -> bool {
    code(variable, subject) != Category::MISSING
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sink::with_entries;
    use oligomet_results::CurveRow;

    /// Five subjects: (0, 4], (2, 6], (5, 9], (5, 7], (4, 9]; at a time nobody counts who enters then.
    #[test]
    fn between_steps_those_at_risk_are_who_entered_and_has_not_left() {
        let (entry, exit) = ([0.0, 2.0, 5.0, 5.0, 4.0], [4.0, 6.0, 9.0, 7.0, 9.0]);
        let outcomes = Outcomes {
            days: None,
            times: exit.to_vec(),
            entry_days: None,
            entry: Some(entry.to_vec()),
            event: vec![true; 5],
            cause: vec![1; 5],
            weights: None,
            strata: None,
            clusters: None,
            subject: (0..5).collect(),
        };
        let entries = outcomes.entry_steps(|_| true);
        assert_eq!(entries, [(2.0, 1.0), (4.0, 2.0), (5.0, 2.0)]);
        let at_risk = |t: f64| (0..5).filter(|k| entry[*k] < t && t <= exit[*k]).count() as f64;
        let step = |time: f64| CurveRow { time, n_risk: at_risk(time), n_event: 1.0, ..CurveRow::default() };
        let rows = with_entries([4.0, 6.0, 7.0, 9.0].map(step).to_vec(), &entries, 1.0);
        assert_eq!(rows.iter().map(|r| r.time).collect::<Vec<_>>(), [2.0, 4.0, 5.0, 6.0, 7.0, 9.0]);
        for tenth in 1..100 {
            let t = f64::from(tenth) / 10.0;
            let shown = rows.iter().find(|r| r.time >= t).map_or(0.0, |r| r.n_risk);
            assert_eq!(shown, at_risk(t), "{t}");
        }
        assert_eq!((rows[0].estimate, rows[0].n_event), (1.0, 0.0));
    }

    #[test]
    fn without_delayed_entry_a_curve_has_its_own_steps_only() {
        let steps = vec![CurveRow { time: 3.0, ..CurveRow::default() }];
        assert_eq!(with_entries(steps.clone(), &[], 1.0), steps);
    }
}

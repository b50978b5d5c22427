//! Delayed entry and clusters: the size of the test of quasi-independence, intervals where lesions share a patient.

use crate::draw::Draw;
use crate::tally::{Seen, Tally, replicate};
use libm::{ceil, exp, log};
use oligomet_survival::{
    ClusterBootstrapOptions, KaplanMeierOptions, Sample, Times, cluster_bootstrap_survival, kaplan_meier,
    quasi_independence_test,
};

const LEVEL: f64 = 0.05;
const RESAMPLES: u32 = 499;

/// Entry uniform on two years, survival exponential with a median of one, only those who live to enter are seen;
/// `rate` of censoring per year from entry on; times at visits of `visit` years (0: as they are).
pub fn quasi_independence(rate: f64, visit: f64, setting: u64, n: usize, runs: u32) -> [Tally; 1] {
    let seen = |t: f64| if visit > 0.0 { ceil(t / visit) * visit } else { t };
    replicate(runs, |run| {
        let mut draw = Draw::new(setting, run);
        let (mut entry, mut exit, mut event) = (vec![], vec![], vec![]);
        while exit.len() < n {
            let (enters, dies) = (2.0 * draw.uniform(), draw.exponential() / log(2.0));
            let leaves = enters + draw.exponential() / rate;
            let (from, to) = (seen(enters), seen(dies.min(leaves)));
            if from < to {
                entry.push(from);
                exit.push(to);
                event.push(dies <= leaves);
            }
        }
        let test = quasi_independence_test(&entry, &exit, &event);
        [test.map_or(Seen::Undefined, |t| Seen::of(t.p_value <= LEVEL))]
    })
}

/// Patients with one to four lesions, half of them with three times the hazard of the others; S(1) = `level`.
/// Columns: Greenwood as if lesions were independent, robust, cluster bootstrap.
pub fn clusters(level: f64, setting: u64, n_clusters: u32, runs: u32) -> [Tally; 3] {
    // (exp(-h/2) + exp(-3h/2))/2 = level, by bisection.
    let survival = |h: f64| (exp(-0.5 * h) + exp(-1.5 * h)) / 2.0;
    let (mut low, mut high) = (0.0, 20.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if survival(middle) > level { low = middle } else { high = middle }
    }
    replicate(runs, |run| {
        let mut draw = Draw::new(setting, run);
        let (mut exit, mut event, mut cluster) = (vec![], vec![], vec![]);
        for c in 0..n_clusters {
            let hazard = low * if draw.uniform() < 0.5 { 0.5 } else { 1.5 };
            for _ in 0..1 + (4.0 * draw.uniform()) as usize {
                let (fails, leaves) = (draw.exponential() / hazard, 0.5 + 2.0 * draw.uniform());
                exit.push(fails.min(leaves));
                event.push(fails <= leaves);
                cluster.push(c);
            }
        }
        let Ok(plain) = Sample::new(Times::Continuous(&exit), &event) else { return [Seen::Undefined; 3] };
        let Ok(clustered) = plain.with_clusters(&cluster) else { return [Seen::Undefined; 3] };
        let curve = |sample: &Sample<'_>| match kaplan_meier(sample, &KaplanMeierOptions::default()) {
            Ok(curve) => Seen::covers(curve.at(1.0).conf_low, level, curve.at(1.0).conf_high, false),
            Err(_) => Seen::Undefined,
        };
        let options = ClusterBootstrapOptions { replicates: RESAMPLES, seed: run, ..Default::default() };
        let resampled = match cluster_bootstrap_survival(&clustered, &[1.0], &options) {
            Ok(found) => Seen::covers(found.points[0].conf_low, level, found.points[0].conf_high, false),
            Err(_) => Seen::Undefined,
        };
        [curve(&plain), curve(&clustered), resampled]
    })
}

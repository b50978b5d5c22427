//! A share stated beforehand against what was seen at a time.
//!
//! With competing events the share is the cumulative incidence, otherwise Kaplan-Meier's estimate. Both are compared on the
//! log(-log) scale, which keeps its level better than the plain one; follow-up of different lengths makes a binomial test
//! inexact (clinical review, items 9 and 28). Where nobody was censored before the time, the exact binomial interval stands
//! beside it, and is the one to read below 10 events.

use libm::{erfc, log};
use oligomet_base::Problems;
use oligomet_base::number::shortest;
use oligomet_survival::{
    ConfType, CumulativeIncidenceOptions, KaplanMeierOptions, SurvivalError, binomial_interval,
    cumulative_incidence_by, kaplan_meier_by,
};

use super::intervals::FEW_EVENTS;
use super::km::Groups;
use super::sink::{Row, Sink};
use super::{Inputs, Sampling, not_estimated};
use crate::plan::{Alternative, AnalysisPlan};

/// An estimate at a time.
struct Share {
    estimate: Option<f64>,
    std_error: Option<f64>,
    conf_low: Option<f64>,
    conf_high: Option<f64>,
}

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let (Some(endpoint), Some(against)) = (inputs.endpoint(&plan.endpoint), plan.against) else {
        return Ok(());
    };
    let sampling = Sampling::of(&plan.sampling, inputs);
    let groups = Groups::of(plan, inputs.variable(&plan.by), endpoint, sampling, inside, sink);
    let incidence = plan.incidence.unwrap_or(endpoint.causes.len() > 1);
    for (time, _) in &plan.at {
        let shares = shares(plan, &groups, incidence, *time).map_err(|e| not_estimated(plan, &e))?;
        for (level, share) in shares.iter().enumerate() {
            let at = At { plan, groups: &groups, level, time: *time, incidence };
            match share {
                Some(share) => at.write(share, against, sink),
                None => sink.add_or(&at.row("count"), "estimate", None, Some("nobody is in this group")),
            }
        }
    }
    Ok(())
}

/// The estimate of every group; `None` for a group without subjects.
fn shares(
    plan: &AnalysisPlan,
    groups: &Groups,
    incidence: bool,
    time: f64,
) -> Result<Vec<Option<Share>>, SurvivalError> {
    let n_groups = groups.levels.len();
    let conf_level = plan.conf_level;
    if incidence {
        let sample = groups.outcomes.sample_with_causes()?;
        let options = CumulativeIncidenceOptions {
            conf_type: ConfType::LogLog,
            conf_level,
            ..CumulativeIncidenceOptions::default()
        };
        let curves = cumulative_incidence_by(&sample, &groups.codes, n_groups, &options)?;
        let share = |curve: oligomet_survival::CumulativeIncidence| {
            let p = curve.at(1, time);
            Share {
                estimate: p.incidence,
                std_error: p.std_error,
                conf_low: p.conf_low,
                conf_high: p.conf_high,
            }
        };
        return Ok(curves.into_iter().map(|c| c.map(share)).collect());
    }
    let sample = groups.outcomes.sample()?;
    let options = KaplanMeierOptions { conf_type: ConfType::LogLog, conf_level };
    let curves = kaplan_meier_by(&sample, &groups.codes, n_groups, &options)?;
    let share = |curve: oligomet_survival::SurvivalCurve| {
        let p = curve.at(time);
        Share { estimate: p.survival, std_error: p.std_error, conf_low: p.conf_low, conf_high: p.conf_high }
    };
    Ok(curves.into_iter().map(|c| c.map(share)).collect())
}

/// One group at one time.
struct At<'a> {
    plan: &'a AnalysisPlan,
    groups: &'a Groups,
    level: usize,
    time: f64,
    incidence: bool,
}

impl At<'_> {
    fn row(&self, method: &'static str) -> Row {
        let key = self.groups.key(self.plan, "proportion", self.level).variable("time", &shortest(self.time));
        let cohort = &self.groups.cohorts[self.level];
        Row::new(key, method, cohort, self.plan.planned).level(self.plan.conf_level)
    }

    fn write(&self, share: &Share, against: f64, sink: &mut Sink) {
        let of = |k: usize| self.groups.codes[k] == self.level as u32;
        let counts = self.groups.outcomes.at_landmark(self.time, of);
        let n = self.groups.counts(self.level).0;
        let few = (counts.events < FEW_EVENTS).then(|| {
            format!("{} events: the log(-log) interval and its test are approximate", counts.events)
        });
        let counted = [
            ("n", Some(n as f64)),
            ("cum.event", Some(counts.events as f64)),
            ("n.risk", Some(counts.at_risk as f64)),
            ("n.censor", Some(counts.censored as f64)),
        ];
        sink.add(&self.row("count"), &counted);
        let row = self.row(if self.incidence { "aalen-johansen" } else { "kaplan-meier" }).warn(few.clone());
        sink.add_or(&row, "estimate", share.estimate, Some("beyond the last follow-up"));
        for (name, value) in
            [("std.error", share.std_error), ("conf.low", share.conf_low), ("conf.high", share.conf_high)]
        {
            sink.add_or(&row, name, value, Some("not defined here"));
        }
        sink.add(&row, &[("against", Some(against))]);
        let row = Row { method: "log-log-test", ..row };
        match test(share, against, self.plan.alternative) {
            Some((z, p)) => sink.add(&row, &[("statistic", Some(z)), ("p.value", Some(p))]),
            None => sink.add_or(
                &row,
                "p.value",
                None,
                Some("the share is 0 or 1: there is no test on this scale"),
            ),
        }
        // Nobody censored before the time, all from time zero, rows independent: the share is that of a binomial.
        let complete = counts.censored == 0
            && (self.incidence || counts.competing == 0)
            && !self.groups.outcomes.has_entry()
            && self.plan.sampling.clusters.is_empty();
        if complete && n > 0 {
            let with = if self.incidence { counts.events } else { n - counts.events };
            let (low, high) = binomial_interval(with as u32, n as u32, self.plan.conf_level);
            let exact = self.row("clopper-pearson");
            sink.add(&exact, &[("exact.low", Some(low)), ("exact.high", Some(high))]);
        }
    }
}

/// z and P value of g(estimate) - g(against), g(p) = log(-log p) of the share without the event.
fn test(share: &Share, against: f64, alternative: Alternative) -> Option<(f64, f64)> {
    let (p, se) = (share.estimate?, share.std_error?);
    if p <= 0.0 || p >= 1.0 || se <= 0.0 {
        return None;
    }
    // log(-log p) falls where p rises: the sign is turned so that z rises with the share.
    let z = -(log(-log(p)) - log(-log(against))) / (se / (p * log(p).abs()));
    let upper = |z: f64| 0.5 * erfc(z / std::f64::consts::SQRT_2);
    let p_value = match alternative {
        Alternative::TwoSided => 2.0 * upper(z.abs()),
        Alternative::Less => upper(-z),
        Alternative::Greater => upper(z),
    };
    Some((z, p_value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// p = 0.5 with standard error 0.1 against 0.25: log(-log 0.5) = log(log 2) = -0.366513, log(log 4) = 0.326634,
    /// error 0.1 / (0.5 log 2) = 0.288539: z = 0.693147 / 0.288539 = 2.402265.
    #[test]
    fn the_scale_is_the_logarithm_of_minus_the_logarithm() {
        let share = Share { estimate: Some(0.5), std_error: Some(0.1), conf_low: None, conf_high: None };
        let (z, p) = test(&share, 0.25, Alternative::Greater).unwrap();
        let expected = 2f64.ln() * (0.5 * 2f64.ln()) / 0.1;
        assert!((z - expected).abs() < 1e-12, "{z} {expected}");
        let (_, two) = test(&share, 0.25, Alternative::TwoSided).unwrap();
        assert!((two - 2.0 * p).abs() < 1e-15 && (0.008..0.0083).contains(&p), "{p}");
        let (_, less) = test(&share, 0.25, Alternative::Less).unwrap();
        assert!((less + p - 1.0).abs() < 1e-12);
        let none = Share { estimate: Some(0.0), ..share };
        assert!(test(&none, 0.25, Alternative::Less).is_none());
    }
}

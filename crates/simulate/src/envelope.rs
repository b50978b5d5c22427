//! Where a printed number stands among those of many simulated cohorts.

use oligomet_base::number::shortest;
use oligomet_base::{DAYS_PER_MONTH, Problem, Problems};
use oligomet_survival::{
    KaplanMeierOptions, LogRankOptions, Sample, SurvivalCurve, Times, kaplan_meier, log_rank,
};
use rayon::prelude::*;

use crate::cohort::{department_histories, histories};
use crate::history::History;
use crate::observed::observe;
use crate::profile::{Printed, Profile, Statistic};
use crate::variable::{Condition, Traits};

/// A printed number among the simulated ones.
#[derive(Debug, Clone, PartialEq)]
pub struct EnvelopeRow {
    /// Name.
    pub id: String,
    /// Where it is printed.
    pub place: String,
    /// As printed.
    pub printed: f64,
    /// In the department of the same seed at its published size; infinite where not reached.
    pub department: Option<f64>,
    /// Cohorts in which the statistic exists; a median or limit that is not reached counts as above every number.
    pub n_defined: usize,
    /// Cohorts drawn.
    pub n_cohorts: usize,
    /// 2.5, 50 and 97.5 percent of the simulated values; `None` where that many are not reached.
    pub quantiles: [Option<f64>; 3],
    /// Percent of cohorts below the printed number, those equal to it counted half.
    pub percentile: f64,
}

impl EnvelopeRow {
    /// Whether the printed number lies within the central 95 percent.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        (2.5..=97.5).contains(&self.percentile)
    }
}

/// Draws cohorts of one stratum and places every printed number among them.
///
/// # Errors
/// As [`crate::simulate`].
pub fn envelope(
    profile: &Profile,
    stratum: &str,
    cohorts: usize,
    seed: Option<u64>,
) -> Result<Vec<EnvelopeRow>, Problems> {
    let strata = profile.strata();
    let Some(at) = strata.iter().position(|(id, _)| *id == stratum) else {
        let known: Vec<&str> = strata.iter().map(|(id, _)| *id).collect();
        return Err(Problem::error("OM293", format!("there is no stratum `{stratum}`"))
            .why("printed numbers are those of one stratum")
            .mend(format!("possible: {}", known.join(", ")))
            .into());
    };
    let (n, seed) = (strata[at].1, seed.unwrap_or(profile.seed));
    let values: Vec<Vec<Option<f64>>> = (1..=cohorts as u64)
        .into_par_iter()
        .map(|cohort| {
            let patients = histories(profile, at, n, seed, cohort)?;
            Ok(profile.printed.iter().map(|p| value(p, &patients)).collect())
        })
        .collect::<Result<_, Problems>>()?;
    let own = department_histories(profile, at, seed)?;
    let place = |(i, printed): (usize, &Printed)| EnvelopeRow {
        department: value(printed, &own),
        ..row(printed, values.iter().map(|v| v[i]))
    };
    Ok(profile.printed.iter().enumerate().map(place).collect())
}

fn row(printed: &Printed, values: impl Iterator<Item = Option<f64>>) -> EnvelopeRow {
    let all: Vec<Option<f64>> = values.collect();
    let mut sorted: Vec<f64> = all.iter().copied().flatten().collect();
    sorted.sort_by(f64::total_cmp);
    let below = sorted.iter().filter(|v| **v < printed.value).count() as f64;
    let equal = sorted.iter().filter(|v| **v == printed.value).count() as f64;
    let n = sorted.len();
    // The smallest value that at least that share of cohorts does not exceed.
    let quantile = |p: f64| {
        let rank = ((p * n as f64).ceil() as usize).clamp(1, n.max(1));
        sorted.get(rank - 1).copied().filter(|v| v.is_finite())
    };
    EnvelopeRow {
        id: printed.id.clone(),
        place: printed.place.clone(),
        printed: printed.value,
        department: None,
        n_defined: n,
        n_cohorts: all.len(),
        quantiles: [quantile(0.025), quantile(0.5), quantile(0.975)],
        percentile: if n == 0 { f64::NAN } else { 100.0 * (below + equal / 2.0) / n as f64 },
    }
}

/// One statistic of one cohort. Medians and limits that are not reached are infinite.
fn value(printed: &Printed, patients: &[(Traits, History)]) -> Option<f64> {
    let chosen: Vec<&(Traits, History)> =
        patients.iter().filter(|(t, _)| printed.of.holds(t) == Some(true)).collect();
    let (days, events): (Vec<i32>, Vec<bool>) =
        chosen.iter().map(|(_, h)| observe(h, printed.endpoint)).unzip();
    let sample = Sample::new(Times::Days(&days), &events).ok()?;
    let limit = |days: Option<f64>| Some(days.map_or(f64::INFINITY, |d| d / DAYS_PER_MONTH));
    let at = printed.at_months.unwrap_or(0.0) * DAYS_PER_MONTH;
    match printed.statistic {
        Statistic::Median => limit(curve(&sample)?.median().estimate),
        Statistic::MedianLow => limit(curve(&sample)?.median().conf_low),
        Statistic::MedianHigh => limit(curve(&sample)?.median().conf_high),
        Statistic::Mean => mean(&curve(&sample)?),
        Statistic::AtRisk => Some(days.iter().filter(|d| f64::from(**d) >= at).count() as f64),
        Statistic::Events => {
            let seen = |(d, e): &(&i32, &bool)| **e && f64::from(**d) <= at;
            Some(days.iter().zip(&events).filter(seen).count() as f64)
        }
        Statistic::LogRankChiSquare | Statistic::LogRankP => {
            let test = test(&sample, &chosen, &printed.groups)?;
            Some(if printed.statistic == Statistic::LogRankP { test.1 } else { test.0 })
        }
    }
}

fn curve(sample: &Sample<'_>) -> Option<SurvivalCurve> {
    kaplan_meier(sample, &KaplanMeierOptions::default()).ok()
}

/// The area under the curve up to the last time, which packages print as the mean.
fn mean(curve: &SurvivalCurve) -> Option<f64> {
    let last = curve.time.last().copied()?;
    curve.restricted_mean(last).ok().map(|m| m.estimate / DAYS_PER_MONTH)
}

fn test(sample: &Sample<'_>, chosen: &[&(Traits, History)], groups: &[Condition]) -> Option<(f64, f64)> {
    let group = |(traits, _): &&(Traits, History)| {
        groups.iter().position(|g| g.holds(traits) == Some(true)).map(|at| at as u32)
    };
    let codes: Vec<u32> = chosen.iter().map(group).collect::<Option<_>>()?;
    let test = log_rank(sample, &codes, groups.len(), &LogRankOptions::default()).ok()?;
    Some((test.statistic, test.p_value))
}

/// The envelope as CSV.
#[must_use]
pub fn envelope_csv(rows: &[EnvelopeRow]) -> String {
    let mut out = String::from(
        "id,place,printed,department,low_2.5,median,high_97.5,percentile,inside,n_defined,n_cohorts\n",
    );
    let number = |x: Option<f64>| {
        x.filter(|v| v.is_finite()).map_or_else(|| "not reached".to_owned(), |v| shortest(round(v)))
    };
    for row in rows {
        let [low, median, high] = row.quantiles.map(number);
        let department = number(row.department);
        let inside = if row.is_inside() { "yes" } else { "no" };
        let percentile =
            if row.percentile.is_nan() { String::new() } else { shortest(round(row.percentile)) };
        out.push_str(&format!(
            "{},{},{},{department},{low},{median},{high},{percentile},{inside},{},{}\n",
            quoted(&row.id),
            quoted(&row.place),
            shortest(row.printed),
            row.n_defined,
            row.n_cohorts,
        ));
    }
    out
}

/// A text as a cell: both hold commas.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// To six decimals: the last digits of a simulated quantile say nothing.
fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

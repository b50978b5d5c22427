//! Dose by site: who got which dose where, whether doses can be compared at all, and contrasts within sites.
//!
//! A dose that exists in some sites only is confounded with them: a model that adjusts for site extrapolates into the empty
//! cells (positivity). Where cells are empty no adjusted effect is given; contrasts within sites use only sites in which both
//! doses were given (clinical review, item 10).

use oligomet_base::{Place, Problem, Problems};
use oligomet_results::StatKey;
use oligomet_survival::{CoxModel, CoxOptions, Sample, SurvivalError};

use super::cox::{Columns, no_coefficient, write_coefficient};
use super::outcomes::is_known;
use super::sink::{Row, Sink};
use super::{Inputs, Outcomes, Sampling, code};
use crate::derive::Variable;
use crate::plan::AnalysisPlan;

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let (Some(dose), Some(site)) = (inputs.variable(&plan.factor), inputs.variable(&plan.by)) else {
        return Ok(());
    };
    let table = Table { plan, inputs, dose, site, inside };
    let cells = table.write_cells(sink);
    let empty = table.write_positivity(&cells, sink);
    if !plan.endpoint.is_empty() {
        table.write_contrasts(&cells, empty, sink);
    }
    Ok(())
}

struct Table<'a> {
    plan: &'a AnalysisPlan,
    inputs: &'a Inputs<'a>,
    dose: &'a Variable,
    site: &'a Variable,
    inside: &'a [bool],
}

impl Table<'_> {
    fn known(&self, subject: u32) -> bool {
        self.inside[subject as usize] && is_known(self.dose, subject) && is_known(self.site, subject)
    }

    fn key(&self, context: &str, site: &str) -> StatKey {
        StatKey::new(&self.plan.id, &self.plan.endpoint, context).group(&self.site.plan.name, site)
    }

    /// Counts of every cell, of every site and of every dose; rows are sites, columns doses.
    fn write_cells(&self, sink: &mut Sink) -> Vec<Vec<usize>> {
        let (doses, sites) = (&self.dose.plan.levels, &self.site.plan.levels);
        let mut cells = vec![vec![0; doses.len()]; sites.len()];
        let subjects = 0..self.inputs.n_subjects as u32;
        let known: Vec<u32> = subjects.clone().filter(|s| self.known(*s)).collect();
        for s in &known {
            cells[code(self.site, *s) as usize][code(self.dose, *s) as usize] += 1;
        }
        let inside = subjects.filter(|s| self.inside[*s as usize]).count();
        let cohort = sink.members("", &self.plan.id, &known, self.inputs.n_subjects, self.inputs.n_subjects);
        let name = &self.dose.plan.name;
        let mut count = |site: &str, level: &str, n: usize| {
            let row = Row::new(
                self.key("dose-by-site", site).variable(name, level),
                "count",
                &cohort,
                self.plan.planned,
            );
            sink.add(&row, &[("n", Some(n as f64))]);
        };
        for (site, row) in sites.iter().zip(&cells) {
            doses.iter().zip(row).for_each(|(dose, n)| count(site, dose, *n));
            count(site, "", row.iter().sum());
        }
        for (d, dose) in doses.iter().enumerate() {
            count("", dose, cells.iter().map(|row| row[d]).sum());
        }
        let key = self.key("dose-by-site", "").variable(name, "");
        let row = Row::new(key, "count", &cohort, self.plan.planned);
        let missing = inside - known.len();
        sink.add(&row, &[("n", Some(known.len() as f64)), ("n.missing", Some(missing as f64))]);
        cells
    }

    /// Names the empty cells of sites and doses that occur at all. Gives their number.
    fn write_positivity(&self, cells: &[Vec<usize>], sink: &mut Sink) -> usize {
        let given = |d: usize| cells.iter().any(|row| row[d] > 0);
        let mut empty = Vec::new();
        let mut n_cells = 0;
        for (s, row) in cells.iter().enumerate().filter(|(_, row)| row.iter().any(|n| *n > 0)) {
            for (d, n) in row.iter().enumerate().filter(|(d, _)| given(*d)) {
                n_cells += 1;
                if *n == 0 {
                    empty.push((s, d));
                }
            }
        }
        let words = |(s, d): &(usize, usize)| {
            format!("{} in {}", self.dose.plan.levels[*d], self.site.plan.levels[*s])
        };
        let named: Vec<String> = empty.iter().map(words).collect();
        for (s, d) in &empty {
            let key = self.key("positivity", &self.site.plan.levels[*s]);
            let key = key.variable(&self.dose.plan.name, &self.dose.plan.levels[*d]);
            sink.add(&Row::new(key, "positivity", "all", self.plan.planned), &[("empty", Some(1.0))]);
        }
        let key = self.key("positivity", "").variable(&self.dose.plan.name, "");
        let row = Row::new(key, "positivity", "all", self.plan.planned);
        let warning = (!empty.is_empty()).then(|| format!("never given: {}", named.join("; ")));
        let numbers = [
            ("n.cells", Some(n_cells as f64)),
            ("n.empty", Some(empty.len() as f64)),
            ("positive", Some(f64::from(u8::from(empty.is_empty())))),
        ];
        sink.add(&row.warn(warning), &numbers);
        if !empty.is_empty() {
            sink.problem(
                Problem::warning(
                    "OM151",
                    format!(
                        "{} of {n_cells} cells of dose by site are empty in `{}`",
                        empty.len(),
                        self.plan.id
                    ),
                )
                .at(Place::subject(format!("analysis `{}`", self.plan.id)))
                .why(format!(
                    "never given: {}; a dose effect adjusted for site is extrapolated into them",
                    named.join("; ")
                ))
                .mend("read the contrasts within sites; do not adjust a dose effect for site in these data"),
            );
        }
        empty.len()
    }

    /// The hazard ratio of dose within each site, and over all sites at once with a baseline hazard for each.
    fn write_contrasts(&self, cells: &[Vec<usize>], empty: usize, sink: &mut Sink) {
        for (s, level) in self.site.plan.levels.iter().enumerate() {
            let of_site = |subject: u32| self.known(subject) && code(self.site, subject) == s as u32;
            self.write_contrast(level, &of_site, false, sink);
        }
        // Sites in which one dose alone was given hold no contrast: they are left out, so that counts tell who contributes.
        let compared = |subject: u32| {
            self.known(subject)
                && cells[code(self.site, subject) as usize].iter().filter(|n| **n > 0).count() > 1
        };
        self.write_contrast("", &compared, true, sink);
        let key = self.key("within-site", "").variable("adjusted", "");
        let row = Row::new(key, "positivity", "all", self.plan.planned);
        if empty > 0 {
            let why = "not given: cells of dose by site are empty, so that it would be extrapolated";
            sink.add_or(&row, "estimate", None, Some(why));
        }
    }

    fn write_contrast(&self, site: &str, belongs: &dyn Fn(u32) -> bool, stratified: bool, sink: &mut Sink) {
        let Some(endpoint) = self.inputs.endpoint(&self.plan.endpoint) else { return };
        let sampling = Sampling::of(&self.plan.sampling, self.inputs);
        let outcomes = Outcomes::of(endpoint, sampling, belongs);
        let name = if site.is_empty() { "compared sites".to_owned() } else { site.to_owned() };
        let id = format!("{}: {name}", self.plan.id);
        let cohort =
            sink.members(&self.plan.endpoint, &id, &outcomes.subject, usize::MAX, self.inputs.n_subjects);
        let columns = Columns::of(&[self.dose], &outcomes.subject);
        let row = |level: &str, method: &'static str| {
            let key = self.key("within-site", site).variable(&self.dose.plan.name, level);
            Row::new(key, method, &cohort, self.plan.planned).level(self.plan.conf_level)
        };
        let (n, events) = (outcomes.len(), outcomes.n_events());
        sink.add(&row("", "count"), &[("n", Some(n as f64)), ("n.event", Some(events as f64))]);
        for (k, level) in self.dose.plan.levels.iter().enumerate() {
            let (n, events) = outcomes.counts(|s| code(self.dose, s) == k as u32);
            sink.add(&row(level, "count"), &[("n", Some(n as f64)), ("n.event", Some(events as f64))]);
        }
        let fitted = match events < self.plan.least_events {
            true => Err(super::too_few("not fitted", events, self.plan.least_events)),
            false => self.fit(&columns, &outcomes, stratified).map_err(|e| e.to_string()),
        };
        let method = if stratified { "within-site" } else { "cox" };
        match fitted {
            Ok(coefficients) => {
                for (c, coefficient) in coefficients.iter().enumerate() {
                    write_coefficient(&row(columns.level_name(c), method), coefficient, &columns, sink);
                }
            }
            Err(why) => {
                (0..columns.of.len())
                    .for_each(|c| no_coefficient(&row(columns.level_name(c), method), &why, sink));
            }
        }
    }

    fn fit(
        &self,
        columns: &Columns<'_>,
        outcomes: &Outcomes,
        stratified: bool,
    ) -> Result<Vec<oligomet_survival::Coefficient>, SurvivalError> {
        let mut slices = Vec::new();
        let design = columns.design(&mut slices)?;
        let strata = outcomes.codes(self.site);
        let mut sample: Sample<'_> = outcomes.sample()?;
        if stratified {
            sample = sample.with_strata(&strata)?;
        }
        let options =
            CoxOptions { ties: self.plan.ties, conf_level: self.plan.conf_level, ..CoxOptions::default() };
        Ok(CoxModel::new(&sample, &design, &options)?.fit()?.coefficients)
    }
}

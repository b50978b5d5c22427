//! A small study made by hand: patients from a fixed recipe, counts and curves counted from them, model numbers invented.

use oligomet_base::TimeUnit;
use oligomet_base::number::shortest;
use oligomet_results::*;

/// What a fixture is made from.
pub(crate) struct Recipe {
    pub(crate) n: u32,
    pub(crate) grades: Vec<String>,
    /// Index of the grade of patient i.
    pub(crate) grade_of: fn(u32) -> u32,
    pub(crate) style: &'static str,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            n: 300,
            grades: ["1", "2", "3"].map(String::from).to_vec(),
            grade_of: |i| [0, 1, 2, 1, 0, 2, 1, 1][(i % 8) as usize],
            style: "plain",
        }
    }
}

pub(crate) const TWO_YEARS: f64 = 730.5;
pub(crate) const FIVE_YEARS: f64 = 1826.25;

/// Numbers between 0 and 1 that look random and never change.
fn noise(i: u32, salt: u32) -> f64 {
    let x =
        (i.wrapping_mul(2_654_435_761).wrapping_add(salt.wrapping_mul(40_503))).wrapping_mul(2_246_822_519);
    f64::from((x ^ (x >> 15)) % 10_007) / 10_007.0
}

struct Patient {
    grade: u32,
    size: u32,
    age: f64,
    exit: [f64; 2],
    event: [bool; 2],
}

fn patient(recipe: &Recipe, i: u32) -> Patient {
    let grade = (recipe.grade_of)(i) % recipe.grades.len() as u32;
    let size = u32::from(noise(i, 3) > 0.6);
    let hazard = 1.0 + 0.6 * f64::from(grade.min(3)) + 0.5 * f64::from(size);
    let time = |salt: u32, scale: f64| (1.0 - noise(i, salt)).max(1e-4).ln().abs() * scale / hazard + 1.0;
    let censor = 400.0 + 3000.0 * noise(i, 5);
    let (death, relapse) = (time(7, 3600.0), time(11, 2400.0));
    let dfs = death.min(relapse);
    Patient {
        grade,
        size: if i % 37 == 5 { u32::MAX } else { size },
        age: 35.0 + (45.0 * noise(i, 13)).floor(),
        exit: [death.min(censor).floor(), dfs.min(censor).floor()],
        event: [death <= censor, dfs <= censor],
    }
}

/// The study.
pub(crate) fn run() -> RunResults {
    run_of(&Recipe::default())
}

pub(crate) fn run_of(recipe: &Recipe) -> RunResults {
    let patients: Vec<Patient> = (0..recipe.n).map(|i| patient(recipe, i)).collect();
    let mut b = Build { patients, recipe, rows: Vec::new(), curves: Vec::new(), cohorts: Vec::new() };
    b.flow();
    b.table1();
    b.follow_up();
    b.rate();
    b.km("km_os", 0, "grade", true);
    b.km("km_dfs", 1, "size", false);
    b.cox();
    RunResults {
        outline: outline(recipe),
        stats: b.rows.iter().cloned().collect(),
        curves: b.curves.clone(),
        methods: methods(),
        models: Vec::new(),
        findings: findings(),
        cohorts: b.cohorts.clone(),
        subjects: Some(b.subjects()),
    }
}

const ENDPOINTS: [&str; 2] = ["OS", "DFS"];
const SIZES: [&str; 2] = ["≤20 mm", ">20 mm"];

struct Build<'a> {
    patients: Vec<Patient>,
    recipe: &'a Recipe,
    rows: Vec<StatRow>,
    curves: Vec<CurveRow>,
    cohorts: Vec<CohortRow>,
}

impl Build<'_> {
    fn push(&mut self, key: StatKey, name: &str, stat: Option<f64>, method: &str, cohort: &str) {
        let unit = if matches!(key.variable.as_str(), "prob" | "tau") { "days" } else { "" };
        let limit = name.contains("low") || name.contains("high");
        self.rows.push(StatRow {
            planned: key.analysis_id != "km_dfs",
            key,
            stat_name: name.into(),
            stat,
            unit: unit.into(),
            conf_level: limit.then_some(0.95),
            method_id: method.into(),
            cohort_id: cohort.into(),
            ..StatRow::default()
        });
    }

    fn cohort(&mut self, endpoint: &str, group: &str, level: &str) -> String {
        let id = format!("{endpoint}/{group}={level}");
        if !self.cohorts.iter().any(|c| c.cohort_id == id) {
            let n = self.who(group, level).len() as f64;
            let filter = if group.is_empty() {
                String::new()
            } else {
                format!("{group} = '{}'", level.replace('\'', "''"))
            };
            self.cohorts.push(CohortRow {
                cohort_id: id.clone(),
                endpoint: endpoint.into(),
                group: group.into(),
                group_level: level.into(),
                n,
                filter,
            });
        }
        id
    }

    fn levels(&self, group: &str) -> Vec<String> {
        match group {
            "grade" => self.recipe.grades.clone(),
            "size" => SIZES.map(String::from).to_vec(),
            _ => vec![String::new()],
        }
    }

    fn who(&self, group: &str, level: &str) -> Vec<usize> {
        let code = self.levels(group).iter().position(|l| l == level).map_or(u32::MAX, |c| c as u32);
        let inside = |p: &Patient| match group {
            "grade" => p.grade == code,
            "size" => p.size == code,
            _ => true,
        };
        (0..self.patients.len()).filter(|i| inside(&self.patients[*i])).collect()
    }

    fn flow(&mut self) {
        let key = |id: &str, reason: &str| StatKey::new("flow", "", "flow").variable(id, reason);
        let n = self.patients.len() as f64;
        for (id, left, out) in [
            ("source", n + 20.0, None),
            ("bad", n + 17.0, Some(3.0)),
            ("rert", n + 8.0, Some(9.0)),
            ("nofu", n, Some(8.0)),
            ("final", n, Some(0.0)),
        ] {
            self.push(key(id, ""), "n", Some(left), "", "");
            if let Some(out) = out {
                self.push(key(id, ""), "n.excluded", Some(out), "", "");
            }
        }
        self.push(key("rert", ""), "n.unknown", Some(12.0), "", "");
        for (k, endpoint) in ENDPOINTS.iter().enumerate() {
            let events = self.patients.iter().filter(|p| p.event[k]).count() as f64;
            let id = format!("endpoint:{endpoint}");
            let cohort = self.cohort(endpoint, "", "");
            self.push(key(&id, ""), "n", Some(n), "", &cohort);
            self.push(key(&id, ""), "n.event", Some(events), "", &cohort);
        }
        self.push(key("endpoint:DFS", "No date of last imaging"), "n.excluded", Some(0.0), "", "");
    }

    fn table1(&mut self) {
        let base = StatKey::new("t1", "", "table1");
        for (by, level) in [("", ""), ("size", SIZES[0]), ("size", SIZES[1])] {
            let key = if by.is_empty() { base.clone() } else { base.clone().group(by, level) };
            let cohort = self.cohort("", by, level);
            let who = self.who(by, level);
            self.push(key.clone(), "n", Some(who.len() as f64), "describe", &cohort);
            let mut ages: Vec<f64> = who.iter().map(|i| self.patients[*i].age).collect();
            ages.sort_by(f64::total_cmp);
            let at = |q: f64| ages.get((q * (ages.len() as f64 - 1.0)) as usize).copied();
            let mean = ages.iter().sum::<f64>() / ages.len() as f64;
            let age = key.clone().variable("age", "");
            for (name, value) in [
                ("n", Some(ages.len() as f64)),
                ("n.missing", Some(0.0)),
                ("median", at(0.5)),
                ("p25", at(0.25)),
                ("p75", at(0.75)),
                ("mean", Some(mean)),
                ("sd", Some(12.3456)),
                ("min", at(0.0)),
                ("max", at(1.0)),
            ] {
                self.push(age.clone(), name, value, "describe", &cohort);
            }
            for variable in ["grade", "size"] {
                self.factor(&key, variable, &who, &cohort);
            }
        }
        for (variable, smd) in [("age", 0.04), ("grade", 0.231)] {
            let between = StatKey::new("t1", "", "table1").group("size", "").variable(variable, "");
            self.push(between, "smd", Some(smd), "smd", "");
        }
    }

    fn factor(&mut self, key: &StatKey, variable: &str, who: &[usize], cohort: &str) {
        let levels = self.levels(variable);
        let counts: Vec<f64> = levels
            .iter()
            .map(|level| self.who(variable, level).iter().filter(|i| who.contains(i)).count() as f64)
            .collect();
        let known: f64 = counts.iter().sum();
        let all = key.clone().variable(variable, "");
        self.push(all.clone(), "n", Some(known), "describe", cohort);
        self.push(all, "n.missing", Some(who.len() as f64 - known), "describe", cohort);
        for (level, n) in levels.iter().zip(counts) {
            let key = key.clone().variable(variable, level);
            self.push(key.clone(), "n", Some(n), "describe", cohort);
            self.push(key, "p", Some(n / known), "describe", cohort);
        }
    }

    fn counts(&mut self, key: &StatKey, who: &[usize], k: usize, cohort: &str) {
        let n = key.clone().variable("n", "");
        let events = who.iter().filter(|i| self.patients[**i].event[k]).count() as f64;
        self.push(n.clone(), "n", Some(who.len() as f64), "km", cohort);
        self.push(n, "n.event", Some(events), "km", cohort);
    }

    /// Survival at times and the median, read off the curve.
    fn survival(&mut self, key: &StatKey, who: &[usize], k: usize, cohort: &str) {
        let curve = self.curve(who, k);
        for days in [TWO_YEARS, FIVE_YEARS] {
            let at = key.clone().variable("time", &shortest(days));
            let last = curve.iter().rev().find(|r| r.time <= days);
            let n_risk = curve.iter().find(|r| r.time >= days).map_or(0.0, |r| r.n_risk);
            self.push(at.clone(), "estimate", Some(last.map_or(1.0, |r| r.estimate)), "km", cohort);
            self.push(at.clone(), "conf.low", last.and_then(|r| r.conf_low), "km", cohort);
            self.push(at.clone(), "conf.high", last.and_then(|r| r.conf_high), "km", cohort);
            self.push(at.clone(), "n.risk", Some(n_risk), "km", cohort);
            self.push(at, "cum.event", Some(last.map_or(0.0, |r| r.cum_event)), "km", cohort);
        }
        let median = |value: fn(&CurveRow) -> Option<f64>| {
            curve.iter().find(|r| value(r).is_some_and(|v| v <= 0.5)).map(|r| r.time)
        };
        let key = key.clone().variable("prob", "0.5");
        self.push(key.clone(), "estimate", median(|r| Some(r.estimate)), "km", cohort);
        self.push(key.clone(), "conf.low", median(|r| r.conf_low), "km", cohort);
        self.push(key, "conf.high", median(|r| r.conf_high), "km", cohort);
    }

    fn curve(&self, who: &[usize], k: usize) -> Vec<CurveRow> {
        let mut times: Vec<f64> = who.iter().map(|i| self.patients[*i].exit[k]).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let (mut at_risk, mut s, mut cum, mut sum) = (who.len() as f64, 1.0, 0.0, 0.0);
        let mut out = Vec::new();
        for time in times {
            let here: Vec<&Patient> =
                who.iter().map(|i| &self.patients[*i]).filter(|p| p.exit[k] == time).collect();
            let d = here.iter().filter(|p| p.event[k]).count() as f64;
            let c = here.len() as f64 - d;
            s *= 1.0 - d / at_risk;
            cum += d;
            sum += if at_risk > d { d / (at_risk * (at_risk - d)) } else { 0.0 };
            let limit = |z: f64| {
                let inside = s > 0.0 && s < 1.0;
                inside.then(|| s.powf((z * sum.sqrt() / f64::ln(s)).exp()))
            };
            out.push(CurveRow {
                time,
                n_risk: at_risk,
                n_event: d,
                n_censor: c,
                cum_event: cum,
                estimate: s,
                std_error: Some(s * f64::sqrt(sum)),
                conf_low: limit(-1.96),
                conf_high: limit(1.96),
                ..CurveRow::default()
            });
            at_risk -= d + c;
        }
        out
    }

    fn follow_up(&mut self) {
        for (k, endpoint) in ENDPOINTS.iter().enumerate() {
            let cohort = self.cohort(endpoint, "", "");
            let who = self.who("", "");
            let base = StatKey::new("followup", endpoint, "followup");
            self.counts(&base, &who, k, &cohort);
            for (prob, days) in [("0.25", 1100.0), ("0.5", 1912.0), ("0.75", 2650.0)] {
                let key = base.clone().variable("prob", prob);
                self.push(key.clone(), "estimate", Some(days), "followup", &cohort);
                self.push(key.clone(), "conf.low", Some(days - 90.0), "followup", &cohort);
                self.push(key, "conf.high", Some(days + 110.0), "followup", &cohort);
            }
        }
    }

    fn rate(&mut self) {
        let all = StatKey::new("rate_os", "OS", "rate");
        let cohort = self.cohort("OS", "", "");
        let everybody = self.who("", "");
        self.counts(&all, &everybody, 0, &cohort);
        self.survival(&all, &everybody, 0, &cohort);
        for (factor, p) in [("grade", 0.0004), ("size", 0.0496)] {
            for level in self.levels(factor) {
                let key = StatKey::new("rate_os", "OS", "rate").group(factor, &level);
                let (who, cohort) = (self.who(factor, &level), self.cohort("OS", factor, &level));
                self.counts(&key, &who, 0, &cohort);
                self.survival(&key, &who, 0, &cohort);
            }
            let test = StatKey::new("rate_os", "OS", "rate").group(factor, "");
            self.push(test.clone().variable("logrank", ""), "p.value", Some(p), "logrank", "");
            let known: usize = self.levels(factor).iter().map(|l| self.who(factor, l).len()).sum();
            let missing = (everybody.len() - known) as f64;
            self.push(test.variable("missing", ""), "n.missing", Some(missing), "", "");
        }
    }

    fn km(&mut self, id: &str, k: usize, by: &str, rmst: bool) {
        let endpoint = ENDPOINTS[k];
        for level in self.levels(by) {
            let of = |context: &str| StatKey::new(id, endpoint, context).group(by, &level);
            let (who, cohort) = (self.who(by, &level), self.cohort(endpoint, by, &level));
            self.counts(&of("survival"), &who, k, &cohort);
            self.survival(&of("survival"), &who, k, &cohort);
            if rmst {
                let tau = of("rmst").variable("tau", &shortest(FIVE_YEARS));
                for (name, value) in
                    [("estimate", 1402.3), ("std.error", 33.0), ("conf.low", 1337.6), ("conf.high", 1467.0)]
                {
                    self.push(tau.clone(), name, Some(value), "rmst", &cohort);
                }
            }
            for row in self.curve(&who, k) {
                self.curves.push(CurveRow {
                    analysis_id: id.into(),
                    endpoint: endpoint.into(),
                    group: by.into(),
                    group_level: level.clone(),
                    ..row
                });
            }
        }
        let test = StatKey::new(id, endpoint, "logrank").group(by, "").variable("logrank", "");
        for (name, value) in [("statistic", 15.678_91), ("parameter", 2.0), ("p.value", 0.000_394)] {
            self.push(test.clone(), name, Some(value), "logrank", "");
        }
    }

    fn cox(&mut self) {
        for context in ["cox.uni", "cox"] {
            for (level, log_hr) in
                [("", 0.004), ("1", 0.0), ("2", 0.31), ("3", 0.62), (SIZES[0], 0.0), (SIZES[1], 0.405)]
            {
                let (term, by) = match level {
                    "" => ("age", ""),
                    "1" | "2" | "3" => ("grade", "grade"),
                    _ => ("size", "size"),
                };
                if by == "grade" && !self.recipe.grades.iter().any(|g| g == level) {
                    continue;
                }
                let key = StatKey::new("cox_os", "OS", context).variable(term, level);
                let (who, cohort) = (self.who(by, level), self.cohort("OS", by, level));
                let events = who.iter().filter(|i| self.patients[**i].event[0]).count() as f64;
                self.push(key.clone(), "n", Some(who.len() as f64), "cox", &cohort);
                self.push(key.clone(), "n.event", Some(events), "cox", &cohort);
                if !matches!(level, "1") && level != SIZES[0] {
                    let se = if level.is_empty() { 0.0013 } else { 0.12 };
                    self.coefficient(&key, log_hr, se, &cohort);
                }
            }
            self.separated(context);
            let grade = StatKey::new("cox_os", "OS", context).variable("grade", "");
            for (name, value) in
                [("statistic.global", 21.3), ("parameter.global", 2.0), ("p.value.global", 0.000_024)]
            {
                self.push(grade.clone(), name, Some(value), "cox", "");
            }
        }
        let fit = StatKey::new("cox_os", "OS", "cox.fit");
        let cohort = self.cohort("OS", "", "");
        let events = self.patients.iter().filter(|p| p.size != u32::MAX && p.event[0]).count() as f64;
        let known = self.patients.iter().filter(|p| p.size != u32::MAX).count() as f64;
        for (name, value) in [
            ("n", known),
            ("n.event", events),
            ("n.missing", self.patients.len() as f64 - known),
            ("df", 4.0),
            ("concordance", 0.6789),
            ("concordance.se", 0.0123),
        ] {
            self.push(fit.clone(), name, Some(value), "cox", &cohort);
        }
        for (term, chi, df, p) in [
            ("age", 0.4, 1.0, 0.53),
            ("grade", 9.1, 2.0, 0.0106),
            ("size", 1.2, 1.0, 0.27),
            ("GLOBAL", 10.2, 4.0, 0.0372),
        ] {
            let key = StatKey::new("cox_os", "OS", "cox.ph").variable(term, "");
            for (name, value) in [("statistic", chi), ("parameter", df), ("p.value", p)] {
                self.push(key.clone(), name, Some(value), "ph", "");
            }
        }
    }

    fn coefficient(&mut self, key: &StatKey, log_hr: f64, se: f64, cohort: &str) {
        let z = log_hr / se;
        for (name, value) in [
            ("estimate", log_hr),
            ("std.error", se),
            ("statistic", z),
            ("p.value", (-z * z / 2.0).exp()),
            ("hazard.ratio", log_hr.exp()),
            ("hazard.ratio.low", (log_hr - 1.96 * se).exp()),
            ("hazard.ratio.high", (log_hr + 1.96 * se).exp()),
        ] {
            self.push(key.clone(), name, Some(value), "cox", cohort);
        }
    }

    /// A term that separates those with and without events: no hazard ratio, and why.
    fn separated(&mut self, context: &str) {
        let key = StatKey::new("cox_os", "OS", context).variable("marker", "");
        self.push(key.clone(), "n", Some(self.patients.len() as f64), "cox", "");
        self.push(key.clone(), "n.event", Some(40.0), "cox", "");
        for name in ["estimate", "hazard.ratio", "hazard.ratio.low", "hazard.ratio.high", "p.value"] {
            self.push(key.clone(), name, None, "cox", "");
            if let Some(row) = self.rows.last_mut() {
                row.stat_text = Some("not estimable: nobody with a marker above 10 had an event".into());
                row.warning = Some("marker separates patients with an event from those without".into());
            }
        }
    }

    fn subjects(&self) -> Subjects {
        let n = self.patients.len();
        let set = |k: usize| SubjectSet {
            endpoint: ENDPOINTS[k].into(),
            subject: (0..n as u32).collect(),
            entry: Vec::new(),
            exit: self.patients.iter().map(|p| p.exit[k]).collect(),
            event: self.patients.iter().map(|p| u8::from(p.event[k])).collect(),
        };
        let grouping =
            |name: &str, codes: Vec<u32>| Grouping { name: name.into(), levels: self.levels(name), codes };
        Subjects {
            n,
            sets: vec![set(0), set(1)],
            groupings: vec![
                grouping("grade", self.patients.iter().map(|p| p.grade).collect()),
                grouping("size", self.patients.iter().map(|p| p.size).collect()),
            ],
            lanes: Vec::new(),
        }
    }
}

fn outline(recipe: &Recipe) -> Outline {
    let variable = |name: &str, label: &str, kind, levels: Vec<String>| VariableOutline {
        name: name.into(),
        label: label.into(),
        kind,
        reference: levels.first().cloned().unwrap_or_default(),
        levels,
        ..VariableOutline::default()
    };
    let mut size = variable("size", "Tumour size", VariableKind::Factor, SIZES.map(String::from).to_vec());
    size.cut_source = "data".into();
    size.definition = "Tumour size was cut at 20 mm".into();
    let mut age = variable("age", "Age", VariableKind::Number, vec![]);
    age.unit = "years".into();
    let endpoint = |name: &str, label: &str, sentence: &str| EndpointOutline {
        name: name.into(),
        label: label.into(),
        sentence: sentence.into(),
        ..EndpointOutline::default()
    };
    Outline {
        schema_version: SCHEMA_VERSION,
        program_version: "0.1.0".into(),
        study_sha256: "a".repeat(64),
        site_sha256: "b".repeat(64),
        shared: false,
        min_cell: 5,
        study: study(recipe),
        sources: vec![SourceOutline {
            name: "patients.csv".into(),
            sha256: "c".repeat(64),
            n_rows: 320,
            unmapped: vec!["remarks".into(), "phone".into()],
            ..SourceOutline::default()
        }],
        flow: flow(),
        variables: vec![
            age,
            variable("grade", "Grade", VariableKind::Factor, recipe.grades.clone()),
            size,
            variable("marker", "Marker", VariableKind::Number, vec![]),
        ],
        endpoints: vec![
            endpoint(
                "OS",
                "Overall survival",
                "Overall survival was counted from the date of surgery to death of any cause; patients alive were censored at last contact",
            ),
            endpoint(
                "DFS",
                "Disease-free survival",
                "Disease-free survival was counted from the date of surgery to recurrence or death, whichever came first",
            ),
        ],
        analyses: analyses(),
        figures: figures(),
        amendments: vec![
            "2026-11-20: added the cut at 20 mm after the data were seen (maximally selected rank statistic)"
                .into(),
        ],
        synthetic: false,
    }
}

fn study(recipe: &Recipe) -> StudyOutline {
    StudyOutline {
        id: "DEMO-1".into(),
        title: "Prognosis after surgery for breast cancer".into(),
        design: "retrospective-cohort".into(),
        unit: "patient".into(),
        cohort_label: "Breast cancer treated by surgery".into(),
        time_zero_label: "date of surgery".into(),
        show: Some(TimeUnit::Months),
        period: "1978-01-01 to 1993-12-31".into(),
        cutoff: "1995-12-31".into(),
        guidelines: vec!["STROBE".into(), "REMARK".into()],
        style: recipe.style.into(),
        ..StudyOutline::default()
    }
}

fn flow() -> Vec<FlowOutline> {
    let step = |id: &str, label: &str, kind: &str, rule: &str, missing: &str| FlowOutline {
        id: id.into(),
        label: label.into(),
        kind: kind.into(),
        rule: rule.into(),
        missing: missing.into(),
    };
    vec![
        step("source", "Rows in patients.csv", "source", "", ""),
        step("bad", "Rows that could not be used", "set-aside", "", ""),
        step("rert", "Re-irradiation for local recurrence", "eligibility", "n_prior > 0", "keep"),
        step("nofu", "No follow-up", "eligibility", "followup_days = 0", "drop"),
        step("final", "Patients analysed", "final", "", ""),
        step("endpoint:OS", "Overall survival", "endpoint", "", ""),
        step("endpoint:DFS", "Disease-free survival", "endpoint", "", ""),
    ]
}

fn analyses() -> Vec<AnalysisOutline> {
    let at = vec![(TWO_YEARS, "24 mo".to_owned()), (FIVE_YEARS, "60 mo".to_owned())];
    let plain = |id: &str, kind, title: &str, endpoint: &str| AnalysisOutline {
        id: id.into(),
        kind,
        title: title.into(),
        endpoint: endpoint.into(),
        conf_level: 0.95,
        conf_type: "log-log".into(),
        test: "logrank".into(),
        planned: true,
        ..AnalysisOutline::default()
    };
    let names = |list: &[&str]| list.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
    let term = |name: &str, per| TermOutline { variable: name.into(), per };
    vec![
        AnalysisOutline {
            by: "size".into(),
            variables: names(&["age", "grade", "size"]),
            numbers: names(&["median", "mean", "range"]),
            test: "none".into(),
            ..plain("t1", AnalysisKind::Table1, "Characteristics by tumour size", "")
        },
        AnalysisOutline {
            variables: names(&["grade", "size"]),
            at: at.clone(),
            ..plain("rate_os", AnalysisKind::Rate, "Overall survival by factor", "OS")
        },
        AnalysisOutline {
            by: "grade".into(),
            at: at.clone(),
            tau: Some((FIVE_YEARS, "60 mo".into())),
            ..plain("km_os", AnalysisKind::Km, "Overall survival by grade", "OS")
        },
        AnalysisOutline {
            by: "size".into(),
            at,
            planned: false,
            ..plain("km_dfs", AnalysisKind::Km, "Disease-free survival by tumour size", "DFS")
        },
        AnalysisOutline {
            terms: vec![
                term("age", Some(1.0)),
                term("grade", None),
                term("size", None),
                term("marker", Some(10.0)),
            ],
            missing: "complete-case".into(),
            ..plain("cox_os", AnalysisKind::Cox, "Factors associated with overall survival", "OS")
        },
    ]
}

fn figures() -> Vec<FigureOutline> {
    let figure = |id: &str, of: &str, caption: &str| FigureOutline {
        id: id.into(),
        of: of.into(),
        caption: caption.into(),
        width_mm: 174.0,
        table: vec!["at_risk".into(), "events".into()],
        ribbon: true,
        censor_marks: true,
        median: true,
        ..FigureOutline::default()
    };
    vec![
        figure("flow", "flow", "Flow of patients."),
        figure(
            "fig_os",
            "km_os",
            "Overall survival by grade, counted from the date of surgery. Ribbons: 95% confidence intervals.",
        ),
        figure(
            "fig_dfs",
            "km_dfs",
            "Disease-free survival by tumour size, counted from the date of surgery.",
        ),
        figure("fig_cox", "cox_os", "Hazard ratios for death."),
    ]
}

fn methods() -> Vec<MethodRow> {
    let row = |id: &str, title: &str, sentence: &str, options: &str, source: &str| MethodRow {
        method_id: id.into(),
        title: title.into(),
        sentence: sentence.into(),
        options: options.into(),
        source: source.into(),
    };
    vec![
        row(
            "describe",
            "Description",
            "Numbers are described by median and quartiles (R type 7), factors by counts and percentages",
            "{\"quantile\":7}",
            "Hyndman & Fan 1996",
        ),
        row(
            "smd",
            "Standardised difference of means or proportions",
            "Groups were compared by standardised differences",
            "{}",
            "Austin 2009",
        ),
        row(
            "km",
            "Kaplan-Meier",
            "Survival was estimated by Kaplan-Meier with log-log confidence intervals",
            "{\"conf_type\":\"log-log\",\"conf_level\":0.95}",
            "Kaplan & Meier 1958; Kalbfleisch & Prentice 2002",
        ),
        row(
            "followup",
            "Reverse Kaplan-Meier",
            "Follow-up was estimated by the reverse Kaplan-Meier method",
            "{}",
            "Schemper & Smith 1996",
        ),
        row(
            "logrank",
            "Log-rank test",
            "Groups were compared by the log-rank test",
            "{\"variance\":\"hypergeometric\"}",
            "Mantel 1966",
        ),
        row(
            "rmst",
            "Restricted mean",
            "Restricted means are areas under the Kaplan-Meier curve",
            "{}",
            "Royston & Parmar 2013",
        ),
        row(
            "cox",
            "Cox regression",
            "Hazard ratios are from Cox models with Efron's handling of ties; P values of coefficients are of Wald tests",
            "{\"ties\":\"efron\"}",
            "Cox 1972; Efron 1977",
        ),
        row(
            "ph",
            "Test of proportional hazards",
            "Proportional hazards were tested by the score test of Grambsch and Therneau",
            "{\"transform\":\"km\"}",
            "Grambsch & Therneau 1994",
        ),
        row("unused", "Never used", "This method was never used", "{}", ""),
    ]
}

fn findings() -> Vec<FindingRow> {
    let finding = |i: usize, code: &str, severity: &str, place: &str, text: &str, n: f64| FindingRow {
        finding_id: i.to_string(),
        code: code.into(),
        severity: severity.into(),
        place: place.into(),
        text: text.into(),
        why: "a date of death decides how long the patient was followed".into(),
        mend: "take the date from the record; leave the cell empty if it is not known".into(),
        n_rows: n,
        harm: 0.0,
    };
    let mut out = vec![
        finding(
            1,
            "OM105",
            "note",
            "analysis cox_os",
            "11 patients are left out of the model for a missing value",
            11.0,
        ),
        finding(
            2,
            "OM204",
            "error",
            "patients.csv, row 218, column `death_date`",
            "\"31.02.2019\" is no date",
            3.0,
        ),
    ];
    for i in 3..10 {
        out.push(finding(
            i,
            "OM104",
            "warning",
            "analysis km_dfs",
            &format!("warning number {i} about <b>bold</b> & \"quotes\""),
            1.0,
        ));
    }
    out
}

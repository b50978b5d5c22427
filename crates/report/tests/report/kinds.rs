//! Competing risks, subgroups, cut-points, dose by site, toxicity, response, stated shares, swimmers and timelines, from rows made by hand.

use oligomet_report::{compose_figure, compose_figure_pages, share, tables, to_csv};
use oligomet_results::{
    AnalysisKind, AnalysisOutline, CurveRow, FigureOutline, Group, Lane, LaneKind, RunResults,
    SYNTHETIC_NOTE, StatKey, StatRow, TermOutline,
};

use crate::fixture;
use crate::page::{check_digits, check_formats, page};

const YEAR: f64 = 365.25;

/// Adds rows to a run.
struct Add<'a>(&'a mut RunResults);

impl Add<'_> {
    fn numbers(&mut self, key: &StatKey, numbers: &[(&str, f64)]) {
        for (name, stat) in numbers {
            self.number(key, name, Some(*stat), None);
        }
    }

    fn number(&mut self, key: &StatKey, name: &str, stat: Option<f64>, why: Option<&str>) {
        let limit = name.contains("low") || name.contains("high");
        self.0.stats.push(StatRow {
            key: key.clone(),
            stat_name: name.into(),
            stat,
            stat_text: why.map(str::to_owned),
            conf_level: limit.then_some(0.95),
            method_id: "km".into(),
            planned: true,
            ..StatRow::default()
        });
    }

    fn ratio(&mut self, key: &StatKey, ratio: f64, low: f64, high: f64, p: f64) {
        self.numbers(
            key,
            &[
                ("hazard.ratio", ratio),
                ("hazard.ratio.low", low),
                ("hazard.ratio.high", high),
                ("p.value", p),
            ],
        );
    }

    fn analysis(&mut self, id: &str, kind: AnalysisKind, change: impl Fn(&mut AnalysisOutline)) {
        let mut analysis = AnalysisOutline {
            id: id.into(),
            kind,
            endpoint: "DFS".into(),
            at: vec![(YEAR, "12 mo".into())],
            conf_level: 0.95,
            planned: true,
            ..AnalysisOutline::default()
        };
        change(&mut analysis);
        self.0.outline.analyses.push(analysis);
        let of = FigureOutline {
            id: format!("fig_{id}"),
            of: id.into(),
            caption: format!("Figure of {id}"),
            width_mm: 174.0,
            table: vec!["at_risk".into(), "events".into()],
            ribbon: true,
            one_minus_km: true,
            ..FigureOutline::default()
        };
        let drawn =
            [AnalysisKind::Cif, AnalysisKind::Subgroups, AnalysisKind::Swimmer, AnalysisKind::Timeline];
        if drawn.contains(&kind) {
            self.0.outline.figures.push(of);
        }
    }
}

fn caused(mut key: StatKey, cause: &str) -> StatKey {
    key.groups[1] = Group { name: "cause".into(), level: cause.into() };
    key
}

/// Two causes in two groups of 20: everything that can be checked by hand.
fn add_cif(add: &mut Add<'_>) {
    add.0.outline.endpoints[1].causes = vec!["Recurrence".into(), "Death without recurrence".into()];
    add.analysis("cif", AnalysisKind::Cif, |a| a.by = "size".into());
    for (level, events, deaths) in [("≤20 mm", 6.0, 7.0), (">20 mm", 9.0, 8.0)] {
        for (cause, n, incidence) in
            [("Recurrence", events, events / 20.0), ("Death without recurrence", deaths, deaths / 20.0)]
        {
            let key = caused(StatKey::new("cif", "DFS", "cif").group("size", level), cause);
            add.numbers(&key.clone().variable("n", ""), &[("n", 20.0), ("n.event", n)]);
            let at = key.variable("time", "365.25");
            add.numbers(
                &at,
                &[("estimate", incidence), ("conf.low", 0.1), ("conf.high", 0.62), ("cum.event", n)],
            );
            add.numbers(&at, &[("one.minus.km", incidence + 0.05)]);
            for i in 0..=2 {
                add.0.curves.push(CurveRow {
                    analysis_id: "cif".into(),
                    endpoint: "DFS".into(),
                    group: "size".into(),
                    group_level: level.into(),
                    cause: cause.into(),
                    time: f64::from(i) * 180.0,
                    n_risk: 20.0 - 6.0 * f64::from(i),
                    n_event: f64::from(i.min(1)) * n / 2.0,
                    cum_event: f64::from(i) * n / 2.0,
                    estimate: incidence * f64::from(i) / 2.0,
                    conf_low: Some(0.0),
                    conf_high: Some((incidence + 0.1).min(1.0)),
                    one_minus_km: Some(incidence * f64::from(i) / 2.0 + 0.01 * f64::from(i)),
                    ..CurveRow::default()
                });
            }
        }
    }
    for (cause, p) in [("Recurrence", 0.043), ("Death without recurrence", 0.81)] {
        let key = caused(StatKey::new("cif", "DFS", "gray").group("size", ""), cause).variable("gray", "");
        add.numbers(&key, &[("statistic", 4.1), ("parameter", 1.0), ("p.value", p)]);
    }
}

fn add_models(add: &mut Add<'_>) {
    add.analysis("fg", AnalysisKind::FineGray, |a| {
        a.terms = vec![TermOutline { variable: "size".into(), per: None }];
    });
    let base = |context: &str| StatKey::new("fg", "DFS", context);
    for (cause, ratio, events) in [("Recurrence", 1.62, 15.0), ("Death without recurrence", 0.71, 15.0)] {
        let fit = base("cause-specific.fit").group("cause", cause);
        add.numbers(&fit, &[("n", 40.0), ("n.event", events), ("n.missing", 0.0)]);
        let key = base("cause-specific").group("cause", cause).variable("size", ">20 mm");
        add.ratio(&key, ratio, ratio / 2.0, ratio * 2.0, 0.21);
    }
    add.numbers(&base("finegray.fit"), &[("n", 40.0), ("n.event", 15.0), ("n.missing", 0.0)]);
    add.ratio(&base("finegray").variable("size", ">20 mm"), 1.94, 0.91, 4.13, 0.088);
}

fn add_subgroups(add: &mut Add<'_>) {
    add.analysis("sub", AnalysisKind::Subgroups, |a| {
        a.factor = "size".into();
        a.variables = vec!["grade".into()];
    });
    let rows = [
        ("overall", "", [18.0, 22.0]),
        ("grade", "1", [6.0, 7.0]),
        ("grade", "2", [7.0, 8.0]),
        ("grade", "3", [5.0, 7.0]),
    ];
    for (name, level, n) in rows {
        let all = StatKey::new("sub", "DFS", "subgroup").group("size", "").variable(name, level);
        add.numbers(&all, &[("n", n[0] + n[1]), ("n.event", n[0] + n[1] - 1.0)]);
        for (arm, n) in ["≤20 mm", ">20 mm"].into_iter().zip(n) {
            let key = StatKey::new("sub", "DFS", "subgroup.arm").group("size", arm).variable(name, level);
            add.numbers(&key, &[("n", n), ("n.event", n)]);
        }
        let key = StatKey::new("sub", "DFS", "subgroup").group("size", ">20 mm").variable(name, level);
        if level == "3" {
            add.number(&key, "hazard.ratio", None, Some("not fitted: 4 events, fewer than 5"));
        } else {
            add.ratio(&key, 1.4, 0.8, 2.45, 0.2);
        }
    }
    let key = StatKey::new("sub", "DFS", "interaction").group("size", "").variable("grade", "");
    add.numbers(&key, &[("n", 40.0), ("n.event", 38.0), ("n.missing", 0.0), ("p.value", 0.37)]);
}

fn add_cutpoint(add: &mut Add<'_>) {
    add.analysis("cut", AnalysisKind::Cutpoint, |a| {
        a.terms = vec![TermOutline { variable: "marker".into(), per: None }];
    });
    let key = |level: &str| StatKey::new("cut", "DFS", "cutpoint").variable("marker", level);
    add.numbers(&StatKey::new("cut", "DFS", "cutpoint").variable("n", ""), &[("n", 40.0), ("n.event", 15.0)]);
    for (method, p) in [("lau92", 0.21), ("condmc", 0.12)] {
        add.numbers(&key(method), &[("cutpoint", 2.75), ("statistic", 2.41), ("p.value", p)]);
    }
    add.numbers(&key("interval"), &[("conf.low", 1.5), ("conf.high", 3.25), ("same.cut", 0.34)]);
    add.numbers(&key("effect"), &[("estimate", 0.31), ("estimate.naive", 0.74)]);
}

fn add_dose(add: &mut Add<'_>) {
    add.analysis("dose", AnalysisKind::DoseBySite, |a| {
        a.factor = "size".into();
        a.by = "grade".into();
    });
    let cells = [("1", [8.0, 0.0]), ("2", [6.0, 9.0]), ("3", [7.0, 10.0])];
    let key = |site: &str, dose: &str| {
        StatKey::new("dose", "DFS", "dose-by-site").group("grade", site).variable("size", dose)
    };
    for (site, row) in cells {
        add.numbers(&key(site, "≤20 mm"), &[("n", row[0])]);
        add.numbers(&key(site, ">20 mm"), &[("n", row[1])]);
        add.numbers(&key(site, ""), &[("n", row[0] + row[1])]);
    }
    add.numbers(&key("", "≤20 mm"), &[("n", 21.0)]);
    add.numbers(&key("", ">20 mm"), &[("n", 19.0)]);
    add.numbers(&key("", ""), &[("n", 40.0), ("n.missing", 0.0)]);
    let positivity = |site: &str, dose: &str| {
        StatKey::new("dose", "DFS", "positivity").group("grade", site).variable("size", dose)
    };
    add.numbers(&positivity("1", ">20 mm"), &[("empty", 1.0)]);
    add.numbers(&positivity("", ""), &[("n.cells", 6.0), ("n.empty", 1.0), ("positive", 0.0)]);
    let within = |site: &str, dose: &str| {
        StatKey::new("dose", "DFS", "within-site").group("grade", site).variable("size", dose)
    };
    for site in ["2", ""] {
        add.numbers(&within(site, ""), &[("n", 15.0), ("n.event", 9.0)]);
        add.numbers(&within(site, "≤20 mm"), &[("n", 6.0), ("n.event", 4.0)]);
        add.numbers(&within(site, ">20 mm"), &[("n", 9.0), ("n.event", 5.0)]);
        add.ratio(&within(site, ">20 mm"), 0.77, 0.2, 2.9, 0.7);
    }
    let adjusted = StatKey::new("dose", "DFS", "within-site").group("grade", "").variable("adjusted", "");
    add.number(&adjusted, "estimate", None, Some("not given: cells of dose by site are empty"));
}

fn add_shares(add: &mut Add<'_>) {
    add.analysis("resp", AnalysisKind::Response, |a| a.variables = vec!["grade".into()]);
    let key = |level: &str| StatKey::new("resp", "", "response").variable("grade", level);
    add.numbers(&key(""), &[("n", 40.0), ("n.missing", 6.0)]);
    for (level, n) in [("1", 12.0), ("2", 20.0), ("3", 8.0), ("responders", 32.0)] {
        add.numbers(&key(level), &[("n", n), ("estimate", n / 40.0), ("conf.low", 0.1), ("conf.high", 0.95)]);
    }
    add.analysis("tox", AnalysisKind::Toxicity, |_| {});
    let key = |phase: &str, term: &str, grade: &str| {
        let mut key = StatKey::new("tox", "", "toxicity");
        key.groups[1] = Group { name: "phase".into(), level: phase.into() };
        key.variable(term, grade)
    };
    add.numbers(&key("any", "", ""), &[("n", 40.0)]);
    for phase in ["acute", "late", "unknown", "any"] {
        for grade in ["1", "2", "3", "4", "5", "unknown"] {
            let n = if grade == "2" && matches!(phase, "acute" | "any") { 9.0 } else { 0.0 };
            add.numbers(&key(phase, "Fatigue", grade), &[("n", n)]);
        }
        let severe = [("n", 0.0), ("estimate", 0.0), ("conf.low", 0.0), ("conf.high", 0.088)];
        add.numbers(&key(phase, "Fatigue", ">=3"), &severe);
    }
    add.numbers(
        &key("any", "any term", ">=3"),
        &[("n", 0.0), ("estimate", 0.0), ("conf.low", 0.0), ("conf.high", 0.088)],
    );
    add.analysis("prop", AnalysisKind::Proportion, |a| {
        (a.against, a.alternative) = (Some(0.3), "less".into());
    });
    let key = StatKey::new("prop", "DFS", "proportion").variable("time", "365.25");
    add.numbers(&key, &[("n", 40.0), ("cum.event", 9.0), ("n.risk", 31.0), ("n.censor", 0.0)]);
    add.numbers(&key, &[("estimate", 0.225), ("conf.low", 0.11), ("conf.high", 0.37), ("against", 0.3)]);
    add.numbers(&key, &[("statistic", -1.1), ("p.value", 0.14), ("exact.low", 0.108), ("exact.high", 0.385)]);
    let key =
        |variable: &str, level: &str| StatKey::new("endpoint", "DFS", "endpoint").variable(variable, level);
    add.numbers(&key("window", "beyond"), &[("n", 7.0)]);
    add.numbers(&key("entry", ""), &[("n.later", 31.0), ("estimate", -0.12), ("p.value", 0.24)]);
}

fn add_lanes(add: &mut Add<'_>) {
    add.analysis("swim", AnalysisKind::Swimmer, |a| a.by = "size".into());
    add.analysis("line", AnalysisKind::Timeline, |_| {});
    let lane = |analysis: &str, subject, lane, kind, what: &str, label: &str, from, to: Option<f64>| Lane {
        analysis_id: analysis.into(),
        subject,
        lane,
        kind,
        what: what.into(),
        label: label.into(),
        from,
        to,
        ongoing: what == "censored",
        ..Lane::default()
    };
    let lanes = vec![
        lane("swim", 0, 1, LaneKind::Observed, "censored", "Last contact", 0.0, Some(400.0)),
        lane("swim", 1, 0, LaneKind::Observed, "death", "Death", 0.0, Some(900.0)),
        lane("swim", 1, 0, LaneKind::Mark, "progression", "Progression", 300.0, None),
        lane("swim", 0, 1, LaneKind::Mark, "progression", "Progression", 500.0, None),
        lane("line", 0, 0, LaneKind::Span, "systemic_line", "Letrozole", -200.0, Some(90.0)),
        lane("line", 0, 1, LaneKind::Mark, "rt_course", "50 Gy in 5", 0.0, None),
        Lane {
            from_latest: Some(120.0),
            ..lane("line", 0, 3, LaneKind::Mark, "imaging_assessment", "SD", 91.0, None)
        },
    ];
    if let Some(subjects) = &mut add.0.subjects {
        subjects.lanes = lanes;
    }
}

/// The fixture's run with an analysis of every kind.
pub(crate) fn run() -> RunResults {
    let mut run = fixture::run();
    let mut add = Add(&mut run);
    add_cif(&mut add);
    add_models(&mut add);
    add_subgroups(&mut add);
    add_cutpoint(&mut add);
    add_dose(&mut add);
    add_shares(&mut add);
    add_lanes(&mut add);
    run
}

fn csv(run: &RunResults, id: &str) -> String {
    let table = tables(run).into_iter().find(|table| table.id == id);
    table.map(|table| to_csv(&table)).unwrap_or_default()
}

fn svg(run: &RunResults, of: &str) -> String {
    let figure = run.outline.figures.iter().find(|figure| figure.of == of).unwrap();
    compose_figure(run, figure).unwrap().text
}

#[test]
fn every_number_of_every_kind_is_printed_from_its_rows() {
    let run = run();
    check_formats(&run, 440);
    check_digits(&run, 500);
}

#[test]
fn incidence_stands_by_cause_and_group_with_grays_test() {
    let run = run();
    let text = csv(&run, "cif");
    assert!(text.contains("Recurrence,,,,0.043"), "{text}");
    assert!(text.contains("  >20 mm,20,9,45.0 (10.0–62.0),"), "{text}");
    assert!(
        text.contains("One minus Kaplan-Meier") && text.contains("35.0% (≤20 mm) and 50.0% (>20 mm)"),
        "{text}"
    );
    let figure = svg(&run, "cif");
    for words in [
        "≤20 mm: recurrence",
        "Gray P = 0.043 (recurrence)",
        "1 − Kaplan-Meier: &gt;20 mm",
        "Death without recurrence",
    ] {
        assert!(figure.contains(words), "{words}");
    }
    // At risk of the group of 20 at time zero once, and the events of both causes below.
    assert_eq!(
        figure.matches(">20</text>").count() - figure.matches("class=\"y-tick\" ").count().min(1),
        2,
        "two groups of 20 and no more, beside the tick"
    );
}

#[test]
fn a_subdistribution_ratio_never_stands_alone() {
    let text = csv(&run(), "fg");
    assert!(
        text.contains("Recurrence: cause-specific")
            && text.contains("Recurrence: subdistribution (Fine-Gray)"),
        "{text}"
    );
    assert!(text.contains("1.62 (0.81–3.24),0.21,1.94 (0.91–4.13),0.088,0.71"), "{text}");
}

#[test]
fn subgroups_have_one_test_of_interaction_per_covariate() {
    let run = run();
    let text = csv(&run, "sub");
    assert!(text.contains("All patients,18 / 18,22 / 22,1.40 (0.80–2.45),"), "{text}");
    assert!(text.contains("Grade,,,,0.37"), "{text}");
    assert!(text.contains("  3,5 / 5,7 / 7,not estimable"), "{text}");
    let figure = svg(&run, "sub");
    assert!(
        figure.contains("18/18") && figure.contains("0.37") && figure.contains("Not estimable"),
        "{figure}"
    );
}

#[test]
fn a_cut_point_is_never_without_its_adjusted_p() {
    let text = csv(&run(), "cut");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].starts_with("Marker") && lines[1].ends_with("2.75,2.41,"), "{text}");
    assert!(lines[2].contains("Permutations of these data,,,0.12"), "{text}");
    assert!(text.contains("0.74") && text.contains("shrunk for its choice 0.31"), "{text}");
}

#[test]
fn empty_cells_are_seen_and_forbid_an_adjusted_effect() {
    let run = run();
    let text = csv(&run, "dose");
    assert!(text.contains("1,8,0 (empty),8"), "{text}");
    assert!(text.contains("All sites,21,19,40"), "{text}");
    assert!(text.contains("1 of 6 combinations of site and dose were never given"), "{text}");
    let text = csv(&run, "dose_within");
    assert!(text.contains("  >20 mm,9,5,0.77 (0.20–2.90),0.70"), "{text}");
    assert!(text.contains("cells of dose by site are empty"), "{text}");
}

#[test]
fn shares_have_exact_intervals_and_what_is_unknown() {
    let run = run();
    let text = csv(&run, "resp");
    assert!(
        text.contains("  All responders,32,80.0 (10.0–95.0)") && text.contains("  Not known,6,"),
        "{text}"
    );
    let text = csv(&run, "tox");
    assert!(text.contains("  Fatigue,0,9,0,0,0,0,0.0 (0.0–8.8)") && text.contains("    Acute,0,9"), "{text}");
    assert!(page(&run).contains("class=\"om-i2\">Acute"), "a phase stands below its term, not beside it");
    assert!(!text.contains("Late"), "a phase in which nothing happened has no row: {text}");
    let text = csv(&run, "prop");
    assert!(text.contains("12 months,40,9,31,0,22.5 (11.0–37.0),10.8–38.5,30.0,0.14"), "{text}");
    let text = csv(&run, "endpoints");
    assert!(text.contains("(delayed entry),31") && text.contains("\u{2212}0.12 (P = 0.24)"), "{text}");
}

#[test]
fn lanes_are_drawn_from_local_tables_alone() {
    let run = run();
    let swimmer = svg(&run, "swim");
    assert!(swimmer.find("S0002").unwrap() < swimmer.find("S0001").unwrap(), "the longest lane is on top");
    assert!(swimmer.contains("Progression") && swimmer.contains("Death"));
    let timeline = svg(&run, "line");
    assert!(
        ["Letrozole", "Systemic therapy", "Radiotherapy", "Imaging"].iter().all(|w| timeline.contains(w))
    );
    assert!(timeline.contains("class=\"uncertain\""), "a month is drawn as a month: {timeline}");
    let mut without = run.clone();
    without.subjects = None;
    let figure = without.outline.figures.iter().find(|f| f.of == "swim").unwrap();
    assert!(compose_figure_pages(&without, figure).unwrap_err().to_string().contains("one by one"));
    let shared = share(run);
    assert!(shared.outline.figures.iter().all(|f| f.of != "swim" && f.of != "line"));
    assert!(!page(&shared).contains("S0001"));
}

#[test]
fn what_is_synthetic_says_so_everywhere() {
    let mut run = run();
    assert!(!page(&run).contains(SYNTHETIC_NOTE));
    run.outline.synthetic = true;
    let html = page(&run);
    let top = html.split_once("<main>").unwrap().0;
    assert!(top.contains(SYNTHETIC_NOTE), "at the top of the page");
    assert!(html.rsplit_once("<footer>").unwrap().1.contains(SYNTHETIC_NOTE));
    for figure in &run.outline.figures {
        for page in compose_figure_pages(&run, figure).unwrap() {
            let words: Vec<&str> = page.text.split("class=\"note\"").skip(1).collect();
            assert!(!words.is_empty(), "{}", figure.id);
            assert!(page.text.contains("neither supports nor refutes the paper."), "{}", figure.id);
        }
    }
    for table in tables(&run) {
        let text = to_csv(&table);
        assert!(text.lines().next().unwrap().ends_with(",note"), "{}", table.id);
        assert!(text.contains(SYNTHETIC_NOTE), "{}", table.id);
    }
    for (name, bytes) in run.to_files().unwrap() {
        assert!(
            !name.ends_with("run.json") || String::from_utf8(bytes).unwrap().contains("\"synthetic\": true")
        );
    }
}

/// Small counts of the new tables, and what would give them away, are not in a shared run.
#[test]
fn shared_blocks_go_as_a_whole() {
    let mut run = run();
    let cell = StatKey::new("dose", "DFS", "dose-by-site").group("grade", "2").variable("size", "≤20 mm");
    let arm = StatKey::new("sub", "DFS", "subgroup.arm").group("size", ">20 mm").variable("grade", "3");
    let grade = {
        let mut key = StatKey::new("tox", "", "toxicity");
        key.groups[1] = Group { name: "phase".into(), level: "acute".into() };
        key.variable("Fatigue", "2")
    };
    let mut add = Add(&mut run);
    for key in [&cell, &arm, &grade] {
        add.numbers(key, &[("n", 3.0)]);
    }
    add.numbers(&StatKey::new("prop", "DFS", "proportion").variable("time", "365.25"), &[("n.risk", 2.0)]);
    let shared = share(run);
    let shown = |context: &str, variable: &str| {
        let rows = shared.stats.rows().iter();
        rows.filter(|r| r.key.context == context && r.key.variable == variable && r.stat.is_some()).count()
    };
    let inner = |r: &&StatRow| {
        r.key.context == "dose-by-site"
            && !r.key.groups[0].level.is_empty()
            && !r.key.variable_level.is_empty()
    };
    assert!(shared.stats.rows().iter().filter(inner).all(|r| r.stat.is_none()));
    assert_eq!(shown("positivity", "size") + shown("within-site", "size"), 0);
    assert_eq!(shown("subgroup.arm", "grade") + shown("subgroup", "grade"), 0);
    let p = StatKey::new("sub", "DFS", "interaction").group("size", "").variable("grade", "");
    assert_eq!(shared.stats.value(&p, "p.value"), Some(0.37), "the test of interaction stays");
    assert_eq!(shown("toxicity", "Fatigue"), 0);
    let share = StatKey::new("prop", "DFS", "proportion").variable("time", "365.25");
    assert!(
        shared.stats.value(&share, "cum.event").is_none() && shared.stats.value(&share, "estimate").is_none()
    );
    assert!(shared.stats.rows().iter().all(|r| r.stat_name != "one.minus.km" || r.stat.is_none()));
    let text = page(&shared);
    assert!(text.contains("made to be shared"));
}

#[test]
fn a_shared_incidence_begins_at_zero_and_keeps_its_causes_apart() {
    let shared = share(run());
    let rows: Vec<&CurveRow> = shared.curves.iter().filter(|r| r.analysis_id == "cif").collect();
    assert!(!rows.is_empty());
    for row in &rows {
        assert!(!row.cause.is_empty() && row.one_minus_km.is_none());
        assert!(row.time > 0.0 || row.estimate == 0.0, "{row:?}");
    }
}

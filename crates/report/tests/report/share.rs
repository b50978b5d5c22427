//! What a shared run must not give away: an attacker with all of its numbers and the sums that tables obey.

use std::collections::BTreeMap;

use oligomet_report::share;
use oligomet_results::{RunResults, StatKey};

use crate::fixture::{self, Recipe};
use crate::page::page;

/// Recipes with rare levels of several kinds.
fn recipes() -> Vec<Recipe> {
    let names = |n: u32| (1..=n).map(|i| i.to_string()).collect::<Vec<_>>();
    vec![
        Recipe::default(),
        Recipe { grade_of: |i| if i < 3 { 0 } else { 1 + i % 2 }, ..Recipe::default() },
        Recipe {
            grade_of: |i| {
                if i < 4 {
                    0
                } else if i < 8 {
                    1
                } else {
                    2
                }
            },
            ..Recipe::default()
        },
        Recipe { grades: names(2), grade_of: |i| u32::from(i >= 2), ..Recipe::default() },
        Recipe { grades: names(40), grade_of: |i| i % 40 + i % 3, ..Recipe::default() },
        Recipe { n: 40, ..Recipe::default() },
        Recipe { n: 9, ..Recipe::default() },
        Recipe { n: 3, ..Recipe::default() },
        Recipe { n: 3000, grade_of: |i| if i % 900 == 0 { 2 } else { i % 2 }, ..Recipe::default() },
    ]
}

type Cell = (StatKey, &'static str);

/// `total = sum of parts`, for every table of the run.
fn equations(run: &RunResults) -> Vec<(Cell, Vec<Cell>)> {
    let mut out = flow_equations(run);
    for row in run.stats.rows().iter().filter(|r| r.stat_name == "n" && r.key.context == "table1") {
        let column = StatKey { variable: String::new(), variable_level: String::new(), ..row.key.clone() };
        for variable in ["grade", "size"] {
            let of = |level: &str| column.clone().variable(variable, level);
            let levels: Vec<Cell> = levels(run, variable).iter().map(|l| (of(l), "n")).collect();
            out.push(((of(""), "n"), levels.clone()));
            out.push(((column.clone(), "n"), vec![(of(""), "n"), (of(""), "n.missing")]));
            out.push(((column.clone(), "n"), [levels, vec![(of(""), "n.missing")]].concat()));
        }
    }
    out.extend(rate_equations(run));
    out.extend(model_equations(run));
    out
}

fn levels(run: &RunResults, variable: &str) -> Vec<String> {
    run.outline.variables.iter().find(|v| v.name == variable).unwrap().levels.clone()
}

fn flow_equations(run: &RunResults) -> Vec<(Cell, Vec<Cell>)> {
    let key = |id: &str| StatKey::new("flow", "", "flow").variable(id, "");
    let steps: Vec<&str> =
        run.outline.flow.iter().filter(|s| s.kind != "endpoint").map(|s| s.id.as_str()).collect();
    steps.windows(2).map(|s| ((key(s[0]), "n"), vec![(key(s[1]), "n"), (key(s[1]), "n.excluded")])).collect()
}

/// Everybody is the sum of the levels and of those with an unknown level: of patients, and at each time where no level is unknown.
fn rate_equations(run: &RunResults) -> Vec<(Cell, Vec<Cell>)> {
    let all = StatKey::new("rate_os", "OS", "rate");
    let mut out = Vec::new();
    for variable in ["grade", "size"] {
        let missing = (all.clone().group(variable, "").variable("missing", ""), "n.missing");
        let of = |level: &String, what: &str, at: &str| all.clone().group(variable, level).variable(what, at);
        let n = levels(run, variable).iter().map(|l| (of(l, "n", ""), "n")).chain([missing]).collect();
        out.push(((all.clone().variable("n", ""), "n"), n));
        if variable == "size" {
            continue;
        }
        let events = levels(run, variable).iter().map(|l| (of(l, "n", ""), "n.event")).collect();
        out.push(((all.clone().variable("n", ""), "n.event"), events));
        for at in ["730.5", "1826.25"] {
            for name in ["n.risk", "cum.event"] {
                let parts = levels(run, variable).iter().map(|l| (of(l, "time", at), name)).collect();
                out.push(((all.clone().variable("time", at), name), parts));
            }
        }
    }
    out
}

fn model_equations(run: &RunResults) -> Vec<(Cell, Vec<Cell>)> {
    let fit = StatKey::new("cox_os", "OS", "cox.fit");
    let followed = (StatKey::new("followup", "OS", "followup").variable("n", ""), "n");
    let curve = |level: &String| {
        (StatKey::new("km_os", "OS", "survival").group("grade", level).variable("n", ""), "n")
    };
    vec![
        (followed.clone(), vec![(fit.clone(), "n"), (fit, "n.missing")]),
        (followed, levels(run, "grade").iter().map(curve).collect()),
    ]
}

/// Solves every equation with one unknown until nothing new comes out.
fn attack(shared: &RunResults, equations: &[(Cell, Vec<Cell>)]) -> BTreeMap<Cell, f64> {
    let mut known: BTreeMap<Cell, f64> = BTreeMap::new();
    for (total, parts) in equations {
        for (key, name) in parts.iter().chain([total]) {
            if let Some(n) = shared.stats.value(key, name) {
                known.insert((key.clone(), name), n);
            }
        }
    }
    let mut found = BTreeMap::new();
    loop {
        let before = found.len();
        for (total, parts) in equations {
            let unknown: Vec<&Cell> =
                parts.iter().chain([total]).filter(|c| !known.contains_key(c)).collect();
            let [only] = unknown[..] else { continue };
            let rest: f64 = parts.iter().filter_map(|c| known.get(c)).sum();
            let value = if only == total { rest } else { known[total] - rest };
            known.insert(only.clone(), value);
            found.insert(only.clone(), value);
        }
        if found.len() == before {
            return found;
        }
    }
}

#[test]
fn no_withheld_small_count_can_be_computed() {
    for (i, recipe) in recipes().iter().enumerate() {
        let run = fixture::run_of(recipe);
        let shared = share(run.clone());
        for ((key, name), value) in attack(&shared, &equations(&run)) {
            let truth = run.stats.value(&key, name);
            assert!(
                !(value > 0.0 && value < 5.0 && truth == Some(value)),
                "recipe {i}: {key:?} {name} computed as {value}"
            );
        }
    }
}

#[test]
fn the_attack_works_where_nothing_is_withheld_beside_the_small_cell() {
    let run = fixture::run_of(&recipes()[1]);
    let mut naive = run.clone();
    for row in naive.stats.rows_mut() {
        if row.stat_name == "n" && row.stat.is_some_and(|n| n > 0.0 && n < 5.0) {
            row.stat = None;
        }
    }
    assert!(attack(&naive, &equations(&run)).values().any(|n| *n == 3.0));
}

#[test]
fn no_small_count_is_left() {
    for recipe in recipes() {
        let shared = share(fixture::run_of(&recipe));
        assert!(shared.subjects.is_none() && shared.outline.shared);
        for row in shared.stats.rows() {
            let count =
                row.stat_name == "n" || row.stat_name.starts_with("n.") || row.stat_name == "cum.event";
            assert!(!(count && row.stat.is_some_and(|n| n > 0.0 && n < 5.0)), "{row:?}");
            assert!(!row.suppressed || row.stat.is_none());
        }
        assert!(shared.cohorts.iter().all(|c| c.n >= 5.0));
    }
}

#[test]
fn shares_of_withheld_counts_are_withheld() {
    for recipe in recipes() {
        let shared = share(fixture::run_of(&recipe));
        for row in shared.stats.rows().iter().filter(|r| r.stat_name == "p") {
            let n = shared.stats.row(&row.key, "n").unwrap();
            assert_eq!(n.suppressed, row.suppressed, "{:?}", row.key);
        }
    }
}

#[test]
fn steps_of_shared_curves_show_nobody_or_enough() {
    let enough = |n: f64| n == 0.0 || n >= 5.0;
    for recipe in recipes() {
        let run = fixture::run_of(&recipe);
        let shared = share(run.clone());
        for pair in shared.curves.windows(2) {
            let [a, b] = pair else { continue };
            assert!(
                enough(a.n_risk) && enough(a.n_event) && enough(a.cum_event) && a.n_censor == 0.0,
                "{a:?}"
            );
            assert!(a.n_risk % 5.0 == 0.0 || a.time == 0.0, "{a:?}");
            assert!(a.estimate == (a.estimate * 1000.0).round() / 1000.0 && a.std_error.is_none());
            if (&a.analysis_id, &a.group_level) == (&b.analysis_id, &b.group_level) {
                assert!(enough(b.cum_event - a.cum_event), "{a:?} {b:?}");
                assert!(a.time < b.time);
            }
        }
        let last_shown = shared.curves.iter().map(|r| r.time).fold(0.0, f64::max);
        let last = run.curves.iter().map(|r| r.time).fold(0.0, f64::max);
        assert!(last_shown < last || shared.curves.is_empty());
    }
}

/// All curves of an endpoint have the same times, so that at no time one curve is the difference of two others.
#[test]
fn curves_of_one_endpoint_share_their_times() {
    let shared = share(fixture::run_of(&recipes()[8]));
    let mut times: BTreeMap<(&str, &str), Vec<u64>> = BTreeMap::new();
    for row in shared.curves.iter().filter(|r| r.endpoint == "OS") {
        times.entry((&row.analysis_id, &row.group_level)).or_default().push(row.time.to_bits());
    }
    let all: Vec<&Vec<u64>> = times.values().collect();
    assert!(!all.is_empty() && all[0].len() > 10, "{} times", all[0].len());
    assert!(all.iter().all(|t| t == &all[0]));
}

#[test]
fn the_shared_page_names_nobody_and_quotes_no_cell() {
    let run = fixture::run_of(&recipes()[8]);
    let html = page(&share(run));
    assert!(!html.contains("S0001") && html.contains("\"subjects\":null"));
    assert!(!html.contains("31.02.2019") && !html.contains("row 218"));
    assert!(html.contains("&lt;5") && html.contains("withheld") && html.contains("made to be shared"));
}

#[test]
fn a_large_study_without_small_cells_keeps_its_numbers() {
    let run = fixture::run_of(&Recipe { n: 3000, ..Recipe::default() });
    let shared = share(run.clone());
    let key = StatKey::new("km_os", "OS", "survival").group("grade", "3").variable("n", "");
    assert_eq!(shared.stats.value(&key, "n"), run.stats.value(&key, "n"));
    let withheld: Vec<_> =
        shared.stats.rows().iter().filter(|r| r.suppressed).map(|r| (&r.key.context, &r.stat_name)).collect();
    assert!(
        withheld.iter().all(|(c, n)| *c == "flow" || matches!(n.as_str(), "min" | "max" | "n.risk")),
        "{withheld:?}"
    );
}

/// The same steps with no least cell: only the subjects go.
#[test]
fn without_a_least_cell_the_counts_stay() {
    let mut run = fixture::run();
    run.outline.min_cell = 0;
    let shared = share(run.clone());
    let n = |r: &RunResults| {
        r.stats.rows().iter().filter(|r| r.stat_name == "n").map(|r| r.stat).collect::<Vec<_>>()
    };
    assert_eq!(n(&shared), n(&run));
    assert!(shared.curves.iter().all(|r| r.n_risk.is_finite()) && shared.subjects.is_none());
}

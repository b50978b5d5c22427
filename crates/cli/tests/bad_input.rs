//! Inputs that a hurried person gets wrong: each a problem with a way out, nothing half-written.

mod common;

use common::{Study, patients};

#[test]
fn a_misspelt_column_in_the_site_file_is_named_with_the_nearest() {
    let study = Study::sound();
    study.change("site.toml", "from = \"age\"", "from = \"aeg\"");
    study.run().told(1, &["aeg", "`age`", "mend:"]);
    assert!(!study.has_run());
}

#[test]
fn a_misspelt_column_in_a_rule_is_underlined() {
    let study = Study::sound();
    let rule = "[cohort]\n[[eligibility]]\nid = \"adult\"\nkeep = \"agee >= 18\"\nlabel = \"Child\"\nmissing = \"keep\"\n";
    let text = common::STUDY.replace("[cohort]\ntime_zero = \"surgery\"\n", "");
    study.write(
        "study.toml",
        &format!("{text}\n{}", rule.replace("[cohort]\n", "[cohort]\ntime_zero = \"surgery\"\n")),
    );
    study.run().told(1, &["there is no column `agee`", "did you mean `age`?", "^^^^"]);
}

#[test]
fn misspelt_keys_and_words_are_all_told_at_once() {
    let study = Study::sound();
    study.change("study.toml", "title = \"A test\"", "titel = \"A test\"");
    study.change("study.toml", "kind = \"km\"", "kind = \"kaplan\"");
    study.change("study.toml", "by = \"arm\"", "by = \"amr\"");
    let said = study.oligomet(&["check", "study.toml"]);
    said.told(1, &["has no key `titel`", "did you mean `title`?", "line 4"]);
    said.told(1, &["cannot be \"kaplan\""]);
}

#[test]
fn the_four_choices_are_asked_with_their_answers() {
    let study = Study::sound();
    study.change("study.toml", "time_zero = \"surgery\"", "time_zero = \"?\"");
    study.change("study.toml", "censor = \"time\"", "censor = \"?\"");
    study.change("study.toml", "ref = \"A\"", "ref = \"?\"");
    study.change("study.toml", "missing = \"complete-case\"", "missing = \"?\"");
    let said = study.oligomet(&["check", "study.toml"]);
    said.told(
        1,
        &["from which date do you count?", "surgery", "write one of: A, B, C", "write one of: complete-case"],
    );
    assert_eq!(said.errors.matches("error[OM306]").count(), 4, "{}", said.errors);
}

#[test]
fn an_impossible_value_is_set_aside_and_told_and_the_rest_goes_on() {
    let study = Study::sound();
    study.change("data.csv", "P03,61,b,141,0", "P03,sixty,b,141,0");
    study.run().told(0, &["sixty", "data.csv, row 5, column `age`", "why:", "mend:"]);
    assert_eq!(study.stat(&["km", "survival", "arm", "B", "n", "n"]).as_deref(), Some("30"));
    assert_eq!(study.stat(&["cox", "cox.fit", "n.missing"]).as_deref(), Some("1"));
    // With --strict the same warning is a failure for scripts.
    assert_eq!(study.oligomet(&["run", "study.toml", "--strict"]).code, Some(1));
}

#[test]
fn a_negative_time_leaves_the_endpoint_counted() {
    let study = Study::sound();
    study.change("data.csv", "P03,61,b,141,0", "P03,61,b,-141,1");
    study
        .run()
        .told(0, &["1 patient not analysed for OS: event or end of follow-up before time zero", "row 5"]);
    assert_eq!(study.stat(&["flow", "endpoint:OS", "n"]).as_deref(), Some("59"));
}

#[test]
fn conflicting_rows_of_one_patient_are_set_aside_and_counted() {
    let study = Study::sound();
    study.change("data.csv", "P03,61,b,141,0", "P02,61,b,141,0");
    study.run().told(0, &["P02"]);
    assert_eq!(study.stat(&["flow", "final", "n"]).as_deref(), Some("58"));
}

#[test]
fn a_single_event_gives_curves_and_no_regression() {
    let study = Study::sound();
    let alive: String = patients()
        .lines()
        .map(|l| l.strip_suffix(",1").map_or_else(|| l.into(), |l| format!("{l},0")) + "\n")
        .collect();
    study.write("data.csv", &alive.replacen("P05,44,b,215,0", "P05,44,b,215,1", 1));
    study.run().told(0, &["not fitted: 1 event, fewer than 10"]);
    assert_eq!(study.stat(&["km", "survival", "B", "n.event"]).as_deref(), Some("1"));
    assert_eq!(study.stat(&["cox", "cox", "age", "estimate"]).as_deref(), Some(""));
}

#[test]
fn a_group_without_events_and_a_level_without_patients_are_shown() {
    let study = Study::sound();
    let spared: String = patients()
        .lines()
        .map(|l| {
            if l.contains(",a,") {
                format!("{},0\n", l.rsplit_once(',').expect("cells").0)
            } else {
                format!("{l}\n")
            }
        })
        .collect();
    study.write("data.csv", &spared);
    let said = study.run();
    // Nobody in arm A has the event: the hazard ratio of B against A has no finite estimate.
    said.told(0, &["separates patients with the event"]);
    assert_eq!(study.stat(&["km", "survival", "A", "n.event"]).as_deref(), Some("0"));
    assert_eq!(study.stat(&["km", "survival", "C", "n"]).as_deref(), Some("0"));
    assert_eq!(study.stat(&["cox", "cox", "arm", "B", "hazard.ratio"]).as_deref(), Some(""));
    let report = std::fs::read_to_string(study.path("run/report.html")).expect("a report");
    assert!(report.contains("not estimable"));
}

#[test]
fn constant_and_collinear_covariates_have_no_estimate_and_say_why() {
    let study = Study::sound();
    study.change(
        "study.toml",
        "[[analysis]]",
        "[covariate.years]\nfrom = \"age * 2\"\n[covariate.same]\nfrom = \"age * 0\"\n[[analysis]]",
    );
    study.change("study.toml", "terms = [\"age\", \"arm\"]", "terms = [\"age\", \"years\", \"same\"]");
    study.run().told(0, &[]);
    let stats = std::fs::read_to_string(study.path("run/results/stats.csv")).expect("stats");
    assert!(stats.contains("not estimable: it is the same in all patients"), "{stats}");
    assert!(stats.contains("not estimable: it follows from Age"), "{stats}");
}

#[test]
fn five_hundred_levels_are_a_warning() {
    let study = Study::sound();
    let levels: Vec<String> = (0..500).map(|k| format!("\"l{k}\" = \"L{k}\"")).collect();
    study.change(
        "site.toml",
        "levels = { \"a\" = \"A\", \"b\" = \"B\", \"c\" = \"C\" }",
        &format!("levels = {{ {} }}", levels.join(", ")),
    );
    let mut csv = String::from("id,age,arm,time,dead\n");
    for i in 0..1500 {
        csv.push_str(&format!(
            "P{i},{},l{},{},{}\n",
            30 + i % 50,
            i % 500,
            10 + (i * 37) % 900,
            u8::from(i % 3 > 0)
        ));
    }
    study.write("data.csv", &csv);
    study.change("study.toml", "ref = \"A\"", "ref = \"L0\"");
    study.run().told(0, &["has 500 levels"]);
    assert!(study.has_run());
}

#[test]
fn an_empty_cohort_says_which_rule_left_nobody() {
    let study = Study::sound();
    study.change(
        "study.toml",
        "[endpoint.OS]",
        "[[eligibility]]\nid = \"old\"\nkeep = \"age > 200\"\nlabel = \"Not older than 200\"\nmissing = \"drop\"\n[endpoint.OS]",
    );
    study.run().told(1, &["nobody is left", "60 left by \"Not older than 200\""]);
    assert!(!study.has_run() && study.leftovers().is_empty());
}

#[test]
fn a_late_event_of_a_composite_endpoint_must_be_decided() {
    let study = Study::sound();
    study.change("site.toml", "[event.death]", "[column.recurred]\nfrom = \"dead\"\ntype = \"yes-no\"\nlabel = \"R\"\nyes = [\"1\"]\nno = [\"0\"]\n[column.seen]\nfrom = \"age\"\ntype = \"duration\"\nunit = \"days\"\nlabel = \"Seen until\"\n[event.recurrence]\nlabel = \"Recurrence\"\nhappened = \"recurred\"\ntime = \"time\"\n[event.death]");
    study.change(
        "study.toml",
        "event = [\"death\"]\ncensor = \"time\"",
        "event = [\"recurrence\", \"death\"]\ncensor = \"seen\"",
    );
    study.run().told(1, &["error[OM110]", "after_censor = \"censor\""]);
    study.change("study.toml", "censor = \"seen\"", "censor = \"seen\"\nafter_censor = \"count\"");
    study.run().told(0, &[]);
}

#[test]
fn files_that_are_not_what_their_names_say() {
    let study = Study::sound();
    study.change("site.toml", "file = \"data.csv\"", "file = \"data.xlsx\"");
    study.write("data.xlsx", &patients());
    study.run().told(1, &["error[OM2", "data.xlsx", "mend:"]);
    study.change("site.toml", "data.xlsx", "data.parquet");
    study.write("data.parquet", "PAR1 and then nothing");
    study.run().told(1, &["error[OM2", "data.parquet"]);
    study.change("site.toml", "data.parquet", "nowhere.csv");
    study.run().told(1, &["error[OM201]", "nowhere.csv"]);
    assert!(!study.has_run());
}

#[test]
fn a_folder_that_is_no_run_is_never_replaced() {
    let study = Study::sound();
    std::fs::create_dir(study.path("precious")).expect("a folder");
    study.write("precious/thesis.txt", "years of work");
    study.oligomet(&["run", "study.toml", "--out", "precious"]).told(1, &["error[OM332]", "--out"]);
    assert!(study.path("precious/thesis.txt").exists());
    // A file in the way of the folder.
    study.oligomet(&["run", "study.toml", "--out", "data.csv/run"]).told(1, &["error[OM331]"]);
}

#[test]
fn arguments_that_make_no_sense_end_with_2() {
    let study = Study::sound();
    assert_eq!(study.oligomet(&["run"]).code, Some(2));
    assert_eq!(study.oligomet(&["fly"]).code, Some(2));
    study.oligomet(&["run", "nothing.toml"]).told(1, &["nothing.toml", "mend:"]);
    study.oligomet(&["explain", "OM99"]).told(1, &["there is no code"]);
    assert!(study.oligomet(&["explain", "om110"]).text.contains("after_censor"));
}

#[test]
fn problems_can_be_read_by_programs() {
    let study = Study::sound();
    study.change("study.toml", "by = \"arm\"", "by = \"amr\"");
    let said = study.oligomet(&["check", "study.toml", "--format", "json"]);
    let problems: serde_json::Value = serde_json::from_str(&said.text).expect("JSON");
    assert_eq!(problems[0]["code"], "OM314");
    assert!(problems[0]["where"]["line"].as_u64() > Some(10));
}

/// A disk that is full refuses writes; here a limit on the size of files does.
#[cfg(unix)]
#[test]
fn a_disk_that_refuses_leaves_nothing_behind() {
    let study = Study::sound();
    let program = env!("CARGO_BIN_EXE_oligomet");
    let output = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -f 20; trap '' XFSZ; exec {program} run study.toml"))
        .current_dir(study.path(""))
        .output()
        .expect("a shell");
    common::Said::of(output).told(1, &["error[OM331]", "nothing half-written"]);
    assert!(!study.has_run() && study.leftovers().is_empty(), "{:?}", study.leftovers());
}

/// Ctrl-C in the middle: nothing under the run's name, nothing of ours beside it, an earlier run untouched.
#[cfg(unix)]
#[test]
fn ctrl_c_in_the_middle_leaves_nothing_half_written() {
    let study = Study::sound();
    let mut csv = String::from("id,age,arm,time,dead\n");
    for i in 0..400_000 {
        csv.push_str(&format!(
            "P{i},{},{},{},{}\n",
            30 + i % 50,
            ["a", "b"][i % 2],
            10 + (i * 37) % 3000,
            u8::from(i % 3 > 0)
        ));
    }
    study.write("data.csv", &csv);
    let mut child = study
        .command(&["run", "study.toml"])
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let stopped = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(stopped.is_ok_and(|s| s.success()), "it ended before it could be stopped");
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(1));
    assert!(!study.has_run() && study.leftovers().is_empty(), "{:?}", study.leftovers());
}

#[test]
fn unknown_definitions_factors_and_clusters_are_told_at_their_lines() {
    let study = Study::lesions();
    study.change("study.toml", "definition = \"lc-lesion\"", "definition = \"lc-lesions\"");
    study.change("study.toml", "min_risk_set = 20", "min_risk_set = 0.5");
    study.change("study.toml", "against = 0.3", "against = 30");
    study.change("study.toml", "factor = \"dose\"", "factor = \"doze\"");
    study.change("study.toml", "cluster = \"none\"", "cluster = \"patient_idd\"");
    study.change("study.toml", "terms = [\"bed\", \"age\"]", "terms = [\"bed\", \"grade\"]");
    let said = study.oligomet(&["check", "study.toml"]);
    said.told(1, &["cannot be \"lc-lesions\"", "did you mean `lc-lesion`?", "`min_risk_set`", "0.5"]);
    said.told(1, &["`against` of `rdt` must lie between 0 and 1", "`doze`", "did you mean `dose`?"]);
    said.told(1, &["no column of clusters `patient_idd`", "error[OM326]"]);
}

#[test]
fn what_a_kind_cannot_do_without_is_named() {
    let study = Study::sound();
    let kinds = "[[analysis]]\nid = \"f\"\nkind = \"subgroups\"\nendpoint = \"OS\"\nvars = [\"arm\"]\n[[analysis]]\nid = \"d\"\nkind = \"dose-by-site\"\n[[analysis]]\nid = \"s\"\nkind = \"swimmer\"\nendpoint = \"OS\"\nmarks = [\"deth\"]\n";
    study.change("study.toml", "[[analysis]]", &format!("{kinds}[[analysis]]"));
    let said = study.oligomet(&["check", "study.toml"]);
    said.told(1, &["analysis `f` needs `factor`", "analysis `d` needs `dose`", "analysis `d` needs `site`"]);
    said.told(1, &["there is no event `deth`", "did you mean `death`?"]);
}

/// Entry is the day of the last contact: nobody was ever under observation. The endpoint is empty, counted, and the others go on.
#[test]
fn entry_after_the_end_everywhere_leaves_the_endpoint_empty_and_counted() {
    let study = Study::lesions();
    study.change("study.toml", "entry = \"reassessment_date\"", "entry = \"linkage_date\"");
    study.run().told(0, &[]);
    assert_eq!(study.stat(&["flow", "endpoint:OSdx", "n"]).as_deref(), Some("0"));
    let findings = study.findings();
    assert!(findings.contains("OM115") && findings.contains("`km_dx` could not be estimated"), "{findings}");
    assert!(study.stat(&["km", "survival", "n.event"]).is_some());
}

#[test]
fn nobody_no_event_and_one_group_are_said_and_not_computed() {
    let study = Study::lesions();
    study.change("study.toml", "where = \"age > 65\"", "where = \"age > 200\"");
    study.change(
        "study.toml",
        "at = [87], labels = [\"<87 Gy\", \">=87 Gy\"]",
        "at = [500], labels = [\"<87 Gy\", \">=87 Gy\"]",
    );
    study.run().told(0, &[]);
    let findings = study.findings();
    assert!(findings.contains("`cif_brain` could not be estimated"), "{findings}");
    let stats = std::fs::read_to_string(study.path("run/results/stats.csv")).expect("stats");
    assert!(!stats.contains("NaN") && !stats.contains("never given"), "one dose alone has no empty cell");
}

/// Among those alive nobody died: the competing cause stands with 0 events, and nothing breaks.
#[test]
fn a_competing_event_that_nobody_had_is_shown_as_such() {
    let study = Study::lesions();
    study.change("study.toml", "where = \"age > 65\"", "where = \"death_date IS NULL\"");
    study.run().told(0, &[]);
    let of = |stat: &str| study.stat(&["cif_brain", "cif", "Brain", "cause", "Death", "n", stat]);
    assert_eq!(of("n.event").as_deref(), Some("0"));
}

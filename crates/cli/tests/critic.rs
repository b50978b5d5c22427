//! Errors of method as a user meets them: in `check`, in `run`, and explained.

mod common;

use common::Study;

/// Two nested cuts of age and a model that 60 patients cannot carry.
fn doubtful() -> Study {
    let study = Study::sound();
    let cut = |at: u32| {
        format!(
            "[covariate.age{at}]\nfrom = \"age\"\ncut = {{ at = [{at}], labels = [\"<{at}\", \">={at}\"] }}\ncut_source = \"literature\"\nref = \"<{at}\"\n"
        )
    };
    study.change(
        "study.toml",
        "[covariate.arm]",
        &format!("{}{}{}[covariate.arm]", cut(50), cut(55), cut(60)),
    );
    study.change(
        "study.toml",
        "terms = [\"age\", \"arm\"]",
        "terms = [\"age50\", \"age55\", \"age60\", \"arm\"]",
    );
    study
}

#[test]
fn check_tells_errors_of_method_at_their_line_with_what_to_write() {
    let study = doubtful();
    let said = study.oligomet(&["check", "study.toml"]);
    said.told(0, &["warning[OM132]: 4 parameters for", "warning[OM133]: `age50`, `age55`, `age60`"]);
    said.told(0, &["study.toml, line", "terms = [\"age50\", \"arm\"]", "hazard ratio of"]);
    assert!(said.text.contains("The study can run"), "{}", said.text);
    assert_eq!(study.oligomet(&["check", "study.toml", "--strict"]).code, Some(1));
}

#[test]
fn json_has_all_findings_with_their_harm_the_most_harmful_first() {
    let said = doubtful().oligomet(&["check", "study.toml", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&said.text).expect("JSON");
    let harms: Vec<f64> =
        found.as_array().expect("a list").iter().filter_map(|p| p["harm"].as_f64()).collect();
    assert!(harms.len() >= 2 && harms.windows(2).all(|w| w[0] >= w[1]), "{harms:?}");
}

#[test]
fn a_run_carries_the_findings_and_tells_few_events_once() {
    let study = doubtful();
    study.run().told(0, &["OM132", "OM133"]);
    let findings = std::fs::read_to_string(study.path("run/results/findings.csv")).expect("findings");
    assert!(findings.contains("OM132") && !findings.contains("OM108"), "{findings}");
}

#[test]
fn a_sound_study_has_no_finding() {
    let said = Study::sound().oligomet(&["check", "study.toml"]);
    assert!(said.errors.is_empty(), "{}", said.errors);
}

#[test]
fn nobody_left_is_told_before_the_run() {
    let study = Study::sound();
    let rule = "[[eligibility]]\nid = \"old\"\nkeep = \"age > 200\"\nlabel = \"Younger\"\nmissing = \"drop\"\n[endpoint.OS]";
    study.change("study.toml", "[endpoint.OS]", rule);
    study.oligomet(&["check", "study.toml"]).told(1, &["error[OM323]"]);
}

#[test]
fn every_rule_is_explained_with_its_page() {
    let study = Study::sound();
    for code in 130..=141 {
        let said = study.oligomet(&["explain", &format!("OM{code}")]);
        for part in ["**By hand.**", "**Harm**", "**When it fires.**", "**Write instead.**", "**Source.**"] {
            assert!(said.text.contains(part), "OM{code} has no {part}");
        }
    }
}

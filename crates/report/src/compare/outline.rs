//! Changes of methods, definitions and files.

use std::collections::BTreeMap;

use oligomet_results::{MethodRow, Outline, RunResults};

use super::{Change, ChangeKind};

/// Methods that are new, gone, or have other options.
pub(super) fn methods(earlier: &RunResults, later: &RunResults) -> Vec<Change> {
    let named = |run: &RunResults| -> BTreeMap<String, MethodRow> {
        run.methods.iter().map(|m| (m.method_id.clone(), m.clone())).collect()
    };
    let (before, after) = (named(earlier), named(later));
    let mut out = Vec::new();
    for (id, method) in &after {
        match before.get(id) {
            None => out.push(format!("Method {}: only in the later run", method.title)),
            Some(old) if old.options != method.options => {
                out.push(format!("Method {}: options {} to {}", method.title, old.options, method.options));
            }
            Some(old) if old != method => {
                out.push(format!("Method {}: described in other words", method.title))
            }
            Some(_) => {}
        }
    }
    for (id, method) in &before {
        if !after.contains_key(id) {
            out.push(format!("Method {}: only in the earlier run", method.title));
        }
    }
    out.into_iter().map(|text| Change { kind: ChangeKind::Method, text }).collect()
}

/// Endpoints, variables, rules of the flow and analyses whose definition differs.
pub(super) fn definitions(earlier: &RunResults, later: &RunResults) -> Vec<Change> {
    let (a, b) = (&earlier.outline, &later.outline);
    let mut out = Vec::new();
    out.extend(differing("Endpoint", &a.endpoints, &b.endpoints, |e| &e.name, |e| e.sentence.clone()));
    let variable = |v: &oligomet_results::VariableOutline| {
        format!("{}; levels {}; reference {}", v.definition, v.levels.join(", "), v.reference)
    };
    out.extend(differing("Variable", &a.variables, &b.variables, |v| &v.name, variable));
    let step = |s: &oligomet_results::FlowOutline| format!("{} {}", s.rule, s.missing).trim_end().to_owned();
    out.extend(differing("Step of the flow", &a.flow, &b.flow, |s| &s.id, step));
    for (name, old, new) in study_fields(a, b) {
        if old != new {
            out.push(format!("{name}: {} to {}", or_none(old), or_none(new)));
        }
    }
    let analysis = |x: &oligomet_results::AnalysisOutline| oligomet_results::AnalysisOutline {
        title: String::new(),
        ..x.clone()
    };
    for new in &b.analyses {
        if a.analyses.iter().any(|old| old.id == new.id && analysis(old) != analysis(new)) {
            out.push(format!("Analysis {}: its options differ", new.id));
        }
    }
    out.into_iter().map(|text| Change { kind: ChangeKind::Definition, text }).collect()
}

fn study_fields<'a>(a: &'a Outline, b: &'a Outline) -> [(&'static str, &'a str, &'a str); 4] {
    [
        ("Time zero", &a.study.time_zero, &b.study.time_zero),
        ("Population", &a.study.population, &b.study.population),
        ("Period", &a.study.period, &b.study.period),
        ("Data cut-off", &a.study.cutoff, &b.study.cutoff),
    ]
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

/// Things of the same name with another definition, and those that only one run has.
fn differing<T>(
    what: &str,
    before: &[T],
    after: &[T],
    name: impl Fn(&T) -> &String,
    definition: impl Fn(&T) -> String,
) -> Vec<String> {
    let mut out = Vec::new();
    for new in after {
        match before.iter().find(|old| name(old) == name(new)) {
            None => out.push(format!("{what} {}: only in the later run", name(new))),
            Some(old) if definition(old) != definition(new) => {
                out.push(format!("{what} {}: \"{}\" to \"{}\"", name(new), definition(old), definition(new)));
            }
            Some(_) => {}
        }
    }
    for old in before {
        if !after.iter().any(|new| name(new) == name(old)) {
            out.push(format!("{what} {}: only in the earlier run", name(old)));
        }
    }
    out
}

/// Files, study, site file and program.
pub(super) fn provenance(earlier: &RunResults, later: &RunResults) -> Vec<Change> {
    let (a, b) = (&earlier.outline, &later.outline);
    let mut out = Vec::new();
    let source = |s: &oligomet_results::SourceOutline| s.sha256.clone();
    let names = |list: &[oligomet_results::SourceOutline]| {
        list.iter().map(|s| format!("{} {}", s.name, s.sheet)).collect::<Vec<_>>()
    };
    if names(&a.sources) == names(&b.sources) {
        for (old, new) in a.sources.iter().zip(&b.sources).filter(|(old, new)| source(old) != source(new)) {
            out.push(format!("{}: other contents ({} to {} rows)", new.name, old.n_rows, new.n_rows));
        }
    } else {
        out.push(format!("Files read: {} to {}", names(&a.sources).join(", "), names(&b.sources).join(", ")));
    }
    for (what, old, new) in
        [("study file", &a.study_sha256, &b.study_sha256), ("site file", &a.site_sha256, &b.site_sha256)]
    {
        if old != new {
            out.push(format!("The {what} differs"));
        }
    }
    if a.program_version != b.program_version {
        out.push(format!("Oligomet {} to {}", a.program_version, b.program_version));
    }
    if a.shared != b.shared {
        let which = if b.shared { "later" } else { "earlier" };
        out.push(format!("The {which} run was made to be shared: small counts are withheld in it"));
    }
    out.into_iter().map(|text| Change { kind: ChangeKind::Provenance, text }).collect()
}

//! `oligomet check`

use std::path::Path;

use oligomet_base::number::counted;
use oligomet_base::{Problem, Problems, Severity};
use oligomet_study::Finding;

use crate::Format;
use crate::console::{Console, Outcome};
use crate::load::load;

/// So many findings of the critic are shown at first.
const FINDINGS_SHOWN: usize = 5;

/// Reads study, site and data, and tells every problem; then errors of method, the most harmful first.
pub(crate) fn check(console: &Console, study: &Path, site: Option<&Path>, all: bool) -> Outcome {
    let loaded = load(console, study, site)?;
    let findings = match oligomet_study::criticise(&loaded.plan, &loaded.base) {
        Ok(findings) => findings,
        Err(stopped) => return Err(loaded.problems.into_iter().chain(stopped).collect()),
    };
    let of_method = findings.iter().map(|f| f.problem.clone());
    let together: Problems = of_method.chain(loaded.problems.clone()).collect();
    console.heed(&together);
    match console.format() {
        Format::Json => console.say(&json(&findings, &loaded.problems)),
        Format::Csv => console.tell(&together),
        Format::Text => {
            console.tell(&loaded.problems);
            let (shown, folded) = first(&findings, if all { usize::MAX } else { FINDINGS_SHOWN });
            console.tell(&shown);
            if folded > 0 {
                console.say(&format!("{folded} more about method: oligomet check --all {}", study.display()));
            }
            let rows = loaded.base.data.table.n_rows();
            let unit = loaded.base.related.as_ref().map_or("patient", |r| r.unit.name());
            console.say(&format!(
                "The study can run: {}, {}. Next: oligomet run {}",
                counted(rows, unit),
                together.summary(),
                study.display()
            ));
        }
    }
    Ok(())
}

/// The first of the findings, and how many are left; of few only warnings are shown, since a note can wait.
fn first(findings: &[Finding], most: usize) -> (Problems, usize) {
    let waits = |p: &Problem| most != usize::MAX && p.severity == Severity::Note;
    let problems = findings.iter().map(|f| &f.problem);
    let shown: Problems = problems.filter(|p| !waits(p)).take(most).cloned().collect();
    let left = findings.len() - shown.len();
    (shown, left)
}

/// All of them, findings of the critic with their harm.
fn json(findings: &[Finding], problems: &Problems) -> String {
    let plain = |problem: &Problem| serde_json::to_value(problem).unwrap_or_default();
    let of_method = findings.iter().map(|f| {
        let mut value = plain(&f.problem);
        if let Some(object) = value.as_object_mut() {
            object.insert("harm".into(), f.harm.into());
        }
        value
    });
    let all: Vec<_> = of_method.chain(problems.iter().map(plain)).collect();
    serde_json::to_string_pretty(&all).unwrap_or_default()
}

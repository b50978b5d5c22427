//! What was put in, as JSON beside the data.

use std::fmt::Write;

use oligomet_base::number::shortest;

use crate::SENTENCE;
use crate::cohort::{Department, PatientTruth};
use crate::hazard::Hazard;
use crate::profile::Profile;

/// The truth behind a department: hazards, coefficients, and the latent times of every patient in months.
#[must_use]
pub fn truth_json(profile: &Profile, department: &Department) -> String {
    let truth = &profile.truth;
    let mut out = String::from("{\n");
    field(&mut out, "note", &text(SENTENCE));
    field(&mut out, "profile", &text(&profile.id));
    field(&mut out, "source", &text(&profile.source));
    field(&mut out, "seed", &department.seed.to_string());
    field(&mut out, "cutoff", &text(&profile.cutoff.to_string()));
    let readings: Vec<String> = profile.readings.iter().map(|r| text(r)).collect();
    field(&mut out, "readings", &format!("[{}]", readings.join(", ")));
    let hazards = [
        ("progression", "end of radiotherapy", &truth.progression),
        ("death_before_progression", "first reassessment", &truth.death_before),
        ("death_after_progression", "progression", &truth.death_after),
        ("local_failure", "end of radiotherapy, by lesion", &truth.local_failure),
        ("stop_toxicity", "first reassessment", &truth.stop_toxicity),
        ("stop_other", "first reassessment", &truth.stop_other),
        ("further_course", "first reassessment", &truth.further_course),
        ("loss", "first reassessment", &truth.loss),
    ];
    let hazards: Vec<String> = hazards
        .iter()
        .map(|(name, clock, h)| format!("    {}: {}", text(name), hazard(profile, clock, h)))
        .collect();
    field(&mut out, "hazards", &format!("{{\n{}\n  }}", hazards.join(",\n")));
    out.push_str("  \"patients\": [\n");
    for (i, patient) in department.truth.iter().enumerate() {
        let comma = if i + 1 < department.truth.len() { "," } else { "" };
        out.push_str("    ");
        write_patient(&mut out, patient);
        out.push_str(comma);
        out.push('\n');
    }
    out.push_str("  ]\n}\n");
    out
}

fn field(out: &mut String, name: &str, value: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(out, "  {}: {value},", text(name));
}

fn hazard(profile: &Profile, clock: &str, hazard: &Hazard) -> String {
    let list = |values: &[f64]| values.iter().map(|v| shortest(*v)).collect::<Vec<_>>().join(", ");
    let effect = |(variable, level, value): &(crate::Variable, u16, f64)| {
        let name = format!("{}={}", variable.name(), profile.levels.name(*variable, *level));
        format!("{}: {}", text(&name), shortest(*value))
    };
    let effects: Vec<String> = hazard.log_hazard_ratio.iter().map(effect).collect();
    format!(
        "{{\"clock\": {}, \"from_month\": [{}], \"per_month\": [{}], \"log_hazard_ratio\": {{{}}}}}",
        text(clock),
        list(&hazard.from),
        list(&hazard.per_month),
        effects.join(", ")
    )
}

fn write_patient(out: &mut String, patient: &PatientTruth) {
    // Writing into a String cannot fail.
    let _ = write!(out, "{{\"id\": {}, \"stratum\": {}", text(&patient.id), text(&patient.stratum));
    for (name, months) in &patient.months {
        let _ = write!(out, ", \"{name}\": {}", month(*months));
    }
    let lesions: Vec<String> = patient.local_failure.iter().map(|m| month(*m)).collect();
    let _ = write!(out, ", \"local_failure\": [{}]}}", lesions.join(", "));
}

/// `null` for what never happens.
fn month(value: f64) -> String {
    if value.is_finite() { shortest((value * 1e4).round() / 1e4) } else { "null".to_owned() }
}

fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

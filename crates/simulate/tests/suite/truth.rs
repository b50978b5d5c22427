//! What was put in comes out: hazards and effects within the error of simulation, and the printed numbers' envelope.

use oligomet_simulate::{Options, Profile, envelope, envelope_csv, simulate};

use crate::profile;

/// Survival at a month of a piecewise constant hazard, written out.
fn survival(from: &[f64], rate: &[f64], month: f64, ratio: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..from.len() {
        let end = from.get(i + 1).copied().unwrap_or(f64::INFINITY);
        sum += (month.min(end) - from[i]).max(0.0) * rate[i];
    }
    (-sum * ratio).exp()
}

fn numbers(json: &str, key: &str) -> Vec<f64> {
    let start = json.find(&format!("\"{key}\": [")).unwrap() + key.len() + 5;
    json[start..].split(']').next().unwrap().split(", ").map(|n| n.parse().unwrap()).collect()
}

#[test]
fn latent_times_have_the_hazard_put_in() {
    let department = simulate(profile(), Options { patients: Some(20_000), seed: Some(11) })
        .unwrap_or_else(|p| panic!("{p}"));
    let json = oligomet_simulate::truth_json(profile(), &department);
    let progression = &json[json.find("\"progression\":").unwrap()..];
    let (from, rate) = (numbers(progression, "from_month"), numbers(progression, "per_month"));
    let line = department.records.children("systemic_line", "patient_id").unwrap();
    let table = department.records.table("systemic_line").unwrap();
    let courses = department.records.children("rt_course", "patient_id").unwrap();
    let course = department.records.table("rt_course").unwrap();
    let day = |d: Option<oligomet_base::PartialDate>| d.and_then(oligomet_base::PartialDate::earliest);
    let (mut early, mut late) = (Vec::new(), Vec::new());
    for (patient, truth) in department.truth.iter().enumerate() {
        if truth.stratum != "oligopersistence" {
            continue;
        }
        let start = day(course.dates("start_date").unwrap()[courses.of(patient)[0] as usize]).unwrap();
        let ongoing = line.of(patient).iter().map(|r| *r as usize).rfind(|&r| {
            table.level("setting", r) == Some("metastatic")
                && day(table.dates("start_date").unwrap()[r]).unwrap() < start
        });
        let ongoing = ongoing.unwrap_or_else(|| panic!("{} has no line before {start}", truth.id));
        let number = table.integers("line_number").unwrap()[ongoing].unwrap();
        let months = truth.months[0].1;
        if number <= 2 { early.push(months) } else { late.push(months) }
    }
    assert!(early.len() > 2000 && late.len() > 800, "{} {}", early.len(), late.len());
    for (times, ratio) in [(early, 1.0), (late, 0.9_f64.exp())] {
        for month in [3.0, 6.0, 14.0, 40.0] {
            let expected = survival(&from, &rate, month, ratio);
            let found = times.iter().filter(|t| **t > month).count() as f64 / times.len() as f64;
            let error = (expected * (1.0 - expected) / times.len() as f64).sqrt();
            assert!((found - expected).abs() < 4.0 * error + 1e-9, "{month}: {found} {expected}");
        }
    }
}

/// One hazard of 0.1 a month, no loss, no death: the median is log 2 / 0.1 after the first month, when imaging begins.
#[test]
fn the_envelope_has_the_median_put_in_at_its_middle() {
    let text = include_str!("../../../../examples/oligoprogression/PROFILE.toml");
    let start = text.find("[truth.progression]").unwrap();
    let end = text.find("[truth.local_failure]").unwrap();
    let known = "[truth.progression]\nfrom_month = [0, 3]\nper_month = [0, 0.1]\n[truth.death_before_progression]\nper_month = [0]\n[truth.death_after_progression]\nper_month = [0]\n";
    let text = format!("{}{known}{}", &text[..start], &text[end..]);
    let (profile, problems) = Profile::read("known.toml", &text);
    let profile = profile.unwrap_or_else(|| panic!("{problems}"));
    let rows = envelope(&profile, "oligoprogression", 300, Some(5)).unwrap_or_else(|p| panic!("{p}"));
    let median = rows.iter().find(|r| r.id == "pfs-ar median").unwrap();
    let expected = 3.0 + std::f64::consts::LN_2 / 0.1;
    let found = median.quantiles[1].unwrap();
    assert!((found - expected).abs() < 0.5, "{found} {expected}");
    assert!(median.quantiles[0].unwrap() < expected && expected < median.quantiles[2].unwrap());
}

#[test]
fn what_was_calibrated_lies_within_the_envelope() {
    let rows = envelope(profile(), "oligoprogression", 400, None).unwrap_or_else(|p| panic!("{p}"));
    let calibrated = |id: &str| {
        id.starts_with("pfs-ar median") && !id.contains("log-rank")
            || id.starts_with("pfs-ar at risk")
            || id.starts_with("stops for progression")
            || id == "pfs-ar mean"
            || id.starts_with("os from diagnosis")
            || id.contains("lines 1-2 and further")
    };
    let checked: Vec<_> = rows.iter().filter(|r| calibrated(&r.id)).collect();
    assert!(checked.len() > 25);
    let outside: Vec<&str> = checked.iter().filter(|r| !r.is_inside()).map(|r| r.id.as_str()).collect();
    assert!(outside.is_empty(), "{outside:?}\n{}", envelope_csv(&rows));
}

#[test]
fn a_stratum_that_is_not_there_is_told_with_those_that_are() {
    let problems = envelope(profile(), "oligo", 1, None).unwrap_err();
    assert!(problems.to_string().contains("possible: oligoprogression"), "{problems}");
}

#[test]
fn every_row_of_the_envelope_has_the_cells_of_its_header() {
    let rows = envelope(profile(), "oligoprogression", 20, None).unwrap_or_else(|p| panic!("{p}"));
    assert!(rows.iter().any(|r| r.id.contains(',')) && rows.iter().any(|r| r.place.contains(',')));
    // Cells as a reader of CSV counts them: commas between quotes are text.
    let cells = |line: &str| {
        line.split('"').step_by(2).map(|outside| outside.matches(',').count()).sum::<usize>() + 1
    };
    let text = envelope_csv(&rows);
    assert_eq!(text.lines().count(), rows.len() + 1);
    assert!(text.lines().all(|line| cells(line) == 11), "{text}");
}

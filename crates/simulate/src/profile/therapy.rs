//! Regimens and schedules of a profile.

use oligomet_base::Dose;
use oligomet_base::file::Section;
use oligomet_schema::schema;

use super::read::{day, level, wrong};
use super::{DoseLevel, Regimen, Schedule};
use crate::variable::{Levels, Variable};

/// The regimens; their names and classes become levels.
pub(super) fn regimens(top: &Section<'_>, levels: &mut Levels) -> Vec<Regimen> {
    let sections = top.named_sections("regimen");
    let read: Vec<Regimen> =
        sections.into_iter().filter_map(|(key, s)| regimen(&key.name, s, levels)).collect();
    let mut classes: Vec<String> = Vec::new();
    for regimen in &read {
        if !classes.contains(&regimen.class) {
            classes.push(regimen.class.clone());
        }
    }
    levels.set(Variable::Class, classes);
    levels.set(Variable::Regimen, read.iter().map(|r| r.name.clone()).collect());
    read
}

fn regimen(name: &str, s: Section<'_>, levels: &Levels) -> Option<Regimen> {
    let texts = |key: &'static str| s.texts(key).unwrap_or_default();
    let subtypes = texts("subtypes");
    let lines: Vec<i32> = s.numbers("lines").unwrap_or_default().iter().map(|n| *n as i32).collect();
    let adjuvant_months = s.number("adjuvant_months");
    let induction_months = s.number("induction_months").unwrap_or(4.0);
    if lines.is_empty() && adjuvant_months.is_none() {
        wrong(&s, "lines", "needs `lines` of the metastatic setting, or `adjuvant_months`");
    }
    let drugs = texts("drugs");
    if drugs.is_empty() {
        s.missing("drugs", "a regimen is its drugs");
    }
    let class = s.required_text("class", "therapies are counted by class");
    let regimen = Regimen {
        name: name.to_owned(),
        class: class?.text,
        drugs: drugs.into_iter().map(|t| t.text).collect(),
        induction: texts("induction").into_iter().map(|t| t.text).collect(),
        induction_months,
        subtypes: subtypes
            .iter()
            .filter_map(|t| level(&s, levels, "subtypes", Variable::Subtype, t))
            .collect(),
        lines,
        adjuvant_months,
        since: if s.has("since") { day(&s, "since") } else { None },
        weight: s.number("weight").unwrap_or(1.0).max(0.0),
    };
    s.finish();
    Some(regimen)
}

/// The schedules; their names become levels.
pub(super) fn schedules(top: &Section<'_>, levels: &mut Levels) -> Vec<Schedule> {
    let sections = top.named_sections("schedule");
    levels.set(Variable::Schedule, sections.iter().map(|(key, _)| key.name.clone()).collect());
    sections.into_iter().filter_map(|(key, s)| schedule(&key.name, s, levels)).collect()
}

fn schedule(name: &str, s: Section<'_>, known: &Levels) -> Option<Schedule> {
    let codes = schema().table("rt_volume").and_then(|t| t.field("technique")).map(|f| &f.levels[..]);
    let choices: Vec<(&str, String)> =
        codes.unwrap_or_default().iter().map(|l| (l.code.as_str(), l.code.clone())).collect();
    if !s.has("technique") {
        s.missing("technique", "techniques are counted");
    }
    let technique = s.choice("technique", &choices);
    let levels: Vec<DoseLevel> = s.repeated_sections("levels").into_iter().filter_map(dose_level).collect();
    if levels.is_empty() {
        wrong(&s, "levels", "needs the dose: [{ volume = \"GTV\", gy = 30, fractions = 5 }]");
    }
    let first = s.text("reirradiates");
    let reirradiates = first.and_then(|t| level(&s, known, "reirradiates", Variable::Schedule, &t));
    let schedule = Schedule {
        name: name.to_owned(),
        technique: technique?,
        stereotactic: s.bool("stereotactic").unwrap_or(false),
        levels,
        per_day: s.number("per_day").map_or(1, |n| n.clamp(1.0, 4.0) as i32),
        reirradiates: reirradiates.map(usize::from),
    };
    s.finish();
    Some(schedule).filter(|s| !s.levels.is_empty())
}

fn dose_level(s: Section<'_>) -> Option<DoseLevel> {
    let volume = s.required_text("volume", "each level of a boost is a volume");
    let dose = s.number("gy").and_then(Dose::from_gray).filter(|d| d.milligray() > 0);
    let fractions = s.number("fractions").filter(|n| (1.0..=60.0).contains(n));
    if dose.is_none() || fractions.is_none() {
        wrong(&s, "gy", "needs `gy` in whole milligray and `fractions` from 1 to 60");
    }
    s.finish();
    Some(DoseLevel { volume: volume?.text, dose: dose?, fractions: fractions? as i32 })
}

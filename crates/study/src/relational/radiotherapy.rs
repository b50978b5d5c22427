//! Radiotherapy of a row: courses and volumes, dose by the study's rule, earlier radiotherapy to the site.

use oligomet_base::file::TomlFile;
use oligomet_base::{Dose, Problem};
use oligomet_disease::Truth;
use oligomet_disease::dates::not_after;
use oligomet_dose::{AlphaBeta, Bed, DoseLevel, Eqd, Fractionation, Phase, Schedule};

use super::columns::{Col, Sheet};
use super::notes::Notes;
use super::rows::Row;
use super::source::{Levels, Source, target};
use crate::model::{DoseBlock, DoseRule, Unit};

/// How the dose of a row is found.
#[derive(Debug, Clone, Default)]
pub(super) struct DosePlan {
    /// alpha/beta of `bed_gy`, then of the sensitivity columns; none without a block `[dose]`.
    pub(super) alpha_beta: Vec<AlphaBeta>,
    pub(super) rule: Option<DoseRule>,
}

impl DosePlan {
    /// The plan of a block; an alpha/beta without meaning, and a rule that the unit does not allow, are told.
    pub(super) fn new(block: Option<&DoseBlock>, unit: Unit, file: &TomlFile) -> Self {
        let Some(block) = block else { return Self::default() };
        let mut plan = Self { alpha_beta: Vec::new(), rule: block.rule };
        for &gray in std::iter::once(&block.alpha_beta).chain(&block.sensitivity) {
            match AlphaBeta::from_gray(gray) {
                Ok(alpha_beta) => plan.alpha_beta.push(alpha_beta),
                Err(_) => {
                    let what = format!("alpha/beta of {gray} Gy has no meaning; it must be above 0");
                    file.report_at(block.span.clone(), Problem::error("OM401", what));
                }
            }
        }
        if block.rule == Some(DoseRule::PerLesion) && unit != Unit::Lesion {
            let problem = Problem::error("OM361", "`rule = \"per-lesion\"` needs `unit = \"lesion\"`")
                .why(format!(
                    "a row of this study is {}, which may have several lesions with different doses",
                    article(unit)
                ))
                .mend("write rule = \"highest\" or \"lowest\", or study lesions");
            file.report_at(block.span.clone(), problem);
        }
        for name in [&block.total, &block.fractions].into_iter().flatten() {
            let problem = Problem::error("OM361", format!("[dose] names the column `{}`, and these data are records", name.text))
                .why("the dose of a row comes from its volumes, by `rule`")
                .mend("leave `total` and `fractions` out, and write rule = \"highest\", \"lowest\" or \"per-lesion\"");
            file.report_at(name.span.clone(), problem);
        }
        plan
    }
}

pub(super) fn article(unit: Unit) -> &'static str {
    match unit {
        Unit::Patient => "a patient",
        Unit::Episode => "an episode",
        Unit::Course => "a course",
        Unit::Lesion => "a lesion",
    }
}

/// What a volume received: its phases, in order.
pub(super) enum Given {
    /// Dose and fractions.
    Phases(Vec<Fractionation>),
    /// Dose or fractions are missing.
    Missing,
    /// They make no fractionation.
    Wrong,
}

/// What a volume received: its phases, else what was delivered, else what was prescribed.
///
/// Of dose and fractions delivered one alone says nothing, unless it is what was prescribed.
pub(super) fn given(s: &Source<'_>, volume: usize) -> Given {
    let mut phases: Vec<usize> = s.phase.of_volume.of(volume).iter().map(|p| *p as usize).collect();
    phases.sort_by_key(|p| (s.phase.number[*p].unwrap_or(i32::MAX), *p));
    let one = |dose: Option<Dose>, n: Option<i32>| match (dose, n) {
        (Some(dose), Some(n)) => {
            let built = u32::try_from(n).ok().and_then(|n| Fractionation::new(dose, n).ok());
            built.map_or(Given::Wrong, |f| Given::Phases(vec![f]))
        }
        _ => Given::Missing,
    };
    if phases.is_empty() {
        let prescribed = (s.volume.dose_prescribed[volume], s.volume.fractions_prescribed[volume]);
        return match (s.volume.dose_delivered[volume], s.volume.fractions_delivered[volume]) {
            (Some(_), Some(0)) | (None, Some(0)) => Given::Missing,
            (Some(dose), Some(n)) => one(Some(dose), Some(n)),
            (None, None) => one(prescribed.0, prescribed.1),
            (Some(dose), None) if Some(dose) == prescribed.0 => one(prescribed.0, prescribed.1),
            (None, Some(n)) if Some(n) == prescribed.1 => one(prescribed.0, prescribed.1),
            _ => Given::Missing,
        };
    }
    let mut all = Vec::with_capacity(phases.len());
    for phase in phases {
        match one(s.phase.dose[phase], s.phase.fractions[phase]) {
            Given::Phases(one) => all.extend(one),
            other => return other,
        }
    }
    Given::Phases(all)
}

/// The volume whose dose stands for the row, with its phases.
fn chosen(row: &Row<'_, '_>, plan: &DosePlan, notes: &mut Notes) -> Option<(usize, Vec<Fractionation>)> {
    let s = row.chart.source;
    let mut volumes = Vec::with_capacity(row.volumes.len());
    for &volume in &row.volumes {
        match given(s, volume) {
            Given::Phases(phases) => volumes.push((volume, phases)),
            Given::Wrong => {
                notes.wrong_volumes.push(s.source_row("rt_volume", volume));
                return None;
            }
            // The highest of a known dose and an unknown one is unknown.
            Given::Missing => return None,
        }
    }
    let first = volumes.first()?;
    if volumes.iter().all(|(_, phases)| *phases == first.1) {
        return volumes.into_iter().next();
    }
    let (Some(rule), Some(alpha_beta)) = (plan.rule, plan.alpha_beta.first()) else {
        notes.several_doses += 1;
        return None;
    };
    let bed = |phases: &[Fractionation]| Bed::of_phases(phases, *alpha_beta).map_or(f64::NAN, Bed::gray);
    let mut best: Option<(f64, usize)> = None;
    for (at, (_, phases)) in volumes.iter().enumerate() {
        let value = bed(phases);
        let better = |(known, _): (f64, usize)| match rule {
            DoseRule::Highest | DoseRule::PerLesion => value > known,
            DoseRule::Lowest => value < known,
        };
        if best.is_none_or(better) {
            best = Some((value, at));
        }
    }
    best.map(|(_, at)| volumes.swap_remove(at))
}

/// The schedule as printed: all levels of a boost, all phases.
fn schedule(s: &Source<'_>, volume: usize, phases: &[Fractionation]) -> Option<String> {
    let per_day = s.volume.per_day[volume].and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    let one = |f: &Fractionation| Phase::new(vec![DoseLevel::One(f.total())], f.n_fractions(), per_day);
    let written = match phases {
        [single] => {
            let levels = boost_levels(s, volume, single);
            Phase::new(levels, single.n_fractions(), per_day).and_then(|p| Schedule::new(vec![p]))
        }
        several => several.iter().map(one).collect::<Result<Vec<_>, _>>().and_then(Schedule::new),
    };
    written.ok().map(|s| s.to_string().replace(" / ", " in "))
}

/// The doses of all volumes of a boost in the same fractions, the highest first.
fn boost_levels(s: &Source<'_>, volume: usize, own: &Fractionation) -> Vec<DoseLevel> {
    let alone = vec![DoseLevel::One(own.total())];
    let (Some(group), Some(course)) = (s.volume.boost_group.get(volume), target(s.volume.course, volume))
    else {
        return alone;
    };
    let mut doses: Vec<Dose> = Vec::new();
    for other in s.volume.of_course.of(course).iter().map(|v| *v as usize) {
        if s.volume.boost_group.get(other) != Some(group) {
            continue;
        }
        match given(s, other) {
            Given::Phases(phases) if phases.len() == 1 && phases[0].n_fractions() == own.n_fractions() => {
                doses.push(phases[0].total());
            }
            _ => return alone,
        }
    }
    doses.sort_unstable_by(|a, b| b.cmp(a));
    doses.dedup();
    doses.into_iter().map(DoseLevel::One).collect()
}

/// The level that all share, or the place after the last level where they differ; `None` where one is missing or none is.
fn shared(levels: &Levels<'_>, rows: &[usize]) -> Option<usize> {
    let first = levels.get(*rows.first()?)?;
    let mut same = true;
    for row in rows {
        same &= levels.get(*row)? == first;
    }
    Some(if same { first } else { levels.n() })
}

/// Writes radiotherapy.
pub(super) fn write(row: &Row<'_, '_>, plan: &DosePlan, notes: &mut Notes, sheet: &mut Sheet) {
    let s = row.chart.source;
    sheet.truth(Col::Irradiated, (!row.courses.is_empty()).into());
    sheet.number(Col::NCourses, row.courses.len() as f64);
    sheet.truth(Col::BrainIrradiated, brain(row));
    sheet.level(Col::RtOrgan, organ(row));
    if row.courses.is_empty() {
        return;
    }
    sheet.level(Col::RtIntent, shared(&s.course.intent, &row.courses));
    sheet.level(Col::RtIndication, shared(&s.course.indication, &row.courses));
    let completed = row.courses.iter().map(|c| s.course.completed[*c].into());
    sheet.truth(Col::RtCompleted, Truth::all(completed));
    let earlier = earlier_same_site(row);
    let recorded = row.courses.iter().any(|c| target(s.course.previous, *c).is_some());
    sheet.truth(Col::EarlierRtSameSite, earlier);
    sheet.truth(Col::Reirradiation, Truth::from(recorded).or(earlier));
    sheet.some_number(Col::NPriorCourses, prior_courses(row).map(|c| c.len() as f64));
    write_volumes(row, plan, notes, sheet);
}

fn write_volumes(row: &Row<'_, '_>, plan: &DosePlan, notes: &mut Notes, sheet: &mut Sheet) {
    let s = row.chart.source;
    let boosts = boosts(row);
    sheet.number(Col::NVolumes, boosts.len() as f64);
    let linked = row.volumes.iter().all(|v| !s.target.of_volume.of(*v).is_empty());
    if row.unit == Unit::Lesion || (linked && !row.volumes.is_empty()) {
        sheet.number(Col::NLesionsTreated, row.lesions.len() as f64);
    }
    if row.volumes.is_empty() {
        return;
    }
    sheet.level(Col::RtTechnique, shared(&s.volume.technique, &row.volumes));
    let stereotactic =
        row.volumes.iter().map(|v| match (s.volume.stereotactic[*v], s.volume.technique.code(*v)) {
            (Some(stated), _) => Truth::from(stated),
            (None, Some("sbrt" | "srs")) => Truth::True,
            (None, Some(_)) => Truth::False,
            (None, None) => Truth::Unknown,
        });
    sheet.truth(Col::Stereotactic, Truth::all(stereotactic));
    // The smallest of a boost's levels; a missing one makes the sum missing, since the target is then not known.
    let gtv = |group: &Vec<usize>| {
        let volumes = group.iter().map(|v| s.volume.gtv[*v]);
        volumes.fold(f64::INFINITY, |a, b| if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) })
    };
    sheet.number(Col::GtvCm3, boosts.iter().map(gtv).sum());
    let Some((volume, phases)) = chosen(row, plan, notes) else { return };
    let total: i64 = phases.iter().map(|p| p.total().milligray()).sum();
    sheet.number(Col::DoseGy, Dose::from_milligray(total).gray());
    sheet.number(Col::NFractions, f64::from(phases.iter().map(Fractionation::n_fractions).sum::<u32>()));
    if let Some(schedule) = schedule(s, volume, &phases) {
        sheet.text(Col::RtSchedule, &schedule);
    }
    sheet.number(Col::IsodosePercent, s.volume.isodose[volume]);
    sheet.some_number(Col::PtvD98Gy, s.volume.d98[volume].map(Dose::gray));
    for (k, alpha_beta) in plan.alpha_beta.iter().enumerate() {
        let Ok(bed) = Bed::of_phases(&phases, *alpha_beta) else { continue };
        let eqd2 = bed.eqd(Eqd::TWO_GRAY).map_or(f64::NAN, Eqd::gray);
        if k == 0 {
            sheet.number(Col::BedGy, bed.gray());
            sheet.number(Col::Eqd2Gy, eqd2);
        }
        if let [.., last] = sheet.doses[2 * k].as_mut_slice() {
            *last = bed.gray();
        }
        if let [.., last] = sheet.doses[2 * k + 1].as_mut_slice() {
            *last = eqd2;
        }
    }
}

/// A course and the name of a boost in it.
type BoostKey<'a> = (usize, &'a str);

/// The volumes of the row, levels of one boost together.
fn boosts(row: &Row<'_, '_>) -> Vec<Vec<usize>> {
    let s = row.chart.source;
    let mut groups: Vec<(Option<BoostKey<'_>>, Vec<usize>)> = Vec::new();
    for &volume in &row.volumes {
        let key = target(s.volume.course, volume).zip(s.volume.boost_group.get(volume));
        match groups.iter_mut().find(|(k, _)| key.is_some() && *k == key) {
            Some((_, list)) => list.push(volume),
            None => groups.push((key, vec![volume])),
        }
    }
    groups.into_iter().map(|(_, list)| list).collect()
}

/// Organs of the row: of its lesions, and of volumes that name no lesion; `None` for one that is not known.
fn organs(row: &Row<'_, '_>) -> Vec<Option<usize>> {
    let s = row.chart.source;
    let lesions = row.lesions.iter().map(|l| s.lesion.organ.get(*l));
    let alone = row.volumes.iter().filter(|v| s.target.of_volume.of(**v).is_empty());
    lesions.chain(alone.map(|v| s.volume.organ.get(*v))).collect()
}

fn organ(row: &Row<'_, '_>) -> Option<usize> {
    let organs = organs(row);
    let first = (*organs.first()?)?;
    let mut same = true;
    for organ in &organs {
        same &= (*organ)? == first;
    }
    Some(if same { first } else { row.chart.source.lesion.organ.n() })
}

fn brain(row: &Row<'_, '_>) -> Truth {
    if row.courses.is_empty() {
        return Truth::False;
    }
    let s = row.chart.source;
    let inside = |code: Option<&str>| match code {
        Some("brain" | "leptomeninges") => Truth::True,
        Some(_) => Truth::False,
        None => Truth::Unknown,
    };
    let lesions = row.lesions.iter().map(|l| inside(s.lesion.organ.code(*l)));
    let alone = row.volumes.iter().filter(|v| s.target.of_volume.of(**v).is_empty());
    let volumes = alone.map(|v| inside(s.volume.organ.code(*v)));
    if row.volumes.is_empty() { Truth::Unknown } else { Truth::any(lesions.chain(volumes)) }
}

/// Courses of the patient that began before the first of the row; `None` where dates leave it open.
fn prior_courses(row: &Row<'_, '_>) -> Option<Vec<usize>> {
    let s = row.chart.source;
    let start = row.dates.rt_start?;
    let mut prior = Vec::new();
    for &course in row.chart.courses.iter().filter(|c| !row.courses.contains(c)) {
        match not_after(Some(start), s.course.start.get(course), 0) {
            Truth::True => {}
            Truth::False => prior.push(course),
            Truth::Unknown => return None,
        }
    }
    Some(prior)
}

/// Whether an earlier course outside the row irradiated one of its lesions, or is the one that it re-irradiates.
pub(super) fn earlier_same_site(row: &Row<'_, '_>) -> Truth {
    let s = row.chart.source;
    let Some(prior) = prior_courses(row) else { return Truth::Unknown };
    if row.courses.iter().any(|c| target(s.course.previous, *c).is_some_and(|p| prior.contains(&p))) {
        return Truth::True;
    }
    let own = organs(row);
    let mut answer = Truth::False;
    for volume in prior.iter().flat_map(|c| row.chart.volumes(*c)) {
        let mut lesions = row.chart.lesions_in(volume).peekable();
        if lesions.peek().is_none() {
            let organ = s.volume.organ.get(volume);
            let may_be = organ.is_none() || own.iter().any(|o| o.is_none() || *o == organ);
            answer = answer.or(if may_be { Truth::Unknown } else { Truth::False });
        } else if lesions.any(|l| row.lesions.contains(&l)) {
            return Truth::True;
        }
    }
    answer
}

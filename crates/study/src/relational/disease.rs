//! The facts that the rules of crate `disease` take, from the records at the diagnosis of a row's event.

use oligomet_base::PartialDate;
use oligomet_disease::dates::not_after;
use oligomet_disease::patient::Lesions;
use oligomet_disease::therapy::{DrugClass, EndocrineKind, Formulary, Setting};
use oligomet_disease::{Count, Measured, Organ, Organs, Patient, Settings, Truth, subtype};

use super::assessments::{
    de_novo, ecog, is_progression, last_assessment, lesions_until, n_progressing, n_total,
};
use super::chart::{Chart, Found, surely_before};
use super::rows::Row;
use super::source::{Levels, Source, target};

/// What the primary tumours say, by the rules of crate `disease`; unknown where several tumours differ.
pub(super) struct TumourFacts {
    pub(super) subtype: Option<subtype::Subtype>,
    pub(super) her2_positive: Truth,
    pub(super) er_positive: Truth,
    pub(super) de_novo: Truth,
}

impl TumourFacts {
    /// The facts of a patient.
    pub(super) fn new(chart: &Chart<'_>, settings: &Settings) -> Self {
        let s = chart.source;
        let tumours = s.tumour.of_patient.of(chart.patient).iter().map(|t| *t as usize);
        let patients: Vec<Patient> = tumours.map(|t| receptors(s, t)).collect();
        let same = |of: &dyn Fn(&Patient) -> Truth| {
            let mut answers = patients.iter().map(of);
            let first = answers.next().unwrap_or(Truth::Unknown);
            if answers.all(|a| a == first) { first } else { Truth::Unknown }
        };
        let mut subtypes =
            patients.iter().map(|p| subtype::classify(p, &settings.subtype).decided().copied());
        let first = subtypes.next().flatten();
        let whole = Patient {
            primary_diagnosis: chart.primary_diagnosis,
            first_metastasis: chart.metastasis,
            stage_iv_at_diagnosis: stage_iv(chart),
            ..Patient::default()
        };
        Self {
            subtype: if subtypes.all(|other| other == first) { first } else { None },
            her2_positive: same(&her2_positive),
            er_positive: same(&|p: &Patient| p.er.at_least(settings.subtype.receptor_cut)),
            de_novo: de_novo(&whole, &settings.stage4),
        }
    }
}

fn her2_positive(p: &Patient) -> Truth {
    let possible = subtype::her2(p).possible;
    let positive = possible.iter().filter(|h| **h == subtype::Her2::Positive).count();
    match (positive, possible.len()) {
        (0, n) if n > 0 => Truth::False,
        (n, m) if n == m && n > 0 => Truth::True,
        _ => Truth::Unknown,
    }
}

/// Receptors of a tumour; a percentage stands above "positive" or "negative".
fn receptors(s: &Source<'_>, tumour: usize) -> Patient {
    let receptor = |percent: f64, status: &Levels<'_>| match (percent.is_nan(), status.code(tumour)) {
        (false, _) => Measured::exactly(percent),
        (true, Some("positive")) => Measured { high: 100.0, ..Measured::from(1.0) },
        (true, Some("negative")) => Measured::below(1.0),
        (true, _) => Measured::UNKNOWN,
    };
    let truth = |levels: &Levels<'_>, yes: &str| Truth::from(levels.code(tumour).map(|code| code == yes));
    let ki67 = s.tumour.ki67[tumour];
    Patient {
        er: receptor(s.tumour.er_percent[tumour], &s.tumour.er_status),
        pr: receptor(s.tumour.pr_percent[tumour], &s.tumour.pr_status),
        her2: truth(&s.tumour.her2_status, "positive"),
        her2_ihc: s.tumour.her2_ihc.get(tumour).map_or(Count::UNKNOWN, |n| Count::exactly(n as u32)),
        her2_ish: truth(&s.tumour.her2_ish, "amplified"),
        ki67: if ki67.is_nan() { Measured::UNKNOWN } else { Measured::exactly(ki67) },
        ..Patient::default()
    }
}

/// Whether the tumour diagnosed first was metastatic then, by its M category; MX and an empty one say nothing.
fn stage_iv(chart: &Chart<'_>) -> Truth {
    let category = chart.tumour.and_then(|t| chart.source.tumour.m_category.get(t));
    let plain = category.unwrap_or("").trim().to_lowercase();
    let plain = plain.trim_start_matches(['c', 'p', 'y']).trim_start_matches('m');
    match plain.chars().next() {
        Some('1') => Truth::True,
        Some('0') => Truth::False,
        _ => Truth::Unknown,
    }
}

/// The facts of a row: what holds at the diagnosis of its event, and for the rules of oligoprogression what followed.
pub(super) fn facts(row: &Row<'_, '_>) -> Patient {
    let (chart, s) = (row.chart, row.chart.source);
    let mut p = chart.tumour.map_or_else(Patient::default, |t| receptors(s, t));
    let at = row.dates.event.or(row.time_zero);
    p.id = s.key("patient", chart.patient).to_owned();
    p.primary_diagnosis = chart.primary_diagnosis;
    p.primary_treatment_end = chart.tumour.and_then(|t| s.tumour.local_end.get(t));
    p.primary_controlled = chart.tumour.and_then(|t| s.tumour.controlled[t]).into();
    p.first_metastasis = chart.metastasis;
    p.omd_diagnosis = at;
    p.stage_iv_at_diagnosis = stage_iv(chart);
    let progressed =
        |a: &super::chart::Seen| is_progression(s, a.row) && not_after(Some(a.date), at, 0).is_true();
    p.progressed_after_treatment = Truth::from(chart.assessments.iter().any(progressed)).or(Truth::Unknown);
    p.ecog = ecog(row).and_then(|e| u32::try_from(e).ok()).map_or(Count::UNKNOWN, Count::exactly);
    history(row, &mut p);
    extent(row, at, &mut p);
    therapy(row, at, &mut p);
    after(row, &mut p);
    p
}

/// Earlier metastatic disease, as the metastatic episodes say.
fn history(row: &Row<'_, '_>, p: &mut Patient) {
    let s = row.chart.source;
    let Some(event) = row.event else { return };
    let date = row.dates.event;
    let before: Vec<usize> = (row.chart.events().into_iter())
        .filter(|(e, d)| *e != event && surely_before(Some(*d), date))
        .map(|(e, _)| e)
        .collect();
    let open = row
        .chart
        .events()
        .iter()
        .any(|(e, d)| *e != event && !surely_before(Some(*d), date) && !surely_before(date, Some(*d)));
    let poly = |e: &usize| Truth::from(s.metastatic.polymetastatic[*e]);
    // No earlier episode in the record denies nothing by itself.
    let earlier = if before.is_empty() { Truth::Unknown } else { Truth::any(before.iter().map(poly)) };
    // "Polymetastatic at this time or before" denies it for all time before; affirmed with few lesions now, it was before.
    let few_now = s.metastatic.n_lesions[event].map(|n| n <= 5);
    let here = match (poly(&event), few_now) {
        (Truth::False, _) => Truth::False,
        (Truth::True, Some(true)) => Truth::True,
        _ if before.is_empty() && !open => Truth::False,
        _ => Truth::Unknown,
    };
    p.history_polymetastatic = match (earlier, here) {
        (Truth::Unknown, known) | (known, Truth::Unknown) => known,
        (a, b) if a == b => a,
        // The two contradict each other: neither is believed.
        _ => Truth::Unknown,
    };
    if open {
        p.history_polymetastatic = p.history_polymetastatic.or(Truth::Unknown);
    }
    let oligo = |e: &usize| !poly(e);
    p.history_oligometastatic = Truth::any(before.iter().map(oligo));
    if open {
        p.history_oligometastatic = p.history_oligometastatic.or(Truth::Unknown);
    }
}

/// Lesions present, progressing and treated, and organs.
fn extent(row: &Row<'_, '_>, at: Option<PartialDate>, p: &mut Patient) {
    let (chart, s) = (row.chart, row.chart.source);
    let at_least = row.event.and_then(|e| s.metastatic.at_least[e]).and_then(|n| u32::try_from(n).ok());
    p.total.lesions = match (n_total(row), at_least) {
        (Some(n), _) => Count::exactly(n),
        (None, Some(low)) => Count { low, high: None },
        (None, None) => Count::UNKNOWN,
    };
    p.progressing.lesions = n_progressing(row).map_or(Count::UNKNOWN, Count::exactly);
    let imaging = row.event.and_then(|e| s.metastatic.imaging.code(e));
    p.high_resolution_imaging = imaging.map(|code| matches!(code, "ct" | "pet-ct" | "mri")).into();
    let (seen, all) = lesions_until(row, at);
    if all && !seen.is_empty() {
        p.total = counts(s, &seen);
        let mut organs: Vec<Organ> = seen.iter().filter_map(|l| organ(s, *l)).collect();
        organs.sort_unstable();
        organs.dedup();
        p.organs = Organs { involved: Some(organs), not_assessed: Vec::new() };
    }
    let linked = row.volumes.iter().all(|v| !s.target.of_volume.of(*v).is_empty()) && !row.volumes.is_empty();
    if linked {
        p.treated = counts(s, &row.lesions);
    } else {
        let stated = |a: &super::chart::Seen| s.assessment.n_treated[a.row].is_some();
        let n = last_assessment(chart, row.time_zero, stated).known().and_then(|a| s.assessment.n_treated[a]);
        p.treated.lesions = n.and_then(|n| u32::try_from(n).ok()).map_or(Count::UNKNOWN, Count::exactly);
    }
    if let Some(progressing) = progressing_lesions(row) {
        let irradiated = |l: &usize| Truth::from(row.lesions.contains(l));
        p.progressing = counts(s, &progressing);
        p.progressing_organs = Count::exactly(distinct_organs(s, &progressing));
        let inside = |l: &usize| matches!(s.lesion.organ.code(*l), Some("brain" | "leptomeninges"));
        p.progressing_intracranial = progressing.iter().any(inside).into();
        p.all_progressing_treated =
            if linked { Truth::all(progressing.iter().map(irradiated)) } else { Truth::Unknown };
        let before = |l: &usize| {
            let courses = chart.volumes_of(*l).filter_map(|v| chart.course_of(v));
            Truth::any(courses.map(|c| surely_before(s.course.start.get(c), at).into()))
        };
        p.progressing_irradiated_before = Truth::any(progressing.iter().map(before));
    }
}

fn counts(s: &Source<'_>, lesions: &[usize]) -> Lesions {
    let nodes = lesions.iter().filter(|l| s.lesion.organ.is(**l, "lymph-node")).count() as u32;
    let regions = if nodes <= 1 { Count::exactly(nodes) } else { Count::UNKNOWN };
    Lesions {
        lesions: Count::exactly(lesions.len() as u32),
        nodes: Count::exactly(nodes),
        nodal_regions: regions,
    }
}

fn distinct_organs(s: &Source<'_>, lesions: &[usize]) -> u32 {
    let mut organs: Vec<usize> = lesions.iter().filter_map(|l| s.lesion.organ.get(*l)).collect();
    organs.sort_unstable();
    organs.dedup();
    organs.len() as u32
}

/// Lesions measured as progressing at the assessment that counts them, if all that it counts are measured.
fn progressing_lesions(row: &Row<'_, '_>) -> Option<Vec<usize>> {
    let s = row.chart.source;
    let counted = |a: &super::chart::Seen| s.assessment.n_progressing[a.row].is_some();
    let Found::One(at) = last_assessment(row.chart, row.time_zero, counted) else { return None };
    let rows = s.measurement.of_assessment.of(at).iter().map(|m| *m as usize);
    let progressing = rows.filter(|m| s.measurement.progressing[*m] == Some(true));
    let mut lesions: Vec<usize> = progressing.filter_map(|m| target(s.measurement.lesion, m)).collect();
    lesions.sort_unstable();
    lesions.dedup();
    (s.assessment.n_progressing[at] == i32::try_from(lesions.len()).ok()).then_some(lesions)
}

/// The organ of a lesion as the rules know it; `None` for breast and chest wall.
pub(super) fn organ(s: &Source<'_>, lesion: usize) -> Option<Organ> {
    match s.lesion.organ.code(lesion)? {
        "other" => Some(Organ::OtherTissue),
        code => Organ::from_name(&code.replace('-', " ")),
    }
}

/// Systemic therapy at the diagnosis of the event.
fn therapy(row: &Row<'_, '_>, at: Option<PartialDate>, p: &mut Patient) {
    let Some(at) = at else { return };
    let therapy = &row.chart.therapy;
    let formulary = Formulary::builtin();
    p.systemic_therapy = therapy.ongoing(at, 0);
    if !therapy.is_complete {
        return;
    }
    let history = &therapy.history;
    let making = |i: &usize| formulary.class(history.exposures[*i].drug).makes_lines();
    let ongoing: Vec<(usize, Truth)> =
        history.ongoing_at(at, 0).into_iter().filter(|(i, _)| making(i)).collect();
    if ongoing.iter().all(|(_, t)| t.is_true()) {
        let class = |i: usize| formulary.class(history.exposures[i].drug);
        let adjuvant =
            |i: usize| history.exposures[i].setting == Setting::Adjuvant && class(i).is_endocrine();
        p.adjuvant_endocrine_only = (!ongoing.is_empty() && ongoing.iter().all(|(i, _)| adjuvant(*i))).into();
        let has = |wanted: DrugClass| ongoing.iter().any(|(i, _)| class(*i) == wanted);
        let inhibitor = DrugClass::Endocrine(EndocrineKind::AromataseInhibitor);
        p.cdk46_with_ai = (has(DrugClass::Cdk46Inhibitor) && has(inhibitor)).into();
        p.systemic_start = super::chart::earliest(ongoing.iter().map(|(i, _)| history.exposures[*i].start));
    }
    if let Some(line) = therapy.line_at(at) {
        p.line_of_therapy = line.map_or_else(|| therapy.lines.begun_before(at), Count::exactly);
        let started =
            line.and_then(|n| therapy.lines.decided()?.iter().find(|l| l.number == n).map(|l| l.start));
        if let Some(day) = started.filter(|b| b.earliest == b.latest).and_then(|b| b.earliest) {
            p.systemic_start = Some(PartialDate::Day(day));
        }
    }
    let chemotherapy = history
        .exposures
        .iter()
        .filter(|e| formulary.class(e.drug).is_chemotherapy() && e.setting == Setting::Metastatic);
    let started = chemotherapy.map(|e| not_after(e.start, Some(at), 0));
    p.chemotherapy_for_metastases = Truth::any(started);
}

/// What followed: therapy unchanged, next imaging, response outside.
fn after(row: &Row<'_, '_>, p: &mut Patient) {
    let s = row.chart.source;
    p.radiotherapy_end = row.dates.rt_end;
    p.next_imaging = row.dates.reassessment.known();
    p.systemic_unchanged = super::therapy::unchanged(row);
    let stated = |a: &super::chart::Seen| s.assessment.outside.get(a.row).is_some();
    let outside = last_assessment(row.chart, row.time_zero, stated).known();
    let (progressing, responding, stable) = match outside.and_then(|a| s.assessment.outside.code(a)) {
        Some("PD") => (Truth::True, Truth::Unknown, Truth::Unknown),
        Some("mixed") => (Truth::True, Truth::True, Truth::Unknown),
        Some("CR" | "PR") => (Truth::False, Truth::True, Truth::Unknown),
        Some("SD") => (Truth::False, Truth::False, Truth::True),
        _ => (Truth::Unknown, Truth::Unknown, Truth::Unknown),
    };
    (p.outside_progressing, p.outside_responding, p.outside_stable) = (progressing, responding, stable);
}

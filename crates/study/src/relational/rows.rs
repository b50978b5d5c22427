//! The rows of the base table: patients, episodes, courses or lesions, each with what belongs to it and its dates.

use oligomet_base::PartialDate;

use super::chart::{Chart, Found, earliest, first_after, last_until, latest, order};
use super::columns::{Col, Sheet};
use super::source::target;
use crate::model::{Pick, Unit};

/// A row of the base table before its columns are derived.
pub(super) struct Row<'c, 'a> {
    pub(super) chart: &'c Chart<'a>,
    pub(super) unit: Unit,
    /// Place of its radiotherapy episode among those of the patient.
    pub(super) group: Option<usize>,
    /// Rows of `rt_course`, by their start.
    pub(super) courses: Vec<usize>,
    /// Rows of `rt_volume`.
    pub(super) volumes: Vec<usize>,
    /// Rows of `lesion` that lie in the volumes; of the unit lesion, itself.
    pub(super) lesions: Vec<usize>,
    /// Row of `metastatic_episode`.
    pub(super) event: Option<usize>,
    pub(super) dates: RowDates,
    pub(super) time_zero: Option<PartialDate>,
}

/// Dates of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowDates {
    pub(super) event: Option<PartialDate>,
    pub(super) rt_start: Option<PartialDate>,
    pub(super) rt_end: Option<PartialDate>,
    pub(super) reassessment: Found<PartialDate>,
    pub(super) last_imaging: Option<PartialDate>,
}

/// All rows of a patient, by the start of their radiotherapy; lesions never irradiated stand last.
pub(super) fn rows_of<'c, 'a>(chart: &'c Chart<'a>, unit: Unit, pick: Pick) -> Vec<Row<'c, 'a>> {
    match unit {
        Unit::Patient => {
            let group = match pick {
                Pick::Last => chart.groups.len().checked_sub(1),
                Pick::First | Pick::All => (!chart.groups.is_empty()).then_some(0),
            };
            vec![of_courses(
                chart,
                unit,
                group,
                group.map_or(Vec::new(), |g| chart.groups[g].courses.clone()),
            )]
        }
        Unit::Episode => {
            let all = chart.groups.iter().enumerate();
            all.map(|(g, group)| of_courses(chart, unit, Some(g), group.courses.clone())).collect()
        }
        Unit::Course => {
            chart.courses.iter().map(|c| of_courses(chart, unit, group_of(chart, *c), vec![*c])).collect()
        }
        Unit::Lesion => {
            let mut rows: Vec<Row<'c, 'a>> = chart.lesions().map(|l| of_lesion(chart, l)).collect();
            rows.sort_by_key(|r| (r.group.unwrap_or(usize::MAX), order(r.dates.rt_start)));
            rows
        }
    }
}

fn group_of(chart: &Chart<'_>, course: usize) -> Option<usize> {
    chart.groups.iter().position(|g| g.courses.contains(&course))
}

fn of_courses<'c, 'a>(
    chart: &'c Chart<'a>,
    unit: Unit,
    group: Option<usize>,
    courses: Vec<usize>,
) -> Row<'c, 'a> {
    let volumes: Vec<usize> = courses.iter().flat_map(|c| chart.volumes(*c)).collect();
    let mut lesions: Vec<usize> = volumes.iter().flat_map(|v| chart.lesions_in(*v)).collect();
    lesions.sort_unstable();
    lesions.dedup();
    finish(chart, unit, group, courses, volumes, lesions)
}

/// A lesion with the first course that irradiated it.
fn of_lesion<'c, 'a>(chart: &'c Chart<'a>, lesion: usize) -> Row<'c, 'a> {
    let s = chart.source;
    let volumes: Vec<usize> = chart.volumes_of(lesion).collect();
    let courses = volumes.iter().filter_map(|v| chart.course_of(*v));
    let first = courses.min_by_key(|c| (order(s.course.start.get(*c)), *c));
    let own = |v: &usize| first.is_some() && chart.course_of(*v) == first;
    let volumes: Vec<usize> = volumes.into_iter().filter(own).collect();
    let group = first.and_then(|c| group_of(chart, c));
    finish(chart, Unit::Lesion, group, first.into_iter().collect(), volumes, vec![lesion])
}

fn finish<'c, 'a>(
    chart: &'c Chart<'a>,
    unit: Unit,
    group: Option<usize>,
    courses: Vec<usize>,
    volumes: Vec<usize>,
    lesions: Vec<usize>,
) -> Row<'c, 'a> {
    let s = chart.source;
    let rt_start = earliest(courses.iter().map(|c| s.course.start.get(*c)));
    let ends: Vec<Option<PartialDate>> = courses.iter().map(|c| s.course.end.get(*c)).collect();
    let rt_end = if ends.iter().any(Option::is_none) { None } else { latest(ends.into_iter()) };
    let named = group.and_then(|g| chart.groups[g].event);
    let found = if unit == Unit::Lesion && courses.is_empty() {
        lesions.first().and_then(|l| target(s.lesion.episode, *l))
    } else {
        None
    };
    let event = named.or(found).or_else(|| last_event(chart, rt_start));
    let imaging = || {
        let seen = chart.assessments.iter().filter(|a| !s.assessment.modality.is(a.row, "clinical"));
        seen.map(|a| (a.date, a.date))
    };
    let reassessment = if rt_end.is_some() { first_after(imaging(), rt_end) } else { Found::Nothing };
    let dates = RowDates {
        event: event.and_then(|e| s.metastatic.diagnosis.get(e)),
        rt_start,
        rt_end,
        reassessment,
        last_imaging: latest(imaging().map(|(d, _)| Some(d))),
    };
    Row { chart, unit, group, courses, volumes, lesions, event, dates, time_zero: None }
}

/// The last metastatic episode on or before a date.
fn last_event(chart: &Chart<'_>, date: Option<PartialDate>) -> Option<usize> {
    date?;
    last_until(chart.events().into_iter(), date).known()
}

/// The columns of dates that can be time zero.
pub(super) const DATE_COLUMNS: [(&str, Col); 12] = [
    ("birth_date", Col::BirthDate),
    ("primary_diagnosis_date", Col::PrimaryDiagnosisDate),
    ("metastasis_date", Col::MetastasisDate),
    ("event_date", Col::EventDate),
    ("rt_start_date", Col::RtStartDate),
    ("rt_end_date", Col::RtEndDate),
    ("reassessment_date", Col::ReassessmentDate),
    ("last_imaging_date", Col::LastImagingDate),
    ("last_contact_date", Col::LastContactDate),
    ("death_date", Col::DeathDate),
    ("linkage_date", Col::LinkageDate),
    ("cutoff_date", Col::CutoffDate),
];

impl Row<'_, '_> {
    /// A date of the row.
    pub(super) fn date(&self, col: Col) -> Option<PartialDate> {
        let chart = self.chart;
        match col {
            Col::BirthDate => chart.source.patient.birth.get(chart.patient),
            Col::PrimaryDiagnosisDate => chart.primary_diagnosis,
            Col::MetastasisDate => chart.metastasis,
            Col::EventDate => self.dates.event,
            Col::RtStartDate => self.dates.rt_start,
            Col::RtEndDate => self.dates.rt_end,
            Col::ReassessmentDate => self.dates.reassessment.known(),
            Col::LastImagingDate => self.dates.last_imaging,
            Col::LastContactDate => chart.last_contact,
            Col::DeathDate => chart.death,
            Col::LinkageDate => chart.linkage,
            Col::CutoffDate => chart.source.records.cutoff.map(PartialDate::Day),
            _ => None,
        }
    }

    /// Writes keys and dates.
    pub(super) fn write(&self, sheet: &mut Sheet) {
        let s = self.chart.source;
        let patient = s.key("patient", self.chart.patient);
        sheet.text(Col::PatientId, patient);
        if let Some(group) = self.group {
            match self.chart.groups[group].event {
                Some(event) => sheet.text(Col::EpisodeId, s.key("metastatic_episode", event)),
                None => sheet.text(Col::EpisodeId, &format!("{patient}/rt{}", group + 1)),
            }
        }
        if let (Unit::Course | Unit::Lesion, Some(course)) = (self.unit, self.courses.first()) {
            sheet.text(Col::CourseId, s.key("rt_course", *course));
        }
        if let (Unit::Lesion, Some(lesion)) = (self.unit, self.lesions.first()) {
            sheet.text(Col::LesionId, s.key("lesion", *lesion));
            sheet.level(Col::LesionOrgan, s.lesion.organ.get(*lesion));
        }
        for (_, col) in DATE_COLUMNS {
            sheet.date(col, self.date(col));
        }
        sheet.date(Col::TimeZero, self.time_zero);
    }

    /// The key of the unit, unique within the table.
    pub(super) fn source_row(&self) -> u32 {
        let s = self.chart.source;
        match (self.unit, self.courses.first(), self.lesions.first()) {
            (Unit::Lesion, _, Some(lesion)) => s.source_row("lesion", *lesion),
            (Unit::Episode | Unit::Course, Some(course), _) => s.source_row("rt_course", *course),
            _ => s.source_row("patient", self.chart.patient),
        }
    }
}

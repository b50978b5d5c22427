//! Until when the irradiated lesions of a row were assessed, and by what: a local failure can be seen only there.
//!
//! A lesion that was measured after its radiotherapy was assessed when it was measured. Most departments measure few
//! lesions and image many: a lesion never measured counts as assessed by the patient's imaging that can show its organ.
//! A local event alone does not make a lesion measured, since it is written only when something was suspected.

use oligomet_base::PartialDate;
use oligomet_disease::dates::not_after;
use oligomet_disease::imaging::{Modality, Region, can_show};

use super::chart::{earliest, latest, surely_before};
use super::columns::{Col, Sheet};
use super::rows::Row;
use super::source::target;

/// What an assessment of a lesion rests on, from the strongest to the weakest; the levels of `lesion_assessed_by`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Measurements,
    Imaging,
    Nothing,
}

/// Writes the last assessment of the row's irradiated lesions, and what it rests on.
pub(super) fn write(row: &Row<'_, '_>, sheet: &mut Sheet) {
    let found: Vec<(PartialDate, By)> =
        super::events::treated(row).iter().filter_map(|lesion| last_assessment(row, *lesion)).collect();
    sheet.date(Col::LesionAssessmentDate, earliest(found.iter().map(|(date, _)| Some(*date))));
    sheet.level(Col::LesionAssessedBy, found.iter().map(|(_, by)| *by).max().map(|by| by as usize));
}

/// The last assessment of a lesion after the first fraction that the row gave it; `None` where that is not dated.
fn last_assessment(row: &Row<'_, '_>, lesion: usize) -> Option<(PartialDate, By)> {
    let (chart, s) = (row.chart, row.chart.source);
    let own = chart.volumes_of(lesion).filter_map(|v| chart.course_of(v)).filter(|c| row.courses.contains(c));
    let start = earliest(own.map(|c| s.course.start.get(c)))?;
    let later = |date: &PartialDate| !not_after(Some(*date), Some(start), 0).is_true();
    let measured = latest(measurements(row, lesion).filter(later).map(Some));
    let seen = match measured {
        Some(_) => measured,
        None => latest(imaging(row, lesion).filter(later).map(Some)),
    };
    let judged =
        s.local_event.of_lesion.of(lesion).iter().filter_map(|e| s.local_event.date.get(*e as usize));
    let last = latest([seen, latest(judged.filter(later).map(Some))].into_iter());
    Some(match (last, measured) {
        (Some(last), Some(_)) => (last, By::Measurements),
        (Some(last), None) => (last, By::Imaging),
        (None, _) => {
            let zero = row.time_zero.filter(|zero| surely_before(Some(start), Some(*zero)));
            (zero.unwrap_or(start), By::Nothing)
        }
    })
}

/// When a lesion was measured.
fn measurements(row: &Row<'_, '_>, lesion: usize) -> impl Iterator<Item = PartialDate> {
    let s = row.chart.source;
    let evaluable = s
        .measurement
        .of_lesion
        .of(lesion)
        .iter()
        .map(|m| *m as usize)
        .filter(|m| !s.measurement.state.is(*m, "not-evaluable"));
    evaluable.filter_map(|m| s.assessment.date.get(target(s.measurement.assessment, m)?))
}

/// When the patient had imaging that can show a lesion.
fn imaging(row: &Row<'_, '_>, lesion: usize) -> impl Iterator<Item = PartialDate> {
    let s = row.chart.source;
    let organ = super::disease::organ(s, lesion);
    let shows = move |assessment: usize| {
        let modality = s.assessment.modality.code(assessment).and_then(Modality::from_name);
        can_show(modality, Region::of_criteria(s.assessment.criteria.code(assessment)), organ)
    };
    let evaluable = row.chart.assessments.iter().filter(|a| !s.assessment.response.is(a.row, "NE"));
    evaluable.filter(move |a| shows(a.row)).map(|a| a.date)
}

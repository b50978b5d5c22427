//! Assessments, measurements, local failures.

use super::{Patient, Written};
use crate::history::{Assessment, History, Lesion, Response};
use crate::random::Stream;
use crate::rows::Rows;

/// How much a progressing lesion is larger than the smallest size before: 30 %, and 6 mm at least.
const GROWTH: (f64, f64) = (1.3, 6.0);

pub(super) fn assessments(p: &Patient<'_>, written: &Written, stream: &mut Stream, rows: &mut Rows) {
    let modality = if p.level(crate::variable::Variable::Organ) == "brain" { "mri" } else { "ct" };
    // The smallest size of each lesion so far; before radiotherapy what it was when found.
    let mut smallest: Vec<f64> = p.history.lesions.iter().map(|l| l.diameter_mm).collect();
    for (i, assessment) in p.history.assessments.iter().enumerate() {
        let response = match assessment.response {
            Response::Partial => "PR",
            Response::Stable => "SD",
            Response::Progressive => "PD",
        };
        let treated = p.history.courses.iter().any(|c| c.end <= assessment.day);
        let outside = if !assessment.progressing.is_empty() && assessment.others_progressing == 0 {
            "SD"
        } else {
            response
        };
        let n_progressing = assessment.progressing.len() as i32 + assessment.others_progressing;
        let pet = stream.chance(0.25);
        let row = rows
            .row("imaging_assessment")
            .text("assessment_id", &p.key("I", i + 1))
            .refer("patient_id", Some(written.patient))
            .day("date", Some(assessment.day))
            .level("modality", if pet { "pet-ct" } else { modality })
            .level("criteria", if pet { "percist" } else { "recist" })
            .level("response", response)
            .maybe_level("outside_response", treated.then_some(outside))
            .integer("n_lesions_total", lesions_present(p, assessment, n_progressing))
            .integer("n_lesions_progressing", Some(n_progressing))
            .integer("n_lesions_treated", Some(lesions_treated(p, assessment)))
            .yes_no("new_lesions", Some(assessment.new_lesions))
            .end();
        measurements(p, written, (i, assessment, row), &mut smallest, rows);
    }
    local_events(p, written, stream, rows);
}

/// Known when radiotherapy was decided; later new lesions are added to it. Never fewer than progress or were treated.
fn lesions_present(p: &Patient<'_>, assessment: &Assessment, n_progressing: i32) -> Option<i32> {
    let h = p.history;
    if assessment.day < h.event {
        return None;
    }
    let later = h.lesions.iter().filter(|l| l.first_seen > h.event && l.first_seen <= assessment.day).count();
    let others = if assessment.new_lesions { assessment.others_progressing } else { 0 };
    let counted = h.n_lesions.1 + later as i32 + others;
    Some(counted.max(n_progressing).max(lesions_treated(p, assessment)))
}

fn lesions_treated(p: &Patient<'_>, assessment: &Assessment) -> i32 {
    let before = |course: usize| p.history.courses.get(course).is_some_and(|c| c.end <= assessment.day);
    p.history.lesions.iter().filter(|l| l.course.is_some_and(before)).count() as i32
}

fn measurements(
    p: &Patient<'_>,
    written: &Written,
    (i, assessment, row): (usize, &Assessment, u32),
    smallest: &mut [f64],
    rows: &mut Rows,
) {
    let h = p.history;
    for (l, lesion) in h.lesions.iter().enumerate().filter(|(_, l)| l.first_seen <= assessment.day) {
        let progressing = assessment.progressing.contains(&l);
        let irradiated = lesion.course.and_then(|c| h.courses.get(c)).is_some_and(|c| c.end < assessment.day);
        let size = match (progressing, irradiated) {
            (true, _) if lesion.first_seen < assessment.day => {
                (smallest[l] * GROWTH.0).max(smallest[l] + GROWTH.1)
            }
            (false, true) => (smallest[l] * 0.9).max(3.0),
            _ => smallest[l],
        };
        let size = size.round().min(200.0);
        smallest[l] = if progressing { size } else { smallest[l].min(size) };
        if !is_measured(h, lesion, assessment, progressing) {
            continue;
        }
        let measurable = lesion.organ != "bone";
        let is_new = lesion.is_new && lesion.first_seen == assessment.day;
        let role = match (is_new, measurable) {
            (true, _) => "new",
            (false, true) => "target",
            (false, false) => "non-target",
        };
        let node = lesion.organ == "lymph-node";
        rows.row("lesion_measurement")
            .text("measurement_id", &format!("{}-I{}-L{}", p.id, i + 1, l + 1))
            .refer("assessment_id", Some(row))
            .refer("lesion_id", written.lesions.get(l).copied())
            .level("role", role)
            .number("longest_mm", measurable.then_some(size))
            .number("short_axis_mm", node.then_some((size * 0.7).round()))
            .level("state", if measurable && size < 5.0 { "too-small" } else { "present" })
            .yes_no("progressing", Some(progressing))
            .end();
    }
}

/// All lesions are measured when radiotherapy is decided; later those irradiated, and those that progress.
fn is_measured(h: &History, lesion: &Lesion, assessment: &Assessment, progressing: bool) -> bool {
    progressing || assessment.day == h.event || assessment.day > h.event && lesion.course.is_some()
}

fn local_events(p: &Patient<'_>, written: &Written, stream: &mut Stream, rows: &mut Rows) {
    for (i, failure) in p.history.local_failures.iter().enumerate() {
        let course = p.history.lesions.get(failure.lesion).and_then(|l| l.course);
        let volume = course.and_then(|c| written.volumes.get(c)).and_then(|v| v.first()).copied();
        let later = p.history.assessments.iter().any(|a| a.day > failure.day);
        rows.row("local_event")
            .text("event_id", &p.key("F", i + 1))
            .refer("lesion_id", written.lesions.get(failure.lesion).copied())
            .refer("volume_id", volume)
            .day("date", Some(failure.day))
            .level("kind", if stream.chance(0.8) { "in-field" } else { "marginal" })
            .level("status", if later { "confirmed" } else { "suspected" })
            .level("decided_by", if later { "follow-up-imaging" } else { "treating-physician" })
            .end();
    }
}

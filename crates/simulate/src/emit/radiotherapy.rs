//! Courses, volumes, targets; symptoms of palliative courses; toxicity.

use oligomet_base::Day;

use super::{Patient, Written};
use crate::history::Course;
use crate::random::Stream;
use crate::rows::Rows;

pub(super) fn courses(p: &Patient<'_>, written: &mut Written, stream: &mut Stream, rows: &mut Rows) {
    for (i, course) in p.history.courses.iter().enumerate() {
        let episode = match course {
            // The earlier course that is re-irradiated has no lesion of its own in the tables.
            _ if course.start < p.history.metastasis => None,
            _ if i < p.history.index_course => Some(written.first_episode),
            _ if i == p.history.index_course => Some(written.event_episode),
            _ => further_episode(p, written),
        };
        let previous = course.previous.and_then(|at| written.courses.get(at).copied());
        let row = rows
            .row("rt_course")
            .text("course_id", &p.key("C", i + 1))
            .refer("patient_id", Some(written.patient))
            .refer("episode_id", episode)
            .day("start_date", Some(course.start))
            .day("end_date", Some(course.end))
            .level("intent", &course.intent)
            .level("indication", &course.indication)
            .yes_no("completed", Some(true))
            .refer("previous_course_id", previous)
            .end();
        written.courses.push(row);
        let volumes = volumes(p, (i, course, row), written, stream, rows);
        written.volumes.push(volumes);
        if course.indication == "symptom" && i == p.history.index_course {
            symptom(p, (course, row), stream, rows);
        }
        toxicity(p, (i, course, row), written, stream, rows);
    }
}

/// The episode of the lesion irradiated later, written after the others.
fn further_episode(p: &Patient<'_>, written: &Written) -> Option<u32> {
    let later = p.history.lesions.iter().any(|l| l.first_seen > p.history.event);
    Some(if later { written.event_episode + 1 } else { written.event_episode })
}

fn volumes(
    p: &Patient<'_>,
    (i, course, row): (usize, &Course, u32),
    written: &Written,
    stream: &mut Stream,
    rows: &mut Rows,
) -> Vec<u32> {
    let Some(schedule) = p.profile.schedules.get(course.schedule) else { return Vec::new() };
    let lesions: Vec<usize> =
        (0..p.history.lesions.len()).filter(|&l| p.history.lesions[l].course == Some(i)).collect();
    let boost = (schedule.levels.len() > 1).then(|| p.key("B", i + 1));
    let sphere = |mm: f64| std::f64::consts::PI / 6.0 * mm * mm * mm / 1000.0;
    let gtv: f64 = lesions.iter().map(|&l| sphere(p.history.lesions[l].diameter_mm)).sum();
    let gtv = (gtv * 10.0).round() / 10.0;
    let mut volumes = Vec::new();
    for (v, level) in schedule.levels.iter().enumerate() {
        let gtv = (v == 0 && !lesions.is_empty()).then_some(gtv).filter(|_| !p.is_missing(stream));
        let volume = rows
            .row("rt_volume")
            .text("volume_id", &p.key("V", 10 * (i + 1) + v + 1))
            .refer("course_id", Some(row))
            .text("label", &level.volume)
            .level("organ", &course.organ)
            .level("technique", &schedule.technique)
            .yes_no("stereotactic", Some(schedule.stereotactic))
            .number("gtv_cm3", gtv)
            .maybe_text("boost_group", boost.as_deref())
            .dose("dose_prescribed_gy", level.dose)
            .integer("fractions_prescribed", Some(level.fractions))
            .dose("dose_delivered_gy", level.dose)
            .integer("fractions_delivered", Some(level.fractions))
            .integer("fractions_per_day", Some(schedule.per_day))
            .number("isodose_percent", (schedule.stereotactic && v == 0).then_some(80.0))
            .end();
        volumes.push(volume);
        for &lesion in &lesions {
            rows.row("rt_target")
                .text("target_id", &format!("{}-V{}-L{}", p.id, 10 * (i + 1) + v + 1, lesion + 1))
                .refer("volume_id", Some(volume))
                .refer("lesion_id", written.lesions.get(lesion).copied())
                .level("link", "recorded")
                .end();
        }
    }
    volumes
}

fn symptom(p: &Patient<'_>, (course, row): (&Course, u32), stream: &mut Stream, rows: &mut Rows) {
    let before = stream.whole(4, 9);
    let after = (before - stream.whole(0, 6)).max(0);
    let asked = Day(course.end.0 + stream.whole(21, 42));
    if asked > p.history.last_contact || p.is_missing(stream) {
        return;
    }
    rows.row("symptom_response")
        .text("symptom_id", &p.key("P", 1))
        .refer("course_id", Some(row))
        .day("date", Some(asked))
        .text("symptom", "pain (0-10)")
        .number("score_before", Some(f64::from(before)))
        .number("score_after", Some(f64::from(after)))
        .end();
}

fn toxicity(
    p: &Patient<'_>,
    (i, course, row): (usize, &Course, u32),
    written: &Written,
    stream: &mut Stream,
    rows: &mut Rows,
) {
    let (mild, severe) = p.profile.truth.toxicity;
    let drawn = stream.uniform();
    let grade = match drawn {
        u if u < severe => 3,
        u if u < severe + mild => stream.whole(1, 2),
        _ => return,
    };
    let terms: &[&str] = match course.organ.as_str() {
        "brain" => &["Headache", "Nausea", "Fatigue", "Alopecia"],
        "lung" => &["Pneumonitis", "Cough", "Fatigue"],
        "lymph-node" => &["Esophagitis", "Dermatitis radiation", "Fatigue"],
        "liver" => &["Nausea", "Fatigue"],
        "breast" => &["Dermatitis radiation", "Breast pain"],
        _ => &["Pain", "Fatigue", "Nausea"],
    };
    let term = terms[stream.below(terms.len())];
    let onset = Day(course.start.0 + stream.whole(3, 60));
    let resolved = Day(onset.0 + stream.whole(10, 90));
    let last = p.history.last_contact;
    if onset > last {
        return;
    }
    rows.row("toxicity")
        .text("toxicity_id", &p.key("A", i + 1))
        .refer("patient_id", Some(written.patient))
        .refer("course_id", Some(row))
        .text("term", term)
        .integer("grade", Some(grade))
        .text("ctcae_version", "5.0")
        .day("onset_date", Some(onset))
        .day("resolved_date", (resolved <= last).then_some(resolved))
        .level("related", "probable")
        .end();
}

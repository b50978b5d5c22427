//! Patient, primary tumour, episodes, lesions.

use oligomet_base::PartialDate;

use super::{Patient, Written, to_month};
use crate::history::History;
use crate::random::Stream;
use crate::rows::Rows;
use crate::variable::Variable;

/// Ages at diagnosis around which menopause comes.
const MENOPAUSE: (f64, f64) = (48.0, 53.0);

pub(super) fn person(p: &Patient<'_>, written: &mut Written, stream: &mut Stream, rows: &mut Rows) {
    let age = f64::from(p.history.diagnosis.days_since(p.history.birth)) / oligomet_base::DAYS_PER_YEAR;
    let menopause = match age {
        a if a < MENOPAUSE.0 => "pre",
        a if a < MENOPAUSE.1 => "peri",
        _ => "post",
    };
    let birth = if p.is_missing(stream) {
        to_month(p.history.birth)
    } else {
        Some(PartialDate::Day(p.history.birth))
    };
    let brca = ["none", "brca1", "brca2"][stream.weighted([0.94, 0.02, 0.04].into_iter())];
    let tested = stream.chance(0.4);
    written.patient = rows
        .row("patient")
        .text("patient_id", p.id)
        .level("sex", "female")
        .date("birth_date", birth)
        .level("menopausal_status", menopause)
        .maybe_level("germline_brca", tested.then_some(brca))
        .yes_no("germline_tp53", tested.then_some(false))
        .end();
}

/// Receptors that give the subtype allocated by the surrogate definition of St. Gallen 2013.
struct Receptors {
    er: i32,
    pr: i32,
    ki67: i32,
    her2_ihc: &'static str,
    her2_ish: Option<&'static str>,
    her2_positive: bool,
}

fn receptors(p: &Patient<'_>, stream: &mut Stream) -> Receptors {
    let subtype = p.level(Variable::Subtype);
    let er_positive = match subtype {
        "her2" => p.level(Variable::Er) != "negative",
        other => other != "triple-negative",
    };
    let er = if er_positive { stream.whole(50, 100) } else { 0 };
    // Luminal A-like: Ki-67 below 20 % and PR 20 % or more; luminal B-like: either is not so.
    let (pr, ki67) = match (subtype, er_positive) {
        ("luminal-a", _) => (stream.whole(20, 95), stream.whole(3, 19)),
        ("luminal-b", _) if stream.chance(0.3) => (stream.whole(0, 19), stream.whole(5, 45)),
        ("luminal-b", _) => (stream.whole(0, 95), stream.whole(20, 60)),
        (_, true) => (stream.whole(0, 90), stream.whole(15, 70)),
        (_, false) => (0, stream.whole(25, 90)),
    };
    let her2_positive = subtype == "her2";
    let equivocal = stream.chance(if her2_positive { 0.15 } else { 0.2 });
    let (her2_ihc, her2_ish) = match (her2_positive, equivocal) {
        (true, true) => ("2+", Some("amplified")),
        (true, false) => ("3+", None),
        (false, true) => ("2+", Some("not-amplified")),
        (false, false) => (if stream.chance(0.5) { "0" } else { "1+" }, None),
    };
    Receptors { er, pr, ki67, her2_ihc, her2_ish, her2_positive }
}

pub(super) fn tumour(p: &Patient<'_>, written: &Written, stream: &mut Stream, rows: &mut Rows) {
    let r = receptors(p, stream);
    let sign = |positive: bool| if positive { "positive" } else { "negative" };
    let t = ["T1", "T2", "T3", "T4"][stream.weighted([0.3, 0.45, 0.15, 0.1].into_iter())];
    let n = ["N0", "N1", "N2", "N3"][stream.weighted([0.35, 0.4, 0.15, 0.1].into_iter())];
    let stage = match (p.history.de_novo, t, n) {
        (true, _, _) => "IV",
        (_, "T1", "N0") => "I",
        (_, _, "N2" | "N3") | (_, "T4", _) => "III",
        _ => "II",
    };
    let histology = ["8500/3", "8520/3", "8522/3"][stream.weighted([0.8, 0.15, 0.05].into_iter())];
    let grade = if r.ki67 >= 20 { 3 - i32::from(stream.chance(0.4)) } else { stream.whole(1, 2) };
    let side = if stream.chance(0.51) { "left" } else { "right" };
    // The end of local treatment stays before the first metastases.
    let treated = oligomet_base::Day(p.history.diagnosis.0 + stream.whole(60, 180));
    let treated = (!p.history.de_novo && treated < p.history.metastasis).then_some(treated);
    let key = p.key("T", 1);
    let row = rows
        .row("primary_tumour")
        .text("tumour_id", &key)
        .refer("patient_id", Some(written.patient))
        .day("diagnosis_date", Some(p.history.diagnosis))
        .level("laterality", side)
        .text("histology", histology)
        .integer("grade", p.often(grade, stream))
        .text("t_category", t)
        .text("n_category", n)
        .text("m_category", if p.history.de_novo { "M1" } else { "M0" })
        .text("stage_group", stage);
    let row = row
        .number("er_percent", p.often(f64::from(r.er), stream))
        .level("er_status", sign(r.er >= 1))
        .number("pr_percent", p.often(f64::from(r.pr), stream))
        .level("pr_status", sign(r.pr >= 1))
        .maybe_level("her2_ihc", p.often(r.her2_ihc, stream))
        .maybe_level("her2_ish", r.her2_ish)
        .level("her2_status", sign(r.her2_positive));
    let ki67 = p.often(f64::from(r.ki67), stream);
    let organ = p.level(Variable::Organ);
    let row = row.number("ki67_percent", ki67).day("local_treatment_end_date", treated);
    let tumour = row.yes_no("controlled", Some(organ != "breast")).end();
    if ki67.is_none() {
        missing(p, ("primary_tumour", "ki67_percent", "T"), "not-done", rows);
    }
    if let Some(day) = treated {
        rows.row("local_treatment")
            .text("treatment_id", &p.key("X", 1))
            .refer("patient_id", Some(written.patient))
            .refer("tumour_id", Some(tumour))
            .day("date", Some(oligomet_base::Day(day.0 - 30)))
            .level("kind", "surgery")
            .yes_no("complete", Some(true))
            .end();
    }
}

/// Says why a cell is empty.
fn missing(p: &Patient<'_>, (table, column, kind): (&str, &str, &str), reason: &str, rows: &mut Rows) {
    rows.row("missing_value")
        .text("missing_id", &p.key("M", 1))
        .text("table", table)
        .text("row_id", &p.key(kind, 1))
        .text("column", column)
        .level("reason", reason)
        .end();
}

/// Whether the event that led to radiotherapy is another episode than the first metastases.
fn has_event(history: &History) -> bool {
    history.event > history.metastasis
}

pub(super) fn episodes_and_lesions(
    p: &Patient<'_>,
    written: &mut Written,
    stream: &mut Stream,
    rows: &mut Rows,
) {
    let h = p.history;
    let imaging = ["ct", "pet-ct", "mri", "bone-scan"];
    let episode = |number: usize, day, n: i32, poly: bool, stream: &mut Stream, rows: &mut Rows| {
        let at = stream.weighted([0.5, 0.35, 0.1, 0.05].into_iter());
        // Many lesions are often not counted, but said to be at least so many.
        let counted = n <= 10 || !p.is_missing(stream);
        rows.row("metastatic_episode")
            .text("episode_id", &p.key("E", number))
            .refer("patient_id", Some(written.patient))
            .day("diagnosis_date", Some(day))
            .integer("n_lesions", counted.then_some(n))
            .integer("n_lesions_at_least", (!counted).then_some(10))
            .yes_no("polymetastatic", Some(poly))
            .level("imaging", imaging[at])
            .end()
    };
    let first_poly = h.n_lesions.0 > 5;
    let first = episode(1, h.metastasis, h.n_lesions.0, first_poly, stream, rows);
    let mut event = first;
    if has_event(h) {
        event = episode(2, h.event, h.n_lesions.1, first_poly || h.n_lesions.1 > 5, stream, rows);
    }
    let mut further = event;
    if let Some(later) = h.lesions.iter().find(|l| l.first_seen > h.event) {
        let number = if has_event(h) { 3 } else { 2 };
        further = episode(number, later.first_seen, 1, first_poly || h.n_lesions.1 > 5, stream, rows);
    }
    (written.first_episode, written.event_episode) = (first, event);
    for (i, lesion) in h.lesions.iter().enumerate() {
        let found = match lesion.first_seen {
            day if day > h.event => further,
            day if day == h.event => event,
            _ => first,
        };
        let measurable = lesion.organ != "bone" && lesion.diameter_mm >= 10.0;
        let row = rows
            .row("lesion")
            .text("lesion_id", &p.key("L", i + 1))
            .refer("patient_id", Some(written.patient))
            .refer("episode_id", Some(found))
            .level("organ", &lesion.organ)
            .text("site", site(&lesion.organ, stream))
            .day("first_seen_date", Some(lesion.first_seen))
            .yes_no("measurable", Some(measurable))
            .end();
        written.lesions.push(row);
    }
}

fn site(organ: &str, stream: &mut Stream) -> &'static str {
    let sites: &[&'static str] = match organ {
        "bone" => &["thoracic vertebra", "lumbar vertebra", "pelvis", "rib", "femur", "sternum"],
        "brain" => &["frontal lobe", "parietal lobe", "cerebellum", "occipital lobe", "temporal lobe"],
        "lung" => &["right upper lobe", "right lower lobe", "left upper lobe", "left lower lobe"],
        "lymph-node" => {
            &["mediastinal", "axillary", "supraclavicular", "internal mammary", "retroperitoneal"]
        }
        "liver" => &["segment V", "segment VI", "segment VII", "segment VIII", "segment IV"],
        "breast" => &["breast"],
        _ => &["not specified"],
    };
    sites[stream.below(sites.len())]
}

//! Flow diagrams of invented cohorts.

use oligomet_figure::{
    FigureError, FigureStyle, FlowBox, FlowExclusion, FlowFigure, FlowReason, FlowStep, Svg,
};

/// Label, count and reasons with their counts.
type Excluded<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

fn step(label: &str, counts: &[&str], excluded: Option<Excluded<'_>>) -> FlowStep {
    let excluded = excluded.map(|(label, count, reasons)| FlowExclusion {
        label: label.into(),
        count: count.into(),
        reasons: reasons.iter().map(|(l, c)| FlowReason { label: (*l).into(), count: (*c).into() }).collect(),
    });
    FlowStep { main: flow_box(label, counts), excluded: excluded.into_iter().collect() }
}

fn flow_box(label: &str, counts: &[&str]) -> FlowBox {
    FlowBox { label: label.into(), counts: counts.iter().map(|count| (*count).to_owned()).collect() }
}

fn cohort(width_mm: f64) -> FlowFigure {
    let steps = vec![
        step(
            "Courses of radiotherapy for metastatic breast cancer, 2009-2023",
            &["n = 1,045 patients, 2,117 courses"],
            Some(("Palliative intent", "n = 506", &[])),
        ),
        step(
            "Radical intent to at least one lesion",
            &["n = 539"],
            Some((
                "Not oligometastatic",
                "n = 301",
                &[
                    ("More than 5 lesions at the last staging before radiotherapy", "n = 219"),
                    ("Leptomeningeal disease", "n = 35"),
                    ("No staging within 3 months", "n = 47"),
                ],
            )),
        ),
        step("Oligometastatic at radiotherapy", &["n = 238"], Some(("Age below 18 years", "n = 0", &[]))),
        step(
            "Adults",
            &["n = 238"],
            Some((
                "Excluded",
                "n = 43",
                &[("Second active cancer", "n = 18"), ("Earlier radiotherapy to the same lesion", "n = 25")],
            )),
        ),
        step(
            "Eligible",
            &["n = 195"],
            Some((
                "No imaging after radiotherapy",
                "n = 62",
                &[("Died before the first scan", "n = 21"), ("Followed elsewhere", "n = 41")],
            )),
        ),
        step("Analysis set", &["n = 133 patients", "169 lesions"], None),
    ];
    let split = vec![
        flow_box("Low risk", &["n = 63"]),
        flow_box("Intermediate risk", &["n = 50"]),
        flow_box("High risk", &["n = 20"]),
    ];
    let style = FigureStyle::of_width(width_mm);
    FlowFigure { title: "Invented cohort".into(), description: String::new(), steps, split, style }
}

/// Few steps, several boxes beside one arrow, patients and courses in each.
fn units(width_mm: f64) -> FlowFigure {
    let left = |label: &str, count: &str| FlowExclusion {
        label: label.into(),
        count: count.into(),
        reasons: Vec::new(),
    };
    let first = FlowStep {
        main: flow_box("Women treated with radiotherapy", &["1,045 patients", "1,388 courses"]),
        excluded: vec![
            left("Palliative intent in widespread disease", "506 patients, 731 courses"),
            left(
                "Radical intent, not for oligoprogression or systemic therapy changed",
                "480 patients, 583 courses",
            ),
        ],
    };
    let last = FlowStep {
        main: flow_box(
            "Radiotherapy of oligoprogression, systemic therapy unchanged",
            &["59 patients", "74 courses"],
        ),
        excluded: Vec::new(),
    };
    let style = FigureStyle { note: crate::NOTE.into(), ..FigureStyle::of_width(width_mm) };
    FlowFigure {
        title: "Invented cohort".into(),
        description: String::new(),
        steps: vec![first, last],
        split: Vec::new(),
        style,
    }
}

/// Every flow diagram.
/// Eight endpoints of one analysis set: more boxes than stand beside each other with their words whole.
fn endpoints(width_mm: f64) -> FlowFigure {
    let counts = ["n = 59", "events = 33"];
    let split = [
        "Progression-free survival after radiotherapy, progression that changed systemic therapy",
        "Progression-free survival after radiotherapy, progression that changed systemic therapy or death",
        "Progression-free survival",
        "Time to next systemic therapy",
        "Overall survival from radiotherapy",
        "Overall survival from the first diagnosis, given survival to the reassessment",
        "Discontinuation of the systemic therapy",
        "First local failure of a treated lesion",
    ];
    FlowFigure {
        title: "Flow of patients".into(),
        description: String::new(),
        steps: vec![
            step("Patients in the records", &["n = 1,045"], Some(("Not irradiated", "n = 986", &[]))),
            step("Patients analysed", &["n = 59"], None),
        ],
        split: split.map(|label| flow_box(label, &counts)).to_vec(),
        style: FigureStyle { note: crate::NOTE.into(), ..FigureStyle::of_width(width_mm) },
    }
}

pub(crate) fn figures() -> Result<Vec<(String, Svg)>, FigureError> {
    let mut out = Vec::new();
    for width in [84.0, 120.0, 174.0] {
        out.push((format!("flow_{width}"), cohort(width).render()?));
    }
    let mut simple = cohort(84.0);
    simple.split.clear();
    simple.steps.truncate(3);
    simple.steps[2].excluded.clear();
    out.push(("flow_simple_84".into(), simple.render()?));
    for width in [84.0, 174.0] {
        out.push((format!("flow_units_{width}"), units(width).render()?));
        out.push((format!("flow_endpoints_{width}"), endpoints(width).render()?));
    }
    Ok(out)
}

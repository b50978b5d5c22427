//! Swimmer plots and timelines of invented patients.

use crate::random::Random;
use oligomet_figure::*;

const MARKS: [(&str, MarkShape); 4] = [
    ("Progression", MarkShape::Triangle),
    ("Radiotherapy", MarkShape::Diamond),
    ("Death", MarkShape::Cross),
    ("Systemic therapy stopped", MarkShape::Stroke),
];
const PHASES: [&str; 4] = ["Anti-HER2", "CDK4/6 inhibitor", "Endocrine therapy", "Chemotherapy"];

fn lane(random: &mut Random, number: usize) -> SwimmerLane {
    let end = (1.0 + random.exponential(16.0)).min(61.0);
    let stop = end * (0.3 + 0.7 * random.uniform());
    let phase = (random.uniform() * 4.0) as usize % 4;
    let progressed = random.uniform() < 0.7;
    let died = random.uniform() < 0.3;
    let mut marks = vec![SwimmerMark { kind: 1, time: 0.0 }];
    if progressed {
        marks.extend([SwimmerMark { kind: 0, time: stop }, SwimmerMark { kind: 3, time: stop }]);
    }
    if died {
        marks.push(SwimmerMark { kind: 2, time: end });
    }
    SwimmerLane {
        label: format!("S{:04}", number + 1),
        end,
        bars: vec![SwimmerBar { phase, from: 0.0, to: if progressed { stop } else { end } }],
        marks,
        ongoing: !died,
    }
}

fn swimmer(n: usize, width_mm: f64, mono: bool) -> SwimmerFigure {
    let mut random = Random(91);
    SwimmerFigure {
        title: "Invented patients".into(),
        description: String::new(),
        lane_heading: "Patient".into(),
        x: TimeAxis::months("Months since start of radiotherapy"),
        phases: PHASES.map(String::from).to_vec(),
        marks: MARKS.map(|(label, shape)| SwimmerMarkKind { label: label.into(), shape }).to_vec(),
        ongoing_label: "Alive at the end of follow-up".into(),
        lanes: (0..n).map(|i| lane(&mut random, i)).collect(),
        style: FigureStyle { mono, note: crate::NOTE.into(), ..FigureStyle::of_width(width_mm) },
    }
}

fn span(label: &str, from: When, to: When, ongoing: bool) -> TimelineItem {
    TimelineItem { label: label.into(), from, to: Some(to), ongoing, shape: MarkShape::Circle }
}

fn mark(label: &str, at: When, shape: MarkShape) -> TimelineItem {
    TimelineItem { label: label.into(), from: at, to: None, ongoing: false, shape }
}

fn timeline(width_mm: f64, calendar: bool) -> TimelineFigure {
    let (at, between) = (When::exact, When::between);
    let lane = |label: &str, items| TimelineLane { label: label.into(), items };
    let lanes = vec![
        lane("Surgery", vec![mark("Mastectomy", between(-55.0, -54.0), MarkShape::Square)]),
        lane(
            "Systemic therapy",
            vec![
                span("Letrozole (adjuvant)", at(-50.0), between(-21.0, -20.0), false),
                span("Letrozole + palbociclib", at(-14.5), at(7.3), false),
                span("Fulvestrant", at(7.9), at(13.2), false),
                span("Capecitabine", at(13.4), at(21.0), true),
            ],
        ),
        lane(
            "Lesions",
            vec![
                mark("Bone L3, iliac", at(-15.0), MarkShape::Circle),
                mark("Lung, right lower lobe", between(-1.5, -0.5), MarkShape::Circle),
            ],
        ),
        lane(
            "Radiotherapy",
            vec![
                mark("50 Gy in 5, lung", at(0.0), MarkShape::Diamond),
                mark("8 Gy in 1, L3", at(14.0), MarkShape::Diamond),
            ],
        ),
        lane(
            "Assessments",
            vec![
                mark("SD", at(-8.0), MarkShape::Triangle),
                mark("PD", at(-1.0), MarkShape::Triangle),
                mark("PR", at(2.6), MarkShape::Triangle),
                mark("SD", at(5.1), MarkShape::Triangle),
                mark("PD", at(7.3), MarkShape::Triangle),
                mark("PD", between(12.5, 13.5), MarkShape::Triangle),
            ],
        ),
        lane("Toxicity", vec![span("Pneumonitis grade 2", at(3.5), between(5.0, 6.5), false)]),
        lane("Quality of life", Vec::new()),
    ];
    let years = (0..7).map(|i| (-57.0 + 12.0 * f64::from(i), format!("{}", 2018 + i))).collect();
    TimelineFigure {
        title: "Invented patient".into(),
        description: String::new(),
        x: TimelineAxis {
            label: if calendar { "Year".into() } else { "Months since start of radiotherapy".into() },
            unit: TimeUnit::Months,
            ticks: if calendar { years } else { Vec::new() },
            zero: Some(0.0),
        },
        lanes,
        style: FigureStyle { mono: calendar, note: crate::NOTE.into(), ..FigureStyle::of_width(width_mm) },
    }
}

/// Every swimmer plot and timeline.
pub(crate) fn figures() -> Result<Vec<(String, Svg)>, FigureError> {
    let mut out = Vec::new();
    for width in [84.0, 174.0] {
        out.push((format!("swimmer_12_{width}"), swimmer(12, width, false).render()?));
        out.push((format!("swimmer_12_mono_{width}"), swimmer(12, width, true).render()?));
        for (i, page) in swimmer(59, width, false).render_pages()?.into_iter().enumerate() {
            out.push((format!("swimmer_59_{width}_{}", i + 1), page));
        }
        out.push((format!("timeline_{width}"), timeline(width, false).render()?));
        out.push((format!("timeline_calendar_{width}"), timeline(width, true).render()?));
    }
    for (i, page) in swimmer(130, 174.0, false).render_pages()?.into_iter().enumerate() {
        out.push((format!("swimmer_pages_{}", i + 1), page));
    }
    Ok(out)
}

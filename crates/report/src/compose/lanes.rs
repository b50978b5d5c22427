//! Swimmer plots and timelines: local tables of subjects, never in a run that is shared.

use std::collections::BTreeMap;

use oligomet_base::TimeUnit;
use oligomet_base::words::lower_first;
use oligomet_figure::{
    MarkShape, SwimmerBar, SwimmerFigure, SwimmerLane, SwimmerMark, SwimmerMarkKind, TimelineAxis,
    TimelineFigure, TimelineItem, TimelineLane, When,
};
use oligomet_results::{AnalysisOutline, FigureOutline, Lane, LaneKind, Subjects};

use super::km::axis;
use super::{ComposeError, style};
use crate::style::Style;
use crate::view::View;

/// Shapes of marks in the order of their kinds; the last two are kept for death and for a therapy that stops.
const SHAPES: [MarkShape; 7] = [
    MarkShape::Triangle,
    MarkShape::Diamond,
    MarkShape::Circle,
    MarkShape::Square,
    MarkShape::OpenSquare,
    MarkShape::TriangleDown,
    MarkShape::OpenCircle,
];

/// Lanes that a figure shows at most, about three pages: of more, some at even steps in their order. The results
/// hold all.
const MOST_LANES: usize = 200;

/// The subjects and the lanes of an analysis, or why there are none.
fn lanes_of<'a>(
    view: &View<'a>,
    analysis: &AnalysisOutline,
    figure: &FigureOutline,
) -> Result<(&'a Subjects, Vec<&'a Lane>), ComposeError> {
    let empty = |why: &str| ComposeError::Empty { figure: figure.id.clone(), why: why.to_owned() };
    let Some(subjects) = &view.run.subjects else {
        return Err(empty("it shows patients one by one, and these results hold none"));
    };
    let lanes: Vec<&Lane> = subjects.lanes.iter().filter(|lane| lane.analysis_id == analysis.id).collect();
    if lanes.is_empty() {
        Err(empty("nothing is recorded of the patients it shows"))
    } else {
        Ok((subjects, lanes))
    }
}

/// Kinds in the order in which they first come, by name, with their words.
fn kinds<'a>(lanes: &[&'a Lane], kind: LaneKind) -> Vec<(&'a str, &'a str)> {
    let mut out: Vec<(&str, &str)> = Vec::new();
    for lane in lanes.iter().filter(|lane| lane.kind == kind) {
        if !out.iter().any(|(what, _)| *what == lane.what) {
            out.push((&lane.what, &lane.label));
        }
    }
    out
}

/// Death is a cross and the end of a therapy an upright stroke wherever they stand; the others take what comes.
fn shape_of(what: &str, place: usize) -> MarkShape {
    if what.contains("death") {
        MarkShape::Cross
    } else if what.starts_with("stop") {
        MarkShape::Stroke
    } else {
        SHAPES[place % SHAPES.len()]
    }
}

/// One lane per subject under its opaque id; spans are bars, marks are marks, and what ended observation is one too.
pub(super) fn compose_swimmer(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    figure: &FigureOutline,
) -> Result<SwimmerFigure, ComposeError> {
    let (subjects, lanes) = lanes_of(view, analysis, figure)?;
    let unit = view.unit().days();
    let phases = phases(analysis, subjects, &lanes);
    let marks = mark_kinds(&lanes);
    let mut by_subject: BTreeMap<u32, (u32, SwimmerLane)> = BTreeMap::new();
    for lane in lanes.iter().filter(|lane| lane.kind == LaneKind::Observed) {
        let end = lane.to.unwrap_or(lane.from) / unit;
        let bars = phases.of(lane.subject).map(|phase| SwimmerBar {
            phase,
            from: (lane.from / unit).min(end),
            to: end,
        });
        let drawn = SwimmerLane {
            label: subjects.id(lane.subject),
            end,
            bars: bars.into_iter().collect(),
            marks: Vec::new(),
            ongoing: lane.ongoing,
        };
        by_subject.insert(lane.subject, (lane.lane, drawn));
    }
    for lane in &lanes {
        let Some((_, drawn)) = by_subject.get_mut(&lane.subject) else { continue };
        let from = (lane.from / unit).max(0.0);
        match lane.kind {
            LaneKind::Mark => {
                let kind = marks.iter().position(|(what, _)| *what == lane.what);
                // What happened after observation ended is no part of the lane.
                drawn
                    .marks
                    .extend(kind.filter(|_| from <= drawn.end).map(|kind| SwimmerMark { kind, time: from }));
            }
            LaneKind::Span => {
                let phase =
                    phases.spans.iter().position(|what| *what == lane.what).map(|p| p + phases.groups.len());
                let to = lane.to.map_or(drawn.end, |to| to / unit).min(drawn.end);
                drawn.bars.extend(phase.filter(|_| from <= to).map(|phase| SwimmerBar { phase, from, to }));
            }
            LaneKind::Observed => {
                let kind = marks.iter().position(|(what, _)| *what == lane.what);
                let time = drawn.end;
                let known = drawn.marks.iter().any(|m| Some(m.kind) == kind && m.time == time);
                drawn
                    .marks
                    .extend(kind.filter(|_| !lane.ongoing && !known).map(|kind| SwimmerMark { kind, time }));
            }
        }
    }
    let mut drawn: Vec<(u32, SwimmerLane)> = by_subject.into_values().collect();
    drawn.sort_by_key(|(place, _)| *place);
    let all = drawn.len();
    thin(&mut drawn);
    for (_, lane) in &mut drawn {
        let mut seen: Vec<SwimmerMark> = Vec::new();
        lane.marks.retain(|mark| {
            let new = !seen.contains(mark);
            seen.push(*mark);
            new
        });
    }
    Ok(SwimmerFigure {
        title: format!(
            "{}: {}",
            whose(drawn.len(), all, &view.printer.style),
            lower_first(&view.endpoint_label(&analysis.endpoint))
        ),
        description: String::new(),
        lane_heading: "Patient".into(),
        x: axis(view, &analysis.endpoint, figure),
        phases: phases.words,
        marks: marks
            .iter()
            .enumerate()
            .map(|(i, (what, label))| SwimmerMarkKind { label: label.clone(), shape: shape_of(what, i) })
            .collect(),
        ongoing_label: "Censored: no event of the endpoint until then".into(),
        lanes: drawn.into_iter().map(|(_, lane)| lane).collect(),
        style: style(view, figure),
    })
}

/// Keeps the first and the last of too many, and those at even steps between them.
fn thin<T>(lanes: &mut Vec<T>) {
    let n = lanes.len();
    if n <= MOST_LANES {
        return;
    }
    let mut place = 0;
    let mut kept = 0;
    lanes.retain(|_| {
        let wanted = place == kept * (n - 1) / (MOST_LANES - 1);
        kept += usize::from(wanted);
        place += 1;
        wanted
    });
}

/// Whose lanes these are, in words.
fn whose(drawn: usize, all: usize, style: &Style) -> String {
    if drawn == all {
        return "Course of every patient".to_owned();
    }
    let (drawn, all) = (style.count(drawn as u64), style.count(all as u64));
    format!("Course of {drawn} of {all} patients, at even steps in the order of their time")
}

/// Marks, and what ended observation where no mark shows it.
fn mark_kinds<'a>(lanes: &[&'a Lane]) -> Vec<(&'a str, String)> {
    let mut out: Vec<(&str, String)> =
        kinds(lanes, LaneKind::Mark).into_iter().map(|(what, label)| (what, label.to_owned())).collect();
    for lane in lanes.iter().filter(|lane| lane.kind == LaneKind::Observed && !lane.ongoing) {
        if !out.iter().any(|(what, _)| *what == lane.what) {
            out.push((&lane.what, lane.label.clone()));
        }
    }
    out
}

/// Bars: the group of a patient as the bar of the whole lane, and what lasted.
struct Phases<'a> {
    groups: Vec<usize>,
    codes: Option<&'a [u32]>,
    spans: Vec<&'a str>,
    words: Vec<String>,
}

impl Phases<'_> {
    fn of(&self, subject: u32) -> Option<usize> {
        let Some(codes) = self.codes else { return (!self.groups.is_empty()).then_some(0) };
        let code = codes.get(subject as usize).map(|code| *code as usize)?;
        self.groups.iter().position(|group| *group == code)
    }
}

fn phases<'a>(analysis: &AnalysisOutline, subjects: &'a Subjects, lanes: &[&'a Lane]) -> Phases<'a> {
    let spans = kinds(lanes, LaneKind::Span);
    let grouping = subjects.grouping(&analysis.by).filter(|_| !analysis.by.is_empty());
    let (groups, mut words): (Vec<usize>, Vec<String>) = match grouping {
        Some(grouping) => (0..grouping.levels.len()).zip(grouping.levels.iter().cloned()).unzip(),
        // Without groups and spans the lane itself is the bar.
        None if spans.is_empty() => (vec![0], vec!["Under observation".to_owned()]),
        None => (Vec::new(), Vec::new()),
    };
    words.extend(spans.iter().map(|(_, label)| (*label).to_owned()));
    Phases {
        groups,
        codes: grouping.map(|g| g.codes.as_slice()),
        spans: spans.into_iter().map(|(what, _)| what).collect(),
        words,
    }
}

/// What a lane of a timeline holds, by the table that its records are from.
fn lane_label(table: &str) -> String {
    let words = match table {
        "systemic_line" => "Systemic therapy",
        "rt_course" => "Radiotherapy",
        "local_treatment" => "Surgery, ablation",
        "imaging_assessment" => "Imaging",
        "toxicity" => "Toxicity",
        "follow_up" => "Follow-up",
        other => {
            return crate::table::sentence(&other.replace('_', " ")).trim_end_matches('.').to_owned();
        }
    };
    words.to_owned()
}

/// One patient: a lane per sort of record.
pub(super) fn compose_timeline(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    figure: &FigureOutline,
) -> Result<TimelineFigure, ComposeError> {
    let (subjects, lanes) = lanes_of(view, analysis, figure)?;
    let unit = view.unit();
    let when = |first: f64, last: Option<f64>| {
        When::between(first / unit.days(), last.unwrap_or(first) / unit.days())
    };
    let who = lanes.first().map(|lane| lane.subject).unwrap_or_default();
    let mut rows: BTreeMap<u32, TimelineLane> = BTreeMap::new();
    for lane in lanes.iter().filter(|lane| lane.subject == who && lane.kind != LaneKind::Observed) {
        let row = rows
            .entry(lane.lane)
            .or_insert_with(|| TimelineLane { label: lane_label(&lane.what), items: Vec::new() });
        row.items.push(TimelineItem {
            label: lane.label.clone(),
            from: when(lane.from, lane.from_latest),
            to: lane.to.map(|to| when(to, lane.to_latest)),
            ongoing: lane.ongoing,
            shape: shape_of(&lane.what, lane.lane as usize),
        });
    }
    if rows.is_empty() {
        let why = "nothing is recorded of this patient".to_owned();
        return Err(ComposeError::Empty { figure: figure.id.clone(), why });
    }
    let time = axis(view, &analysis.endpoint, figure);
    Ok(TimelineFigure {
        title: format!("Timeline of patient {}", subjects.id(who)),
        description: String::new(),
        x: TimelineAxis {
            label: time.label,
            unit: match unit {
                TimeUnit::Months => oligomet_figure::TimeUnit::Months,
                TimeUnit::Years => oligomet_figure::TimeUnit::Years,
                TimeUnit::Days | TimeUnit::Weeks => oligomet_figure::TimeUnit::Other,
            },
            ticks: Vec::new(),
            zero: Some(0.0),
        },
        lanes: rows.into_values().collect(),
        style: style(view, figure),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_lanes_some_at_even_steps_are_drawn() {
        let thinned = |n: usize| {
            let mut lanes: Vec<usize> = (0..n).collect();
            thin(&mut lanes);
            lanes
        };
        assert_eq!(thinned(MOST_LANES), (0..MOST_LANES).collect::<Vec<_>>());
        for n in [MOST_LANES + 1, 399, 5646] {
            let kept = thinned(n);
            assert_eq!((kept.len(), kept[0], kept[MOST_LANES - 1]), (MOST_LANES, 0, n - 1));
            let steps = kept.windows(2).map(|pair| pair[1] - pair[0]);
            let (least, most) = (steps.clone().min().unwrap(), steps.max().unwrap());
            assert!(most - least <= 1, "{n}: {least} to {most}");
        }
        let style = Style::named_or_plain("");
        assert_eq!(whose(59, 59, &style), "Course of every patient");
        assert_eq!(
            whose(200, 5646, &style),
            "Course of 200 of 5,646 patients, at even steps in the order of their time"
        );
    }
}

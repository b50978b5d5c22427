//! Layout of swimmer plots and timelines.

mod common;

use common::{check_scene, label};
use oligomet_figure::scene::{Element, Scene};
use oligomet_figure::{
    FigureError, FigureStyle, MarkShape, SwimmerBar, SwimmerFigure, SwimmerLane, SwimmerMark,
    SwimmerMarkKind, TimeAxis, TimeUnit, TimelineAxis, TimelineFigure, TimelineItem, TimelineLane, When,
};
use proptest::prelude::*;

const SHAPES: [MarkShape; 9] = [
    MarkShape::Triangle,
    MarkShape::TriangleDown,
    MarkShape::Diamond,
    MarkShape::Circle,
    MarkShape::OpenCircle,
    MarkShape::Square,
    MarkShape::OpenSquare,
    MarkShape::Cross,
    MarkShape::Stroke,
];

fn shape() -> impl Strategy<Value = MarkShape> {
    (0..SHAPES.len()).prop_map(|i| SHAPES[i])
}

prop_compose! {
    fn lane()(
        label in label(),
        end in prop_oneof![Just(0.0), 0.0..90.0f64],
        bars in prop::collection::vec((0usize..7, 0.0..1.0f64, 0.0..1.0f64), 0..5),
        marks in prop::collection::vec((0usize..9, 0.0..=1.0f64), 0..30),
        ongoing in any::<bool>(),
    ) -> SwimmerLane {
        let bar = |(phase, a, b): (usize, f64, f64)| SwimmerBar { phase, from: end * a.min(b), to: end * a.max(b) };
        SwimmerLane {
            label,
            end,
            bars: bars.into_iter().map(bar).collect(),
            marks: marks.into_iter().map(|(kind, at)| SwimmerMark { kind, time: at * end }).collect(),
            ongoing,
        }
    }
}

prop_compose! {
    fn any_swimmer()(
        lanes in prop_oneof![4 => prop::collection::vec(lane(), 1..12), 1 => prop::collection::vec(lane(), 90..160)],
        phases in prop::collection::vec(label(), 7),
        marks in prop::collection::vec(label(), 9),
        (heading, x_label, ongoing_label, note) in (label(), label(), label(), label()),
        (width_mm, mono) in (prop_oneof![Just(84.0), Just(174.0), 60.0..300.0f64], any::<bool>()),
    ) -> SwimmerFigure {
        SwimmerFigure {
            title: "Title".into(),
            description: String::new(),
            lane_heading: heading,
            x: TimeAxis::months(&x_label),
            phases,
            marks: marks.into_iter().zip(SHAPES).map(|(label, shape)| SwimmerMarkKind { label, shape }).collect(),
            ongoing_label,
            lanes,
            style: FigureStyle { mono, note, ..FigureStyle::of_width(width_mm) },
        }
    }
}

fn when() -> impl Strategy<Value = When> {
    let uncertain = (-80.0..80.0f64, 0.0..12.0f64).prop_map(|(t, more)| When::between(t, t + more));
    prop_oneof![(-80.0..80.0f64).prop_map(When::exact), uncertain]
}

fn item() -> impl Strategy<Value = TimelineItem> {
    (label(), when(), prop::option::of(when()), any::<bool>(), shape()).prop_map(
        |(label, from, to, ongoing, shape)| {
            let later = |to: When| if to.latest < from.earliest { from } else { to };
            TimelineItem { label, from, to: to.map(later), ongoing, shape }
        },
    )
}

prop_compose! {
    fn any_timeline()(
        lanes in prop::collection::vec((label(), prop::collection::vec(item(), 0..5)), 1..6),
        (x_label, note) in (label(), label()),
        (width_mm, mono) in (prop_oneof![Just(84.0), Just(174.0), 60.0..300.0f64], any::<bool>()),
        zero in prop::option::of(Just(0.0)),
        calendar in any::<bool>(),
    ) -> TimelineFigure {
        let years = (-7..8).map(|i| (f64::from(i) * 12.0, format!("{}", 2020 + i)));
        let ticks = if calendar { years.collect() } else { Vec::new() };
        TimelineFigure {
            title: "Title".into(),
            description: String::new(),
            x: TimelineAxis { label: x_label, unit: TimeUnit::Months, ticks, zero },
            lanes: lanes.into_iter().map(|(label, items)| TimelineLane { label, items }).collect(),
            style: FigureStyle { mono, note, ..FigureStyle::of_width(width_mm) },
        }
    }
}

/// Texts must not be crossed by what is beside them; a line through all lanes keeps away from words too.
fn check_lanes(scene: &Scene) -> Result<(), TestCaseError> {
    check_scene(scene)?;
    prop_assert!(scene.height <= 225.0 * 72.0 / 25.4 + 1e-6, "higher than a page: {} pt", scene.height);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_lane_of_a_swimmer_plot_is_on_one_page(figure in any_swimmer()) {
        let scenes = match figure.scenes() {
            Ok(scenes) => scenes,
            Err(FigureError::TooNarrow { width_mm, .. }) => {
                prop_assert!(width_mm < 100.0);
                return Ok(());
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        let mut lanes = 0;
        for scene in &scenes {
            check_scene(scene)?;
            lanes += scene.elements.iter().filter(|e| matches!(e, Element::Group(g) if g.class == "lane")).count();
        }
        prop_assert_eq!(lanes, figure.lanes.len());
    }

    #[test]
    fn nothing_of_a_timeline_touches(figure in any_timeline()) {
        match figure.scene() {
            Ok(scene) => check_lanes(&scene)?,
            Err(FigureError::Empty { .. }) => prop_assert!(figure.lanes.iter().all(|lane| lane.items.is_empty())),
            Err(FigureError::TooTall { .. } | FigureError::TooNarrow { .. }) => {}
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
    }
}

fn swimmer(n: usize) -> SwimmerFigure {
    let lane = |i: usize| SwimmerLane {
        label: format!("S{:04}", i + 1),
        end: 3.0 + (i * 7 % 50) as f64,
        bars: vec![SwimmerBar { phase: 0, from: 0.0, to: 3.0 }],
        marks: vec![SwimmerMark { kind: 0, time: 2.0 }],
        ongoing: i.is_multiple_of(3),
    };
    SwimmerFigure {
        title: "Title".into(),
        description: String::new(),
        lane_heading: "Patient".into(),
        x: TimeAxis::months("Months"),
        phases: vec!["Therapy".into()],
        marks: vec![SwimmerMarkKind { label: "Progression".into(), shape: MarkShape::Triangle }],
        ongoing_label: "Under observation".into(),
        lanes: (0..n).map(lane).collect(),
        style: FigureStyle::default(),
    }
}

/// Right end of each lane's line, in drawing order.
fn ends(scene: &Scene) -> Vec<f64> {
    let mut out = Vec::new();
    scene.for_each(&mut |element| {
        if let Element::Line(line) = element
            && line.class == "lane"
        {
            out.push(line.to.x);
        }
    });
    out
}

#[test]
fn lanes_are_ordered_by_length_over_all_pages_on_one_scale() -> Result<(), FigureError> {
    let figure = swimmer(130);
    assert!(matches!(figure.render(), Err(FigureError::TooTall { .. })));
    let scenes = figure.scenes()?;
    assert!(scenes.len() >= 2);
    let all: Vec<f64> = scenes.iter().flat_map(ends).collect();
    assert_eq!(all.len(), 130);
    assert!(all.windows(2).all(|w| w[0] >= w[1]));
    let ticks = |scene: &Scene| -> Vec<(String, f64)> {
        scene.texts().into_iter().filter(|t| t.class == "x-tick").map(|t| (t.content, t.at.x)).collect()
    };
    assert_eq!(ticks(&scenes[0]), ticks(&scenes[1]));
    Ok(())
}

#[test]
fn fifty_nine_patients_fit_one_page() -> Result<(), FigureError> {
    assert_eq!(swimmer(59).scenes()?.len(), 1);
    Ok(())
}

#[test]
fn an_uncertain_date_is_as_wide_as_it_is_uncertain() -> Result<(), FigureError> {
    let item = |from: When| TimelineItem {
        label: "PD".into(),
        from,
        to: None,
        ongoing: false,
        shape: MarkShape::Triangle,
    };
    let figure = TimelineFigure {
        title: "Title".into(),
        description: String::new(),
        x: TimelineAxis { label: "Months".into(), unit: TimeUnit::Months, ticks: Vec::new(), zero: None },
        lanes: vec![TimelineLane {
            label: "Assessments".into(),
            items: vec![item(When::exact(0.0)), item(When::between(10.0, 11.0)), item(When::exact(24.0))],
        }],
        style: FigureStyle::default(),
    };
    let scene = figure.scene()?;
    let (mut bars, mut ticks) = (Vec::new(), Vec::new());
    scene.for_each(&mut |element| {
        if let Element::Line(line) = element {
            match line.class {
                "uncertain" if line.from.y == line.to.y => bars.push(line.to.x - line.from.x),
                "tick" => ticks.push(line.from.x),
                _ => {}
            }
        }
    });
    assert_eq!(bars.len(), 1, "only the date known to the month is drawn with its width");
    let month = (ticks[1] - ticks[0]) / 3.0; // 24 months have a tick every three
    assert!((bars[0] - month).abs() < 1e-9, "{} against {month}", bars[0]);
    assert!(scene.description.contains("between 10 and 11"));
    Ok(())
}

#[test]
fn lanes_without_meaning_are_typed_errors() {
    let with = |change: &dyn Fn(&mut SwimmerLane)| {
        let mut figure = swimmer(1);
        change(&mut figure.lanes[0]);
        figure.render()
    };
    assert!(matches!(with(&|lane| lane.end = f64::NAN), Err(FigureError::NotFinite { .. })));
    assert!(matches!(with(&|lane| lane.marks[0].time = 99.0), Err(FigureError::NotAscending { .. })));
    assert!(matches!(with(&|lane| lane.marks[0].kind = 9), Err(FigureError::Shape { .. })));
    assert!(matches!(with(&|lane| lane.bars[0].phase = 9), Err(FigureError::Shape { .. })));
    assert!(matches!(with(&|lane| lane.bars[0].from = -1.0), Err(FigureError::OutOfRange { .. })));
    assert!(matches!(swimmer(0).render(), Err(FigureError::Empty { what: "lanes" })));
}

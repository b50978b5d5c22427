//! Layout of flow diagrams.

mod common;

use common::{check_scene, label};
use oligomet_figure::geometry::Box2;
use oligomet_figure::scene::{Element, Scene};
use oligomet_figure::{FigureError, FigureStyle, FlowBox, FlowExclusion, FlowFigure, FlowReason, FlowStep};
use proptest::prelude::*;

fn flow_box() -> impl Strategy<Value = FlowBox> {
    (label(), prop::collection::vec("n = [0-9]{1,4}", 0..3))
        .prop_map(|(label, counts)| FlowBox { label, counts })
}

fn exclusion() -> impl Strategy<Value = FlowExclusion> {
    let reason = (label(), "n = [0-9]{1,4}").prop_map(|(label, count)| FlowReason { label, count });
    (label(), "n = [0-9]{1,4}", prop::collection::vec(reason, 0..8))
        .prop_map(|(label, count, reasons)| FlowExclusion { label, count, reasons })
}

prop_compose! {
    fn any_figure()(
        steps in prop::collection::vec((flow_box(), prop::collection::vec(exclusion(), 0..4)), 1..10),
        split in prop::collection::vec(flow_box(), 0..13),
        width_mm in prop_oneof![Just(84.0), Just(174.0), 50.0..300.0f64],
        note in prop_oneof![Just(String::new()), label()],
    ) -> FlowFigure {
        let steps = steps.into_iter().map(|(main, excluded)| FlowStep { main, excluded }).collect();
        FlowFigure { title: "Title".into(), description: String::new(), steps, split, style: FigureStyle { note, ..FigureStyle::of_width(width_mm) } }
    }
}

fn boxes(scene: &Scene) -> Vec<Box2> {
    let mut boxes = Vec::new();
    scene.for_each(&mut |element| {
        if let Element::Rect(rect) = element
            && rect.class == "box"
        {
            boxes.push(rect.bounds);
        }
    });
    boxes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn boxes_hold_their_texts_and_never_collide(figure in any_figure()) {
        let scene = figure.scene().map_err(|error| TestCaseError::fail(error.to_string()))?;
        check_scene(&scene)?;
        let boxes = boxes(&scene);
        for (i, one) in boxes.iter().enumerate() {
            prop_assert!(boxes[i + 1..].iter().all(|other| !one.grown(1.0).overlaps(other)));
        }
        for text in scene.texts().iter().filter(|text| text.class != "note") {
            prop_assert!(boxes.iter().any(|b| b.holds(&text.bounds(), 1e-6)), "{:?} is in no box", text.content);
        }
        check_arrows(&scene, &boxes)?;
    }
}

/// Words of up to 14 letters, as labels have them; the widest, of 14 W, fits into a box at 84 mm.
fn words() -> impl Strategy<Value = String> {
    prop::collection::vec("[A-Za-z]{1,14}", 1..9).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_word_is_cut(main in words(), reason in words(), split in prop::collection::vec(words(), 1..13),
        width_mm in prop_oneof![Just(84.0), Just(174.0)]) {
        let flow_box = |label: &String| FlowBox { label: label.clone(), counts: vec!["n = 59".into()] };
        let excluded = FlowExclusion { label: reason.clone(), count: "n = 2".into(), reasons: Vec::new() };
        let steps = vec![FlowStep { main: flow_box(&main), excluded: vec![excluded] }, FlowStep { main: flow_box(&main), excluded: Vec::new() }];
        let mut expected = Vec::new();
        for label in [&main, &main].into_iter().chain(&split) {
            expected.extend(label.split(' ').chain(["n", "=", "59"]).map(str::to_owned));
        }
        expected.extend(reason.split(' ').chain(["(n\u{A0}=\u{A0}2)"]).map(str::to_owned));
        let split = split.iter().map(flow_box).collect();
        let figure = FlowFigure { title: String::new(), description: String::new(), steps, split, style: FigureStyle::of_width(width_mm) };
        let scene = figure.scene().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut drawn: Vec<String> = scene.texts().iter().flat_map(|t| t.content.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect();
        drawn.sort();
        expected.sort();
        prop_assert_eq!(drawn, expected);
    }
}

/// The eight endpoints of a study stand in two rows of four across two columns, and in three rows in one.
#[test]
fn many_groups_stand_in_rows() -> Result<(), FigureError> {
    let flow_box =
        |label: &str| FlowBox { label: label.into(), counts: vec!["n = 59".into(), "events = 14".into()] };
    let label = "Overall survival from the first diagnosis, given survival to the reassessment";
    for (width_mm, expected) in [(174.0, vec![4, 4]), (84.0, vec![3, 3, 2])] {
        let steps = vec![FlowStep { main: flow_box("Analysis set"), excluded: Vec::new() }];
        let style = FigureStyle::of_width(width_mm);
        let split = vec![flow_box(label); 8];
        let scene =
            FlowFigure { title: String::new(), description: String::new(), steps, split, style }.scene()?;
        let mut rows: Vec<(f64, usize)> = Vec::new();
        for one in &boxes(&scene)[1..] {
            match rows.last_mut().filter(|(top, _)| *top == one.top) {
                Some((_, n)) => *n += 1,
                None => rows.push((one.top, 1)),
            }
        }
        assert_eq!(rows.iter().map(|(_, n)| *n).collect::<Vec<_>>(), expected, "{width_mm} mm");
    }
    Ok(())
}

/// Every arrow begins at the edge of a box, ends at the edge of another, and crosses none.
fn check_arrows(scene: &Scene, boxes: &[Box2]) -> Result<(), TestCaseError> {
    let mut paths = Vec::new();
    let mut tips = Vec::new();
    scene.for_each(&mut |element| match element {
        Element::Path(path) if path.class == "arrow" => paths.push(path.lines[0].clone()),
        Element::Polygon(head) if head.class == "arrow-head" => tips.push(head.points[0]),
        _ => {}
    });
    prop_assert_eq!(paths.len(), tips.len());
    for (path, tip) in paths.iter().zip(&tips) {
        let touches =
            |x: f64, y: f64| boxes.iter().any(|b| b.grown(1e-6).holds(&Box2::at(x, y, 0.0, 0.0), 0.0));
        prop_assert!(touches(path[0].x, path[0].y) && touches(tip.x, tip.y), "an arrow hangs in the air");
        for pair in path.windows(2) {
            prop_assert!(
                boxes.iter().all(|b| b.grown(-1e-6).length_inside(pair[0], pair[1]) == 0.0),
                "an arrow crosses a box"
            );
        }
    }
    Ok(())
}

#[test]
fn every_box_but_the_first_is_reached() -> Result<(), FigureError> {
    let flow_box = |label: &str| FlowBox { label: label.into(), counts: vec!["n = 10".into()] };
    let excluded = FlowExclusion { label: "Excluded".into(), count: "n = 2".into(), reasons: Vec::new() };
    let steps = vec![
        FlowStep { main: flow_box("Register"), excluded: vec![excluded] },
        FlowStep { main: flow_box("Analysis set"), excluded: Vec::new() },
    ];
    let split = vec![flow_box("Low risk"), flow_box("High risk")];
    let style = FigureStyle::of_width(84.0);
    let scene =
        FlowFigure { title: String::new(), description: String::new(), steps, split, style }.scene()?;
    let mut heads = 0;
    scene.for_each(&mut |element| heads += usize::from(matches!(element, Element::Polygon(_))));
    assert_eq!((boxes(&scene).len(), heads), (5, 4));
    assert!(scene.to_svg().text.contains("Excluded (n\u{A0}=\u{A0}2)"));
    Ok(())
}

#[test]
fn a_diagram_without_boxes_is_an_error() {
    let style = FigureStyle::default();
    let empty =
        FlowFigure { title: String::new(), description: String::new(), steps: vec![], split: vec![], style };
    assert!(matches!(empty.render(), Err(FigureError::Empty { what: "boxes" })));
}

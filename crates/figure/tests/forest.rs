//! Layout of forest plots.

mod common;

use common::{check_scene, label};
use oligomet_figure::scene::{Element, Scene};
use oligomet_figure::{
    ColumnAlign, FigureError, FigureStyle, ForestColumn, ForestFigure, ForestMark, ForestRow, ForestSeries,
    ForestValue, RatioAxis,
};
use proptest::prelude::*;

fn value() -> impl Strategy<Value = ForestValue> {
    let estimate = (-14.0..14.0f64, 0.0..6.0f64, 0.0..6.0f64, 0.1..1e4f64, any::<bool>(), any::<bool>());
    prop_oneof![
        1 => Just(ForestValue::Nothing),
        1 => Just(ForestValue::Reference),
        6 => estimate.prop_map(|(log_ratio, below, above, weight, has_low, endless)| ForestValue::Estimate {
            ratio: log_ratio.exp(),
            low: has_low.then(|| (log_ratio - below).exp()),
            high: Some(if endless { f64::INFINITY } else { (log_ratio + above).exp() }),
            weight,
        }),
    ]
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("1.23 (1.01-1.50)".to_owned()),
        Just("<0.001".to_owned()),
        "[0-9]{1,4}",
        "\\PC{0,6}",
        Just("–".to_owned())
    ]
}

fn column() -> impl Strategy<Value = ForestColumn> {
    let align = prop_oneof![Just(ColumnAlign::Left), Just(ColumnAlign::Right), Just(ColumnAlign::Decimal)];
    ("[A-Za-z]{1,7}( [a-z%()]{1,6}){0,3}(\n[a-z]{1,5})?", align)
        .prop_map(|(heading, align)| ForestColumn { heading, align })
}

/// Value, own cells, text across all columns, and which of the two is used.
type Mark = (ForestValue, Vec<String>, String, bool);

prop_compose! {
    fn any_figure()(n_columns in 0usize..3, n_series in 1usize..3, n_texts in 0usize..3, n_rows in 1usize..25)(
        columns in prop::collection::vec(column(), n_columns),
        series in prop::collection::vec((label(), label(), prop::collection::vec(column(), n_texts), prop::option::of((label(), label()))), n_series),
        rows in prop::collection::vec((
            label(), 0u8..3, any::<bool>(), prop::collection::vec(cell(), n_columns),
            prop::collection::vec((value(), prop::collection::vec(cell(), n_texts), label(), any::<bool>()), n_series), 0u8..4), n_rows),
        (width_mm, mono) in (prop_oneof![Just(84.0), Just(174.0), 60.0..300.0f64], any::<bool>()),
        (min, max) in (prop::option::weighted(0.2, 0.01..0.9f64), prop::option::weighted(0.2, 1.1..90.0f64)),
        label_heading in label(),
        note in prop_oneof![Just(String::new()), label()],
    ) -> ForestFigure {
        let n_texts = series[0].2.len();
        let row = |(label, indent, bold, cells, marks, kind): (String, u8, bool, Vec<String>, Vec<Mark>, u8)| {
            let mark = |(value, cells, across, own): Mark| {
                let across: Vec<String> = std::iter::once(across.chars().take(20).collect()).filter(|_| n_texts > 0).collect();
                ForestMark { value, cells: if own { cells } else { across } }
            };
            let marks: Vec<ForestMark> = marks.into_iter().map(mark).collect();
            // One row in four is a header without numbers.
            if kind == 0 {
                // With or without a text beside the plot, as the P value of an interaction.
                let marks = if bold { marks.into_iter().map(|m| ForestMark { value: ForestValue::Nothing, ..m }).collect() } else { Vec::new() };
                ForestRow { label, indent, bold, cells: Vec::new(), marks }
            } else {
                ForestRow { label, indent, bold, cells, marks }
            }
        };
        ForestFigure {
            title: "Title".into(),
            description: String::new(),
            label_heading,
            columns,
            series: series.into_iter().map(|(heading, axis_label, columns, favours)| ForestSeries { heading, axis_label, columns, favours }).collect(),
            rows: rows.into_iter().map(row).collect(),
            axis: RatioAxis { min, max },
            style: FigureStyle { width_mm, mono, note, ..FigureStyle::default() },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_touches_and_nothing_is_cut_off(figure in any_figure()) {
        match figure.scenes() {
            Ok(scenes) => scenes.iter().try_for_each(check_scene)?,
            Err(FigureError::TooNarrow { width_mm, needed_mm }) => prop_assert!(needed_mm > width_mm),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn the_width_said_to_be_needed_is_enough(mut figure in any_figure()) {
        figure.style.width_mm = 60.0;
        if let Err(FigureError::TooNarrow { needed_mm, .. }) = figure.scenes() {
            figure.style.width_mm = needed_mm;
            prop_assert!(figure.scenes().is_ok());
        }
    }
}

fn estimate(ratio: f64, low: f64, high: f64, weight: f64) -> ForestRow {
    let value = ForestValue::Estimate { ratio, low: Some(low), high: Some(high), weight };
    let marks = vec![ForestMark { value, cells: Vec::new() }];
    ForestRow { label: "Level".into(), marks, ..ForestRow::default() }
}

fn figure_of(rows: Vec<ForestRow>) -> ForestFigure {
    let series =
        ForestSeries { heading: String::new(), axis_label: "HR".into(), columns: Vec::new(), favours: None };
    ForestFigure {
        title: "Title".into(),
        description: String::new(),
        label_heading: "Factor".into(),
        columns: Vec::new(),
        series: vec![series],
        rows,
        axis: RatioAxis::default(),
        style: FigureStyle::default(),
    }
}

fn sides(scene: &Scene) -> Vec<f64> {
    let mut sides = Vec::new();
    scene.for_each(&mut |element| {
        if let Element::Rect(rect) = element
            && rect.class == "estimate"
        {
            sides.push(rect.bounds.width());
        }
    });
    sides
}

fn arrows(scene: &Scene) -> usize {
    let mut n = 0;
    scene.for_each(&mut |element| {
        n += usize::from(matches!(element, Element::Polygon(p) if p.class == "arrow"))
    });
    n
}

#[test]
fn areas_of_squares_are_in_proportion_to_weights() -> Result<(), FigureError> {
    let sides =
        sides(&figure_of(vec![estimate(1.0, 0.5, 2.0, 100.0), estimate(2.0, 1.0, 4.0, 25.0)]).scene()?);
    assert!((sides[0].powi(2) / sides[1].powi(2) - 4.0).abs() < 1e-9, "{sides:?}");
    Ok(())
}

#[test]
fn the_axis_is_logarithmic_around_the_null() -> Result<(), FigureError> {
    let scene = figure_of(vec![estimate(0.5, 0.4, 0.6, 1.0), estimate(2.0, 1.5, 2.5, 1.0)]).scene()?;
    let (mut null, mut middles) = (f64::NAN, Vec::new());
    scene.for_each(&mut |element| match element {
        Element::Line(line) if line.class == "null" => null = line.from.x,
        Element::Rect(rect) if rect.class == "estimate" => {
            middles.push((rect.bounds.left + rect.bounds.right) / 2.0)
        }
        _ => {}
    });
    assert!((null - (middles[0] + middles[1]) / 2.0).abs() < 1e-9, "0.5 and 2 lie equally far from 1");
    Ok(())
}

#[test]
fn intervals_that_go_on_end_in_arrows() -> Result<(), FigureError> {
    assert_eq!(arrows(&figure_of(vec![estimate(1.2, 0.9, 1.6, 1.0)]).scene()?), 0);
    assert_eq!(arrows(&figure_of(vec![estimate(1.2, 0.0, f64::INFINITY, 1.0)]).scene()?), 2);
    let mut figure = figure_of(vec![estimate(1.2, 0.9, 1.6, 1.0)]);
    figure.axis.max = Some(1.5);
    assert_eq!(arrows(&figure.scene()?), 1);
    Ok(())
}

#[test]
fn intervals_of_twelve_decades_are_drawn() -> Result<(), TestCaseError> {
    let scene = figure_of(vec![estimate(1e-6, 1e-7, 1e-5, 1.0), estimate(1e6, 1e-6, 1e7, 2.0)]).scene()?;
    check_scene(&scene)?;
    let labels: Vec<String> =
        scene.texts().into_iter().filter(|t| t.class == "x-tick").map(|t| t.content).collect();
    assert!(labels.len() >= 3 && labels.contains(&"1".to_owned()), "{labels:?}");
    Ok(())
}

#[test]
fn five_hundred_rows_go_over_pages() -> Result<(), TestCaseError> {
    let figure = figure_of((0..500).map(|i| estimate(1.0 + f64::from(i) / 500.0, 0.8, 2.5, 10.0)).collect());
    assert!(matches!(figure.render(), Err(FigureError::TooTall { .. })));
    let scenes = figure.scenes()?;
    assert!(scenes.len() > 5);
    for scene in &scenes {
        check_scene(scene)?;
        assert!(scene.to_svg().height_mm <= 225.0 + 1e-9);
    }
    let n_rows: usize = scenes.iter().map(|scene| sides(scene).len()).sum();
    assert_eq!(n_rows, 500);
    Ok(())
}

#[test]
fn numbers_without_meaning_are_typed_errors() {
    let render = |row: ForestRow| figure_of(vec![row]).render();
    assert!(matches!(render(estimate(f64::NAN, 0.5, 2.0, 1.0)), Err(FigureError::NotFinite { .. })));
    assert!(matches!(render(estimate(1.0, f64::NAN, 2.0, 1.0)), Err(FigureError::NotFinite { .. })));
    assert!(matches!(render(estimate(0.0, 0.0, 2.0, 1.0)), Err(FigureError::OutOfRange { .. })));
    assert!(matches!(render(estimate(1.0, 1.5, 2.0, 1.0)), Err(FigureError::NotAscending { .. })));
    assert!(matches!(render(estimate(1.0, 0.5, 2.0, 0.0)), Err(FigureError::OutOfRange { .. })));
    assert!(matches!(figure_of(Vec::new()).render(), Err(FigureError::Empty { what: "rows" })));
    let cells = ForestRow { cells: vec!["12".into()], ..ForestRow::default() };
    assert!(matches!(render(cells), Err(FigureError::Shape { expected: 0, found: 1, .. })));
}

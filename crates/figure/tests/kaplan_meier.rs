//! Layout of survival figures.

mod common;

use common::{check_scene, label};
use oligomet_figure::inspect::overlapping_texts;
use oligomet_figure::scene::{Element, Scene};
use oligomet_figure::{
    CensorMark, Count, CurveDirection, FigureError, FigureStyle, KaplanMeierFigure, KmGroup, KmStep,
    RiskCell, RiskRow, RiskTable, TimeAxis, TimeUnit,
};
use proptest::prelude::*;

/// A falling curve through the given (gap, drop) pairs, with marks and limits.
fn group(label: String, pieces: &[(f64, f64)], falling: bool) -> KmGroup {
    let end_time: f64 =
        pieces.iter().map(|piece| piece.0).sum::<f64>() + pieces.last().map_or(0.0, |piece| piece.0);
    let (mut time, mut survival) = (0.0, 1.0);
    let (mut steps, mut censor_marks) = (Vec::new(), Vec::new());
    for (i, (gap, drop)) in pieces.iter().enumerate() {
        time += gap;
        survival *= 1.0 - drop;
        let estimate: f64 = if falling { survival } else { 1.0 - survival };
        let limits = (i % 5 != 4).then(|| ((estimate - 0.1).max(0.0), (estimate + 0.08).min(1.0)));
        steps.push(KmStep { time, estimate, conf_low: limits.map(|l| l.0), conf_high: limits.map(|l| l.1) });
        censor_marks.push(CensorMark { time: (time + gap / 2.0).min(end_time), estimate });
    }
    let median = steps.iter().find(|step| step.estimate <= 0.5).map(|step| step.time);
    KmGroup { label, steps, censor_marks, end_time, median, ..KmGroup::default() }
}

fn risk_table(figure: &KaplanMeierFigure, largest: u64) -> Result<RiskTable, FigureError> {
    let n_ticks = figure.ticks()?.len() as u64;
    let cell = |tick: u64| RiskCell {
        at_risk: Some(Count::Exact(largest / (tick + 1))),
        events: Some(if tick == 1 { Count::Below(5) } else { Count::Exact(largest / 3 / (n_ticks - tick)) }),
    };
    let rows = figure.groups.iter().map(|_| (0..n_ticks).map(cell).collect()).collect();
    Ok(RiskTable::per_curve("No. at risk (events)", &figure.groups, rows))
}

/// The usual table; or rows of words, those at risk of all causes, and events per curve; or rows that belong to no curve.
fn shaped_table(figure: &KaplanMeierFigure, largest: u64, shape: usize) -> Result<RiskTable, FigureError> {
    let mut table = risk_table(figure, largest)?;
    if shape > 0 {
        let first = RiskRow { curve: None, ..table.rows[0].clone() };
        let words = RiskRow { label: "Everybody, \u{2265} 1 lesion".into(), ..RiskRow::default() };
        table.rows.splice(0..0, [words, first]);
    }
    if shape > 1 {
        table.rows.iter_mut().for_each(|row| row.curve = None);
    }
    Ok(table)
}

prop_compose! {
    fn any_figure()(
        groups in prop::collection::vec((label(), prop::collection::vec((0.0..30.0f64, 0.0..0.6f64), 0..25)), 1..9),
        (x_label, y_label) in (label(), label()),
        annotations in prop::collection::vec(label(), 0..4),
        (falling, ribbon, marks, medians, mono, table) in any::<(bool, bool, bool, bool, bool, bool)>(),
        largest in prop_oneof![Just(9u64), Just(250), Just(1_500), Just(2_000_000)],
        width_mm in prop_oneof![Just(84.0), Just(120.0), Just(174.0), 60.0..300.0f64],
        unit in prop_oneof![Just(TimeUnit::Months), Just(TimeUnit::Years), Just(TimeUnit::Other)],
        height_mm in prop::option::weighted(0.2, 60.0..220.0f64),
        max in prop::option::weighted(0.2, 0.1..200.0f64),
        note in prop_oneof![Just(String::new()), label()],
        shape in 0usize..3,
    ) -> (KaplanMeierFigure, Option<(u64, usize)>) {
        let groups = groups.into_iter().map(|(label, pieces)| group(label, &pieces, falling)).collect();
        let axis = TimeAxis { label: x_label, unit, max, step: None };
        let mut figure = KaplanMeierFigure::new("Title", &y_label, axis, groups);
        figure.direction = if falling { CurveDirection::Survival } else { CurveDirection::CumulativeIncidence };
        (figure.ribbon, figure.censor_marks, figure.median_line, figure.annotations) = (ribbon, marks, medians, annotations);
        figure.style = FigureStyle { width_mm, height_mm, mono, note };
        (figure, table.then_some((largest, shape)))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_touches_and_nothing_is_cut_off((mut figure, table) in any_figure()) {
        figure.risk_table = table.map(|(largest, shape)| shaped_table(&figure, largest, shape)).transpose()?;
        match figure.scene() {
            Ok(scene) => {
                check_scene(&scene)?;
                check_columns(&scene)?;
                check_width(&figure, &scene)?;
            }
            Err(error) => {
                let fixed = figure.style.height_mm.is_some();
                let expected = match error {
                    FigureError::TooTall { .. } => fixed,
                    FigureError::TooNarrow { .. } => figure.style.width_mm < 84.0 || table.is_some_and(|t| t.0 == 2_000_000),
                    _ => false,
                };
                prop_assert!(expected, "{error}");
            }
        }
    }
}

/// Every column of the table stands exactly below a tick.
fn check_columns(scene: &Scene) -> Result<(), TestCaseError> {
    let mut tick_x = Vec::new();
    scene.for_each(&mut |element| {
        if let Element::Line(line) = element
            && line.class == "tick"
            && line.from.x == line.to.x
        {
            tick_x.push(line.from.x);
        }
    });
    for count in scene.texts().iter().filter(|text| text.class == "table-count") {
        let nearest = tick_x.iter().map(|x| (x - count.at.x).abs()).fold(f64::INFINITY, f64::min);
        prop_assert!(nearest < 1e-9, "{} is {nearest} pt from its tick", count.content);
    }
    Ok(())
}

fn check_width(figure: &KaplanMeierFigure, scene: &Scene) -> Result<(), TestCaseError> {
    let svg = scene.to_svg();
    prop_assert!((svg.width_mm - figure.style.width_mm).abs() < 1e-9);
    if let Some(height) = figure.style.height_mm {
        prop_assert!((svg.height_mm - height).abs() < 1e-9);
    }
    Ok(())
}

/// Classes of all texts and shapes.
fn count_class(scene: &Scene, wanted: &str) -> usize {
    let mut n = 0;
    scene.for_each(&mut |element| {
        let class = match element {
            Element::Text(text) => text.class,
            Element::Path(path) => path.class,
            Element::Line(line) => line.class,
            Element::Polygon(polygon) => polygon.class,
            Element::Rect(rect) => rect.class,
            Element::Group(_) => "",
        };
        n += usize::from(class == wanted);
    });
    n
}

fn curve_of(scene: &Scene, index: usize) -> Vec<(f64, f64)> {
    let mut curves: Vec<Vec<(f64, f64)>> = Vec::new();
    scene.for_each(&mut |element| {
        if let Element::Path(path) = element
            && path.class == "curve"
        {
            curves.push(path.lines[0].iter().map(|p| (p.x, p.y)).collect());
        }
    });
    curves.swap_remove(index)
}

fn figure_of(groups: Vec<KmGroup>) -> KaplanMeierFigure {
    KaplanMeierFigure::new("Title", "Survival (%)", TimeAxis::months("Months"), groups)
}

fn flat(label: &str, end_time: f64) -> KmGroup {
    KmGroup { label: label.into(), end_time, ..KmGroup::default() }
}

#[test]
fn a_curve_is_a_staircase_that_ends_with_its_group() -> Result<(), FigureError> {
    let step = |time, estimate| KmStep { time, estimate, conf_low: None, conf_high: None };
    let first = KmGroup { steps: vec![step(12.0, 0.75), step(30.0, 0.5)], ..flat("A", 36.0) };
    let mut figure = figure_of(vec![first, flat("B", 60.0)]);
    figure.x.max = Some(60.0);
    let scene = figure.scene()?;
    let long = curve_of(&scene, 1);
    let (x0, x60, top) = (long[0].0, long[1].0, long[0].1);
    let x = |months: f64| x0 + (x60 - x0) * months / 60.0;
    let curve = curve_of(&scene, 0);
    let bottom = top + 4.0 * (curve[2].1 - top);
    let expected = [(0.0, 1.0), (12.0, 1.0), (12.0, 0.75), (30.0, 0.75), (30.0, 0.5), (36.0, 0.5)];
    assert_eq!(curve.len(), expected.len());
    for ((x_is, y_is), (months, survival)) in curve.iter().zip(expected) {
        assert!(
            (x_is - x(months)).abs() < 1e-9 && (y_is - (bottom + (top - bottom) * survival)).abs() < 1e-9
        );
    }
    Ok(())
}

#[test]
fn one_group_has_no_legend_and_two_are_named() -> Result<(), FigureError> {
    let names = |scene: &Scene| count_class(scene, "legend") + count_class(scene, "direct-label");
    assert_eq!(names(&figure_of(vec![flat("All", 10.0)]).scene()?), 0);
    let two = vec![flat("A", 10.0), group("B".into(), &[(2.0, 0.5), (3.0, 0.5)], true)];
    assert_eq!(names(&figure_of(two).scene()?), 2);
    Ok(())
}

#[test]
fn thirty_groups_are_drawn() -> Result<(), TestCaseError> {
    let groups =
        (0..30).map(|i| group(format!("Centre {i}"), &[(f64::from(i) + 1.0, 0.02 * f64::from(i))], true));
    let mut figure = figure_of(groups.collect());
    figure.risk_table = Some(risk_table(&figure, 300)?);
    let scene = figure.scene()?;
    check_scene(&scene)?;
    assert_eq!(count_class(&scene, "curve"), 30);
    Ok(())
}

#[test]
fn follow_up_of_no_length_and_groups_without_events_are_drawn() -> Result<(), TestCaseError> {
    check_scene(&figure_of(vec![flat("A", 0.0), flat("B", 0.0)]).scene()?)?;
    let scene = figure_of(vec![flat("No event", 61.0)]).scene()?;
    let curve = curve_of(&scene, 0);
    assert_eq!(curve[0].1, curve[1].1);
    Ok(())
}

#[test]
fn hundreds_of_thousands_of_steps_make_a_small_file() -> Result<(), FigureError> {
    // Steps as fine as 0.0005 months, and steps of days, which are just visible.
    for (n_steps, n_groups) in [(250_000, 4u32), (3_650, 4), (2_000, 4), (2_000, 30)] {
        huge_file(n_steps, n_groups)?;
    }
    Ok(())
}

fn huge_file(n_steps: usize, n_groups: u32) -> Result<(), FigureError> {
    let huge = |label: &str, n: usize, rate: f64| {
        let time = |i: usize| 120.0 * i as f64 / n as f64;
        let estimate = |i: usize| (-rate * time(i)).exp();
        let steps = (1..=n).map(|i| {
            let e = estimate(i);
            KmStep {
                time: time(i),
                estimate: e,
                conf_low: Some(e * 0.99),
                conf_high: Some((e * 1.01).min(1.0)),
            }
        });
        let marks = (1..=n).map(|i| CensorMark { time: time(i), estimate: estimate(i) });
        KmGroup { steps: steps.collect(), censor_marks: marks.collect(), ..flat(label, 120.0) }
    };
    let groups =
        (0..n_groups).map(|i| huge(&format!("Group {i}"), n_steps, 0.003 * f64::from(i + 1))).collect();
    let svg = figure_of(groups).render()?;
    assert!(svg.text.len() < 300_000, "{n_steps} steps, {n_groups} groups: {} bytes", svg.text.len());
    assert!(svg.text.contains("Censor marks are left out"));
    Ok(())
}

#[test]
fn dense_but_distinct_marks_stay_below_the_limit() -> Result<(), FigureError> {
    // 2,982 patients in four groups, as in a large trial: every step is visible.
    let pieces: Vec<(f64, f64)> = (0..745).map(|i| (0.16, if i % 2 == 0 { 0.002 } else { 0.0005 })).collect();
    let groups = (0..4).map(|i| group(format!("Group {i}"), &pieces, true)).collect();
    let svg = figure_of(groups).render()?;
    assert!(svg.text.len() < 300_000, "{} bytes", svg.text.len());
    Ok(())
}

#[test]
fn numbers_without_meaning_are_typed_errors() {
    let step = |time, estimate, low, high| KmStep { time, estimate, conf_low: low, conf_high: high };
    let with = |steps: Vec<KmStep>| figure_of(vec![KmGroup { steps, ..flat("A", 10.0) }]).render();
    assert!(matches!(with(vec![step(1.0, f64::NAN, None, None)]), Err(FigureError::NotFinite { .. })));
    assert!(matches!(with(vec![step(f64::INFINITY, 0.5, None, None)]), Err(FigureError::NotFinite { .. })));
    assert!(matches!(with(vec![step(1.0, 1.5, None, None)]), Err(FigureError::OutOfRange { .. })));
    assert!(matches!(with(vec![step(-1.0, 0.5, None, None)]), Err(FigureError::OutOfRange { .. })));
    assert!(matches!(
        with(vec![step(1.0, 0.5, Some(0.6), Some(0.4))]),
        Err(FigureError::NotAscending { .. })
    ));
    let backwards = vec![step(2.0, 0.5, None, None), step(1.0, 0.4, None, None)];
    assert!(matches!(with(backwards), Err(FigureError::NotAscending { value: 1.0, .. })));
    assert!(matches!(
        with(vec![step(11.0, 0.5, None, None)]),
        Err(FigureError::NotAscending { value: 10.0, .. })
    ));
    assert!(matches!(figure_of(vec![flat("A", f64::NAN)]).render(), Err(FigureError::NotFinite { .. })));
    assert!(matches!(figure_of(vec![flat("A", 1e300)]).render(), Err(FigureError::OutOfRange { .. })));
    assert!(matches!(figure_of(Vec::new()).render(), Err(FigureError::Empty { what: "groups" })));
}

#[test]
fn sizes_and_shapes_without_meaning_are_typed_errors() {
    let mut figure = figure_of(vec![flat("A", 10.0)]);
    figure.risk_table = Some(RiskTable {
        heading: String::new(),
        rows: vec![RiskRow { cells: vec![RiskCell::default()], ..RiskRow::default() }],
    });
    assert!(matches!(figure.render(), Err(FigureError::Shape { found: 1, .. })));
    figure.risk_table = None;
    for width_mm in [0.0, -5.0, f64::NAN, f64::INFINITY, 1e9] {
        figure.style = FigureStyle::of_width(width_mm);
        assert!(matches!(figure.render(), Err(FigureError::BadSize { what: "width", .. })));
    }
    figure.style = FigureStyle { height_mm: Some(50.0), ..FigureStyle::of_width(84.0) };
    figure.x.label = "a very long title of the time axis ".repeat(20);
    assert!(matches!(figure.render(), Err(FigureError::TooTall { .. })));
    figure = figure_of(vec![flat("A", 10.0)]);
    figure.y_max = Some(0.5);
    assert!(
        matches!(figure.render(), Err(FigureError::OutOfRange { .. })),
        "survival is never cut off below 100 %"
    );
}

#[test]
fn the_same_counts_at_84_and_174_mm_stand_below_their_ticks() -> Result<(), TestCaseError> {
    for width in [84.0, 120.0, 174.0] {
        let mut figure =
            figure_of(vec![flat("Node negative", 231.0), group("≥ 10 nodes".into(), &[(30.0, 0.4)], true)]);
        figure.style = FigureStyle::of_width(width);
        figure.risk_table = Some(risk_table(&figure, 1_436)?);
        let scene = figure.scene()?;
        check_columns(&scene)?;
        assert!(overlapping_texts(&scene).is_empty());
        assert!(count_class(&scene, "table-count") >= 8, "{width} mm");
    }
    Ok(())
}

//! Guards against unmeant changes: one small figure of each kind, byte for byte.
//!
//! With `UPDATE_SNAPSHOTS=1` in the environment the files are written anew: look at each changed one.

use oligomet_figure::{
    CensorMark, ColumnAlign, Count, FigureStyle, FlowBox, FlowExclusion, FlowFigure, FlowStep, ForestColumn,
    ForestFigure, ForestMark, ForestRow, ForestSeries, ForestValue, KaplanMeierFigure, KmGroup, KmStep,
    RatioAxis, RiskCell, RiskTable, Svg, TimeAxis,
};
use std::error::Error;

fn compare(name: &str, svg: &Svg) -> Result<(), Box<dyn Error>> {
    let path = format!("{}/tests/snapshots/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &svg.text)?;
    }
    // A checkout on Windows may have turned line ends.
    assert_eq!(svg.text, std::fs::read_to_string(&path)?.replace("\r\n", "\n"), "{name} changed");
    Ok(())
}

#[test]
fn kaplan_meier() -> Result<(), Box<dyn Error>> {
    let step =
        |time, estimate, low, high| KmStep { time, estimate, conf_low: Some(low), conf_high: Some(high) };
    let group = KmGroup {
        label: "Low risk".into(),
        steps: vec![step(6.0, 0.9, 0.7, 0.97), step(20.0, 0.45, 0.2, 0.7)],
        censor_marks: vec![CensorMark { time: 10.0, estimate: 0.9 }],
        end_time: 30.0,
        median: Some(20.0),
        ..KmGroup::default()
    };
    let mut figure =
        KaplanMeierFigure::new("Survival", "Survival (%)", TimeAxis::months("Months"), vec![group]);
    figure.median_line = true;
    figure.annotations = vec!["P < 0.001".into()];
    figure.style = FigureStyle::of_width(84.0);
    let cell = |n| RiskCell { at_risk: Some(Count::Exact(n)), events: Some(Count::Exact(10 - n)) };
    let rows = vec![(0..figure.ticks()?.len() as u64).map(|tick| cell(10 - tick)).collect()];
    figure.risk_table = Some(RiskTable::per_curve("No. at risk (events)", &figure.groups, rows));
    compare("kaplan_meier", &figure.render()?)
}

#[test]
fn forest() -> Result<(), Box<dyn Error>> {
    let value = ForestValue::Estimate { ratio: 2.0, low: Some(1.0), high: Some(4.0), weight: 10.0 };
    let mark =
        |value, texts: &[&str]| ForestMark { value, cells: texts.iter().map(|t| (*t).to_owned()).collect() };
    let row =
        |label: &str, mark| ForestRow { label: label.into(), marks: vec![mark], ..ForestRow::default() };
    let column = |heading: &str| ForestColumn { heading: heading.into(), align: ColumnAlign::Decimal };
    let series = ForestSeries {
        heading: String::new(),
        axis_label: "Hazard ratio".into(),
        columns: vec![column("HR (95% CI)"), column("P")],
        favours: None,
    };
    let rows = vec![
        row("Low", mark(ForestValue::Reference, &["1 [Reference]"])),
        row("High", mark(value, &["2.00 (1.00-4.00)", "0.05"])),
    ];
    let figure = ForestFigure {
        title: "Ratios".into(),
        description: String::new(),
        label_heading: "Dose".into(),
        columns: Vec::new(),
        series: vec![series],
        rows,
        axis: RatioAxis::default(),
        style: FigureStyle::of_width(84.0),
    };
    compare("forest", &figure.render()?)
}

#[test]
fn flow() -> Result<(), Box<dyn Error>> {
    let flow_box = |label: &str, n: &str| FlowBox { label: label.into(), counts: vec![n.into()] };
    let excluded = FlowExclusion { label: "No consent".into(), count: "n = 2".into(), reasons: Vec::new() };
    let figure = FlowFigure {
        title: "Flow".into(),
        description: String::new(),
        steps: vec![
            FlowStep { main: flow_box("Register", "n = 12"), excluded: vec![excluded] },
            FlowStep { main: flow_box("Analysis set", "n = 10"), excluded: Vec::new() },
        ],
        split: vec![flow_box("Low risk", "n = 6"), flow_box("High risk", "n = 4")],
        style: FigureStyle::of_width(84.0),
    };
    compare("flow", &figure.render()?)
}

//! Forest plots of invented estimates.

use oligomet_figure::{
    ColumnAlign, FigureError, FigureStyle, ForestColumn, ForestFigure, ForestMark, ForestRow, ForestSeries,
    ForestValue, RatioAxis, Svg,
};

/// Label, n, events, univariable and multivariable ratio with limits and P; no ratio for a reference level.
type Level = (&'static str, u32, u32, Option<[(f64, f64, f64, &'static str); 2]>);

fn factors() -> Vec<(&'static str, Vec<Level>)> {
    vec![
        (
            "Age at radiotherapy",
            vec![
                ("< 50 years", 44, 19, None),
                ("50-64 years", 56, 22, Some([(0.91, 0.49, 1.69, "0.77"), (0.88, 0.46, 1.66, "0.69")])),
                ("≥ 65 years", 33, 17, Some([(1.34, 0.70, 2.58, "0.38"), (1.21, 0.61, 2.41, "0.59")])),
            ],
        ),
        (
            "Molecular subtype",
            vec![
                ("HR+/HER2-", 71, 26, None),
                ("HER2+", 24, 8, Some([(0.85, 0.38, 1.88, "0.69"), (0.97, 0.43, 2.19, "0.94")])),
                (
                    "Triple negative",
                    38,
                    24,
                    Some([(2.86, 1.63, 5.01, "<0.001"), (2.51, 1.40, 4.52, "0.002")]),
                ),
            ],
        ),
        (
            "EQD2 (α/β 3.5 Gy)",
            vec![
                ("< 63 Gy", 72, 41, None),
                ("≥ 63 Gy", 61, 17, Some([(0.42, 0.24, 0.74, "0.003"), (0.45, 0.25, 0.81, "0.008")])),
            ],
        ),
        (
            "Oligometastatic state",
            vec![
                ("Synchronous", 63, 21, None),
                (
                    "Metachronous oligorecurrence",
                    50,
                    23,
                    Some([(1.48, 0.82, 2.68, "0.19"), (1.37, 0.74, 2.53, "0.32")]),
                ),
                (
                    "Induced oligoprogression",
                    14,
                    9,
                    Some([(2.90, 1.33, 6.34, "0.008"), (11.8, 1.9, 73.4, "0.008")]),
                ),
                (
                    "Induced oligopersistence",
                    6,
                    0,
                    Some([(f64::NAN, 0.0, 0.0, ""), (f64::NAN, 0.0, 0.0, "")]),
                ),
            ],
        ),
    ]
}

fn mark(level: &Level, series: usize) -> ForestMark {
    let Some(estimates) = &level.3 else {
        return ForestMark {
            value: ForestValue::Reference,
            cells: vec!["1 [Reference]".into(), String::new()],
        };
    };
    let (ratio, low, high, p) = estimates[series];
    if ratio.is_nan() {
        return ForestMark { value: ForestValue::Nothing, cells: vec!["Not estimable (no event)".into()] };
    }
    let places = if ratio >= 10.0 { 1 } else { 2 };
    let text = format!("{ratio:.places$} ({low:.places$}-{high:.places$})");
    let value = ForestValue::Estimate { ratio, low: Some(low), high: Some(high), weight: f64::from(level.2) };
    ForestMark { value, cells: vec![text, p.into()] }
}

fn rows(n_series: usize) -> Vec<ForestRow> {
    let mut rows = Vec::new();
    for (factor, levels) in factors() {
        rows.push(ForestRow { label: factor.into(), bold: true, ..ForestRow::default() });
        rows.extend(levels.iter().map(|level| ForestRow {
            label: level.0.into(),
            indent: 1,
            bold: false,
            cells: vec![level.1.to_string(), level.2.to_string()],
            marks: (0..n_series).map(|series| mark(level, series)).collect(),
        }));
    }
    rows
}

fn column(heading: &str, align: ColumnAlign) -> ForestColumn {
    ForestColumn { heading: heading.into(), align }
}

fn figure(names: &[&str], width_mm: f64) -> ForestFigure {
    let series = |name: &&str| ForestSeries {
        heading: (*name).into(),
        axis_label: "Hazard ratio (95% CI)".into(),
        columns: vec![column("HR (95% CI)", ColumnAlign::Decimal), column("P", ColumnAlign::Decimal)],
        favours: None,
    };
    ForestFigure {
        title: "Invented data".into(),
        description: String::new(),
        label_heading: "Factor".into(),
        columns: vec![column("n", ColumnAlign::Right), column("Events", ColumnAlign::Right)],
        series: names.iter().map(series).collect(),
        rows: rows(names.len()),
        axis: RatioAxis::default(),
        style: FigureStyle::of_width(width_mm),
    }
}

/// Subgroups: n and events per arm, one ratio per level, P for interaction on the row of the factor.
fn subgroups(width_mm: f64) -> ForestFigure {
    let row =
        |label: &str, indent, arms: [&str; 2], ratio: Option<(f64, f64, f64, f64)>, words: &str| {
            let value = ratio.map_or(ForestValue::Nothing, |(ratio, low, high, weight)| {
                ForestValue::Estimate { ratio, low: Some(low), high: Some(high), weight }
            });
            let text = match ratio {
                Some((r, low, high, _)) => vec![format!("{r:.2} ({low:.2}-{high:.2})"), words.into()],
                None if words.starts_with("Not") => vec![words.to_owned()],
                None => vec![String::new(), words.into()],
            };
            let header = arms == ["", ""];
            ForestRow {
                label: label.into(),
                indent,
                bold: header || indent == 0,
                cells: if header { Vec::new() } else { arms.map(String::from).to_vec() },
                marks: vec![ForestMark { value, cells: text }],
            }
        };
    let rows = vec![
        row("All patients", 0, ["31/53", "5/6"], Some((2.55, 0.97, 6.72, 36.0)), ""),
        row("Subtype", 0, ["", ""], None, "0.41"),
        row("Luminal A-like", 1, ["4/6", "0/0"], None, "Not estimable (one level)"),
        row("Luminal B-like", 1, ["13/22", "3/3"], Some((3.1, 0.85, 11.3, 16.0)), ""),
        row("HER2+", 1, ["12/22", "2/2"], Some((1.62, 0.36, 7.3, 14.0)), ""),
        row("Triple negative", 1, ["2/3", "0/1"], None, "Not estimable (no event)"),
        row("Irradiated site", 0, ["", ""], None, "0.83"),
        row("Brain", 1, ["9/17", "2/2"], Some((2.2, 0.46, 10.4, 11.0)), ""),
        row(
            "Bone, lung, liver, lymph nodes or the breast itself",
            1,
            ["22/36", "3/4"],
            Some((2.9, 0.85, 9.8, 25.0)),
            "",
        ),
    ];
    ForestFigure {
        columns: vec![
            column("Lines 1-2\nevents/n", ColumnAlign::Right),
            column("Lines 3+\nevents/n", ColumnAlign::Right),
        ],
        series: vec![ForestSeries {
            heading: String::new(),
            axis_label: "Hazard ratio (95% CI)".into(),
            columns: vec![
                column("HR (95% CI)", ColumnAlign::Decimal),
                column("P inter-\naction", ColumnAlign::Decimal),
            ],
            favours: Some(("Better with lines 3+".into(), "Worse with lines 3+".into())),
        }],
        rows,
        label_heading: "Subgroup".into(),
        style: FigureStyle { note: crate::NOTE.into(), ..FigureStyle::of_width(width_mm) },
        ..figure(&[""], width_mm)
    }
}

/// Every forest plot.
pub(crate) fn figures() -> Result<Vec<(String, Svg)>, FigureError> {
    let mut out = Vec::new();
    out.push(("forest_both_174".into(), figure(&["Univariable", "Multivariable"], 174.0).render()?));
    for width in [84.0, 174.0] {
        let mut one = figure(&[""], width);
        one.series[0].favours = Some(("Better local control".into(), "Worse local control".into()));
        out.push((format!("forest_one_{width}"), one.render()?));
    }
    for width in [100.0, 120.0, 174.0] {
        out.push((format!("forest_subgroups_{width}"), subgroups(width).render()?));
    }
    let mut mono = figure(&["Univariable", "Multivariable"], 174.0);
    mono.style.mono = true;
    mono.columns[1].heading = "Local failures\nobserved".into();
    out.push(("forest_both_mono_174".into(), mono.render()?));
    let mut long = figure(&["Univariable", "Multivariable"], 174.0);
    for _ in 0..5 {
        let rows = rows(2);
        long.rows.extend(rows);
    }
    for (i, page) in long.render_pages()?.into_iter().enumerate() {
        out.push((format!("forest_pages_{}", i + 1), page));
    }
    Ok(out)
}

//! The forest of a factor's hazard ratio in subgroups.

use oligomet_base::words::lower_first;
use oligomet_figure::{
    ColumnAlign, ForestColumn, ForestFigure, ForestRow, ForestSeries, ForestValue, RatioAxis,
};
use oligomet_results::{AnalysisOutline, FigureOutline};

use super::forest::ratio_mark;
use super::{ComposeError, style};
use crate::tabulate::{compared, subgroup_key, subgroup_rows};
use crate::text::Format;
use crate::view::View;

/// Events and patients of every level of the factor, its hazard ratio, and P for interaction on the row of the covariate. One
/// series per level compared with the reference.
pub(super) fn compose_subgroups(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    figure: &FigureOutline,
) -> Result<ForestFigure, ComposeError> {
    let compared = compared(view, analysis);
    let mut rows: Vec<ForestRow> = Vec::new();
    for (name, level) in subgroup_rows(view, analysis) {
        rows.push(match level {
            None => covariate_row(view, analysis, &name, compared.len()),
            Some(level) => level_row(view, analysis, &name, &level, &compared),
        });
    }
    let none = !view.has(&analysis.id, "subgroup");
    if none || compared.is_empty() {
        let why = format!("analysis `{}` has no hazard ratios", analysis.id);
        return Err(ComposeError::Empty { figure: figure.id.clone(), why });
    }
    let column = |heading: String, align| ForestColumn { heading, align };
    let arms = view.levels(&analysis.factor).iter();
    let level = view.level(analysis);
    let n_series = compared.len();
    let series = compared.iter().enumerate().map(|(i, arm)| {
        let mut columns = vec![column(format!("HR ({level}% CI)"), ColumnAlign::Decimal)];
        if i + 1 == n_series {
            columns.push(column(format!("{} inter-\naction", view.symbol()), ColumnAlign::Decimal));
        }
        ForestSeries {
            heading: if n_series > 1 { arm.clone() } else { String::new() },
            axis_label: format!("Hazard ratio ({level}% CI)"),
            columns,
            favours: None,
        }
    });
    Ok(ForestFigure {
        title: format!(
            "{} and {} in subgroups",
            view.label(&analysis.factor),
            lower_first(&view.endpoint_label(&analysis.endpoint))
        ),
        description: String::new(),
        label_heading: "Subgroup".into(),
        columns: arms.map(|arm| column(format!("{arm}\nevents/n"), ColumnAlign::Right)).collect(),
        series: series.collect(),
        rows,
        axis: RatioAxis::default(),
        style: style(view, figure),
    })
}

fn covariate_row(view: &View<'_>, analysis: &AnalysisOutline, name: &str, n_series: usize) -> ForestRow {
    let test = subgroup_key(analysis, "interaction", "", name, "");
    let p = view.number(Format::P, &test, &["p.value"]).text;
    let marks = (1..=n_series)
        .map(|i| oligomet_figure::ForestMark {
            value: ForestValue::Nothing,
            cells: if i == n_series { vec![String::new(), p.clone()] } else { vec![String::new()] },
        })
        .collect();
    ForestRow { label: view.label(name), indent: 0, bold: true, cells: Vec::new(), marks }
}

fn level_row(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    name: &str,
    level: &str,
    compared: &[String],
) -> ForestRow {
    let arm = |arm: &String| {
        let key = subgroup_key(analysis, "subgroup.arm", arm, name, level);
        format!("{}/{}", view.count(&key, "n.event").text, view.count(&key, "n").text)
    };
    let n_series = compared.len();
    let events = view.value(&subgroup_key(analysis, "subgroup", "", name, level), "n.event");
    let marks = compared.iter().enumerate().map(|(i, arm)| {
        let key = subgroup_key(analysis, "subgroup", arm, name, level);
        let mut mark = ratio_mark(view, &key, events);
        if mark.value != ForestValue::Nothing && i + 1 == n_series {
            mark.cells.push(String::new());
        }
        mark
    });
    let overall = name == "overall";
    ForestRow {
        label: if overall { "All patients".to_owned() } else { level.to_owned() },
        indent: u8::from(!overall),
        bold: overall,
        cells: view.levels(&analysis.factor).iter().map(arm).collect(),
        marks: marks.collect(),
    }
}

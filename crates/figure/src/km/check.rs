//! Refuses input that no honest picture can be made of.

use super::input::{CurveDirection, KaplanMeierFigure, KmGroup, KmStep};
use crate::error::FigureError;
use crate::size::check_size;

/// Checks everything but the ticks and the table's shape.
pub(super) fn check(figure: &KaplanMeierFigure) -> Result<(), FigureError> {
    check_size(&figure.style)?;
    if figure.groups.is_empty() {
        return Err(FigureError::Empty { what: "groups" });
    }
    if let Some(top) = figure.y_max {
        let allowed = match figure.direction {
            CurveDirection::Survival if top != 1.0 => Some("1 (survival is always drawn from 0 to 100 %)"),
            CurveDirection::CumulativeIncidence if !(top > 0.001 && top <= 1.0) => Some("0.001 to 1"),
            _ => None,
        };
        if let Some(allowed) = allowed {
            return Err(FigureError::OutOfRange {
                what: "the axis's top",
                item: figure.y_label.clone(),
                value: top,
                allowed,
            });
        }
    }
    figure.groups.iter().try_for_each(check_group)
}

fn check_group(group: &KmGroup) -> Result<(), FigureError> {
    time(group, "the start time", group.start_time)?;
    ascending(group, "the start and the end time", group.start_time, group.end_time)?;
    let mut last = group.start_time;
    for step in &group.steps {
        time(group, "a step's time", step.time)?;
        ascending(group, "the steps' times", last, step.time)?;
        last = step.time;
        check_step(group, step)?;
    }
    ascending(group, "the last step's and the end time", last, group.end_time)?;
    for mark in &group.censor_marks {
        time(group, "a censored time", mark.time)?;
        ascending(group, "a censored time and the end time", mark.time, group.end_time)?;
        probability(group, "the estimate at a censored time", mark.estimate)?;
    }
    group.median.map_or(Ok(()), |median| time(group, "the median", median))
}

fn check_step(group: &KmGroup, step: &KmStep) -> Result<(), FigureError> {
    probability(group, "an estimate", step.estimate)?;
    for limit in [step.conf_low, step.conf_high].into_iter().flatten() {
        probability(group, "a confidence limit", limit)?;
    }
    if let (Some(low), Some(high)) = (step.conf_low, step.conf_high) {
        ascending(group, "the confidence limits", low, high)?;
    }
    Ok(())
}

fn time(group: &KmGroup, what: &'static str, value: f64) -> Result<(), FigureError> {
    within(group, what, value, f64::MAX, "0 upwards")
}

fn probability(group: &KmGroup, what: &'static str, value: f64) -> Result<(), FigureError> {
    within(group, what, value, 1.0, "0 to 1")
}

fn within(
    group: &KmGroup,
    what: &'static str,
    value: f64,
    top: f64,
    allowed: &'static str,
) -> Result<(), FigureError> {
    let item = || group.label.clone();
    if !value.is_finite() {
        return Err(FigureError::NotFinite { what, item: item() });
    }
    if !(0.0..=top).contains(&value) {
        return Err(FigureError::OutOfRange { what, item: item(), value, allowed });
    }
    Ok(())
}

fn ascending(group: &KmGroup, what: &'static str, first: f64, second: f64) -> Result<(), FigureError> {
    if second < first {
        return Err(FigureError::NotAscending { what, item: group.label.clone(), value: second });
    }
    Ok(())
}

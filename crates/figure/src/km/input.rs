//! What a Kaplan-Meier or cumulative incidence figure is made of.

use crate::size::FigureStyle;

/// Curves of survival or cumulative incidence over time with an aligned table of numbers at risk.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeierFigure {
    /// Name of the figure for screen readers; journals want no title inside the picture, so it is not drawn.
    pub title: String,
    /// Longer description for screen readers. If empty, one is made from the groups.
    pub description: String,
    /// Title of the vertical axis, "Overall survival (%)".
    pub y_label: String,
    /// The time axis.
    pub x: TimeAxis,
    /// Falling survival or rising incidence.
    pub direction: CurveDirection,
    /// Top of the vertical axis as a probability, for cumulative incidence only (rare events); by default 1.
    /// Survival always runs from 0 to 100 %.
    pub y_max: Option<f64>,
    /// The curves, in the study's order.
    pub groups: Vec<KmGroup>,
    /// Counts below the axis, or `None` for no table.
    pub risk_table: Option<RiskTable>,
    /// Confidence limits as translucent ribbons.
    pub ribbon: bool,
    /// Vertical marks where subjects are censored. Where there are so many that they would merge into
    /// a band over a curve, none are drawn and the description says so.
    pub censor_marks: bool,
    /// Dashed lines from 50 % down to each group's median.
    pub median_line: bool,
    /// Lines of text inside the plot, "Log-rank P < 0.001".
    pub annotations: Vec<String>,
    /// Width, height, colour.
    pub style: FigureStyle,
}

impl KaplanMeierFigure {
    /// A survival figure with ribbon, censor marks and no table; change the public fields for the rest.
    pub fn new(title: &str, y_label: &str, x: TimeAxis, groups: Vec<KmGroup>) -> Self {
        Self {
            title: title.to_owned(),
            description: String::new(),
            y_label: y_label.to_owned(),
            x,
            direction: CurveDirection::Survival,
            y_max: None,
            groups,
            risk_table: None,
            ribbon: true,
            censor_marks: true,
            median_line: false,
            annotations: Vec::new(),
            style: FigureStyle::default(),
        }
    }
}

/// Where a curve begins and which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveDirection {
    /// From 1 downwards: Kaplan-Meier.
    Survival,
    /// From 0 upwards: cumulative incidence.
    CumulativeIncidence,
}

/// The time axis. All times of the figure are in its unit already.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeAxis {
    /// Title, "Months since surgery".
    pub label: String,
    /// Unit, which decides the automatic tick steps.
    pub unit: TimeUnit,
    /// End of the axis; by default past the last observed time of all groups. Curves are cut there.
    pub max: Option<f64>,
    /// Distance of ticks; by default a customary step that makes about 6 intervals.
    pub step: Option<f64>,
}

impl TimeAxis {
    /// Axis in months with automatic end and ticks.
    pub fn months(label: &str) -> Self {
        Self { label: label.to_owned(), unit: TimeUnit::Months, max: None, step: None }
    }

    /// Axis in years with automatic end and ticks.
    pub fn years(label: &str) -> Self {
        Self { unit: TimeUnit::Years, ..Self::months(label) }
    }
}

/// Unit of a time axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Ticks every 1, 2, 3, 6, 12, 24, 60, 120 … months.
    Months,
    /// Ticks every 0.5, 1, 2, 5, 10 … years.
    Years,
    /// Ticks at round numbers of days, weeks or anything else.
    Other,
}

/// One curve.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KmGroup {
    /// Name in legend and table.
    pub label: String,
    /// The steps, ascending in time. Before the first one the estimate is 1 (survival) or 0 (incidence).
    pub steps: Vec<KmStep>,
    /// Where subjects were censored.
    pub censor_marks: Vec<CensorMark>,
    /// Last observed time of the group: the curve ends here.
    pub end_time: f64,
    /// Median time, if reached.
    pub median: Option<f64>,
    /// Colour by number (0-5); by default the position in `groups`. Lets two causes share a group's colour.
    pub color: Option<usize>,
    /// Dash by number (0 = solid, 2 = dotted); by default solid, or the position in `groups` if mono.
    pub dash: Option<usize>,
    /// Where the curve begins: 0, or later where too few are at risk before (delayed entry).
    pub start_time: f64,
    /// A thinner line, for what is only shown beside ("1 - Kaplan-Meier").
    pub thin: bool,
}

/// The estimate from `time` until the next step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KmStep {
    /// Time of the step, in the axis's unit.
    pub time: f64,
    /// Probability, 0 to 1.
    pub estimate: f64,
    /// Lower confidence limit, if defined.
    pub conf_low: Option<f64>,
    /// Upper confidence limit, if defined.
    pub conf_high: Option<f64>,
}

/// A censored time and the height of the curve there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CensorMark {
    /// Time of censoring, in the axis's unit.
    pub time: f64,
    /// Estimate at that time, 0 to 1.
    pub estimate: f64,
}

/// Numbers below the curves.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskTable {
    /// Heading, "No. at risk (events)".
    pub heading: String,
    /// The rows, from the top.
    pub rows: Vec<RiskRow>,
}

impl RiskTable {
    /// One row per curve, under the curve's label: the usual table of a survival figure. `cells[curve][tick]`.
    pub fn per_curve(heading: &str, groups: &[KmGroup], cells: Vec<Vec<RiskCell>>) -> Self {
        let row = |(i, cells)| RiskRow {
            label: groups.get(i).map(|group: &KmGroup| group.label.clone()).unwrap_or_default(),
            curve: Some(i),
            cells,
        };
        Self { heading: heading.to_owned(), rows: cells.into_iter().enumerate().map(row).collect() }
    }
}

/// A row of counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RiskRow {
    /// What is counted.
    pub label: String,
    /// The curve to which the counts belong: a piece of it stands before the label. A row without one (those at risk of
    /// several causes) begins at the left edge.
    pub curve: Option<usize>,
    /// One cell per tick of [`KaplanMeierFigure::ticks`], or none: a row of words.
    pub cells: Vec<RiskCell>,
}

/// Counts of one group at one tick. Set as `n (events)`, or alone if only one of them is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RiskCell {
    /// Number at risk just before the time.
    pub at_risk: Option<Count>,
    /// Events up to and including the time.
    pub events: Option<Count>,
}

/// A count, possibly hidden because the cell is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// The count itself.
    Exact(u64),
    /// Fewer than this many, printed "<5".
    Below(u64),
}

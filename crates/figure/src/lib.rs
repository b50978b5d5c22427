//! Figures: scene and layout to SVG, pure.

mod error;
mod flow;
mod forest;
mod km;
pub mod size;
mod svg;

pub use error::FigureError;
pub use flow::{FlowBox, FlowExclusion, FlowFigure, FlowReason, FlowStep};
pub use forest::{
    ColumnAlign, ForestColumn, ForestFigure, ForestMark, ForestRow, ForestSeries, ForestValue, RatioAxis,
};
pub use km::{
    CensorMark, Count, CurveDirection, KaplanMeierFigure, KmGroup, KmStep, RiskCell, RiskTable, TimeAxis,
    TimeUnit,
};
pub use size::FigureStyle;
pub use svg::Svg;

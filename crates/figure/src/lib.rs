//! Figures of time-to-event studies as SVG: pure functions from plain data to a picture.
//!
//! | figure | type | shows |
//! |---|---|---|
//! | survival or cumulative incidence | [`KaplanMeierFigure`] | curves, limits, censoring, medians, and numbers at risk on the same time scale |
//! | forest plot | [`ForestFigure`] | ratios with intervals beside columns of text, one or two series |
//! | flow diagram | [`FlowFigure`] | who was kept and who left, with reasons |
//! | swimmer plot | [`SwimmerFigure`] | the course of every patient of a cohort, one lane each |
//! | timeline | [`TimelineFigure`] | what happened to one patient, dates as well as they are known |
//!
//! The way of a figure: input structs → checks → layout, in points, with text measured in the bundled
//! font → [`scene::Scene`] → [`Svg`]. [`inspect`] checks a scene for texts that touch, stick out or
//! are crossed out. Nothing here knows what the numbers mean, how they were computed, files or clocks;
//! the same input gives the same bytes. PNG and PDF are made from the SVG by `oligomet-figure-export`.
//!
//! Shared by all figures, and meant for later ones: [`size`], [`font`], [`color`], [`scene`], and inside the
//! crate axes (`axis.rs`, `ticks.rs`), text blocks (`wrap.rs`), legends (`notes.rs`), bars and marks (`glyph.rs`), finding room (`place.rs`),
//! the line under a figure (`under.rs`), fewer points for the same picture (`simplify.rs`).

mod axis;
pub mod color;
mod error;
mod flow;
pub mod font;
mod forest;
pub mod geometry;
mod glyph;
pub mod inspect;
mod km;
mod notes;
mod number;
mod place;
pub mod scene;
mod simplify;
pub mod size;
mod svg;
mod swimmer;
mod ticks;
mod timeline;
mod under;
mod wrap;

pub use error::FigureError;
pub use flow::{FlowBox, FlowExclusion, FlowFigure, FlowReason, FlowStep};
pub use forest::{
    ColumnAlign, ForestColumn, ForestFigure, ForestMark, ForestRow, ForestSeries, ForestValue, RatioAxis,
};
pub use glyph::MarkShape;
pub use km::{
    CensorMark, Count, CurveDirection, KaplanMeierFigure, KmGroup, KmStep, RiskCell, RiskRow, RiskTable,
    TimeAxis, TimeUnit, km_ticks,
};
pub use size::FigureStyle;
pub use svg::Svg;
pub use swimmer::{SwimmerBar, SwimmerFigure, SwimmerLane, SwimmerMark, SwimmerMarkKind};
pub use timeline::{TimelineAxis, TimelineFigure, TimelineItem, TimelineLane, When};

//! Kaplan-Meier and cumulative incidence figures.

mod check;
mod curve;
mod direct;
mod draw;
mod input;
mod inside;
mod layout;
mod table;
mod ticks;

pub use input::{
    CensorMark, Count, CurveDirection, KaplanMeierFigure, KmGroup, KmStep, RiskCell, RiskRow, RiskTable,
    TimeAxis, TimeUnit,
};
pub(crate) use ticks::TimeScale;
pub use ticks::km_ticks;

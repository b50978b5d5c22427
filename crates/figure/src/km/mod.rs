//! Kaplan-Meier and cumulative incidence figures.

mod input;

pub use input::{
    CensorMark, Count, CurveDirection, KaplanMeierFigure, KmGroup, KmStep, RiskCell, RiskTable, TimeAxis,
    TimeUnit,
};

//! Forest plots.

mod axis;
mod check;
mod columns;
mod draw;
mod input;
mod layout;
mod marks;
mod pages;

pub use input::{
    ColumnAlign, ForestColumn, ForestFigure, ForestMark, ForestRow, ForestSeries, ForestValue, RatioAxis,
};

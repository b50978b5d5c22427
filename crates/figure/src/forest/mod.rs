//! Forest plots.

mod input;

pub use input::{
    ColumnAlign, ForestColumn, ForestFigure, ForestMark, ForestRow, ForestSeries, ForestValue, RatioAxis,
};

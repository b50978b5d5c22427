//! Competing risks.

mod aalen_johansen;
mod fine_gray;
mod gray;

pub use aalen_johansen::{
    CumulativeIncidence, CumulativeIncidenceOptions, IncidenceCurve, IncidencePoint, IncidenceVariance,
    cumulative_incidence, cumulative_incidence_by,
};
pub use fine_gray::{FineGrayFit, FineGrayModel, PredictedIncidence, fit_fine_gray};
pub use gray::{GrayTest, gray_test};

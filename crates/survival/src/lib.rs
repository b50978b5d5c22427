//! Survival statistics on plain slices: additive day tables, Kaplan-Meier, log-rank, Cox and what follows.
//!
//! The input of every estimator is a [`Sample`]: times, events, and where there are any delayed entry,
//! weights, strata and clusters. Nothing is sorted for data in whole days: sums per group and day
//! ([`DayTable`]) fill in any row order, merge by addition, and all estimators read them.
//!
//! | question | begin with |
//! |---|---|
//! | survival over time, median, restricted mean | [`kaplan_meier`], [`kaplan_meier_by`], [`reverse_kaplan_meier`], [`fleming_harrington`] |
//! | several lesions of a patient, few events | [`cluster_bootstrap_survival`], [`Sample::with_clusters`] |
//! | may delayed entry be taken as independent | [`quasi_independence_test`] |
//! | do groups differ | [`log_rank`], [`pairwise_log_rank`], [`permutation_log_rank`], [`LogRankTest::trend`] |
//! | hazard ratios | [`fit_cox`]; [`CoxModel`] for tests, residuals, curves; [`CoxModel::fit_firth`]; [`RestrictedCubicSpline`] |
//! | is the hazard ratio constant | [`CoxModel::ph_test`] |
//! | how well does a score rank | [`concordance`], [`weighted_concordance`], [`bootstrap_optimism`] |
//! | a cut-point, honestly | [`best_cutpoint`], [`max_t_test`], [`bootstrap_cutpoint`] |
//! | competing events | [`cumulative_incidence`], [`gray_test`], [`fit_fine_gray`], [`fit_cause_specific`], [`Sample::cause_specific`] |
//!
//! Multi-state data come as far as competing events: one row per subject or interval, one event that ends
//! it, one model per cause. A general matrix of transitions (several states left one after another, with
//! Aalen-Johansen state probabilities) has its place beside [`Sample`] and is not there yet; a single
//! transition can be had now, as rows at risk of it with delayed entry.
//!
//! What does not exist is `None` or a typed error, never NaN and never a large number posing as an
//! estimate. Results are the same to the last bit for any number of threads. The equations are in
//! `docs/methods`, the reference values from R in `reference`.

mod axis;
mod bootstrap;
mod censoring;
mod cluster_bootstrap;
mod competing;
mod concordance;
mod cox;
mod cutpoint;
mod error;
mod exact;
mod exp;
mod fenwick;
mod influence;
mod kaplan_meier;
mod limits;
mod log_rank;
mod matrix;
mod order;
mod owned;
mod quasi_independence;
mod random;
mod sample;
mod shards;
mod special;
mod splines;
mod table;

pub use axis::{TIME_TOLERANCE, TimeAxis};
pub use bootstrap::{OptimismCorrected, bootstrap_optimism};
pub use cluster_bootstrap::{
    BootstrapPoint, BootstrapTarget, ClusterBootstrap, ClusterBootstrapOptions, cluster_bootstrap_survival,
};
pub use competing::{
    CumulativeIncidence, CumulativeIncidenceOptions, FineGrayFit, FineGrayModel, GrayTest, IncidenceCurve,
    IncidencePoint, IncidenceVariance, PredictedIncidence, cumulative_incidence, cumulative_incidence_by,
    fit_fine_gray, gray_test,
};
pub use concordance::{Concordance, ConcordanceWeights, concordance, weighted_concordance};
pub use cox::{
    BaselineHazard, CauseSpecificFit, Coefficient, Convergence, CoxFit, CoxModel, CoxOptions, CoxResiduals,
    CoxWarning, Design, Direction, Estimate, NotEstimable, PenalisedFit, Penalty, PhTest, PredictedSurvival,
    ProfileInterval, TermTest, Ties, TimeTransform, fit_cause_specific, fit_cox,
};
pub use cutpoint::{
    Candidate, Cutpoint, CutpointEffect, CutpointInterval, CutpointOptions, MaxTest, MonteCarlo,
    best_cutpoint, bootstrap_cutpoint, max_t_test,
};
pub use error::{Result, SurvivalError};
pub use kaplan_meier::{
    ConfType, CurvePoint, HazardTies, KaplanMeierOptions, MeanComparison, Quantile, RestrictedMean,
    SurvivalCurve, SurvivalEstimator, fleming_harrington, fleming_harrington_by, kaplan_meier,
    kaplan_meier_by, kaplan_meier_from_table, reverse_kaplan_meier, reverse_kaplan_meier_by,
};
pub use log_rank::{
    ChiSquareTest, LogRankGroup, LogRankOptions, LogRankTest, LogRankWeights, PairwiseTest, PermutationTest,
    holm, log_rank, pairwise_log_rank, permutation_log_rank,
};
pub use matrix::Matrix;
pub use quasi_independence::{QuasiIndependence, quasi_independence_test};
pub use sample::{Sample, Times};
pub use special::binomial_interval;
pub use splines::RestrictedCubicSpline;
pub use table::DayTable;

/// The examples on the pages of `docs/methods` are run.
#[cfg(doctest)]
mod pages {
    macro_rules! pages {
        ($($name:ident $file:literal),*) => {
            $(#[doc = include_str!(concat!("../../../docs/methods/", $file))] struct $name;)*
        };
    }
    pages!(
        CauseSpecific "cause-specific.md", ClusterBootstrap "cluster-bootstrap.md", Concordance "concordance.md",
        Cox "cox.md", CumulativeIncidence "cumulative-incidence.md", Cutpoint "cutpoint.md",
        DayTables "day-tables.md", FineGray "fine-gray.md", Firth "cox-firth.md", GrayTest "gray-test.md",
        KaplanMeier "kaplan-meier.md", LogRank "log-rank.md", ProportionalHazards "proportional-hazards-test.md",
        QuasiIndependence "quasi-independence.md", Splines "splines.md"
    );
}

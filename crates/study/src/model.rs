//! The study file as typed values, before anything is resolved against data. Names keep their spans.

mod analysis;

pub use analysis::{Analysis, Select};

use std::ops::Range;

use oligomet_base::file::Text;
use oligomet_base::{Duration, TimeUnit};

/// A whole study file.
#[derive(Debug, Clone, Default)]
pub struct StudyFile {
    /// `[study]`
    pub study: StudyBlock,
    /// `[cohort]`
    pub cohort: CohortBlock,
    /// `[[eligibility]]`
    pub eligibility: Vec<Eligibility>,
    /// `[dose]`
    pub dose: Option<DoseBlock>,
    /// `[disease]`
    pub disease: Option<DiseaseBlock>,
    /// `[endpoint.X]`
    pub endpoints: Vec<Endpoint>,
    /// `[covariate.X]`
    pub covariates: Vec<Covariate>,
    /// `[score.X]`
    pub scores: Vec<Score>,
    /// `[[analysis]]`
    pub analyses: Vec<Analysis>,
    /// `[[figure]]`
    pub figures: Vec<Figure>,
    /// `[report]`
    pub report: ReportBlock,
    /// `[[amendment]]`
    pub amendments: Vec<Amendment>,
    /// `[dates]`
    pub dates: DatesBlock,
    /// `[therapy]`
    pub therapy: TherapyBlock,
}

/// What one row of the base table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Unit {
    /// A person, with the first (or last) radiotherapy episode.
    #[default]
    Patient,
    /// Courses of radiotherapy given for one event.
    Episode,
    /// A course of radiotherapy.
    Course,
    /// A lesion.
    Lesion,
}

impl Unit {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("patient", Self::Patient),
        ("episode", Self::Episode),
        ("course", Self::Course),
        ("lesion", Self::Lesion),
    ];

    /// The word of the study file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, u)| *u == self).map_or("", |(n, _)| n)
    }
}

/// Which units of a patient are studied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The earliest.
    First,
    /// The latest.
    Last,
    /// Every one.
    All,
}

impl Pick {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 3] =
        [("first", Self::First), ("last", Self::Last), ("all", Self::All)];

    /// The word of the study file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, p)| *p == self).map_or("", |(n, _)| n)
    }
}

/// What stands for the day of a date known to the month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PartialDates {
    /// Nothing: what depends on the day is unknown.
    #[default]
    Unknown,
    /// The middle of the month or year.
    Middle,
    /// Its first day.
    Earliest,
    /// Its last day.
    Latest,
}

impl PartialDates {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("unknown", Self::Unknown),
        ("middle", Self::Middle),
        ("earliest", Self::Earliest),
        ("latest", Self::Latest),
    ];

    /// The word of the study file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, p)| *p == self).map_or("", |(n, _)| n)
    }
}

/// `[dates]`: what is done with dates known to the month or year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DatesBlock {
    /// All dates but that of birth.
    pub partial: PartialDates,
    /// The date of birth; as the others where absent.
    pub birth: Option<PartialDates>,
}

/// When the systemic therapy ongoing at time zero counts as stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StopOf {
    /// When the last of its drugs is stopped.
    #[default]
    Line,
    /// When the first of its drugs is stopped.
    AnyDrug,
}

impl StopOf {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 2] = [("line", Self::Line), ("any-drug", Self::AnyDrug)];
}

/// `[therapy]`: choices about systemic therapy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TherapyBlock {
    /// When the therapy ongoing at time zero counts as stopped.
    pub stop: StopOf,
    /// Days after a progression within which a change of therapy counts as caused by it.
    pub change_days: i32,
    /// Days after its last day during which a drug still counts as ongoing.
    pub grace_days: i32,
}

impl Default for TherapyBlock {
    fn default() -> Self {
        Self { stop: StopOf::Line, change_days: 60, grace_days: 0 }
    }
}

/// `[study]`: what the study is.
#[derive(Debug, Clone, Default)]
pub struct StudyBlock {
    /// Short name.
    pub id: Text,
    /// Title.
    pub title: Text,
    /// Design.
    pub design: Option<Text>,
    /// Reporting guidelines.
    pub guidelines: Vec<Text>,
    /// First and last day of inclusion.
    pub period: Option<(Text, Text)>,
    /// Data cut-off.
    pub cutoff: Option<Text>,
    /// Ethics: body, reference, consent.
    pub ethics: Vec<(String, String)>,
    /// Unit in which durations are shown.
    pub show: Option<TimeUnit>,
    /// What one row of the base table is, and where that is said.
    pub unit: Option<(Unit, Range<usize>)>,
}

/// `[cohort]`: who enters, and when time begins.
#[derive(Debug, Clone, Default)]
pub struct CohortBlock {
    /// Expression; absent means everybody.
    pub population: Option<Text>,
    /// What is printed.
    pub label: Option<Text>,
    /// Column of time zero. A forced choice.
    pub time_zero: Option<Text>,
    /// What is printed for it.
    pub time_zero_label: Option<Text>,
    /// Which units of a patient are studied.
    pub pick: Option<Pick>,
    /// Where the block stands.
    pub span: Range<usize>,
    /// Courses at most so many days apart are one episode.
    pub episode_gap: Option<Duration>,
}

/// What an unknown answer to an eligibility rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownAnswer {
    /// The patient stays.
    Keep,
    /// The patient leaves.
    Drop,
    /// The run stops.
    Stop,
}

impl UnknownAnswer {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 3] =
        [("keep", Self::Keep), ("drop", Self::Drop), ("stop", Self::Stop)];

    /// The word of the study file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, a)| *a == self).map_or("", |(n, _)| n)
    }
}

/// One `[[eligibility]]` rule.
#[derive(Debug, Clone)]
pub struct Eligibility {
    /// Short name.
    pub id: Text,
    /// What is printed in the box.
    pub label: Text,
    /// The expression.
    pub rule: Text,
    /// Whether the rule says who stays (`keep`) or who leaves (`drop`).
    pub keeps: bool,
    /// What an unknown answer does. A forced choice.
    pub missing: Option<UnknownAnswer>,
}

/// `[dose]`: columns of total dose and fractions, and what is derived from them.
#[derive(Debug, Clone)]
pub struct DoseBlock {
    /// alpha/beta in Gy of the derived columns `bed_gy` and `eqd2_gy`.
    pub alpha_beta: f64,
    /// Further alpha/beta values in Gy: `bed_gy_ab4`, `eqd2_gy_ab4`.
    pub sensitivity: Vec<f64>,
    /// Column of total dose in Gy, of a table with one row per patient.
    pub total: Option<Text>,
    /// Column of the number of fractions, likewise.
    pub fractions: Option<Text>,
    /// Where the block stands.
    pub span: Range<usize>,
    /// Which of several volumes gives the dose of a row, of records.
    pub rule: Option<DoseRule>,
}

/// Which of several volumes gives the dose of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoseRule {
    /// The one with the highest biologically effective dose.
    Highest,
    /// The one with the lowest.
    Lowest,
    /// That of the lesion itself; of several that cover it, the highest.
    PerLesion,
}

impl DoseRule {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 3] =
        [("highest", Self::Highest), ("lowest", Self::Lowest), ("per-lesion", Self::PerLesion)];
}

/// `[disease]`: rules whose answers become columns.
#[derive(Debug, Clone)]
pub struct DiseaseBlock {
    /// Names of rules.
    pub rules: Vec<Text>,
    /// Parameters that differ from the rules' own: name and value.
    pub settings: Vec<(Text, Text)>,
    /// Fields of a patient and the columns that hold them, where the names differ.
    pub fields: Vec<(Text, Text)>,
    /// Where the block stands.
    pub span: Range<usize>,
}

/// What is done with an event after the end of follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterCensor {
    /// The patient is censored at the end of follow-up.
    Censor,
    /// The event counts at its own time.
    Count,
}

impl AfterCensor {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 2] = [("censor", Self::Censor), ("count", Self::Count)];
}

/// `[endpoint.X]`
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Name.
    pub name: Text,
    /// What is printed.
    pub label: Text,
    /// Events that end it.
    pub event: Vec<Text>,
    /// Competing events.
    pub competing: Vec<Text>,
    /// Column of the end of follow-up. A forced choice.
    pub censor: Option<Text>,
    /// Events after it.
    pub after_censor: Option<AfterCensor>,
    /// How long after the end of follow-up a competing event still counts.
    pub death_window: Option<Duration>,
    /// What happens later is not analysed.
    pub horizon: Option<Duration>,
    /// Where the block stands.
    pub span: Range<usize>,
    /// The definition from `data/endpoints.toml` from which what the study does not say is taken.
    pub definition: Option<Text>,
    /// Column of this endpoint's own time zero; the cohort's where absent.
    pub time_zero: Option<Text>,
    /// Column of delayed entry: nobody is at risk before it.
    pub entry: Option<Text>,
    /// Curves begin where so many are at risk.
    pub min_risk_set: Option<u32>,
    /// Events after which the endpoint can no longer be seen as meant, and what each does.
    pub intercurrent: Vec<(Text, Intercurrent)>,
}

/// What an intercurrent event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intercurrent {
    /// Observation ends at it without the event.
    Censor,
    /// It is as if it had not happened.
    Ignore,
    /// It counts as the event.
    Event,
}

impl Intercurrent {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 3] =
        [("censor", Self::Censor), ("ignore", Self::Ignore), ("event", Self::Event)];
}

/// `[covariate.X]`
#[derive(Debug, Clone)]
pub struct Covariate {
    /// Name.
    pub name: Text,
    /// What is printed.
    pub label: Option<Text>,
    /// Column or expression.
    pub from: Text,
    /// Unit printed.
    pub unit: Option<Text>,
    /// Cut-points and labels.
    pub cut: Option<Cut>,
    /// Labels and the levels that they gather, in order.
    pub group: Vec<(Text, Vec<Text>)>,
    /// Order of levels.
    pub levels: Vec<Text>,
    /// Reference level. A forced choice in models.
    pub reference: Option<Text>,
    /// Where cut-points came from.
    pub cut_source: Option<CutSource>,
    /// A ratio is per this many units.
    pub per: Option<f64>,
    /// Transformation before everything else.
    pub transform: Option<Transform>,
    /// Where the block stands.
    pub span: Range<usize>,
}

/// Cut-points: `at = [63.0]`, `labels = ["<63", ">=63"]`. A value at a cut-point belongs above it.
#[derive(Debug, Clone)]
pub struct Cut {
    /// Ascending.
    pub at: Vec<f64>,
    /// One more than cut-points.
    pub labels: Vec<Text>,
    /// Where it stands.
    pub span: Range<usize>,
}

/// Where cut-points came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutSource {
    /// Chosen by looking at these data.
    Data,
    /// From publications.
    Literature,
    /// Stated beforehand.
    Prespecified,
}

impl CutSource {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 3] =
        [("data", Self::Data), ("literature", Self::Literature), ("prespecified", Self::Prespecified)];

    /// The word of the study file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, a)| *a == self).map_or("", |(n, _)| n)
    }
}

/// A transformation of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transform {
    /// Natural logarithm.
    Log,
    /// Logarithm to base 2: a ratio is per doubling.
    Log2,
    /// Logarithm to base 10.
    Log10,
}

impl Transform {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 3] =
        [("log", Self::Log), ("log2", Self::Log2), ("log10", Self::Log10)];

    /// The word of the study file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, a)| *a == self).map_or("", |(n, _)| n)
    }
}

/// `[score.X]`: points per level, and which totals make which group.
#[derive(Debug, Clone)]
pub struct Score {
    /// Name.
    pub name: Text,
    /// What is printed.
    pub label: Text,
    /// Factor, level and points.
    pub points: Vec<(Text, Vec<(Text, f64)>)>,
    /// Group and the totals that belong to it, in order.
    pub levels: Vec<(Text, Vec<f64>)>,
    /// Reference group in models; the first where absent.
    pub reference: Option<Text>,
    /// Where the block stands.
    pub span: Range<usize>,
}

/// `[[figure]]`
#[derive(Debug, Clone)]
pub struct Figure {
    /// Short name and file name.
    pub id: Text,
    /// Analysis, or `flow`.
    pub of: Text,
    /// Caption.
    pub caption: Option<Text>,
    /// Width in millimetres.
    pub width_mm: f64,
    /// Rows of the table under curves.
    pub table: Option<Vec<Text>>,
    /// Ribbon.
    pub ribbon: Option<bool>,
    /// Marks of censoring.
    pub censor_marks: Option<bool>,
    /// Median line.
    pub median: Option<bool>,
    /// Black and white.
    pub mono: bool,
    /// End of the time axis.
    pub x_max: Option<Duration>,
    /// Distance of ticks.
    pub x_tick: Option<Duration>,
    /// One minus Kaplan-Meier beside a cumulative incidence.
    pub one_minus_km: bool,
}

/// `[report]`
#[derive(Debug, Clone)]
pub struct ReportBlock {
    /// Style of numbers.
    pub style: String,
    /// Smallest cell that is shared.
    pub min_cell: u32,
}

impl Default for ReportBlock {
    fn default() -> Self {
        Self { style: "plain".into(), min_cell: 5 }
    }
}

/// `[[amendment]]`
#[derive(Debug, Clone)]
pub struct Amendment {
    /// When.
    pub date: Text,
    /// What.
    pub what: Text,
    /// Why.
    pub why: Text,
    /// Whether the data had been seen.
    pub after_data: bool,
}

//! Labels, order and definitions: all that a report needs beside the numbers. Written as `results/run.json`.

use oligomet_base::TimeUnit;
use serde::{Deserialize, Serialize};

/// The outline of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// Version of the tables.
    pub schema_version: u32,
    /// Version of the program.
    pub program_version: String,
    /// SHA-256 of study.toml.
    pub study_sha256: String,
    /// SHA-256 of site.toml, empty where there was none.
    pub site_sha256: String,
    /// Whether the run was made to be shared: no subjects, small cells withheld.
    pub shared: bool,
    /// Cells with fewer patients than this are withheld when shared.
    pub min_cell: u32,
    /// The study.
    pub study: StudyOutline,
    /// What was read.
    pub sources: Vec<SourceOutline>,
    /// The steps from the source to the population, in order; their counts are in `stats` under `flow`.
    pub flow: Vec<FlowOutline>,
    /// Covariates, in the order of the study.
    pub variables: Vec<VariableOutline>,
    /// Endpoints, in the order of the study.
    pub endpoints: Vec<EndpointOutline>,
    /// Analyses, in the order of the study.
    pub analyses: Vec<AnalysisOutline>,
    /// Figures, in the order of the study.
    pub figures: Vec<FigureOutline>,
    /// Changes of the study after it was first written.
    pub amendments: Vec<String>,
    /// Whether the data were simulated: every output then carries [`crate::SYNTHETIC_NOTE`].
    #[serde(default)]
    pub synthetic: bool,
}

impl Outline {
    /// What every output of these results must say of itself: [`crate::SYNTHETIC_NOTE`] where the data were simulated.
    #[must_use]
    pub fn note(&self) -> Option<&'static str> {
        self.synthetic.then_some(crate::SYNTHETIC_NOTE)
    }
}

/// What the study says of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StudyOutline {
    /// Short name.
    pub id: String,
    /// Title.
    pub title: String,
    /// Design as named in the study file.
    pub design: String,
    /// What a row is: `patient`.
    pub unit: String,
    /// Name of the cohort.
    pub cohort_label: String,
    /// Who belongs to the population, as written; empty for everybody.
    pub population: String,
    /// Name of time zero.
    pub time_zero: String,
    /// Time zero as printed: `date of surgery`.
    pub time_zero_label: String,
    /// Unit in which durations are shown.
    pub show: Option<TimeUnit>,
    /// Period of inclusion as printed, or empty.
    pub period: String,
    /// Data cut-off as printed, or empty.
    pub cutoff: String,
    /// Ethics statement as printed, or empty.
    pub ethics: String,
    /// Reporting guidelines named.
    pub guidelines: Vec<String>,
    /// Style of numbers: `jama`, `lancet` ….
    pub style: String,
    /// What a row is and how it came from the records, in sentences; empty for one table with a row per patient.
    #[serde(default)]
    pub records: String,
}

/// A file that was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceOutline {
    /// Name without folder.
    pub name: String,
    /// Sheet of a workbook, or empty.
    pub sheet: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows with data.
    pub n_rows: u64,
    /// Headers that no mapping names.
    pub unmapped: Vec<String>,
}

/// A step of the flow of patients.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FlowOutline {
    /// Name used in `stats` (variable).
    pub id: String,
    /// What is printed.
    pub label: String,
    /// `source`, `set-aside`, `population`, `eligibility`, `final` or `endpoint`.
    pub kind: String,
    /// The rule as written, or empty.
    pub rule: String,
    /// What an unknown answer did: `keep`, `drop`, `stop`, or empty.
    pub missing: String,
}

/// Whether a covariate is a number or has levels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VariableKind {
    /// A number.
    #[default]
    Number,
    /// Levels.
    Factor,
}

/// A covariate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VariableOutline {
    /// Name in the study.
    pub name: String,
    /// What is printed.
    pub label: String,
    /// Unit, or empty.
    pub unit: String,
    /// Number or factor.
    pub kind: VariableKind,
    /// Levels in order.
    pub levels: Vec<String>,
    /// Reference level, or empty.
    pub reference: String,
    /// How it was derived, as a sentence.
    pub definition: String,
    /// Where cut-points came from: `data`, `literature`, `prespecified`, or empty.
    pub cut_source: String,
}

/// An endpoint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EndpointOutline {
    /// Name in the study.
    pub name: String,
    /// What is printed.
    pub label: String,
    /// The definition as a sentence.
    pub sentence: String,
    /// From which date it counts as printed, where that is not the study's; else empty.
    #[serde(default)]
    pub time_zero_label: String,
    /// Names of the causes that end observation as printed: the event first, then each competing event.
    #[serde(default)]
    pub causes: Vec<String>,
    /// Day from which curves begin, those under observation then being all that they speak of; `None` where they begin at time zero.
    #[serde(default)]
    pub conditional_from: Option<f64>,
    /// Where the definition comes from, or empty.
    #[serde(default)]
    pub source: String,
}

/// What an analysis is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnalysisKind {
    /// Characteristics by group.
    #[default]
    Table1,
    /// Survival by level of several factors.
    Rate,
    /// Kaplan-Meier curves.
    Km,
    /// Cox models, univariable and multivariable.
    Cox,
    /// Cumulative incidence of competing events.
    Cif,
    /// Fine and Gray's model beside cause-specific Cox models.
    #[serde(rename = "finegray")]
    FineGray,
    /// One factor's hazard ratio within the levels of covariates, with tests of interaction.
    Subgroups,
    /// A cut-point searched in the data, with its adjusted P values.
    Cutpoint,
    /// Dose groups by site: counts, empty cells, contrasts within sites.
    DoseBySite,
    /// Adverse events by term, worst grade and phase.
    Toxicity,
    /// Shares of patients by level with exact intervals.
    Response,
    /// A share stated beforehand against what was seen at a time.
    Proportion,
    /// A lane per subject: local only.
    Swimmer,
    /// All that is recorded of one patient: local only.
    Timeline,
}

impl AnalysisKind {
    /// All kinds with the words of the study file, in the order in which they are told.
    pub const ALL: [(&'static str, Self); 14] = [
        ("table1", Self::Table1),
        ("rate", Self::Rate),
        ("km", Self::Km),
        ("cox", Self::Cox),
        ("cif", Self::Cif),
        ("finegray", Self::FineGray),
        ("subgroups", Self::Subgroups),
        ("cutpoint", Self::Cutpoint),
        ("dose-by-site", Self::DoseBySite),
        ("toxicity", Self::Toxicity),
        ("response", Self::Response),
        ("proportion", Self::Proportion),
        ("swimmer", Self::Swimmer),
        ("timeline", Self::Timeline),
    ];

    /// The word of the study file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// A term of a model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TermOutline {
    /// Covariate.
    pub variable: String,
    /// A ratio is per this many units (numbers only).
    pub per: Option<f64>,
}

/// An analysis.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AnalysisOutline {
    /// Name in the study.
    pub id: String,
    /// What it is.
    pub kind: AnalysisKind,
    /// Title as printed.
    pub title: String,
    /// Endpoint, or empty.
    pub endpoint: String,
    /// Grouping covariate, or empty.
    pub by: String,
    /// Covariates described (table1, rate).
    pub variables: Vec<String>,
    /// Terms of the model (cox).
    pub terms: Vec<TermOutline>,
    /// Times asked for: days and as written.
    pub at: Vec<(f64, String)>,
    /// Horizon of the restricted mean: days and as written.
    pub tau: Option<(f64, String)>,
    /// Level of intervals.
    pub conf_level: f64,
    /// Type of the survival interval: `log-log`.
    pub conf_type: String,
    /// Statistics shown for numbers in table1: `median`, `mean`, `range`.
    pub numbers: Vec<String>,
    /// Test: `logrank`, `none`, `auto`.
    pub test: String,
    /// Whether it was planned.
    pub planned: bool,
    /// Restriction of the cohort as written, or empty.
    pub restriction: String,
    /// What was done with missing values.
    pub missing: String,
    /// How terms were selected.
    pub select: String,
    /// Column whose equal values are not independent (`patient_id`), or empty.
    #[serde(default)]
    pub cluster: String,
    /// Factor whose effect is compared (subgroups), or dose groups (dose-by-site), or empty.
    #[serde(default)]
    pub factor: String,
    /// The share stated beforehand (proportion).
    #[serde(default)]
    pub against: Option<f64>,
    /// `two-sided`, `less` or `greater` (proportion), or empty.
    #[serde(default)]
    pub alternative: String,
    /// Landmarks: days and as written.
    #[serde(default)]
    pub landmark: Vec<(f64, String)>,
    /// Events marked on the lanes (swimmer), as named in the study.
    #[serde(default)]
    pub marks: Vec<String>,
}

/// A figure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FigureOutline {
    /// Name in the study; also the file's name.
    pub id: String,
    /// The analysis drawn, or `flow`.
    pub of: String,
    /// Caption as printed.
    pub caption: String,
    /// Width in millimetres.
    pub width_mm: f64,
    /// Rows under the curves: `at_risk`, `events`.
    pub table: Vec<String>,
    /// Whether intervals are drawn as ribbons.
    pub ribbon: bool,
    /// Whether censoring is marked.
    pub censor_marks: bool,
    /// Whether the median is drawn.
    pub median: bool,
    /// Black and white with dashes.
    pub mono: bool,
    /// End of the time axis in days, or the data's.
    pub x_max: Option<f64>,
    /// Distance of ticks in days, or chosen.
    pub x_tick: Option<f64>,
    /// Whether one minus Kaplan-Meier is drawn beside a cumulative incidence.
    #[serde(default)]
    pub one_minus_km: bool,
}

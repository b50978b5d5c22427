//! The columns of the base table in code, in the order of `data/dictionary.toml`, and the sheet that they are written into.

use oligomet_base::{Day, PartialDate};
use oligomet_disease::Truth;
use oligomet_schema::{Category, ColumnData, ColumnType};

use super::dictionary::{Dictionary, Levels};
use crate::model::Unit;

macro_rules! columns {
    ($($name:ident = $text:literal,)*) => {
        /// A column of the base table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Col { $($name),* }

        /// All columns with their names, in order.
        pub(super) const COLUMNS: &[(Col, &str)] = &[$((Col::$name, $text)),*];
    };
}

columns! {
    PatientId = "patient_id",
    EpisodeId = "episode_id",
    CourseId = "course_id",
    LesionId = "lesion_id",
    BirthDate = "birth_date",
    PrimaryDiagnosisDate = "primary_diagnosis_date",
    MetastasisDate = "metastasis_date",
    EventDate = "event_date",
    RtStartDate = "rt_start_date",
    RtEndDate = "rt_end_date",
    ReassessmentDate = "reassessment_date",
    LastImagingDate = "last_imaging_date",
    LesionAssessmentDate = "lesion_assessment_date",
    LastContactDate = "last_contact_date",
    DeathDate = "death_date",
    LinkageDate = "linkage_date",
    CutoffDate = "cutoff_date",
    TimeZero = "time_zero",
    Sex = "sex",
    Age = "age",
    AgeAtDiagnosis = "age_at_diagnosis",
    MenopausalStatus = "menopausal_status",
    GermlineBrca = "germline_brca",
    StageAtDiagnosis = "stage_at_diagnosis",
    Subtype = "subtype",
    Her2Positive = "her2_positive",
    ErPositive = "er_positive",
    DeNovo = "de_novo",
    DiseaseFreeInterval = "disease_free_interval",
    MonthsDiagnosisToRt = "months_diagnosis_to_rt",
    Ecog = "ecog",
    OnSystemicTherapy = "on_systemic_therapy",
    LineNumber = "line_number",
    LineNumberRecorded = "line_number_recorded",
    NPriorLines = "n_prior_lines",
    SystemicClass = "systemic_class",
    Regimen = "regimen",
    DrugsOngoing = "drugs_ongoing",
    NDrugsOngoing = "n_drugs_ongoing",
    TherapyUnchanged = "therapy_unchanged",
    Irradiated = "irradiated",
    NCourses = "n_courses",
    NVolumes = "n_volumes",
    RtOrgan = "rt_organ",
    RtTechnique = "rt_technique",
    Stereotactic = "stereotactic",
    RtSchedule = "rt_schedule",
    RtIntent = "rt_intent",
    RtIndication = "rt_indication",
    RtCompleted = "rt_completed",
    Reirradiation = "reirradiation",
    EarlierRtSameSite = "earlier_rt_same_site",
    NPriorCourses = "n_prior_courses",
    BrainIrradiated = "brain_irradiated",
    GtvCm3 = "gtv_cm3",
    DoseGy = "dose_gy",
    NFractions = "n_fractions",
    BedGy = "bed_gy",
    Eqd2Gy = "eqd2_gy",
    IsodosePercent = "isodose_percent",
    PtvD98Gy = "ptv_d98_gy",
    LesionOrgan = "lesion_organ",
    NOrgans = "n_organs",
    NLesionsTotal = "n_lesions_total",
    NLesionsProgressing = "n_lesions_progressing",
    NLesionsTreated = "n_lesions_treated",
    NTargetLesions = "n_target_lesions",
    SizeMm = "size_mm",
    LesionAssessedBy = "lesion_assessed_by",
    ResponseOutside = "response_outside",
    ImagingWithin3mo = "imaging_within_3mo",
    BestResponse = "best_response",
    FollowupDays = "followup_days",
}

/// Columns of some rows, written row by row: a value that nobody writes stays missing.
pub(super) struct Sheet {
    columns: Vec<Option<ColumnData>>,
    /// BED and EQD2 for each alpha/beta, in turn.
    pub(super) doses: Vec<Vec<f64>>,
    n_rows: usize,
}

impl Sheet {
    /// A sheet without rows, with the columns that exist for that unit.
    pub(super) fn new(dictionary: &Dictionary, unit: Unit, n_alpha_beta: usize) -> Self {
        let empty = |c: &super::dictionary::ColumnSpec| c.units.contains(&unit).then(|| empty(c));
        Self {
            columns: dictionary.columns.iter().map(empty).collect(),
            doses: vec![Vec::new(); 2 * n_alpha_beta],
            n_rows: 0,
        }
    }

    /// Begins a row in which everything is missing.
    pub(super) fn begin_row(&mut self) {
        self.n_rows += 1;
        for column in self.columns.iter_mut().flatten() {
            match column {
                ColumnData::Text(v) => v.push(None),
                ColumnData::Number(v) | ColumnData::Duration(v) => v.push(f64::NAN),
                ColumnData::Category(c) => c.codes.push(Category::MISSING),
                ColumnData::YesNo(v) => v.push(None),
                ColumnData::Date(v) => v.push(None),
            }
        }
        self.doses.iter_mut().for_each(|v| v.push(f64::NAN));
    }

    fn last(&mut self, col: Col) -> Option<&mut ColumnData> {
        self.columns[col as usize].as_mut()
    }

    /// A number or a duration in days.
    pub(super) fn number(&mut self, col: Col, value: f64) {
        if let Some(ColumnData::Number(v) | ColumnData::Duration(v)) = self.last(col)
            && let Some(last) = v.last_mut()
        {
            *last = value;
        }
    }

    /// A number, if it is known.
    pub(super) fn some_number(&mut self, col: Col, value: Option<f64>) {
        if let Some(value) = value {
            self.number(col, value);
        }
    }

    /// Yes, no or unknown.
    pub(super) fn truth(&mut self, col: Col, value: Truth) {
        if let Some(ColumnData::YesNo(v)) = self.last(col)
            && let Some(last) = v.last_mut()
        {
            *last = value.known();
        }
    }

    /// A date; one that is not known to the day is missing.
    pub(super) fn date(&mut self, col: Col, value: Option<PartialDate>) {
        if let Some(ColumnData::Date(v)) = self.last(col)
            && let Some(last) = v.last_mut()
        {
            *last = exact(value);
        }
    }

    /// A level by its place.
    pub(super) fn level(&mut self, col: Col, value: Option<usize>) {
        if let (Some(ColumnData::Category(c)), Some(value)) = (self.last(col), value)
            && let Some(last) = c.codes.last_mut()
        {
            *last = value as u32;
        }
    }

    /// A text, or the level of a category whose levels are found.
    pub(super) fn text(&mut self, col: Col, value: &str) {
        if let Some(ColumnData::Text(v)) = self.last(col)
            && let Some(last) = v.last_mut()
        {
            *last = Some(value.into());
        }
    }

    /// Adds the rows of another sheet with the same columns.
    pub(super) fn append(&mut self, other: Self) {
        self.n_rows += other.n_rows;
        for (mine, theirs) in self.columns.iter_mut().zip(other.columns) {
            match (mine, theirs) {
                (Some(ColumnData::Text(a)), Some(ColumnData::Text(b))) => a.extend(b),
                (Some(ColumnData::Number(a)), Some(ColumnData::Number(b)))
                | (Some(ColumnData::Duration(a)), Some(ColumnData::Duration(b))) => a.extend(b),
                (Some(ColumnData::Category(a)), Some(ColumnData::Category(b))) => a.codes.extend(b.codes),
                (Some(ColumnData::YesNo(a)), Some(ColumnData::YesNo(b))) => a.extend(b),
                (Some(ColumnData::Date(a)), Some(ColumnData::Date(b))) => a.extend(b),
                _ => {}
            }
        }
        for (mine, theirs) in self.doses.iter_mut().zip(other.doses) {
            mine.extend(theirs);
        }
    }

    /// Number of rows.
    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The columns in the order of the dictionary; `None` where the unit has none.
    pub(super) fn into_columns(self) -> (Vec<Option<ColumnData>>, Vec<Vec<f64>>) {
        (self.columns, self.doses)
    }
}

/// The day of a date known to the day.
pub(super) fn exact(date: Option<PartialDate>) -> Option<Day> {
    match date {
        Some(PartialDate::Day(day)) => Some(day),
        _ => None,
    }
}

fn empty(column: &super::dictionary::ColumnSpec) -> ColumnData {
    match (column.kind, &column.levels) {
        (ColumnType::Number, _) => ColumnData::Number(Vec::new()),
        (ColumnType::Duration, _) => ColumnData::Duration(Vec::new()),
        (ColumnType::YesNo, _) => ColumnData::YesNo(Vec::new()),
        (ColumnType::Date, _) => ColumnData::Date(Vec::new()),
        (ColumnType::Category, Levels::Listed(levels)) => {
            ColumnData::Category(Category { codes: Vec::new(), levels: levels.clone() })
        }
        // Levels that are found are written as texts and coded at the end.
        (ColumnType::Category | ColumnType::Id | ColumnType::Text, _) => ColumnData::Text(Vec::new()),
    }
}

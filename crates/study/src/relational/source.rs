//! The columns of the records that the base table is made from, looked up once.

use oligomet_base::{Day, Dose, PartialDate};
use oligomet_schema::{Children, Field, FieldSpec, NO_ROW, NoSuchField, RecordTable, Records, Texts};

use crate::model::{DatesBlock, PartialDates};

/// A column of dates, with what the study puts for a day that is not known.
#[derive(Clone, Copy)]
pub(super) struct Dates<'a> {
    values: &'a [Option<PartialDate>],
    policy: PartialDates,
}

impl Dates<'_> {
    /// The date of a row: as recorded, or with the day that the study puts for it.
    pub(super) fn get(&self, row: usize) -> Option<PartialDate> {
        let date = self.values.get(row).copied().flatten()?;
        resolve(date, self.policy)
    }

    /// How many are known to the month or year only.
    pub(super) fn n_partial(&self) -> usize {
        self.values.iter().flatten().filter(|d| !matches!(d, PartialDate::Day(_))).count()
    }
}

/// A date with the day that the policy puts where it is not known; `None` for one that the calendar does not have.
pub(super) fn resolve(date: PartialDate, policy: PartialDates) -> Option<PartialDate> {
    if matches!(date, PartialDate::Day(_)) || policy == PartialDates::Unknown {
        return Some(date);
    }
    let (first, last) = (date.earliest()?, date.latest()?);
    Some(PartialDate::Day(match policy {
        PartialDates::Earliest => first,
        PartialDates::Latest => last,
        PartialDates::Middle | PartialDates::Unknown => Day(first.0 + (last.0 - first.0) / 2),
    }))
}

/// A category of a table.
#[derive(Clone, Copy)]
pub(super) struct Levels<'a> {
    codes: &'a [u8],
    spec: &'static FieldSpec,
}

impl Levels<'_> {
    /// The place of the level of a row.
    pub(super) fn get(&self, row: usize) -> Option<usize> {
        let code = usize::from(*self.codes.get(row)?);
        (code < self.spec.levels.len()).then_some(code)
    }

    /// The code of the level of a row: `lymph-node`.
    pub(super) fn code(&self, row: usize) -> Option<&'static str> {
        Some(self.spec.levels[self.get(row)?].code.as_str())
    }

    /// Whether a row has that level; `false` where it is missing.
    pub(super) fn is(&self, row: usize, code: &str) -> bool {
        self.code(row) == Some(code)
    }

    /// How many levels there are.
    pub(super) fn n(&self) -> usize {
        self.spec.levels.len()
    }

    /// The place of a level by its code.
    pub(super) fn place(&self, code: &str) -> Option<usize> {
        self.spec.levels.iter().position(|l| l.code == code)
    }
}

/// What a reference points to; `None` where it is empty.
pub(super) fn target(refs: &[u32], row: usize) -> Option<usize> {
    refs.get(row).copied().filter(|r| *r != NO_ROW).map(|r| r as usize)
}

macro_rules! tables {
    ($($table:ident $name:literal { $($field:ident: $kind:ident $column:literal,)* } { $($children:ident: $by:literal,)* })*) => {
        $(
            /// Columns of a table.
            pub(super) struct $table<'a> {
                $(pub(super) $field: tables!(@type $kind),)*
                $(pub(super) $children: Children,)*
            }

            impl<'a> $table<'a> {
                fn new(records: &'a Records, policy: PartialDates) -> Result<Self, NoSuchField> {
                    let table = records.table($name)?;
                    let _ = (table, policy);
                    Ok(Self {
                        $($field: tables!(@get $kind table $column policy),)*
                        $($children: records.children($name, $by)?,)*
                    })
                }
            }
        )*
    };
    (@type date) => { Dates<'a> };
    (@type levels) => { Levels<'a> };
    (@type refs) => { &'a [u32] };
    (@type texts) => { &'a Texts };
    (@type numbers) => { &'a [f64] };
    (@type integers) => { &'a [Option<i32>] };
    (@type yes_no) => { &'a [Option<bool>] };
    (@type doses) => { &'a [Option<Dose>] };
    (@get date $table:ident $column:literal $policy:ident) => {
        Dates { values: $table.dates($column)?, policy: $policy }
    };
    (@get levels $table:ident $column:literal $policy:ident) => { levels($table, $column)? };
    (@get $kind:ident $table:ident $column:literal $policy:ident) => { $table.$kind($column)? };
}

tables! {
    Patients "patient" {
        sex: levels "sex",
        birth: date "birth_date",
        menopause: levels "menopausal_status",
        brca: levels "germline_brca",
    } {}
    Tumours "primary_tumour" {
        diagnosis: date "diagnosis_date",
        m_category: texts "m_category",
        stage: texts "stage_group",
        er_percent: numbers "er_percent",
        er_status: levels "er_status",
        pr_percent: numbers "pr_percent",
        pr_status: levels "pr_status",
        her2_ihc: levels "her2_ihc",
        her2_ish: levels "her2_ish",
        her2_status: levels "her2_status",
        ki67: numbers "ki67_percent",
        local_end: date "local_treatment_end_date",
        controlled: yes_no "controlled",
    } { of_patient: "patient_id", }
    Metastatic "metastatic_episode" {
        diagnosis: date "diagnosis_date",
        n_lesions: integers "n_lesions",
        at_least: integers "n_lesions_at_least",
        polymetastatic: yes_no "polymetastatic",
        imaging: levels "imaging",
    } { of_patient: "patient_id", }
    Lesions "lesion" {
        episode: refs "episode_id",
        organ: levels "organ",
        first_seen: date "first_seen_date",
    } { of_patient: "patient_id", }
    SystemicLines "systemic_line" {
        setting: levels "setting",
        number: integers "line_number",
        regimen: texts "regimen",
        start: date "start_date",
        end: date "end_date",
        reason: levels "end_reason",
    } { of_patient: "patient_id", }
    Drugs "drug_exposure" {
        line: refs "line_id",
        drug: texts "drug",
        start: date "start_date",
        end: date "end_date",
        reason: levels "end_reason",
    } { of_patient: "patient_id", of_line: "line_id", }
    Courses "rt_course" {
        episode: refs "episode_id",
        start: date "start_date",
        end: date "end_date",
        intent: levels "intent",
        indication: levels "indication",
        completed: yes_no "completed",
        previous: refs "previous_course_id",
    } { of_patient: "patient_id", }
    Volumes "rt_volume" {
        course: refs "course_id",
        organ: levels "organ",
        boost_group: texts "boost_group",
        technique: levels "technique",
        stereotactic: yes_no "stereotactic",
        gtv: numbers "gtv_cm3",
        dose_prescribed: doses "dose_prescribed_gy",
        fractions_prescribed: integers "fractions_prescribed",
        dose_delivered: doses "dose_delivered_gy",
        fractions_delivered: integers "fractions_delivered",
        per_day: integers "fractions_per_day",
        isodose: numbers "isodose_percent",
        d98: doses "ptv_d98_gy",
    } { of_course: "course_id", }
    Phases "rt_phase" {
        number: integers "number",
        dose: doses "dose_gy",
        fractions: integers "fractions",
    } { of_volume: "volume_id", }
    Targets "rt_target" {
        volume: refs "volume_id",
        lesion: refs "lesion_id",
    } { of_volume: "volume_id", of_lesion: "lesion_id", }
    LocalTreatments "local_treatment" {
        date: date "date",
    } { of_lesion: "lesion_id", }
    Assessments "imaging_assessment" {
        date: date "date",
        modality: levels "modality",
        criteria: levels "criteria",
        response: levels "response",
        outside: levels "outside_response",
        n_total: integers "n_lesions_total",
        n_progressing: integers "n_lesions_progressing",
        n_treated: integers "n_lesions_treated",
        new_lesions: yes_no "new_lesions",
    } { of_patient: "patient_id", }
    Measurements "lesion_measurement" {
        assessment: refs "assessment_id",
        lesion: refs "lesion_id",
        role: levels "role",
        longest: numbers "longest_mm",
        state: levels "state",
        progressing: yes_no "progressing",
    } { of_assessment: "assessment_id", of_lesion: "lesion_id", }
    LocalEvents "local_event" {
        date: date "date",
        kind: levels "kind",
        status: levels "status",
    } { of_lesion: "lesion_id", }
    Performances "performance" {
        date: date "date",
        scale: levels "scale",
        value: integers "value",
    } { of_patient: "patient_id", }
    FollowUps "follow_up" {
        date: date "date",
        status: levels "status",
        origin: levels "source",
        linkage: date "linkage_date",
    } { of_patient: "patient_id", }
}

fn levels<'a>(table: &'a RecordTable, column: &str) -> Result<Levels<'a>, NoSuchField> {
    let codes = table.categories(column)?;
    let spec: &'static oligomet_schema::TableSpec = table.spec();
    match spec.field(column) {
        Some(spec) => Ok(Levels { codes, spec }),
        None => Err(NoSuchField { table: spec.name.clone(), field: column.to_owned() }),
    }
}

/// Everything that the base table is made from.
pub(super) struct Source<'a> {
    pub(super) records: &'a Records,
    pub(super) patient: Patients<'a>,
    pub(super) tumour: Tumours<'a>,
    pub(super) metastatic: Metastatic<'a>,
    pub(super) lesion: Lesions<'a>,
    pub(super) line: SystemicLines<'a>,
    pub(super) drug: Drugs<'a>,
    pub(super) course: Courses<'a>,
    pub(super) volume: Volumes<'a>,
    pub(super) phase: Phases<'a>,
    pub(super) target: Targets<'a>,
    pub(super) local: LocalTreatments<'a>,
    pub(super) assessment: Assessments<'a>,
    pub(super) measurement: Measurements<'a>,
    pub(super) local_event: LocalEvents<'a>,
    pub(super) performance: Performances<'a>,
    pub(super) follow_up: FollowUps<'a>,
}

impl<'a> Source<'a> {
    /// Looks up every column.
    ///
    /// # Errors
    /// [`NoSuchField`] where the schema does not have one: a fault of the program.
    pub(super) fn new(records: &'a Records, block: DatesBlock) -> Result<Self, NoSuchField> {
        let policy = block.partial;
        let mut patient = Patients::new(records, policy)?;
        patient.birth.policy = block.birth.unwrap_or(policy);
        Ok(Self {
            records,
            patient,
            tumour: Tumours::new(records, policy)?,
            metastatic: Metastatic::new(records, policy)?,
            lesion: Lesions::new(records, policy)?,
            line: SystemicLines::new(records, policy)?,
            drug: Drugs::new(records, policy)?,
            course: Courses::new(records, policy)?,
            volume: Volumes::new(records, policy)?,
            phase: Phases::new(records, policy)?,
            target: Targets::new(records, policy)?,
            local: LocalTreatments::new(records, policy)?,
            assessment: Assessments::new(records, policy)?,
            measurement: Measurements::new(records, policy)?,
            local_event: LocalEvents::new(records, policy)?,
            performance: Performances::new(records, policy)?,
            follow_up: FollowUps::new(records, policy)?,
        })
    }

    /// The key of a row of a table; empty where there is no such table.
    pub(super) fn key(&self, table: &str, row: usize) -> &'a str {
        self.records.table(table).map_or("", |t| t.key(row))
    }

    /// How many patients there are.
    pub(super) fn n_patients(&self) -> usize {
        self.records.table("patient").map_or(0, RecordTable::n_rows)
    }

    /// The row of the source of a row of a table.
    pub(super) fn source_row(&self, table: &str, row: usize) -> u32 {
        self.records.table(table).ok().and_then(|t| t.source_rows.get(row).copied()).unwrap_or(0)
    }

    /// How many dates of all tables are known to the month or year only: births, and the others.
    pub(super) fn n_partial(&self) -> (usize, usize) {
        let dates = self.records.tables.iter().flat_map(|t| t.fields.iter());
        let all: usize = dates
            .map(|f| match f {
                Field::Date(values) => {
                    values.iter().flatten().filter(|d| !matches!(d, PartialDate::Day(_))).count()
                }
                _ => 0,
            })
            .sum();
        let births = self.patient.birth.n_partial();
        (births, all - births)
    }
}

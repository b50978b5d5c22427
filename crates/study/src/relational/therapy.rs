//! Systemic therapy: lines by the rule of crate `disease`, and what was ongoing at time zero.

use std::collections::HashMap;

use oligomet_base::{Day, PartialDate, Place, Problem, Problems};
use oligomet_disease::Truth;
use oligomet_disease::therapy::{
    ChangeRules, DrugId, EndReason, Exposure, ExposureEnd, Formulary, History, LineEnd, LineOfTherapy,
    LineRules, Lines, Setting, SystemicClass, derive_lines,
};
use oligomet_schema::Texts;

use super::chart::Seen;
use super::columns::{Col, Sheet};
use super::notes::Notes;
use super::rows::Row;
use super::source::{Levels, Source, target};
use crate::model::TherapyBlock;

/// The drugs that each text of the records names, each text read once.
pub(super) struct DrugTexts {
    /// For each row of `drug_exposure`, then of `systemic_line`, the place of its text.
    exposure: Vec<u32>,
    line: Vec<u32>,
    read: Vec<Reading>,
}

struct Reading {
    drugs: Vec<DrugId>,
    is_complete: bool,
}

const NO_TEXT: u32 = u32::MAX;

impl DrugTexts {
    /// Reads every text; what cannot be read is told once, with its rows.
    pub(super) fn new(s: &Source<'_>, problems: &mut Problems) -> Self {
        let mut texts = Self { exposure: Vec::new(), line: Vec::new(), read: Vec::new() };
        texts.exposure = texts.read_column(s, "drug_exposure", "drug", s.drug.drug, |_| true, problems);
        let without_drugs = |row: usize| s.drug.of_line.of(row).is_empty();
        texts.line =
            texts.read_column(s, "systemic_line", "regimen", s.line.regimen, without_drugs, problems);
        texts
    }

    fn read_column(
        &mut self,
        s: &Source<'_>,
        table: &'static str,
        column: &'static str,
        values: &Texts,
        wanted: impl Fn(usize) -> bool,
        problems: &mut Problems,
    ) -> Vec<u32> {
        let mut known: HashMap<&str, u32> = HashMap::new();
        // Rows of each text that says no drug, so that one problem tells of all.
        let mut unread: HashMap<u32, Vec<u64>> = HashMap::new();
        let mut places = Vec::with_capacity(values.len());
        for row in 0..values.len() {
            let Some(text) = values.get(row).filter(|_| wanted(row)) else {
                places.push(NO_TEXT);
                continue;
            };
            let read = &mut self.read;
            let place = *known.entry(text).or_insert_with(|| {
                let written = Formulary::builtin().read_drugs(text, &Place::default());
                read.push(Reading { is_complete: written.is_complete(), drugs: written.drugs });
                read.len() as u32 - 1
            });
            if !self.read[place as usize].is_complete {
                unread.entry(place).or_default().push(u64::from(s.source_row(table, row)));
            }
            places.push(place);
        }
        let mut texts: Vec<(&str, u32)> = known.into_iter().filter(|(_, p)| unread.contains_key(p)).collect();
        texts.sort_unstable();
        for (text, place) in texts {
            let rows = &unread[&place];
            let at = Place::file(file_of(s, table)).column(column).row(rows.first().copied().unwrap_or(0));
            for problem in Formulary::builtin().read_drugs(text, &at).problems {
                let mut problem =
                    Problem { severity: problem.severity.min(oligomet_base::Severity::Warning), ..problem };
                problem.also_rows = rows.iter().skip(1).copied().collect();
                problems.push(problem);
            }
        }
        places
    }

    fn of(&self, place: u32) -> Option<&Reading> {
        self.read.get(place as usize)
    }
}

/// The name of the file that a table came from.
pub(super) fn file_of(s: &Source<'_>, table: &str) -> String {
    let source = s.records.table(table).ok().and_then(|t| t.source);
    source.and_then(|at| s.records.sources.get(at)).map_or_else(|| table.to_owned(), |f| f.name.clone())
}

/// The systemic therapy of one patient.
pub(super) struct Therapy {
    pub(super) history: History,
    pub(super) lines: Lines,
    /// Whether every drug of the record could be read; if not, what is absent is not known to be absent.
    pub(super) is_complete: bool,
    /// Rows of `systemic_line`.
    rows: Vec<usize>,
}

impl Therapy {
    /// Exposures of a patient, and the lines that follow from them.
    ///
    /// A systemic line without rows in `drug_exposure` counts as exposures to the drugs of its regimen.
    pub(super) fn new(
        s: &Source<'_>,
        patient: usize,
        assessments: &[Seen],
        first_metastasis: Option<PartialDate>,
        death: Option<PartialDate>,
        texts: &DrugTexts,
    ) -> Self {
        let mut is_complete = true;
        let mut exposures = Vec::new();
        let mut add = |place: u32, build: &dyn Fn(DrugId) -> Exposure| match texts.of(place) {
            Some(reading) => {
                is_complete &= reading.is_complete;
                exposures.extend(reading.drugs.iter().map(|d| build(*d)));
            }
            None => is_complete = false,
        };
        for &row in s.drug.of_patient.of(patient) {
            let row = row as usize;
            let line = target(s.drug.line, row);
            let build = |drug| Exposure {
                drug,
                start: s.drug.start.get(row),
                end: end(s.drug.end.get(row)),
                reason: reason(&s.drug.reason, row, s.drug.end.get(row)),
                setting: line.map_or(Setting::NotSaid, |l| setting(&s.line.setting, l)),
                row: None,
            };
            add(texts.exposure.get(row).copied().unwrap_or(NO_TEXT), &build);
        }
        let rows: Vec<usize> = s.line.of_patient.of(patient).iter().map(|r| *r as usize).collect();
        for &row in rows.iter().filter(|r| s.drug.of_line.of(**r).is_empty()) {
            let build = |drug| Exposure {
                drug,
                start: s.line.start.get(row),
                end: end(s.line.end.get(row)),
                reason: reason(&s.line.reason, row, s.line.end.get(row)),
                setting: setting(&s.line.setting, row),
                row: None,
            };
            add(texts.line.get(row).copied().unwrap_or(NO_TEXT), &build);
        }
        let responses = assessments.iter().any(|a| s.assessment.response.get(a.row).is_some());
        let progressions = responses.then(|| {
            assessments
                .iter()
                .filter(|a| super::assessments::is_progression(s, a.row))
                .map(|a| a.date)
                .collect()
        });
        let history = History { exposures, progressions, first_metastasis, death };
        let lines = derive_lines(&history, Formulary::builtin(), &LineRules::default());
        Self { history, lines, is_complete, rows }
    }

    /// Whether a drug against the tumour was ongoing.
    pub(super) fn ongoing(&self, date: PartialDate, grace: i32) -> Truth {
        self.unless_incomplete(self.history.on_therapy(Formulary::builtin(), date, grace))
    }

    /// An answer that rests on the absence of a drug is unknown where a drug could not be read.
    pub(super) fn unless_incomplete(&self, answer: Truth) -> Truth {
        if self.is_complete { answer } else { answer.or(Truth::Unknown) }
    }

    /// Whether therapy stayed unchanged between two dates.
    pub(super) fn is_unchanged(&self, from: PartialDate, until: PartialDate) -> Truth {
        let rules = ChangeRules::default();
        let unchanged = self.history.is_unchanged(Formulary::builtin(), from, until, &rules);
        if self.is_complete { unchanged } else { unchanged.and(Truth::Unknown) }
    }

    /// Whether the therapy was changed within so many days of a date, from the day before it on.
    pub(super) fn is_changed_within(&self, date: PartialDate, days: i32) -> Truth {
        let (Some(first), Some(last)) = (date.earliest(), date.latest()) else { return Truth::Unknown };
        let from = if first == last { PartialDate::Day(Day(first.0 - 1)) } else { date };
        !self.is_unchanged(from, PartialDate::Day(Day(last.0.saturating_add(days))))
    }

    /// The number of the line ongoing at a date: `Some(None)` where none was, `None` where the record leaves it open.
    pub(super) fn line_at(&self, date: PartialDate) -> Option<Option<u32>> {
        match self.lines.line_at(date).as_slice() {
            [one] if self.is_complete => Some(*one),
            _ => None,
        }
    }

    /// Ends of the therapy ongoing at a date, each with its reason: of the whole line, or of the drug stopped first.
    pub(super) fn stops(&self, date: PartialDate, block: &TherapyBlock) -> Vec<Stop> {
        match block.stop {
            crate::model::StopOf::Line => match (self.lines.decided(), self.line_at(date)) {
                (Some(lines), Some(Some(number))) => {
                    let line = lines.iter().find(|l| l.number == number);
                    line.and_then(|line| self.stop_of(line)).into_iter().collect()
                }
                (_, Some(None)) => self.last_or_first(date, block, true),
                _ => vec![Stop::OPEN],
            },
            crate::model::StopOf::AnyDrug if self.is_complete => self.last_or_first(date, block, false),
            crate::model::StopOf::AnyDrug => vec![Stop::OPEN],
        }
    }

    /// The end of a line, with the reason recorded for its drug that ended last: a line may go on beyond a progression that
    /// was treated locally, so that what the next line began for is not why this one ended.
    fn stop_of(&self, line: &LineOfTherapy) -> Option<Stop> {
        let LineEnd::On(days) = line.end else { return None };
        let exposures = line.drugs.iter().flat_map(|d| &d.exposures).map(|e| &self.history.exposures[*e]);
        let ended = exposures.filter_map(|e| Some((e.end_date()?.latest()?, e.reason)));
        let last = ended.max_by_key(|(day, reason)| (*day, std::cmp::Reverse(*reason)));
        let recorded = last.map(|(_, reason)| reason).filter(|r| *r != EndReason::NotSaid);
        Some(Stop::of(days, recorded.or(line.reason).unwrap_or(EndReason::NotSaid)))
    }

    /// The end of the drugs ongoing: of the last, or of the first to end.
    fn last_or_first(&self, date: PartialDate, block: &TherapyBlock, last: bool) -> Vec<Stop> {
        let formulary = Formulary::builtin();
        let interruption = LineRules::default().interruption_days;
        let counts = |i: usize| formulary.class(self.history.exposures[i].drug).makes_lines();
        let mut stops = Vec::new();
        for (exposure, ongoing) in self.history.ongoing_at(date, block.grace_days) {
            if !counts(exposure) {
                continue;
            }
            if ongoing == Truth::Unknown {
                return vec![Stop::OPEN];
            }
            match self.history.end_of(exposure, interruption) {
                (Some(days), of) => stops.push(Stop::of(days, self.history.exposures[of].reason)),
                (None, _) if last => return Vec::new(),
                (None, _) => {}
            }
        }
        let chosen = if last {
            stops.into_iter().max_by_key(|s| s.days)
        } else {
            stops.into_iter().min_by_key(|s| s.days)
        };
        chosen.into_iter().collect()
    }
}

/// The end of a therapy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop {
    /// First and last day that it can be; `None` where nothing is known.
    pub(super) days: Option<(Day, Day)>,
    pub(super) reason: EndReason,
}

impl Stop {
    const OPEN: Self = Self { days: None, reason: EndReason::NotSaid };

    fn of(days: oligomet_disease::therapy::DayBounds, reason: EndReason) -> Self {
        let last = days.latest.unwrap_or(Day(i32::MAX));
        Self { days: Some((days.earliest.unwrap_or(Day(i32::MIN)), last)), reason }
    }
}

fn end(date: Option<PartialDate>) -> ExposureEnd {
    date.map_or(ExposureEnd::Ongoing, ExposureEnd::On)
}

fn reason(levels: &Levels<'_>, row: usize, end: Option<PartialDate>) -> EndReason {
    match (levels.code(row), end) {
        (Some("progression"), _) => EndReason::Progression,
        (Some("toxicity"), _) => EndReason::Toxicity,
        (Some("completed" | "maintenance"), _) => EndReason::Planned,
        (Some("refusal"), _) => EndReason::Wish,
        (Some("death"), _) => EndReason::Death,
        (Some(_), _) => EndReason::Other,
        (None, _) => EndReason::NotSaid,
    }
}

fn setting(levels: &Levels<'_>, row: usize) -> Setting {
    match levels.code(row) {
        Some("neoadjuvant") => Setting::Neoadjuvant,
        Some("adjuvant") => Setting::Adjuvant,
        Some("metastatic") => Setting::Metastatic,
        _ => Setting::NotSaid,
    }
}

/// Writes what was ongoing at time zero.
pub(super) fn write(row: &Row<'_, '_>, block: &TherapyBlock, notes: &mut Notes, sheet: &mut Sheet) {
    let Some(zero) = row.time_zero else { return };
    let therapy = &row.chart.therapy;
    let formulary = Formulary::builtin();
    sheet.truth(Col::OnSystemicTherapy, therapy.ongoing(zero, block.grace_days));
    let line = therapy.line_at(zero);
    sheet.some_number(Col::LineNumber, line.flatten().map(f64::from));
    if let (Some(line), Some(begun)) = (line, therapy.lines.begun_before(zero).exact()) {
        // The line ongoing began before time zero or on it; only in the first case is it among those begun.
        let prior = line.map_or(begun, |number| number - 1);
        sheet.number(Col::NPriorLines, f64::from(prior));
    }
    let written = recorded(row, zero);
    sheet.some_number(Col::LineNumberRecorded, written);
    let patient = || row.chart.source.source_row("patient", row.chart.patient);
    if line.is_none() {
        notes.open_lines.push(patient());
    } else if matches!((line.flatten(), written), (Some(a), Some(b)) if f64::from(a) != b) {
        notes.other_line.push(patient());
    }
    let drugs = therapy.history.drugs_at(zero, block.grace_days);
    let sure: Vec<DrugId> = drugs.iter().filter(|(_, t)| t.is_true()).map(|(d, _)| *d).collect();
    let class = SystemicClass::of(formulary, sure.iter().copied());
    let most = SystemicClass::of(formulary, drugs.iter().map(|(d, _)| *d));
    if class == most && therapy.is_complete {
        sheet.level(Col::SystemicClass, SystemicClass::ALL.iter().position(|(c, _)| *c == class));
    }
    if sure.len() == drugs.len() && therapy.is_complete {
        let name = |d: &DrugId| formulary.drug(*d).name.as_str();
        let making: Vec<&str> =
            sure.iter().filter(|d| formulary.class(**d).makes_lines()).map(name).collect();
        sheet.number(Col::NDrugsOngoing, making.len() as f64);
        sheet.text(
            Col::Regimen,
            if making.is_empty() { "None".to_owned() } else { making.join(" + ") }.as_str(),
        );
        sheet.text(Col::DrugsOngoing, &sure.iter().map(name).collect::<Vec<_>>().join(" + "));
    }
    sheet.truth(Col::TherapyUnchanged, unchanged(row));
}

/// The number that the record gives to the line ongoing, where one row is ongoing.
fn recorded(row: &Row<'_, '_>, zero: PartialDate) -> Option<f64> {
    use oligomet_disease::dates::not_after;
    let s = row.chart.source;
    let covers = |r: &usize| {
        let ended = s.line.end.get(*r).map_or(Truth::True, |end| not_after(Some(zero), Some(end), 0));
        not_after(s.line.start.get(*r), Some(zero), 0).and(ended)
    };
    let ongoing: Vec<(usize, Truth)> =
        row.chart.therapy.rows.iter().map(|r| (*r, covers(r))).filter(|(_, t)| !t.is_false()).collect();
    match ongoing.as_slice() {
        [(only, Truth::True)] => s.line.number[*only].map(f64::from),
        _ => None,
    }
}

/// From the first fraction until the next imaging or the first progression; until the last contact without either.
pub(super) fn unchanged(row: &Row<'_, '_>) -> Truth {
    let Some(start) = row.dates.rt_start else { return Truth::Unknown };
    let progression = super::assessments::first_progression_after(row.chart, Some(start));
    let until = match (row.dates.reassessment, progression) {
        (super::chart::Found::Unknown, _) | (_, super::chart::Found::Unknown) => return Truth::Unknown,
        (imaging, progression) => super::chart::earliest([imaging.known(), progression.known()].into_iter()),
    };
    match until.or(row.chart.last_contact) {
        Some(until) => row.chart.therapy.is_unchanged(start, until),
        None => Truth::Unknown,
    }
}

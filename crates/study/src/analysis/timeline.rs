//! The timeline of one patient: all that is recorded, in days since time zero. Local only.

use oligomet_base::suggest::did_you_mean;
use oligomet_base::{Day, PartialDate, Place, Problem, Problems};
use oligomet_results::{Lane, LaneKind, StatKey};
use oligomet_schema::{NoSuchField, RecordTable, Records};

use super::sink::{Row, Sink};
use super::{Inputs, Source};
use crate::plan::AnalysisPlan;
use crate::relational::Related;

/// The level of `follow_up.status` of those who died.
const DEAD: &str = "dead";

/// A sort of record, and how a row of it is drawn.
struct Sort {
    table: &'static str,
    /// First and last day; no last day for a mark.
    dates: (&'static str, Option<&'static str>),
    /// What is printed: the first of these that a row has.
    labels: &'static [&'static str],
    /// Whether what has no end date went on: a therapy does, nothing else is known to.
    goes_on: bool,
}

/// One lane each, in this order from the top.
const SORTS: [Sort; 6] = [
    lasts("systemic_line", ("start_date", "end_date"), &["regimen", "setting"], true),
    lasts("rt_course", ("start_date", "end_date"), &["intent", "indication"], false),
    happens("local_treatment", &["kind", "treatment"]),
    happens("imaging_assessment", &["response", "modality"]),
    lasts("toxicity", ("onset_date", "resolved_date"), &["term"], false),
    happens("follow_up", &["status", "source"]),
];

const fn lasts(
    table: &'static str,
    dates: (&'static str, &'static str),
    labels: &'static [&'static str],
    goes_on: bool,
) -> Sort {
    Sort { table, dates: (dates.0, Some(dates.1)), labels, goes_on }
}

const fn happens(table: &'static str, labels: &'static [&'static str]) -> Sort {
    Sort { table, dates: ("date", None), labels, goes_on: false }
}

pub(super) fn run(plan: &AnalysisPlan, inputs: &Inputs<'_>, sink: &mut Sink) -> Result<(), Problems> {
    let Some(source) = inputs.source else { return Ok(()) };
    let Some(related) = &source.base.related else { return Err(needs_records(plan)) };
    let (subject, patient) = find(plan, source, related)?;
    let zero = source.base.points(&source.plan.time_zero, source.rows)[subject as usize];
    let (mut pieces, mut undated) = (Vec::new(), 0);
    for (lane, sort) in SORTS.iter().enumerate() {
        let drawn = Drawn { plan, subject, zero, lane: lane as u32 };
        match drawn.pieces(&related.records, sort, patient) {
            Ok((of_sort, without)) => {
                pieces.extend(of_sort);
                undated += without;
            }
            Err(error) => {
                return Err(Problem::error("OM360", error.to_string())
                    .why("the program asks for a column that its schema lacks")
                    .into());
            }
        }
    }
    close(&mut pieces);
    let n = pieces.len();
    sink.lanes.extend(pieces);
    let key = StatKey::new(&plan.id, "", "timeline").variable("n", "");
    let numbers = [("n", Some(n as f64)), ("n.missing", Some(undated as f64))];
    sink.add(&Row::new(key, "count", "all", plan.planned), &numbers);
    Ok(())
}

/// What goes on does so until the last day known of the patient, and not beyond a death.
fn close(pieces: &mut [Lane]) {
    let last_of = |l: &Lane| {
        [Some(l.from), l.from_latest, l.to, l.to_latest].into_iter().flatten().fold(l.from, f64::max)
    };
    let last = pieces.iter().map(last_of).fold(f64::NEG_INFINITY, f64::max);
    let is_death = |l: &&Lane| l.what == "follow_up" && l.label == DEAD;
    let death = pieces.iter().filter(is_death).map(last_of).reduce(f64::min);
    for piece in pieces.iter_mut().filter(|l| l.ongoing) {
        piece.to = Some(death.unwrap_or(last).max(piece.from));
        piece.ongoing = death.is_none();
    }
}

fn needs_records(plan: &AnalysisPlan) -> Problems {
    Problem::error("OM154", format!("`{}` needs the tables of a department", plan.id))
        .at(Place::subject(format!("analysis `{}`", plan.id)))
        .why("a sheet with a row per patient holds no course over time")
        .into()
}

/// The subject and the row of `patient` that the study names.
fn find(plan: &AnalysisPlan, source: Source<'_>, related: &Related) -> Result<(u32, u32), Problems> {
    let unknown = |known: &[&str]| {
        Problem::error("OM154", format!("the patient \"{}\" is not in the population", plan.subject))
            .at(Place::subject(format!("analysis `{}`", plan.id)))
            .why("a timeline is of a patient who is studied")
            .mend(
                did_you_mean(&plan.subject, known.iter().copied())
                    .unwrap_or_else(|| "name one as in the data".to_owned()),
            )
    };
    let Ok(table) = related.records.table("patient") else { return Err(unknown(&[]).into()) };
    let keys: Vec<&str> = source.rows.iter().map(|&r| table.key(related.patient(r) as usize)).collect();
    match keys.iter().position(|k| *k == plan.subject) {
        Some(i) => Ok((i as u32, related.patient(source.rows[i]))),
        None => Err(unknown(&keys).into()),
    }
}

struct Drawn<'a> {
    plan: &'a AnalysisPlan,
    subject: u32,
    zero: f64,
    lane: u32,
}

impl Drawn<'_> {
    /// The pieces of a lane, and how many rows have no day.
    fn pieces(
        &self,
        records: &Records,
        sort: &Sort,
        patient: u32,
    ) -> Result<(Vec<Lane>, usize), NoSuchField> {
        let table = records.table(sort.table)?;
        let of = self.patient_of(records, table)?;
        let begins = table.dates(sort.dates.0)?;
        let ends = sort.dates.1.map(|field| table.dates(field)).transpose()?;
        let (mut pieces, mut undated) = (Vec::new(), 0);
        for row in (0..table.n_rows()).filter(|row| of[*row] == patient) {
            let Some((from, from_latest)) = self.since(begins[row]) else {
                undated += 1;
                continue;
            };
            let end = ends.and_then(|ends| self.since(ends[row]));
            pieces.push(Lane {
                analysis_id: self.plan.id.clone(),
                subject: self.subject,
                lane: self.lane,
                kind: if sort.dates.1.is_some() { LaneKind::Span } else { LaneKind::Mark },
                what: sort.table.to_owned(),
                label: label(table, sort, row),
                from,
                from_latest,
                to: end.map(|(first, _)| first),
                to_latest: end.and_then(|(_, last)| last),
                ongoing: sort.goes_on && ends.is_some_and(|ends| ends[row].is_none()),
            });
        }
        Ok((pieces, undated))
    }

    /// The patient of each row: named in it, or that of its lesion.
    fn patient_of(&self, records: &Records, table: &RecordTable) -> Result<Vec<u32>, NoSuchField> {
        if let Ok(of) = table.refs("patient_id") {
            return Ok(of.to_vec());
        }
        let lesions = records.table("lesion")?.refs("patient_id")?;
        let of = |lesion: &u32| lesions.get(*lesion as usize).copied().unwrap_or(u32::MAX);
        Ok(table.refs("lesion_id")?.iter().map(of).collect())
    }

    /// Days since time zero of a date: the first that it can be, and the last where they differ. A date known to the month
    /// is drawn as a month, whatever day `[dates]` puts in its place for computing.
    fn since(&self, date: Option<PartialDate>) -> Option<(f64, Option<f64>)> {
        let date = date?;
        let (first, last) = (date.earliest()?, date.latest()?);
        let days = |day: Day| f64::from(day.0) - self.zero;
        (!self.zero.is_nan()).then(|| (days(first), (first < last).then(|| days(last))))
    }
}

fn label(table: &RecordTable, sort: &Sort, row: usize) -> String {
    let one = |field: &&str| {
        let text = table.texts(field).ok().and_then(|t| t.get(row));
        text.or_else(|| table.level(field, row)).filter(|t| !t.is_empty()).map(str::to_owned)
    };
    sort.labels.iter().find_map(one).unwrap_or_else(|| table.spec().label.clone())
}

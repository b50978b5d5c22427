//! Puts into words, with counts and rows, what was found while an endpoint was derived.

use oligomet_base::number::{counted, fixed, shortest};
use oligomet_base::words::lower_first;
use oligomet_base::{DAYS_PER_MONTH, Place, Problem, Problems};
use oligomet_schema::ColumnData;

use super::{EndpointData, Lists, NoTime};
use crate::derive::Base;
use crate::model::AfterCensor;
use crate::plan::{EndpointPlan, EventPlan};

/// The columns of the base table that say until when lesions were assessed, and by what.
const ASSESSMENT: &str = "lesion_assessment_date";
const ASSESSED_BY: &str = "lesion_assessed_by";

/// Puts what was found into words.
pub(super) struct Teller<'a> {
    pub(super) plan: &'a EndpointPlan,
    pub(super) base: &'a Base,
    pub(super) rows: &'a [usize],
}

impl Teller<'_> {
    fn event(&self, k: usize) -> &str {
        self.plan.all_events().nth(k).map_or("the event", |e: &EventPlan| e.label.as_str())
    }

    fn reason(&self, why: NoTime) -> String {
        match why {
            NoTime::TimeZero => "Time zero is missing".into(),
            NoTime::Status(k) => format!("Whether {} happened is not known", self.event(k)),
            NoTime::EventTime(k) => format!("{} happened, its time is missing", self.event(k)),
            NoTime::FollowUp => "No event and no end of follow-up".into(),
            NoTime::BeforeTimeZero => "Event or end of follow-up before time zero".into(),
            NoTime::Entry => "The date of entry is missing".into(),
            NoTime::NotAtRisk => "Observation ended before delayed entry, or on its day".into(),
        }
    }

    fn place(&self, list: &[usize]) -> Place {
        let mut place = Place::subject(format!("endpoint {}", self.plan.name));
        place.file = self.base.data.sources.first().map(|s| s.name.clone());
        place.sheet = self.base.data.sources.first().and_then(|s| s.sheet.clone());
        place.row = list.first().and_then(|&i| self.row_number(i));
        place
    }

    fn row_number(&self, i: usize) -> Option<u64> {
        self.rows.get(i).and_then(|&r| self.base.data.table.source_rows.get(r)).map(|&n| u64::from(n))
    }

    fn with_rows(&self, mut problem: Problem, list: &[usize]) -> Problem {
        problem = problem.at(self.place(list));
        problem.also_rows = list.iter().skip(1).filter_map(|&i| self.row_number(i)).collect();
        problem
    }

    fn exclusion(&self, why: NoTime, list: &[usize]) -> Problem {
        let reason = self.reason(why);
        let what = format!(
            "{} not analysed for {}: {}",
            counted(list.len(), "patient"),
            self.plan.name,
            lower_first(&reason)
        );
        let mend = match why {
            NoTime::TimeZero => "complete the date of time zero, or choose another time zero",
            NoTime::Status(_) | NoTime::EventTime(_) => "complete the record; nothing is guessed",
            NoTime::FollowUp => "complete the end of follow-up",
            NoTime::Entry => "complete the date of entry: the last criterion of eligibility met",
            NoTime::NotAtRisk => {
                "entry is the last criterion of eligibility met; look whether the date named is the one meant"
            }
            NoTime::BeforeTimeZero => {
                "look for exchanged or mistyped dates; if patients truly had the event before time zero, leave them out by an eligibility rule that says so"
            }
        };
        let problem = match why {
            NoTime::NotAtRisk => Problem::note("OM115", what).why(
                "with delayed entry only those count who were under observation for at least a day after it",
            ),
            _ => Problem::warning("OM111", what).why(
                "time from time zero cannot be computed; the patients are counted in the flow of patients",
            ),
        };
        self.with_rows(problem.mend(mend), list)
    }

    /// An event after the end of follow-up: counted where it alone makes the endpoint, otherwise the study must say.
    pub(super) fn late_events(&self, list: &[usize], problems: &mut Problems) -> Result<(), Problems> {
        if list.is_empty() {
            return Ok(());
        }
        let name = &self.plan.name;
        let n = counted(list.len(), "patient");
        let what =
            format!("an event of {name} after `{}`, the end of follow-up, in {n}", self.plan.censor.label);
        let composite = self.plan.events.len() + self.plan.competing.len() > 1;
        let problem = match (self.plan.after_censor, composite) {
            (Some(AfterCensor::Censor), _) => Problem::note("OM110", format!("{what}: censored there, as the study says"))
                .why("between the end of follow-up and the event nobody looked for the other events"),
            (Some(AfterCensor::Count), _) => Problem::note("OM110", format!("{what}: counted at its own time, as the study says"))
                .why("between the end of follow-up and the event nobody looked for the other events, which may have come first"),
            (None, false) => Problem::warning("OM110", format!("{what}: counted at its own time"))
                .why("the event was seen, so it counts; but if deaths come from a registry while the living are censored at their last visit, survival is underestimated")
                .mend("give the date up to which the registry was asked as the end of follow-up, or write after_censor = \"count\" or \"censor\" in the endpoint"),
            (None, true) => {
                let problem = Problem::error("OM110", what)
                    .why("the endpoint has several events, and after the end of follow-up nobody looked for the others: counting and censoring give different results")
                    .mend(format!("write after_censor = \"censor\" (follow-up of {name} ends there) or \"count\" (the event counts at its time) in [endpoint.{name}]"));
                return Err(self.with_rows(problem, list).into());
            }
        };
        problems.push(self.with_rows(problem, list));
        Ok(())
    }

    fn cut_off(&self, list: &[usize], problems: &mut Problems) {
        if list.is_empty() {
            return;
        }
        let what = format!(
            "follow-up for {} beyond the data cut-off in {}: censored at it",
            self.plan.name,
            counted(list.len(), "patient")
        );
        problems.push(
            self.with_rows(Problem::note("OM112", what).why("what lies after the cut-off is not used"), list),
        );
    }

    /// What was found beside the events themselves, with its counts.
    pub(super) fn tell(
        &self,
        lists: &Lists,
        intercurrent: &[usize],
        data: &mut EndpointData,
        problems: &mut Problems,
    ) {
        self.cut_off(&lists.cut, problems);
        self.window(lists, data, problems);
        self.assessed(data, problems);
        for (k, n) in intercurrent.iter().enumerate().filter(|(_, n)| **n > 0) {
            let label = self.event(k);
            data.counts.push(("intercurrent", label.to_owned(), *n));
            let what = format!(
                "{} of {} censored at an intercurrent event: {}",
                counted(*n, "patient"),
                self.plan.name,
                label.to_lowercase()
            );
            problems.push(
                Problem::note("OM119", what)
                    .at(self.place(&[]))
                    .why("after it the endpoint can no longer be seen as it was meant; the study says that observation ends there")
                    .mend("`intercurrent` in the endpoint says \"censor\", \"ignore\" or \"event\""),
            );
        }
        for (why, list) in &lists.excluded {
            data.excluded.push((self.reason(*why), list.len()));
            problems.push(self.exclusion(*why, list));
        }
    }

    /// Competing events after the end of follow-up: those inside their window compete, the others are censored.
    fn window(&self, lists: &Lists, data: &mut EndpointData, problems: &mut Problems) {
        let Some(window) = self.plan.death_window else { return };
        let (inside, beyond) = (lists.inside_window.len(), lists.beyond_window.len());
        data.counts.push(("window", "inside".to_owned(), inside));
        data.counts.push(("window", "beyond".to_owned(), beyond));
        if inside + beyond == 0 {
            return;
        }
        let names: Vec<String> = self.plan.competing.iter().map(|e| e.label.to_lowercase()).collect();
        let what = format!(
            "{}: {} after the end of follow-up, {inside} within {} months of it (competing), {beyond} later (censored at it)",
            self.plan.name,
            names.join(" or "),
            fixed(window / DAYS_PER_MONTH, 1)
        );
        let problem = Problem::note("OM119", what)
            .why("the event is seen only at an assessment: long after the last one nobody knows whether it had come before")
            .mend("show both variants: `cif` lets it compete, `km` censors it; change `death_window` to see what it does");
        problems.push(self.with_rows(problem, &lists.beyond_window));
    }

    /// What the last assessment of the lesions rests on, where follow-up ends at it.
    fn assessed(&self, data: &mut EndpointData, problems: &mut Problems) {
        if self.plan.censor.column.as_deref() != Some(ASSESSMENT) {
            return;
        }
        let by = self.base.data.table.column(ASSESSED_BY).map(|c| &c.data);
        let Some(ColumnData::Category(by)) = by else { return };
        let of = |&i: &u32| by.codes.get(*self.rows.get(i as usize)?).copied();
        let codes: Vec<u32> = data.subject.iter().filter_map(of).collect();
        let counts: Vec<usize> =
            (0..by.levels.len() as u32).map(|level| codes.iter().filter(|c| **c == level).count()).collect();
        for (level, n) in by.levels.iter().zip(&counts) {
            data.counts.push(("assessed", level.clone(), *n));
        }
        let [_, by_imaging, by_nothing] = counts[..] else { return };
        if by_imaging + by_nothing == 0 {
            return;
        }
        let what = format!(
            "{}: of {} the last assessment is the patient's imaging of the organ in {by_imaging}, for want of measurements after radiotherapy, and nothing after radiotherapy in {by_nothing}",
            self.plan.name,
            counted(data.subject.len(), "row")
        );
        let problem = Problem::note("OM119", what)
            .at(self.place(&[]))
            .why("imaging of the patient need not have looked at the lesion, so that a failure may have been missed; a lesion never assessed is followed for no day")
            .mend("record the lesions' measurements, or that they could not be evaluated; `censor = \"last_imaging_date\"` takes the patient's last imaging for every lesion");
        problems.push(problem);
    }

    /// Curves that do not begin at time zero.
    pub(super) fn conditional(&self, from: f64, least: usize, data: &EndpointData, problems: &mut Problems) {
        let left = data.time.iter().filter(|t| **t <= from).count();
        let place = self.place(&[]);
        if left == data.time.len() {
            problems.push(
                Problem::warning("OM117", format!("never are {least} under observation at once for {}: it has no curve", self.plan.name))
                    .at(place)
                    .why("a curve from a smaller risk set rests on single patients, and its first steps never mend")
                    .mend("ask for a smaller `min_risk_set`, or count from the day of entry"),
            );
            return;
        }
        let what = format!(
            "curves of {} begin at day {}, where {least} are under observation: they speak of those who reached that day",
            self.plan.name,
            shortest(from)
        );
        problems.push(
            Problem::note("OM117", what)
                .at(place)
                .why(format!(
                    "{} left before it, in no curve; with delayed entry the first risk sets are too small",
                    counted(left, "patient")
                ))
                .mend("show survival from entry as the primary analysis, this one beside it"),
        );
    }
}

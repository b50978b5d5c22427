//! What was noticed while the base table was made: counted, told once for all rows.

use oligomet_base::number::counted;
use oligomet_base::{Place, Problem, Problems};

use super::source::Source;
use super::therapy::file_of;
use crate::model::{DatesBlock, PartialDates};

/// Rows of the source, or numbers, of each kind of thing noticed.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Rows of `rt_volume` whose dose and fractions make no fractionation.
    pub(super) wrong_volumes: Vec<u32>,
    /// Rows with several volumes of different dose, where the study has no rule.
    pub(super) several_doses: usize,
    /// Rows of `patient` whose death is before the first fraction.
    pub(super) death_first: Vec<u32>,
    /// Rows of `rt_course` without volumes.
    pub(super) no_volumes: Vec<u32>,
    /// Rows of `rt_course` whose distance from the course before is not known.
    pub(super) open_gaps: Vec<u32>,
    /// Rows of `local_event` suspected and never decided.
    pub(super) undecided: Vec<u32>,
    /// Rows of `patient` whose lines of therapy the record leaves open.
    pub(super) open_lines: Vec<u32>,
    /// Rows of `patient` whose lines derived and recorded differ.
    pub(super) other_line: Vec<u32>,
}

impl Notes {
    /// Adds what another shard noticed.
    pub(super) fn append(&mut self, mut other: Self) {
        self.wrong_volumes.append(&mut other.wrong_volumes);
        self.several_doses += other.several_doses;
        self.death_first.append(&mut other.death_first);
        self.no_volumes.append(&mut other.no_volumes);
        self.open_gaps.append(&mut other.open_gaps);
        self.undecided.append(&mut other.undecided);
        self.open_lines.append(&mut other.open_lines);
        self.other_line.append(&mut other.other_line);
    }

    /// All of it as problems.
    pub(super) fn tell(mut self, s: &Source<'_>, dates: DatesBlock, problems: &mut Problems) {
        tell_partial(s, dates, problems);
        for step in s.records.set_aside.iter().filter(|step| step.n_rows > 0) {
            let what = format!("{} before the study: {}", counted(step.n_rows, "row"), step.label);
            let problem = Problem::note("OM370", what)
                .at(Place::subject("the records"))
                .why("these rows and values were set aside or censored when the tables were read or locked");
            problems.push(problem);
        }
        let mut tell = |table: &str, rows: &mut Vec<u32>, noun: &str, build: &dyn Fn(String) -> Problem| {
            rows.sort_unstable();
            rows.dedup();
            let Some(first) = rows.first() else { return };
            let mut problem = build(counted(rows.len(), noun));
            problem.place = Place::file(file_of(s, table)).row(u64::from(*first));
            problem.also_rows = rows.iter().skip(1).map(|r| u64::from(*r)).collect();
            problems.push(problem);
        };
        tell("rt_volume", &mut self.wrong_volumes, "volume", &|n| {
            Problem::warning("OM402", format!("dose and fractions of {n} make no fractionation"))
                .why(
                    "BED and EQD2 need a dose above 0 and below 300 Gy, given in a whole number of fractions",
                )
                .mend("look whether the dose is in Gy; the rows count as missing")
        });
        tell("rt_course", &mut self.no_volumes, "course", &|n| {
            Problem::warning("OM362", format!("{n} without a volume"))
                .why("dose, organ and technique of such a course are not known; they count as missing")
                .mend("add the rows of rt_volume that name the course")
        });
        tell("rt_course", &mut self.open_gaps, "course", &|n| {
            Problem::warning("OM363", format!("whether {n} belong to the episode before is not known"))
                .why(
                    "a date known to the month leaves both possible; the course begins an episode of its own",
                )
                .mend("give both courses the same episode_id, or the dates to the day")
        });
        tell("patient", &mut self.death_first, "patient", &|n| {
            Problem::warning("OM364", format!("death before the first fraction in {n}"))
                .why("one of the two dates is wrong; the patients are left out of every endpoint, counted")
                .mend("look both dates up in the record")
        });
        tell("local_event", &mut self.undecided, "local failure", &|n| {
            Problem::note("OM365", format!("{n} suspected and neither confirmed nor refuted"))
                .why("the event `local_failure` takes confirmed failures alone, `local_failure_suspected` both")
                .mend("have them decided, and vary the definition in a sensitivity analysis")
        });
        tell("patient", &mut self.open_lines, "patient", &|n| {
            Problem::note("OM366", format!("the line of systemic therapy at time zero is not known for {n}"))
                .why("dates known to the month or drugs that could not be read leave several numbers possible; nothing is guessed")
                .mend("look up the starts of the drugs, or say in [dates] what stands for a day that is not known")
        });
        tell("patient", &mut self.other_line, "patient", &|n| {
            Problem::note("OM367", format!("the line of systemic therapy derived from the drugs differs from the one recorded in {n}"))
                .why("rules for numbering lines differ between people; the derived number follows docs/disease/lines-of-therapy.md")
                .mend("`line_number_recorded` holds the recorded one, for a sensitivity analysis")
        });
        if self.several_doses > 0 {
            let n = counted(self.several_doses, "row");
            problems.push(
                Problem::warning(
                    "OM368",
                    format!("{n} with volumes of different dose, and the study does not say which counts"),
                )
                .at(Place::subject("[dose]"))
                .why("dose, fractions, BED and EQD2 of these rows are missing: nothing is chosen silently")
                .mend("write rule = \"highest\" or \"lowest\" in [dose]"),
            );
        }
    }
}

/// Dates known to the month or year: how many, and what stands for them.
fn tell_partial(s: &Source<'_>, dates: DatesBlock, problems: &mut Problems) {
    let (births, others) = s.n_partial();
    for (n, of, policy, key) in [
        (births, " of birth", dates.birth.unwrap_or(dates.partial), "birth"),
        (others, "", dates.partial, "partial"),
    ] {
        if n == 0 {
            continue;
        }
        let plural = format!("{}{of}", counted(n, "date"));
        let what = match policy {
            PartialDates::Unknown => {
                format!("{plural} known to the month or year only: what depends on the day is unknown")
            }
            other => format!(
                "{plural} known to the month or year only: the {} day stands for it, as the study says",
                day_word(other)
            ),
        };
        let problem = Problem::note("OM369", what)
            .at(Place::subject(format!("[dates] {key}")))
            .why("a rule whose answer is the same for every day that is possible is answered; the others are unknown")
            .mend(format!("complete the dates, or vary the choice: [dates] {key} = \"middle\", \"earliest\" or \"latest\""));
        problems.push(problem);
    }
}

fn day_word(policy: PartialDates) -> &'static str {
    match policy {
        PartialDates::Middle => "middle",
        PartialDates::Earliest => "first",
        PartialDates::Latest | PartialDates::Unknown => "last",
    }
}

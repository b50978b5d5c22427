//! What is wrong with a history: told, never mended silently.

use oligomet_base::{Place, Problem};

use super::exposure::{ExposureEnd, History, Setting};
use super::prepare::{Flaw, bounds};
use super::{Formulary, Lines};

impl History {
    /// Contradictions and gaps of the record, in the order of the exposures. `place` is where the exposures stand; the row
    /// of each is added.
    ///
    /// | code | what | what the rules of lines do |
    /// |---|---|---|
    /// | OM544 | no start | any day up to the end is possible |
    /// | OM545 | end before start | the end counts as not said |
    /// | OM546 | start or end after death | the exposure is left out; the end counts as not said |
    /// | OM547 | exposures to one drug overlap | they count as one |
    /// | OM548 | given for metastases before the first metastasis; progression before it or after death | used as recorded |
    #[must_use]
    pub fn problems(&self, formulary: &Formulary, place: &Place) -> Vec<Problem> {
        let mut found = Vec::new();
        for i in 0..self.exposures.len() {
            let at = self.place(i, place);
            let name = self.name(formulary, i);
            found.extend(self.flaw(i).map(|flaw| self.told(flaw, i, name).at(at.clone())));
            found.extend(self.before_metastasis(i, name).map(|p| p.at(at.clone())));
            for earlier in 0..i {
                found.extend(self.overlap(earlier, i, name).map(|p| p.at(at.clone())));
            }
        }
        found.extend(self.progressions_out_of_order().map(|p| p.at(place.clone())));
        found
    }

    fn place(&self, exposure: usize, place: &Place) -> Place {
        Place { row: self.exposures[exposure].row.or(place.row), ..place.clone() }
    }

    fn name<'a>(&self, formulary: &'a Formulary, exposure: usize) -> &'a str {
        &formulary.drug(self.exposures[exposure].drug).name
    }

    fn told(&self, flaw: Flaw, exposure: usize, name: &str) -> Problem {
        let recorded = &self.exposures[exposure];
        let start = recorded.start.map_or_else(String::new, |date| date.to_string());
        let death = self.death.map_or_else(String::new, |date| date.to_string());
        let end = recorded.end;
        match flaw {
            Flaw::NoStart => Problem::warning("OM544", format!("{name} has no start"))
                .why("it may have begun any line up to its end, so several numberings may be possible")
                .mend("take the start from the record; a month or a year is better than none"),
            Flaw::EndBeforeStart => {
                Problem::error("OM545", format!("{name} ends ({end}) before it starts ({start})"))
                    .why("which of the two is wrong cannot be known; the end counts as not said")
                    .mend("look both dates up in the record")
            }
            Flaw::EndAfterDeath => {
                Problem::error("OM546", format!("{name} ends ({end}) after death ({death})"))
                    .why("one of the two dates is wrong; the end counts as not said")
                    .mend("look both dates up in the record")
            }
            Flaw::StartAfterDeath => {
                Problem::error("OM546", format!("{name} starts ({start}) after death ({death})"))
                    .why("one of the two dates is wrong; the exposure is left out of the lines")
                    .mend("look both dates up in the record, and whether the row belongs to this patient")
            }
        }
    }

    fn before_metastasis(&self, exposure: usize, name: &str) -> Option<Problem> {
        let recorded = &self.exposures[exposure];
        let metastatic = matches!(recorded.setting, Setting::Metastatic | Setting::Maintenance);
        let (start, metastasis) = (bounds(recorded.start?)?, bounds(self.first_metastasis?)?);
        (metastatic && start.1 < metastasis.0).then(|| {
            let (start, metastasis) = (recorded.start?, self.first_metastasis?);
            let what = format!(
                "{name} for metastatic disease starts ({start}) before the first metastasis ({metastasis})"
            );
            let why = "it counts as a line of metastatic disease, though there was none";
            Some(Problem::warning("OM548", what).why(why).mend("look up both dates, and the setting"))
        })?
    }

    /// Two exposures to one drug that surely overlap by more than the day on which one passes into the other.
    fn overlap(&self, a: usize, b: usize, name: &str) -> Option<Problem> {
        let (a, b) = (&self.exposures[a], &self.exposures[b]);
        if a.drug != b.drug || a.setting != b.setting {
            return None;
        }
        let (start_a, start_b) = (bounds(a.start?)?, bounds(b.start?)?);
        let last = |e: &super::Exposure, start: (i32, i32)| match e.end {
            ExposureEnd::On(date) => bounds(date).map_or(start.0, |(first, _)| first),
            ExposureEnd::Ongoing => i32::MAX,
            ExposureEnd::NotSaid => start.0,
        };
        let overlap = start_a.1 < last(b, start_b) && start_b.1 < last(a, start_a);
        let twice = a.start == b.start && a.end == b.end;
        (overlap || twice).then(|| {
            let row = a.row.map_or_else(String::new, |row| format!(" (the other is row {row})"));
            Problem::warning("OM547", format!("{name} is recorded twice for the same days{row}"))
                .why(
                    "the rows count as one exposure; if one is a mistake, the dates of the line may be wrong",
                )
                .mend("keep the row that the record confirms")
        })
    }

    fn progressions_out_of_order(&self) -> Option<Problem> {
        let death = self.death.and_then(bounds);
        let metastasis = self.first_metastasis.and_then(bounds);
        let is_out = |date: (i32, i32)| {
            metastasis.is_some_and(|m| date.1 < m.0) || death.is_some_and(|d| date.0 > d.1)
        };
        let out = self.progressions.iter().flatten().find(|date| bounds(**date).is_some_and(is_out))?;
        Some(
            Problem::warning(
                "OM548",
                format!("progression on {out} lies before the first metastasis or after death"),
            )
            .why("it counts as recorded and may end a line")
            .mend("look up the dates"),
        )
    }
}

impl Lines {
    /// A problem if the dates are so uncertain that the lines cannot be numbered.
    #[must_use]
    pub fn problem(&self, place: &Place) -> Option<Problem> {
        (!self.is_complete).then(|| {
            Problem::error("OM549", "the dates of systemic therapy are too uncertain to number its lines")
                .at(place.clone())
                .why("more than 2000 orders of starts and ends are possible")
                .mend("find the starts of some drugs, at least to the month")
        })
    }
}

//! Schedules as people write them: `50 Gy / 5`, `5 x 7 Gy`, `SIB 40-30/20 Gy in 5 fr`, `30 Gy/10 + 10 Gy/5`.

mod error;
mod parse;
mod token;

use std::fmt;
use std::str::FromStr;

use oligomet_base::Dose;

pub use error::{ScheduleError, ScheduleProblem};

use crate::error::DoseError;
use crate::fractionation::Fractionation;

/// No written schedule has more phases.
pub(crate) const MOST_PHASES: usize = 4;

/// No written schedule has more dose levels at once.
pub(crate) const MOST_LEVELS: usize = 4;

/// The dose of one volume of a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoseLevel {
    /// One dose.
    One(Dose),
    /// A range as reports of cohorts write it, "40-30": each patient had a dose between the two. Not two volumes.
    Range {
        /// The one written first.
        first: Dose,
        /// The one written last; another than the first.
        last: Dose,
    },
}

impl DoseLevel {
    /// The doses written: one, or both ends of the range.
    #[must_use]
    pub fn doses(self) -> Vec<Dose> {
        match self {
            Self::One(dose) => vec![dose],
            Self::Range { first, last } => vec![first, last],
        }
    }
}

/// Fractions given to one or several volumes at once. Several levels are a simultaneous integrated boost (SIB): one
/// number of fractions, each level with its own dose per fraction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phase {
    levels: Vec<DoseLevel>,
    n_fractions: u32,
    fractions_per_day: u32,
}

impl Phase {
    /// A phase of 1 to 4 dose levels, in so many fractions, 1 to 4 a day.
    ///
    /// # Errors
    /// [`DoseError`] for a dose or number of fractions without meaning, no level or more than 4, or more fractions a day
    /// than there are.
    pub fn new(levels: Vec<DoseLevel>, n_fractions: u32, fractions_per_day: u32) -> Result<Self, DoseError> {
        if !(1..=MOST_LEVELS).contains(&levels.len()) {
            return Err(DoseError::Parameter {
                parameter: "the number of dose levels",
                range: "from 1 to 4",
            });
        }
        if !(1..=4).contains(&fractions_per_day) {
            return Err(DoseError::Parameter {
                parameter: "the number of fractions a day",
                range: "from 1 to 4",
            });
        }
        for dose in levels.iter().flat_map(|level| level.doses()) {
            Fractionation::new(dose, n_fractions)?;
        }
        if fractions_per_day > n_fractions {
            return Err(DoseError::MoreADayThanInAll { n_fractions, per_day: fractions_per_day });
        }
        let levels = levels.into_iter().map(one_if_equal).collect();
        Ok(Self { levels, n_fractions, fractions_per_day })
    }

    /// Dose levels, in the order written.
    #[must_use]
    pub fn levels(&self) -> &[DoseLevel] {
        &self.levels
    }

    /// Number of fractions, the same for all levels.
    #[must_use]
    pub fn n_fractions(&self) -> u32 {
        self.n_fractions
    }

    /// Fractions a day: 1 unless the schedule says BID (2), TID (3) or QID (4).
    #[must_use]
    pub fn fractions_per_day(&self) -> u32 {
        self.fractions_per_day
    }

    /// Every dose written, in order, as a fractionation.
    #[must_use]
    pub fn fractionations(&self) -> Vec<Fractionation> {
        let doses = self.levels.iter().flat_map(|level| level.doses());
        // `new` has built each of them, so none is lost.
        doses.filter_map(|dose| Fractionation::new(dose, self.n_fractions).ok()).collect()
    }

    /// The fractionation, where the phase has one dose only.
    #[must_use]
    pub fn single(&self) -> Option<Fractionation> {
        match self.fractionations().as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

fn one_if_equal(level: DoseLevel) -> DoseLevel {
    match level {
        DoseLevel::Range { first, last } if first == last => DoseLevel::One(first),
        other => other,
    }
}

/// A schedule: one phase, or several after one another.
///
/// `parse` reads what people write; printing gives the canonical form, which reads back as the same schedule.
///
/// | written | read as |
/// |---|---|
/// | `50 Gy / 5`, `50/5`, `50 Gy in 5 fr` | 50 Gy in 5 fractions |
/// | `45Gy in 15#`, `45 Gy 15 fx` | 45 Gy in 15 fractions |
/// | `5 x 7 Gy`, `7 Gy x 5`, `5 fractions of 7 Gy` | 35 Gy in 5 fractions: the unit marks the dose per fraction |
/// | `57.5/50 Gy in 25 fr` | a boost: 57.5 and 50 Gy to two volumes in the same 25 fractions |
/// | `SIB 40-30/20 Gy in 5 fr` | a boost of 40 to 30 Gy, depending on the patient, and 20 Gy |
/// | `16 Gy in 14 fr BID` | two fractions a day |
/// | `30 Gy/10 + 10 Gy/5` | two phases |
///
/// `5 x 8` is refused: 5 fractions of 8 Gy and 8 of 5 Gy are different treatments. Gray is meant where no unit is
/// written; `cGy` is converted, and a number that only makes sense in centigray is refused, not converted.
///
/// ```
/// use oligomet_dose::Schedule;
/// let schedule: Schedule = "SIB 40-30/20 Gy in 5 fr".parse()?;
/// assert_eq!(schedule.to_string(), "SIB 40-30/20 Gy / 5");
/// assert_eq!("5 x 7 Gy".parse::<Schedule>()?.to_string(), "35 Gy / 5");
/// assert!("5 x 8".parse::<Schedule>().is_err());
/// # Ok::<(), oligomet_dose::ScheduleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Schedule {
    phases: Vec<Phase>,
}

impl Schedule {
    /// A schedule of 1 to 4 phases, in the order given.
    ///
    /// # Errors
    /// [`DoseError::Parameter`] for none or more than 4.
    pub fn new(phases: Vec<Phase>) -> Result<Self, DoseError> {
        if (1..=MOST_PHASES).contains(&phases.len()) {
            return Ok(Self { phases });
        }
        Err(DoseError::Parameter { parameter: "the number of phases", range: "from 1 to 4" })
    }

    /// Phases in order.
    #[must_use]
    pub fn phases(&self) -> &[Phase] {
        &self.phases
    }

    /// The fractionations that add up in one volume: all phases, where each has one dose only. `None` where a phase has
    /// several levels or a range, since what is written does not say which of them meet in a volume.
    #[must_use]
    pub fn summed(&self) -> Option<Vec<Fractionation>> {
        self.phases.iter().map(Phase::single).collect()
    }
}

impl From<Fractionation> for Schedule {
    fn from(one: Fractionation) -> Self {
        let levels = vec![DoseLevel::One(one.total())];
        Self { phases: vec![Phase { levels, n_fractions: one.n_fractions(), fractions_per_day: 1 }] }
    }
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        parse::schedule(text)
    }
}

impl fmt::Display for DoseLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(dose) => write!(f, "{}", dose.gray()),
            Self::Range { first, last } => write!(f, "{}-{}", first.gray(), last.gray()),
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.levels.len() > 1 {
            f.write_str("SIB ")?;
        }
        for (i, level) in self.levels.iter().enumerate() {
            write!(f, "{}{level}", if i > 0 { "/" } else { "" })?;
        }
        write!(f, " Gy / {}", self.n_fractions)?;
        let daily = match self.fractions_per_day {
            2 => " BID",
            3 => " TID",
            4 => " QID",
            _ => "",
        };
        f.write_str(daily)
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, phase) in self.phases.iter().enumerate() {
            write!(f, "{}{phase}", if i > 0 { " + " } else { "" })?;
        }
        Ok(())
    }
}

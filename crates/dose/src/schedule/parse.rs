//! Reads a written schedule.
//!
//! ```text
//! schedule = phase { "+" phase }
//! phase    = ["SIB"] ( dose n | count "x" levels | levels "x" count ) ["fr"] ["SIB"] ["BID"]
//! dose n   = levels ("/" | "in" | ) count
//! levels   = range { "/" range }, range = number ["Gy"] [ "-" number ["Gy"] ]
//! ```

use oligomet_base::Dose;

use super::error::{ScheduleError, ScheduleProblem};
use super::token::{Kind, Token, tokens};
use super::{DoseLevel, MOST_LEVELS, MOST_PHASES, Phase, Schedule};
use crate::error::DoseError;

/// Reads a schedule. See [`Schedule`].
pub(super) fn schedule(text: &str) -> Result<Schedule, ScheduleError> {
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens: &tokens, next: 0 };
    if tokens.is_empty() {
        return Err(parser.error_here(ScheduleProblem::Empty));
    }
    let mut phases = vec![parser.phase()?];
    while parser.eat(Kind::Plus).is_some() {
        if phases.len() == MOST_PHASES {
            return Err(parser.error_here(ScheduleProblem::TooMany { what: "phases" }));
        }
        phases.push(parser.phase()?);
    }
    match parser.tokens.get(parser.next) {
        Some(token) => {
            Err(parser.error(ScheduleProblem::Unknown { text: token.text.clone() }, token.at, token.length()))
        }
        None => Schedule::new(phases).map_err(|e| parser.error_here(ScheduleProblem::Dose(e))),
    }
}

/// A number of the text before its unit is known.
#[derive(Clone, Copy)]
struct Written<'a> {
    token: &'a Token,
    unit: Option<Kind>,
}

/// Levels as written: each one number, or a range of two.
type WrittenLevels<'a> = Vec<(Written<'a>, Option<Written<'a>>)>;

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    next: usize,
}

impl<'a> Parser<'a> {
    fn phase(&mut self) -> Result<Phase, ScheduleError> {
        let start = self.next;
        let sib_before = self.eat(Kind::Sib).is_some();
        let (levels, n_fractions) =
            if self.is_count_first() { self.count_times_dose()? } else { self.dose_in()? };
        let sib = self.eat(Kind::Sib).is_some() || sib_before;
        let per_day = self.per_day();
        if sib && levels.len() < 2 {
            return Err(self.error_since(start, ScheduleProblem::SibWithOneLevel));
        }
        Phase::new(levels, n_fractions, per_day)
            .map_err(|error| self.error_since(start, ScheduleProblem::Dose(error)))
    }

    /// Whether a number of fractions comes first: `5 x 7 Gy`, `5 fractions of 7 Gy`.
    fn is_count_first(&self) -> bool {
        let kinds: Vec<Kind> = self.tokens[self.next..].iter().take(3).map(|t| t.kind).collect();
        matches!(
            kinds.as_slice(),
            [Kind::Number, Kind::Times, ..] | [Kind::Number, Kind::Fractions, Kind::Times]
        )
    }

    fn count_times_dose(&mut self) -> Result<(Vec<DoseLevel>, u32), ScheduleError> {
        let first = self.number("a number of fractions")?;
        let is_said = self.eat(Kind::Fractions).is_some();
        self.eat(Kind::Times);
        let written = self.levels()?;
        if !is_said && unit_of(&written).is_none() {
            self.refuse_two_readings(first, &written)?;
        }
        let n_fractions = self.count(first)?;
        Ok((self.doses(&written, n_fractions)?, n_fractions))
    }

    /// `5 x 8` may be 5 fractions of 8 Gy or 8 of 5; `5 x 5` is the same either way.
    fn refuse_two_readings(&self, first: &Token, written: &WrittenLevels) -> Result<(), ScheduleError> {
        let second = match written.as_slice() {
            [(only, None)] if only.token.text == first.text => return Ok(()),
            [(only, None)] => &only.token.text,
            _ => return Err(self.error_here(ScheduleProblem::Expected { expected: "the unit of the dose" })),
        };
        let one = format!("{} fractions of {second} Gy", first.text);
        let other = format!("{second} fractions of {} Gy", first.text);
        let length = self.end_of_last().saturating_sub(first.at);
        Err(self.error(ScheduleProblem::Ambiguous { one, other }, first.at, length))
    }

    fn dose_in(&mut self) -> Result<(Vec<DoseLevel>, u32), ScheduleError> {
        let mut written = self.levels()?;
        if self.eat(Kind::Times).is_some() {
            let count = self.number("a number of fractions")?;
            if unit_of(&written).is_none() {
                return Err(self.error_here(ScheduleProblem::Expected { expected: "the unit of the dose" }));
            }
            let n_fractions = self.count(count)?;
            self.eat(Kind::Fractions);
            return Ok((self.doses(&written, n_fractions)?, n_fractions));
        }
        let count = match self.count_after_dose()? {
            Some(token) => token,
            None => self.count_among(&mut written)?,
        };
        let n_fractions = self.count(count)?;
        self.eat(Kind::Fractions);
        Ok((self.doses(&written, 1)?, n_fractions))
    }

    /// The number of fractions that follows a dose: `/ 5`, `in 5 fr`, `15 fx`.
    fn count_after_dose(&mut self) -> Result<Option<&'a Token>, ScheduleError> {
        if self.eat(Kind::Slash).is_some() || self.eat(Kind::In).is_some() {
            return self.number("a number of fractions").map(Some);
        }
        let kinds: Vec<Kind> = self.tokens[self.next..].iter().take(2).map(|t| t.kind).collect();
        Ok(if kinds == [Kind::Number, Kind::Fractions] { self.eat(Kind::Number) } else { None })
    }

    /// The number of fractions of `50/5` or `45/15 fr`, read so far as a second level.
    fn count_among(&mut self, written: &mut WrittenLevels<'a>) -> Result<&'a Token, ScheduleError> {
        let last = match written.as_slice() {
            [_, (last, None)] if last.unit.is_none() => last.token,
            _ => return Err(self.error_here(ScheduleProblem::NoFractions)),
        };
        written.pop();
        Ok(last)
    }

    fn levels(&mut self) -> Result<WrittenLevels<'a>, ScheduleError> {
        let mut levels = vec![self.range()?];
        while self.is_another_level(&levels) {
            if levels.len() == MOST_LEVELS {
                return Err(self.error_here(ScheduleProblem::TooMany { what: "dose levels" }));
            }
            self.next += 1;
            levels.push(self.range()?);
        }
        Ok(levels)
    }

    /// After a unit, `/ 5` is a number of fractions and `/ 20 Gy` another level; before one, `/ 50` is a level.
    fn is_another_level(&self, levels: &WrittenLevels) -> bool {
        let after: Vec<Kind> = self.tokens[self.next..].iter().take(3).map(|t| t.kind).collect();
        let has_unit = unit_of(levels).is_some();
        match after.as_slice() {
            [Kind::Slash, Kind::Number, Kind::Gray | Kind::Centigray] => true,
            [Kind::Slash, Kind::Number, ..] => !has_unit,
            _ => false,
        }
    }

    fn range(&mut self) -> Result<(Written<'a>, Option<Written<'a>>), ScheduleError> {
        let first = self.written()?;
        let last = if self.eat(Kind::Dash).is_some() { Some(self.written()?) } else { None };
        Ok((first, last))
    }

    fn written(&mut self) -> Result<Written<'a>, ScheduleError> {
        if let Some(minus) = self.eat(Kind::Dash) {
            let token = self.number("a dose")?;
            let dose = Dose::from_milligray(-self.decimal(token, Kind::Gray)?);
            let length = token.at + token.length() - minus.at;
            return Err(self.error(ScheduleProblem::Dose(DoseError::NotPositive { dose }), minus.at, length));
        }
        let token = self.number("a dose")?;
        let unit = self.eat(Kind::Gray).or_else(|| self.eat(Kind::Centigray)).map(|unit| unit.kind);
        Ok(Written { token, unit })
    }

    /// Doses times `factor`; a unit holds for the numbers before it.
    fn doses(&self, written: &WrittenLevels, factor: u32) -> Result<Vec<DoseLevel>, ScheduleError> {
        let fallback = unit_of(written).unwrap_or(Kind::Gray);
        let dose = |one: &Written| self.dose(one.token, one.unit.unwrap_or(fallback), factor);
        let level = |(first, last): &(Written, Option<Written>)| match last {
            None => dose(first).map(DoseLevel::One),
            Some(last) => Ok(DoseLevel::Range { first: dose(first)?, last: dose(last)? }),
        };
        written.iter().map(level).collect()
    }

    fn dose(&self, token: &Token, unit: Kind, factor: u32) -> Result<Dose, ScheduleError> {
        let units = self.decimal(token, unit)?;
        let milligray = units.checked_mul(i64::from(factor)).filter(|x| *x < 1_000_000_000_000);
        let too_large = DoseError::TooLarge { dose: Dose::from_milligray(units) };
        milligray
            .map(Dose::from_milligray)
            .ok_or_else(|| self.error(ScheduleProblem::Dose(too_large), token.at, token.length()))
    }

    /// A decimal number of gray or centigray in milligray.
    fn decimal(&self, token: &Token, unit: Kind) -> Result<i64, ScheduleError> {
        let decimals = if unit == Kind::Centigray { 1 } else { 3 };
        let (whole, fraction) = token.text.split_once(['.', ',']).unwrap_or((&token.text, ""));
        // "4,500" may be 4.5 or 4500; so may "4.500" be, in centigray.
        if fraction.len() == 3 && (token.text.contains(',') || unit == Kind::Centigray) {
            return Err(self.error_at(token, ScheduleProblem::Separator { text: token.text.clone() }));
        }
        let fraction = fraction.trim_end_matches('0');
        let padded = format!("{whole}{fraction:0<decimals$}");
        let is_plain = !whole.is_empty() && fraction.len() <= decimals && !padded.contains(['.', ',']);
        let value = if is_plain && padded.len() <= 15 { padded.parse().ok() } else { None };
        value.ok_or_else(|| self.error_at(token, ScheduleProblem::Number { text: token.text.clone() }))
    }

    fn count(&self, token: &Token) -> Result<u32, ScheduleError> {
        let number = ScheduleProblem::Number { text: token.text.clone() };
        token.text.parse().map_err(|_| self.error_at(token, number))
    }

    fn per_day(&mut self) -> u32 {
        match self.tokens.get(self.next).map(|token| token.kind) {
            Some(Kind::PerDay(n)) => {
                self.next += 1;
                n
            }
            _ => 1,
        }
    }

    fn number(&mut self, expected: &'static str) -> Result<&'a Token, ScheduleError> {
        self.eat(Kind::Number).ok_or_else(|| self.error_here(ScheduleProblem::Expected { expected }))
    }

    fn eat(&mut self, kind: Kind) -> Option<&'a Token> {
        let token = self.tokens.get(self.next).filter(|token| token.kind == kind)?;
        self.next += 1;
        Some(token)
    }

    fn end_of_last(&self) -> usize {
        self.tokens[..self.next].last().map_or(0, |token| token.at + token.length())
    }

    fn error_at(&self, token: &Token, problem: ScheduleProblem) -> ScheduleError {
        self.error(problem, token.at, token.length())
    }

    fn error_since(&self, start: usize, problem: ScheduleProblem) -> ScheduleError {
        let at = self.tokens.get(start).map_or(0, |token| token.at);
        self.error(problem, at, self.end_of_last().saturating_sub(at))
    }

    fn error_here(&self, problem: ScheduleProblem) -> ScheduleError {
        match self.tokens.get(self.next) {
            Some(token) => self.error_at(token, problem),
            None => self.error(problem, self.text.chars().count(), 0),
        }
    }

    fn error(&self, problem: ScheduleProblem, at: usize, length: usize) -> ScheduleError {
        ScheduleError { text: self.text.into(), problem, at, length }
    }
}

/// The last unit written, which holds for the numbers without one.
fn unit_of(written: &WrittenLevels) -> Option<Kind> {
    written.iter().flat_map(|(first, last)| [first.unit, last.and_then(|last| last.unit)]).flatten().last()
}

//! Best overall response, dates of response and progression, duration of response.

use oligomet_base::PartialDate;

use super::course::Course;
use super::recist::{RecistParameters, Response, TimePoint};
use crate::dates::{DayRange, days_between};
use crate::settings::Parameters as _;
use crate::{Answer, Finding, Missing, Rule, Step, Truth};

/// The rule as written here.
pub const RULE: Rule = Rule {
    name: "recist-1.1-best-response",
    version: "1",
    source: "Eisenhauer 2009, Eur J Cancer 45:228-247 (best overall response, Table 3), from memory, unverified",
};

/// What a whole course came to. Dates are those of the assessments, as precise as these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Best overall response; several where dates known to the month leave its conditions open.
    pub best: Finding<Response>,
    /// Assessment of the first progression by RECIST's table.
    pub progression: Option<usize>,
    /// The first assessment at which progression cannot be excluded, if it is before `progression` or there is none.
    pub progression_possible_from: Option<usize>,
    /// Assessment of the first CR or PR before progression (with confirmation on: the first that was confirmed).
    pub first_response: Option<usize>,
    /// Days from the first response to progression, or to the last evaluable assessment.
    pub response_days: Option<DayRange>,
    /// Whether the response had ended in progression; else its duration is censored.
    pub response_ended: bool,
}

/// One way to read what the dates leave open.
#[derive(Clone, Copy)]
struct Reading {
    confirmed: bool,
    long_enough: bool,
}

struct Series<'a> {
    points: &'a [TimePoint],
    dates: Vec<Option<PartialDate>>,
    parameters: &'a RecistParameters,
}

/// Best overall response and dates of a course, from its time points by [`super::assess`].
#[must_use]
pub fn outcome(course: &Course, points: &[TimePoint], parameters: &RecistParameters) -> Outcome {
    let progression = points.iter().position(|p| p.response == Response::Progression);
    let possible = points.iter().position(|p| p.finding.possible.contains(&Response::Progression));
    let until = progression.map_or(points.len(), |at| at + 1);
    let dates = course.assessments.iter().map(|a| a.date).collect();
    let series = Series { points: &points[..until], dates, parameters };
    let first_response = (0..until).find(|i| series.counts_as_response(*i));
    let end = progression.or_else(|| points.iter().rposition(|p| p.response != Response::NotEvaluable));
    let number = |i: usize| points[i].assessment;
    let response_days = first_response
        .zip(end)
        .and_then(|(from, to)| days_between(series.date(from), course.assessments[number(to)].date));
    Outcome {
        best: series.best(),
        progression: progression.map(number),
        progression_possible_from: possible.filter(|at| progression.is_none_or(|p| *at < p)).map(number),
        first_response: first_response.map(number),
        response_days,
        response_ended: first_response.is_some() && progression.is_some(),
    }
}

impl Series<'_> {
    fn date(&self, point: usize) -> Option<PartialDate> {
        self.dates[self.points[point].assessment]
    }

    fn response(&self, point: usize) -> Response {
        self.points[point].response
    }

    fn days_at_least(&self, from: Option<PartialDate>, point: usize, days: u32) -> Truth {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        match days_between(from, self.date(point)) {
            Some(range) if range.min >= days => Truth::True,
            Some(range) if range.max < days => Truth::False,
            _ => Truth::Unknown,
        }
    }

    fn counts_as_response(&self, point: usize) -> bool {
        match self.response(point) {
            Response::Complete | Response::Partial if !self.parameters.confirm => true,
            Response::Complete => self.confirmed(point, true).or(self.confirmed(point, false)).is_true(),
            Response::Partial => self.confirmed(point, false).is_true(),
            _ => false,
        }
    }

    /// Whether a response is seen again late enough, with nothing but the like, or few NE, between.
    fn confirmed(&self, point: usize, complete: bool) -> Truth {
        let mut answer = Truth::False;
        let mut n_not_evaluable = 0;
        for later in point + 1..self.points.len() {
            match self.response(later) {
                Response::Complete => {}
                Response::Partial if !complete => {}
                Response::NotEvaluable => {
                    n_not_evaluable += 1;
                    if n_not_evaluable > self.parameters.confirm_max_ne {
                        break;
                    }
                    continue;
                }
                _ => break,
            }
            answer = answer.or(self.days_at_least(self.date(point), later, self.parameters.confirm_days));
        }
        answer
    }

    fn best(&self) -> Finding<Response> {
        let readings = [(true, true), (true, false), (false, true), (false, false)];
        let mut possible: Vec<Response> = readings
            .iter()
            .map(|(confirmed, long_enough)| {
                self.best_read(Reading { confirmed: *confirmed, long_enough: *long_enough })
            })
            .collect();
        possible.sort_unstable();
        possible.dedup();
        let missing = if possible.len() > 1 { self.missing(&possible) } else { Vec::new() };
        let steps = self.points.iter().map(|p| Step {
            question: format!("assessment {}: {}?", p.assessment + 1, p.response.name()).into(),
            answer: Truth::True,
            used: Vec::new(),
        });
        Finding {
            rule: RULE,
            parameters: self.parameters.facts_where(|n| n.starts_with("confirm") || n == "stable_days"),
            steps: steps.collect(),
            possible,
            missing,
        }
    }

    /// The best response if every open comparison of dates is read that way.
    fn best_read(&self, reading: Reading) -> Response {
        let mut best = Response::NotEvaluable;
        for point in 0..self.points.len() {
            let response = self.as_best(point, reading);
            best = if best == Response::NotEvaluable { response } else { best.min(response) };
        }
        best
    }

    /// What one time point contributes: an unconfirmed response counts as stable disease, that too early as nothing.
    fn as_best(&self, point: usize, reading: Reading) -> Response {
        let confirm = self.parameters.confirm;
        let holds = |truth: Truth, open: bool| truth.known().unwrap_or(open);
        let seen_again = |complete| !confirm || holds(self.confirmed(point, complete), reading.confirmed);
        match self.response(point) {
            Response::Complete if seen_again(true) => Response::Complete,
            Response::Complete | Response::Partial if seen_again(false) => Response::Partial,
            kept @ (Response::Progression | Response::NoDisease | Response::NotEvaluable) => kept,
            response => {
                let late = self.days_at_least(
                    self.dates.first().copied().flatten(),
                    point,
                    self.parameters.stable_days,
                );
                match (holds(late, reading.long_enough), response) {
                    (true, Response::NonCrNonPd) => Response::NonCrNonPd,
                    (true, _) => Response::Stable,
                    (false, _) => Response::NotEvaluable,
                }
            }
        }
    }

    fn missing(&self, possible: &[Response]) -> Vec<Missing> {
        let names: Vec<&str> = possible.iter().map(|r| r.name()).collect();
        let settles = format!("possible now: {}", names.join(" or "));
        let open =
            self.dates.iter().enumerate().filter(|(_, date)| !matches!(date, Some(PartialDate::Day(_))));
        open.map(|(i, _)| Missing {
            name: format!("date of assessment {}", i + 1).into(),
            settles: settles.clone(),
        })
        .collect()
    }
}

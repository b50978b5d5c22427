//! Days that are known within bounds, and what follows about their distances when some distances are assumed.
//!
//! A history with partial dates stands for every choice of days within its bounds. A rule asks "at most c days from a to
//! b?". Where the bounds leave it open, both answers are followed, each as a constraint on the days; shortest paths over
//! the constraints decide what they imply, so that exactly the answers are followed that some choice of days gives
//! (systems of difference constraints: Cormen, Leiserson, Rivest & Stein, Introduction to Algorithms, section 24.4).

/// Later than any day that occurs: the end of what goes on. Sums of a few stay within `i32`.
pub(super) const NEVER: i32 = 100_000_000;

/// A day of the history: a start, an end, a progression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Moment(pub(super) u32);

/// First and last day that each moment can be, and which moment cannot be after which.
#[derive(Debug, Clone, Default)]
pub(super) struct Moments {
    bounds: Vec<(i32, i32)>,
    not_after: Vec<(Moment, Moment)>,
    closed: std::cell::OnceCell<Distances>,
}

impl Moments {
    /// Adds a moment within bounds (first day, last day).
    pub(super) fn add(&mut self, first: i32, last: i32) -> Moment {
        self.bounds.push((first, last.max(first)));
        Moment(self.bounds.len() as u32 - 1)
    }

    /// Says that one moment is not after another; the bounds must allow it.
    pub(super) fn order(&mut self, earlier: Moment, later: Moment) {
        self.not_after.push((earlier, later));
    }

    /// First and last day that a moment can be.
    pub(super) fn bounds(&self, moment: Moment) -> (i32, i32) {
        self.bounds[moment.0 as usize]
    }

    /// Whether `to` is at most `days` after `from`, if the bounds alone decide it.
    pub(super) fn at_most(&self, from: Moment, to: Moment, days: i32) -> Option<bool> {
        if from == to {
            return Some(days >= 0);
        }
        let ((from_first, from_last), (to_first, to_last)) = (self.bounds(from), self.bounds(to));
        if to_last - from_first <= days {
            Some(true)
        } else if to_first - from_last > days {
            Some(false)
        } else {
            None
        }
    }

    /// Largest distances that bounds and orders allow.
    pub(super) fn distances(&self) -> &Distances {
        self.closed.get_or_init(|| {
            let mut distances = Distances::of(&self.bounds);
            for (earlier, later) in &self.not_after {
                let ((a, x), (b, y)) = (distances.place(*later), distances.place(*earlier));
                distances.limit(a, b, i64::from(x) - i64::from(y));
            }
            distances.close();
            distances
        })
    }
}

/// Largest number of days from each moment to each other: row `from`, column `to`.
///
/// Place 0 is day 0, and with it every moment known to the day, so that only uncertain moments take places of their own.
#[derive(Debug, Clone)]
pub(super) struct Distances {
    /// Place and day of each moment: 0 and its day if known, its own place and 0 if not.
    places: std::rc::Rc<[(u32, i32)]>,
    size: usize,
    largest: Vec<i64>,
}

/// No limit; two of them can be added.
const UNLIMITED: i64 = i64::MAX / 4;

impl Distances {
    /// What the bounds alone allow.
    fn of(bounds: &[(i32, i32)]) -> Self {
        let mut size = 1;
        let place = |(first, last): &(i32, i32)| {
            if first == last {
                return (0, *first);
            }
            size += 1;
            (size as u32 - 1, 0)
        };
        let places: std::rc::Rc<[(u32, i32)]> = bounds.iter().map(place).collect();
        let mut largest = vec![UNLIMITED; size * size];
        for i in 0..size {
            largest[i * size + i] = 0;
        }
        let mut distances = Self { places: places.clone(), size, largest };
        for ((place, _), (first, last)) in places.iter().zip(bounds).filter(|((place, _), _)| *place > 0) {
            distances.limit(0, *place as usize, i64::from(*last));
            distances.limit(*place as usize, 0, -i64::from(*first));
        }
        distances
    }

    fn place(&self, moment: Moment) -> (usize, i32) {
        let (place, day) = self.places[moment.0 as usize];
        (place as usize, day)
    }

    /// Places of two moments, and the days between them that make `days` between the moments.
    fn between(&self, from: Moment, to: Moment, days: i32) -> (usize, usize, i64) {
        let ((a, x), (b, y)) = (self.place(from), self.place(to));
        (a, b, i64::from(days) + i64::from(x) - i64::from(y))
    }

    fn at(&self, from: usize, to: usize) -> i64 {
        self.largest[from * self.size + to]
    }

    fn limit(&mut self, from: usize, to: usize, days: i64) {
        let cell = &mut self.largest[from * self.size + to];
        *cell = (*cell).min(days);
    }

    /// Shortest paths between all pairs (Floyd & Warshall).
    fn close(&mut self) {
        for by in 0..self.size {
            for from in 0..self.size {
                let first = self.at(from, by);
                if first < UNLIMITED {
                    for to in 0..self.size {
                        let through = first + self.at(by, to);
                        self.limit(from, to, through);
                    }
                }
            }
        }
    }

    /// Whether `to` is at most `days` after `from`, if the constraints decide it.
    pub(super) fn at_most(&self, from: Moment, to: Moment, days: i32) -> Option<bool> {
        let (from, to, days) = self.between(from, to, days);
        if self.at(from, to) <= days {
            Some(true)
        } else if -self.at(to, from) > days {
            Some(false)
        } else {
            None
        }
    }

    /// Assumes that `to` is at most `days` after `from`, or that it is more; the constraints must allow it.
    pub(super) fn assume(&mut self, from: Moment, to: Moment, days: i32, holds: bool) {
        let (a, b, days) = self.between(from, to, days);
        let (a, b, days) = if holds { (a, b, days) } else { (b, a, -days - 1) };
        let column: Vec<i64> = (0..self.size).map(|i| self.at(i, a)).collect();
        let row: Vec<i64> = (0..self.size).map(|j| self.at(b, j)).collect();
        for (i, to_a) in column.iter().enumerate().filter(|(_, d)| **d < UNLIMITED) {
            for (j, from_b) in row.iter().enumerate() {
                self.limit(i, j, to_a + days + from_b);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three days within a week each: the constraints decide exactly what trying all days decides.
    #[test]
    fn assumptions_imply_what_trying_all_days_implies() {
        let mut moments = Moments::default();
        let ends = [(0, 6), (3, 9), (5, 12)];
        let m: Vec<Moment> = ends.iter().map(|(a, b)| moments.add(*a, *b)).collect();
        moments.order(m[0], m[2]);
        for (days, holds) in [(2, true), (2, false), (-1, true), (4, false)] {
            let mut assumed = moments.distances().clone();
            if assumed.at_most(m[0], m[1], days).is_some() {
                continue;
            }
            assumed.assume(m[0], m[1], days, holds);
            for asked in -8..13 {
                let mut answers = Vec::new();
                for (a, b, c) in all(&ends) {
                    if a <= c && (b - a <= days) == holds {
                        answers.push(c - b <= asked);
                    }
                }
                let agree = answers.iter().all(|x| *x == answers[0]);
                let expected = agree.then(|| answers[0]);
                assert_eq!(assumed.at_most(m[1], m[2], asked), expected, "{days} {holds} {asked}");
            }
        }
    }

    fn all(ends: &[(i32, i32); 3]) -> Vec<(i32, i32, i32)> {
        let [x, y, z] = *ends;
        let days = |(a, b): (i32, i32)| a..=b;
        days(x).flat_map(|a| days(y).flat_map(move |b| days(z).map(move |c| (a, b, c)))).collect()
    }
}

//! Pairs of rows without weights, counted in whole numbers.
//!
//! Rows are taken in order of time; the positions, in order of score, of those met so far are a set of bits
//! with counts of its blocks, which stays in the second-level cache for a million rows.

use super::{Concordance, Row, summarise};
use crate::axis::Timeline;
use crate::error::Result;
use crate::fenwick::Fenwick;
use crate::order::ascending;
use crate::sample::Sample;
use std::ops::Range;

/// Twice the number of pairs of a row must fit 32 bits.
const MOST_ROWS: usize = 1 << 30;

/// True where every pair counts 1 or 0: no weights, and rows at risk from the start in one stratum.
pub(super) fn applies(sample: &Sample<'_>) -> bool {
    let plain = sample.weights.is_none() && sample.entry.is_none() && sample.strata.is_none();
    plain && sample.n() <= MOST_ROWS
}

/// Harrell's C of such a sample.
pub(super) fn concordance(sample: &Sample<'_>, score: &[f64]) -> Result<Concordance> {
    let timeline = Timeline::new(sample)?;
    let by_score = ascending(score);
    let ties = Ties::new(score, &by_score);
    let by_time = ByTime::new(sample, &timeline, &by_score);
    let ((earlier, totals), later) = rayon::join(|| by_time.as_earlier(&ties), || by_time.as_later(&ties));
    let row = |(place, all): (usize, u32)| Row {
        row: by_score[by_time.position[place] as usize] as usize,
        weight: 1.0,
        favourable: f64::from(earlier[place] + later[place]) / 2.0,
        all: f64::from(all),
    };
    summarise(totals.map(|t| t as f64), sample, || by_time.comparable().map(row))
}

/// First and last position of each row's equals in order of score; empty where all scores differ.
struct Ties {
    first: Vec<u32>,
    end: Vec<u32>,
}

impl Ties {
    fn new(score: &[f64], by_score: &[u32]) -> Self {
        let value = |i: usize| score[by_score[i] as usize];
        let n = by_score.len();
        if (1..n).all(|i| value(i) != value(i - 1)) {
            return Ties { first: Vec::new(), end: Vec::new() };
        }
        let (mut first, mut end) = (Vec::with_capacity(n), Vec::with_capacity(n));
        while first.len() < n {
            let start = first.len();
            let stop = (start + 1..n).find(|&i| value(i) != value(start)).unwrap_or(n);
            first.resize(stop, start as u32);
            end.resize(stop, stop as u32);
        }
        Ties { first, end }
    }

    #[inline(always)]
    fn of(&self, position: u32) -> (u32, u32) {
        match self.first.get(position as usize) {
            Some(&first) => (first, self.end[position as usize]),
            None => (position, position + 1),
        }
    }
}

/// Positions in order of score, by time; at one time those with an event first.
struct ByTime {
    position: Vec<u32>,
    /// Where the rows of each slot begin that had an event, and those that had none.
    begin: Vec<u32>,
}

impl ByTime {
    fn new(sample: &Sample<'_>, timeline: &Timeline<'_>, by_score: &[u32]) -> Self {
        let key = |row: usize| 2 * timeline.exit.get(row) + usize::from(!sample.is_event(row));
        // While it fills, the entry after the next holds where the rows of a key go.
        let mut begin = vec![0u32; 2 * timeline.axis.len() + 2];
        (0..sample.n()).for_each(|row| begin[key(row) + 2] += 1);
        for k in 1..begin.len() {
            begin[k] += begin[k - 1];
        }
        let mut position = vec![0; sample.n()];
        for (i, &row) in by_score.iter().enumerate() {
            let place = &mut begin[key(row as usize) + 1];
            position[*place as usize] = i as u32;
            *place += 1;
        }
        ByTime { position, begin }
    }

    fn n_slots(&self) -> usize {
        (self.begin.len() - 2) / 2
    }

    /// Places of the slot's rows with an event, and of those without.
    fn places(&self, slot: usize) -> (Range<usize>, Range<usize>) {
        let begin = |k: usize| self.begin[2 * slot + k] as usize;
        (begin(0)..begin(1), begin(1)..begin(2))
    }

    /// For each event: twice the pairs with lower scores among those at risk who had no event by then, equal
    /// ones counting half; and the totals of concordant, tied and discordant pairs.
    fn as_earlier(&self, ties: &Ties) -> (Vec<u32>, [u64; 3]) {
        let mut doubled = vec![0; self.position.len()];
        let mut totals = [0; 3];
        let mut met = Marks::new(self.position.len());
        for slot in (0..self.n_slots()).rev() {
            let (events, others) = self.places(slot);
            others.for_each(|place| met.insert(self.position[place]));
            for place in events.clone() {
                let (below, through) = met.split(ties.of(self.position[place]));
                doubled[place] = below + through;
                totals[0] += u64::from(below);
                totals[1] += u64::from(through - below);
                totals[2] += u64::from(met.total - through);
            }
            events.for_each(|place| met.insert(self.position[place]));
        }
        (doubled, totals)
    }

    /// For each row: twice the pairs with higher scores among the events that came earlier.
    fn as_later(&self, ties: &Ties) -> Vec<u32> {
        let mut doubled = vec![0; self.position.len()];
        let mut met = Marks::new(self.position.len());
        for slot in 0..self.n_slots() {
            let (events, others) = self.places(slot);
            let mut higher = |met: &Marks, place: usize| {
                let (below, through) = met.split(ties.of(self.position[place]));
                doubled[place] = 2 * met.total - below - through;
            };
            events.clone().for_each(|place| higher(&met, place));
            events.for_each(|place| met.insert(self.position[place]));
            others.for_each(|place| higher(&met, place));
        }
        doubled
    }

    /// Each place with the number of comparable pairs its row is in: with all who leave later, if it had an
    /// event, and with all events before.
    fn comparable(&self) -> impl Iterator<Item = (usize, u32)> {
        let n = self.position.len() as u32;
        let mut before = 0;
        (0..self.n_slots()).flat_map(move |slot| {
            let (events, others) = self.places(slot);
            let of_event = n - events.end as u32 + before;
            before += events.len() as u32;
            let of_other = before;
            events.map(move |place| (place, of_event)).chain(others.map(move |place| (place, of_other)))
        })
    }
}

/// Words of 64 bits in a block.
const WORDS: usize = 4;

/// A set of positions that counts those below one: bits, and the counts of blocks of them.
struct Marks {
    words: Vec<u64>,
    blocks: Fenwick<u32>,
    total: u32,
}

impl Marks {
    fn new(n: usize) -> Self {
        // One block more, so that the end of the last position's ties has a block.
        let blocks = n / (64 * WORDS) + 1;
        Marks { words: vec![0; WORDS * blocks], blocks: Fenwick::new(blocks), total: 0 }
    }

    #[inline(always)]
    fn insert(&mut self, position: u32) {
        let word = position as usize / 64;
        self.words[word] |= 1 << (position % 64);
        self.total += 1;
        self.blocks.add(word / WORDS, 1);
    }

    /// Marks before `first`, and before `end`.
    #[inline(always)]
    fn split(&self, (first, end): (u32, u32)) -> (u32, u32) {
        let below = self.below(first);
        if end - first > 1 {
            return (below, self.below(end));
        }
        (below, below + ((self.words[first as usize / 64] >> (first % 64)) & 1) as u32)
    }

    #[inline(always)]
    fn below(&self, position: u32) -> u32 {
        let word = position as usize / 64;
        let block = word / WORDS;
        let within = (self.words[word] & ((1 << (position % 64)) - 1)).count_ones();
        let before: u32 = self.words[block * WORDS..word].iter().map(|w| w.count_ones()).sum();
        within + before + self.blocks.below(block)
    }
}

//! Where each row meets the event times of its stratum.

use crate::axis::Timeline;
use crate::error::Result;
use crate::owned::compress_codes;
use crate::sample::Sample;
use crate::table::dense_fits;
use std::ops::Range;

/// A row that spans no event time, or the absence of a cell.
pub(crate) const NONE: u32 = u32::MAX;

/// One cell per stratum and distinct event time, ascending within a stratum.
///
/// Rows are pooled to the last event time at or before their exit (and entry): nothing else about
/// their times matters to a partial likelihood.
#[derive(Debug, Clone)]
pub(crate) struct RiskGrid {
    /// Cells of each stratum.
    pub(crate) strata: Vec<Range<usize>>,
    /// Time of each cell.
    pub(crate) time: Vec<f64>,
    /// Events in each cell, as rows.
    pub(crate) events: Vec<u32>,
    /// Events in each cell, as sum of weights.
    pub(crate) event_weight: Vec<f64>,
    /// Twice the cell of the row's exit, plus 1 for an event; `NONE` if the row spans no event.
    exit: Vec<u32>,
    /// Cell of the row's entry: the row is at risk in later cells only; `NONE` for before the first.
    entry: Option<Vec<u32>>,
    /// Stratum of each cell's rows, as original codes.
    pub(crate) stratum_codes: Vec<u32>,
}

/// A row's place on the grid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) cell: usize,
    pub(crate) event: bool,
    pub(crate) entry: Option<usize>,
}

impl Place {
    /// Whether the row is at risk in a cell of its stratum.
    pub(crate) fn covers(self, cell: usize) -> bool {
        cell <= self.cell && self.entry.is_none_or(|entry| cell > entry)
    }
}

impl RiskGrid {
    pub(crate) fn new(sample: &Sample<'_>) -> Result<Self> {
        let timeline = Timeline::new(sample)?;
        let (strata, n_strata) = match sample.strata {
            Some(codes) => {
                let (index, n) = compress_codes(codes);
                (Some(index), n)
            }
            None => (None, 1),
        };
        let stratum = |row: usize| strata.as_ref().map_or(0, |s| s[row] as usize);
        let finder = CellFinder::new(sample, &timeline, n_strata, &stratum);
        let mut grid = finder.empty_grid(&timeline);
        if let Some(codes) = sample.strata {
            let mut distinct = codes.to_vec();
            distinct.sort_unstable();
            distinct.dedup();
            grid.stratum_codes = distinct;
        }
        grid.place_rows(sample, &timeline, &finder, stratum);
        Ok(grid)
    }

    fn place_rows(
        &mut self,
        sample: &Sample<'_>,
        timeline: &Timeline<'_>,
        finder: &CellFinder,
        stratum: impl Fn(usize) -> usize,
    ) {
        let n = sample.n();
        self.exit = Vec::with_capacity(n);
        let mut entries = timeline.entry.as_ref().map(|_| Vec::with_capacity(n));
        for row in 0..n {
            let s = stratum(row);
            let cell = finder.last_at_or_before(s, timeline.exit.get(row));
            let entry = timeline.entry.as_ref().map_or(NONE, |e| finder.last_at_or_before(s, e.get(row)));
            let event = sample.is_event(row);
            let spans = cell != NONE && cell != entry;
            self.exit.push(if spans { 2 * cell + u32::from(event) } else { NONE });
            if let Some(entries) = &mut entries {
                entries.push(entry);
            }
            if event && cell != NONE {
                self.events[cell as usize] += 1;
                self.event_weight[cell as usize] += sample.weight(row);
            }
        }
        self.entry = entries;
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.time.len()
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.exit.len()
    }

    pub(crate) fn has_entry(&self) -> bool {
        self.entry.is_some()
    }

    pub(crate) fn has_ties(&self) -> bool {
        self.events.iter().any(|&d| d > 1)
    }

    /// Where the row counts; none if it spans no event time.
    #[inline(always)]
    pub(crate) fn place(&self, row: usize) -> Option<Place> {
        let code = self.exit[row];
        if code == NONE {
            return None;
        }
        let entry = self.entry.as_ref().map_or(NONE, |e| e[row]);
        let entry = (entry != NONE).then_some(entry as usize);
        Some(Place { cell: (code >> 1) as usize, event: code & 1 == 1, entry })
    }

    /// Stratum index of each cell.
    pub(crate) fn stratum_of_cell(&self, cell: usize) -> usize {
        self.strata.partition_point(|r| r.end <= cell)
    }
}

/// Finds the cell of a stratum's last event slot at or before a slot.
enum CellFinder {
    /// `NONE` or a cell, per stratum and slot.
    Dense { n_slots: usize, cells: Vec<u32>, events: Vec<(u32, u32)>, n_strata: usize },
    /// Sorted (stratum, slot) of the cells.
    Sparse { events: Vec<(u32, u32)>, n_strata: usize },
}

impl CellFinder {
    fn new(
        sample: &Sample<'_>,
        timeline: &Timeline<'_>,
        n_strata: usize,
        stratum: &impl Fn(usize) -> usize,
    ) -> Self {
        let n_slots = timeline.axis.len();
        let event_rows = (0..sample.n()).filter(|&row| sample.is_event(row));
        if !dense_fits(sample.n(), n_strata, n_slots) {
            let mut events: Vec<(u32, u32)> =
                event_rows.map(|row| (stratum(row) as u32, timeline.exit.get(row) as u32)).collect();
            events.sort_unstable();
            events.dedup();
            return CellFinder::Sparse { events, n_strata };
        }
        let mut cells = vec![NONE; n_strata * n_slots];
        for row in event_rows {
            cells[stratum(row) * n_slots + timeline.exit.get(row)] = 0;
        }
        let mut events = Vec::new();
        for s in 0..n_strata {
            let mut last = NONE;
            for slot in 0..n_slots {
                let cell = &mut cells[s * n_slots + slot];
                if *cell != NONE {
                    last = events.len() as u32;
                    events.push((s as u32, slot as u32));
                }
                *cell = last;
            }
        }
        CellFinder::Dense { n_slots, cells, events, n_strata }
    }

    #[inline(always)]
    fn last_at_or_before(&self, stratum: usize, slot: usize) -> u32 {
        match self {
            CellFinder::Dense { n_slots, cells, .. } => cells[stratum * n_slots + slot],
            CellFinder::Sparse { events, .. } => {
                let after = events.partition_point(|&e| e <= (stratum as u32, slot as u32));
                match after.checked_sub(1) {
                    Some(cell) if events[cell].0 == stratum as u32 => cell as u32,
                    _ => NONE,
                }
            }
        }
    }

    fn empty_grid(&self, timeline: &Timeline<'_>) -> RiskGrid {
        let (CellFinder::Dense { events, n_strata, .. } | CellFinder::Sparse { events, n_strata }) = self;
        let begin = |s: u32| events.partition_point(|&(stratum, _)| stratum < s);
        RiskGrid {
            strata: (0..*n_strata as u32).map(|s| begin(s)..begin(s + 1)).collect(),
            time: events.iter().map(|&(_, slot)| timeline.axis.time(slot as usize)).collect(),
            events: vec![0; events.len()],
            event_weight: vec![0.0; events.len()],
            exit: Vec::new(),
            entry: None,
            stratum_codes: vec![0],
        }
    }
}

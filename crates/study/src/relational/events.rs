//! The streams of events of a row.

use oligomet_base::{Day, PartialDate};
use oligomet_disease::Truth;
use oligomet_disease::therapy::{DayBounds, EndReason, Lines};

use super::assessments::is_progression;
use super::chart::{Chart, order};
use super::notes::Notes;
use super::rows::Row;
use super::source::target;
use super::streams::{EventDays, STREAMS, Streams};
use crate::model::TherapyBlock;

/// Events of a patient that are the same for all of the patient's rows.
pub(super) struct PatientEvents {
    death: Vec<EventDays>,
    progression: Vec<EventDays>,
    changing: Vec<EventDays>,
    next_therapy: Vec<EventDays>,
    distant: Vec<EventDays>,
}

impl PatientEvents {
    /// The events of a patient.
    pub(super) fn new(chart: &Chart<'_>, block: &TherapyBlock) -> Self {
        let s = chart.source;
        let mut events = Self {
            death: chart.death.and_then(EventDays::at).into_iter().collect(),
            progression: Vec::new(),
            changing: Vec::new(),
            next_therapy: line_starts(&chart.therapy.lines, chart.therapy.is_complete),
            distant: Vec::new(),
        };
        for seen in &chart.assessments {
            let Some(event) = EventDays::at(seen.date) else { continue };
            let outside =
                s.assessment.outside.is(seen.row, "PD") || s.assessment.outside.is(seen.row, "mixed");
            if outside || s.assessment.new_lesions[seen.row] == Some(true) {
                events.distant.push(event);
            }
            if !is_progression(s, seen.row) {
                continue;
            }
            events.progression.push(event);
            match chart.therapy.is_changed_within(seen.date, block.change_days) {
                Truth::True => events.changing.push(event),
                Truth::Unknown => events.changing.push(EventDays { certain: false, ..event }),
                Truth::False => {}
            }
        }
        events
    }
}

/// Starts of lines; of several numberings possible, a start that not all have is not certain.
fn line_starts(lines: &Lines, is_complete: bool) -> Vec<EventDays> {
    let event = |days: DayBounds, certain| EventDays {
        earliest: days.earliest.unwrap_or(Day(i32::MIN)),
        latest: days.latest.unwrap_or(Day(i32::MAX)),
        certain,
    };
    if let Some(decided) = lines.decided() {
        return decided.iter().map(|l| event(l.start, is_complete)).collect();
    }
    if !lines.is_complete {
        return vec![EventDays { earliest: Day(i32::MIN), latest: Day(i32::MAX), certain: false }];
    }
    let mut starts: Vec<DayBounds> = lines.possible.iter().flatten().map(|l| l.start).collect();
    starts.sort_unstable();
    starts.dedup();
    let in_all = |start: &DayBounds| lines.possible.iter().all(|n| n.iter().any(|l| l.start == *start));
    starts.iter().map(|start| event(*start, is_complete && in_all(start))).collect()
}

/// Adds the events of a row to the streams.
pub(super) fn write(
    row: &Row<'_, '_>,
    events: &PatientEvents,
    block: &TherapyBlock,
    notes: &mut Notes,
    streams: &mut Streams,
) {
    let mut stops = stops(row, block);
    let (mut failures, mut suspected) = local_failures(row, notes);
    // In the order of STREAMS.
    let mut all: [Vec<EventDays>; STREAMS.len()] = [
        events.death.clone(),
        events.progression.clone(),
        events.changing.clone(),
        events.next_therapy.clone(),
        std::mem::take(&mut stops[0]),
        std::mem::take(&mut stops[1]),
        std::mem::take(&mut stops[2]),
        std::mem::take(&mut failures),
        std::mem::take(&mut suspected),
        events.distant.clone(),
        local_treatments(row),
        next_courses(row),
    ];
    for (place, events) in all.iter_mut().enumerate() {
        streams.at(place).push_row(events);
    }
}

/// Ends of the therapy ongoing at time zero: for progression, for toxicity, for another reason; death is none of them.
fn stops(row: &Row<'_, '_>, block: &TherapyBlock) -> [Vec<EventDays>; 3] {
    let mut found = [Vec::new(), Vec::new(), Vec::new()];
    let Some(zero) = row.time_zero else { return found };
    let earliest = zero.earliest().unwrap_or(Day(i32::MIN));
    for stop in row.chart.therapy.stops(zero, block) {
        let Some((first, last)) = stop.days else {
            // Whether and why it ended is not known: it can be any of them.
            let open = EventDays { earliest, latest: Day(i32::MAX), certain: false };
            found.iter_mut().for_each(|list| list.push(open));
            continue;
        };
        let event = EventDays { earliest: first, latest: last, certain: true };
        match stop.reason {
            EndReason::Progression => found[0].push(event),
            EndReason::Toxicity => found[1].push(event),
            EndReason::Planned | EndReason::Wish | EndReason::Other => found[2].push(event),
            EndReason::Death => {}
            EndReason::NotSaid => {
                let open = EventDays { certain: false, ..event };
                found.iter_mut().for_each(|list| list.push(open));
            }
        }
    }
    found
}

/// The lesions whose local control the row is about.
pub(super) fn treated<'r>(row: &'r Row<'_, '_>) -> &'r [usize] {
    if row.courses.is_empty() { &[] } else { &row.lesions }
}

/// Local failures of the treated lesions: confirmed, and confirmed or suspected. Failures outside the field are none.
fn local_failures(row: &Row<'_, '_>, notes: &mut Notes) -> (Vec<EventDays>, Vec<EventDays>) {
    let s = row.chart.source;
    let (mut confirmed, mut either) = (Vec::new(), Vec::new());
    for event in treated(row).iter().flat_map(|l| s.local_event.of_lesion.of(*l)).map(|e| *e as usize) {
        if s.local_event.kind.is(event, "out-of-field") {
            continue;
        }
        let Some(days) = s.local_event.date.get(event).and_then(EventDays::at) else { continue };
        match s.local_event.status.code(event) {
            Some("confirmed") => {
                confirmed.push(days);
                either.push(days);
            }
            Some("suspected") => {
                either.push(days);
                notes.undecided.push(s.source_row("local_event", event));
            }
            _ => {}
        }
    }
    (confirmed, either)
}

/// Surgery, ablation and re-irradiation of the treated lesions.
fn local_treatments(row: &Row<'_, '_>) -> Vec<EventDays> {
    let (chart, s) = (row.chart, row.chart.source);
    let mut found = Vec::new();
    let mut add = |date: Option<PartialDate>| found.extend(date.and_then(EventDays::at));
    for &lesion in treated(row) {
        for local in s.local.of_lesion.of(lesion) {
            add(s.local.date.get(*local as usize));
        }
        let first = row.courses.iter().map(|c| order(s.course.start.get(*c))).min();
        for course in chart.volumes_of(lesion).filter_map(|v| chart.course_of(v)) {
            let again = !row.courses.contains(&course) && Some(order(s.course.start.get(course))) > first;
            if again {
                add(s.course.start.get(course));
            }
        }
    }
    found
}

/// Starts of the patient's courses outside the row.
fn next_courses(row: &Row<'_, '_>) -> Vec<EventDays> {
    let (chart, s) = (row.chart, row.chart.source);
    let others = chart.courses.iter().filter(|c| !row.courses.contains(c));
    others.filter_map(|c| s.course.start.get(*c).and_then(EventDays::at)).collect()
}

/// Notices what concerns a patient once.
pub(super) fn notice(chart: &Chart<'_>, gap: i32, notes: &mut Notes) {
    let s = chart.source;
    for &course in &chart.courses {
        if chart.volumes(course).next().is_none() {
            notes.no_volumes.push(s.source_row("rt_course", course));
        }
    }
    for (k, course) in chart.courses.iter().enumerate().skip(1) {
        let before = chart.courses[k - 1];
        let named = |c: usize| target(s.course.episode, c).is_some();
        let end = s.course.end.get(before).or_else(|| s.course.start.get(before));
        let near = oligomet_disease::dates::not_after(s.course.start.get(*course), end, gap.max(0) as u32);
        if near == Truth::Unknown && !(named(before) && named(*course)) {
            notes.open_gaps.push(s.source_row("rt_course", *course));
        }
    }
}

//! What stands behind the printed numbers, as one compact JSON object inside the page: values at full precision, methods, cohorts and
//! the subjects under their opaque ids.

use std::collections::{BTreeMap, BTreeSet};

use oligomet_results::{CohortRow, MethodRow, StatKey, Subjects};
use serde::Serialize;

use crate::print::{Value, values_of};
use crate::text::{Number, Source};
use crate::view::View;

/// A number of a key: value, reason, unit, warning, and rows of `methods` and `cohorts`.
#[derive(Serialize)]
struct Entry {
    v: Option<f64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    t: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    u: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    w: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    m: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<usize>,
}

#[derive(Serialize)]
struct Method<'a> {
    title: &'a str,
    sentence: &'a str,
    source: &'a str,
}

#[derive(Serialize)]
struct Cohort<'a> {
    endpoint: &'a str,
    group: &'a str,
    level: &'a str,
    n: f64,
    filter: &'a str,
    words: String,
}

#[derive(Serialize)]
struct Set {
    who: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entry: Vec<f64>,
    exit: Vec<f64>,
    event: Vec<u8>,
}

#[derive(Serialize)]
struct GroupingData<'a> {
    levels: &'a [String],
    codes: Vec<i64>,
}

/// The subjects that the page lists: all of them in a study of usual size, else the first of every cohort.
#[derive(Serialize)]
struct Listed<'a> {
    width: usize,
    complete: bool,
    ids: Vec<u32>,
    sets: BTreeMap<&'a str, Set>,
    groupings: BTreeMap<&'a str, GroupingData<'a>>,
}

#[derive(Serialize)]
struct Behind<'a> {
    numbers: BTreeMap<String, BTreeMap<&'static str, Entry>>,
    methods: Vec<Method<'a>>,
    cohorts: Vec<Cohort<'a>>,
    /// Analyses, endpoints and variables as printed.
    labels: BTreeMap<&'a str, &'a str>,
    subjects: Option<Listed<'a>>,
}

/// Bytes that the list of subjects may take in the page.
const SUBJECT_BYTES: usize = 1_500_000;
/// Most subjects listed of one cohort.
const MOST_LISTED: usize = 2_000;

/// The JSON object for all `numbers` of a page, safe inside a script element.
pub(super) fn behind(view: &View<'_>, numbers: &[Number]) -> String {
    let run = view.run;
    let used: BTreeSet<&str> = run.stats.rows().iter().map(|r| r.method_id.as_str()).collect();
    let methods: Vec<&MethodRow> =
        run.methods.iter().filter(|m| used.contains(m.method_id.as_str())).collect();
    let mut by_key: BTreeMap<String, BTreeMap<&'static str, Entry>> = BTreeMap::new();
    for number in numbers {
        let entries = entries(view, &number.source, &methods);
        by_key.entry(number.source.key_text()).or_default().extend(entries);
    }
    let behind = Behind {
        numbers: by_key,
        methods: methods
            .iter()
            .map(|m| Method { title: &m.title, sentence: &m.sentence, source: &m.source })
            .collect(),
        cohorts: run.cohorts.iter().map(|c| cohort(view, c)).collect(),
        labels: labels(view),
        subjects: run.subjects.as_ref().map(|subjects| listed(subjects, &run.cohorts)),
    };
    // A map with text keys and finite numbers always serialises; an empty object would only switch the panel off.
    let json = serde_json::to_string(&behind).unwrap_or_else(|_| "{}".into());
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn labels<'a>(view: &View<'a>) -> BTreeMap<&'a str, &'a str> {
    let outline = &view.run.outline;
    let analyses = outline.analyses.iter().map(|a| (a.id.as_str(), a.title.as_str()));
    let endpoints = outline.endpoints.iter().map(|e| (e.name.as_str(), e.label.as_str()));
    let variables = outline.variables.iter().map(|v| (v.name.as_str(), v.label.as_str()));
    let flow = outline.flow.iter().map(|s| (s.id.as_str(), s.label.as_str()));
    flow.chain(variables).chain(endpoints).chain(analyses).filter(|(_, label)| !label.is_empty()).collect()
}

fn entries(view: &View<'_>, source: &Source, methods: &[&MethodRow]) -> Vec<(&'static str, Entry)> {
    let (values, _) = values_of(view.run, source);
    let names = source.names().iter().copied();
    names
        .zip(values)
        .filter_map(|(name, value)| Some((name, entry(view, source, methods, name, value)?)))
        .collect()
}

fn entry(
    view: &View<'_>,
    source: &Source,
    methods: &[&MethodRow],
    name: &str,
    value: Value,
) -> Option<Entry> {
    let (v, t) = match value {
        Value::Known(v) => (Some(v), String::new()),
        Value::Nothing(why) => (None, why),
        Value::Small => (None, format!("fewer than {}", view.run.outline.min_cell)),
        Value::Withheld => (None, crate::print::WITHHELD.into()),
        Value::Absent => return None,
    };
    let row = match source {
        Source::Stat { key, .. } => view.row(key, name),
        // A curve is made as the numbers beside it are.
        Source::Curve { analysis_id, endpoint, group, group_level, .. } => {
            let key = StatKey::new(analysis_id, endpoint, "survival");
            let key = if group.is_empty() { key } else { key.group(group, group_level) };
            view.row(&key.variable("n", ""), "n")
        }
    };
    let cohort_at = |id: &str| view.run.cohorts.iter().position(|c| c.cohort_id == id);
    Some(Entry {
        v,
        t,
        u: row.map(|r| r.unit.clone()).unwrap_or_default(),
        w: row.and_then(|r| r.warning.clone()),
        m: row.and_then(|r| methods.iter().position(|m| m.method_id == r.method_id)),
        c: row.and_then(|r| cohort_at(&r.cohort_id)),
    })
}

fn cohort<'a>(view: &View<'a>, row: &'a CohortRow) -> Cohort<'a> {
    let set = match row.endpoint.as_str() {
        "" => "All patients analysed".to_owned(),
        endpoint => {
            format!(
                "Patients analysed for {}",
                oligomet_base::words::lower_first(&view.endpoint_label(endpoint))
            )
        }
    };
    let words = match row.group.as_str() {
        "" => set,
        group => format!("{set}; {}: {}", view.label(group), row.group_level),
    };
    Cohort {
        endpoint: &row.endpoint,
        group: &row.group,
        level: &row.group_level,
        n: row.n,
        filter: &row.filter,
        words,
    }
}

fn listed<'a>(subjects: &'a Subjects, cohorts: &[CohortRow]) -> Listed<'a> {
    let per_subject = 8 + subjects.sets.len() * 16 + subjects.groupings.len() * 3;
    let room = (SUBJECT_BYTES / per_subject).max(1);
    let complete = subjects.n <= room;
    let ids: Vec<u32> = match complete {
        true => (0..subjects.n as u32).collect(),
        false => first_of_every_cohort(subjects, cohorts, room).into_iter().collect(),
    };
    let place: BTreeMap<u32, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let codes = |codes: &[u32]| {
        let code =
            |id: &u32| codes.get(*id as usize).filter(|c| **c != u32::MAX).map_or(-1, |c| i64::from(*c));
        ids.iter().map(code).collect()
    };
    Listed {
        width: subjects.id(0).len() - 1,
        complete,
        sets: subjects.sets.iter().map(|s| (s.endpoint.as_str(), listed_set(s, &place))).collect(),
        groupings: subjects
            .groupings
            .iter()
            .map(|g| (g.name.as_str(), GroupingData { levels: &g.levels, codes: codes(&g.codes) }))
            .collect(),
        ids,
    }
}

fn listed_set(set: &oligomet_results::SubjectSet, place: &BTreeMap<u32, usize>) -> Set {
    let mut out = Set { who: Vec::new(), entry: Vec::new(), exit: Vec::new(), event: Vec::new() };
    for (i, subject) in set.subject.iter().enumerate() {
        let Some(at) = place.get(subject) else { continue };
        out.who.push(*at);
        out.entry.extend(set.entry.get(i));
        out.exit.extend(set.exit.get(i));
        out.event.extend(set.event.get(i));
    }
    out
}

/// The first subjects of every cohort, fewer of each where there are many cohorts.
fn first_of_every_cohort(subjects: &Subjects, cohorts: &[CohortRow], room: usize) -> BTreeSet<u32> {
    let each = (room / cohorts.len().max(1)).clamp(1, MOST_LISTED);
    let mut out = BTreeSet::new();
    for cohort in cohorts {
        let grouping = subjects.grouping(&cohort.group);
        let code = grouping.and_then(|g| g.levels.iter().position(|l| *l == cohort.group_level));
        let inside = |id: &u32| match (grouping, code) {
            (Some(g), Some(code)) => g.codes.get(*id as usize).copied() == Some(code as u32),
            (None, _) => true,
            (Some(_), None) => false,
        };
        match subjects.set(&cohort.endpoint) {
            Some(set) => out.extend(set.subject.iter().copied().filter(inside).take(each)),
            None => out.extend((0..subjects.n as u32).filter(inside).take(each)),
        }
    }
    out
}

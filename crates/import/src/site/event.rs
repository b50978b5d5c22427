//! `[event.X]`.

use oligomet_base::Problem;
use oligomet_base::file::{Key, Section, Text};
use oligomet_base::suggest::did_you_mean;
use oligomet_schema::{ColumnType, EventSource, EventTiming};

use super::ColumnMap;
use super::column::{check_name, label_of};

const WHY: &str = "an event needs either `date` (empty where it did not happen) or `happened` and `time`";

/// Reads one block against the columns known so far.
pub(super) fn read_event(key: &Key, section: &Section<'_>, columns: &[ColumnMap]) -> Option<EventSource> {
    let name_is_usable = check_name(key, section);
    let label = section.text("label").map_or_else(|| label_of(&key.name), |t| t.text);
    let timing = read_timing(section, columns);
    if !name_is_usable {
        return None;
    }
    Some(EventSource { name: key.name.clone(), label, timing: timing? })
}

fn read_timing(section: &Section<'_>, columns: &[ColumnMap]) -> Option<EventTiming> {
    let (date, happened, time) = (section.text("date"), section.text("happened"), section.text("time"));
    match (date, happened, time) {
        (Some(date), None, None) => {
            let date = column(section, "date", &date, columns, &[ColumnType::Date])?;
            Some(EventTiming::Dated { date })
        }
        (None, Some(happened), Some(time)) => {
            let happened = column(section, "happened", &happened, columns, &[ColumnType::YesNo]);
            let time = column(section, "time", &time, columns, &[ColumnType::Duration, ColumnType::Date]);
            Some(EventTiming::Flagged { happened: happened?, time: time? })
        }
        _ => {
            let what = format!("{} does not tell when the event happened", section.title());
            section.file().report_at(section.span(), Problem::error("OM242", what).why(WHY).mend(EXAMPLE));
            None
        }
    }
}

const EXAMPLE: &str =
    "write date = \"death_date\", or happened = \"death\" with time = \"death_time\"; not both, and no half";

/// The name of a column that exists and holds one of `kinds`.
fn column(
    section: &Section<'_>,
    key: &str,
    name: &Text,
    columns: &[ColumnMap],
    kinds: &[ColumnType],
) -> Option<String> {
    let place = name.span.clone();
    let Some(found) = columns.iter().find(|c| c.name == name.text) else {
        let what = format!("`{key}` in {}: no column is called `{}`", section.title(), name.text);
        let fitting = columns.iter().filter(|c| kinds.contains(&c.kind())).map(|c| c.name.as_str());
        let known: Vec<&str> = fitting.collect();
        let mend = did_you_mean(name, known.iter().copied())
            .unwrap_or_else(|| format!("add a [column.{}] block", name.text));
        section.file().report_at(place, Problem::error("OM242", what).why(WHY).mend(mend));
        return None;
    };
    if kinds.contains(&found.kind()) {
        return Some(found.name.clone());
    }
    let wanted: Vec<&str> = kinds.iter().map(|k| k.name()).collect();
    let what = format!(
        "`{key}` in {} must be a {} column; `{}` is of type {}",
        section.title(),
        wanted.join(" or "),
        found.name,
        found.kind().name()
    );
    section.file().report_at(place, Problem::error("OM242", what).why(WHY));
    None
}

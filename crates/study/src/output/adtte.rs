//! adtte.csv: times to events in the layout of CDISC ADaM ADTTE, one row per patient and endpoint.

use oligomet_base::Day;
use oligomet_results::CsvWriter;

use super::analysis_set::{id, write_value};
use crate::derive::{Base, EndpointData};
use crate::plan::{Axis, EndpointPlan, Plan};
use crate::run::Finished;

/// The file's bytes. CNSR is 0 for the event, 1 for the end of follow-up, 2 for a competing event (ADaM has no code for it;
/// EVNTDESC names it). AVAL is in days. STARTDT and ADT are empty where the data have times and no dates.
#[must_use]
pub fn adtte_csv(plan: &Plan, base: &Base, finished: &Finished) -> Vec<u8> {
    let mut csv = CsvWriter::new();
    let columns = [
        "STUDYID", "USUBJID", "PARAMCD", "PARAM", "AVAL", "AVALU", "STARTDT", "ADT", "CNSR", "EVNTDESC",
        "CNSDTDSC",
    ];
    columns.iter().for_each(|c| csv.text(c));
    finished.variables.iter().for_each(|v| csv.text(&v.plan.name.to_uppercase()));
    csv.end_row();
    let zero = match plan.time_zero.axis {
        Axis::Calendar => Some(base.points(&plan.time_zero, &finished.population.rows)),
        Axis::Origin => None,
    };
    for (endpoint, data) in plan.endpoints.iter().zip(&finished.endpoints) {
        for k in 0..data.subject.len() {
            write_row(&mut csv, plan, endpoint, data, k, zero.as_deref(), finished);
        }
    }
    csv.into_bytes()
}

fn write_row(
    csv: &mut CsvWriter,
    plan: &Plan,
    endpoint: &EndpointPlan,
    data: &EndpointData,
    k: usize,
    zero: Option<&[f64]>,
    finished: &Finished,
) {
    let subject = data.subject[k];
    csv.text(&plan.file.study.id.text);
    csv.text(&id(finished, subject));
    csv.text(&endpoint.name.to_uppercase().chars().take(8).collect::<String>());
    csv.text(&endpoint.label);
    csv.number(Some(data.time[k]));
    csv.text("DAYS");
    let date = |days: f64| if days.fract() == 0.0 { Day(days as i32).to_string() } else { String::new() };
    let start = zero.and_then(|z| z.get(subject as usize)).copied();
    csv.text(&start.map(date).unwrap_or_default());
    csv.text(&start.map(|s| date(s + data.time[k])).unwrap_or_default());
    let cause = data.cause[k];
    csv.number(Some(f64::from([1u8, 0, 2][usize::from(cause.min(2))])));
    let which = usize::from(data.which[k]);
    let event = endpoint.all_events().nth(which);
    csv.text(event.filter(|_| cause > 0).map_or("", |e| e.label.as_str()));
    csv.text(if cause == 0 { endpoint.censor.label.as_str() } else { "" });
    finished.variables.iter().for_each(|v| write_value(csv, v, subject as usize));
    csv.end_row();
}

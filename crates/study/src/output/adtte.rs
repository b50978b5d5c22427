//! adtte.csv: times to events in the layout of CDISC ADaM ADTTE, one row per patient and endpoint.

use oligomet_base::Day;
use oligomet_results::CsvWriter;

use super::analysis_set::{cluster_code, id, write_value};
use crate::derive::{Base, EndpointData};
use crate::plan::{Axis, EndpointPlan, Plan};
use crate::run::Finished;

/// The file's bytes. CNSR is 0 for the event, 1 for the end of follow-up, 2 and above for competing events in the order of the
/// study (ADaM has no code for them; EVNTDESC names them). AVAL is in days from STARTDT, the endpoint's own time zero. Beyond
/// ADaM: ENTRY, days from STARTDT from which the subject was under observation (empty where from STARTDT on), and CLUSTER, a
/// number that rows of one patient share (empty where every row is a patient). Dates are empty where the data have times only.
#[must_use]
pub fn adtte_csv(plan: &Plan, base: &Base, finished: &Finished) -> Vec<u8> {
    let mut csv = CsvWriter::new();
    let columns = [
        "STUDYID", "USUBJID", "PARAMCD", "PARAM", "AVAL", "AVALU", "STARTDT", "ADT", "CNSR", "EVNTDESC",
        "CNSDTDSC", "ENTRY", "CLUSTER",
    ];
    columns.iter().for_each(|c| csv.text(c));
    finished.variables.iter().for_each(|v| csv.text(&v.plan.name.to_uppercase()));
    csv.end_row();
    for (endpoint, data) in plan.endpoints.iter().zip(&finished.endpoints) {
        let point = endpoint.zero(&plan.time_zero);
        let zero = (point.axis == Axis::Calendar).then(|| base.points(point, &finished.population.rows));
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
    csv.number(Some(f64::from(match cause {
        0 => 1,
        1 => 0,
        competing => competing,
    })));
    let which = usize::from(data.which[k]);
    let event = endpoint.all_events().nth(which);
    csv.text(event.filter(|_| cause > 0).map_or("", |e| e.label.as_str()));
    csv.text(if cause == 0 { endpoint.censor.label.as_str() } else { "" });
    csv.number(data.entry.as_ref().map(|e| e[k]));
    csv.number(finished.clusters.first().and_then(|c| cluster_code(c, subject as usize)));
    finished.variables.iter().for_each(|v| write_value(csv, v, subject as usize));
    csv.end_row();
}

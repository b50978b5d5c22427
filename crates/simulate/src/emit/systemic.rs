//! Systemic lines and the drugs in them.

use oligomet_base::Day;

use super::{Patient, Written};
use crate::history::{Line, Setting, days_of_months};
use crate::rows::Rows;

pub(super) fn lines(p: &Patient<'_>, written: &Written, rows: &mut Rows) {
    let mut number_of_drug = 0;
    for (i, line) in p.history.lines.iter().enumerate() {
        let Some(regimen) = p.profile.regimens.get(line.regimen) else { continue };
        let setting = match line.setting {
            Setting::Adjuvant => "adjuvant",
            Setting::Metastatic => "metastatic",
        };
        let row = rows
            .row("systemic_line")
            .text("line_id", &p.key("S", i + 1))
            .refer("patient_id", Some(written.patient))
            .level("setting", setting)
            .integer("line_number", line.number)
            .text("regimen", &regimen.drugs.join(" + "))
            .day("start_date", Some(line.start))
            .day("end_date", line.end)
            .maybe_level("end_reason", line.reason)
            .end();
        for (drug, end, reason) in drugs(p, line) {
            number_of_drug += 1;
            rows.row("drug_exposure")
                .text("exposure_id", &p.key("D", number_of_drug))
                .refer("patient_id", Some(written.patient))
                .refer("line_id", Some(row))
                .text("drug", drug)
                .day("start_date", Some(line.start))
                .day("end_date", end)
                .maybe_level("end_reason", reason)
                .end();
        }
    }
}

/// The drugs of a line with their ends: those of the induction end first, by plan.
fn drugs<'a>(
    p: &'a Patient<'_>,
    line: &'a Line,
) -> impl Iterator<Item = (&'a str, Option<Day>, Option<&'static str>)> {
    let regimen = p.profile.regimens.get(line.regimen);
    let induction_end = Day(line.start.0 + days_of_months(regimen.map_or(0.0, |r| r.induction_months)));
    let in_time = line.end.is_none_or(|end| end > induction_end) && induction_end < p.history.last_contact;
    let whole = regimen.into_iter().flat_map(|r| &r.drugs).map(|d| (d.as_str(), line.end, line.reason));
    let beginning = regimen.into_iter().flat_map(|r| &r.induction).map(move |d| {
        let (end, reason) =
            if in_time { (Some(induction_end), Some("maintenance")) } else { (line.end, line.reason) };
        (d.as_str(), end, reason)
    });
    whole.chain(beginning)
}

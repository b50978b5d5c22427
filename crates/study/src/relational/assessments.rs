//! What assessments and the primary tumour's record say: counts of lesions, responses, age, receptors, performance.

use oligomet_base::duration::DAYS_PER_MONTH;
use oligomet_base::{Day, PartialDate};
use oligomet_disease::dates::{days_between, more_than_months};
use oligomet_disease::{Truth, stage4, subtype};

use super::chart::{Chart, Found, Seen, first_after, last_until, surely_before};
use super::columns::{Col, Sheet};
use super::rows::Row;
use super::source::Source;

/// Whether an assessment found progression: as reported, else by lesions counted as progressing.
pub(super) fn is_progression(s: &Source<'_>, row: usize) -> bool {
    match s.assessment.response.code(row) {
        Some(response) => response == "PD",
        None => s.assessment.n_progressing[row].is_some_and(|n| n > 0),
    }
}

/// The first assessment with progression after a date.
pub(super) fn first_progression_after(chart: &Chart<'_>, date: Option<PartialDate>) -> Found<PartialDate> {
    let found = chart.assessments.iter().filter(|a| is_progression(chart.source, a.row));
    first_after(found.map(|a| (a.date, a.date)), date)
}

/// The last assessment on or before a date for which `wanted` holds.
pub(super) fn last_assessment(
    chart: &Chart<'_>,
    date: Option<PartialDate>,
    wanted: impl Fn(&Seen) -> bool,
) -> Found<usize> {
    last_until(chart.assessments.iter().filter(|a| wanted(a)).map(|a| (a.row, a.date)), date)
}

/// Completed years from birth to a date; `None` where the days left open give different numbers, or the order is wrong.
pub(super) fn completed_years(birth: PartialDate, date: PartialDate) -> Option<f64> {
    let years = |from: Day, to: Day| {
        let ((y0, m0, d0), (y1, m1, d1)) = (from.to_ymd()?, to.to_ymd()?);
        let whole = i32::from(y1) - i32::from(y0) - i32::from((m1, d1) < (m0, d0));
        (whole >= 0).then_some(whole)
    };
    let least = years(birth.latest()?, date.earliest()?)?;
    let most = years(birth.earliest()?, date.latest()?)?;
    (least == most).then_some(f64::from(least))
}

/// Writes facts of the patient.
pub(super) fn write_patient(row: &Row<'_, '_>, facts: &super::disease::TumourFacts, sheet: &mut Sheet) {
    let chart = row.chart;
    let (s, p) = (chart.source, chart.patient);
    sheet.level(Col::Sex, s.patient.sex.get(p));
    sheet.level(Col::MenopausalStatus, s.patient.menopause.get(p));
    sheet.level(Col::GermlineBrca, s.patient.brca.get(p));
    if let Some(stage) = chart.tumour.and_then(|t| s.tumour.stage.get(t)) {
        sheet.text(Col::StageAtDiagnosis, stage);
    }
    let birth = s.patient.birth.get(p);
    let age = |at: Option<PartialDate>| birth.zip(at).and_then(|(birth, at)| completed_years(birth, at));
    sheet.some_number(Col::Age, age(row.time_zero));
    sheet.some_number(Col::AgeAtDiagnosis, age(chart.primary_diagnosis));
    sheet.level(Col::Subtype, facts.subtype.map(level_of_subtype));
    sheet.truth(Col::Her2Positive, facts.her2_positive);
    sheet.truth(Col::ErPositive, facts.er_positive);
    sheet.truth(Col::DeNovo, facts.de_novo);
    let days = |from, to| days_between(from, to).filter(|d| d.min == d.max).map(|d| f64::from(d.min));
    sheet.some_number(Col::DiseaseFreeInterval, days(chart.primary_diagnosis, chart.metastasis));
    let to_rt = days(chart.metastasis, row.dates.rt_start).map(|d| d / DAYS_PER_MONTH);
    sheet.some_number(Col::MonthsDiagnosisToRt, to_rt);
    sheet.some_number(Col::Ecog, ecog(row).map(f64::from));
    let end = chart.death.or(chart.last_contact);
    sheet.some_number(Col::FollowupDays, days(row.time_zero, end));
}

/// The place of a subtype among the levels of the column.
fn level_of_subtype(subtype: subtype::Subtype) -> usize {
    use subtype::Subtype;
    match subtype {
        Subtype::LuminalA => 0,
        Subtype::LuminalB => 1,
        Subtype::LuminalBHer2 | Subtype::Her2 => 2,
        Subtype::TripleNegative => 3,
        Subtype::NotDefined => 4,
    }
}

/// Whether the metastases were present at the first diagnosis, by the rule of crate `disease`.
pub(super) fn de_novo(p: &oligomet_disease::Patient, settings: &stage4::Parameters) -> Truth {
    let possible = stage4::status(p, settings).possible;
    let recurrent = possible.iter().filter(|s| **s == stage4::StageFour::Recurrent).count();
    match (recurrent, possible.len()) {
        (0, n) if n > 0 => Truth::True,
        (n, m) if n == m && n > 0 => Truth::False,
        _ => Truth::Unknown,
    }
}

/// The last ECOG performance status on or before time zero.
pub(super) fn ecog(row: &Row<'_, '_>) -> Option<i32> {
    let s = row.chart.source;
    let mut values: Vec<(i32, PartialDate)> = (s.performance.of_patient.of(row.chart.patient).iter())
        .map(|r| *r as usize)
        .filter(|r| s.performance.scale.is(*r, "ecog"))
        .filter_map(|r| Some((s.performance.value[r]?, s.performance.date.get(r)?)))
        .collect();
    values.sort_by_key(|(_, date)| super::chart::order(Some(*date)));
    last_until(values.into_iter(), row.time_zero).known()
}

/// Lesions present at time zero: at the last assessment that counts them, else at the metastatic episode.
pub(super) fn n_total(row: &Row<'_, '_>) -> Option<u32> {
    let s = row.chart.source;
    let counted = |a: &Seen| s.assessment.n_total[a.row].is_some();
    let number = match last_assessment(row.chart, row.time_zero, counted) {
        Found::One(at) => s.assessment.n_total[at],
        Found::Nothing => row.event.and_then(|e| s.metastatic.n_lesions[e]),
        Found::Unknown => None,
    };
    number.and_then(|n| u32::try_from(n).ok())
}

/// Lesions progressing at time zero.
pub(super) fn n_progressing(row: &Row<'_, '_>) -> Option<u32> {
    let s = row.chart.source;
    let counted = |a: &Seen| s.assessment.n_progressing[a.row].is_some();
    let at = last_assessment(row.chart, row.time_zero, counted).known()?;
    s.assessment.n_progressing[at].and_then(|n| u32::try_from(n).ok())
}

/// Lesions of the patient surely seen up to a date, and whether they are all: the list is no shorter than the count.
pub(super) fn lesions_until(row: &Row<'_, '_>, date: Option<PartialDate>) -> (Vec<usize>, bool) {
    let s = row.chart.source;
    let breast = |l: usize| matches!(s.lesion.organ.code(l), Some("breast" | "chest-wall"));
    let mut is_complete = true;
    let mut seen = Vec::new();
    for lesion in row.chart.lesions().filter(|l| !breast(*l)) {
        let first = s.lesion.first_seen.get(lesion).or_else(|| {
            super::source::target(s.lesion.episode, lesion).and_then(|e| s.metastatic.diagnosis.get(e))
        });
        match oligomet_disease::dates::not_after(first, date, 0) {
            Truth::True => seen.push(lesion),
            Truth::False => {}
            Truth::Unknown => is_complete = false,
        }
    }
    let enough = n_total(row).is_none_or(|n| seen.len() >= n as usize);
    (seen, is_complete && enough)
}

/// Writes counts of lesions and responses.
pub(super) fn write(row: &Row<'_, '_>, sheet: &mut Sheet) {
    let (chart, s) = (row.chart, row.chart.source);
    sheet.some_number(Col::NLesionsTotal, n_total(row).map(f64::from));
    sheet.some_number(Col::NLesionsProgressing, n_progressing(row).map(f64::from));
    if row.time_zero.is_some() {
        let (seen, all) = lesions_until(row, row.time_zero);
        if all && !seen.is_empty() {
            let mut organs: Vec<usize> = seen.iter().filter_map(|l| s.lesion.organ.get(*l)).collect();
            organs.sort_unstable();
            organs.dedup();
            sheet.number(Col::NOrgans, organs.len() as f64);
        }
    }
    let stated = |a: &Seen| s.assessment.outside.get(a.row).is_some();
    let outside = last_assessment(chart, row.time_zero, stated).known();
    sheet.level(Col::ResponseOutside, outside.and_then(|a| s.assessment.outside.get(a)));
    let measured = |a: &Seen| !s.measurement.of_assessment.of(a.row).is_empty();
    if let Found::One(at) = last_assessment(chart, row.time_zero, measured) {
        let rows = s.measurement.of_assessment.of(at).iter().map(|m| *m as usize);
        let targets = rows.filter(|m| s.measurement.role.is(*m, "target")).count();
        sheet.number(Col::NTargetLesions, targets as f64);
    }
    write_size(row, sheet);
    sheet.truth(Col::ImagingWithin3mo, imaging_within(row, 3));
    sheet.level(Col::BestResponse, best_response(row));
}

/// The diameter of a lesion at its last measurement on or before time zero.
fn write_size(row: &Row<'_, '_>, sheet: &mut Sheet) {
    let s = row.chart.source;
    let (crate::model::Unit::Lesion, Some(&lesion)) = (row.unit, row.lesions.first()) else { return };
    let mut sizes: Vec<(f64, PartialDate)> = (s.measurement.of_lesion.of(lesion).iter())
        .map(|m| *m as usize)
        .filter(|m| !s.measurement.longest[*m].is_nan())
        .filter_map(|m| {
            let assessment = super::source::target(s.measurement.assessment, m)?;
            Some((s.measurement.longest[m], s.assessment.date.get(assessment)?))
        })
        .collect();
    sizes.sort_by_key(|(_, date)| super::chart::order(Some(*date)));
    sheet.some_number(Col::SizeMm, last_until(sizes.into_iter(), row.time_zero).known());
}

/// Whether the first imaging after radiotherapy came within so many calendar months.
fn imaging_within(row: &Row<'_, '_>, months: u32) -> Truth {
    let Some(end) = row.dates.rt_end else { return Truth::Unknown };
    match row.dates.reassessment {
        Found::One(date) => !more_than_months(Some(end), Some(date), months),
        Found::Nothing => Truth::False,
        Found::Unknown => Truth::Unknown,
    }
}

/// The best response as reported after the last fraction, up to the first progression; the levels stand from best to worst.
fn best_response(row: &Row<'_, '_>) -> Option<usize> {
    let (chart, s) = (row.chart, row.chart.source);
    let end = row.dates.rt_end?;
    let not_evaluable = s.assessment.response.place("NE");
    let mut best: Option<usize> = None;
    for seen in chart.assessments.iter().filter(|a| surely_before(Some(end), Some(a.date))) {
        let Some(response) = s.assessment.response.get(seen.row) else { continue };
        let better = match best {
            None => true,
            Some(b) => Some(b) == not_evaluable || (response < b && Some(response) != not_evaluable),
        };
        if better {
            best = Some(response);
        }
        if is_progression(s, seen.row) {
            break;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use oligomet_base::day::DateOrder;

    use super::*;

    #[test]
    fn age_is_known_where_all_days_give_the_same() {
        let date = |t: &str| PartialDate::parse(t, DateOrder::YearMonthDay).unwrap();
        let age = |birth, at| completed_years(date(birth), date(at));
        assert_eq!(age("1960-05-20", "2020-05-19"), Some(59.0));
        assert_eq!(age("1960-05-20", "2020-05-20"), Some(60.0));
        assert_eq!(age("1960-05", "2020-06-01"), Some(60.0));
        assert_eq!(age("1960-05", "2020-05-10"), None);
        assert_eq!(age("1960", "2020-05-10"), None);
        assert_eq!(age("1960", "2020-12-31"), Some(60.0));
        assert_eq!(age("2021-01-01", "2020-05-10"), None);
    }
}

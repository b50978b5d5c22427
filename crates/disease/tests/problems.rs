//! Every kind of contradiction is told, at the field that a reader would look up, and nothing else is.

use oligomet_base::Severity;
use oligomet_base::day::DateOrder;
use oligomet_disease::Patient;

/// Code, field and severity of the contradictions between these facts.
fn told(pairs: &[(&str, &str)]) -> Vec<(&'static str, String, Severity)> {
    let (patient, unread) = Patient::from_fields(pairs, DateOrder::YearMonthDay);
    assert!(unread.is_empty(), "{unread:?}");
    let all = patient.problems().into_iter();
    all.map(|p| (p.code, p.place.column.unwrap_or_default(), p.severity)).collect()
}

fn error(code: &'static str, field: &str) -> Vec<(&'static str, String, Severity)> {
    vec![(code, field.to_owned(), Severity::Error)]
}

#[test]
fn dates_out_of_order() {
    let early = [("primary_diagnosis", "2020-05"), ("first_metastasis", "2020-04-30")];
    assert_eq!(told(&early), error("OM505", "first_metastasis"));
    assert_eq!(told(&[("primary_diagnosis", "2020-05"), ("first_metastasis", "2020-05-01")]), []);
    assert_eq!(told(&[("systemic_start", "2020"), ("systemic_end", "2019")]), error("OM505", "systemic_end"));
    let imaging = [("radiotherapy_end", "2021-02-01"), ("next_imaging", "2021-01-31")];
    assert_eq!(told(&imaging), error("OM505", "next_imaging"));
}

#[test]
fn counts_that_contradict_each_other() {
    let more = [("lesions", "3"), ("progressing_lesions", "4")];
    assert_eq!(told(&more), error("OM506", "progressing_lesions"));
    assert_eq!(told(&[("lesions", "3"), ("progressing_lesions", "<= 4")]), []);
    assert_eq!(told(&[("lesions", "<= 3"), ("nodes", "> 3")]), error("OM506", "nodes"));
    assert_eq!(told(&[("lesions", "2"), ("treated_nodes", "3")]), error("OM506", "treated_nodes"));
    assert_eq!(told(&[("nodes", "2"), ("nodal_regions", "0")]), error("OM506", "nodes"));
    assert_eq!(told(&[("lesions", "1"), ("progressing_organs", "2")]), error("OM506", "progressing_organs"));
}

#[test]
fn facts_that_contradict_each_other() {
    let none_before = [("history_polymetastatic", "no"), ("history_oligometastatic", "no")];
    let earlier = [("first_metastasis", "2019"), ("omd_diagnosis", "2021-03")];
    assert_eq!(told(&[none_before, earlier].concat()), error("OM507", "omd_diagnosis"));
    let ended = [("systemic_start", "2019-01"), ("systemic_end", "2020-01"), ("omd_diagnosis", "2021-03")];
    assert_eq!(
        told(&[&ended[..], &[("systemic_therapy", "yes")]].concat()),
        error("OM507", "systemic_therapy")
    );
    let late =
        [("primary_diagnosis", "2015"), ("first_metastasis", "2019"), ("stage_iv_at_diagnosis", "yes")];
    assert_eq!(told(&late), error("OM507", "stage_iv_at_diagnosis"));
    assert_eq!(told(&[("lesions", "0"), ("organs", "bone")]), error("OM507", "organs"));
    assert_eq!(told(&[("lesions", "1"), ("organs", "none")]), error("OM507", "organs"));
    assert_eq!(told(&[("lesions", "1"), ("organs", "none"), ("organs_not_assessed", "brain")]), []);
    let treated =
        [("progressing_lesions", "2"), ("treated_lesions", "1"), ("all_progressing_treated", "yes")];
    assert_eq!(told(&treated), error("OM507", "all_progressing_treated"));
    let adjuvant = [("systemic_therapy", "no"), ("adjuvant_endocrine_only", "yes")];
    assert_eq!(told(&adjuvant), error("OM507", "adjuvant_endocrine_only"));
}

#[test]
fn her2_results_that_contradict_each_other() {
    assert_eq!(told(&[("her2", "negative"), ("her2_ihc", "3+")]), error("OM508", "her2"));
    let discordant = [("her2_ihc", "3+"), ("her2_ish", "not amplified")];
    assert_eq!(told(&discordant), [("OM508", "her2_ish".to_owned(), Severity::Warning)]);
    assert_eq!(told(&[("her2", "negative"), ("her2_ihc", "2+")]), []);
}

#[test]
fn the_patient_is_named_where_there_is_an_identifier() {
    let pairs = [("patient", "P-3"), ("lesions", "1"), ("nodes", "2")];
    let (patient, _) = Patient::from_fields(&pairs, DateOrder::YearMonthDay);
    let text = patient.problems().first().map(ToString::to_string).unwrap_or_default();
    assert!(
        text.starts_with("error[OM506]: nodes (2) exceeds lesions (1)\n  where: column `nodes`, patient P-3"),
        "{text}"
    );
}

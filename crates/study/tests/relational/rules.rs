//! EXISTS and COUNT over the tables of the records: limited to the row's patient, courses or lesion; three-valued.

use oligomet_study::check_records;

use crate::common::{checked, ran, records, shown, twelve};

/// A study of that unit with one rule, which stands in line 12.
fn study(unit: &str, rule: &str) -> String {
    format!(
        "format = 1\n[study]\nid = \"x\"\ntitle = \"x\"\nunit = \"{unit}\"\n\
         [cohort]\ntime_zero = \"rt_start_date\"\n\
         [[eligibility]]\nid = \"rule\"\nlabel = \"Rule\"\nmissing = \"drop\"\nkeep = \"{rule}\"\n\
         [endpoint.OS]\nlabel = \"OS\"\nevent = [\"death\"]\ncensor = \"last_contact_date\"\n\
         [[analysis]]\nid = \"os\"\nkind = \"km\"\nendpoint = \"OS\"\n"
    )
}

/// Keys of the rows that a rule keeps, and for how many it is unknown.
fn kept(unit: &str, rule: &str) -> (Vec<String>, usize) {
    let (plan, base, _) = checked(&study(unit, rule), records(&twelve()));
    let finished = ran(&plan, &base);
    let key = format!("{unit}_id");
    let unknown = finished.population.steps.iter().find(|s| s.id == "rule").unwrap().n_unknown;
    (finished.population.rows.iter().map(|r| shown(&base, &key, *r)).collect(), unknown)
}

#[test]
fn a_rule_sees_what_belongs_to_the_row() {
    let forty = "EXISTS (SELECT 1 FROM rt_volume WHERE dose_delivered_gy = 40 AND technique = 'sbrt')";
    for (unit, rule, expected) in [
        ("patient", "EXISTS (SELECT 1 FROM lesion WHERE organ = 'liver')", vec!["P06", "P12"]),
        // C05b alone of P05's courses: a course sees its own volumes, a patient those of all courses.
        ("course", forty, vec!["C05b", "C06"]),
        ("patient", forty, vec!["P05", "P06"]),
        // A lesion sees its own failures.
        ("lesion", "EXISTS (SELECT 1 FROM local_event WHERE status = 'confirmed')", vec!["L03b", "L05a"]),
        ("patient", "EXISTS (SELECT 1 FROM local_event WHERE status = 'confirmed')", vec!["P03", "P05"]),
        // Courses are those of the patient, whatever the row is.
        (
            "course",
            "(SELECT COUNT(*) FROM rt_course WHERE start_date < time_zero) >= 1",
            vec!["C03b", "C03c", "C05b"],
        ),
        ("patient", "(SELECT COUNT(DISTINCT organ) FROM lesion) >= 3", vec!["P03"]),
        ("patient", "NOT EXISTS (SELECT 1 FROM rt_course)", vec!["P11"]),
    ] {
        assert_eq!(
            kept(unit, rule),
            (expected.iter().map(|e| (*e).to_owned()).collect(), 0),
            "{unit}: {rule}"
        );
    }
}

#[test]
fn a_date_known_to_the_month_leaves_a_rule_open_only_where_it_decides() {
    // P09's second image is of 2020-06, the first of 2020-02-10: surely after February, perhaps after 2020-06-10.
    let images = |limit: &str| {
        format!("patient_id = 'P09' AND EXISTS (SELECT 1 FROM imaging_assessment WHERE date > '{limit}')")
    };
    assert_eq!(kept("patient", &images("2020-02-01")), (vec!["P09".to_owned()], 0));
    assert_eq!(kept("patient", &format!("patient_id = 'P01' OR ({})", images("2020-06-10"))).1, 1);
    // P04 and P11 have no image. P09's first is of 2020-02-10, whichever day of June the other is of.
    let first = "(SELECT MIN(date) FROM imaging_assessment) < '2019-01-31'";
    assert_eq!(kept("patient", first), (vec!["P02".to_owned(), "P03".into()], 2));
    // P10's lesion has no date: one lesion or none.
    let one = "patient_id IN ('P10', 'P04') AND (SELECT COUNT(*) FROM lesion WHERE first_seen_date < '2021-01-01') = 1";
    assert_eq!(kept("patient", one), (vec!["P04".to_owned()], 1));
}

/// What a rule says of P09, whose images are of 2020-02-10 and of 2020-06, and whose time zero is 2020-03-02.
fn said_of_p09(rule: &str, dates: &str) -> Option<bool> {
    // P01 stays, so that somebody does.
    let only = format!("patient_id = 'P01' OR patient_id = 'P09' AND ({rule})");
    let study = study("patient", &only).replace("[[eligibility]]", &format!("{dates}[[eligibility]]"));
    let (plan, base, _) = checked(&study, records(&twelve()));
    let finished = ran(&plan, &base);
    let step = finished.population.steps.iter().find(|s| s.id == "rule").unwrap();
    assert!(step.n_unknown + finished.population.rows.len() <= 2, "{rule}");
    (step.n_unknown == 0).then_some(finished.population.rows.len() == 2)
}

#[test]
fn a_month_answers_what_all_its_days_answer_alike() {
    const T: Option<bool> = Some(true);
    const F: Option<bool> = Some(false);
    for (condition, exists, once) in [
        // The second image is one, surely, surely not, or perhaps; the first is none of these.
        ("date > '2020-05-31'", T, T),
        ("date >= '2020-06-01'", T, T),
        ("date > '2020-06-01'", None, None),
        ("date >= '2020-06-30'", None, None),
        ("date > '2020-06-30'", F, F),
        ("date >= '2020-07-01'", F, F),
        ("'2020-06-10' < date", None, None),
        ("NOT date <= '2020-06-10'", None, None),
        ("date > '2020-06-10' OR modality = 'mri'", None, None),
        ("date > '2020-06-10' AND modality = 'mri'", F, F),
        ("date BETWEEN '2020-06-01' AND '2020-06-30'", T, T),
        ("date BETWEEN '2020-06-05' AND '2020-06-30'", None, None),
        ("date = '2020-06-10'", None, None),
        ("date IN ('2020-06-10', '2020-07-01')", None, None),
        ("date IN ('2020-05-31', '2020-07-01')", F, F),
        // A row that surely is one decides EXISTS, and the other leaves the count open.
        ("date IN ('2020-02-10', '2020-06-10')", T, None),
        ("date < '2020-06-10'", T, None),
        ("date <> '2020-06-10'", T, None),
        ("date < '2020-06-01'", T, T),
        // 91 to 120 days after time zero: three months are 91.3125 days, four are 121.75.
        ("date - time_zero > '3 mo'", None, None),
        ("date - time_zero BETWEEN '1 mo' AND '4 mo'", T, T),
        ("date - '3 mo' > time_zero", None, None),
        ("time_zero + '2 mo' < date", T, T),
        ("time_zero - date < 0", T, T),
        ("(date - time_zero) * -1 < 0", T, T),
        ("(date - time_zero) / 2 > '50 d'", None, None),
        ("(date - time_zero) / '1 d' > 90", None, None),
        ("-(date - time_zero) < 0", T, T),
        ("CASE WHEN date > '2020-05-31' THEN 1 ELSE 0 END = 1", T, T),
        ("CASE WHEN modality = 'ct' THEN date END > '2020-05-31'", None, None),
        // A month is a date.
        ("date IS NULL", F, F),
    ] {
        let rule = format!("EXISTS (SELECT 1 FROM imaging_assessment WHERE {condition})");
        assert_eq!(said_of_p09(&rule, ""), exists, "{rule}");
        assert_eq!(said_of_p09(&format!("NOT {rule}"), ""), exists.map(|e| !e), "NOT {rule}");
        let count = format!("(SELECT COUNT(*) FROM imaging_assessment WHERE {condition}) = 1");
        assert_eq!(said_of_p09(&count, ""), once, "{count}");
    }
    for (value, expected) in [
        ("MAX(date) FROM imaging_assessment) > '2020-05-31'", T),
        ("MAX(date) FROM imaging_assessment) > '2020-06-10'", None),
        ("MAX(date) FROM imaging_assessment) = '2020-07-01'", F),
        ("MIN(date) FROM imaging_assessment) = '2020-02-10'", T),
        ("MAX(date) FROM imaging_assessment) - time_zero < '4 mo'", T),
        ("COUNT(DISTINCT date) FROM imaging_assessment) = 2", None),
    ] {
        assert_eq!(said_of_p09(&format!("(SELECT {value}"), ""), expected, "{value}");
    }
    // What the study puts for a day that is not known stands here too.
    let after = "EXISTS (SELECT 1 FROM imaging_assessment WHERE date > '2020-06-10')";
    for (day, expected) in [("earliest", F), ("middle", T), ("latest", T), ("unknown", None)] {
        assert_eq!(said_of_p09(after, &format!("[dates]\npartial = \"{day}\"\n")), expected, "{day}");
    }
}

#[test]
fn mistakes_are_told_with_a_way_out() {
    for (rule, part) in [
        ("EXISTS (SELECT 1 FROM lesions WHERE organ = 'bone')", "did you mean `lesion`?"),
        (
            "EXISTS (SELECT 1 FROM lesion WHERE organs = 'bone')",
            "neither `lesion` nor the row has a column `organs`",
        ),
        ("EXISTS (SELECT 1 FROM lesion WHERE organ = 'bones')", "there is no level 'bones'"),
        ("EXISTS (SELECT 1 FROM lesion, rt_course)", "takes one table"),
        ("(SELECT SUM(n_lesions) FROM metastatic_episode) > 3", "COUNT(*)"),
        ("EXISTS (SELECT 1 FROM lesion WHERE EXISTS (SELECT 1 FROM rt_course))", "inside another"),
        ("EXISTS (SELECT 1 FROM lesion WHERE first_seen_date > 3)", "cannot be compared"),
        ("EXISTS (SELECT 1 FROM missing_value)", "no table `missing_value`"),
        ("line_numer > 2", "did you mean `line_number`?"),
        ("rt_organ = 'brian'", "did you mean"),
    ] {
        let (found, problems) = check_records("study.toml", &study("patient", rule), records(&twelve()));
        assert!(found.is_none(), "{rule}");
        let said = problems.to_string();
        assert!(said.contains(part) && said.contains("line 12"), "{rule}: {said}");
    }
}

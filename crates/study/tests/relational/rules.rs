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
    // The first image is of a patient who has some; P04 and P11 have none, P09 has one known to the month.
    let first = "(SELECT MIN(date) FROM imaging_assessment) < '2019-01-31'";
    assert_eq!(kept("patient", first), (vec!["P02".to_owned(), "P03".into()], 3));
    // P10's lesion has no date: one lesion or none.
    let one = "patient_id IN ('P10', 'P04') AND (SELECT COUNT(*) FROM lesion WHERE first_seen_date < '2021-01-01') = 1";
    assert_eq!(kept("patient", one), (vec!["P04".to_owned()], 1));
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

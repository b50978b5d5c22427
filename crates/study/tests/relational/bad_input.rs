//! Records that contradict themselves or lack what a study needs: problems and counts, never a guess.

use oligomet_base::Problems;
use oligomet_schema::Records;
use oligomet_study::{Base, Identity, Plan, Quiet, check_records, run};

use crate::common::{checked, ran, records, row_of, shown};

const ONE: &[(&str, &str)] = &[
    ("patient", "patient_id,birth_date\nA,1960-01-01\n"),
    (
        "metastatic_episode",
        "episode_id,patient_id,diagnosis_date,n_lesions,polymetastatic\nE,A,2020-06,1,no\n",
    ),
    ("rt_course", "course_id,patient_id,start_date,end_date\nC,A,2020-07-06,2020-07-10\n"),
    ("rt_volume", "volume_id,course_id,dose_prescribed_gy,fractions_prescribed\nV,C,30,5\n"),
    ("follow_up", "follow_up_id,patient_id,date,status\nU,A,2021-01-01,alive\n"),
];

/// The tables of one patient with some replaced or added.
fn one_but(changes: &[(&str, &str)]) -> Records {
    let kept = ONE.iter().filter(|(name, _)| !changes.iter().any(|(n, _)| n == name));
    let tables: Vec<(String, String)> =
        kept.chain(changes).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    records(&tables)
}

fn study(more: &str) -> String {
    format!(
        "format = 1\n[study]\nid = \"x\"\ntitle = \"x\"\n{more}\n\
         [endpoint.OS]\nlabel = \"OS\"\nevent = [\"death\"]\ncensor = \"last_contact_date\"\n\
         [[analysis]]\nid = \"os\"\nkind = \"km\"\nendpoint = \"OS\"\n"
    )
}

fn simple() -> String {
    study("[cohort]\ntime_zero = \"rt_start_date\"\n[dose]\nalpha_beta = 10\nrule = \"highest\"")
}

fn has(problems: &Problems, code: &str) -> bool {
    problems.iter().any(|p| p.code == code)
}

fn stopped(plan: &Plan, base: &Base) -> Problems {
    run(plan, base, Problems::new(), &Identity::default(), &mut Quiet).unwrap_err()
}

#[test]
fn death_before_treatment_is_told_and_the_patient_left_out_of_the_endpoint() {
    let dead = ("follow_up", "follow_up_id,patient_id,date,status\nU,A,2020-07-01,dead\n");
    let (plan, base, problems) = checked(&simple(), one_but(&[dead]));
    assert!(has(&problems, "OM364"), "{problems}");
    let finished = ran(&plan, &base);
    assert!(finished.endpoints[0].subject.is_empty());
    assert_eq!(finished.endpoints[0].excluded.len(), 1);
}

#[test]
fn months_across_the_six_month_limit_are_unknown_unless_the_study_says_otherwise() {
    let tumour = ("primary_tumour", "tumour_id,patient_id,diagnosis_date\nT,A,2019-12-15\n");
    let line = (
        "systemic_line",
        "line_id,patient_id,setting,regimen,start_date,end_date\nS,A,adjuvant,letrozole,2020-01-01,2020-02-01\n",
    );
    let state = |dates: &str| {
        let rules = "[cohort]\ntime_zero = \"rt_start_date\"\n[disease]\nrules = [\"estro-eortc-states\"]";
        let (_, base, problems) = checked(&study(&format!("{rules}\n{dates}")), one_but(&[tumour, line]));
        assert!(has(&problems, "OM369"), "{problems}");
        shown(&base, "estro_eortc_states", 0)
    };
    // 2019-12-15 and 6 calendar months is 2020-06-15; the metastasis was found in June 2020, without systemic therapy.
    assert_eq!(state(""), "-");
    assert_eq!(state("[dates]\npartial = \"earliest\""), "synchronous oligometastatic disease");
    assert_eq!(state("[dates]\npartial = \"latest\""), "metachronous oligorecurrence");
}

#[test]
fn a_study_that_names_what_is_not_there_is_told_at_its_line() {
    let simple = simple();
    for (text, part, line) in [
        (simple.replace("rt_start_date", "rt_strat_date"), "did you mean `rt_start_date`?", "line 6"),
        (simple.replace("rt_start_date", "age"), "`age` cannot be time zero", "line 6"),
        (
            simple.replace("last_contact_date", "last_contct_date"),
            "did you mean `last_contact_date`?",
            "line 13",
        ),
        (format!("{simple}by = \"rt_orgn\"\n"), "did you mean `rt_organ`?", "line 18"),
        (simple.replace("highest", "per-lesion"), "needs `unit = \"lesion\"`", "line 7"),
        (simple.replace("= 10", "= 10\ntotal = \"dose\""), "these data are records", "line 9"),
    ] {
        let (found, problems) = check_records("study.toml", &text, one_but(&[]));
        let said = problems.to_string();
        assert!(found.is_none(), "{said}");
        assert!(said.contains(part) && said.contains(line), "{part}: {said}");
    }
}

#[test]
fn eligibility_that_leaves_nobody_says_which_rule_did() {
    let rule = "[[eligibility]]\nid = \"old\"\nlabel = \"Younger than 90\"\nkeep = \"age >= 90\"\nmissing = \"drop\"";
    let (plan, base, _) =
        checked(&study(&format!("[cohort]\ntime_zero = \"rt_start_date\"\n{rule}")), one_but(&[]));
    let problems = stopped(&plan, &base);
    assert!(has(&problems, "OM323") && problems.to_string().contains("Younger than 90"), "{problems}");
}

#[test]
fn a_course_without_volumes_and_a_volume_without_fractions_have_no_dose() {
    let (_, base, problems) = checked(&simple(), one_but(&[("rt_volume", "volume_id,course_id\n")]));
    assert!(has(&problems, "OM362"), "{problems}");
    for column in ["bed_gy", "rt_organ", "brain_irradiated", "n_lesions_treated"] {
        assert_eq!(shown(&base, column, 0), "-", "{column}");
    }
    let no_fractions = ("rt_volume", "volume_id,course_id,dose_prescribed_gy\nV,C,30\n");
    let (_, base, _) = checked(&simple(), one_but(&[no_fractions]));
    assert_eq!(shown(&base, "bed_gy", 0), "-");
    let nothing = ("rt_volume", "volume_id,course_id,dose_prescribed_gy,fractions_prescribed\nV,C,0,5\n");
    let (_, base, problems) = checked(&simple(), one_but(&[nothing]));
    assert!(has(&problems, "OM402"), "{problems}");
    assert_eq!(shown(&base, "bed_gy", 0), "-");
}

#[test]
fn several_doses_without_a_rule_are_no_dose() {
    let two =
        ("rt_volume", "volume_id,course_id,dose_prescribed_gy,fractions_prescribed\nV,C,30,5\nW,C,50,5\n");
    let bed = |rule: &str| {
        let text =
            study(&format!("[cohort]\ntime_zero = \"rt_start_date\"\n[dose]\nalpha_beta = 10\n{rule}"));
        let (_, base, problems) = checked(&text, one_but(&[two]));
        (shown(&base, "bed_gy", 0), has(&problems, "OM368"))
    };
    assert_eq!(bed(""), ("-".into(), true));
    assert_eq!(bed("rule = \"highest\""), ("100".into(), false));
    assert_eq!(bed("rule = \"lowest\""), ("48".into(), false));
}

#[test]
fn phases_of_a_volume_add_up() {
    let phases = ("rt_phase", "phase_id,volume_id,number,dose_gy,fractions\nH2,V,2,10,5\nH1,V,1,30,10\n");
    let (_, base, _) = checked(&simple(), one_but(&[phases]));
    // 30 (1 + 3/10) + 10 (1 + 2/10) = 39 + 12
    assert_eq!(shown(&base, "bed_gy", 0), "51");
    assert_eq!(shown(&base, "rt_schedule", 0), "30 Gy in 10 + 10 Gy in 5");
    assert_eq!([shown(&base, "dose_gy", 0), shown(&base, "n_fractions", 0)], ["40", "15"]);
}

#[test]
fn a_drug_that_cannot_be_read_leaves_open_what_its_absence_would_decide() {
    let lines = "line_id,patient_id,setting,regimen,start_date,end_date\n\
                 S,A,metastatic,letrozole,2020-06-20,2020-06-25\nR,A,metastatic,mysterimab,2020-07-01,\n";
    let (_, base, problems) = checked(&simple(), one_but(&[("systemic_line", lines)]));
    assert!(has(&problems, "OM540") && has(&problems, "OM366"), "{problems}");
    assert_eq!([shown(&base, "on_systemic_therapy", 0), shown(&base, "line_number", 0)], ["-", "-"]);
}

#[test]
fn patients_without_any_course_are_counted_and_have_no_time_zero() {
    let two = ("patient", "patient_id,birth_date\nA,1960-01-01\nB,1970-01-01\n");
    let (_, base, _) = checked(&simple(), one_but(&[two]));
    let row = row_of(&base, "patient_id", "B");
    assert_eq!([shown(&base, "irradiated", row), shown(&base, "time_zero", row)], ["no", "-"]);
    let text = simple().replace("title = \"x\"", "title = \"x\"\nunit = \"course\"");
    let (plan, base, _) = checked(&text, one_but(&[two]));
    assert_eq!(base.data.table.n_rows(), 1);
    let finished = ran(&plan, &base);
    let counts: Vec<usize> = finished.population.steps.iter().map(|s| s.counts.unwrap().patients).collect();
    assert_eq!(counts, [2, 1, 1]);
}

#[test]
fn empty_tables_leave_nobody_and_say_so() {
    let (plan, base, _) = checked(&simple(), Records::empty("X"));
    assert!(has(&stopped(&plan, &base), "OM323"));
}

#[test]
fn a_gap_that_a_month_leaves_open_joins_nothing_and_is_told() {
    // 2020-07-10 and 42 days is 2020-08-21.
    let courses = (
        "rt_course",
        "course_id,patient_id,start_date,end_date\nC,A,2020-07-06,2020-07-10\nD,A,2020-08,2020-08\n",
    );
    let text = simple().replace("title = \"x\"", "title = \"x\"\nunit = \"episode\"");
    let (_, base, problems) = checked(&text, one_but(&[courses]));
    assert!(has(&problems, "OM363"), "{problems}");
    assert_eq!(base.data.table.n_rows(), 2);
    let text = text.replace("[cohort]", "[dates]\npartial = \"earliest\"\n[cohort]");
    let (_, base, _) = checked(&text, one_but(&[courses]));
    assert_eq!(base.data.table.n_rows(), 1);
}

/// A tenth of all cells of the twelve patients emptied, cut to the month, or moved by years: whatever comes of it is a run or
/// problems, and no step of the flow counts more than the one before.
#[test]
fn damaged_records_never_panic_and_no_step_adds_anybody() {
    let sound = crate::common::twelve();
    let study = crate::common::suite_file("twelve/episodes.toml");
    let mut state = 1_u64;
    let mut below = move |n: u64| {
        state = state * 48_271 % 2_147_483_647;
        state % n
    };
    for _ in 0..60 {
        let damaged: Vec<(String, String)> =
            sound.iter().map(|(n, t)| (n.clone(), damage(n, t, &mut below))).collect();
        let (found, problems) = check_records("study.toml", &study, records(&damaged));
        let Some((plan, base)) = found else {
            assert!(problems.has_errors());
            continue;
        };
        let Ok(finished) = run(&plan, &base, Problems::new(), &Identity::default(), &mut Quiet) else {
            continue;
        };
        let steps = &finished.population.steps;
        for pair in steps.windows(2) {
            assert_eq!(pair[0].n, pair[1].n + pair[1].n_excluded, "{}", pair[1].id);
            let (a, b) = (pair[0].counts.unwrap(), pair[1].counts.unwrap());
            assert!(b.patients <= a.patients && b.courses <= a.courses && b.lesions <= a.lesions);
        }
    }
}

/// Cells that are neither keys nor references nor required, some of them changed.
fn damage(table: &str, text: &str, below: &mut impl FnMut(u64) -> u64) -> String {
    let spec = oligomet_schema::schema().table(table).unwrap();
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let fields: Vec<&oligomet_schema::FieldSpec> =
        header.split(',').map(|n| spec.field(n).unwrap()).collect();
    let mut out = format!("{header}\n");
    for line in lines {
        let cells = line.split(',').zip(&fields).map(|(cell, field)| {
            use oligomet_schema::FieldKind as Kind;
            let fixed = matches!(field.kind, Kind::Key) || (field.required && field.kind != Kind::Date);
            if fixed || cell.is_empty() || below(10) > 0 {
                return cell.to_owned();
            }
            match (field.kind, below(3)) {
                (Kind::Date, 0) if cell.len() == 10 => cell[..7].to_owned(),
                (Kind::Date, 1) if cell.len() == 10 => {
                    format!("{}{}", 2010 + below(20), &cell[4..].replace("02-29", "02-28"))
                }
                (Kind::Date, _) if field.required => cell.to_owned(),
                _ => String::new(),
            }
        });
        out.push_str(&cells.collect::<Vec<_>>().join(","));
        out.push('\n');
    }
    out
}

//! The table of organ limits and what is made of it.

use oligomet_base::Dose;
use oligomet_dose::{
    AlphaBeta, Assessment, EarlierCourse, Eqd, Fractionation, Metric, OrganDose, OrganLimit, OrganLimits,
    Recovery, Verification,
};

fn ratio(gray: f64) -> AlphaBeta {
    AlphaBeta::from_gray(gray).unwrap()
}

fn dose(structure: &str, metric: &str, milligray: i64) -> OrganDose {
    let metric = Metric::from_text(metric).unwrap();
    OrganDose { structure: structure.into(), metric, value_thousandths: milligray }
}

fn limits() -> &'static [OrganLimit] {
    OrganLimits::published().limits()
}

#[test]
fn every_row_of_the_table_is_read() {
    let text = include_str!("../../data/oar_constraints.csv");
    let (table, problems) = OrganLimits::read("oar_constraints.csv", text);
    assert_eq!(problems, []);
    assert_eq!(table.limits().len(), text.lines().count() - 1);
    let count = |of: Verification| limits().iter().filter(|limit| limit.verification == of).count();
    assert_eq!(count(Verification::Conflict), 5);
    assert_eq!((count(Verification::Agreed), count(Verification::OneSource)), (110, 38));
    for limit in limits() {
        assert_eq!(Metric::from_text(&limit.metric.to_string()), Some(limit.metric), "{limit}");
    }
}

#[test]
fn a_row_that_cannot_be_read_is_told() {
    let text = include_str!("../../data/oar_constraints.csv").replacen(",8,Gy,1,", ",8 Gy,Gy,1,", 1);
    let (table, problems) = OrganLimits::read("own.csv", &text);
    assert_eq!((table.limits().len(), problems.len()), (limits().len() - 1, 1));
    assert!(problems[0].to_string().contains("own.csv, row 2, column `limit`"), "{}", problems[0]);
}

#[test]
fn hytec_limits_of_the_cord_have_one_effect() {
    // 12.4/1, 17/2, 20.3/3, 23/4 and 25.3/5 are EQD2 at 2 of 44.6, 44.6, 44.5, 44.6, 44.7.
    let hytec = limits().iter().filter(|l| l.source.starts_with("HyTEC") && l.metric == Metric::Maximum);
    let eqd2: Vec<f64> =
        hytec.map(|limit| Eqd::eqd2_of(&limit.fractionation().unwrap(), ratio(2.0)).gray()).collect();
    assert_eq!(eqd2.len(), 5);
    for (found, want) in eqd2.iter().zip([44.64, 44.625, 44.490_833_333, 44.562_5, 44.654_5]) {
        assert!((found - want).abs() < 1e-9, "{eqd2:?}");
    }
}

#[test]
fn limits_rise_with_the_number_of_fractions() {
    for a in limits() {
        for b in limits() {
            let is_same =
                (&a.structure, a.metric, &a.source, &a.risk) == (&b.structure, b.metric, &b.source, &b.risk);
            if is_same && a.n_fractions.1 < b.n_fractions.0 {
                assert!(a.limit_thousandths < b.limit_thousandths, "{a} and {b}");
            }
        }
    }
}

#[test]
fn a_point_may_have_more_than_a_volume() {
    for point in limits().iter().filter(|limit| limit.metric == Metric::Maximum) {
        let same = limits().iter().filter(|l| {
            (&l.structure, &l.source, l.n_fractions) == (&point.structure, &point.source, point.n_fractions)
        });
        for volume in same.filter(|limit| matches!(limit.metric, Metric::DoseToHottestCc(_))) {
            assert!(point.limit_thousandths >= volume.limit_thousandths, "{point} and {volume}");
        }
    }
}

#[test]
fn only_the_exact_number_of_fractions_matches() {
    let table = OrganLimits::published();
    let measured = [dose("SpinalCord", "Dmax", 20_300)];
    let five = table.assess(&["SpinalCord"], 5, &measured, &[]);
    assert!(five.iter().all(|a| !matches!(a, Assessment::NoLimit { .. })));
    let eight = table.assess(&["SpinalCord", "Spleen"], 8, &measured, &[]);
    let [Assessment::NoLimit { published_for, .. }, Assessment::UnknownStructure { .. }] = eight.as_slice()
    else {
        panic!("{eight:?}");
    };
    assert_eq!(published_for, &[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (25, 30)]);
    let problem = eight[0].problem().unwrap();
    assert_eq!(problem.code, "OM410");
    assert!(problem.why.ends_with("1, 2, 3, 4, 5, 25-30"), "{problem}");
}

#[test]
fn a_limit_is_kept_as_its_source_writes_it() {
    let table = OrganLimits::published();
    // HyTEC: at most 20.3 Gy; QUANTEC: below 20 Gy.
    let measured = [dose("SpinalCord", "Dmax", 20_300)];
    let found = table.assess(&["SpinalCord"], 3, &measured, &[]);
    let of = |source: &str| {
        let is_it = |a: &&Assessment| matches!(a, Assessment::Judged { limit, .. } if limit.source.starts_with(source));
        found.iter().find(is_it).and_then(Assessment::is_within)
    };
    assert_eq!(of("HyTEC"), Some(true));
    assert_eq!(of("QUANTEC"), Some(false));
    // Volumes that were not measured are not assessed: not a pass.
    assert!(found.iter().any(|a| matches!(a, Assessment::NotAssessed { .. }) && a.is_within().is_none()));
}

#[test]
fn what_is_not_verified_is_not_judged_until_confirmed() {
    let table = OrganLimits::published();
    let measured = [dose("Esophagus", "Dmax", 10_000)];
    let found = table.assess(&["Esophagus"], 1, &measured, &[]);
    let conflict = found.iter().find_map(Assessment::problem).unwrap();
    assert_eq!(conflict.code, "OM411");
    assert!(conflict.what.contains("its sources disagree"), "{conflict}");
    let confirmed = table.assess(&["Esophagus"], 1, &measured, &["C044"]);
    assert!(confirmed.iter().any(|a| a.is_within() == Some(true)));
    assert!(found.iter().all(|a| a.is_within().is_none()));
}

#[test]
fn a_conversion_is_asked_for_and_marked() {
    let cord = limits().iter().find(|limit| limit.limit_id == "C141").unwrap();
    assert_eq!(cord.to_string(), "Spinal cord (de novo) Dmax <= 12.4 Gy in 1 fraction");
    let derived = cord.derived_for(5, ratio(2.0)).unwrap().unwrap();
    assert_eq!((derived.from_limit_id.as_str(), derived.n_fractions), ("C141", 5));
    // HyTEC's own limit for 5 fractions is 25.3 Gy.
    assert!((derived.total_gy - 25.3).abs() < 0.02, "{}", derived.total_gy);
    let conventional = limits().iter().find(|limit| limit.limit_id == "C163").unwrap();
    assert_eq!(conventional.derived_for(5, ratio(2.0)), Ok(None));
}

#[test]
fn re_irradiation_of_the_cord_against_the_published_factors() {
    // First course 30 Gy / 10 (EQD2 at 2: 37.5), then 14 Gy / 2 (14 x 9 / 4 = 31.5) to the thecal sac, in full.
    let of = |total, n| Fractionation::new(Dose::from_milligray(total), n).unwrap();
    let two = ratio(2.0);
    let first = EarlierCourse {
        course_id: "C1".into(),
        dose: Eqd::eqd2_of(&of(30_000, 10), two),
        recovery: Recovery::NONE,
    };
    let second = Eqd::eqd2_of(&of(14_000, 2), two);
    let cumulative = first.cumulative_with(second).unwrap().gray();
    assert_eq!((second.gray(), cumulative), (31.5, 69.0));
    let measured = [
        dose("SpinalCanal", "cumulative EQD2 at 2", 69_000),
        dose("SpinalCanal", "re-irradiation EQD2 at 2", 31_500),
        dose("SpinalCanal", "re-irradiation share of EQD2 at 2", 457),
        dose("SpinalCanal", "interval", 5_000),
    ];
    let found = OrganLimits::published().assess(&["SpinalCanal"], 2, &measured, &["C148", "C149"]);
    let kept: Vec<Option<bool>> = found.iter().map(Assessment::is_within).collect();
    assert_eq!(kept, [Some(true), Some(false), Some(true), Some(true)]);
}

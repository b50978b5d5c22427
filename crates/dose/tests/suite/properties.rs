//! What must hold for every schedule.

use oligomet_base::Dose;
use oligomet_dose::{
    AlphaBeta, Bed, EarlierCourse, Eqd, Fractionation, Isoeffect, LinearQuadraticLinear, Recovery,
    RepairHalfTime, Repopulation, bed, bed_incomplete_repair, bed_protracted, eqd2, eqdx,
};
use proptest::prelude::*;

fn of(milligray: i64, n: u32) -> Fractionation {
    Fractionation::new(Dose::from_milligray(milligray), n).unwrap()
}

fn course() -> impl Strategy<Value = Fractionation> {
    (100_i64..120_000, 1_u32..=60).prop_map(|(total, n)| of(total, n))
}

fn alpha_beta() -> impl Strategy<Value = AlphaBeta> {
    (500_i64..30_000).prop_map(|ratio| AlphaBeta::from_gray(ratio as f64 / 1000.0).unwrap())
}

/// The linear-quadratic formula in floating point, for what is solved and not rounded.
fn bed_in_doubles(total: f64, n: u32, ratio: AlphaBeta) -> f64 {
    total * (1.0 + total / (f64::from(n) * ratio.gray()))
}

proptest! {
    #[test]
    fn eqd2_at_two_gray_is_the_dose(n in 1_u32..=60, ratio in alpha_beta()) {
        prop_assert_eq!(eqd2(&of(2_000 * i64::from(n), n), ratio), 2.0 * f64::from(n));
    }

    #[test]
    fn eqdx_at_its_own_fraction_is_the_dose(d in 100_i64..5_000, n in 1_u32..=50, ratio in alpha_beta()) {
        let found = eqdx(&of(d * i64::from(n), n), ratio, Dose::from_milligray(d)).unwrap();
        prop_assert_eq!(found, Dose::from_milligray(d * i64::from(n)).gray());
    }

    #[test]
    fn bed_rises_with_dose_per_fraction(course in course(), more in 1_i64..5_000, ratio in alpha_beta()) {
        let here = bed(&course, ratio);
        prop_assert!(here > course.total().gray());
        let larger = of(course.total().milligray() + more, course.n_fractions());
        prop_assert!(bed(&larger, ratio) > here);
        let spread = of(course.total().milligray(), course.n_fractions() + 1);
        prop_assert!(bed(&spread, ratio) < here);
    }

    #[test]
    fn the_integers_agree_with_doubles(course in course(), ratio in alpha_beta()) {
        let want = bed_in_doubles(course.total().gray(), course.n_fractions(), ratio);
        prop_assert!((bed(&course, ratio) - want).abs() <= 0.6e-9 + 4e-16 * want);
    }

    #[test]
    fn thresholds_answer_as_the_double_does(course in course(), ratio in alpha_beta(), cut in 1_i64..200_000) {
        let (bed, cut) = (Bed::of(&course, ratio), Dose::from_milligray(cut));
        prop_assert_eq!(bed.is_at_least(cut), bed.gray() >= cut.gray());
        let eqd2 = Eqd::eqd2_of(&course, ratio);
        prop_assert_eq!(eqd2.is_at_least(cut), eqd2.gray() >= cut.gray());
    }

    #[test]
    fn phases_add_in_any_order_and_split_at_will(a in course(), b in course(), c in course(), ratio in alpha_beta()) {
        let sum = |phases: &[Fractionation]| Bed::of_phases(phases, ratio).unwrap();
        prop_assert_eq!(sum(&[a, b, c]), sum(&[c, a, b]));
        prop_assert_eq!(sum(&[a, b]).plus(sum(&[c])).unwrap(), sum(&[a, b, c]));
        // A course is worth its halves when they have the same dose per fraction.
        let twice = Fractionation::new(Dose::from_milligray(2 * a.total().milligray()), 2 * a.n_fractions());
        prop_assert_eq!(sum(&[a, a]), Bed::of(&twice.unwrap(), ratio));
    }

    #[test]
    fn other_alpha_beta_are_never_added(course in course(), one in alpha_beta(), other in alpha_beta()) {
        let is_refused = Bed::of(&course, one).plus(Bed::of(&course, other)).is_err();
        prop_assert_eq!(is_refused, one != other);
    }

    #[test]
    fn solving_and_recomputing_agree(target in 1_000_i64..300_000, n in 1_u32..=60, ratio in alpha_beta()) {
        let effect = Isoeffect::stated_bed(Dose::from_milligray(target), ratio).unwrap();
        let back = bed_in_doubles(effect.total_gy_in(n).unwrap(), n, ratio);
        let want = Dose::from_milligray(target).gray();
        prop_assert!((back / want - 1.0).abs() <= 1e-12, "{back} for {want}");
        // The other way: as many fractions of the course's own dose as it has.
        let course = of(i64::from(n) * 2_500, n);
        let found = Isoeffect::of_bed(Bed::of(&course, ratio)).fractions_of(Dose::from_milligray(2_500)).unwrap();
        prop_assert!((found / f64::from(n) - 1.0).abs() <= 1e-12);
    }

    #[test]
    fn choices_stand_around_the_solution(target in 10_000_i64..100_000, n in 1_u32..=30, ratio in alpha_beta()) {
        let eqd2 = Eqd::stated(Dose::from_milligray(target), ratio, Eqd::TWO_GRAY).unwrap();
        let effect = Isoeffect::of_eqd(eqd2).unwrap();
        let step = Dose::from_milligray(50);
        let choices = effect.choices_in(n, step, None).unwrap();
        let (enough, below) = (choices.last().unwrap(), choices.first().unwrap());
        prop_assert!(enough.is_enough && enough.eqd2_gy >= eqd2.gray());
        if choices.len() == 2 {
            prop_assert!(!below.is_enough && below.eqd2_gy < eqd2.gray());
            prop_assert_eq!(enough.dose_per_fraction.milligray() - below.dose_per_fraction.milligray(), 50);
        }
    }

    #[test]
    fn time_only_takes_away_and_haste_only_adds(
        course in course(), ratio in alpha_beta(), m in 2_u32..=4, hours in 0.2_f64..6.0, half in 0.2_f64..8.0,
    ) {
        let half = RepairHalfTime::from_hours(half).unwrap();
        let full = bed(&course, ratio);
        if m <= course.n_fractions() {
            let hasty = bed_incomplete_repair(&course, ratio, m, hours, half).unwrap().gray();
            let at_once = (course.total().gray()) + f64::from(m) * (full - course.total().gray());
            prop_assert!(hasty >= full && hasty <= at_once + 1e-9);
        }
        let slow = bed_protracted(&course, ratio, hours, half).unwrap().gray();
        prop_assert!(slow <= full && slow > course.total().gray());
    }

    #[test]
    fn the_linear_tail_is_never_above_the_curve(course in course(), ratio in alpha_beta(), transition in 1_000_i64..20_000) {
        let model = LinearQuadraticLinear::new(Dose::from_milligray(transition)).unwrap();
        let tail = model.bed(&course, ratio).gray();
        prop_assert!(tail <= bed(&course, ratio));
        let is_above = course.is_above_per_fraction(Dose::from_milligray(transition));
        prop_assert!(is_above || tail == bed(&course, ratio));
    }

    #[test]
    fn longer_courses_and_more_recovery_leave_less(
        course in course(), ratio in alpha_beta(), days in 0_u32..60, share in 0_u32..=1000,
    ) {
        let bed = Bed::of(&course, ratio);
        let loss = Repopulation::new(0.001, 10).unwrap();
        let (here, later) = (loss.remaining(bed, days).unwrap(), loss.remaining(bed, days + 1).unwrap());
        prop_assert!(later.gray() <= here.gray() && here.gray() <= bed.gray());
        let eqd2 = Eqd::eqd2_of(&course, ratio);
        let recovery = Recovery::from_share(f64::from(share) / 1000.0).unwrap();
        let first = EarlierCourse { course_id: "C1".into(), dose: eqd2, recovery };
        let both = first.cumulative_with(eqd2).unwrap().gray();
        prop_assert!(both >= eqd2.gray() && both <= 2.0 * eqd2.gray() + 1e-9);
    }
}

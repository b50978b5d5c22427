//! Sublethal damage not yet repaired: several fractions a day, and fractions that last.
//!
//! Powers of two are summed from their series in plain arithmetic, so that results are equal on every platform.

use std::f64::consts::LN_2;

use crate::effect::Bed;
use crate::error::DoseError;
use crate::exact::Exact;
use crate::fractionation::{AlphaBeta, Fractionation};

/// Mono-exponential repair with one half-time, in hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepairHalfTime {
    hours: f64,
}

impl RepairHalfTime {
    /// A half-time in hours.
    ///
    /// # Errors
    /// [`DoseError::Parameter`] unless it is above 0 and at most 48 h.
    pub fn from_hours(hours: f64) -> Result<Self, DoseError> {
        if !(hours > 0.0 && hours <= 48.0) {
            return Err(DoseError::Parameter {
                parameter: "the half-time of repair",
                range: "above 0 to 48 h",
            });
        }
        Ok(Self { hours })
    }

    /// The share of damage that is unrepaired after `hours`: 2^(-hours / half-time).
    #[must_use]
    pub fn unrepaired(self, hours: f64) -> f64 {
        half_power(hours / self.hours)
    }
}

/// BED of a course with `per_day` fractions a day, `interval_hours` apart, when damage is not repaired between them:
/// D (1 + (1 + h) d / (alpha/beta)).
///
/// h is the mean over fractions of what the later ones of the same day find unrepaired, doubled:
/// h_m = (2/m) (phi / (1 - phi)) (m - (1 - phi^m) / (1 - phi)), phi = 2^(-interval / half-time). A last day with fewer
/// fractions enters with its own h. Repair over night is taken as full. The result is rounded to 1e-9 Gy.
///
/// # Errors
/// [`DoseError::MoreADayThanInAll`]; [`DoseError::Parameter`] unless 2 to 4 fractions a day at an interval above 0 that
/// lets them fit into 24 h.
/// # Source
/// Thames HD. Int J Radiat Biol 1985;47:319-339; Nilsson P et al. Int J Radiat Biol 1990;57:133-142. `docs/dose.md`, D-5.
pub fn bed_incomplete_repair(
    fractionation: &Fractionation,
    alpha_beta: AlphaBeta,
    per_day: u32,
    interval_hours: f64,
    half_time: RepairHalfTime,
) -> Result<Bed, DoseError> {
    let n = fractionation.n_fractions();
    if per_day > n {
        return Err(DoseError::MoreADayThanInAll { n_fractions: n, per_day });
    }
    if !(2..=4).contains(&per_day) {
        return Err(DoseError::Parameter { parameter: "the number of fractions a day", range: "2, 3 or 4" });
    }
    if !(interval_hours > 0.0 && interval_hours * f64::from(per_day) <= 24.0) {
        let parameter = "the interval between fractions of a day";
        return Err(DoseError::Parameter { parameter, range: "above 0, and all of them within 24 h" });
    }
    let phi = half_time.unrepaired(interval_hours);
    let full_days = n / per_day;
    let carried =
        f64::from(full_days) * carried_over_a_day(per_day, phi) + carried_over_a_day(n % per_day, phi);
    Ok(with_quadratic_factor(fractionation, alpha_beta, 1.0 + carried / f64::from(n)))
}

/// BED of fractions that last `hours` each at a constant dose rate: D (1 + G d / (alpha/beta)).
///
/// G = 2 (mu T - 1 + exp(-mu T)) / (mu T)^2 with mu = ln 2 / half-time. A continuous irradiation is one fraction.
/// The result is rounded to 1e-9 Gy.
///
/// # Errors
/// [`DoseError::Parameter`] for a duration that is negative or longer than 240 h.
/// # Source
/// Lea DE, Catcheside DG. J Genet 1942;44:216-245; Dale RG. Br J Radiol 1985;58:515-528. `docs/dose.md`, D-6.
pub fn bed_protracted(
    fractionation: &Fractionation,
    alpha_beta: AlphaBeta,
    hours: f64,
    half_time: RepairHalfTime,
) -> Result<Bed, DoseError> {
    if !(0.0..=240.0).contains(&hours) {
        return Err(DoseError::Parameter {
            parameter: "the duration of a fraction",
            range: "from 0 to 240 h",
        });
    }
    let factor = protraction(LN_2 * hours / half_time.hours, half_time.unrepaired(hours));
    Ok(with_quadratic_factor(fractionation, alpha_beta, factor))
}

/// D (1 + factor d / (alpha/beta)), rounded to 1e-9 Gy.
fn with_quadratic_factor(fractionation: &Fractionation, alpha_beta: AlphaBeta, factor: f64) -> Bed {
    let whole = Bed::of(fractionation, alpha_beta).gray();
    let linear = fractionation.total().gray();
    let gray = linear + factor * (whole - linear);
    Bed::from_exact(Exact::from_nanogray((gray * 1e9).round() as i64), alpha_beta)
}

/// Twice the sum over pairs of a day's fractions of what the later finds unrepaired: m h_m.
fn carried_over_a_day(per_day: u32, phi: f64) -> f64 {
    let mut sum = 0.0;
    let mut unrepaired = 1.0;
    for apart in 1..per_day {
        unrepaired *= phi;
        sum += f64::from(per_day - apart) * unrepaired;
    }
    2.0 * sum
}

/// 2 (x - 1 + exp(-x)) / x^2, from its series 2 (1/2! - x/3! + x^2/4! - ...) where the difference would cancel.
fn protraction(x: f64, exponential: f64) -> f64 {
    if x >= 0.5 {
        return 2.0 * (x - 1.0 + exponential) / (x * x);
    }
    let mut term = 1.0;
    let mut sum = 0.0;
    for k in 3..20 {
        sum += term;
        term *= -x / f64::from(k);
    }
    sum
}

/// 2^(-x) for x >= 0: the whole part is exact, the rest by the exponential series.
fn half_power(x: f64) -> f64 {
    if x > 1000.0 {
        return 0.0;
    }
    let whole = x.floor();
    let rest = -LN_2 * (x - whole);
    let mut term = 1.0;
    let mut sum = 0.0;
    for k in 1..24 {
        sum += term;
        term *= rest / f64::from(k);
    }
    sum * 0.5_f64.powi(whole as i32)
}

#[cfg(test)]
mod tests {
    use oligomet_base::Dose;

    use super::*;

    fn of(total: i64, n: u32) -> Fractionation {
        Fractionation::new(Dose::from_milligray(total), n).unwrap()
    }

    fn ratio(gray: f64) -> AlphaBeta {
        AlphaBeta::from_gray(gray).unwrap()
    }

    fn hours(x: f64) -> RepairHalfTime {
        RepairHalfTime::from_hours(x).unwrap()
    }

    #[test]
    fn powers_of_a_half() {
        for x in [0.0, 0.1, 0.5, 0.999, 1.0, 1.5, 6.0 / 4.4, 13.7, 100.25] {
            assert!((half_power(x) / f64::exp2(-x) - 1.0).abs() < 4e-16, "{x}");
        }
        assert_eq!(half_power(1.0), 0.5);
        assert_eq!(half_power(3.0), 0.125);
    }

    #[test]
    fn by_hand_a_half_time_apart() {
        // phi = 1/2: two a day carry h = 1/2; three a day (2/3)(2 x 1/2 + 1/4) = 5/6.
        let two = bed_incomplete_repair(&of(20_000, 10), ratio(2.0), 2, 4.0, hours(4.0)).unwrap();
        assert_eq!(two.gray(), 50.0); // 20 (1 + 1.5 x 2 / 2)
        let three = bed_incomplete_repair(&of(18_000, 9), ratio(2.0), 3, 4.0, hours(4.0)).unwrap();
        assert_eq!(three.gray(), 51.0); // 18 (1 + 11/6)
        // Five fractions two a day: two pairs and a single one, h = 2 x 2 x 0.5 / 5 = 0.4.
        let odd = bed_incomplete_repair(&of(10_000, 5), ratio(2.0), 2, 4.0, hours(4.0)).unwrap();
        assert_eq!(odd.gray(), 24.0); // 10 (1 + 1.4)
    }

    #[test]
    fn the_closed_form_of_h() {
        for (m, phi) in [(2_u32, 0.35), (3, 0.5), (4, 0.8)] {
            let count = f64::from(m);
            let h = (2.0 / count) * (phi / (1.0 - phi)) * (count - (1.0 - phi.powi(m as i32)) / (1.0 - phi));
            assert!((carried_over_a_day(m, phi) - count * h).abs() < 1e-14);
        }
    }

    #[test]
    fn protraction_by_hand() {
        // x = 1: 2 (1 - 1 + 1/e) = 2/e; both branches agree where they meet, and G falls from 1.
        assert!((protraction(1.0, (-1.0_f64).exp()) - 2.0 / std::f64::consts::E).abs() < 1e-15);
        for x in [0.1_f64, 0.3, 0.499_999] {
            let direct = 2.0 * (x - 1.0 + (-x).exp()) / (x * x);
            assert!((protraction(x, 0.0) - direct).abs() < 1e-13, "{x}");
        }
        assert_eq!(protraction(0.0, 1.0), 1.0);
        let course = of(45_000, 3);
        let short = bed_protracted(&course, ratio(3.5), 0.0, hours(1.5)).unwrap();
        assert_eq!(short.gray(), Bed::of(&course, ratio(3.5)).gray());
        let long = bed_protracted(&course, ratio(3.5), 1.0, hours(1.5)).unwrap();
        assert!(long.gray() < short.gray() && long.gray() > 45.0);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(RepairHalfTime::from_hours(0.0).is_err());
        assert!(RepairHalfTime::from_hours(f64::NAN).is_err());
        let course = of(16_000, 14);
        for (per_day, interval) in [(1, 6.0), (5, 4.0), (2, 0.0), (2, 13.0), (3, f64::NAN)] {
            assert!(bed_incomplete_repair(&course, ratio(2.0), per_day, interval, hours(4.0)).is_err());
        }
        let single = bed_incomplete_repair(&of(8_000, 1), ratio(2.0), 2, 6.0, hours(4.0));
        assert_eq!(single, Err(DoseError::MoreADayThanInAll { n_fractions: 1, per_day: 2 }));
        assert!(bed_protracted(&course, ratio(2.0), -1.0, hours(4.0)).is_err());
    }
}

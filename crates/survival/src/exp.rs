//! The exponential function of many values at once: the same on every platform, and in a form that compilers
//! make one over vectors. Within two units of the last place of `libm`.

/// Beyond this size of x, exp leaves the range of normal numbers, or nearly.
const LARGEST: f64 = 700.0;
/// log(2) in two parts; the first has so few digits that its products with small integers are exact.
const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
/// Adding 1.5 * 2^52 rounds to the nearest integer, which then stands in the last bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// Replaces every value by its exponential.
#[inline]
pub(crate) fn exp_in_place(values: &mut [f64]) {
    let is_near = |x: f64| x.abs() <= LARGEST;
    if values.iter().fold(true, |all, &x| all & is_near(x)) {
        // A plain loop, which the compiler makes one over vectors.
        values.iter_mut().for_each(|x| *x = exp(*x));
        return;
    }
    values.iter_mut().for_each(|x| *x = if is_near(*x) { exp(*x) } else { libm::exp(*x) });
}

/// exp(x) for |x| up to [`LARGEST`]: x = k log(2) + r, and the Taylor series of exp(r), |r| <= log(2) / 2,
/// whose 14th term is below 1e-17.
#[inline(always)]
fn exp(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let r2 = r * r;
    let r4 = r2 * r2;
    // The series from its third term on, in pairs of terms.
    let low = (C[0] + r * C[1]) + r2 * (C[2] + r * C[3]);
    let middle = (C[4] + r * C[5]) + r2 * (C[6] + r * C[7]);
    let high = (C[8] + r * C[9]) + r2 * (C[10] + r * C[11]);
    let series = low + r4 * (middle + r4 * high);
    let mantissa = 1.0 + (r + r2 * series);
    // k is in the last bits of `shifted`; it becomes the exponent of a power of two.
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52));
    mantissa * power
}

/// 1 / 2!, 1 / 3!, ..., 1 / 13!
const C: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

#[cfg(test)]
mod tests {
    use super::exp_in_place;

    /// Distance in units of the last place.
    fn ulps(a: f64, b: f64) -> u64 {
        a.to_bits().abs_diff(b.to_bits())
    }

    #[test]
    fn within_two_units_of_the_last_place_over_the_range() {
        let mut largest = 0;
        for step in 0..400_000 {
            let x = -745.0 + f64::from(step) * 1455.0 / 400_000.0;
            // Values close to halves of log(2) and to 0 too.
            for x in [x, x / 100.0, x * 1e-9] {
                let mut values = [x, -x, 0.0];
                exp_in_place(&mut values);
                assert_eq!(values[2], 1.0);
                largest = largest.max(ulps(values[0], libm::exp(x))).max(ulps(values[1], libm::exp(-x)));
            }
        }
        assert!(largest <= 2, "{largest}");
    }

    #[test]
    fn the_ends_and_every_length() {
        let ends = [f64::INFINITY, f64::NEG_INFINITY, 710.0, -800.0, 700.5, -700.5, 0.0, -0.0, 1.0];
        for n in 0..ends.len() {
            let mut values = ends[..n].to_vec();
            exp_in_place(&mut values);
            for (found, x) in values.iter().zip(ends) {
                assert!(ulps(*found, libm::exp(x)) <= 1, "{x}");
            }
        }
        let mut nan = [f64::NAN];
        exp_in_place(&mut nan);
        assert!(nan[0].is_nan());
    }
}

//! Sums of Gaussian kernels, several at a time.

/// Values that are worked on together, so that the compiler can use vector instructions and has
/// independent chains of them.
const LANES: usize = 8;
/// Exponents of 2 beyond this count as this: nothing is added by them.
const LARGEST_EXPONENT: f64 = 1000.0;
/// Adding and subtracting 1.5 x 2^52 rounds to the nearest whole number; the low bits then hold it.
const TO_WHOLE: f64 = 6_755_399_441_055_744.0;
/// ln(2)^k / k! from k = 11 down: the Taylor polynomial of 2^x, right to 6e-15 for |x| <= 1/2.
const TAYLOR: [f64; 12] = [
    4.445_538_271_870_81e-10,
    7.054_911_620_801_121e-9,
    1.017_808_600_923_969_6e-7,
    1.321_548_679_014_430_5e-6,
    1.525_273_380_405_984e-5,
    1.540_353_039_338_160_6e-4,
    1.333_355_814_642_844_2e-3,
    9.618_129_107_628_477e-3,
    5.550_410_866_482_157_6e-2,
    2.402_265_069_591_007e-1,
    std::f64::consts::LN_2,
    1.0,
];

/// Sum over the nodes of mass times 2^-(node - centre)^2, relative error 1e-14.
#[inline]
pub(super) fn sum_of_gaussians(node: &[f64], mass: &[f64], centre: f64) -> f64 {
    let mut sums = [0.0; LANES];
    let (nodes, node_rest) = node.as_chunks::<LANES>();
    let (masses, mass_rest) = mass.as_chunks::<LANES>();
    for (x, m) in nodes.iter().zip(masses) {
        add(&mut sums, x, m, centre);
    }
    if !node_rest.is_empty() {
        let (mut x, mut m) = ([centre; LANES], [0.0; LANES]);
        x[..node_rest.len()].copy_from_slice(node_rest);
        m[..mass_rest.len()].copy_from_slice(mass_rest);
        add(&mut sums, &x, &m, centre);
    }
    let half: [f64; 4] = std::array::from_fn(|l| sums[l] + sums[l + 4]);
    (half[0] + half[1]) + (half[2] + half[3])
}

#[inline(always)]
fn add(sums: &mut [f64; LANES], x: &[f64; LANES], mass: &[f64; LANES], centre: f64) {
    let distance = x.map(|x| x - centre);
    let kernel = power_of_two_minus(distance.map(|d| (d * d).min(LARGEST_EXPONENT)));
    for l in 0..LANES {
        sums[l] += mass[l] * kernel[l];
    }
}

/// 2^-x for 0 <= x <= 1000: a whole power times the Taylor polynomial of the rest.
#[inline(always)]
fn power_of_two_minus(x: [f64; LANES]) -> [f64; LANES] {
    let shifted = x.map(|x| TO_WHOLE - x);
    let mut rest = [0.0; LANES];
    for l in 0..LANES {
        rest[l] = -x[l] - (shifted[l] - TO_WHOLE);
    }
    let mut value = [TAYLOR[0]; LANES];
    for term in &TAYLOR[1..] {
        for l in 0..LANES {
            value[l] = value[l] * rest[l] + term;
        }
    }
    for l in 0..LANES {
        // The bits of the whole power's exponent, which is at least -1000: a normal number.
        value[l] *= f64::from_bits(shifted[l].to_bits().wrapping_add(1023) << 52);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_power_is_right() {
        for i in 0..100_000 {
            let x = f64::from(i) * 0.01 + 1e-3 * f64::from(i % 7);
            let found = power_of_two_minus([x.min(LARGEST_EXPONENT); LANES])[i as usize % LANES];
            assert!((found / libm::exp2(-x.min(LARGEST_EXPONENT)) - 1.0).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn sums_of_any_length() {
        let node: Vec<f64> = (0..19).map(f64::from).collect();
        for n in 0..19 {
            let expected: f64 = (0..n).map(|i| 0.5 * libm::exp2(-(i as f64 - 2.5).powi(2))).sum();
            assert!((sum_of_gaussians(&node[..n], &vec![0.5; n], 2.5) - expected).abs() < 1e-14);
        }
    }
}

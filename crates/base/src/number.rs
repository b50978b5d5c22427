//! The one way numbers become text: half-up from the shortest decimal that reads back as the same double.
//!
//! Rounding the binary value would print 2.675 as 2.67 (the double below it) and differ from what a reader who
//! rounds the printed digits expects; rounding the shortest decimal half-up never does.

/// `value` with exactly `decimals` decimals, rounded half away from zero from its shortest decimal.
///
/// Values that are not finite print as `NaN`, `Inf`, `-Inf`; negative zero prints as zero.
///
/// ```
/// use oligomet_base::number::fixed;
/// assert_eq!(fixed(2.675, 2), "2.68");
/// assert_eq!(fixed(0.5, 0), "1");
/// assert_eq!(fixed(-0.0004, 2), "0.00");
/// assert_eq!(fixed(1e21, 1), "1000000000000000000000.0");
/// ```
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return not_finite(value);
    }
    // Rust's `{}` prints the shortest decimal that reads back, without an exponent.
    let shortest = format!("{}", value.abs());
    let (whole, fraction) = shortest.split_once('.').unwrap_or((&shortest, ""));
    let rounded = round_digits(whole, fraction, decimals);
    if value < 0.0 && rounded.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        format!("-{rounded}")
    } else {
        rounded
    }
}

fn not_finite(value: f64) -> String {
    if value.is_nan() {
        "NaN".into()
    } else if value > 0.0 {
        "Inf".into()
    } else {
        "-Inf".into()
    }
}

fn round_digits(whole: &str, fraction: &str, decimals: usize) -> String {
    let mut digits: Vec<u8> =
        whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(decimals)).collect();
    let up = fraction.as_bytes().get(decimals).is_some_and(|&next| next >= b'5');
    if up {
        let mut at = digits.len();
        loop {
            if at == 0 {
                digits.insert(0, b'1');
                break;
            }
            at -= 1;
            if digits[at] == b'9' {
                digits[at] = b'0';
            } else {
                digits[at] += 1;
                break;
            }
        }
    }
    if decimals > 0 {
        digits.insert(digits.len() - decimals, b'.');
    }
    digits.into_iter().map(char::from).collect()
}

/// The shortest decimal that reads back as the same double, as CSV and JSON carry it.
///
/// ```
/// assert_eq!(oligomet_base::number::shortest(0.1 + 0.2), "0.30000000000000004");
/// assert_eq!(oligomet_base::number::shortest(1e-300), "1e-300");
/// ```
#[must_use]
pub fn shortest(value: f64) -> String {
    if !value.is_finite() {
        return not_finite(value);
    }
    if value == 0.0 {
        return "0".into();
    }
    if (1e-5..1e17).contains(&value.abs()) { format!("{value}") } else { format!("{value:e}") }
}

/// A count with a separator every three digits: `2,982`.
#[must_use]
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A count with its noun: `1 patient`, `2,982 patients`.
///
/// ```
/// assert_eq!(oligomet_base::number::counted(1, "patient"), "1 patient");
/// assert_eq!(oligomet_base::number::counted(43, "patient"), "43 patients");
/// ```
#[must_use]
pub fn counted(n: usize, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(n as u64))
}

/// `value` with `figures` significant figures and no exponent between 1e-4 and 1e15.
#[must_use]
pub fn significant(value: f64, figures: usize) -> String {
    if !value.is_finite() || value == 0.0 {
        return fixed(value, 0);
    }
    let exponent: i32 =
        format!("{:e}", value.abs()).rsplit('e').next().and_then(|e| e.parse().ok()).unwrap_or(0);
    if !(-4..15).contains(&exponent) {
        return format!("{value:.*e}", figures.saturating_sub(1));
    }
    let decimals = (figures as i32 - 1 - exponent).max(0) as usize;
    fixed(value, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_up_from_what_is_printed() {
        for (value, decimals, want) in [
            (1.005, 2, "1.01"),
            (0.045, 2, "0.05"),
            (9.995, 2, "10.00"),
            (99.95, 1, "100.0"),
            (0.049_999, 2, "0.05"),
            (-1.25, 1, "-1.3"),
            (62.18, 2, "62.18"),
            (3.0, 2, "3.00"),
            (1e-7, 3, "0.000"),
        ] {
            assert_eq!(fixed(value, decimals), want, "{value}");
        }
        assert_eq!(fixed(f64::NAN, 2), "NaN");
    }

    #[test]
    fn shortest_reads_back() {
        for value in [0.1, 1.0 / 3.0, 1e-310, 5e-324, 1.797e308, 123_456_789.123, -2.5e-17] {
            assert_eq!(shortest(value).parse::<f64>().unwrap(), value);
        }
    }

    #[test]
    fn counts_and_figures() {
        assert_eq!(count(2982), "2,982");
        assert_eq!(count(1_000_000), "1,000,000");
        assert_eq!(count(7), "7");
        assert_eq!(significant(0.012_345, 3), "0.0123");
        assert_eq!(significant(12_345.0, 3), "12345");
    }
}

//! Numbers as text, the same on every machine.

/// A coordinate with at most two decimals, no trailing zeros and no "-0".
pub(crate) fn coordinate(value: f64) -> String {
    let mut text = format!("{value:.2}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if text == "-0" { "0".to_owned() } else { text }
}

/// A whole number with commas: 12,345.
pub(crate) fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A tick's label: whole numbers plain, others with as few decimals as tell them, huge and tiny
/// ones with an exponent ("1e6").
pub(crate) fn tick_label(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return format!("{value:e}");
    }
    // Ticks are multiples of a step, which leaves 0.30000000000000004: ten decimals are beyond any step.
    let mut text = format!("{value:.10}");
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    if text == "-0" { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        for (value, text) in [(1.0, "1"), (-0.001, "0"), (12.345_6, "12.35"), (10.5, "10.5"), (100.0, "100")]
        {
            assert_eq!(coordinate(value), text);
        }
    }

    #[test]
    fn thousands_have_commas() {
        for (value, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(value), text);
        }
    }

    #[test]
    fn tick_labels_show_no_rounding_noise() {
        for (value, text) in
            [(0.1 + 0.2, "0.3"), (24.0, "24"), (1e6, "1e6"), (1e-6, "1e-6"), (0.0, "0"), (-0.5, "-0.5")]
        {
            assert_eq!(tick_label(value), text);
        }
    }
}

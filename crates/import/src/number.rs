//! Numbers as people write them. What a comma means is decided for a whole column, never for a cell alone.

/// The sign between whole and fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decimal {
    /// 12.5
    Point,
    /// 12,5
    Comma,
}

impl Decimal {
    /// The decimal that this sign is.
    #[must_use]
    pub fn from_sign(sign: &str) -> Option<Self> {
        match sign {
            "." => Some(Self::Point),
            "," => Some(Self::Comma),
            _ => None,
        }
    }

    /// The sign: `.` or `,`.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Point => ".",
            Self::Comma => ",",
        }
    }
}

/// What the signs in a written number allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Signs {
    /// No sign: 1234.
    #[default]
    Plain,
    /// Only with a decimal point: 1.5 and 1,234.5 and 1,234,567.
    Point,
    /// Only with a decimal comma: 1,5 and 1.234,5 and 1.234.567.
    Comma,
    /// 1.234, which is one and a bit, or a thousand with a point between the thousands.
    PointOrThousand,
    /// 1,234.
    CommaOrThousand,
}

/// A written number: its value where the last sign is the decimal sign, and what its signs allow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Written {
    pub(crate) value: f64,
    pub(crate) signs: Signs,
}

/// The value of what was read as `value`, under the decimal sign of the column.
pub(crate) fn value_under(value: f64, signs: Signs, decimal: Decimal) -> Option<f64> {
    match (signs, decimal) {
        (Signs::Plain, _) | (Signs::Point | Signs::PointOrThousand, Decimal::Point) => Some(value),
        (Signs::Comma | Signs::CommaOrThousand, Decimal::Comma) => Some(value),
        // Three decimals times a thousand is whole; rounding takes away the error of the product.
        (Signs::PointOrThousand, Decimal::Comma) | (Signs::CommaOrThousand, Decimal::Point) => {
            Some((value * 1000.0).round())
        }
        (Signs::Point, Decimal::Comma) | (Signs::Comma, Decimal::Point) => None,
    }
}

/// Reads a written number; `None` where it is none (`<5`, `5x8`, `1.2.3`). The text is trimmed.
pub(crate) fn read_number(text: &str) -> Option<Written> {
    let (mut points, mut commas) = (0_u32, 0_u32);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'+' | b'-' | b'e' | b'E' => {}
            b'.' => points += 1,
            b',' => commas += 1,
            _ => return read_number(&without_spaces(text)?),
        }
    }
    match (points, commas) {
        (0, 0) => written(text, Signs::Plain),
        (1, 0) if is_grouped(text, b'.') => written(text, Signs::PointOrThousand),
        (1, 0) => written(text, Signs::Point),
        (0, 1) if is_grouped(text, b',') => written(&text.replace(',', "."), Signs::CommaOrThousand),
        (0, 1) => written(&text.replace(',', "."), Signs::Comma),
        (_, 0) if is_grouped(text, b'.') => written(&text.replace('.', ""), Signs::Comma),
        (0, _) if is_grouped(text, b',') => written(&text.replace(',', ""), Signs::Point),
        (_, 1) if text.rfind(',') > text.rfind('.') => grouped_with_decimals(text, ',', '.', Signs::Comma),
        (1, _) => grouped_with_decimals(text, '.', ',', Signs::Point),
        _ => None,
    }
}

fn written(text: &str, signs: Signs) -> Option<Written> {
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Written { value, signs })
}

/// Whether `text` is digits in groups of three, the first of one to three and not beginning with 0.
fn is_grouped(text: &str, sign: u8) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut groups = digits.as_bytes().split(|&b| b == sign);
    let all_digits = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    let Some(first) = groups.next() else { return false };
    let first_is_right = (1..=3).contains(&first.len()) && first[0] != b'0' && all_digits(first);
    first_is_right && groups.all(|group| group.len() == 3 && all_digits(group))
}

fn grouped_with_decimals(text: &str, decimal: char, thousands: char, signs: Signs) -> Option<Written> {
    let (whole, fraction) = text.split_once(decimal)?;
    let plain_fraction = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    if !plain_fraction || !is_grouped(whole, thousands as u8) {
        return None;
    }
    written(&format!("{}.{fraction}", whole.replace(thousands, "")), signs)
}

/// The number without spaces or apostrophes between groups of three (1 234,5 and 1'234.5), with a plain minus;
/// `None` where there is anything else.
fn without_spaces(text: &str) -> Option<String> {
    let is_gap = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '\u{2019}');
    let text = text.replace('\u{2212}', "-");
    let whole = text.split(['.', ',']).next().unwrap_or(&text);
    let gaps = whole.chars().filter(|&c| is_gap(c)).count();
    if gaps > 0 {
        let marked: String = whole.chars().map(|c| if is_gap(c) { '_' } else { c }).collect();
        if !is_grouped(&marked, b'_') {
            return None;
        }
    }
    let plain: String = text.chars().filter(|&c| !is_gap(c)).collect();
    let gaps_are_all_grouped = text.chars().count() - plain.chars().count() == gaps;
    let is_plain = plain.bytes().all(|b| b.is_ascii_digit() || b"+-.,eE".contains(&b));
    (gaps_are_all_grouped && is_plain).then_some(plain)
}

/// How many values of a column are written in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub(crate) point: u64,
    pub(crate) comma: u64,
    pub(crate) point_or_thousand: u64,
    pub(crate) comma_or_thousand: u64,
}

impl Evidence {
    pub(crate) fn add(&mut self, signs: Signs) {
        match signs {
            Signs::Plain => {}
            Signs::Point => self.point += 1,
            Signs::Comma => self.comma += 1,
            Signs::PointOrThousand => self.point_or_thousand += 1,
            Signs::CommaOrThousand => self.comma_or_thousand += 1,
        }
    }

    /// The decimal sign that the unambiguous values show, by majority; a tie is a point.
    pub(crate) fn sure(self) -> Option<Decimal> {
        match (self.point, self.comma) {
            (0, 0) => None,
            (point, comma) if comma > point => Some(Decimal::Comma),
            _ => Some(Decimal::Point),
        }
    }

    /// Whether there are values that can be read in two ways.
    pub(crate) fn has_ambiguous(self) -> bool {
        self.point_or_thousand + self.comma_or_thousand > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Option<(f64, Signs)> {
        read_number(text).map(|w| (w.value, w.signs))
    }

    #[test]
    fn signs_tell_what_they_can_mean() {
        for (text, value, signs) in [
            ("12", 12.0, Signs::Plain),
            ("-3", -3.0, Signs::Plain),
            ("1e3", 1000.0, Signs::Plain),
            ("12.5", 12.5, Signs::Point),
            ("0.123", 0.123, Signs::Point),
            ("1234.567", 1234.567, Signs::Point),
            ("1.234", 1.234, Signs::PointOrThousand),
            ("12,5", 12.5, Signs::Comma),
            ("0,123", 0.123, Signs::Comma),
            ("1,234", 1.234, Signs::CommaOrThousand),
            ("1.234,5", 1234.5, Signs::Comma),
            ("1,234.5", 1234.5, Signs::Point),
            ("1.234.567", 1_234_567.0, Signs::Comma),
            ("1,234,567", 1_234_567.0, Signs::Point),
            ("1 234,5", 1234.5, Signs::Comma),
            ("1\u{202f}234", 1234.0, Signs::Plain),
            ("1'234.5", 1234.5, Signs::Point),
            ("\u{2212}4", -4.0, Signs::Plain),
            ("-1.234,50", -1234.5, Signs::Comma),
        ] {
            assert_eq!(reads(text), Some((value, signs)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "<5",
            ">90",
            "5x8",
            "1.2.3",
            "1,2,3",
            "12 5",
            "1 2",
            "a",
            "inf",
            "NaN",
            "-",
            ".",
            "1e999",
            "0x10",
            "1,23,456",
            "5 mg",
            "1.2,3.4",
            "12.5,3",
            "1'2",
            "--1",
            "1,234.",
            "8x1 + re-RT",
        ] {
            assert_eq!(read_number(text), None, "{text}");
        }
    }

    #[test]
    fn the_column_decides() {
        let thousand = read_number("1.234").unwrap();
        assert_eq!(value_under(thousand.value, thousand.signs, Decimal::Point), Some(1.234));
        assert_eq!(value_under(thousand.value, thousand.signs, Decimal::Comma), Some(1234.0));
        assert_eq!(value_under(12.5, Signs::Comma, Decimal::Point), None);
        for n in 1000..=999_999_u32 {
            let value = f64::from(n) / 1000.0;
            assert_eq!(value_under(value, Signs::PointOrThousand, Decimal::Comma), Some(f64::from(n)));
        }
    }
}

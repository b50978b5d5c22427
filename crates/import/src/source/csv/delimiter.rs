//! What separates the cells of a text file.

use super::RowReader;

const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// So many rows are looked at.
const ROWS: usize = 60;

/// The delimiter that Excel's first line `sep=;` names.
pub(super) fn hint(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim_matches('"');
    let sign = line.strip_prefix("sep=")?;
    match sign.as_bytes() {
        [sign] if CANDIDATES.contains(sign) => Some(*sign),
        _ => None,
    }
}

/// The delimiter under which most rows have the same number of cells, more than one; a comma where none has.
///
/// Semicolons with decimal commas ("a;1,5") are told apart by this count: commas vary from row to row.
pub(crate) fn detect_delimiter(text: &str, is_tsv: bool) -> u8 {
    let best = CANDIDATES
        .into_iter()
        .map(|delimiter| (regularity(text, delimiter), delimiter))
        .filter(|((rows, _), _)| *rows > 0)
        // The first of equals is kept, hence the order of the candidates counts.
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let fallback = if is_tsv { b'\t' } else { b',' };
    best.map_or(fallback, |(_, delimiter)| delimiter)
}

/// In how many rows (of a hundred) the commonest number of cells is found, in steps of ten, and that number; (0, 0)
/// where rows have one cell.
fn regularity(text: &str, delimiter: u8) -> (u32, usize) {
    let mut rows = RowReader::new(text, delimiter);
    let mut lengths: Vec<usize> = Vec::new();
    while lengths.len() < ROWS && rows.advance() {
        if !rows.is_blank() && !rows.is_hint() {
            lengths.push(rows.record().len());
        }
    }
    let commonest = lengths
        .iter()
        .filter(|&&n| n > 1)
        .map(|&n| (lengths.iter().filter(|&&m| m == n).count(), n))
        .max()
        .unwrap_or((0, 0));
    let share = (commonest.0 * 10).checked_div(lengths.len()).unwrap_or(0);
    if share == 0 { (0, 0) } else { (share as u32, commonest.1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_regular_sign_separates() {
        for (text, delimiter) in [
            ("a,b,c\n1,2,3\n4,5,6\n", b','),
            ("a;b\n1,5;2,5\n3;4,5\n2;1\n", b';'),
            ("a;b;c\n1,5;2,5;1,1\n3,5;4,5;2,2\n", b';'),
            ("a\tb\n1\t2\n", b'\t'),
            ("a|b\n1|2\n", b'|'),
            ("only\n1\n2\n", b','),
            ("name;note\n1;\"a, b, c\"\n2;\"d, e, f\"\n", b';'),
            ("id,size,note\n1,\"1,5\",x; y\n2,\"2,5\",z\n", b','),
        ] {
            assert_eq!(char::from(detect_delimiter(text, false)), char::from(delimiter), "{text}");
        }
        assert_eq!(hint("sep=;\na;b\n"), Some(b';'));
    }
}

//! Problems folded to the width of a terminal.
//!
//! What is to be copied into a file (the lines under an advice) stays whole; a line of the study that is too long is cut
//! around the part that is meant.

use oligomet_base::Problems;

/// Narrower terminals get lines of this width.
const NARROWEST: usize = 40;
/// Room before the part that is meant, where a line of the study is cut.
const BEFORE: usize = 12;

/// All problems, in lines no longer than `width`; as they are where it is not known.
pub(crate) fn problems(problems: &Problems, width: Option<usize>) -> String {
    let text = problems.to_string();
    width.map_or(text.clone(), |width| fold(&text, width.max(NARROWEST)))
}

fn fold(text: &str, width: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if is_frame(line) && lines.get(at + 1).is_some_and(|l| is_numbered(l)) {
            out.push(line.to_owned());
            let marks = lines.get(at + 2).copied().unwrap_or("");
            out.extend(excerpt(lines[at + 1], marks, width));
            at += 3;
            continue;
        }
        out.extend(wrap(line, width, hanging(line)));
        at += 1;
    }
    out.join("\n")
}

/// The empty line above an excerpt: `      |`.
fn is_frame(line: &str) -> bool {
    line.trim() == "|"
}

/// A line of the study: `   12 | time_zero = "x"`.
fn is_numbered(line: &str) -> bool {
    line.trim_start()
        .split_once(" |")
        .is_some_and(|(n, _)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// How far the lines after the first stand in; `None` where a line must stay whole.
fn hanging(line: &str) -> Option<usize> {
    const PARTS: [&str; 3] = ["  where: ", "  why:   ", "  mend:  "];
    if PARTS.iter().any(|part| line.starts_with(part)) {
        return Some(PARTS[0].len());
    }
    (!line.starts_with(' ')).then_some(2)
}

fn wrap(line: &str, width: usize, hanging: Option<usize>) -> Vec<String> {
    let Some(indent) = hanging.filter(|_| length(line) > width) else { return vec![line.to_owned()] };
    let start = line.len() - line.trim_start().len();
    let mut lines = Vec::new();
    let mut now = line[..start].to_owned();
    for word in line[start..].split(' ') {
        if length(now.trim_end()) > indent && length(&now) + length(word) > width {
            lines.push(now.trim_end().to_owned());
            now = " ".repeat(indent);
        }
        now.push_str(word);
        now.push(' ');
    }
    lines.push(now.trim_end().to_owned());
    lines
}

/// A line of the study with the marks under it, cut to the width.
fn excerpt(text: &str, marks: &str, width: usize) -> Vec<String> {
    if length(text) <= width && length(marks) <= width {
        return vec![text.to_owned(), marks.to_owned()];
    }
    let frame = text.find('|').map_or(0, |at| length(&text[..at]) + 2);
    let chars: Vec<char> = text.chars().collect();
    let first = marks.chars().position(|c| c == '^').unwrap_or(frame);
    // Whole from its beginning where the marked part is in sight; else from shortly before it.
    let skipped = if first + BEFORE < width { 0 } else { first - frame - BEFORE.min(first - frame) };
    let head: String = chars[..frame.min(chars.len())].iter().collect();
    let rest: Vec<char> = chars.iter().skip(frame + skipped).copied().collect();
    let room = width.saturating_sub(frame + usize::from(skipped > 0));
    let cut = rest.len() > room;
    let shown: String = rest.iter().take(if cut { room.saturating_sub(1) } else { room }).collect();
    let line = format!("{head}{}{shown}{}", if skipped > 0 { "…" } else { "" }, if cut { "…" } else { "" });
    let shift = first - skipped + usize::from(skipped > 0);
    let marked = marks.chars().filter(|c| *c == '^').count().min(width.saturating_sub(shift)).max(1);
    let bar: String = head.chars().map(|c| if c == '|' { '|' } else { ' ' }).collect();
    let under = format!("{bar}{}{}", " ".repeat(shift.saturating_sub(frame)), "^".repeat(marked));
    vec![line, under]
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_folded_under_their_beginning() {
        let text =
            "warning[OM130]: one two three four five six seven\n  why:   alpha beta gamma delta epsilon zeta";
        let folded = fold(text, 30);
        assert_eq!(
            folded,
            "warning[OM130]: one two three\n  four five six seven\n  why:   alpha beta gamma\n         delta epsilon zeta"
        );
        assert!(folded.lines().all(|l| length(l) <= 30));
    }

    #[test]
    fn what_is_to_be_copied_stays_whole() {
        let line = "         terms = [\"age\", \"subtype\", \"lines\", \"bed_gy\"]";
        assert_eq!(fold(line, 40), line);
    }

    #[test]
    fn a_long_line_of_the_study_is_cut_around_what_is_meant() {
        let (text, marks) = (
            "   12 | abcdefghijklmnopqrstuvwxyz0123456789TERM and more",
            "      |                                     ^^^^",
        );
        assert_eq!(text.find("TERM"), marks.find('^'));
        let cut = excerpt(text, marks, 40);
        assert!(cut.iter().all(|l| length(l) <= 40), "{cut:?}");
        let (at, term) = (length(&cut[1][..cut[1].find('^').unwrap()]), cut[0].find("TERM").unwrap());
        assert_eq!(at, length(&cut[0][..term]), "{cut:?}");
    }

    #[test]
    fn short_excerpts_stay_as_they_are() {
        let text = "      |\n   12 | x = 1\n      | ^";
        assert_eq!(fold(text, 40), text);
    }
}

//! How letters are coded.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use oligomet_base::{Place, Problem, Problems};

use crate::site::TextEncoding;

/// Whether bytes look like UTF-16: a byte order mark, or every second byte zero.
pub(crate) fn looks_like_utf16(head: &[u8]) -> bool {
    utf16_of(head).is_some()
}

fn utf16_of(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xFF, 0xFE, ..] => return Some(UTF_16LE),
        [0xFE, 0xFF, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let head = &head[..head.len().min(512) & !1];
    let zeros = |at: usize| head.iter().skip(at).step_by(2).filter(|&&b| b == 0).count();
    let pairs = head.len() / 2;
    let (even, odd) = (zeros(0), zeros(1));
    match pairs >= 4 {
        true if odd * 10 >= pairs * 7 && even * 10 <= pairs => Some(UTF_16LE),
        true if even * 10 >= pairs * 7 && odd * 10 <= pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// The text of a file and how its letters were coded: as told, or else by byte order mark, valid UTF-8, and last
/// Windows-1252 with a warning.
pub(crate) fn decode(
    mut bytes: Vec<u8>,
    told: Option<TextEncoding>,
    place: &Place,
    problems: &mut Problems,
) -> Result<(String, TextEncoding), Problems> {
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) && told != Some(TextEncoding::Utf16) {
        bytes.drain(..3);
    }
    let encoding = told.unwrap_or_else(|| match utf16_of(&bytes) {
        Some(_) => TextEncoding::Utf16,
        None if std::str::from_utf8(&bytes).is_ok() => TextEncoding::Utf8,
        None => TextEncoding::Windows1252,
    });
    let text = match encoding {
        TextEncoding::Utf8 => String::from_utf8(bytes).map_err(|error| not_utf8(&error, place))?,
        TextEncoding::Windows1252 => {
            if told.is_none() {
                problems.push(assumed(&bytes, place));
            }
            WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned()
        }
        TextEncoding::Utf16 => from_utf16(&bytes, place)?,
    };
    Ok((text, encoding))
}

fn from_utf16(bytes: &[u8], place: &Place) -> Result<String, Problems> {
    let encoding = utf16_of(bytes).unwrap_or(UTF_16LE);
    let (text, had_errors) = encoding.decode_with_bom_removal(bytes);
    if !had_errors {
        return Ok(text.into_owned());
    }
    Err(Problem::error("OM236", "the letters of the file are not UTF-16, or it was cut off")
        .at(place.clone())
        .why("letters that cannot be read would change names and levels")
        .mend("save it again as CSV UTF-8, or correct `encoding` in site.toml")
        .into())
}

fn not_utf8(error: &std::string::FromUtf8Error, place: &Place) -> Problem {
    let at = error.utf8_error().valid_up_to();
    let lines = error.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count();
    Problem::error("OM236", format!("the letters in line {} of the file are not UTF-8", lines + 1))
        .at(place.clone())
        .why("site.toml says encoding = \"utf-8\"; letters that cannot be read would change names and levels")
        .mend("save it again as CSV UTF-8, or write encoding = \"windows-1252\"")
}

fn assumed(bytes: &[u8], place: &Place) -> Problem {
    let first = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    let line = bytes[..first].iter().filter(|&&b| b == b'\n').count() + 1;
    let what = format!("the file is not UTF-8 (line {line}); it was read as Western European Windows text");
    Problem::warning("OM233", what)
        .at(place.clone())
        .why("letters such as ä, é or ł may be wrong; levels are compared letter by letter")
        .mend("look at such letters in the tables; save the file as CSV UTF-8, or write encoding = \"windows-1252\" in [source]")
}

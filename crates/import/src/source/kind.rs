//! What a file is: by its name, and by its content. Where the two disagree, reading stops.

use oligomet_base::{Place, Problem, Problems};

use super::Fingerprint;

/// A kind of file that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// Excel since 2007.
    Xlsx,
    /// Excel before 2007.
    Xls,
    Ods,
    Parquet,
}

impl Kind {
    fn of_name(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase())?;
        match ending.as_str() {
            "csv" | "tsv" | "txt" | "tab" => Some(Self::Text),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            "xls" => Some(Self::Xls),
            "ods" => Some(Self::Ods),
            "parquet" | "pq" => Some(Self::Parquet),
            _ => None,
        }
    }

    fn article(self) -> &'static str {
        match self {
            Self::Text => "a text file (CSV)",
            Self::Xlsx => "an Excel workbook (.xlsx)",
            Self::Xls => "an old Excel workbook (.xls)",
            Self::Ods => "an OpenDocument spreadsheet (.ods)",
            Self::Parquet => "a Parquet file",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Text => ".csv",
            Self::Xlsx => ".xlsx",
            Self::Xls => ".xls",
            Self::Ods => ".ods",
            Self::Parquet => ".parquet",
        }
    }
}

/// What the content is.
enum Content {
    Of(Kind),
    /// A workbook with a password.
    Locked,
    /// Something else, by its name with an article.
    Other(&'static str),
    /// Parquet whose end is missing.
    CutParquet,
    Empty,
}

/// The kind of a file whose name and content agree. `names_inside` looks for names in the whole file, for containers.
pub(crate) fn kind_of(
    name: &str,
    found: &Fingerprint,
    whole: &mut dyn FnMut() -> Result<Vec<u8>, Problems>,
    place: &Place,
) -> Result<Kind, Problems> {
    if let Some(open) = name.strip_prefix("~$") {
        return Err(note_of_open(open, place).into());
    }
    let Some(by_name) = Kind::of_name(name) else { return Err(unknown_ending(name, place).into()) };
    let content = match container(found) {
        Some(container) => content_of_container(container, &whole()?),
        None => content_of(found),
    };
    match content {
        Content::Of(kind) if kind == by_name => Ok(kind),
        Content::Of(kind) => Err(disagrees(by_name, kind, place).into()),
        Content::Locked => Err(locked(place).into()),
        Content::Other(what) => Err(is_other(by_name, what, place).into()),
        Content::CutParquet => Err(cut_off(place).into()),
        Content::Empty => Err(Problem::error("OM222", "the file is empty (0 bytes)")
            .at(place.clone())
            .why("there is nothing to read")
            .mend("save or export it again")
            .into()),
    }
}

#[derive(Clone, Copy)]
enum Container {
    Zip,
    Ole,
}

fn container(found: &Fingerprint) -> Option<Container> {
    match found.head.as_slice() {
        [b'P', b'K', 3, 4, ..] => Some(Container::Zip),
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Some(Container::Ole),
        _ => None,
    }
}

fn content_of_container(container: Container, bytes: &[u8]) -> Content {
    let has = |name: &[u8]| contains(bytes, name);
    let has_wide = |name: &str| contains(bytes, &wide(name));
    match container {
        Container::Zip if has(b"xl/workbook.bin") => Content::Other("a binary Excel workbook (.xlsb)"),
        Container::Zip if has(b"word/document") => Content::Other("a Word document"),
        Container::Zip if has(b"ppt/presentation") => Content::Other("a PowerPoint presentation"),
        Container::Zip if has(b"opendocument.spreadsheet") => Content::Of(Kind::Ods),
        Container::Zip if has(b"xl/") => Content::Of(Kind::Xlsx),
        Container::Zip => Content::Other("a zip archive of something else"),
        Container::Ole if has_wide("EncryptedPackage") => Content::Locked,
        Container::Ole if has_wide("WordDocument") => Content::Other("an old Word document"),
        Container::Ole if has_wide("Workbook") || has_wide("Book") => Content::Of(Kind::Xls),
        Container::Ole => Content::Other("an old Office file without a workbook"),
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// UTF-16, little endian, as names stand in old Office files.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn content_of(found: &Fingerprint) -> Content {
    let head = found.head.as_slice();
    match head {
        [] => Content::Empty,
        [b'P', b'A', b'R', b'1', ..] if found.n_bytes >= 12 && found.tail == b"PAR1" => {
            Content::Of(Kind::Parquet)
        }
        [b'P', b'A', b'R', b'1', ..] => Content::CutParquet,
        [b'P', b'A', b'R', b'E', ..] => Content::Locked,
        [b'%', b'P', b'D', b'F', ..] => Content::Other("a PDF document"),
        [0x1f, 0x8b, ..] => Content::Other("a compressed file (gzip)"),
        [b'$', b'F', b'L', b'2' | b'3', ..] => Content::Other("an SPSS file"),
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => Content::Other("an SQLite database"),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Content::Other("an Arrow or Feather file"),
        [b'{', b'\\', b'r', b't', b'f', ..] => Content::Other("a text document (RTF)"),
        _ => content_of_text(head),
    }
}

fn content_of_text(head: &[u8]) -> Content {
    let start: Vec<u8> = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .iter()
        .skip_while(|b| b.is_ascii_whitespace())
        .take(32)
        .map(u8::to_ascii_lowercase)
        .collect();
    let begins = |word: &[u8]| start.starts_with(word);
    match () {
        () if begins(b"<stata_dta") => Content::Other("a Stata file"),
        () if begins(b"<?xml") => Content::Other("an XML file"),
        () if [&b"<!doctype"[..], b"<html", b"<table", b"<head", b"<meta"].into_iter().any(begins) => {
            Content::Other("a web page (HTML), as some systems write it for Excel")
        }
        () if head.contains(&0) && !super::csv::looks_like_utf16(head) => {
            Content::Other("a binary file, no text")
        }
        () => Content::Of(Kind::Text),
    }
}

const WHY_NAME: &str = "a file that is not what its name says is often the wrong file, or a damaged one";

/// Excel and Word keep such a file beside one that somebody has open.
fn note_of_open(open: &str, place: &Place) -> Problem {
    Problem::error("OM202", "not a workbook, but the note that one is open")
        .at(place.clone())
        .why("a program puts a file that begins with ~$ beside the one that somebody has open in it")
        .mend(format!("close `{open}` in that program, and name `{open}` itself"))
}

fn unknown_ending(name: &str, place: &Place) -> Problem {
    let what = match name.rsplit_once('.') {
        Some((_, ending)) => format!("files ending in .{ending} are not read"),
        None => "the name of the file has no ending".to_owned(),
    };
    Problem::error("OM243", what).at(place.clone()).why("the ending tells how a file is to be read").mend(
        "use .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods or .parquet; most programs can save as CSV or .xlsx",
    )
}

fn disagrees(by_name: Kind, is: Kind, place: &Place) -> Problem {
    Problem::error("OM202", format!("by its name {}, by its content {}", by_name.article(), is.article()))
        .at(place.clone())
        .why(WHY_NAME)
        .mend(format!(
            "if it is the right file, give it the ending {} and name it so in site.toml",
            is.ending()
        ))
}

fn is_other(by_name: Kind, what: &str, place: &Place) -> Problem {
    Problem::error("OM202", format!("by its name {}, by its content {what}", by_name.article()))
        .at(place.clone())
        .why(WHY_NAME)
        .mend("open it in the program that made it and save it as .xlsx or CSV")
}

pub(crate) fn locked(place: &Place) -> Problem {
    Problem::error("OM203", "the file is locked with a password")
        .at(place.clone())
        .why("its content is encrypted and cannot be read without the password")
        .mend("open it in its program, remove the password (File, Info, Protect), and save a copy where it is safe")
}

pub(crate) fn cut_off(place: &Place) -> Problem {
    Problem::error("OM235", "the Parquet file has no end: it was cut off")
        .at(place.clone())
        .why("the table of contents of a Parquet file stands at its end; without it nothing can be read")
        .mend("copy or export the file again, and compare its size with the original")
}

//! From a file to a proposed `site.toml`: every line with its reason, what only a person can know left open.

mod classify;
mod columns;
mod dates;
mod draft;
mod events;
mod files;
mod layout;
mod numbers;
mod order;
mod plain;
mod profile;
mod stats;
mod texts;
mod toml;
mod words;

use std::path::Path;

use oligomet_base::{Place, Problem, Problems};

pub use plain::{Reading, plain_site, plain_site_of};
pub use stats::{ColumnProfile, ColumnStats, EventProposal};

use crate::site::SiteFile;
use draft::Draft;

/// So many rows are looked at.
const MOST_ROWS: usize = 200_000;

/// A proposed `site.toml` with what it was concluded from.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What the proposed text amounts to, its open questions included.
    pub site: SiteFile,
    /// Every column of the file, mapped or left out, in the order of the file.
    pub columns: Vec<ColumnProfile>,
    /// The proposed events, in the order of `site.events`.
    pub events: Vec<EventProposal>,
    text: String,
}

impl Proposal {
    /// The proposed `site.toml`, commented.
    #[must_use]
    pub fn to_toml(&self) -> String {
        self.text.clone()
    }
}

/// Looks at the headers and values of `file` (the first 200,000 rows) and proposes a `site.toml` for it.
///
/// `sheet`: the sheet of a workbook; without it the first that looks like a table. The proposed text reads back with
/// [`SiteFile::parse`], and [`crate::read`] reads the file with it as soon as no question is open. The problems tell
/// what was noticed on the way: which sheet was taken, numbers that may mean "not known".
///
/// # Errors
/// What [`crate::read`] would also stop at: a file that is missing, damaged, locked, empty, or not what its name says;
/// and a file none of whose columns could be mapped (OM250).
pub fn propose(file: &Path, sheet: Option<&str>) -> Result<(Proposal, Problems), Problems> {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let place = Place::file(&name);
    let mut problems = Problems::new();
    match propose_from(file, &name, sheet, &place, &mut problems) {
        Ok(proposal) => Ok((proposal, problems)),
        Err(stops) => {
            problems.extend(stops);
            Err(problems)
        }
    }
}

fn propose_from(
    file: &Path,
    name: &str,
    sheet: Option<&str>,
    place: &Place,
    problems: &mut Problems,
) -> Result<Proposal, Problems> {
    let seen = files::look_at(file, name, sheet, place, problems)?;
    let draft = Draft::of(seen);
    problems.extend(draft.noticed(place));
    if draft.mapped().next().is_none() {
        return Err(nothing_mapped(place).into());
    }
    let text = toml::write(&draft);
    let (site, found) = SiteFile::parse("site.toml", &text);
    let site = site.ok_or(found)?;
    Ok(Proposal { site, columns: draft.profiles(), events: draft.event_proposals(), text })
}

fn nothing_mapped(place: &Place) -> Problem {
    Problem::error("OM250", "no column of the file could be proposed for analysis")
        .at(place.clone())
        .why("every column is empty, has no header, may identify a patient, or is free text")
        .mend("check that it is the right file and sheet, and that its first row holds the headers")
}

//! Columns that a command names, read for what their values are and not for what a study may want of them.

use std::path::Path;

use oligomet_base::suggest::did_you_mean;
use oligomet_base::{Place, Problem, Problems};

use super::files::{Seen, look_at};
use super::numbers::{Numbers, Sign, of_file};
use super::profile::Profile;
use crate::site::{ColumnMap, Duplicates, Mapping, NumberMap, SiteFile, YesNoMap};

/// How a column shall be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As numbers; a value that is none is an error.
    Number,
    /// As numbers where all values are numbers, as yes and no where all are true or false, as texts otherwise.
    Plain,
    /// As texts, whatever they look like.
    Text,
}

/// A `site.toml` for the columns named by their headers, without questions, and how many rows were looked at.
///
/// Column names in it are the headers themselves. Rows are not identified: every row of the file is a row of the data.
///
/// # Errors
/// What [`crate::read`] would also stop at; a header that is not in the file or stands twice; a column that must be
/// numbers and is not; numbers whose decimal sign cannot be told.
pub fn plain_site(
    file: &Path,
    sheet: Option<&str>,
    wanted: &[(&str, Reading)],
) -> Result<(SiteFile, Problems), Problems> {
    let (seen, place, mut problems) = look(file, sheet)?;
    let decimal = of_file(seen.profiles.iter().flatten());
    let mut columns = Vec::new();
    let mut stops = Problems::new();
    for (header, reading) in wanted {
        if columns.iter().any(|c: &ColumnMap| c.name == *header) {
            continue;
        }
        match column(&seen, header, *reading, decimal, &place) {
            Ok(map) => columns.push(map),
            Err(problem) => stops.push(*problem),
        }
    }
    if !stops.is_empty() {
        problems.extend(stops);
        return Err(problems);
    }
    Ok((site(seen, columns), problems))
}

/// As [`plain_site`], for every column whose header `is_wanted` takes; and the headers of the others.
///
/// # Errors
/// As [`plain_site`].
pub fn plain_site_of(
    file: &Path,
    sheet: Option<&str>,
    reading: Reading,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<(SiteFile, Vec<String>, Problems), Problems> {
    let (seen, ..) = look(file, sheet)?;
    let named = seen.headers.names.iter().filter(|name| !name.is_empty());
    let (wanted, others): (Vec<&String>, Vec<&String>) = named.partition(|name| is_wanted(name));
    let wanted: Vec<(&str, Reading)> = wanted.into_iter().map(|name| (name.as_str(), reading)).collect();
    let (site, problems) = plain_site(file, sheet, &wanted)?;
    Ok((site, others.into_iter().cloned().collect(), problems))
}

fn look(file: &Path, sheet: Option<&str>) -> Result<(Seen, Place, Problems), Problems> {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let place = Place::file(&name);
    let mut problems = Problems::new();
    match look_at(file, &name, sheet, &place, &mut problems) {
        Ok(seen) => Ok((seen, place, problems)),
        Err(stops) => {
            problems.extend(stops);
            Err(problems)
        }
    }
}

fn site(seen: Seen, columns: Vec<ColumnMap>) -> SiteFile {
    let source = crate::site::Source { duplicates: Duplicates::SetAside, ..seen.source };
    SiteFile { id: String::new(), source, origin: None, columns, events: Vec::new(), open: Vec::new() }
}

fn column(
    seen: &Seen,
    header: &str,
    reading: Reading,
    of_file: Option<crate::Decimal>,
    place: &Place,
) -> Result<ColumnMap, Box<Problem>> {
    let position = position_of(seen, header, place)?;
    let here = || Place { column: Some(header.to_owned()), ..place.clone() };
    let Some(profile) = seen.profiles[position].as_ref() else {
        return Err(Problem::error("OM250", format!("`{header}` holds no single value per row"))
            .at(here())
            .why("its values are lists or of another kind that no statistic uses")
            .into());
    };
    let missing: Vec<String> = profile.not_known.keys().cloned().collect();
    let mapping = mapping_of(profile, header, reading, of_file, &here)?;
    Ok(ColumnMap {
        name: header.to_owned(),
        from: header.to_owned(),
        label: header.to_owned(),
        missing,
        mapping,
    })
}

/// Most headers that a problem lists.
const HEADERS_SHOWN: usize = 20;

fn position_of(seen: &Seen, header: &str, place: &Place) -> Result<usize, Box<Problem>> {
    let names = &seen.headers.names;
    let found: Vec<usize> = (0..names.len()).filter(|&at| names[at] == header).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let known: Vec<&str> = names.iter().map(String::as_str).filter(|n| !n.is_empty()).collect();
            let hint = did_you_mean(header, known.clone()).unwrap_or_else(|| {
                let more = if known.len() > HEADERS_SHOWN { ", …" } else { "" };
                let shown: Vec<&str> = known.iter().take(HEADERS_SHOWN).copied().collect();
                format!("the columns are {}{more}", shown.join(", "))
            });
            let problem = Problem::error("OM253", format!("there is no column `{header}`"));
            let problem = problem.at(place.clone()).mend(hint);
            Err(problem.into())
        }
        _ => Err(Problem::error("OM253", format!("the header `{header}` stands {} times", found.len()))
            .at(place.clone())
            .why("which of the columns is meant cannot be known")
            .mend("rename one of them")
            .into()),
    }
}

fn mapping_of(
    profile: &Profile,
    header: &str,
    reading: Reading,
    of_file: Option<crate::Decimal>,
    here: &dyn Fn() -> Place,
) -> Result<Mapping, Box<Problem>> {
    if reading == Reading::Text {
        return Ok(Mapping::Text);
    }
    let present = profile.n_present();
    if present > 0 && profile.n_bool == present {
        return Ok(Mapping::YesNo(YesNoMap { yes: vec!["true".into()], no: vec!["false".into()] }));
    }
    let numbers = Numbers::of(profile, of_file);
    let all = numbers.as_ref().is_some_and(|_| profile.numbers.len() == present);
    if numbers.as_ref().is_some_and(|n| n.sign == Sign::Open) && (all || reading == Reading::Number) {
        return Err(Problem::error("OM254", format!("the decimal sign of `{header}` cannot be told"))
            .at(here())
            .why("1,234 may be one and a bit, or more than a thousand")
            .mend("write the numbers without thousands separators and with a decimal point")
            .into());
    }
    let decimal = numbers.and_then(|n| match n.sign {
        Sign::Known(decimal) | Sign::OfFile(decimal) => Some(decimal),
        Sign::None | Sign::Open => None,
    });
    if all || (reading == Reading::Number && !profile.numbers.is_empty()) {
        return Ok(Mapping::Number(NumberMap { unit: None, decimal, range: None }));
    }
    if reading == Reading::Number {
        let example =
            profile.values.keys().next().map_or_else(String::new, |v| format!(", for example \"{v}\""));
        return Err(Problem::error("OM254", format!("`{header}` holds no numbers{example}"))
            .at(here())
            .why("this column is used as a number")
            .mend("name a column of numbers, or compute one (dates are no lengths of time)")
            .into());
    }
    Ok(Mapping::Text)
}

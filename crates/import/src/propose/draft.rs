//! The proposal before it is written: what every column shall be, and why.

use std::collections::BTreeMap;

use oligomet_base::number::count;
use oligomet_base::{Place, Problem};

use super::classify::classify;
use super::columns::unique_names;
use super::events::{DraftEvent, find_events};
use super::files::Seen;
use super::numbers::of_file;
use super::profile::Profile;
use super::stats::{ColumnProfile, EventProposal};
use super::words::words_of;
use crate::number::Decimal;

/// What a column shall be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Id,
    Number {
        unit: Option<String>,
        range: Option<(f64, f64)>,
    },
    /// Text in the file and level, in the order of the levels.
    Category(Vec<(String, String)>),
    YesNo {
        yes: Vec<String>,
        no: Vec<String>,
    },
    /// `None`: true dates need no order.
    Date(Option<&'static str>),
    /// A unit or "?".
    Duration(&'static str),
    /// Not mapped.
    LeftOut,
}

/// A column of the file with what it shall be.
#[derive(Debug, Clone)]
pub(super) struct DraftColumn {
    pub(super) position: usize,
    pub(super) header: String,
    pub(super) words: Vec<String>,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) kind: Kind,
    pub(super) reason: String,
    /// Whether it may be the identifier: it has a header of its own, and no names of persons.
    pub(super) can_be_id: bool,
    /// Further comments: what to look at.
    pub(super) remarks: Vec<String>,
    /// `decimal` of this column: a sign or "?".
    pub(super) decimal: Option<&'static str>,
    pub(super) missing: Vec<String>,
    /// Numbers that may mean "not known", and how often they stand.
    pub(super) sentinels: Vec<(f64, usize)>,
    pub(super) profile: ColumnProfile,
}

impl DraftColumn {
    pub(super) fn is_mapped(&self) -> bool {
        self.kind != Kind::LeftOut
    }
}

/// The whole proposal.
pub(super) struct Draft {
    pub(super) seen: Seen,
    pub(super) columns: Vec<DraftColumn>,
    pub(super) events: Vec<DraftEvent>,
    /// Texts that mean "not known" in the whole file, with how often they stand.
    pub(super) missing: BTreeMap<String, usize>,
    /// The decimal sign of the whole file, where it is a comma.
    pub(super) decimal: Option<Decimal>,
}

impl Draft {
    pub(super) fn of(seen: Seen) -> Self {
        let decimal = of_file(seen.profiles.iter().flatten());
        let mut columns: Vec<DraftColumn> =
            (0..seen.headers.len()).map(|c| classify(&seen, c, decimal)).collect();
        super::columns::choose_id(&mut columns, seen.n_rows);
        unique_names(&mut columns);
        let events = find_events(&mut columns);
        let mut missing = BTreeMap::new();
        for column in columns.iter().filter(|c| c.is_mapped()) {
            let profile: Option<&Profile> = seen.profiles[column.position].as_ref();
            for (text, n) in profile.map(|p| &p.not_known).into_iter().flatten() {
                *missing.entry(text.clone()).or_default() += n;
            }
        }
        let mut draft =
            Self { seen, columns, events, missing, decimal: decimal.filter(|d| *d == Decimal::Comma) };
        draft.settle_decimals();
        draft
    }

    /// A column whose sign is that of the file need not say so; without one of the file that is a point.
    fn settle_decimals(&mut self) {
        let of_file = self.decimal.map(Decimal::sign);
        let any = self.columns.iter().any(|c| c.decimal.is_some() && c.decimal == of_file);
        if !any {
            self.decimal = None;
        }
        let need_not_say = self.decimal.unwrap_or(Decimal::Point).sign();
        for column in self.columns.iter_mut().filter(|c| c.decimal == Some(need_not_say)) {
            column.decimal = None;
        }
    }

    pub(super) fn mapped(&self) -> impl Iterator<Item = &DraftColumn> {
        self.columns.iter().filter(|c| c.is_mapped())
    }

    /// What every column is, for other proposals.
    pub(super) fn profiles(&self) -> Vec<ColumnProfile> {
        let profile = |c: &DraftColumn| ColumnProfile {
            name: c.is_mapped().then(|| c.name.clone()),
            reason: c.reason.clone(),
            ..c.profile.clone()
        };
        self.columns.iter().map(profile).collect()
    }

    pub(super) fn event_proposals(&self) -> Vec<EventProposal> {
        self.events.iter().map(|e| EventProposal { name: e.name.clone(), reason: e.reason.clone() }).collect()
    }

    /// What was noticed on the way.
    pub(super) fn noticed(&self, place: &Place) -> Vec<Problem> {
        let mut list = Vec::new();
        if self.seen.headers_are_doubtful {
            list.push(
                Problem::warning("OM251", "no row of the file looks like headers; the first row was taken")
                    .at(place.clone())
                    .why("a first patient taken for headers is lost")
                    .mend("write headers above the data, or say `header_row` in site.toml"),
            );
        }
        for column in self.mapped().filter(|c| !c.sentinels.is_empty()) {
            list.push(sentinel(column, place));
        }
        list
    }
}

fn sentinel(column: &DraftColumn, place: &Place) -> Problem {
    let codes: Vec<String> =
        column.sentinels.iter().map(|(x, n)| format!("{x} ({} rows)", count(*n as u64))).collect();
    Problem::warning("OM252", format!("{} may mean \"not known\"", codes.join(" and ")))
        .at(place.clone().column(column.header.clone()))
        .why("it lies far from every other value and is a common code; as a number it would move every estimate")
        .mend(format!("if it does, take the # away before `missing` in [column.{}] of site.toml", column.name))
}

/// The words of a header.
pub(super) fn header_words(header: &str) -> Vec<String> {
    words_of(header)
}

//! What a column shall be, by its header and its values.

use super::dates::{Order, index_of, order_of};
use super::draft::{DraftColumn, Kind, header_words};
use super::files::Seen;
use super::numbers::{Numbers, Sign};
use super::order::sort_levels;
use super::profile::Profile;
use super::stats::{ColumnProfile, ColumnStats};
use super::texts::{label_of, unit_of};
use super::words::{
    AGE, CATEGORY, COUNT, TWO_GROUPS, has, id_rank, is_time, may_be_not_known, may_identify, says, time_unit,
};
use crate::number::Decimal;

/// Texts with so many different values are read as free text.
const MOST_LEVELS: usize = 30;
/// Whole numbers with so many different values may be grades or groups.
const MOST_CODES: usize = 10;
/// From so many rows on, few different numbers tell something.
const ENOUGH_ROWS: usize = 20;

/// What is concluded of a column.
struct Verdict {
    kind: Kind,
    reason: String,
    remarks: Vec<String>,
    missing: Vec<String>,
}

impl Verdict {
    fn new(kind: Kind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), remarks: Vec::new(), missing: Vec::new() }
    }

    fn left_out(reason: impl Into<String>) -> Self {
        Self::new(Kind::LeftOut, reason)
    }
}

/// What the column at `position` shall be; `of_file` is the decimal sign that all columns show together.
pub(super) fn classify(seen: &Seen, position: usize, of_file: Option<Decimal>) -> DraftColumn {
    let header = seen.headers.names[position].clone();
    let words = header_words(&header);
    let profile = seen.profiles[position].as_ref();
    let numbers = profile.and_then(|p| Numbers::of(p, of_file));
    let verdict = match profile {
        None => {
            Verdict::left_out("its values are lists or of another kind that is not one value per patient")
        }
        Some(profile) => match impossible(seen, &header, profile) {
            Some(reason) => Verdict::left_out(reason),
            None => conclude(&header, &words, profile, numbers.as_ref()),
        },
    };
    let unit_words = unit_of(&header).map_or(0, |(_, n)| n);
    let shows_numbers = matches!(verdict.kind, Kind::Number { .. } | Kind::Duration(_));
    let sign = numbers.as_ref().filter(|_| shows_numbers).map(|n| n.sign);
    DraftColumn {
        position,
        name: String::new(),
        label: label_of(&header, if shows_numbers { unit_words } else { 0 }),
        decimal: sign.and_then(written_sign),
        sentinels: if shows_numbers {
            numbers.as_ref().map(|n| n.sentinels.clone()).unwrap_or_default()
        } else {
            Vec::new()
        },
        profile: ColumnProfile {
            header: seen.headers.title(position),
            position,
            name: None,
            reason: String::new(),
            stats: profile.map(|p| stats_of(p, numbers.as_ref(), &verdict)).unwrap_or_default(),
        },
        can_be_id: profile.is_some_and(|p| {
            impossible(seen, &header, p).is_none()
                && !names_persons(&words, p)
                && !has_texts_without_digits(p)
        }),
        header,
        words,
        kind: verdict.kind,
        reason: verdict.reason,
        remarks: verdict.remarks,
        missing: verdict.missing,
    }
}

fn written_sign(sign: Sign) -> Option<&'static str> {
    match sign {
        Sign::None => None,
        Sign::Known(decimal) | Sign::OfFile(decimal) => Some(decimal.sign()),
        Sign::Open => Some("?"),
    }
}

fn impossible(seen: &Seen, header: &str, profile: &Profile) -> Option<String> {
    if header.is_empty() {
        return Some("it has no header".into());
    }
    if seen.headers.names.iter().filter(|name| *name == header).count() > 1 {
        return Some("the header stands twice in the file; rename one to use it".into());
    }
    (profile.n_present() == 0).then(|| format!("no value in all {} rows", profile.n))
}

/// Whether the header or the values are names, addresses or dates of birth.
fn names_persons(words: &[String], profile: &Profile) -> bool {
    may_identify(words) || profile.n_with_at * 2 > profile.n_present()
}

/// Texts without digits under the header of an identifier are names, most likely.
fn has_texts_without_digits(profile: &Profile) -> bool {
    profile.n_without_digit * 5 > profile.n_present()
}

fn conclude(header: &str, words: &[String], profile: &Profile, numbers: Option<&Numbers>) -> Verdict {
    let named_as_id = id_rank(words).is_some();
    let are_names = named_as_id && has_texts_without_digits(profile) && profile.n_distinct() > MOST_CODES;
    if names_persons(words, profile) || are_names {
        return Verdict::left_out("kept out: may identify a patient");
    }
    // Texts such as "-" that stand among numbers, dates or yes and no are no values of their own.
    let maybe: Vec<String> = profile.values.keys().filter(|v| may_be_not_known(v)).cloned().collect();
    let n_maybe: usize = maybe.iter().filter_map(|v| profile.values.get(v)).sum();
    let n = profile.n_present() - n_maybe;
    if n == 0 {
        return Verdict::left_out("no value but texts that mean \"not known\"");
    }
    let with_missing = |mut verdict: Verdict| {
        verdict.missing = maybe.clone();
        verdict
    };
    if profile.n_bool == profile.n_present() {
        return yes_no_verdict(profile, &[]).unwrap_or_else(|| Verdict::left_out("free text"));
    }
    if let Some(verdict) = date_verdict(profile, words, n) {
        return with_missing(verdict);
    }
    if let Some(verdict) = yes_no(words, profile, &maybe) {
        return verdict;
    }
    if let Some(numbers) = numbers.filter(|_| profile.numbers.len() * 5 >= n * 4) {
        return with_missing(number_verdict(header, words, profile, numbers, n));
    }
    text_verdict(profile, words, &maybe)
}

fn date_verdict(profile: &Profile, words: &[String], n: usize) -> Option<Verdict> {
    let dates = &profile.dates;
    let compact = dates.n_compact == n && has(words, &["date", "datum", "dat", "dt", "dob"]);
    if compact {
        let reason = format!("all {n} values are dates written yyyymmdd");
        return Some(Verdict::new(Kind::Date(Some("yyyy-mm-dd")), reason));
    }
    let few = dates.n_any() * 10 < n * 7;
    if few || dates.n_true + dates.n_written == 0 {
        let two_digit = dates.n_two_digit * 10 >= n * 7;
        return two_digit.then(|| {
            Verdict::left_out(
                "dates with years of two digits: 19 may be 1919 or 2019; write four digits in the file",
            )
        });
    }
    let (order, reason) = match order_of(dates) {
        Order::NotNeeded => (None, format!("{} of {n} values are true dates", dates.n_true)),
        Order::Known(order, reason) => (Some(order.name()), with_true(reason, dates.n_true)),
        Order::Open(question) => (Some("?"), format!("QUESTION: {question}")),
    };
    let mut verdict = Verdict::new(Kind::Date(order), reason);
    for (n, what) in [
        (dates.n_partial, "known only to the month or year; they will be set aside as missing"),
        (dates.n_two_digit, "have a year of two digits; they will be set aside as missing"),
    ] {
        if n > 0 {
            verdict.remarks.push(format!("{n} values are {what}").replace("are have", "have"));
        }
    }
    Some(verdict)
}

fn with_true(reason: String, n_true: usize) -> String {
    if n_true == 0 { reason } else { format!("{reason}; {n_true} others are true dates") }
}

fn yes_no(words: &[String], profile: &Profile, maybe: &[String]) -> Option<Verdict> {
    if has(words, TWO_GROUPS) {
        return None;
    }
    let not_known: Vec<&str> = maybe.iter().map(String::as_str).collect();
    yes_no_verdict(profile, &not_known)
}

fn yes_no_verdict(profile: &Profile, not_known: &[&str]) -> Option<Verdict> {
    let counted = profile.counted()?;
    let values: Vec<(&str, usize)> = counted.into_iter().filter(|(v, _)| !not_known.contains(v)).collect();
    let said: Vec<bool> = values.iter().map(|(text, _)| says(text)).collect::<Option<_>>()?;
    let of = |yes: bool| -> Vec<String> {
        values
            .iter()
            .zip(&said)
            .filter(|(_, s)| **s == yes)
            .map(|((text, _), _)| (*text).to_owned())
            .collect()
    };
    let (mut yes, mut no) = (of(true), of(false));
    let total: usize = values.iter().map(|(_, n)| n).sum();
    let reason = match (yes.as_slice(), no.as_slice()) {
        ([], []) => return None,
        // One value alone says yes or no only by the commonest code.
        ([one], []) if one == "1" || one == "TRUE" => format!("{one} in all {total} rows that have a value"),
        ([], [zero]) if zero == "0" || zero == "FALSE" => {
            format!("{zero} in all {total} rows that have a value")
        }
        (_, []) | ([], _) => return None,
        (y, n) => format!("{} or {} in all {total} rows that have a value", y.join(", "), n.join(", ")),
    };
    if yes.is_empty() {
        yes.push(if no[0] == "0" { "1" } else { "TRUE" }.to_owned());
    }
    if no.is_empty() {
        no.push(if yes[0] == "1" { "0" } else { "FALSE" }.to_owned());
    }
    let mut verdict = Verdict::new(Kind::YesNo { yes, no }, reason);
    verdict.missing = not_known.iter().map(|&t| t.to_owned()).collect();
    Some(verdict)
}

fn number_verdict(header: &str, words: &[String], profile: &Profile, numbers: &Numbers, n: usize) -> Verdict {
    let mut verdict = match codes(words, profile, numbers, n) {
        Some(verdict) => return verdict,
        None if is_duration(words, numbers) => duration_verdict(words, numbers),
        None => plain_number(header, words, profile, numbers, n),
    };
    let n_bad = n - profile.numbers.len();
    if n_bad > 0 {
        verdict.remarks.push(format!("{n_bad} values are no numbers; they will be set aside as missing"));
    }
    verdict
}

/// Few whole numbers that are grades, classes or groups.
fn codes(words: &[String], profile: &Profile, numbers: &Numbers, n: usize) -> Option<Verdict> {
    let all_numbers = profile.numbers.len() == n;
    let few = profile.n_distinct() <= MOST_CODES && numbers.are_whole() && all_numbers && numbers.min >= 0.0;
    if !few || numbers.max > 20.0 || has(words, AGE) || !numbers.sentinels.is_empty() {
        return None;
    }
    let named = has(words, CATEGORY) && !has(words, COUNT);
    let unnamed = profile.n_distinct() <= 4 && n >= ENOUGH_ROWS && !has(words, COUNT) && !is_time(words);
    if !named && !unnamed {
        return None;
    }
    let mut texts: Vec<String> = profile.values.keys().filter(|v| !may_be_not_known(v)).cloned().collect();
    sort_levels(&mut texts);
    let prefix = level_prefix(words);
    let levels = texts.iter().map(|text| (text.clone(), format!("{prefix}{text}"))).collect();
    let why = if named { "under a header that names grades or groups" } else { "too few for a measurement" };
    let reason = match texts.as_slice() {
        [one] => format!("only one whole number ({one}) {why}"),
        more => format!("only {} different whole numbers ({}) {why}", more.len(), more.join(", ")),
    };
    let mut verdict = Verdict::new(Kind::Category(levels), reason);
    verdict.remarks.push("write what each code means in place of the text on the right".into());
    Some(verdict)
}

/// What stands before a code in print: Grade 2, ECOG 1.
fn level_prefix(words: &[String]) -> &'static str {
    [
        ("grade", "Grade "),
        ("grading", "Grade "),
        ("ecog", "ECOG "),
        ("asa", "ASA "),
        ("stage", "Stage "),
        ("nyha", "NYHA "),
    ]
    .into_iter()
    .find(|(word, _)| words.iter().any(|w| w == word))
    .map_or("", |(_, prefix)| prefix)
}

fn is_duration(words: &[String], numbers: &Numbers) -> bool {
    let is_age = has(words, AGE) || has(words, &["year", "jahr"]) && numbers.min > 1800.0;
    let named = is_time(words) || time_unit(words).is_some() && words.len() > 1;
    named && !is_age && numbers.are_not_negative()
}

fn duration_verdict(words: &[String], numbers: &Numbers) -> Verdict {
    let span = format!("a time by its header, {}", numbers.span());
    let fine = !numbers.are_whole();
    let (unit, reason) = match (time_unit(words), numbers.max) {
        (Some(unit), _) => (unit, format!("{span}; {unit} by its header")),
        (None, max) if max > 600.0 => ("days", format!("{span}: too long for months")),
        (None, max) if fine && max > 40.0 => ("months", format!("{span}, with decimals: too long for years")),
        _ => ("?", format!("QUESTION: {span}: days, weeks, months or years?")),
    };
    Verdict::new(Kind::Duration(unit), reason)
}

fn plain_number(header: &str, words: &[String], profile: &Profile, numbers: &Numbers, n: usize) -> Verdict {
    let is_age = has(words, AGE) && numbers.max <= 130.0;
    let unit = match unit_of(header) {
        Some((unit, _)) => Some(unit),
        None if is_age => Some("years".into()),
        None if profile.n_percent > 0 => Some("%".into()),
        None => None,
    };
    let range = (is_age && numbers.max <= 120.0 && numbers.min >= 0.0).then_some((0.0, 120.0));
    let reason = match profile.numbers.len() == n {
        true => format!("all {n} values are numbers, {}", numbers.span()),
        false => format!("{} of {n} values are numbers, {}", profile.numbers.len(), numbers.span()),
    };
    Verdict::new(Kind::Number { unit, range }, reason)
}

fn text_verdict(profile: &Profile, words: &[String], maybe: &[String]) -> Verdict {
    // "-" is a level where "+" stands beside it, and means "not known" otherwise.
    let is_level = profile.values.contains_key("+");
    let not_known: &[String] = if is_level { &[] } else { maybe };
    let n_not_known: usize = not_known.iter().filter_map(|text| profile.values.get(text)).sum();
    let n = profile.n_present() - n_not_known;
    let distinct = profile.n_distinct() - not_known.len();
    let mean_length = profile.n_letters / n.max(1);
    let mut counted = profile.counted().unwrap_or_default();
    counted.retain(|(text, _)| !not_known.iter().any(|t| t == text));
    if counted.is_empty() || counted.len() > MOST_LEVELS {
        return Verdict::left_out(format!("free text: {distinct} different texts in {n} rows"));
    }
    let repeats = distinct * 2 <= n || distinct <= 5 && has(words, CATEGORY) || distinct == 1;
    if !repeats || mean_length > 40 {
        return Verdict::left_out(format!("free text: {distinct} different texts in {n} rows"));
    }
    let levels = levels_of(&counted);
    let n_levels = levels.iter().map(|(_, level)| level).collect::<std::collections::BTreeSet<_>>().len();
    let reason = match n_levels == levels.len() {
        true if distinct == 1 => format!("the same text in {n} rows"),
        true => format!("{distinct} different texts in {n} rows"),
        false => format!(
            "{distinct} different texts in {n} rows; those that differ only in capitals are one level"
        ),
    };
    let mut verdict = Verdict::new(Kind::Category(levels), reason);
    verdict.remarks.push("levels print in this order; several texts may share one level".into());
    verdict.missing = not_known.to_vec();
    verdict
}

/// Every text with its level: texts that differ only in capitals share that of the most frequent.
fn levels_of(counted: &[(&str, usize)]) -> Vec<(String, String)> {
    let level = |text: &str| -> String {
        let folded = text.to_lowercase();
        counted.iter().find(|(t, _)| t.to_lowercase() == folded).map_or(text, |(t, _)| t).to_owned()
    };
    let mut levels: Vec<String> = counted.iter().map(|(text, _)| level(text)).collect();
    sort_levels(&mut levels);
    levels.dedup();
    let mut pairs = Vec::new();
    for one in levels {
        let texts = counted.iter().filter(|(text, _)| level(text) == one);
        pairs.extend(texts.map(|(text, _)| ((*text).to_owned(), one.clone())));
    }
    pairs
}

fn stats_of(profile: &Profile, numbers: Option<&Numbers>, verdict: &Verdict) -> ColumnStats {
    let maybe: usize = verdict.missing.iter().filter_map(|text| profile.values.get(text)).sum();
    let counted = profile.counted();
    let mut values: Vec<(String, usize)> =
        counted.iter().flatten().map(|(text, n)| ((*text).to_owned(), *n)).collect();
    values.retain(|(text, _)| !verdict.missing.contains(text));
    let examples = profile.values.keys().filter(|v| !verdict.missing.contains(v)).take(5).cloned().collect();
    let (min, max) = match &verdict.kind {
        Kind::Number { .. } | Kind::Duration(_) => (numbers.map(|n| n.min), numbers.map(|n| n.max)),
        Kind::Date(_) => day_range(profile),
        _ => (None, None),
    };
    ColumnStats {
        n: profile.n,
        n_missing: profile.n - profile.n_present() + maybe,
        n_distinct: profile.n_distinct() - verdict.missing.len().min(profile.n_distinct()),
        distinct_is_capped: profile.distinct_is_capped(),
        min,
        max,
        examples,
        values: if values.len() > 50 { Vec::new() } else { values },
    }
}

fn day_range(profile: &Profile) -> (Option<f64>, Option<f64>) {
    let order = match order_of(&profile.dates) {
        Order::Known(order, _) => index_of(order),
        _ => None,
    };
    let range = profile.dates.range(order);
    (range.map(|r| f64::from(r.0.0)), range.map(|r| f64::from(r.1.0)))
}

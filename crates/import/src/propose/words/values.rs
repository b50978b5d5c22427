//! Texts and numbers in cells that mean "not known", yes or no.

/// Texts that mean "not known" in every kind of column, compared without case.
const NOT_KNOWN: &[&str] = &[
    "?",
    "??",
    "n.a.",
    "n.a",
    "na",
    "n/a",
    "#n/a",
    "nan",
    "null",
    "unknown",
    "unk",
    "not known",
    "missing",
    "n.v.",
    "k.a.",
    "k. a.",
    "n. a.",
    "n.k.",
    "nk",
    "n.b.",
    "unbekannt",
    "nicht bekannt",
    "keine angabe",
    "inconnu",
    "desconocido",
    "sconosciuto",
    "onbekend",
    "неизвестно",
    "not available",
    "not done",
    "nd",
    "n.d.",
    "<na>",
];

/// Texts that mean "not known" among numbers and dates, but may be a level ("-" for negative).
const MAYBE_NOT_KNOWN: &[&str] = &["-", "--", "---", ".", "..", "–", "—", "none", "x", "*", "nil", "keine"];

pub(in crate::propose) fn is_not_known(text: &str) -> bool {
    NOT_KNOWN.contains(&text.to_lowercase().as_str())
}

pub(in crate::propose) fn may_be_not_known(text: &str) -> bool {
    MAYBE_NOT_KNOWN.contains(&text.to_lowercase().as_str())
}

/// Numbers that stand for "not known" in many data sets.
pub(in crate::propose) const SENTINELS: [f64; 14] =
    [99.0, 999.0, 9999.0, 99_999.0, 888.0, 8888.0, 777.0, -1.0, -9.0, -99.0, -999.0, -9999.0, 998.0, 997.0];

const YES: &[&str] = &[
    "1",
    "yes",
    "y",
    "true",
    "t",
    "ja",
    "j",
    "oui",
    "o",
    "si",
    "sí",
    "s",
    "sim",
    "да",
    "tak",
    "ano",
    "event",
    "dead",
    "died",
    "deceased",
    "verstorben",
    "tot",
    "gestorben",
    "exitus",
    "décédé",
];
const NO: &[&str] = &[
    "0", "no", "n", "false", "f", "nein", "non", "não", "нет", "nie", "ne", "censored", "alive", "living",
    "lebt", "lebend", "vivant", "no event",
];

/// Whether a text says yes (`Some(true)`), no (`Some(false)`) or something else.
pub(in crate::propose) fn says(text: &str) -> Option<bool> {
    let lower = text.to_lowercase();
    match (YES.contains(&lower.as_str()), NO.contains(&lower.as_str())) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

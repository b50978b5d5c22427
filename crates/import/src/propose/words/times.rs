//! Headers of times and their units.

use super::has;

/// Words of a header that say a unit of time.
pub(in crate::propose) fn time_unit(words: &[String]) -> Option<&'static str> {
    words.iter().rev().find_map(|word| {
        Some(match word.as_str() {
            "d" | "day" | "days" | "tag" | "tage" | "tagen" | "jours" | "dias" => "days",
            "w" | "wk" | "wks" | "week" | "weeks" | "wochen" => "weeks",
            "mo" | "mos" | "mon" | "month" | "months" | "monat" | "monate" | "monaten" | "mois" | "meses"
            | "mths" => "months",
            "y" | "yr" | "yrs" | "year" | "years" | "jahr" | "jahre" | "jahren" | "ans" | "anos" => "years",
            _ => return None,
        })
    })
}

/// Whether the words of a header name a length of time under observation.
pub(in crate::propose) fn is_time(words: &[String]) -> bool {
    const ALONE: &[&str] = &[
        "time",
        "times",
        "zeit",
        "dauer",
        "duration",
        "fu",
        "followup",
        "follow",
        "futime",
        "surv",
        "survival",
        "überleben",
        "ueberleben",
        "temps",
        "tiempo",
        "os",
        "pfs",
        "dfs",
        "rfs",
        "dmfs",
        "efs",
        "ttp",
        "tte",
        "lc",
        "css",
        "dss",
        "nachbeobachtung",
        "interval",
    ];
    let ending = |word: &String| {
        word.len() > 4 && (word.ends_with("time") || word.ends_with("zeit") || word.ends_with("surv"))
    };
    has(words, ALONE) || words.iter().any(ending)
}

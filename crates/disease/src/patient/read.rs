//! A patient from (field, text) pairs: a file of one patient, or a row of a table.

use oligomet_base::day::DateOrder;
use oligomet_base::suggest::did_you_mean;
use oligomet_base::{PartialDate, Place, Problem};

use super::fields::{FIELDS, Field, Kind, find};
use super::{Count, Measured, Patient};
use crate::Organ;

/// Texts that say that nothing is known.
const NOT_KNOWN: [&str; 8] = ["", "?", "-", "na", "n/a", "nk", "unknown", "not known"];

impl Patient {
    /// Reads the facts of one patient from pairs of field and text, in any order.
    ///
    /// Empty texts, `?`, `-`, `na` and `unknown` mean that nothing is known. A pair that cannot be read is left unknown
    /// and told: OM501 no such field, OM502 a value that the field does not take, OM503 a text that is no receptor
    /// result, OM504 no date, OM509 a field given twice. Contradictions between facts: [`Patient::problems`].
    ///
    /// ```
    /// use oligomet_base::day::DateOrder;
    /// use oligomet_disease::Patient;
    /// let (patient, problems) =
    ///     Patient::from_fields(&[("lesions", "3"), ("history_polymetastatc", "no")], DateOrder::YearMonthDay);
    /// assert_eq!(patient.total.lesions.exact(), Some(3));
    /// assert!(problems[0].mend.contains("did you mean `history_polymetastatic`"));
    /// ```
    #[must_use]
    pub fn from_fields<N: AsRef<str>, T: AsRef<str>>(
        pairs: &[(N, T)],
        order: DateOrder,
    ) -> (Self, Vec<Problem>) {
        let mut patient = Self::default();
        let mut problems = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for (name, text) in pairs {
            let (name, text) = (name.as_ref(), text.as_ref().trim());
            let Some(field) = find(name) else {
                problems.push(no_such_field(name));
                continue;
            };
            if seen.contains(&field.name) {
                problems.push(given_twice(field));
                continue;
            }
            seen.push(field.name);
            if NOT_KNOWN.contains(&text.to_lowercase().as_str()) {
                continue;
            }
            problems.extend(set(&mut patient, field, text, order));
        }
        for problem in problems.iter_mut().filter(|_| !patient.id.is_empty()) {
            problem.place.subject = Some(format!("patient {}", patient.id));
        }
        (patient, problems)
    }
}

fn set(patient: &mut Patient, field: &Field, text: &str, order: DateOrder) -> Option<Problem> {
    let refused = || Some(not_allowed(field, text, ""));
    let put = |place: &mut Measured, value: Option<Measured>| match value {
        Some(value) => {
            *place = value;
            None
        }
        None => refused(),
    };
    match field.kind {
        Kind::Text(place) => text.clone_into(place(patient)),
        Kind::YesNo(place) => match yes_or_no(text) {
            Some(value) => *place(patient) = value.into(),
            None => return Some(not_allowed(field, text, &suggestion(text, &["yes", "no"]))),
        },
        Kind::Date(place) => match PartialDate::parse(text, order) {
            Some(date) => *place(patient) = Some(date),
            None => return Some(no_date(field, text, order)),
        },
        Kind::Whole(place, most) => match text.parse::<Count>() {
            Ok(count) if count.low <= most && count.high.is_none_or(|high| high <= most) => {
                *place(patient) = count;
            }
            _ => return refused(),
        },
        Kind::Percent(place) => return put(place(patient), percent(text)),
        Kind::Number(place) => return put(place(patient), text.parse().ok()),
        Kind::Receptor(place) => match receptor(text) {
            Some(value) => *place(patient) = value,
            None => return Some(no_receptor(field, text, &["positive", "negative"])),
        },
        Kind::Her2(place) => match positive(text) {
            Some(value) => *place(patient) = value.into(),
            None => return Some(no_receptor(field, text, &["positive", "negative"])),
        },
        Kind::Ihc(place) => match ihc(text) {
            Some(value) => *place(patient) = value,
            None => return Some(no_receptor(field, text, &["0", "1+", "2+", "3+"])),
        },
        Kind::Ish(place) => match amplified(text) {
            Some(value) => *place(patient) = value.into(),
            None => return Some(no_receptor(field, text, &["amplified", "not amplified"])),
        },
        Kind::Organs => match organs(text) {
            Ok(list) => patient.organs.involved = Some(list),
            Err(word) => return Some(no_organ(field, &word)),
        },
        Kind::NotAssessed => match organs(text) {
            Ok(list) => patient.organs.not_assessed = list,
            Err(word) => return Some(no_organ(field, &word)),
        },
    }
    None
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn percent(text: &str) -> Option<Measured> {
    let value: Measured = text.parse().ok()?;
    let limited = if value.high.is_finite() { value } else { Measured { high: 100.0, ..value } };
    let nothing_left = limited.above_low && limited.low >= limited.high;
    (limited.low <= 100.0 && limited.high <= 100.0 && !nothing_left).then_some(limited)
}

fn positive(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "positive" | "pos" | "+" => Some(true),
        "negative" | "neg" => Some(false),
        _ => None,
    }
}

/// A hormone receptor; positive is 1 % of the cells or more (Hammond 2010, ASCO/CAP).
fn receptor(text: &str) -> Option<Measured> {
    match positive(text) {
        Some(true) => percent(">= 1"),
        Some(false) => Some(Measured::below(1.0)),
        None => percent(text),
    }
}

fn ihc(text: &str) -> Option<Count> {
    let count: Count = text.replace('+', "").parse().ok()?;
    let within = count.within(Count { low: 0, high: Some(3) });
    (count.low <= 3 && count.high.is_none_or(|high| high <= 3)).then_some(within)
}

fn amplified(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "amplified" => Some(true),
        "not amplified" | "not_amplified" => Some(false),
        _ => positive(text),
    }
}

fn organs(text: &str) -> Result<Vec<Organ>, String> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(Vec::new());
    }
    let mut list = Vec::new();
    for word in text.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()) {
        list.push(Organ::from_name(word).ok_or_else(|| word.to_owned())?);
    }
    list.sort_unstable();
    list.dedup();
    Ok(list)
}

fn place(field: &Field) -> Place {
    Place::default().column(field.name)
}

fn suggestion(text: &str, known: &[&str]) -> String {
    did_you_mean(text, known.iter().copied()).map_or_else(String::new, |sentence| format!("; {sentence}"))
}

fn no_such_field(name: &str) -> Problem {
    let names = FIELDS.iter().map(|field| field.name);
    let mend = did_you_mean(name, names).unwrap_or_else(|| "take a name of the dictionary of fields".into());
    Problem::error("OM501", format!("there is no field `{name}`"))
        .at(Place::default().column(name))
        .why("a fact that is not understood would be left out silently")
        .mend(mend)
}

fn given_twice(field: &Field) -> Problem {
    Problem::error("OM509", format!("`{}` is given twice", field.name))
        .at(place(field))
        .why("the second value is not used, and which of them is right is not known")
        .mend("keep the one that the record supports")
}

fn not_allowed(field: &Field, text: &str, suggestion: &str) -> Problem {
    Problem::error("OM502", format!("\"{text}\" is no value of `{}`", field.name))
        .at(place(field))
        .why(format!("it says: {}; the fact stays unknown", field.meaning))
        .mend(format!("write {}{suggestion}", field.kind.allowed()))
}

fn no_receptor(field: &Field, text: &str, known: &[&str]) -> Problem {
    let near = suggestion(text, known);
    Problem::error("OM503", format!("\"{text}\" is no result of `{}`", field.name))
        .at(place(field))
        .why("the subtype needs the receptor as it was measured; the fact stays unknown")
        .mend(format!("take it from the pathology report: {}{near}", field.kind.allowed()))
}

fn no_date(field: &Field, text: &str, order: DateOrder) -> Problem {
    Problem::error("OM504", format!("\"{text}\" is no date in the order {}", order.name()))
        .at(place(field))
        .why(format!("it is the {}; the fact stays unknown", field.meaning))
        .mend("take the date from the record; a month (2019-03) or a year (2019) where no more is known")
}

fn no_organ(field: &Field, word: &str) -> Problem {
    let names: Vec<&str> = Organ::ALL.iter().map(|organ| organ.name()).collect();
    let near =
        did_you_mean(word, names.iter().copied()).unwrap_or_else(|| format!("known: {}", names.join(", ")));
    Problem::error("OM502", format!("\"{word}\" is no organ"))
        .at(place(field))
        .why("a list that is understood only in part would call organs free that are not; the list stays unknown")
        .mend(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Truth;

    fn read(pairs: &[(&str, &str)]) -> (Patient, Vec<Problem>) {
        Patient::from_fields(pairs, DateOrder::YearMonthDay)
    }

    #[test]
    fn every_kind_is_read() {
        let (patient, problems) = read(&[
            ("patient", "P-7"),
            ("primary_diagnosis", "2019-03"),
            ("lesions", "> 5"),
            ("Stage IV at diagnosis", "Yes"),
            ("er", "positive"),
            ("pr", "< 1 %"),
            ("her2_ihc", "2+"),
            ("her2_ish", "not amplified"),
            ("ki67", "10-20"),
            ("organs", "Liver; bone"),
            ("organs_not_assessed", "brain"),
            ("ecog", "unknown"),
        ]);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(patient.primary_diagnosis, Some(PartialDate::Month(2019, 3)));
        assert_eq!(patient.total.lesions.low, 6);
        assert_eq!(patient.stage_iv_at_diagnosis, Truth::True);
        assert_eq!((patient.er.low, patient.er.high), (1.0, 100.0));
        assert_eq!(patient.pr.at_least(1.0), Truth::False);
        assert_eq!(patient.her2_ihc, Count::exactly(2));
        assert_eq!(patient.her2_ish, Truth::False);
        assert_eq!(patient.organs.involved.as_deref(), Some(&[Organ::Bone, Organ::Liver][..]));
        assert!(patient.ecog.is_unknown());
    }

    #[test]
    fn what_cannot_be_read_is_told_and_stays_unknown() {
        let (patient, problems) = read(&[
            ("patient", "P-8"),
            ("lesion", "3"),
            ("lesions", "-2"),
            ("systemic_therapy", "yse"),
            ("er", "possitive"),
            ("her2_ihc", "4+"),
            ("omd_diagnosis", "31.02.2020"),
            ("organs", "bone, livr"),
            ("ki67", "120"),
            ("ki67", "12"),
            ("pr", "> 100"),
        ]);
        let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
        assert_eq!(
            codes,
            ["OM501", "OM502", "OM502", "OM503", "OM503", "OM504", "OM502", "OM502", "OM509", "OM503"]
        );
        assert_eq!(patient, Patient { id: "P-8".into(), ..Patient::default() });
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(told[0].contains("did you mean `lesions`?"), "{}", told[0]);
        assert!(told[2].contains("did you mean `yes`?"), "{}", told[2]);
        assert!(told[3].contains("did you mean `positive`?"), "{}", told[3]);
        assert!(told[6].contains("did you mean `liver`?"), "{}", told[6]);
        assert!(told[0].contains("patient P-8"), "{}", told[0]);
    }
}

//! Words in headers and cells, in the languages in which departments write them.

mod events;
mod roles;
mod times;
mod values;

pub(in crate::propose) use events::{Concept, concept_of, speaks_of_censoring, stems};
pub(in crate::propose) use roles::{AGE, CATEGORY, COUNT, TWO_GROUPS, id_rank, may_identify};
pub(in crate::propose) use times::{is_time, time_unit};
pub(in crate::propose) use values::{SENTINELS, is_not_known, may_be_not_known, says};

/// The words of a header in lower case: `OS_months` gives os, months; `lastFollowUp` gives last, follow, up.
pub(in crate::propose) fn words_of(header: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before_is_lower = false;
    for c in header.chars() {
        let begins = c.is_uppercase() && before_is_lower;
        if (!c.is_alphanumeric() || begins) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if c == '%' {
            words.push("%".into());
        }
        before_is_lower = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

pub(in crate::propose) fn has(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept_name(header: &str) -> Option<&'static str> {
        concept_of(&stems(&words_of(header))).map(|c| c.name)
    }

    #[test]
    fn headers_fall_into_words() {
        assert_eq!(words_of("OS_months"), ["os", "months"]);
        assert_eq!(words_of("lastFollowUp (d)"), ["last", "follow", "up", "d"]);
        assert_eq!(words_of("Ki67 %"), ["ki67", "%"]);
    }

    #[test]
    fn events_are_known_by_their_headers() {
        for (header, name) in [
            ("death", "death"),
            ("dtime", "death"),
            ("os_event", "death"),
            ("survtime", "death"),
            ("censdead", "death"),
            ("date_of_death", "death"),
            ("deathdate", "death"),
            ("recur", "recurrence"),
            ("rtime", "recurrence"),
            ("censrec", "recurrence"),
            ("rectime", "recurrence"),
            ("event_pfs", "progression_or_death"),
            ("pfs_months", "progression_or_death"),
            ("local_recurrence_date", "local_failure"),
            ("vital_status", "death"),
        ] {
            assert_eq!(concept_name(header), Some(name), "{header}");
        }
        assert_eq!(concept_name("status"), None);
        assert_eq!(concept_name("time"), None);
    }

    #[test]
    fn persons_are_kept_out() {
        for header in
            ["Name", "name_last", "Patient name", "DOB", "date of birth", "Geburtsdatum", "e-mail", "PLZ"]
        {
            assert!(may_identify(&words_of(header)), "{header}");
        }
        for header in ["drug_name", "age", "hospital", "grade", "pid"] {
            assert!(!may_identify(&words_of(header)), "{header}");
        }
    }
}

//! Words by which columns of a plain sheet are understood, where no data dictionary says what they are.

/// The parts of a column's name: `rt_start_date` is `rt`, `start`, `date`.
fn parts(name: &str) -> impl Iterator<Item = String> + '_ {
    name.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).map(str::to_lowercase)
}

fn names_one_of(name: &str, words: &[&str]) -> bool {
    parts(name).any(|part| words.contains(&part.as_str()))
}

/// Anatomical sites.
pub(super) fn is_site(name: &str) -> bool {
    const SITES: [&str; 12] = [
        "site",
        "organ",
        "location",
        "localisation",
        "localization",
        "region",
        "parenchyma",
        "brain",
        "extracranial",
        "intracranial",
        "lokalisation",
        "organsystem",
    ];
    names_one_of(name, &SITES) && !is_count(name)
}

/// Counts of something: their numbers are no codes.
pub(super) fn is_count(name: &str) -> bool {
    const COUNTS: [&str; 18] = [
        "n",
        "no",
        "nr",
        "num",
        "number",
        "count",
        "counts",
        "lines",
        "line",
        "lesions",
        "nodes",
        "fractions",
        "courses",
        "metastases",
        "sites",
        "organs",
        "anzahl",
        "total",
    ];
    names_one_of(name, &COUNTS)
}

/// The death of a patient.
pub(super) fn is_death(name: &str) -> bool {
    const DEATHS: [&str; 7] = ["death", "died", "dead", "deceased", "exitus", "tod", "verstorben"];
    names_one_of(name, &DEATHS)
}

/// A date from which a patient could be in a study of a treatment.
pub(super) fn is_entry(name: &str) -> bool {
    const ENTRIES: [&str; 15] = [
        "rt",
        "radiotherapy",
        "irradiation",
        "sbrt",
        "sabr",
        "surgery",
        "operation",
        "treatment",
        "enrolment",
        "enrollment",
        "inclusion",
        "randomisation",
        "randomization",
        "registration",
        "entry",
    ];
    const ENDS: [&str; 4] = ["end", "stop", "last", "next"];
    names_one_of(name, &ENTRIES) && !names_one_of(name, &ENDS)
}

/// What is known only after treatment has begun.
pub(super) fn is_outcome(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "responder",
        "responders",
        "completed",
        "unchanged",
        "followup",
        "progressed",
        "relapsed",
        "recurred",
        "survived",
    ];
    let phrase = parts(name).collect::<Vec<_>>().join("_");
    let told = ["best_response", "follow_up", "rt_completed", "fu_days", "fu_months", "imaging_within"];
    names_one_of(name, &WORDS) || told.iter().any(|t| phrase.contains(t))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_parts_of_names() {
        assert!(is_site("rt_organ") && is_site("Site") && !is_site("website") && !is_site("n_sites"));
        assert!(is_entry("rt_start_date") && !is_entry("rt_end_date") && !is_entry("start_of_art"));
        assert!(is_death("date_of_death") && !is_death("deathly"));
        assert!(
            is_outcome("best_response") && is_outcome("followup_days") && !is_outcome("response_outside")
        );
        assert!(is_count("n_lesions_treated") && !is_count("subtype"));
    }
}

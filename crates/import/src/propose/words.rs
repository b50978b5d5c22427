//! Words in headers and cells, in the languages in which departments write them.

/// The words of a header in lower case: `OS_months` gives os, months; `lastFollowUp` gives last, follow, up.
pub(super) fn words_of(header: &str) -> Vec<String> {
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

pub(super) fn has(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

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

pub(super) fn is_not_known(text: &str) -> bool {
    NOT_KNOWN.contains(&text.to_lowercase().as_str())
}

pub(super) fn may_be_not_known(text: &str) -> bool {
    MAYBE_NOT_KNOWN.contains(&text.to_lowercase().as_str())
}

/// Numbers that stand for "not known" in many data sets.
pub(super) const SENTINELS: [f64; 14] =
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
pub(super) fn says(text: &str) -> Option<bool> {
    let lower = text.to_lowercase();
    match (YES.contains(&lower.as_str()), NO.contains(&lower.as_str())) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Whether the words of a header may name a person or lead to one.
pub(super) fn may_identify(words: &[String]) -> bool {
    const ALONE: &[&str] = &[
        "surname",
        "lastname",
        "firstname",
        "forename",
        "fullname",
        "vorname",
        "nachname",
        "familienname",
        "nom",
        "prenom",
        "prénom",
        "apellido",
        "apellidos",
        "cognome",
        "initials",
        "initialen",
        "address",
        "adresse",
        "street",
        "strasse",
        "straße",
        "city",
        "town",
        "wohnort",
        "zip",
        "zipcode",
        "plz",
        "postcode",
        "postal",
        "phone",
        "telephone",
        "telefon",
        "tel",
        "mobile",
        "handy",
        "fax",
        "email",
        "mail",
        "ssn",
        "nhs",
        "insurance",
        "versicherung",
        "versichertennummer",
        "dob",
        "birthdate",
        "birthday",
        "birth",
        "dateofbirth",
        "geburtsdatum",
        "gebdat",
        "geburtstag",
        "geboren",
        "naissance",
        "nacimiento",
        "nascita",
        "gebdatum",
        "passport",
        "kin",
    ];
    if has(words, ALONE) {
        return true;
    }
    let name = has(words, &["name", "namen", "names"]);
    let of_a_person =
        ["first", "last", "family", "given", "patient", "pat", "full", "sur", "maiden", "middle"];
    name && (words.len() == 1 || has(words, &of_a_person))
}

/// How well a header names an identifier: smaller is better.
pub(super) fn id_rank(words: &[String]) -> Option<usize> {
    const EXACT: &[&str] = &[
        "pid",
        "patientid",
        "patient_id",
        "patid",
        "pat_id",
        "subjectid",
        "subject_id",
        "usubjid",
        "subjid",
        "mrn",
        "record_id",
        "recordid",
        "study_id",
        "studyid",
        "id",
        "pseudonym",
        "patient_no",
        "patient_nr",
        "patnr",
        "pat_nr",
        "case_id",
        "caseid",
        "caseno",
        "case_no",
        "patient",
        "pat",
        "subject",
        "fallnummer",
        "patientennummer",
        "identifier",
        "case",
        "fall",
        "record",
        "participant",
        "participant_id",
        "nr",
        "no",
        "number",
        "rownames",
        "row_names",
        "unnamed_0",
        "x",
        "index",
    ];
    let joined = words.join("_");
    let exact = EXACT.iter().position(|&name| name == joined);
    let ends =
        || words.last().is_some_and(|w| ["id", "mrn", "pid", "patid", "identifier"].contains(&w.as_str()));
    exact.or_else(|| ends().then_some(EXACT.len()))
}

/// Words of headers whose few whole numbers are grades, classes or groups.
pub(super) const CATEGORY: &[&str] = &[
    "grade",
    "grading",
    "grad",
    "ecog",
    "who",
    "ps",
    "asa",
    "stage",
    "stadium",
    "staging",
    "t",
    "n",
    "m",
    "ct",
    "cn",
    "cm",
    "pt",
    "pn",
    "pm",
    "figo",
    "her2",
    "type",
    "typ",
    "histology",
    "histologie",
    "histo",
    "subtype",
    "group",
    "gruppe",
    "arm",
    "race",
    "ethnicity",
    "ethnic",
    "gender",
    "sex",
    "geschlecht",
    "site",
    "side",
    "seite",
    "laterality",
    "status",
    "response",
    "class",
    "klasse",
    "level",
    "category",
    "cat",
    "cohort",
    "center",
    "centre",
    "zentrum",
    "hospital",
    "meno",
    "menopause",
    "menostat",
    "nyha",
    "complete",
    "risk",
    "treatment",
    "treat",
    "therapy",
    "regimen",
    "education",
    "marital",
    "code",
    "rx",
    "location",
    "lokalisation",
    "receptor",
    "hormone",
    "hormon",
    "quality",
    "performance",
    "karyotype",
    "trt",
    "indication",
];

/// Words of headers whose whole numbers count something.
pub(super) const COUNT: &[&str] = &[
    "nodes",
    "node",
    "count",
    "number",
    "anzahl",
    "num",
    "lines",
    "children",
    "fractions",
    "cycles",
    "metastases",
    "lesions",
    "nbr",
    "months",
    "years",
    "days",
    "age",
    "alter",
    "dose",
    "size",
    "no",
];

/// Words that are a sex or an arm: two codes that are no yes and no.
pub(super) const TWO_GROUPS: &[&str] =
    &["sex", "gender", "geschlecht", "arm", "group", "gruppe", "rx", "trt", "randomization", "randomisation"];

pub(super) const AGE: &[&str] = &["age", "alter", "edad", "âge", "leeftijd", "eta", "età", "возраст"];

/// Words of a header that say a unit of time.
pub(super) fn time_unit(words: &[String]) -> Option<&'static str> {
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
pub(super) fn is_time(words: &[String]) -> bool {
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

/// Words that may say that a date is when an event happened or a patient was last seen.
pub(super) fn stems(words: &[String]) -> Vec<String> {
    const FLAG: &[&str] = &[
        "event",
        "ev",
        "status",
        "stat",
        "ind",
        "indicator",
        "flag",
        "yn",
        "happened",
        "occurred",
        "occurrence",
    ];
    const TIME: &[&str] = &[
        "time", "date", "datum", "dat", "dt", "of", "to", "fu", "at", "zeit", "the", "first", "until",
        "from", "in", "am",
    ];
    let mut stems = Vec::new();
    for word in words {
        let is_unit = time_unit(std::slice::from_ref(word)).is_some() && word.len() > 1;
        if is_unit || FLAG.contains(&word.as_str()) || TIME.contains(&word.as_str()) {
            continue;
        }
        let stem = ["time", "date", "datum", "event", "status"]
            .iter()
            .find_map(|end| word.strip_suffix(end))
            .unwrap_or(word);
        let stem = stem.strip_prefix("cens").filter(|rest| !rest.starts_with("or")).unwrap_or(stem);
        if !stem.is_empty() {
            stems.push(stem.to_owned());
        }
    }
    stems
}

/// Whether a header speaks of censoring, so that 1 may mean that the event did not happen.
pub(super) fn speaks_of_censoring(words: &[String]) -> bool {
    words.iter().any(|word| word.starts_with("cens") || word.starts_with("zens"))
}

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Concept {
    /// Kinds of one family are told by one time: progression and progression or death.
    pub(super) family: u8,
    pub(super) name: &'static str,
    pub(super) label: &'static str,
}

const fn concept(family: u8, name: &'static str, label: &'static str) -> Concept {
    Concept { family, name, label }
}

const CONCEPTS: &[(Concept, &[&str])] = &[
    (
        concept(0, "death", "Death"),
        &[
            "death",
            "dead",
            "died",
            "deceased",
            "dth",
            "exitus",
            "tod",
            "todes",
            "tot",
            "verstorben",
            "vital",
            "mort",
            "deces",
            "décès",
            "os",
            "surv",
            "survival",
            "overall",
            "dod",
            "muerte",
            "mortality",
            "d",
            "sterbe",
            "fallecimiento",
        ],
    ),
    (
        concept(1, "recurrence", "Recurrence"),
        &["recur", "recurr", "recurrence", "rec", "relapse", "rel", "rezidiv", "recid", "récidive", "r"],
    ),
    (concept(1, "recurrence_or_death", "Recurrence or death"), &["rfs", "dfs", "efs"]),
    (
        concept(2, "progression", "Progression"),
        &["prog", "progression", "progr", "progress", "pd", "progress", "p"],
    ),
    (concept(2, "progression_or_death", "Progression or death"), &["pfs"]),
    (
        concept(3, "metastasis", "Distant metastasis"),
        &["met", "mets", "metastasis", "metastases", "distant", "metastase"],
    ),
    (concept(3, "metastasis_or_death", "Distant metastasis or death"), &["dmfs"]),
    (
        concept(4, "local_failure", "Local failure"),
        &["lf", "lrr", "locoregional", "lc", "localfailure", "local", "lrf", "lokalrezidiv"],
    ),
];

/// The kind of event of which the stems of a header speak.
pub(super) fn concept_of(stems: &[String]) -> Option<Concept> {
    // A local recurrence is a local failure: the more special kind stands last.
    CONCEPTS.iter().rev().find(|(_, words)| has(stems, words)).map(|(concept, _)| *concept)
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

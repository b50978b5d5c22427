//! Drugs as written in a record: `HP + docetaxel`, `letrozole/palbociclib`, `TDM1`. Nothing is guessed.

use oligomet_base::suggest::nearest;
use oligomet_base::{Place, Problem};

use super::DrugId;
use super::formulary::{Formulary, Meaning};

/// What a text says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The drugs named, each once, in the order written; those that could not be read are missing.
    pub drugs: Vec<DrugId>,
    /// What could not be read, or only in part: unknown (OM540), ambiguous (OM541), only the class said (OM542).
    pub problems: Vec<Problem>,
}

impl Written {
    /// Whether every part of the text was read as drugs.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.drugs.is_empty() && self.problems.iter().all(|p| p.severity < oligomet_base::Severity::Error)
    }

    fn add(&mut self, drugs: &[DrugId]) {
        for drug in drugs {
            if !self.drugs.contains(drug) {
                self.drugs.push(*drug);
            }
        }
    }
}

/// Words between the drugs of a combination.
const JOINED_BY: [&str; 7] = ["with", "and", "plus", "e", "et", "und", "mit"];

/// Words that say that drugs follow each other; then the dates of each are needed.
const FOLLOWED_BY: [&str; 8] = ["then", "followed", "->", "→", ">", "poi", "puis", "dann"];

/// Words about how a drug is given; they name none.
const HOW_GIVEN: [&str; 16] = [
    "weekly",
    "wkly",
    "q1w",
    "q2w",
    "q3w",
    "q4w",
    "qw",
    "iv",
    "sc",
    "po",
    "im",
    "oral",
    "daily",
    "low-dose",
    "dose",
    "metronomic",
];

impl Formulary {
    /// Reads a text as drugs, at that place.
    ///
    /// Drugs are joined by `+`, `/`, `,`, `;`, `&` or a word such as `and`; remarks in parentheses, doses and words such
    /// as `weekly` are passed over. A name that is not known, or stands for several drugs, is an error and adds none.
    /// `AI` and the like add the class, with a note.
    #[must_use]
    pub fn read_drugs(&self, text: &str, place: &Place) -> Written {
        let mut written = Written::default();
        let plain = without_parentheses(text);
        if self.add_meaning(&mut written, plain.trim(), place) {
            return written;
        }
        let words: Vec<&str> = plain.split_whitespace().collect();
        if let Some(word) = words.iter().find(|word| FOLLOWED_BY.contains(&word.to_lowercase().as_str())) {
            written.problems.push(sequence(text, word).at(place.clone()));
            return written;
        }
        for part in parts(&plain) {
            self.add_part(&mut written, &part, place);
        }
        if written == Written::default() {
            written.problems.push(self.unknown(text.trim()).at(place.clone()));
        }
        written
    }

    /// Adds what one part between separators says. `CDK4/6` and `HP-docetaxel` are tried as a whole, then cut at the
    /// slashes, then at the hyphens, these only if every piece is known.
    fn add_part(&self, written: &mut Written, part: &str, place: &Place) {
        if self.add_meaning(written, part, place) {
            return;
        }
        if part.contains('/') {
            for piece in part.split('/').map(str::trim).filter(|piece| !piece.is_empty()) {
                self.add_part(written, piece, place);
            }
            return;
        }
        let pieces: Vec<&str> = part.split('-').collect();
        let all_known = pieces.iter().all(|piece| matches!(self.meaning(piece), Some(m) if is_clear(m)));
        if pieces.len() > 1 && all_known {
            for piece in pieces {
                self.add_meaning(written, piece, place);
            }
            return;
        }
        written.problems.push(self.unknown(part).at(place.clone()));
    }

    /// Adds what a name means; `false` if it is not known.
    fn add_meaning(&self, written: &mut Written, name: &str, place: &Place) -> bool {
        match self.meaning(name) {
            None => return false,
            Some(Meaning::Drug(id)) => {
                if !self.drug(*id).is_named {
                    written.problems.push(only_a_class(name, &self.drug(*id).name).at(place.clone()));
                }
                written.add(&[*id]);
            }
            Some(Meaning::Regimen(drugs)) => written.add(drugs),
            Some(Meaning::Ambiguous(meaning)) => {
                written.problems.push(ambiguous(name, meaning).at(place.clone()));
            }
        }
        true
    }

    fn unknown(&self, name: &str) -> Problem {
        let hint = nearest(name, self.written(), 1).first().map(|near| format!("did you mean `{near}`?"));
        Problem::error("OM540", format!("\"{name}\" is no drug known here"))
            .why("its class is not known, so neither the line of therapy nor its class can be given")
            .mend(hint.unwrap_or_else(|| {
                "write the generic name; for a drug that is missing, add a row to the file of drugs".into()
            }))
    }
}

/// Whether a piece of `HP-docetaxel` can be taken alone: a letter such as T means too much.
fn is_clear(meaning: &Meaning) -> bool {
    !matches!(meaning, Meaning::Ambiguous(_))
}

fn ambiguous(name: &str, meaning: &str) -> Problem {
    Problem::error("OM541", format!("\"{name}\" has several meanings: {meaning}"))
        .why("taking one of them would be a guess that decides class and line")
        .mend("write the names of the drugs")
}

fn only_a_class(name: &str, class: &str) -> Problem {
    Problem::note("OM542", format!("\"{name}\" says the class ({class}), not the drug"))
        .why("a change from one drug of the class to another cannot be seen")
        .mend("write the name of the drug if it is known")
}

fn sequence(text: &str, word: &str) -> Problem {
    Problem::error("OM540", format!("\"{text}\" is a sequence (\"{word}\"), not one combination"))
        .why("drugs given one after the other have dates of their own, which decide the lines")
        .mend("write a row for each, with its dates")
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0usize;
    let kept = text.chars().filter(|c| match c {
        '(' | '[' => {
            depth += 1;
            false
        }
        ')' | ']' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    kept.collect()
}

/// The parts between separators, without doses and words about how a drug is given; empty ones left out.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![Vec::new()];
    for chunk in text.split_inclusive(['+', ',', ';', '&']) {
        let chunk_text = chunk.trim_end_matches(['+', ',', ';', '&']);
        for word in chunk_text.split_whitespace() {
            let lower = word.to_lowercase();
            if JOINED_BY.contains(&lower.as_str()) {
                parts.push(Vec::new());
            } else if !HOW_GIVEN.contains(&lower.as_str()) && !is_dose(&lower) {
                // `parts` begins with one and only grows.
                if let Some(last) = parts.last_mut() {
                    last.push(word);
                }
            }
        }
        if chunk_text.len() < chunk.len() {
            parts.push(Vec::new());
        }
    }
    parts.iter().map(|words| words.join(" ")).filter(|part| !part.is_empty()).collect()
}

/// `1250`, `125mg`, `mg`, `m2`, `kg`, `21`: amounts and their units.
fn is_dose(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    rest.is_empty()
        || matches!(
            rest,
            "mg" | "g" | "mg/m2" | "mg/m²" | "mg/kg" | "kg" | "auc" | "auc2" | "auc5" | "%" | "x"
        )
}

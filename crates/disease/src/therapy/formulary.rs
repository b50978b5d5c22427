//! The drugs with their classes and names, read from `data/drugs.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use oligomet_base::Problem;
use oligomet_base::file::{Section, Text, TomlFile};

use super::DrugClass;

/// A drug of a [`Formulary`]: its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DrugId(pub u16);

/// A drug, or a class of which the drug is not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drug {
    /// Generic name: `palbociclib`; for a class of which the drug is not said, the class: `aromatase inhibitor`.
    pub name: String,
    /// What it is.
    pub class: DrugClass,
    /// Whether the record names the drug; `false` for `AI`, `chemo` and the like.
    pub is_named: bool,
    /// Trade names, abbreviations and other spellings.
    pub also: Vec<String>,
    /// Code of the WHO ATC index, if one was read.
    pub atc: Option<String>,
    /// Where code and class were read.
    pub source: String,
    /// What of the row is from memory: `atc`, `names`.
    pub unverified: Vec<String>,
}

/// What a written name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    Drug(DrugId),
    Regimen(Vec<DrugId>),
    Ambiguous(String),
}

/// The drugs known, found by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Formulary {
    drugs: Vec<Drug>,
    names: BTreeMap<String, Meaning>,
    written: Vec<String>,
}

/// The file that the program carries.
pub const DRUGS_TOML: &str = include_str!("../../data/drugs.toml");

impl Formulary {
    /// The drugs that the program carries; a test keeps the file free of problems.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Formulary> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::read("drugs.toml", DRUGS_TOML).0)
    }

    /// Reads a file of drugs: the drugs that could be read, and what was wrong with the others.
    ///
    /// A name that two rows claim is a problem (OM543): the first row keeps it.
    #[must_use]
    pub fn read(name: &str, text: &str) -> (Self, Vec<Problem>) {
        let file = TomlFile::new(name, text);
        let mut formulary = Self::default();
        match file.parse() {
            Err(problem) => return (formulary, vec![*problem]),
            Ok(root) => {
                if let Some(section) = Section::new(&file, "the file of drugs", &root) {
                    formulary.read_all(&section);
                    section.finish();
                }
            }
        }
        (formulary, file.take_problems().iter().cloned().collect())
    }

    fn read_all(&mut self, file: &Section<'_>) {
        let sources = file.section("sources");
        let sources = sources.map(|s| s.entries().to_vec()).unwrap_or_default();
        let known: Vec<&str> = sources.iter().map(|(key, _)| key.name.as_str()).collect();
        for row in file.repeated_sections("drug") {
            self.read_drug(&row, Some(&known));
            row.finish();
        }
        for row in file.repeated_sections("group") {
            self.read_drug(&row, None);
            row.finish();
        }
        for row in file.repeated_sections("regimen") {
            self.read_regimen(&row);
            row.finish();
        }
        for row in file.repeated_sections("ambiguous") {
            let name = row.required_text("name", "it is what a record says");
            let meaning = row.required_text("meaning", "the reader must choose between the meanings");
            if let (Some(name), Some(meaning)) = (name, meaning) {
                self.claim(&row, &name, Meaning::Ambiguous(meaning.text));
            }
            row.finish();
        }
    }

    /// A drug, or with no list of sources a class of which the drug is not said.
    fn read_drug(&mut self, row: &Section<'_>, sources: Option<&[&str]>) {
        let name = row.required_text("name", "a drug is found by its name");
        let class = row.required_text("class", "the class decides which rules of lines apply");
        let also = row.texts("also").unwrap_or_default();
        let (mut atc, mut source, mut unverified) = (None, None, Vec::new());
        if let Some(known) = sources {
            atc = row.text("atc");
            unverified = row.texts("unverified").unwrap_or_default();
            source = row.required_text("source", "a class without its source cannot be checked");
            if let Some(text) = source.as_ref().filter(|text| !known.contains(&text.text.as_str())) {
                row.unknown_word("source", text, known);
            }
        }
        let (Some(name), Some(class_text)) = (name, class) else { return };
        let Some(class) = DrugClass::from_name(&class_text) else {
            row.unknown_word("class", &class_text, &DrugClass::ALL.map(|(_, name)| name));
            return;
        };
        let id = DrugId(self.drugs.len() as u16);
        self.drugs.push(Drug {
            name: name.text.clone(),
            class,
            is_named: sources.is_some(),
            also: also.iter().map(|t| t.text.clone()).collect(),
            atc: atc.map(|t| t.text),
            source: source.map(|t| t.text).unwrap_or_default(),
            unverified: unverified.into_iter().map(|t| t.text).collect(),
        });
        for text in std::iter::once(&name).chain(&also) {
            self.claim(row, text, Meaning::Drug(id));
        }
    }

    fn read_regimen(&mut self, row: &Section<'_>) {
        let _note = row.text("note");
        let name = row.required_text("name", "it is what a record says");
        let also = row.texts("also").unwrap_or_default();
        let mut drugs = Vec::new();
        for text in row.texts("drugs").unwrap_or_default() {
            match self.by_name(&text) {
                Some(id) => drugs.push(id),
                None => row.unknown_word("drugs", &text, &self.names_of_drugs()),
            }
        }
        for text in name.iter().chain(&also) {
            self.claim(row, text, Meaning::Regimen(drugs.clone()));
        }
    }

    fn claim(&mut self, row: &Section<'_>, name: &Text, meaning: Meaning) {
        let key = key(name);
        if let Some(other) = self.names.get(&key) {
            // Two spellings of one name in one row differ only in what does not count.
            if *other == meaning {
                return;
            }
            let what = format!("`{}` in {} already stands for something else", name.text, row.title());
            let why = "one name with two meanings would be read as the first of them";
            row.file().report_at(name.span.clone(), Problem::error("OM543", what).why(why));
            return;
        }
        self.names.insert(key, meaning);
        self.written.push(name.text.clone());
    }

    /// The drug of that id; ids of another formulary may panic.
    #[must_use]
    pub fn drug(&self, id: DrugId) -> &Drug {
        &self.drugs[usize::from(id.0)]
    }

    /// The class of that drug.
    #[must_use]
    pub fn class(&self, id: DrugId) -> DrugClass {
        self.drug(id).class
    }

    /// All drugs with their ids, in the order of the file.
    pub fn drugs(&self) -> impl Iterator<Item = (DrugId, &Drug)> {
        self.drugs.iter().enumerate().map(|(i, drug)| (DrugId(i as u16), drug))
    }

    /// The drug whose generic name, trade name or abbreviation that is; regimens and ambiguous names are none.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<DrugId> {
        match self.meaning(name)? {
            Meaning::Drug(id) => Some(*id),
            _ => None,
        }
    }

    pub(super) fn meaning(&self, name: &str) -> Option<&Meaning> {
        self.names.get(&key(name))
    }

    /// Every name as written in the file, for suggestions.
    pub(super) fn written(&self) -> impl Iterator<Item = &str> + Clone {
        self.written.iter().map(String::as_str)
    }

    fn names_of_drugs(&self) -> Vec<&str> {
        self.drugs.iter().map(|drug| drug.name.as_str()).collect()
    }
}

/// What of a name counts: letters and digits, case folded. `T-DM1`, `TDM1` and `t dm1` are one.
fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_no_problem_and_every_drug_a_source() {
        let (formulary, problems) = Formulary::read("drugs.toml", DRUGS_TOML);
        assert!(problems.is_empty(), "{}", problems[0]);
        assert!(formulary.drugs.len() > 60);
        for drug in formulary.drugs.iter().filter(|drug| drug.is_named) {
            assert!(!drug.source.is_empty(), "{}", drug.name);
            assert_eq!(drug.atc.is_none(), drug.unverified.contains(&"atc".to_owned()), "{}", drug.name);
        }
        assert_eq!(&formulary, Formulary::builtin());
    }

    #[test]
    fn mistakes_of_a_file_are_told_with_their_line() {
        let text = "[sources]\nx = \"y\"\n[[drug]]\nname = \"a\"\nclass = \"chemo\"\nsource = \"x\"\n\
                    [[drug]]\nname = \"b\"\nclass = \"immunotherapy\"\nsource = \"z\"\n\
                    [[group]]\nname = \"c\"\nclass = \"immunotherapy\"\nalso = [\"B.\"]\n";
        let (formulary, problems) = Formulary::read("my.toml", text);
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), 3, "{said:?}");
        assert!(said[0].contains("`class`") && said[0].contains("line 5"), "{}", said[0]);
        assert!(said.iter().any(|s| s.contains("`source`")), "{said:?}");
        assert!(said.iter().any(|s| s.starts_with("error[OM543]: `B.`")), "{said:?}");
        assert_eq!(formulary.drugs.len(), 2);
    }
}

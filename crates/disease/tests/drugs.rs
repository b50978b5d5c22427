//! Names of drugs as clinicians type them; the cases are the table of the docs page.

mod common;

use oligomet_base::Place;
use oligomet_disease::therapy::{DrugClass, Formulary};

const PAGE: &str = include_str!("../../../docs/disease/drug-classes.md");

#[test]
fn texts_are_read_as_the_page_says() {
    let formulary = Formulary::builtin();
    for row in common::table(PAGE, "Texts and what they are read as").rows {
        let written = formulary.read_drugs(row.cell("written"), &Place::default());
        let names: Vec<&str> = written.drugs.iter().map(|id| formulary.drug(*id).name.as_str()).collect();
        let names = if names.is_empty() { "-".to_owned() } else { names.join(", ") };
        let codes: Vec<&str> = written.problems.iter().map(|p| p.code).collect();
        assert_eq!(
            (names.as_str(), codes.join(" ").as_str()),
            (row.cell("drugs"), row.cell("problem")),
            "{row}"
        );
    }
}

#[test]
fn an_unknown_drug_is_told_with_its_place_and_a_suggestion() {
    let place = Place::file("therapy.csv").row(7).column("drug");
    let written = Formulary::builtin().read_drugs("palbocicilb", &place);
    assert!(!written.is_complete() && written.drugs.is_empty());
    let said = written.problems[0].to_string();
    assert!(said.contains("therapy.csv, row 7, column `drug`"), "{said}");
    assert!(said.contains("did you mean `palbociclib`?"), "{said}");
}

/// Every name of the file, alone, is read as its own drug, in any case and with any hyphens.
#[test]
fn every_name_of_the_file_is_read_back() {
    let formulary = Formulary::builtin();
    for (id, drug) in formulary.drugs() {
        for name in drug.also.iter().chain([&drug.name]) {
            for spelt in [name.clone(), name.to_uppercase(), name.replace('-', " ")] {
                assert_eq!(formulary.read_drugs(&spelt, &Place::default()).drugs, [id], "{spelt}");
            }
        }
    }
}

#[test]
fn all_classes_of_the_page_have_a_drug() {
    let formulary = Formulary::builtin();
    for (class, name) in DrugClass::ALL {
        assert!(formulary.drugs().any(|(_, drug)| drug.class == class), "{name}");
    }
}

//! Proposals: what is concluded from headers and values, and that every proposal can be read back.

mod common;

use common::{Folder, ok, one};
use oligomet_base::day::DateOrder;
use oligomet_base::{Problems, TimeUnit};
use oligomet_import::{ColumnMap, Mapping, Proposal, Silent, SiteFile, propose, read};
use oligomet_schema::{ColumnType, DataSet, EventTiming};

fn proposed(name: &str, bytes: impl AsRef<[u8]>) -> (Proposal, Problems, Folder) {
    let folder = Folder::with(name, bytes);
    match propose(&folder.file(name), None) {
        Ok((proposal, problems)) => (proposal, problems, folder),
        Err(problems) => panic!("{problems}"),
    }
}

/// Answers every question, reads the file, and gives the data.
fn answered(proposal: &Proposal, folder: &Folder) -> (DataSet, Problems) {
    let text = proposal
        .to_toml()
        .replace("order = \"?\"", "order = \"dd-mm-yyyy\"")
        .replace("origin = \"?\"", "origin = \"diagnosis\"")
        .replace("unit = \"?\"", "unit = \"months\"")
        .replace("decimal = \"?\"", "decimal = \".\"")
        .replace("yes = [\"?\"]\nno = [\"?\"]", "yes = [\"1\"]\nno = [\"0\"]");
    let (site, problems) = SiteFile::parse("site.toml", &text);
    assert!(problems.is_empty(), "{problems}\n{text}");
    ok(read(&site.expect("no problem"), folder.path(), &mut Silent))
}

fn column<'a>(proposal: &'a Proposal, name: &str) -> &'a ColumnMap {
    proposal.site.column(name).unwrap_or_else(|| panic!("{name} in\n{}", proposal.to_toml()))
}

fn kinds(proposal: &Proposal) -> Vec<(&str, ColumnType)> {
    proposal.site.columns.iter().map(|c| (c.name.as_str(), c.kind())).collect()
}

const ROTTERDAM: &str = "pid,year,age,meno,size,grade,nodes,pgr,er,hormon,chemo,rtime,recur,dtime,death\n";

fn rotterdam_like(n: usize) -> String {
    let size = ["<=20", "20-50", ">50"];
    let row = |i: usize| {
        format!(
            "{i},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
            1978 + i % 16,
            24 + i % 67,
            i % 2,
            size[i % 3],
            2 + i % 2,
            i % 35,
            (i * 37) % 5004,
            (i * 91) % 3275,
            (i / 3) % 2,
            (i / 5) % 2,
            36 + (i * 13) % 7000,
            (i / 2) % 2,
            36 + (i * 17) % 7000,
            (i / 7) % 2
        )
    };
    ROTTERDAM.to_owned() + &(1..=n).map(row).collect::<String>()
}

#[test]
fn the_rotterdam_headers_give_types_units_and_both_events() {
    use ColumnType::{Category, Duration, Id, Number, YesNo};
    let (proposal, problems, folder) = proposed("rotterdam.csv", rotterdam_like(200));
    assert!(problems.is_empty(), "{problems}");
    assert_eq!(
        kinds(&proposal),
        [
            ("pid", Id),
            ("year", Number),
            ("age", Number),
            ("meno", YesNo),
            ("size", Category),
            ("grade", Category),
            ("nodes", Number),
            ("pgr", Number),
            ("er", Number),
            ("hormon", YesNo),
            ("chemo", YesNo),
            ("rtime", Duration),
            ("recur", YesNo),
            ("dtime", Duration),
            ("death", YesNo),
        ]
    );
    let Mapping::Category(size) = &column(&proposal, "size").mapping else { panic!("a category") };
    assert_eq!(size.levels, ["<=20", "20-50", ">50"]);
    let Mapping::Duration(time) = &column(&proposal, "dtime").mapping else { panic!("a duration") };
    assert_eq!(time.unit, Some(TimeUnit::Days));
    let events: Vec<(&str, &EventTiming)> =
        proposal.site.events.iter().map(|e| (e.name.as_str(), &e.timing)).collect();
    let flagged = |h: &str, t: &str| EventTiming::Flagged { happened: h.into(), time: t.into() };
    assert_eq!(events, [("recurrence", &flagged("recur", "rtime")), ("death", &flagged("death", "dtime"))]);
    let open: Vec<&str> = proposal.site.open.iter().map(|q| q.key.as_str()).collect();
    assert_eq!(open, ["origin"]);
    let meno = proposal.columns.iter().find(|c| c.header == "meno").expect("a profile");
    assert_eq!(meno.reason, "0, 1 in all 200 rows".replace("0, 1", "1 or 0") + " that have a value");
    assert_eq!((meno.stats.n, meno.stats.n_missing, meno.stats.n_distinct), (200, 0, 2));
    let (data, problems) = answered(&proposal, &folder);
    assert!(problems.is_empty(), "{problems}");
    assert_eq!((data.table.n_rows(), data.events.len()), (200, 2));
}

#[test]
fn dates_tell_their_order_or_it_is_asked() {
    let rows: String =
        (1..=12).map(|d| format!("{d},{d:02}-03-1985,03/{d:02}/2019,2019-01-{d:02}\n")).collect();
    let text = format!("id,diagdateb,seen,start\n{rows}99,31-01-1985,03/11/2020,2020-01-01\n");
    let (proposal, _, folder) = proposed("p.csv", text);
    let order = |name: &str| match &column(&proposal, name).mapping {
        Mapping::Date(date) => date.order,
        _ => panic!("a date"),
    };
    assert_eq!(order("diagdateb"), Some(DateOrder::DayMonthYear));
    assert_eq!(order("start"), Some(DateOrder::YearMonthDay));
    assert_eq!(order("seen"), None);
    let toml = proposal.to_toml();
    assert!(
        toml.contains("13 of 13 written dates are dd-mm-yyyy; day first because of 31-01-1985"),
        "{toml}"
    );
    assert!(toml.contains("every day is 12 or less, as in 03/01/2019"), "{toml}");
    let question = proposal.site.open.iter().find(|q| q.key == "order").expect("an open question");
    assert_eq!(question.block, "[column.seen]");
    let (data, _) = answered(&proposal, &folder);
    assert_eq!(common::shown(&data, "diagdateb")[12], "1985-01-31");
    let stats = &proposal.columns[1].stats;
    assert_eq!((stats.min, stats.max), (Some(5509.0), Some(5549.0)));
}

#[test]
fn events_are_found_by_names_and_values() {
    let cases: [(&str, [&str; 2], &[&str]); 11] = [
        (
            "os_months,os_event,pfs_months,event_pfs",
            ["12.5,1,3.5,1", "80,0,60,0"],
            &["death", "progression_or_death"],
        ),
        ("time_days,status", ["1200,1", "700,0"], &["event"]),
        ("rectime,censrec,survtime,censdead", ["700,1,900,0", "300,0,400,1"], &["recurrence", "death"]),
        ("futime,died", ["700,1", "800,0"], &["death"]),
        ("date_of_death,last_contact", [",2019-03-01", ",2020-03-31"], &[]),
        ("relapse,relapse_time", ["yes,800", "no,900"], &["recurrence"]),
        ("progression,pfs_days", ["1,800", "0,900"], &["progression"]),
        ("toxicity,age", ["1,61", "0,50"], &[]),
        ("vital_status,survival_months", ["alive,80.5", "dead,12"], &["death"]),
        ("er_event,er_time,age", ["1,61,50", "0,700,51"], &["er"]),
        ("rfstime,status", ["700,1", "800,0"], &["recurrence_or_death"]),
    ];
    for (header, rows, want) in cases {
        let rows: String = (0..30).map(|i| format!("P{i},{}\n", rows[i % 2])).collect();
        let (proposal, _, folder) = proposed("p.csv", format!("id,{header}\n{rows}"));
        let found: Vec<&str> = proposal.site.events.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(found, want, "{header}\n{}", proposal.to_toml());
        let flagged = |timing: &EventTiming| matches!(timing, EventTiming::Flagged { .. });
        assert!(proposal.site.events.iter().all(|e| flagged(&e.timing)), "{header}");
        answered(&proposal, &folder);
    }
}

#[test]
fn a_flag_that_speaks_of_censoring_is_a_question() {
    let rows: String = (0..30).map(|i| format!("{i},{},{}\n", 700 + i, i % 2)).collect();
    let (proposal, _, _) = proposed("p.csv", format!("id,rectime,censrec\n{rows}"));
    let open: Vec<(&str, &str)> =
        proposal.site.open.iter().map(|q| (q.block.as_str(), q.key.as_str())).collect();
    assert!(open.contains(&("[column.censrec]", "yes")), "{open:?}");
    let lung: String = (0..30).map(|i| format!("{i},{},{}\n", 700 + i, 1 + i % 2)).collect();
    let (proposal, _, _) = proposed("lung.csv", format!("inst_id,time,status\n{lung}"));
    assert!(proposal.to_toml().contains("QUESTION: only 1 and 2"), "{}", proposal.to_toml());
    assert_eq!(proposal.site.events.len(), 1);
}

#[test]
fn dated_events_are_dates_that_are_empty_for_many() {
    let row = |i: usize| {
        let death = if i.is_multiple_of(3) { format!("2019-05-{:02}", 1 + i % 28) } else { String::new() };
        format!("{i},2015-01-{:02},{death},2020-02-{:02}\n", 1 + i % 28, 1 + i % 28)
    };
    let rows: String = (0..60).map(row).collect();
    let (proposal, _, folder) =
        proposed("p.csv", format!("id,diagnosis_date,death_date,last_contact\n{rows}"));
    assert_eq!(proposal.site.events.len(), 1, "{}", proposal.to_toml());
    assert_eq!(proposal.site.events[0].timing, EventTiming::Dated { date: "death_date".into() });
    assert_eq!(proposal.events[0].reason, "a date in 20 of 60 rows; empty where it did not happen");
    assert!(proposal.site.open.is_empty());
    answered(&proposal, &folder);
}

#[test]
fn a_full_date_with_a_flag_is_the_end_of_follow_up() {
    let row = |i: usize| {
        format!("{i},1985-01-{:02},1990-03-{:02},{},{}\n", 1 + i % 28, 1 + i % 28, 1800 + i, i % 2)
    };
    let rows: String = (0..60).map(row).collect();
    let (proposal, _, folder) = proposed("p.csv", format!("id,diagdate,deathdate,survtime,death\n{rows}"));
    let flagged = EventTiming::Flagged { happened: "death".into(), time: "deathdate".into() };
    assert_eq!(proposal.site.events[0].timing, flagged, "{}", proposal.to_toml());
    assert!(
        proposal.to_toml().contains("# or: happened = \"death\", time = \"survtime\""),
        "{}",
        proposal.to_toml()
    );
    answered(&proposal, &folder);
}

#[test]
fn what_may_identify_a_patient_is_kept_out() {
    let text = "Patient ID,Last name,DOB,E-mail,hospital,remark\n\
        A1,Miller,1950-01-01,a@b.de,x,fell twice\nA2,Smith,1951-01-01,c@d.de,x,none\nA3,Jones,1952-01-01,e@f.de,y,HP\n";
    let (proposal, _, folder) = proposed("p.csv", text);
    assert_eq!(kinds(&proposal), [("patient_id", ColumnType::Id), ("hospital", ColumnType::Category)]);
    let toml = proposal.to_toml();
    assert_eq!(toml.matches("kept out: may identify a patient").count(), 3, "{toml}");
    assert!(!toml.contains("Miller") && !toml.contains("1950") && !toml.contains("a@b.de"), "{toml}");
    answered(&proposal, &folder);
    let rows: String = (0..30_u8)
        .map(|i| {
            format!("Miller{},{}\n", char::from(b'a' + i % 26).to_string().repeat(1 + usize::from(i / 26)), i)
        })
        .collect();
    let (proposal, _, _) = proposed("p.csv", format!("Patient,size_mm\n{rows}"));
    assert!(!proposal.to_toml().contains("Miller"), "{}", proposal.to_toml());
    assert_eq!(proposal.site.columns.len(), 1);
}

#[test]
fn texts_for_not_known_are_listed_and_codes_asked() {
    let row = |i: usize| {
        let size = match i {
            3 => "?".to_owned(),
            4 => "-".to_owned(),
            5 => "999".to_owned(),
            _ => format!("{}", 10 + i),
        };
        let her2 = ["+", "-", "n.a."][i % 3];
        format!("{i},{size},{her2},{}\n", ["Male", "male", "Female"][i % 3])
    };
    let rows: String = (0..40).map(row).collect();
    let (proposal, problems, folder) = proposed("p.csv", format!("id,size (mm),her2,sex\n{rows}"));
    assert_eq!(proposal.site.source.missing, ["?", "n.a."]);
    assert_eq!(column(&proposal, "size").missing, ["-"]);
    let Mapping::Category(her2) = &column(&proposal, "her2").mapping else { panic!("a category") };
    assert_eq!(her2.levels, ["+", "-"]);
    let Mapping::Category(sex) = &column(&proposal, "sex").mapping else { panic!("a category") };
    assert_eq!((sex.levels.len(), sex.texts.len()), (2, 3));
    let Mapping::Number(size) = &column(&proposal, "size").mapping else { panic!("a number") };
    assert_eq!(size.unit.as_deref(), Some("mm"));
    assert!(one(&problems, "OM252").what.starts_with("999 (1 rows)"));
    assert!(proposal.to_toml().contains("# missing = [\"999\"]  # is it"), "{}", proposal.to_toml());
    let (_, problems) = answered(&proposal, &folder);
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn decimal_commas_are_written_down_or_asked() {
    let rows: String = (0..20).map(|i| format!("{i};{},5;{}\n", i, 1000 + i)).collect();
    let (proposal, _, folder) = proposed("p.csv", format!("id;size;psa\n{rows}"));
    assert!(proposal.to_toml().contains("decimal = \",\"  # as the numbers"), "{}", proposal.to_toml());
    answered(&proposal, &folder);
    let rows: String = (0..20).map(|i| format!("{i};{},5;{},25;{}.5\n", i, i, i)).collect();
    let (proposal, _, folder) = proposed("p.csv", format!("id;size;psa;dose_gy\n{rows}"));
    let (data, problems) = answered(&proposal, &folder);
    assert!(problems.iter().all(|p| p.code == "OM209"), "{problems}\n{}", proposal.to_toml());
    assert_eq!(common::shown(&data, "dose_gy")[3], "3.5");
    let rows: String = (0..20).map(|i| format!("{i},\"{}\"\n", ["1,234", "2,500"][i % 2])).collect();
    let (proposal, _, folder) = proposed("p.csv", format!("id,psa_total\n{rows}"));
    let open: Vec<&str> = proposal.site.open.iter().map(|q| q.key.as_str()).collect();
    assert_eq!(open, ["decimal"], "{}", proposal.to_toml());
    answered(&proposal, &folder);
}

#[test]
fn titles_two_header_rows_and_letters_are_found() {
    let rows: String = (0..20).map(|i| format!("{i};{};{};{}\n", 50 + i, 10 + i, i % 2)).collect();
    let text = format!("Kohorte Brust;;;\n;;;\n;Tumor;;Ausgang\nPatNr;Alter;Größe (mm);Tod\n{rows}");
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let (proposal, problems, folder) = proposed("kohorte.csv", latin);
    one(&problems, "OM233");
    let source = &proposal.site.source;
    assert_eq!(
        (source.header_rows, source.header_row, source.delimiter),
        (2, Some(3), Some(b';')),
        "{}",
        proposal.to_toml()
    );
    let (data, problems) = answered(&proposal, &folder);
    assert_eq!(data.table.n_rows(), 20, "{problems}");
    assert_eq!(column(&proposal, "tumor_groesse").from, "Tumor / Größe (mm)");
}

#[test]
fn an_id_that_repeats_is_no_identifier() {
    let rows: String = (0..40).map(|i| format!("{},{},{}\n", i / 4, i % 7 + 10, i % 2)).collect();
    let (proposal, _, folder) = proposed("lesions.csv", format!("patient_id,size_mm,responded\n{rows}"));
    assert!(proposal.site.columns.iter().all(|c| c.kind() != ColumnType::Id));
    assert!(proposal.to_toml().contains("several rows of one patient?"), "{}", proposal.to_toml());
    let (data, _) = answered(&proposal, &folder);
    assert_eq!(data.table.n_rows(), 40);
}

#[test]
fn what_cannot_be_proposed_stops() {
    for (name, text, code) in [
        ("p.csv", "", "OM222"),
        ("p.csv", "id,age\n", "OM222"),
        ("p.csv", "name,dob\nA,1950-01-01\n", "OM250"),
        ("p.csv", "id,age\n1,\"2\n", "OM231"),
        ("p.xlsx", "id,age\n1,2\n", "OM202"),
    ] {
        let folder = Folder::with(name, text);
        let problems = propose(&folder.file(name), None).expect_err(text);
        one(&problems, code);
    }
}

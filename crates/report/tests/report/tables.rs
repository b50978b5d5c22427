//! The printed tables.

use oligomet_report::{Row, Table, share, tables, to_csv};

use crate::fixture::{self, Recipe};

fn table(id: &str) -> Table {
    tables(&fixture::run()).into_iter().find(|t| t.id == id).unwrap()
}

fn cells(row: &Row) -> Vec<String> {
    row.cells.iter().map(|c| c.text.plain()).collect()
}

fn row(table: &Table, label: &str) -> Vec<String> {
    let found = table.rows.iter().find(|r| r.cells[0].text.plain() == label);
    cells(found.unwrap_or_else(|| panic!("{label}: {}", to_csv(table))))
}

fn notes(table: &Table) -> Vec<String> {
    table.footnotes.iter().map(|n| format!("{}{}", n.letter, n.text.plain())).collect()
}

#[test]
fn tables_come_in_the_order_of_the_report_and_are_rectangular() {
    let all = tables(&fixture::run());
    let ids: Vec<&str> = all.iter().map(|t| t.id.as_str()).collect();
    let want = [
        "flow",
        "followup",
        "t1",
        "rate_os",
        "km_os",
        "km_dfs",
        "cox_os",
        "cox_os_ph",
        "fig_os_at_risk",
        "fig_dfs_at_risk",
        "problems",
        "methods",
    ];
    assert_eq!(ids, want);
    for table in &all {
        for row in &table.rows {
            assert_eq!(row.cells.len(), table.n_columns(), "{}: {:?}", table.id, cells(row));
        }
        for header in &table.header {
            assert_eq!(header.iter().map(|c| c.span).sum::<usize>(), table.n_columns(), "{}", table.id);
        }
    }
}

#[test]
fn characteristics_have_label_rows_levels_and_missing() {
    let table = table("t1");
    let header: Vec<String> = table.header[0].iter().map(|c| c.text.plain()).collect();
    assert_eq!(
        header,
        ["Characteristic", "All patients (n = 300)", "≤20 mm (n = 193)", ">20 mm (n = 99)", "SMD"]
    );
    assert_eq!(row(&table, "Grade, n (%)"), ["Grade, n (%)", "", "", "", "0.23"]);
    assert_eq!(row(&table, "2"), ["2", "150 (50.0)", "98 (50.8)", "48 (48.5)", ""]);
    assert_eq!(row(&table, "Median (IQR)")[1], "59 (48–68)");
    assert_eq!(row(&table, "Mean (SD)")[1], "58.0 (12.3)");
    assert_eq!(row(&table, "Range")[1], "35–79");
    let notes = notes(&table);
    assert!(
        notes.contains(&"Patients whose tumour size is unknown are in the first column alone: 8.".into())
    );
    assert!(notes.iter().any(|n| n.starts_with("aSMD: standardised difference")), "{notes:?}");
}

#[test]
fn rates_have_everybody_every_level_and_the_test() {
    let table = table("rate_os");
    assert_eq!(row(&table, "All patients")[..3], ["All patients", "300", "159"]);
    assert_eq!(row(&table, "Grade"), ["Grade", "", "", "", "", "", "<0.001"]);
    assert_eq!(
        row(&table, "3"),
        ["3", "75", "46", "52.3 (40.3–63.1)", "36.0 (23.2–49.0)", "27.5 (14.8–45.3)", ""]
    );
    assert_eq!(row(&table, "Missing")[..2], ["Missing", "8"]);
    assert_eq!(row(&table, "Tumour size")[6], "0.0496");
}

#[test]
fn cox_has_reference_rows_global_p_and_reasons() {
    let table = table("cox_os");
    assert_eq!(row(&table, "1"), ["1", "75", "34", "1 [Reference]", "", "1 [Reference]", ""]);
    assert_eq!(row(&table, "Grade"), ["Grade", "", "", "", "<0.001", "", "<0.001"]);
    assert_eq!(row(&table, "Tumour size"), ["Tumour size", "", "", "", "", "", ""]);
    assert_eq!(row(&table, "Age, per year")[3], "1.004 (1.001–1.007)");
    assert_eq!(row(&table, "Marker, per 10")[3], "not estimable");
    let csv = to_csv(&table);
    assert!(
        csv.contains("not estimable [b]") && csv.contains("[b] Nobody with a marker above 10 had an event.")
    );
    let size = "Multivariable model: 292 patients, 153 events, 4 parameters; 8 patients left out for a missing value.";
    assert_eq!(notes(&table)[0], size);
}

#[test]
fn few_groups_are_columns_and_many_are_rows() {
    let few = table("km_os");
    let header: Vec<String> = few.header[0].iter().map(|c| c.text.plain()).collect();
    assert_eq!(header, ["Grade", "1", "2", "3"]);
    assert_eq!(row(&few, "Median, months (95% CI)")[1], "66.4 (51.9–89.3)");
    assert_eq!(row(&few, "% (95% CI)")[1..], ["81.9 (70.7–89.1)", "73.5 (65.5–79.9)", "52.3 (40.3–63.1)"]);
    let grades = (1..=8).map(|i| i.to_string()).collect();
    let many = tables(&fixture::run_of(&Recipe { grades, grade_of: |i| i % 8, ..Recipe::default() }));
    let many = many.iter().find(|t| t.id == "km_os").unwrap();
    assert_eq!((many.header.len(), many.rows.len(), many.n_columns()), (2, 8, 9));
}

#[test]
fn post_hoc_and_cut_points_from_the_data_are_said() {
    let notes = notes(&table("km_dfs"));
    assert!(
        notes.iter().any(|n| n.starts_with("Post hoc")) && notes.iter().any(|n| n.contains("optimistic"))
    );
}

#[test]
fn a_style_changes_what_is_printed() {
    let lancet = fixture::run_of(&Recipe { style: "lancet", ..Recipe::default() });
    let all = tables(&lancet);
    let cox = all.iter().find(|t| t.id == "cox_os").unwrap();
    assert_eq!(row(cox, "3")[5], "1·86 (1·47 to 2·35)");
    assert_eq!(cox.header[1][4].text.plain(), "p");
}

#[test]
fn shared_tables_print_small_cells_as_small() {
    let rare = Recipe { grade_of: |i| if i < 3 { 0 } else { 1 + i % 2 }, ..Recipe::default() };
    let all = tables(&share(fixture::run_of(&rare)));
    let t1 = all.iter().find(|t| t.id == "t1").unwrap();
    assert_eq!(row(t1, "1")[..3], ["1", "<5", "withheld"]);
    assert_eq!(row(t1, "3")[1], "149 (49.7)");
}

#[test]
fn counts_at_the_ticks_are_those_of_the_curve() {
    let table = table("fig_os_at_risk");
    assert_eq!(row(&table, "1")[..4], ["1", "75 (0)", "51 (13)", "32 (22)"]);
}

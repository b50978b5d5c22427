//! The reader of decision tables, tested on a page whose content is known.

mod common;

const PAGE: &str = "# Page\n\n## First\n\n| a | `b` |\n|---|:--|\n| 1 | `x` or y |\n| | z |\n\ntext\n\n## Second\n| c |\n|---|\n| 3 |\n";

#[test]
fn cells_are_found_by_heading_and_column() {
    let first = common::table(PAGE, "First");
    assert_eq!(first.header, ["a", "b"]);
    assert_eq!(first.rows.len(), 2);
    assert_eq!(first.rows[0].list("b"), ["x", "y"]);
    assert_eq!((first.rows[1].cell("a"), first.rows[1].line), ("", 8));
    assert_eq!(first.rows[1].others(&["a"]), [("b", "z")]);
    assert_eq!(common::tables(PAGE).len(), 2);
}

#[test]
#[should_panic(expected = "no column `d`")]
fn a_column_that_does_not_exist_fails() {
    common::table(PAGE, "Second").rows[0].cell("d");
}

#[test]
#[should_panic(expected = "number of cells")]
fn a_row_of_another_length_fails() {
    common::tables("| a | b |\n|---|---|\n| 1 |\n");
}

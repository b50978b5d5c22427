//! `docs/dictionary.md` is made from `crates/study/data/dictionary.toml`. `UPDATE_SNAPSHOTS=1` writes it anew.

use oligomet_study::relational::{AsOf, ColumnSpec, Levels, STREAMS, dictionary};

const HEAD: &str = "# The data dictionary

The columns of the base table that a study of relational records works with ([A study of records](study.md#a-study-of-records)). Made from
`crates/study/data/dictionary.toml`; a test keeps it current. As of: *fixed* never changes, *history* lies before time zero whatever it is,
*time zero* was known on that day, *future* only later: no rule of eligibility and no covariate of a model from time zero may use it,
unless follow-up begins (by time zero or `entry`) on the day on which it is known.

";

fn row(c: &ColumnSpec) -> String {
    let unit = c.unit.as_ref().map_or_else(String::new, |u| format!(", {u}"));
    let levels = match &c.levels {
        Levels::Listed(levels) => format!(" Levels: {}.", levels.join(", ")),
        Levels::Found => " Levels: those that occur.".into(),
        Levels::None => String::new(),
    };
    let units = if c.units.len() == 4 {
        "all".to_owned()
    } else {
        c.units.iter().map(|u| u.name()).collect::<Vec<_>>().join(", ")
    };
    let known = c.known_on.as_ref().map_or_else(String::new, |day| format!(" Known on `{day}`."));
    let (name, kind) = (&c.name, c.kind.name());
    format!("| `{name}` | {kind}{unit} | {units} | {}{levels}{known} | {} |\n", c.definition, c.source)
}

fn page() -> String {
    let mut page = String::from(HEAD);
    for (as_of, title) in [
        (AsOf::Fixed, "Fixed"),
        (AsOf::History, "History"),
        (AsOf::TimeZero, "Time zero"),
        (AsOf::Future, "Future"),
    ] {
        let head = "| column | type | rows | definition | from |\n|---|---|---|---|---|\n";
        page.push_str(&format!("## {title}\n\n{head}"));
        dictionary().columns.iter().filter(|c| c.as_of == as_of).for_each(|c| page.push_str(&row(c)));
        page.push('\n');
    }
    page.push_str(
        "## Events\n\nEvery row has the days of each; endpoints take the first after their time zero.\n\n",
    );
    page.push_str("| event | is |\n|---|---|\n");
    STREAMS.iter().for_each(|(name, label)| page.push_str(&format!("| `{name}` | {label} |\n")));
    page
}

#[test]
fn what_is_known_on_a_day_is_of_the_future_and_the_day_is_a_date() {
    let known: Vec<&ColumnSpec> = dictionary().columns.iter().filter(|c| c.known_on.is_some()).collect();
    assert!(!known.is_empty());
    for column in known {
        let day = column.known_on.as_deref().and_then(|day| dictionary().column(day));
        assert_eq!(column.as_of, AsOf::Future, "{}", column.name);
        assert!(day.is_some_and(|d| d.kind == oligomet_schema::ColumnType::Date), "{}", column.name);
    }
}

#[test]
fn the_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/dictionary.md");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, page()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page(), "docs/dictionary.md is not current: run this test with UPDATE_SNAPSHOTS=1");
}

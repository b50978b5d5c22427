//! site.toml: what is understood, and how mistakes are told.

use oligomet_base::day::DateOrder;
use oligomet_base::{Problems, TimeUnit};
use oligomet_import::{Decimal, Duplicates, Mapping, SiteFile, is_usable_name};
use oligomet_schema::EventTiming;
use sqlparser::ast::Expr;
use sqlparser::dialect::{GenericDialect, SQLiteDialect};
use sqlparser::keywords::ALL_KEYWORDS;
use sqlparser::parser::Parser;

const WHOLE: &str = r#"
format = 1
[site]
id = "demo"
[source]
file = "data/patients.xlsx"
sheet = "Sheet1"
header_rows = 2
header_row = 3
delimiter = "tab"
decimal = ","
encoding = "windows-1252"
missing = ["?", " n.a. "]
duplicates = "stop"
[times]
origin = "surgery"
[column.pid]
from = "Patient"
type = "id"
[column.age]
from = "Age (y)"
type = "number"
label = "Age at diagnosis"
unit = "years"
range = [18, 110]
missing = ["999"]
[column.tumour_size]
from = "size"
type = "category"
levels = { "3" = "Large", "2" = "Small", "1" = "Small" }
[column.death]
from = "death"
type = "yes-no"
yes = ["1"]
no = ["0"]
[column.diagnosed]
from = "dx"
type = "date"
order = "dd/mm/yyyy"
[column.died]
from = "dod"
type = "date"
[column.dtime]
from = "t"
type = "duration"
unit = "months"
[column.remark]
from = "remark"
type = "text"
[event.death]
date = "died"
[event.relapse]
label = "First relapse"
happened = "death"
time = "dtime"
"#;

fn problems(text: &str) -> Problems {
    SiteFile::parse("site.toml", text).1
}

#[test]
fn a_whole_file_is_understood() {
    let (site, problems) = SiteFile::parse("site.toml", WHOLE);
    assert!(problems.is_empty(), "{problems}");
    let site = site.unwrap();
    assert_eq!((site.id.as_str(), site.file_name()), ("demo", "patients.xlsx"));
    assert_eq!((site.source.header_rows, site.source.header_row), (2, Some(3)));
    assert_eq!((site.source.delimiter, site.source.decimal), (Some(b'\t'), Some(Decimal::Comma)));
    assert_eq!(site.source.missing, ["?", "n.a."]);
    assert_eq!(site.source.duplicates, Duplicates::Stop);
    assert_eq!(site.origin.as_deref(), Some("surgery"));
    let names: Vec<&str> = site.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["pid", "age", "tumour_size", "death", "diagnosed", "died", "dtime", "remark"]);
    assert_eq!(site.column("tumour_size").unwrap().label, "Tumour size");
    let Mapping::Category(size) = &site.column("tumour_size").unwrap().mapping else { panic!("a category") };
    assert_eq!(size.levels, ["Large", "Small"]);
    assert_eq!(size.texts, [("3".into(), 0), ("2".into(), 1), ("1".into(), 1)]);
    let Mapping::Date(date) = &site.column("diagnosed").unwrap().mapping else { panic!("a date") };
    assert_eq!(date.order, Some(DateOrder::DayMonthYear));
    let Mapping::Duration(time) = &site.column("dtime").unwrap().mapping else { panic!("a duration") };
    assert_eq!(time.unit, Some(TimeUnit::Months));
    assert_eq!(site.events[0].timing, EventTiming::Dated { date: "died".into() });
    assert_eq!((site.events[0].label.as_str(), site.events[1].label.as_str()), ("Death", "First relapse"));
}

#[test]
fn each_mistake_is_told_at_its_line() {
    for (from, to, code, says) in [
        ("format = 1", "format = 2", "OM247", "format 2"),
        ("format = 1\n", "", "OM305", "needs `format`"),
        ("header_rows = 2", "header_rows = 3", "OM304", "must be 1 or 2"),
        ("decimal = \",\"", "decimal = \";\"", "OM303", "cannot be \";\""),
        ("encoding =", "encodng =", "OM302", "has no key `encodng`"),
        ("[times]\norigin = \"surgery\"", "", "OM305", "needs `[times]`"),
        ("[column.age]", "[column.Age]", "OM240", "`Age` cannot be a name"),
        ("[column.age]", "[column.order]", "OM240", "`order` cannot be a name"),
        ("[column.age]", "[column.\"2nd\"]", "OM240", "`2nd` cannot be a name"),
        ("range = [18, 110]", "range = [110, 18]", "OM304", "the smaller first"),
        ("no = [\"0\"]", "no = [\"0\", \"1\"]", "OM244", "means both yes and no"),
        ("no = [\"0\"]\n", "", "OM305", "needs `no`"),
        ("type = \"yes-no\"", "type = \"yesno\"", "OM303", "cannot be \"yesno\""),
        ("date = \"died\"", "date = \"dead\"", "OM242", "no column is called `dead`"),
        ("date = \"died\"", "date = \"dtime\"", "OM242", "`dtime` is of type duration"),
        ("date = \"died\"", "date = \"died\"\ntime = \"dtime\"", "OM242", "does not tell when"),
        ("time = \"dtime\"\n", "", "OM242", "does not tell when"),
        ("type = \"text\"", "type = \"id\"", "OM242", "second column of type id"),
        ("unit = \"months\"", "unit = \"fortnights\"", "OM303", "cannot be \"fortnights\""),
        ("order = \"dd/mm/yyyy\"", "order = \"ddmm\"", "OM303", "cannot be \"ddmm\""),
        ("levels = {", "levles = {", "OM305", "needs `levels`"),
        ("id = \"demo\"", "id = 1", "OM304", "must be a text"),
    ] {
        assert!(WHOLE.contains(from), "{from}");
        let (site, problems) = SiteFile::parse("site.toml", &WHOLE.replacen(from, to, 1));
        let found: Vec<_> = problems.iter().filter(|p| p.code == code && p.what.contains(says)).collect();
        assert_eq!(found.len(), 1, "{to}: {problems}");
        assert!(found[0].place.line.is_some(), "{to}");
        assert!(site.is_none(), "{to}");
    }
}

#[test]
fn open_questions_are_told_with_their_answers() {
    let text = WHOLE
        .replace("order = \"dd/mm/yyyy\"", "order = \"?\"")
        .replace("origin = \"surgery\"", "origin = \"?\"")
        .replace("unit = \"months\"", "unit = \"?\"")
        .replace("decimal = \",\"", "decimal = \"?\"")
        .replace("yes = [\"1\"]\nno = [\"0\"]", "yes = [\"?\"]\nno = [\"?\"]");
    let (site, problems) = SiteFile::parse("site.toml", &text);
    assert_eq!(problems.len(), 6, "{problems}");
    assert!(problems.iter().all(|p| p.code == "OM241"));
    let site = site.expect("open questions leave the names known");
    assert_eq!((site.open.len(), site.events.len()), (6, 2));
    let order = site.open.iter().find(|q| q.key == "order").unwrap();
    assert_eq!(order.answers, ["yyyy-mm-dd", "dd-mm-yyyy", "mm-dd-yyyy"]);
    let told = problems.iter().find(|p| p.what.contains("`unit`")).unwrap();
    assert_eq!(
        told.mend,
        "write one of \"days\", \"weeks\", \"months\", \"years\" in place of the question mark"
    );
    let stop =
        oligomet_import::read(&site, std::path::Path::new("."), &mut oligomet_import::Silent).unwrap_err();
    assert_eq!(stop.iter().filter(|p| p.code == "OM241").count(), 6);
}

#[test]
fn what_is_no_site_file_is_told_and_never_panics() {
    for text in [
        "",
        "x",
        "format = ",
        "[column]",
        "column = 1",
        "[column]\nage = 1",
        "event = []",
        "[source]\nfile = 1",
    ] {
        let (site, found) = SiteFile::parse("site.toml", text);
        assert!(site.is_none() && found.has_errors(), "{text}");
    }
    assert!(
        problems("format = 1\n[site]\nid = \"a\"\n[source]\nfile = \"x.csv\"\n")
            .to_string()
            .contains("[column.NAME]")
    );
}

/// Whether an expression with `word` as a variable is read as one about a variable of that name.
fn is_variable(word: &str, dialect: &dyn sqlparser::dialect::Dialect) -> bool {
    let both = format!("{word} IS NULL AND {word} > 3 OR 2 < {word} AND NOT {word} = 1");
    let Ok(mut parser) = Parser::new(dialect).try_with_sql(&both) else { return false };
    let alone = Parser::new(dialect).try_with_sql(word).ok().and_then(|mut p| p.parse_expr().ok());
    parser.parse_expr().is_ok_and(|expr| expr.to_string() == both)
        && matches!(alone, Some(Expr::Identifier(name)) if name.value == word)
}

#[test]
fn every_word_that_sql_would_take_for_itself_is_refused_as_a_name() {
    let refused_without_need = ["begin", "by", "for"];
    for word in ALL_KEYWORDS {
        let word = word.to_lowercase();
        if is_usable_name(&word) {
            assert!(
                is_variable(&word, &GenericDialect {}) && is_variable(&word, &SQLiteDialect {}),
                "{word}"
            );
        }
    }
    assert!(refused_without_need.iter().all(|word| !is_usable_name(word)));
    for word in
        ["date", "time", "status", "year", "stage", "grade", "age", "events", "first", "last", "type", "text"]
    {
        assert!(is_usable_name(word), "{word}");
    }
}

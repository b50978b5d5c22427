//! Names that a study may use: plain lower-case identifiers that no expression takes for something else.

/// Words with a meaning of their own in the study's expressions (SQL, as SQLite and sqlparser read it). Sorted.
const KEYWORDS: &[&str] = &[
    "add",
    "all",
    "alter",
    "and",
    "any",
    "array",
    "as",
    "autoincrement",
    "begin",
    "between",
    "by",
    "case",
    "cast",
    "ceil",
    "check",
    "collate",
    "commit",
    "connect_by_root",
    "constraint",
    "convert",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "floor",
    "for",
    "foreign",
    "from",
    "full",
    "glob",
    "group",
    "having",
    "ilike",
    "in",
    "index",
    "inner",
    "insert",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "map",
    "match",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "overlay",
    "position",
    "primary",
    "prior",
    "references",
    "regexp",
    "returning",
    "right",
    "row",
    "rowid",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "struct",
    "substr",
    "substring",
    "table",
    "then",
    "to",
    "transaction",
    "trim",
    "true",
    "try_cast",
    "try_convert",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "when",
    "where",
    "with",
];

/// Whether `name` can be the name of a column or an event: lower-case letters, digits and underscores, beginning with
/// a letter, and no word of SQL.
///
/// ```
/// use oligomet_import::is_usable_name;
/// assert!(is_usable_name("death_date") && is_usable_name("t1"));
/// assert!(!is_usable_name("Age") && !is_usable_name("2nd") && !is_usable_name("order"));
/// ```
#[must_use]
pub fn is_usable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !is_keyword(name)
}

/// Whether `name` has a meaning of its own in SQL.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

/// The usable name nearest to a header: `Age (y)` becomes `age`, `PSA [ng/ml]` becomes `psa`.
///
/// Empty where a header has no Latin letter or digit at all; the caller then numbers the column.
#[must_use]
pub fn usable_name(header: &str) -> String {
    let mut name = String::new();
    for c in without_brackets(header).chars() {
        match plain_letters(c) {
            Some(letters) => name.push_str(letters),
            None if c.is_ascii_alphanumeric() => name.push(c.to_ascii_lowercase()),
            None if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            None => {}
        }
    }
    let name = name.trim_matches('_');
    match name.bytes().next() {
        None => String::new(),
        Some(first) if first.is_ascii_digit() => format!("x{name}"),
        Some(_) if is_keyword(name) => format!("{name}_value"),
        Some(_) => name.to_owned(),
    }
}

/// A header without what stands in brackets, unless nothing else is there.
fn without_brackets(header: &str) -> &str {
    match header.find(['(', '[']) {
        Some(at) if header.ends_with([')', ']']) && !header[..at].trim().is_empty() => &header[..at],
        _ => header,
    }
}

fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'Ä' | 'æ' | 'Æ' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' => "oe",
        'ü' | 'Ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'ą' => "a",
        'ç' | 'Ç' | 'č' | 'ć' | 'Č' | 'Ć' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' => "i",
        'ł' | 'Ł' => "l",
        'ñ' | 'Ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'Ò' | 'Ó' | 'Ô' | 'Õ' => "o",
        'ř' | 'Ř' => "r",
        'š' | 'ś' | 'Š' | 'Ś' => "s",
        'ù' | 'ú' | 'û' | 'ů' | 'Ù' | 'Ú' | 'Û' => "u",
        'ý' | 'ÿ' | 'Ý' => "y",
        'ž' | 'ź' | 'ż' | 'Ž' | 'Ź' | 'Ż' => "z",
        '%' => "percent",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_for_the_search() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn headers_become_names() {
        for (header, name) in [
            ("Age (y)", "age"),
            ("PSA [ng/ml]", "psa"),
            ("Größe", "groesse"),
            ("  Date of 1st  Dx ", "date_of_1st_dx"),
            ("order", "order_value"),
            ("2nd line", "x2nd_line"),
            ("возраст", ""),
            ("(all)", "all_value"),
            ("check_one___1", "check_one_1"),
        ] {
            assert_eq!(usable_name(header), name, "{header}");
        }
    }
}

//! Rows of the `stats` table as tables that a person reads in a terminal.

use oligomet_base::number::{count, fixed, shortest, significant};
use oligomet_results::{StatKey, StatRow, Stats};

/// Titles of contexts; a context without one is not printed.
const CONTEXTS: [(&str, &str); 16] = [
    ("data", "Rows"),
    ("survival", "Survival (Kaplan-Meier)"),
    ("rmst", "Restricted mean"),
    ("logrank", "Test between groups"),
    ("followup", "Follow-up (reverse Kaplan-Meier)"),
    ("cox", "Hazard ratios"),
    ("cox.fit", "Model"),
    ("cox.ordinary", "Hazard ratios without the penalty"),
    ("cox.ordinary.fit", "Model without the penalty"),
    ("cox.ph", "Proportional hazards"),
    ("cif", "Cumulative incidence"),
    ("gray", "Gray's test"),
    ("finegray", "Subdistribution hazard ratios (Fine and Gray)"),
    ("finegray.fit", "Fine-Gray model"),
    ("cutpoint", "Cut-point chosen from these data"),
    ("concordance", "Concordance"),
];

/// Titles of numbers; the others are printed as they are called.
const TITLES: [(&str, &str); 27] = [
    ("std.error", "SE"),
    ("robust.se", "robust SE"),
    ("conf.low", "from"),
    ("conf.high", "to"),
    ("p.value", "P"),
    ("parameter", "df"),
    ("n.event", "events"),
    ("n.risk", "at risk"),
    ("cum.event", "events"),
    ("n.missing", "left out"),
    ("hazard.ratio", "HR"),
    ("hazard.ratio.low", "from"),
    ("hazard.ratio.high", "to"),
    ("one.minus.km", "1 - KM"),
    ("statistic.global", "statistic"),
    ("parameter.global", "df"),
    ("p.value.global", "P"),
    ("loglik.null", "log-lik. 0"),
    ("loglik", "log-lik."),
    ("lr", "LR"),
    ("lr.p.value", "P"),
    ("wald.p.value", "P"),
    ("score.p.value", "P"),
    ("concordance.se", "SE"),
    ("harrell.se", "SE"),
    ("uno.se", "SE"),
    ("same.cut", "same cut"),
];

/// A single row of more numbers than these stands upright: a terminal is 80 wide.
const MANY_NUMBERS: usize = 8;

/// Rows with the same numbers, one below the other.
struct Block<'a> {
    context: &'a str,
    names: Vec<&'a str>,
    rows: Vec<(&'a StatKey, Vec<&'a StatRow>)>,
}

/// All numbers as text tables, with what must be known about them below.
pub(crate) fn statistics(stats: &Stats) -> String {
    let mut out = String::new();
    let mut last = "";
    for block in blocks(stats) {
        let Some((_, title)) = CONTEXTS.iter().find(|(c, _)| *c == block.context) else { continue };
        if block.context != last {
            out.push_str(&format!("{title}\n"));
            last = block.context;
        }
        out.push_str(&table(&block));
        out.push('\n');
    }
    out.push_str(&notes(stats));
    out
}

/// Numbers that text leaves out: limits of log hazard ratios, since the ratios' own are printed.
fn is_shown(row: &StatRow) -> bool {
    let of_model = matches!(row.key.context.as_str(), "cox" | "cox.ordinary" | "finegray");
    !(of_model && matches!(row.stat_name.as_str(), "conf.low" | "conf.high"))
}

fn blocks(stats: &Stats) -> Vec<Block<'_>> {
    let mut keyed: Vec<(&StatKey, Vec<&StatRow>)> = Vec::new();
    for row in stats.rows().iter().filter(|r| is_shown(r)) {
        match keyed.iter_mut().find(|(key, _)| **key == row.key) {
            Some((_, rows)) => rows.push(row),
            None => keyed.push((&row.key, vec![row])),
        }
    }
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for (key, rows) in keyed {
        let names: Vec<&str> = rows.iter().map(|r| r.stat_name.as_str()).collect();
        match blocks.iter_mut().find(|b| b.context == key.context && b.names == names) {
            Some(block) => block.rows.push((key, rows)),
            None => blocks.push(Block { context: &key.context, names, rows: vec![(key, rows)] }),
        }
    }
    blocks.sort_by_key(|b| CONTEXTS.iter().position(|(c, _)| *c == b.context));
    blocks
}

fn table(block: &Block<'_>) -> String {
    if let [(_, rows)] = block.rows.as_slice()
        && rows.len() > MANY_NUMBERS
    {
        let lines: Vec<Vec<String>> = rows.iter().map(|r| vec![title_of(&r.stat_name), number(r)]).collect();
        return aligned(&lines, 1);
    }
    let mut header: Vec<String> = Vec::new();
    let groups: Vec<usize> =
        (0..4).filter(|g| block.rows.iter().any(|(k, _)| !k.groups[*g].level.is_empty())).collect();
    for g in &groups {
        let named = block.rows.iter().find(|(k, _)| !k.groups[*g].name.is_empty());
        header.push(named.map_or_else(String::new, |(k, _)| k.groups[*g].name.clone()));
    }
    header.push(String::new());
    header.extend(block.names.iter().map(|n| title_of(n)));
    let mut lines = vec![header];
    for (key, rows) in &block.rows {
        let mut line: Vec<String> = groups.iter().map(|g| key.groups[*g].level.clone()).collect();
        line.push(label(key));
        line.extend(rows.iter().map(|r| number(r)));
        lines.push(line);
    }
    aligned(&lines, groups.len() + 1)
}

/// Lines of cells as columns: the first `texts` to the left, the others to the right; empty columns are left out.
pub(crate) fn aligned(lines: &[Vec<String>], texts: usize) -> String {
    let n_columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |line: &'_ [String], column: usize| line.get(column).cloned().unwrap_or_default();
    let width = |column: usize| lines.iter().map(|l| cell(l, column).chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..n_columns).map(width).collect();
    let mut out = String::new();
    for line in lines {
        let cells: Vec<String> = (0..n_columns)
            .filter(|&column| widths[column] > 0)
            .map(|column| {
                let text = cell(line, column);
                let pad = " ".repeat(widths[column] - text.chars().count());
                if column < texts { format!("{text}{pad}") } else { format!("{pad}{text}") }
            })
            .collect();
        out.push_str(format!("  {}", cells.join("  ")).trim_end());
        out.push('\n');
    }
    out
}

fn title_of(name: &str) -> String {
    TITLES.iter().find(|(n, _)| *n == name).map_or(name, |(_, title)| title).to_owned()
}

/// What a row describes.
fn label(key: &StatKey) -> String {
    match (key.variable.as_str(), key.variable_level.as_str()) {
        ("prob", "0.5") => "median".to_owned(),
        ("prob", level) => format!("{level} have left"),
        ("n" | "logrank" | "gray", _) => String::new(),
        ("tau", level) => format!("up to {level}"),
        ("time", level) => format!("at {level}"),
        ("difference" | "ratio", level) => format!("{} to {level}", key.variable),
        (variable, "") => variable.to_owned(),
        (variable, level) => format!("{variable} {level}"),
    }
}

fn number(row: &StatRow) -> String {
    let Some(value) = row.stat else { return "-".to_owned() };
    match row.stat_name.as_str() {
        // Counts are whole but for weights.
        "n" | "n.event" | "n.missing" | "df" | "parameter" | "parameter.global" | "n.undefined"
        | "n.risk" | "cum.event" => {
            if value.fract() == 0.0 {
                count(value as u64)
            } else {
                significant(value, 6)
            }
        }
        "cutpoint" => shortest(value),
        name if name.contains("p.value") => p_value(value),
        _ => significant(value, 4),
    }
}

fn p_value(p: f64) -> String {
    if p < 0.0001 { "<0.0001".to_owned() } else { fixed(p, 4) }
}

/// Why numbers are missing, and warnings, each once.
fn notes(stats: &Stats) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut tell = |text: String| {
        if !told.contains(&text) {
            told.push(text);
        }
    };
    for row in stats.rows() {
        if let (None, Some(why)) = (row.stat, &row.stat_text) {
            tell(format!("- : {why}"));
        }
        if let Some(warning) = &row.warning {
            tell(format!("note: {warning}"));
        }
    }
    told.iter().map(|t| format!("{t}\n")).collect()
}

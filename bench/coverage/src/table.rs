//! Results as Markdown and CSV.

use crate::tally::Tally;

/// A table: one row per setting, one column per interval or test.
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<Tally>)>,
    /// False for shares that are no coverage: nothing is bold.
    has_limits: bool,
}

impl Table {
    pub fn new(title: &str, columns: &[&str]) -> Self {
        Table {
            title: title.into(),
            columns: columns.iter().map(|c| c.to_string()).collect(),
            rows: vec![],
            has_limits: true,
        }
    }

    pub fn without_limits(mut self) -> Self {
        self.has_limits = false;
        self
    }

    pub fn push(&mut self, setting: &str, tallies: &[Tally]) {
        self.rows.push((setting.into(), tallies.to_vec()));
    }

    /// `limits`: what lies outside is printed bold.
    pub fn print(&self, limits: (f64, f64)) {
        let limits = if self.has_limits { limits } else { (0.0, 100.0) };
        println!("### {}\n\n| setting | {} |", self.title, self.columns.join(" | "));
        println!("|---|{}", "---|".repeat(self.columns.len()));
        for (setting, tallies) in &self.rows {
            let cells: Vec<String> = tallies.iter().map(|t| cell(t, limits)).collect();
            println!("| {setting} | {} |", cells.join(" | "));
        }
        println!();
    }

    pub fn csv(&self) -> String {
        let mut out = String::new();
        for (setting, tallies) in &self.rows {
            for (column, t) in self.columns.iter().zip(tallies) {
                let (title, runs, defined) = (&self.title, t.runs, t.defined);
                let (percent, error) = (t.percent(), t.error());
                out += &format!(
                    "\"{title}\",\"{setting}\",\"{column}\",{runs},{defined},{percent:.3},{error:.3}\n"
                );
            }
        }
        out
    }
}

/// Per cent of the defined runs, and in parentheses the per cent of runs without an interval.
fn cell(t: &Tally, (low, high): (f64, f64)) -> String {
    if t.runs == 0 || t.defined == 0 {
        return "-".into();
    }
    // As it is printed: 93.96 reads 94.0 and counts as such.
    let shown = (10.0 * t.percent()).round() / 10.0;
    let percent = if shown < low || shown > high { format!("**{shown:.1}**") } else { format!("{shown:.1}") };
    if t.defined == t.runs { percent } else { format!("{percent} ({:.1})", t.undefined_percent()) }
}

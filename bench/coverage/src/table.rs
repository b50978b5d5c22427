//! Results as Markdown and CSV.

use crate::tally::Tally;

/// A table: one row per setting, one column per interval or test.
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<Tally>)>,
}

impl Table {
    pub fn new(title: &str, columns: &[&str]) -> Self {
        Table { title: title.into(), columns: columns.iter().map(|c| c.to_string()).collect(), rows: vec![] }
    }

    pub fn push(&mut self, setting: &str, tallies: &[Tally]) {
        self.rows.push((setting.into(), tallies.to_vec()));
    }

    /// `limits`: what lies outside is printed bold.
    pub fn print(&self, limits: (f64, f64)) {
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
    if t.defined == 0 {
        return "none".into();
    }
    let percent = format!("{:.1}", t.percent());
    let percent = if t.percent() < low || t.percent() > high { format!("**{percent}**") } else { percent };
    if t.defined == t.runs { percent } else { format!("{percent} ({:.1})", t.undefined_percent()) }
}

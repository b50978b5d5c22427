//! Journal styles: how numbers are written, as data files in `styles/`.

use oligomet_base::number::{count, fixed, significant};
use serde::Deserialize;

/// Rules of one journal for writing numbers.
///
/// ```
/// use oligomet_report::Style;
/// let jama = Style::named("jama").unwrap();
/// assert_eq!(jama.p_value(0.0496), ".0496"); // two decimals would carry it across .05
/// assert_eq!(jama.p_value(0.0004), "<.001");
/// assert_eq!(Style::named("lancet").unwrap().ratio(1.6432), "1·64");
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Style {
    /// Name in a study file: `jama`.
    pub name: String,
    /// The journal.
    pub title: String,
    /// `.`, `,` or `·`.
    pub decimal_mark: String,
    /// Between groups of three digits.
    pub thousands_mark: String,
    /// Counts from this one on are grouped.
    pub thousands_from: u64,
    /// Between the limits of an interval.
    pub interval_separator: String,
    /// Between limits of which one is negative.
    pub interval_separator_negative: String,
    /// Before an interval in prose; `{level}` is its level in percent.
    pub interval_introduction: String,
    /// Between statistics inside one pair of brackets.
    pub statistic_separator: String,
    /// Decimals of ratios between 0.1 and 10.
    pub ratio_decimals: usize,
    /// Decimals of survival in percent.
    pub survival_decimals: usize,
    /// Decimals of percents by number of patients; the last step that applies is used.
    pub percent_decimals: Vec<PercentStep>,
    /// P values.
    pub p: PRule,
}

/// Decimals of percents from a number of patients on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PercentStep {
    /// From this many patients.
    pub patients: u64,
    /// Decimals.
    pub decimals: usize,
}

/// How P values are written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PRule {
    /// `P` or `p`.
    pub symbol: String,
    /// Whether a zero stands before the decimal mark.
    pub leading_zero: bool,
    /// Greater values are written `>` this.
    pub above: f64,
    /// Smaller values are written `<` this.
    pub below: f64,
    /// Decimals, from great to small.
    pub bands: Vec<PBand>,
    /// Whether a value below 0.05 gets more decimals where rounding would make it 0.05.
    pub keep_significance: bool,
}

/// Decimals of P values from one on.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PBand {
    /// From this value.
    pub from: f64,
    /// Decimals.
    pub decimals: usize,
}

const FILES: [&str; 5] = [
    include_str!("../styles/plain.toml"),
    include_str!("../styles/jama.toml"),
    include_str!("../styles/lancet.toml"),
    include_str!("../styles/nejm.toml"),
    include_str!("../styles/annals.toml"),
];

/// Most decimals a P value gets to stay below 0.05 in print.
const MOST_P_DECIMALS: usize = 6;

impl Style {
    /// All styles, `plain` first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        // The files are part of the program; a test reads every one of them.
        FILES.iter().map(|text| toml::from_str(text).expect("a style file of the program")).collect()
    }

    /// The style of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|style| style.name == name)
    }

    /// The style of that name, or `plain`.
    #[must_use]
    pub fn named_or_plain(name: &str) -> Self {
        let mut all = Self::all();
        let at = all.iter().position(|style| style.name == name).unwrap_or(0);
        all.swap_remove(at)
    }

    /// A number with so many decimals.
    #[must_use]
    pub fn decimal(&self, value: f64, decimals: usize) -> String {
        self.marked(&fixed(value, decimals))
    }

    fn marked(&self, text: &str) -> String {
        text.replace('.', &self.decimal_mark).replace('-', "\u{2212}")
    }

    /// A count: `2,982`.
    #[must_use]
    pub fn count(&self, n: u64) -> String {
        if n < self.thousands_from { n.to_string() } else { count(n).replace(',', &self.thousands_mark) }
    }

    /// A hazard ratio or a limit of one: never `0.00`. Two decimals; three significant figures below 0.10, one decimal from 10
    /// on; beyond 0.001 and 1,000 only that.
    #[must_use]
    pub fn ratio(&self, value: f64) -> String {
        if value < 0.001 {
            format!("<{}", self.decimal(0.001, 3))
        } else if value > 1000.0 {
            format!(">{}", self.count(1000))
        } else if value < 0.1 {
            self.marked(&significant(value, 3))
        } else if value >= 10.0 {
            self.decimal(value, 1)
        } else {
            self.decimal(value, self.ratio_decimals)
        }
    }

    /// A ratio with its limits. Where the ratio would print as exactly 1 without being it (a ratio per year of age), all
    /// three have one decimal more.
    #[must_use]
    pub fn ratio_decimals_for(&self, ratio: f64) -> Option<usize> {
        let near_one = fixed(ratio, self.ratio_decimals) == fixed(1.0, self.ratio_decimals);
        (near_one && (ratio - 1.0).abs() >= 0.0005).then_some(self.ratio_decimals + 1)
    }

    /// Decimals of percents in a table of so many patients.
    #[must_use]
    pub fn percent_decimals(&self, patients: u64) -> usize {
        self.percent_decimals.iter().rev().find(|s| patients >= s.patients).map_or(0, |s| s.decimals)
    }

    /// A P value: never `0.000`, never `1.00`.
    #[must_use]
    pub fn p_value(&self, p: f64) -> String {
        let rule = &self.p;
        if p < rule.below {
            return format!("<{}", self.p_digits(rule.below, significant_decimals(rule.below)));
        }
        if p > rule.above {
            return format!(">{}", self.p_digits(rule.above, significant_decimals(rule.above)));
        }
        let mut decimals = rule.bands.iter().find(|b| p >= b.from).map_or(3, |b| b.decimals);
        while rule.keep_significance && p < 0.05 && reads_005(p, decimals) && decimals < MOST_P_DECIMALS {
            decimals += 1;
        }
        self.p_digits(p, decimals)
    }

    /// `P < .001`, `P = .03`.
    #[must_use]
    pub fn p_statement(&self, p: f64) -> String {
        let value = self.p_value(p);
        match value.strip_prefix(['<', '>']) {
            Some(limit) => format!("{} {} {limit}", self.p.symbol, &value[..1]),
            None => format!("{} = {value}", self.p.symbol),
        }
    }

    fn p_digits(&self, p: f64, decimals: usize) -> String {
        let text = fixed(p, decimals);
        let text = if self.p.leading_zero { &text } else { text.trim_start_matches('0') };
        self.marked(text)
    }

    /// Two limits with what stands between them.
    #[must_use]
    pub fn interval(&self, low: &str, high: &str) -> String {
        let negative = [low, high].iter().any(|t| t.starts_with('\u{2212}') || t.starts_with('-'));
        let separator = if negative { &self.interval_separator_negative } else { &self.interval_separator };
        format!("{low}{separator}{high}")
    }

    /// What stands before an interval in prose: `95% CI `.
    #[must_use]
    pub fn interval_introduction(&self, conf_level: f64) -> String {
        self.interval_introduction.replace("{level}", &level_percent(conf_level))
    }
}

/// 0.95 as `95`, 0.995 as `99.5`.
pub(crate) fn level_percent(conf_level: f64) -> String {
    let text = fixed(conf_level * 100.0, 1);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn significant_decimals(limit: f64) -> usize {
    let text = oligomet_base::number::shortest(limit);
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

fn reads_005(p: f64, decimals: usize) -> bool {
    fixed(p, decimals).parse::<f64>().is_ok_and(|v| v >= 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_file_reads() {
        let names: Vec<String> = Style::all().into_iter().map(|s| s.name).collect();
        assert_eq!(names, ["plain", "jama", "lancet", "nejm", "annals"]);
        assert_eq!(Style::named_or_plain("unheard").name, "plain");
    }

    #[test]
    fn p_values_follow_each_journal() {
        let cases = [
            (
                "plain",
                [(0.0004, "<0.001"), (0.0123, "0.012"), (0.234, "0.23"), (0.996, ">0.99"), (0.001, "0.001")],
            ),
            ("jama", [(0.0004, "<.001"), (0.0123, ".01"), (0.234, ".23"), (0.996, ">.99"), (0.0049, ".005")]),
            (
                "lancet",
                [
                    (0.00004, "<0·0001"),
                    (0.0123, "0·012"),
                    (0.234, "0·23"),
                    (0.996, ">0·99"),
                    (0.0004, "0·0004"),
                ],
            ),
            (
                "nejm",
                [(0.0004, "<0.001"), (0.0123, "0.01"), (0.234, "0.23"), (0.996, ">0.99"), (0.0049, "0.005")],
            ),
            (
                "annals",
                [(0.0004, "<0.001"), (0.0123, "0.012"), (0.234, "0.23"), (0.996, ">0.99"), (0.19, "0.190")],
            ),
        ];
        for (name, values) in cases {
            let style = Style::named(name).unwrap();
            for (p, want) in values {
                assert_eq!(style.p_value(p), want, "{name} {p}");
            }
        }
    }

    #[test]
    fn rounding_never_carries_p_across_005() {
        for style in Style::all() {
            for p in [0.045, 0.0496, 0.04996, 0.049_996] {
                let printed: f64 = format!("0{}", style.p_value(p).trim_start_matches('0').replace('·', "."))
                    .parse()
                    .unwrap();
                assert!(printed < 0.05, "{} prints {p} as {printed}", style.name);
            }
            assert!(["0.05", ".05", "0·050", "0.050", "0·05"].contains(&style.p_value(0.05).as_str()));
        }
    }

    #[test]
    fn statements_have_their_sign() {
        let jama = Style::named("jama").unwrap();
        assert_eq!(jama.p_statement(1e-9), "P < .001");
        assert_eq!(jama.p_statement(0.03), "P = .03");
        assert_eq!(Style::named("lancet").unwrap().p_statement(0.3), "p = 0·30");
    }

    #[test]
    fn ratios_are_never_nothing() {
        let plain = Style::named("plain").unwrap();
        for (value, want) in [
            (1.6432, "1.64"),
            (0.0512, "0.0512"),
            (0.004, "0.00400"),
            (0.0003, "<0.001"),
            (9.94, "9.94"),
            (41.63, "41.6"),
            (0.1, "0.10"),
            (1e7, ">1,000"),
        ] {
            assert_eq!(plain.ratio(value), want);
        }
        assert_eq!(plain.ratio_decimals_for(1.004), Some(3));
        assert_eq!(plain.ratio_decimals_for(1.0), None);
        assert_eq!(plain.ratio_decimals_for(1.01), None);
    }

    #[test]
    fn intervals_with_a_negative_limit_use_a_word() {
        let plain = Style::named("plain").unwrap();
        assert_eq!(plain.interval("1.01", "1.50"), "1.01–1.50");
        assert_eq!(plain.interval(&plain.decimal(-0.2, 1), "1.5"), "\u{2212}0.2 to 1.5");
        assert_eq!(plain.interval_introduction(0.95), "95% CI ");
        assert_eq!(plain.interval_introduction(0.995), "99.5% CI ");
    }

    #[test]
    fn counts_and_percents() {
        assert_eq!(Style::named("plain").unwrap().count(2982), "2,982");
        let lancet = Style::named("lancet").unwrap();
        assert_eq!((lancet.count(2982), lancet.count(12_982)), ("2982".into(), "12\u{2009}982".into()));
        let annals = Style::named("annals").unwrap();
        assert_eq!((annals.percent_decimals(199), annals.percent_decimals(200)), (0, 1));
    }
}

//! PERCIST 1.0: its essentials for FDG-PET before and after therapy. Page: `docs/disease/percist.md`.

use crate::ask::{Path, Question, conclude};
use crate::{Answer, Finding, Rule, Truth};

/// The rule as written here.
pub const RULE: Rule = Rule {
    name: "percist-1.0",
    version: "1",
    source: "Wahl 2009, J Nucl Med 50 Suppl 1:122S-150S, as tabulated in PMC2938069 (Table 3) and PMC4377159 (Table 2), read",
};

/// Metabolic response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metabolic {
    /// Complete metabolic response.
    Complete,
    /// Partial metabolic response.
    Partial,
    /// Stable metabolic disease.
    Stable,
    /// Progressive metabolic disease.
    Progression,
    /// The scans cannot be compared.
    NotComparable,
    /// The hottest lesion is not measurable before therapy.
    NotMeasurable,
}

impl Answer for Metabolic {
    fn name(self) -> &'static str {
        match self {
            Self::Complete => "CMR",
            Self::Partial => "PMR",
            Self::Stable => "SMD",
            Self::Progression => "PMD",
            Self::NotComparable => "scans not comparable",
            Self::NotMeasurable => "not measurable",
        }
    }
}

/// One scan. Uptake is SUL (by lean body mass) in hundredths, so that comparisons are exact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scan {
    /// SULpeak of the hottest lesion (sphere of 1 cm3); not necessarily the same lesion.
    pub peak: Option<u32>,
    /// Mean SUL of the liver.
    pub liver: Option<u32>,
    /// Its standard deviation.
    pub liver_sd: Option<u32>,
    /// Minutes from injection to scan.
    pub minutes: Option<u32>,
}

/// Two scans and what was read on the second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pair {
    /// Before therapy.
    pub before: Scan,
    /// After.
    pub after: Scan,
    /// If the liver is diseased: mean SUL and standard deviation of the blood pool before therapy, in hundredths.
    pub blood_pool: Option<(u32, u32)>,
    /// All lesions below the liver's mean and equal to their surroundings.
    pub resolved: Truth,
    /// A new FDG-avid lesion typical of cancer.
    pub new_lesion: Truth,
    /// Total lesion glycolysis up by more than 75 %, or visibly larger extent of uptake.
    pub extent: Truth,
}

impl Pair {
    fn comparable(&self) -> Truth {
        let differ =
            |a: Option<u32>, b: Option<u32>| a.zip(b).map(|(a, b)| (u64::from(a), u64::from(a.abs_diff(b))));
        let liver = differ(self.before.liver, self.after.liver).map(|(base, d)| d <= 30 && 5 * d <= base);
        let minutes = differ(self.before.minutes, self.after.minutes).map(|(_, d)| d <= 15);
        let liver = if self.blood_pool.is_some() { Truth::True } else { Truth::from(liver) };
        liver.and(minutes.into())
    }

    fn measurable(&self) -> Truth {
        let floor = match self.blood_pool {
            Some((mean, sd)) => Some(20 * u64::from(mean) + 20 * u64::from(sd)),
            None => self
                .before
                .liver
                .zip(self.before.liver_sd)
                .map(|(m, sd)| 15 * u64::from(m) + 20 * u64::from(sd)),
        };
        self.before.peak.zip(floor).map(|(peak, floor)| 10 * u64::from(peak) >= floor).into()
    }

    /// (30 % and 0.8 lower, 30 % and 0.8 higher)
    fn changes(&self) -> (Truth, Truth) {
        let peaks = self.before.peak.zip(self.after.peak);
        let peaks = peaks.map(|(a, b)| (u64::from(a), u64::from(b)));
        let fell = peaks.map(|(a, b)| a >= b + 80 && 10 * b <= 7 * a);
        let rose = peaks.map(|(a, b)| b >= a + 80 && 10 * b >= 13 * a);
        (fell.into(), rose.into())
    }
}

/// Metabolic response of two scans.
#[must_use]
pub fn assess(pair: &Pair) -> Finding<Metabolic> {
    let (fell, rose) = pair.changes();
    let questions = [
        Question::fact("a new lesion typical of cancer?", "new_lesion", pair.new_lesion),
        Question::fact("scans comparable?", "comparable", pair.comparable()),
        Question::fact("hottest lesion measurable before?", "measurable", pair.measurable()),
        Question::fact("extent or glycolysis up?", "extent", pair.extent),
        Question::fact("all lesions resolved?", "resolved", pair.resolved),
        Question::fact("SULpeak up by 30 % and 0.8?", "rose", rose),
        Question::fact("SULpeak down by 30 % and 0.8?", "fell", fell),
    ];
    conclude(RULE, Vec::new(), |i| questions[i].clone(), decide)
}

fn decide(path: &mut Path<'_>) -> Metabolic {
    if path.ask(0) {
        Metabolic::Progression
    } else if !path.ask(1) {
        Metabolic::NotComparable
    } else if !path.ask(2) {
        Metabolic::NotMeasurable
    } else if path.ask(3) || path.ask(5) {
        Metabolic::Progression
    } else if path.ask(4) {
        Metabolic::Complete
    } else if path.ask(6) {
        Metabolic::Partial
    } else {
        Metabolic::Stable
    }
}

//! One organ limit, its metric, and how far it is verified.

use std::fmt;

use oligomet_base::{Dose, Problem};

use crate::effect::Bed;
use crate::error::DoseError;
use crate::fractionation::{AlphaBeta, Fractionation};
use crate::inverse::Isoeffect;
use crate::table::{Row, thousandths};

/// How damage to a part counts for the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tissue {
    /// A small overdosed part can harm the organ.
    Serial,
    /// A sufficient part must be spared.
    Parallel,
}

/// What is measured in a structure. Volumes in thousandths of a cubic centimetre or of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// `D0.35cc`: the least dose of the hottest 0.35 cc.
    DoseToHottestCc(i64),
    /// `D10%`: the least dose of the hottest tenth.
    DoseToHottestPercent(i64),
    /// `Dmax`: the dose to a point, at most 0.035 cc.
    Maximum,
    /// `Dmean`.
    Mean,
    /// `spared 700cc`: the highest dose of the coldest 700 cc.
    DoseToColdestCc(i64),
    /// EQD2 at alpha/beta 2 of all courses together, point maximum.
    CumulativeEqd2At2,
    /// EQD2 at alpha/beta 2 of the second course, point maximum.
    ReirradiationEqd2At2,
    /// The second course's share of the cumulative EQD2 at alpha/beta 2.
    ReirradiationShare,
    /// Months between the courses.
    Interval,
}

impl Metric {
    /// Whether it is a physical dose, which belongs to a number of fractions.
    #[must_use]
    pub fn is_physical_dose(self) -> bool {
        matches!(
            self,
            Self::DoseToHottestCc(_)
                | Self::DoseToHottestPercent(_)
                | Self::Maximum
                | Self::Mean
                | Self::DoseToColdestCc(_)
        )
    }

    /// The metric as the table writes it: `D0.35cc`, `D10%`, `Dmax`, `Dmean`, `spared 700cc`.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let between = |before: &str, after: &str| {
            thousandths(text.strip_prefix(before)?.strip_suffix(after)?).filter(|volume| *volume > 0)
        };
        match text {
            "Dmax" => Some(Self::Maximum),
            "Dmean" => Some(Self::Mean),
            "cumulative EQD2 at 2" => Some(Self::CumulativeEqd2At2),
            "re-irradiation EQD2 at 2" => Some(Self::ReirradiationEqd2At2),
            "re-irradiation share of EQD2 at 2" => Some(Self::ReirradiationShare),
            "interval" => Some(Self::Interval),
            _ => (between("spared ", "cc").map(Self::DoseToColdestCc))
                .or_else(|| between("D", "cc").map(Self::DoseToHottestCc))
                .or_else(|| between("D", "%").map(Self::DoseToHottestPercent)),
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = |volume: i64| Dose::from_milligray(volume).gray();
        match *self {
            Self::DoseToHottestCc(volume) => write!(f, "D{}cc", decimal(volume)),
            Self::DoseToHottestPercent(volume) => write!(f, "D{}%", decimal(volume)),
            Self::Maximum => f.write_str("Dmax"),
            Self::Mean => f.write_str("Dmean"),
            Self::DoseToColdestCc(volume) => write!(f, "spared {}cc", decimal(volume)),
            Self::CumulativeEqd2At2 => f.write_str("cumulative EQD2 at 2"),
            Self::ReirradiationEqd2At2 => f.write_str("re-irradiation EQD2 at 2"),
            Self::ReirradiationShare => f.write_str("re-irradiation share of EQD2 at 2"),
            Self::Interval => f.write_str("interval"),
        }
    }
}

/// How a value is compared with its limit, as the source writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Below the limit.
    Below,
    /// At most the limit.
    AtMost,
    /// At least the limit.
    AtLeast,
}

impl Operator {
    /// `<`, `<=` or `>=`.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
        }
    }

    pub(super) fn holds(self, value: i64, limit: i64) -> bool {
        match self {
            Self::Below => value < limit,
            Self::AtMost => value <= limit,
            Self::AtLeast => value >= limit,
        }
    }
}

/// In how many places a limit was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verification {
    /// Two or three places agree.
    Agreed,
    /// One place only.
    OneSource,
    /// Two places disagree.
    Conflict,
}

/// A limit of a structure for a number of fractions, with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganLimit {
    /// Identifier in the table, `C046`.
    pub limit_id: String,
    /// Structure as the source names it.
    pub structure: String,
    /// Its name after TG-263.
    pub tg263: String,
    /// Serial or parallel.
    pub tissue: Tissue,
    /// What is measured.
    pub metric: Metric,
    /// How it is compared.
    pub operator: Operator,
    /// The limit in thousandths of `unit`: milligray where the unit is Gy.
    pub limit_thousandths: i64,
    /// `Gy`, `months`, or empty for a share.
    pub unit: String,
    /// The fewest and the most fractions it was published for; mostly equal.
    pub n_fractions: (u32, u32),
    /// `report`, `evidence`, `optimal` or `mandatory`.
    pub tier: String,
    /// What is to be avoided.
    pub endpoint: String,
    /// How bad or how often, as the source says.
    pub risk: String,
    /// The citation.
    pub source: String,
    /// Where in it, or through what it was read.
    pub locator: String,
    /// What the second reading says.
    pub agreement: String,
    /// How far it is verified.
    pub verification: Verification,
}

/// A limit converted to another number of fractions, on request, for a stated alpha/beta. It is not published.
#[derive(Debug, Clone, PartialEq)]
pub struct DerivedLimit {
    /// The published limit it was made from.
    pub from_limit_id: String,
    /// The number of fractions it was made for.
    pub n_fractions: u32,
    /// The alpha/beta that was assumed.
    pub alpha_beta: AlphaBeta,
    /// Total dose in gray with the same BED, not rounded.
    pub total_gy: f64,
}

impl OrganLimit {
    /// Whether it may be judged against without being looked up first.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.verification == Verification::Agreed
    }

    /// Whether it is of that structure: its own name or TG-263's, case folded.
    #[must_use]
    pub fn is_of(&self, structure: &str) -> bool {
        [&self.structure, &self.tg263].iter().any(|name| name.eq_ignore_ascii_case(structure.trim()))
    }

    /// Whether it was published for exactly this number of fractions.
    #[must_use]
    pub fn holds_for(&self, n_fractions: u32) -> bool {
        (self.n_fractions.0..=self.n_fractions.1).contains(&n_fractions)
    }

    /// The total dose for another number of fractions with the same BED at a stated alpha/beta; `None` for a limit that
    /// is no physical dose or holds for a range of fractions. It is marked as derived and never used unasked.
    ///
    /// # Errors
    /// [`DoseError`] for no fractions.
    pub fn derived_for(
        &self,
        n_fractions: u32,
        alpha_beta: AlphaBeta,
    ) -> Result<Option<DerivedLimit>, DoseError> {
        let Some(published) = self.fractionation() else { return Ok(None) };
        let effect = Isoeffect::of_bed(Bed::of(&published, alpha_beta));
        let total_gy = effect.total_gy_in(n_fractions)?;
        Ok(Some(DerivedLimit { from_limit_id: self.limit_id.clone(), n_fractions, alpha_beta, total_gy }))
    }

    /// The limit as a total dose in its number of fractions, where it is one.
    #[must_use]
    pub fn fractionation(&self) -> Option<Fractionation> {
        let is_one = self.metric.is_physical_dose() && self.n_fractions.0 == self.n_fractions.1;
        let total = Dose::from_milligray(self.limit_thousandths);
        if is_one { Fractionation::new(total, self.n_fractions.0).ok() } else { None }
    }
}

impl fmt::Display for OrganLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = Dose::from_milligray(self.limit_thousandths).gray();
        write!(f, "{} {} {} {limit}", self.structure, self.metric, self.operator.sign())?;
        if !self.unit.is_empty() {
            write!(f, " {}", self.unit)?;
        }
        match self.n_fractions {
            (1, 1) => f.write_str(" in 1 fraction"),
            (few, most) if few == most => write!(f, " in {few} fractions"),
            (few, most) => write!(f, " in {few}-{most} fractions"),
        }
    }
}

pub(super) fn organ_limit(row: &Row) -> Result<OrganLimit, Box<Problem>> {
    let text = |name: &str| row.text(name).to_owned();
    Ok(OrganLimit {
        limit_id: row.read("limit_id", not_empty)?,
        structure: row.read("structure", not_empty)?,
        tg263: text("tg263"),
        tissue: row.read("tissue", tissue)?,
        metric: row.read("metric", Metric::from_text)?,
        operator: row.read("operator", operator)?,
        limit_thousandths: row.thousandths("limit")?,
        unit: text("unit"),
        n_fractions: row.read("n_fractions", fraction_range)?,
        tier: text("tier"),
        endpoint: text("endpoint"),
        risk: text("risk"),
        source: row.read("source", not_empty)?,
        locator: text("locator"),
        agreement: text("agreement"),
        verification: row.read("status", verification)?,
    })
}

fn not_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn tissue(text: &str) -> Option<Tissue> {
    match text {
        "serial" => Some(Tissue::Serial),
        "parallel" => Some(Tissue::Parallel),
        _ => None,
    }
}

fn operator(text: &str) -> Option<Operator> {
    [Operator::Below, Operator::AtMost, Operator::AtLeast].into_iter().find(|known| known.sign() == text)
}

fn verification(text: &str) -> Option<Verification> {
    match text {
        "two-source" | "three-source" => Some(Verification::Agreed),
        "one-source" => Some(Verification::OneSource),
        "conflict" => Some(Verification::Conflict),
        _ => None,
    }
}

fn fraction_range(text: &str) -> Option<(u32, u32)> {
    let (few, most) = text.split_once('-').unwrap_or((text, text));
    let range = (few.parse().ok()?, most.parse().ok()?);
    (range.0 >= 1 && range.0 <= range.1).then_some(range)
}

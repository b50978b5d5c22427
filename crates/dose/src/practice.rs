//! Which fractionations are cited for a site.

use std::sync::LazyLock;

use oligomet_base::{Dose, Problem};

use crate::fractionation::Fractionation;
use crate::table::{Row, read_rows};

/// Where a lesion is, as the table of cited schedules tells sites apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// Abdominal or pelvic metastasis that is neither liver nor adrenal.
    AbdomenPelvis,
    /// Adrenal gland.
    Adrenal,
    /// Bone other than the spine.
    Bone,
    /// Brain.
    Brain,
    /// Breast or chest wall: the primary tumour or its recurrence.
    Breast,
    /// A metastasis outside the brain, site not told apart by the source.
    ExtracranialMetastasis,
    /// Liver.
    Liver,
    /// Lung.
    Lung,
    /// Lymph nodes.
    Nodes,
    /// Spine.
    Spine,
}

impl Site {
    /// All sites, by name.
    pub const ALL: [Self; 10] = [
        Self::AbdomenPelvis,
        Self::Adrenal,
        Self::Bone,
        Self::Brain,
        Self::Breast,
        Self::ExtracranialMetastasis,
        Self::Liver,
        Self::Lung,
        Self::Nodes,
        Self::Spine,
    ];

    /// The word used in tables and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AbdomenPelvis => "abdomen-pelvis",
            Self::Adrenal => "adrenal",
            Self::Bone => "bone",
            Self::Brain => "brain",
            Self::Breast => "breast",
            Self::ExtracranialMetastasis => "extracranial metastasis",
            Self::Liver => "liver",
            Self::Lung => "lung",
            Self::Nodes => "nodes",
            Self::Spine => "spine",
        }
    }

    /// The site of that name, case folded.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|site| site.name().eq_ignore_ascii_case(name.trim()))
    }

    /// Whether a schedule cited for `cited` is cited for this site: one for any extracranial metastasis is cited for
    /// each of them, but neither for the brain nor for the breast itself.
    fn is_covered_by(self, cited: Self) -> bool {
        let is_extracranial = !matches!(self, Self::Brain | Self::Breast);
        self == cited || (cited == Self::ExtracranialMetastasis && is_extracranial)
    }
}

/// What a cited dose was given for. Only [`Role::Target`] counts as practice for treating a lesion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// To the lesion.
    Target,
    /// To a volume at risk beside it, the lower level of a boost.
    Elective,
    /// Over an earlier course.
    Reirradiation,
    /// The source gives the dose but not the number of fractions, which is assumed.
    FractionationAssumed,
}

/// A schedule that a source cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedSchedule {
    /// Identifier in the table, `P01`.
    pub practice_id: String,
    /// Sites it was cited for.
    pub sites: Vec<Site>,
    /// The source's condition within the site.
    pub rule: String,
    /// Total dose and fractions.
    pub fractionation: Fractionation,
    /// Fractions a day.
    pub fractions_per_day: u32,
    /// What it was given for.
    pub role: Role,
    /// Technique, as in the source.
    pub technique: String,
    /// Patients, as in the source.
    pub context: String,
    /// The citation.
    pub source: String,
}

/// How a fractionation stands to what is cited for a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Practice<'a> {
    /// It is cited: exactly this total in exactly this number of fractions.
    Cited(Vec<&'a CitedSchedule>),
    /// Its dose lies between two that are cited for the same number of fractions.
    Between {
        /// The nearest cited below.
        lower: &'a CitedSchedule,
        /// The nearest cited above.
        higher: &'a CitedSchedule,
    },
    /// Nothing cited has this number of fractions with doses around it: outside the evidence.
    Outside,
}

impl Practice<'_> {
    /// "cited", "between cited schedules" or "outside the evidence".
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cited(_) => "cited",
            Self::Between { .. } => "between cited schedules",
            Self::Outside => "outside the evidence",
        }
    }

    /// Whether nothing is cited around it.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        *self == Self::Outside
    }
}

/// A table of cited schedules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeTable {
    schedules: Vec<CitedSchedule>,
}

static PUBLISHED: LazyLock<PracticeTable> =
    LazyLock::new(|| PracticeTable::read("practice.csv", include_str!("../data/practice.csv")).0);

impl PracticeTable {
    /// The table that comes with the program, `crates/dose/data/practice.csv`: small, and "outside" means outside it.
    #[must_use]
    pub fn published() -> &'static Self {
        &PUBLISHED
    }

    /// A table in the form of the published one, and a Problem for every row that cannot be read.
    #[must_use]
    pub fn read(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let (schedules, problems) = read_rows(file, text, cited_schedule);
        (Self { schedules }, problems)
    }

    /// All rows, in order.
    #[must_use]
    pub fn schedules(&self) -> &[CitedSchedule] {
        &self.schedules
    }

    /// Schedules cited for treating a lesion of that site.
    pub fn cited_for(&self, site: Site) -> impl Iterator<Item = &CitedSchedule> {
        let covers = move |cited: &&CitedSchedule| cited.sites.iter().any(|&of| site.is_covered_by(of));
        self.schedules.iter().filter(|cited| cited.role == Role::Target).filter(covers)
    }

    /// Numbers of fractions that are cited for a site, ascending.
    #[must_use]
    pub fn fraction_numbers(&self, site: Site) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.cited_for(site).map(|c| c.fractionation.n_fractions()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// How a fractionation stands to what is cited for a site.
    #[must_use]
    pub fn judge(&self, site: Site, asked: &Fractionation) -> Practice<'_> {
        let same_number: Vec<&CitedSchedule> = self
            .cited_for(site)
            .filter(|c| c.fractionation.n_fractions() == asked.n_fractions() && c.fractions_per_day == 1)
            .collect();
        let total = |cited: &&&CitedSchedule| cited.fractionation.total();
        let exact: Vec<&CitedSchedule> =
            same_number.iter().filter(|c| total(c) == asked.total()).copied().collect();
        if !exact.is_empty() {
            return Practice::Cited(exact);
        }
        let lower = same_number.iter().filter(|c| total(c) < asked.total()).max_by_key(total);
        let higher = same_number.iter().filter(|c| total(c) > asked.total()).min_by_key(total);
        match (lower, higher) {
            (Some(lower), Some(higher)) => Practice::Between { lower, higher },
            _ => Practice::Outside,
        }
    }
}

fn cited_schedule(row: &Row) -> Result<CitedSchedule, Box<Problem>> {
    let total = Dose::from_milligray(row.thousandths("total_gy")?);
    let sites = |text: &str| text.split(';').map(Site::from_name).collect::<Option<Vec<Site>>>();
    Ok(CitedSchedule {
        practice_id: row.text("practice_id").into(),
        sites: row.read("sites", sites)?,
        rule: row.text("rule").into(),
        fractionation: row.read("n_fractions", |n| Fractionation::new(total, n.parse().ok()?).ok())?,
        fractions_per_day: row
            .read("fractions_per_day", |n| n.parse().ok().filter(|n| (1..=4).contains(n)))?,
        role: row.read("role", role)?,
        technique: row.text("technique").into(),
        context: row.text("context").into(),
        source: row.read("source", |text| (!text.is_empty()).then(|| text.into()))?,
    })
}

fn role(text: &str) -> Option<Role> {
    match text {
        "target" => Some(Role::Target),
        "elective" => Some(Role::Elective),
        "re-irradiation" => Some(Role::Reirradiation),
        "fractionation assumed" => Some(Role::FractionationAssumed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(site: Site, total: i64, n: u32) -> Practice<'static> {
        let asked = Fractionation::new(Dose::from_milligray(total), n).unwrap();
        PracticeTable::published().judge(site, &asked)
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        let (table, problems) = PracticeTable::read("practice.csv", include_str!("../data/practice.csv"));
        assert_eq!(problems, []);
        assert_eq!(table.schedules().len(), 44);
        assert!(table.schedules().iter().all(|cited| cited.source.len() > 20));
    }

    #[test]
    fn what_is_cited_for_the_breast() {
        assert!(matches!(judge(Site::Breast, 44_000, 10), Practice::Cited(_)));
        assert!(matches!(judge(Site::Breast, 46_000, 10), Practice::Between { .. }));
        assert_eq!(PracticeTable::published().fraction_numbers(Site::Breast), [3, 5, 6, 10, 15, 18]);
        // 30 Gy stands in the source without a number of fractions, so it is no citation for 5 or 10.
        assert!(judge(Site::Breast, 30_000, 5).is_outside());
        // 16.95 Gy in 1 for a breast is arithmetic, not medicine.
        assert!(judge(Site::Breast, 16_950, 1).is_outside());
    }

    #[test]
    fn extracranial_schedules_hold_neither_for_brain_nor_breast() {
        assert!(matches!(judge(Site::Liver, 30_000, 3), Practice::Cited(_)));
        assert!(judge(Site::Brain, 30_000, 3).is_outside());
        assert!(judge(Site::Breast, 30_000, 3).is_outside());
        // Re-irradiation and elective doses are no practice for a lesion.
        assert!(judge(Site::Bone, 16_000, 14).is_outside());
        // 50 Gy in 25 is the elective level of a boost; 57.5 and 60 Gy are cited, so 58 lies between.
        assert!(judge(Site::Nodes, 50_000, 25).is_outside());
        assert!(matches!(judge(Site::Nodes, 58_000, 25), Practice::Between { .. }));
    }

    #[test]
    fn names_of_sites() {
        for site in Site::ALL {
            assert_eq!(Site::from_name(&site.name().to_uppercase()), Some(site));
        }
        assert_eq!(Site::from_name("spleen"), None);
    }
}

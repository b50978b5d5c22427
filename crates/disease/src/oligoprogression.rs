//! Definitions of oligoprogression in use, each condition three-valued by itself.
//!
//! Page with the decision tables: `docs/disease/oligoprogression.md`.

use crate::ask::{Question, Verdict, all_hold};
use crate::counting::{NodeCounting, progressing, progressing_used};
use crate::dates::{at_least_months, more_than_months};
use crate::patient::Patient;
use crate::settings::{Parameters as List, Slot};
use crate::states::active_therapy;
use crate::{Count, Finding, Organ, Rule, Truth, subtype};

/// A named set of conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleSet {
    /// Marazzi 2024: up to three sites irradiated, systemic therapy unchanged.
    Marazzi,
    /// AVATAR: ER-positive, HER2-negative disease under a CDK4/6 inhibitor.
    Avatar,
    /// COSMO: one or two lesions in one organ, or locoregional disease.
    Cosmo,
    /// CURB: up to five sites after at least one line.
    Curb,
}

impl RuleSet {
    /// All sets.
    pub const ALL: [Self; 4] = [Self::Marazzi, Self::Avatar, Self::Cosmo, Self::Curb];

    /// The rule of that set.
    #[must_use]
    pub fn rule(self) -> Rule {
        let (name, source) = match self {
            Self::Marazzi => {
                ("oligoprogression-marazzi", "Marazzi 2024, J Pers Med 14:805, doi 10.3390/jpm14080805")
            }
            Self::Avatar => (
                "oligoprogression-avatar",
                "AVATAR, ACTRN12620001212943: PMC7989018 and the abstract of its result, TROG meeting 2024",
            ),
            Self::Cosmo => ("oligoprogression-cosmo", "COSMO: entry of a trial register, not a publication"),
            Self::Curb => (
                "oligoprogression-curb",
                "CURB (Tsai 2023, Lancet): unverified, from memory; number of lesions and earlier line as a news report has them",
            ),
        };
        Rule { name, version: "1", source }
    }
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// How lymph nodes are counted.
    pub node_counting: NodeCounting,
    /// Days after the last dose during which systemic therapy still counts as ongoing.
    pub grace_days: u32,
    /// Most progressing sites of Marazzi 2024.
    pub marazzi_max: u32,
    /// Calendar months after radiotherapy within which Marazzi 2024 asks for imaging.
    pub marazzi_imaging_months: u32,
    /// Most progressing lesions of AVATAR.
    pub avatar_max: u32,
    /// Most progressing lesions of COSMO.
    pub cosmo_max: u32,
    /// Least growth in percent of COSMO.
    pub cosmo_growth_percent: f64,
    /// Size in mm that COSMO's lesions exceed.
    pub cosmo_size_mm: f64,
    /// Least rise of SUVmax in percent of COSMO.
    pub cosmo_suv_percent: f64,
    /// Calendar months on systemic therapy that AVATAR and COSMO ask for.
    pub months_on_therapy: u32,
    /// Most progressing lesions of CURB.
    pub curb_max: u32,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            node_counting: NodeCounting::EachNode,
            grace_days: 0,
            marazzi_max: 3,
            marazzi_imaging_months: 3,
            avatar_max: 5,
            cosmo_max: 2,
            cosmo_growth_percent: 20.0,
            cosmo_size_mm: 15.0,
            cosmo_suv_percent: 20.0,
            months_on_therapy: 6,
            curb_max: 5,
        }
    }
}

impl List for Parameters {
    fn slots(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("node_counting", Slot::Nodes(&mut self.node_counting)),
            ("grace_days", Slot::Whole(&mut self.grace_days)),
            ("marazzi_max", Slot::Whole(&mut self.marazzi_max)),
            ("marazzi_imaging_months", Slot::Whole(&mut self.marazzi_imaging_months)),
            ("avatar_max", Slot::Whole(&mut self.avatar_max)),
            ("cosmo_max", Slot::Whole(&mut self.cosmo_max)),
            ("cosmo_growth_percent", Slot::Number(&mut self.cosmo_growth_percent)),
            ("cosmo_size_mm", Slot::Number(&mut self.cosmo_size_mm)),
            ("cosmo_suv_percent", Slot::Number(&mut self.cosmo_suv_percent)),
            ("months_on_therapy", Slot::Whole(&mut self.months_on_therapy)),
            ("curb_max", Slot::Whole(&mut self.curb_max)),
        ]
    }
}

/// The parameters that a set uses, by the beginning of their name; the others are not printed with it.
fn own(set: RuleSet, name: &str) -> bool {
    let shared = name == "node_counting" || name == "grace_days";
    match set {
        RuleSet::Marazzi => shared || name.starts_with("marazzi"),
        RuleSet::Avatar => shared || name.starts_with("avatar") || name == "months_on_therapy",
        RuleSet::Cosmo => shared || name.starts_with("cosmo") || name == "months_on_therapy",
        RuleSet::Curb => shared || name.starts_with("curb"),
    }
}

/// Whether the conditions of that set are met.
///
/// Beyond the conditions, every set supposes metastatic breast cancer proven by histology or imaging.
#[must_use]
pub fn classify(set: RuleSet, patient: &Patient, parameters: &Parameters) -> Finding<Verdict> {
    let conditions = match set {
        RuleSet::Marazzi => marazzi(patient, parameters),
        RuleSet::Avatar => avatar(patient, parameters),
        RuleSet::Cosmo => cosmo(patient, parameters),
        RuleSet::Curb => curb(patient, parameters),
    };
    all_hold(set.rule(), parameters.facts_where(|name| own(set, name)), conditions)
}

/// 1 to `most` progressing distant lesions.
fn few_lesions(p: &Patient, counting: NodeCounting, most: u32) -> Question {
    let n = progressing(p, counting);
    let question = Question::new(
        "1 or more lesions progressing, and no more than the limit?",
        n.at_least(1).and(n.at_most(most)),
    );
    progressing_used(question, counting, p)
}

/// 1 to `most` progressing sites, progressing locoregional disease being one of them.
fn few_sites(p: &Patient, counting: NodeCounting, most: u32) -> Question {
    let lesions = progressing(p, counting);
    let local = p.locoregional_progressing;
    let low = lesions.low.saturating_add(u32::from(local.is_true()));
    let high = lesions.high.map(|high| high.saturating_add(u32::from(!local.is_false())));
    let sites = Count { low, high };
    let question = Question::new(
        "1 or more sites progressing, and no more than the limit?",
        sites.at_least(1).and(sites.at_most(most)),
    );
    progressing_used(question, counting, p).given("locoregional_progressing", local)
}

fn therapy(p: &Patient, parameters: &Parameters) -> Question {
    active_therapy(p, true, parameters.grace_days)
}

fn line(p: &Patient, low: u32, high: u32, text: &'static str) -> Question {
    let within = p.line_of_therapy.at_least(low).and(p.line_of_therapy.at_most(high));
    Question::new(text, within).count("line_of_therapy", p.line_of_therapy)
}

fn long_on_therapy(p: &Patient, months: u32) -> Question {
    let answer = at_least_months(p.systemic_start, p.omd_diagnosis, months);
    Question::new("on this therapy for the months required?", answer)
        .date("systemic_start", p.systemic_start)
        .date("omd_diagnosis", p.omd_diagnosis)
}

fn status(p: &Patient, most: u32, text: &'static str) -> Question {
    Question::new(text, p.ecog.at_most(most)).count("ecog", p.ecog)
}

fn marazzi(p: &Patient, parameters: &Parameters) -> Vec<Question> {
    let too_late = more_than_months(p.radiotherapy_end, p.next_imaging, parameters.marazzi_imaging_months);
    vec![
        few_sites(p, parameters.node_counting, parameters.marazzi_max),
        therapy(p, parameters),
        all_treated(p),
        Question::fact(
            "systemic therapy unchanged until the next imaging or clinical progression?",
            "systemic_unchanged",
            p.systemic_unchanged,
        ),
        Question::new("imaging soon enough after radiotherapy?", !too_late)
            .date("radiotherapy_end", p.radiotherapy_end)
            .date("next_imaging", p.next_imaging),
    ]
}

/// Whether all progressing lesions were irradiated, as stated. Fewer treated than progressing lesions deny it; a
/// statement that they contradict is not believed.
fn all_treated(p: &Patient) -> Question {
    let text = "all progressing lesions irradiated?";
    let stated = p.all_progressing_treated;
    if !p.fewer_treated_than_progress() {
        return Question::fact(text, "all_progressing_treated", stated);
    }
    let answer = if stated.is_true() { Truth::Unknown } else { Truth::False };
    Question::new(text, answer)
        .given("all_progressing_treated", stated)
        .count("treated_lesions", p.treated.lesions)
        .count("progressing_lesions", p.progressing.lesions)
}

fn avatar(p: &Patient, parameters: &Parameters) -> Vec<Question> {
    let leptomeninges = p.organs.is_involved(Organ::Leptomeninges);
    vec![
        few_lesions(p, parameters.node_counting, parameters.avatar_max),
        Question::new("all progressing lesions outside the skull?", !p.progressing_intracranial)
            .given("progressing_intracranial", p.progressing_intracranial),
        Question::fact(
            "all treatable with ablative radiotherapy?",
            "progressing_treatable",
            p.progressing_treatable,
        ),
        Question::new("oestrogen receptor positive?", p.er.at_least(1.0)).measured("er", p.er),
        subtype::her2_negative(p),
        Question::fact(
            "under a CDK4/6 inhibitor with an aromatase inhibitor?",
            "cdk46_with_ai",
            p.cdk46_with_ai,
        ),
        line(p, 1, 2, "first or second line?"),
        long_on_therapy(p, parameters.months_on_therapy),
        status(p, 2, "ECOG 0 to 2?"),
        Question::new("no chemotherapy for metastatic disease?", !p.chemotherapy_for_metastases)
            .given("chemotherapy_for_metastases", p.chemotherapy_for_metastases),
        Question::new("no leptomeningeal disease?", !leptomeninges).organs(&p.organs),
        Question::new("no progressing lesion irradiated before?", !p.progressing_irradiated_before)
            .given("progressing_irradiated_before", p.progressing_irradiated_before),
    ]
}

fn cosmo(p: &Patient, parameters: &Parameters) -> Vec<Question> {
    vec![
        cosmo_extent(p, parameters),
        cosmo_growth(p, parameters),
        Question::fact("treatable with local therapy?", "progressing_treatable", p.progressing_treatable),
        Question::fact("confirmed on a second FDG-PET-CT?", "confirmed_by_pet", p.confirmed_by_pet),
        therapy(p, parameters),
        line(p, 1, 2, "first or second line?"),
        long_on_therapy(p, parameters.months_on_therapy),
        Question::fact(
            "held by this therapy for 6 months?",
            "controlled_six_months",
            p.controlled_six_months,
        ),
        status(p, 1, "WHO performance status 0 or 1?"),
    ]
}

/// One or two distant lesions in one organ, or locoregional disease; both at once is neither.
fn cosmo_extent(p: &Patient, parameters: &Parameters) -> Question {
    let n = progressing(p, parameters.node_counting);
    let few = n.at_least(1).and(n.at_most(parameters.cosmo_max));
    let one_organ = if n.at_most(1).is_true() { Truth::True } else { p.progressing_organs.at_most(1) };
    let distant = few.and(one_organ).and(!p.locoregional_progressing);
    let local = n.at_most(0).and(p.locoregional_progressing);
    let question = Question::new(
        "1 or 2 distant lesions in one organ, or locoregional disease alone?",
        distant.or(local),
    );
    let question = progressing_used(question, parameters.node_counting, p)
        .given("locoregional_progressing", p.locoregional_progressing);
    if n.at_most(1).is_true() { question } else { question.count("progressing_organs", p.progressing_organs) }
}

fn cosmo_growth(p: &Patient, parameters: &Parameters) -> Question {
    let grown = p
        .growth_percent
        .at_least(parameters.cosmo_growth_percent)
        .and(p.size_mm.above(parameters.cosmo_size_mm));
    let avid = p.suv_rise_percent.at_least(parameters.cosmo_suv_percent);
    Question::new(
        "grown by the percentage and above the size, or SUVmax risen by the percentage?",
        grown.or(avid),
    )
    .measured("growth_percent", p.growth_percent)
    .measured("size_mm", p.size_mm)
    .measured("suv_rise_percent", p.suv_rise_percent)
}

fn curb(p: &Patient, parameters: &Parameters) -> Vec<Question> {
    vec![
        few_lesions(p, parameters.node_counting, parameters.curb_max),
        line(p, 1, u32::MAX, "at least one line of systemic therapy for metastatic disease?"),
        Question::fact(
            "all treatable with ablative radiotherapy?",
            "progressing_treatable",
            p.progressing_treatable,
        ),
    ]
}

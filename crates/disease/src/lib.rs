//! Clinical rules of metastatic breast cancer: three-valued, versioned, parameterised, each answer with its trace.
//!
//! A rule never guesses. Its answer is a [`Finding`]: the answers still possible with what is known (exactly one if the
//! rule is decided), the steps with the facts that each used, and the facts that are missing with what they would settle.
//!
//! | module | holds |
//! |---|---|
//! | [`truth`] | [`Truth`]: true, false, unknown (Kleene's logic) |
//! | [`dates`] | order and distance of dates known to the day, month or year |
//! | [`measure`] | [`Count`], [`Measured`]: numbers known exactly, within bounds, or not |
//! | [`organ`] | [`Organ`], [`Organs`]: involved, free, or not assessed |
//! | [`patient`] | [`Patient`]: the facts, their dictionary of fields, reading, contradictions |
//! | [`imaging`] | which assessment can show which lesion |
//! | [`counting`] | lymph nodes as lesions, three ways |
//! | [`states`] | ESTRO-EORTC: nine states of oligometastatic disease |
//! | [`estro_astro`] | ESTRO-ASTRO: definition of oligometastatic disease |
//! | [`oligoprogression`] | four definitions in use |
//! | [`subtype`] | HER2 status, St. Gallen surrogate subtypes |
//! | [`stage4`] | stage IV: status, presentation, interval, burden, extent, disease outside the breast |
//! | [`settings`] | [`Settings`]: the parameters of all rules, by name |
//! | [`report`] | [`classify()`]: all findings of one patient as rows |
//! | [`response`] | RECIST 1.1 from measurements, PERCIST, bone, brain, spine, local failure |
//! | [`therapy`] | drugs and their classes, exposures, lines of therapy |
//! | [`timeline`] | the course of one patient as data |
//! | [`toxicity`] | adverse events by CTCAE grades: worst, acute and late, table |
//! | [`ask`] | how a rule is asked, and the answers that remain |
//! | [`finding`] | [`Rule`], [`Finding`], [`Step`], [`Fact`], [`Missing`] |
//!
//! Every rule has a page in `docs/disease` with its source and its decision table; the tests read the tables.
//!
//! Architecture invariant: no file, no clock, no statistics, no formula of dose.

pub mod ask;
pub mod counting;
pub mod dates;
pub mod estro_astro;
pub mod finding;
pub mod imaging;
pub mod measure;
pub mod oligoprogression;
pub mod organ;
pub mod patient;
pub mod report;
pub mod response;
pub mod settings;
pub mod stage4;
pub mod states;
pub mod subtype;
pub mod therapy;
pub mod timeline;
pub mod toxicity;
pub mod truth;

pub use ask::Verdict;
pub use counting::NodeCounting;
pub use finding::{Answer, Fact, Finding, Missing, Rule, Step};
pub use measure::{Count, Measured};
pub use organ::{Organ, Organs};
pub use patient::Patient;
pub use report::{ClassifyReport, classify};
pub use settings::Settings;
pub use truth::Truth;

//! Response of measured disease: RECIST 1.1 from measurements, PERCIST, criteria for bone, brain and spine, local failure.
//!
//! Pages: `docs/disease/recist.md`, `percist.md`, `response-criteria.md`, `local-failure.md`.
//!
//! | module | holds |
//! |---|---|
//! | [`course`] | [`Course`]: lesions, assessments, readings of one patient |
//! | [`check()`] | what is wrong with a course, as problems |
//! | [`recist`] | [`assess`]: the response at each assessment |
//! | [`best`] | best overall response, date of progression, duration of response |
//! | [`lesion`] | progression of each lesion by itself, for oligoprogression |
//! | [`compare`] | derived beside reported responses |
//! | [`percist`] | PERCIST 1.0 |
//! | [`criteria`] | MD Anderson (bone), RANO-BM (brain), SPINO (spine) |
//! | [`local_failure`] | local failure: suspected, then confirmed |

pub mod best;
pub mod check;
pub mod compare;
pub mod course;
pub mod criteria;
pub mod lesion;
pub mod local_failure;
mod matrix;
mod overall;
pub mod percist;
pub mod recist;
mod span;
mod target;

pub use best::{Outcome, outcome};
pub use check::check;
pub use course::{Assessment, Course, Lesion, Reading, Role, Seen, tenths_of_mm};
pub use recist::{RecistParameters, Response, TimePoint, assess};

//! One patient from what was allocated to her.

use super::{History, after, before, outcome};
use crate::profile::Profile;
use crate::random::Stream;
use crate::variable::Traits;

/// Draws a history. The same traits and stream give the same history.
pub(crate) fn draw(profile: &Profile, traits: &Traits, stream: &mut Stream) -> Option<History> {
    let stratum = profile.strata.get(usize::from(traits.level(crate::variable::Variable::Stratum)))?;
    let mut history = before::before(profile, stratum, traits, stream)?;
    let treated = history.lesions.iter().filter(|l| l.course == Some(history.index_course)).count();
    history.latent = outcome::latent(&profile.truth, traits, treated, stream);
    after::after(profile, stratum, traits, &mut history, stream);
    Some(history)
}

//! Latent times, drawn from the hazards put in.

use super::Latent;
use crate::profile::Truth;
use crate::random::Stream;
use crate::variable::Traits;

/// Draws every latent time, in one fixed order.
pub(super) fn latent(truth: &Truth, traits: &Traits, treated: usize, stream: &mut Stream) -> Latent {
    Latent {
        progression: truth.progression.draw(traits, stream),
        death_before: truth.death_before.draw(traits, stream),
        death_after: truth.death_after.draw(traits, stream),
        stop_toxicity: truth.stop_toxicity.draw(traits, stream),
        stop_other: truth.stop_other.draw(traits, stream),
        further_course: truth.further_course.draw(traits, stream),
        loss: truth.loss.draw(traits, stream),
        local_failure: (0..treated).map(|_| truth.local_failure.draw(traits, stream)).collect(),
    }
}

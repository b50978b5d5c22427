//! `oligomet diff`

use std::path::Path;

use oligomet_base::{Place, Problem, Problems};
use oligomet_results::RunResults;

use crate::console::{Console, Outcome};

/// The results of a run's folder.
pub(crate) fn results_of(run: &Path) -> Result<RunResults, Problems> {
    RunResults::read(&run.join("results")).map_err(|e| {
        Problem::error("OM336", format!("the results of this run cannot be read: {e}"))
            .at(Place::file(run.display().to_string()))
            .mend("name a folder written by `oligomet run`")
            .into()
    })
}

/// Says in words what differs between two runs.
pub(crate) fn diff(console: &Console, before: &Path, after: &Path) -> Outcome {
    let (before, after) = (results_of(before)?, results_of(after)?);
    let changes = oligomet_report::compare(&before, &after);
    console.say(oligomet_report::describe_changes(&changes).trim_end());
    Ok(())
}

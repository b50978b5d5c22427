//! `oligomet check`

use std::path::Path;

use crate::console::{Console, Outcome};
use crate::load::load;

/// Reads study, site and data, and tells every problem.
pub(crate) fn check(console: &Console, study: &Path, site: Option<&Path>) -> Outcome {
    let loaded = load(console, study, site)?;
    console.tell(&loaded.problems);
    if console.format() == crate::Format::Text {
        let rows = loaded.base.data.table.n_rows();
        console.say(&format!(
            "The study can run: {rows} patients, {}. Next: oligomet run {}",
            loaded.problems.summary(),
            study.display()
        ));
    }
    Ok(())
}

//! `oligomet check`

use std::path::Path;

use oligomet_base::number::counted;

use crate::console::{Console, Outcome};
use crate::load::load;

/// Reads study, site and data, and tells every problem.
pub(crate) fn check(console: &Console, study: &Path, site: Option<&Path>) -> Outcome {
    let loaded = load(console, study, site)?;
    console.tell(&loaded.problems);
    if console.format() == crate::Format::Text {
        let rows = loaded.base.data.table.n_rows();
        let unit = loaded.base.related.as_ref().map_or("patient", |r| r.unit.name());
        console.say(&format!(
            "The study can run: {}, {}. Next: oligomet run {}",
            counted(rows, unit),
            loaded.problems.summary(),
            study.display()
        ));
    }
    Ok(())
}

//! `oligomet explain`

use oligomet_base::Problem;
use oligomet_base::codes;
use oligomet_base::suggest::nearest;

use crate::console::{Console, Outcome};

/// Prints an entry of the register of codes.
pub(crate) fn explain(console: &Console, code: &str) -> Outcome {
    if let Some(found) = codes::find(code) {
        console.say(&format!("{}: {}\n\n{}", found.code, found.title, found.text));
        return Ok(());
    }
    let all = codes::all().unwrap_or_default();
    let near = nearest(code, all.iter().map(|c| c.code.as_str()), 3);
    let mend = if near.is_empty() {
        "codes look like OM204".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Err(Problem::error("OM335", format!("there is no code \"{code}\"")).mend(mend).into())
}

//! `oligomet explain`

use oligomet_base::Problem;
use oligomet_base::codes;
use oligomet_base::suggest::nearest;

use crate::console::{Console, Outcome};

/// The pages of the critic's rules.
const PAGES: [(&str, &str); 12] = [
    ("OM130", include_str!("../../../../docs/critic/time-zero.md")),
    ("OM131", include_str!("../../../../docs/critic/future.md")),
    ("OM132", include_str!("../../../../docs/critic/parameters.md")),
    ("OM133", include_str!("../../../../docs/critic/nested.md")),
    ("OM134", include_str!("../../../../docs/critic/codes-as-numbers.md")),
    ("OM135", include_str!("../../../../docs/critic/cutpoints.md")),
    ("OM136", include_str!("../../../../docs/critic/subgroups.md")),
    ("OM137", include_str!("../../../../docs/critic/tests.md")),
    ("OM138", include_str!("../../../../docs/critic/competing-death.md")),
    ("OM139", include_str!("../../../../docs/critic/clusters.md")),
    ("OM140", include_str!("../../../../docs/critic/reference.md")),
    ("OM141", include_str!("../../../../docs/critic/dose-by-site.md")),
];

/// Prints an entry of the register of codes; of an error of method its page, too.
pub(crate) fn explain(console: &Console, code: &str) -> Outcome {
    if let Some(found) = codes::find(code) {
        console.say(&format!("{}: {}\n\n{}", found.code, found.title, found.text));
        if let Some((_, page)) = PAGES.iter().find(|(of, _)| *of == found.code) {
            // The page's own heading says the title again.
            let body = page.split_once('\n').map_or(*page, |(_, body)| body);
            console.say(body.trim_end());
        }
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

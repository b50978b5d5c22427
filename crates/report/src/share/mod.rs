//! A run made to be shared: no subjects, no small cell, and nothing from which a withheld count could be computed
//! within a table. What is withheld and why: `docs/report.md`, "Sharing".

mod blocks;
mod cells;
mod complement;
mod curves;
mod flow;
mod levels;
mod words;

use oligomet_results::{AnalysisKind, RunResults};

use cells::Withheld;

/// The run without subjects and without counts from 1 to one below the least cell of its outline (`min_cell`, 5 by
/// default), nor what would let them be computed: further cells of the same sum, shares of a withheld
/// count, curves' steps, texts that name them. Tables, figures and reports are then drawn from the value returned.
#[must_use]
pub fn share(mut run: RunResults) -> RunResults {
    run.subjects = None;
    run.outline.shared = true;
    // Swimmer plots and timelines show patients one by one.
    let alone = |kind| matches!(kind, AnalysisKind::Swimmer | AnalysisKind::Timeline);
    let gone: Vec<String> =
        run.outline.analyses.iter().filter(|a| alone(a.kind)).map(|a| a.id.clone()).collect();
    run.outline.figures.retain(|figure| !gone.contains(&figure.of));
    run.outline.analyses.retain(|analysis| !gone.contains(&analysis.id));
    let mut withheld = Withheld::new(&run);
    flow::withhold_flow(&run, &mut withheld);
    let hidden = levels::hidden_levels(&run, &mut withheld);
    levels::withhold_two_way(&run, &hidden, &mut withheld);
    levels::withhold_times(&run, &mut withheld);
    levels::withhold_models(&run, &mut withheld);
    blocks::withhold_blocks(&run, &mut withheld);
    withheld.rest(&run);
    run.curves = curves::coarsen(&run, &hidden);
    words::clean(&mut run, &hidden, &withheld);
    withheld.apply(&mut run);
    run
}

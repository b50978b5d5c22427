//! Times at growing numbers of rows: one line per work and size.

use crate::AnyError;
use crate::data::{Data, simulate};
use crate::timing::measure;
use crate::works::{kaplan_meier_of_times, once};

/// Works that are timed.
const WORKS: [&str; 5] =
    ["Kaplan-Meier", "log-rank", "concordance", "Cox fit, 10 columns", "Fine-Gray, 10 columns"];

/// Prints lines with the work `growth`, the name of the work as the engine and the rows as a result.
pub fn growth(quick: bool) -> Result<(), AnyError> {
    let sizes: &[usize] = if quick { &[10_000, 100_000] } else { &[100_000, 1_000_000, 10_000_000] };
    for &n in sizes {
        let data: Data = simulate(n, 10, 0.3);
        let rows = |_: &bool| vec![("_rows", vec![n as f64])];
        for work in WORKS {
            once(work, &data)?;
            measure("growth", work, || (), |()| once(work, &data).is_ok(), rows);
        }
        let times: Vec<f64> =
            data.days.iter().zip(&data.columns[0]).map(|(&d, x)| f64::from(d) + x / 4.0).collect();
        kaplan_meier_of_times(&times, &data.event)?;
        let run = |()| kaplan_meier_of_times(&times, &data.event).is_ok();
        measure("growth", "Kaplan-Meier, times that are no days", || (), run, rows);
    }
    Ok(())
}

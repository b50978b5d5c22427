//! Peak memory of one work beside its input, in a process of its own (Linux).

use crate::AnyError;
use crate::data::simulate;
use crate::timing::line;
use crate::works::once;
use std::fs;

/// Columns of a work's input, and the bytes of a row beside them: days, events and what else it reads.
fn input(work: &str) -> (usize, usize) {
    match work {
        "Kaplan-Meier" => (0, 5),
        "log-rank" => (0, 9),
        "concordance" => (1, 5),
        "Cox fit, 50 columns" => (50, 5),
        "Cox fit, 200 columns" => (200, 5),
        "Fine-Gray, 5 columns" => (5, 8),
        _ => (10, 5),
    }
}

/// Prints the bytes of the input and of the peak above it.
pub fn memory(work: &str, rows: usize) -> Result<(), AnyError> {
    let (columns, beside) = input(work);
    let data = simulate(rows, columns, if columns > 20 { 0.1 } else { 0.3 });
    // "5" sets the peak back to what is resident now.
    fs::write("/proc/self/clear_refs", "5")?;
    let before = kilobytes("VmRSS:")?;
    once(work, &data)?;
    let peak = kilobytes("VmHWM:")?.saturating_sub(before) as f64 * 1024.0;
    let input = (rows * (beside + 8 * columns)) as f64;
    let results = vec![("_rows", vec![rows as f64]), ("_input", vec![input]), ("_peak", vec![peak])];
    line("memory", work, &[], &results, "");
    Ok(())
}

fn kilobytes(field: &str) -> Result<u64, AnyError> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(field)).ok_or("no such field")?;
    Ok(line.split_whitespace().nth(1).ok_or("no value")?.parse()?)
}

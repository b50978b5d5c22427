//! The timed works, by the names that the peers' scripts use too.

mod competing;
mod cox;
mod curves;
mod cutpoint;
mod gemm;

pub use curves::kaplan_meier_of_times;

use crate::data::Data;
use crate::{AnyError, data};
use std::path::Path;

/// Times one work on the sets of a folder.
pub fn time(work: &str, folder: &Path) -> Result<(), AnyError> {
    let set = |name: &str| data::read(&folder.join(name));
    match work {
        "km_1e6" => curves::kaplan_meier(work, &set("million")?),
        "km_1e7" => curves::kaplan_meier(work, &set("days")?),
        "km_convert" => curves::convert(work, &set("days")?),
        "logrank" => curves::log_rank(work, &set("million")?),
        "concordance" => curves::concordance(work, &set("million")?),
        "cox_fit" => cox::fit(work, &set("million")?),
        "cox_full" => cox::full(work, &set("million")?),
        "cox_50" => cox::fit(work, &set("wide50")?),
        "cox_200" => cox::fit(work, &set("wide200")?),
        "cox_refit" => cox::refit(work, &set("small")?, &data::read_i32(&folder.join("small/resample.i32"))?),
        "maxstat_mc" => cutpoint::monte_carlo(work, &set("small")?),
        "maxstat_gauss_133" => cutpoint::gauss(work, &set("small")?),
        "maxstat_gauss" => cutpoint::gauss(work, &set("cut")?),
        "finegray" => competing::fine_gray(work, &set("competing")?),
        "finegray_5000" => competing::fine_gray(work, &set("competing")?.first(5_000)),
        "finegray_10000" => competing::fine_gray(work, &set("competing")?.first(10_000)),
        "finegray_20000" => competing::fine_gray(work, &set("competing")?.first(20_000)),
        "gemm_50" => gemm::products(work, &set("wide50")?),
        "gemm_200" => gemm::products(work, &set("wide200")?),
        _ => Err(format!("no such work: {work}").into()),
    }
}

/// How the table names us: apart on one thread.
pub fn engine() -> &'static str {
    match std::env::var("RAYON_NUM_THREADS").as_deref() {
        Ok("1") => "oligomet, 1 thread",
        _ => "oligomet",
    }
}

/// Does one work once, by its name in the tables of growth and memory.
pub fn once(work: &str, data: &Data) -> Result<(), AnyError> {
    match work {
        "Kaplan-Meier" => drop(curves::kaplan_meier_once(data)?),
        "log-rank" => drop(curves::log_rank_once(data)?),
        "concordance" => drop(curves::concordance_once(data, &data.columns[0])?),
        "Cox, all" => drop(cox::full_once(data)?),
        name if name.starts_with("Cox fit") => drop(cox::fit_once(data)?),
        name if name.starts_with("Fine-Gray") => drop(competing::fit_once(data)?),
        _ => return Err(format!("no such work: {work}").into()),
    }
    Ok(())
}

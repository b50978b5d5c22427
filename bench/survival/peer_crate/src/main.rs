//! Times the crate `survival` on the data of the bench: `WORK FOLDER`.

// One copy of the format of data and lines; what this program does not call of them is called by ours.
#[allow(dead_code)]
#[path = "../../src/data.rs"]
mod data;
#[allow(dead_code)]
#[path = "../../src/timing.rs"]
mod timing;

use data::Data;
use ndarray::Array2;
use std::path::Path;
use std::process::ExitCode;
use survival::concordance::{ConcordanceOptions, concordancefit};
use survival::core::SurvResponse;
use survival::data_types::SurvivalData;
use survival::error::SurvivalResult;
use survival::regression::{
    CoxPHFit, CoxZph, CoxphData, CoxphFitResult, CoxphOptions, ZphTransform, cox_zph, finegray_regression,
};
use survival::surv_analysis::{
    ConfType, SurvdiffData, SurvfitKMData, SurvfitKMOptions, SurvfitKMResult, survdiff, survfitkm,
};
use timing::{Results, measure};

const ENGINE: &str = "crate survival";
const DAYS: [f64; 4] = [100.0, 500.0, 1500.0, 3000.0];
/// Resamples of which the mean coefficients are compared.
const COMPARED: usize = 200;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, work, folder] = arguments.as_slice() else { return ExitCode::FAILURE };
    match time(work, Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{work}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn time(work: &str, folder: &Path) -> std::io::Result<()> {
    let set = |name: &str| data::read(&folder.join(name));
    match work {
        "km_1e6" => kaplan_meier(work, &set("million")?),
        "km_1e7" => kaplan_meier(work, &set("days")?),
        "logrank" => log_rank(work, &set("million")?),
        "concordance" => concordance(work, &set("million")?),
        "cox_fit" => fit(work, &set("million")?),
        "cox_full" => full(work, &set("million")?),
        "cox_50" => fit(work, &set("wide50")?),
        "cox_200" => fit(work, &set("wide200")?),
        "cox_refit" => refit(work, &set("small")?, &data::read_i32(&folder.join("small/resample.i32"))?),
        "finegray_5000" => fine_gray(work, &set("competing")?.first(5_000)),
        _ => {}
    }
    Ok(())
}

fn times(data: &Data) -> Vec<f64> {
    data.days.iter().map(|&d| f64::from(d)).collect()
}

fn status(data: &Data) -> Vec<i32> {
    data.event.iter().map(|&e| i32::from(e)).collect()
}

fn kaplan_meier(work: &str, data: &Data) {
    let (time, status) = (times(data), status(data));
    let prepare = || (time.clone(), status.clone());
    let options = SurvfitKMOptions { conf_type: ConfType::LogLog, ..SurvfitKMOptions::default() };
    let run = |(time, status)| survfitkm(&SurvfitKMData::right_censored(time, status)?, &options);
    measure(work, ENGINE, prepare, run, |curve: &SurvivalResult<SurvfitKMResult>| {
        curve.as_ref().map_or(vec![], points)
    });
}

fn points(curve: &SurvfitKMResult) -> Results {
    let at =
        |values: &[f64]| DAYS.iter().map(|&t| values[curve.time.partition_point(|&s| s <= t) - 1]).collect();
    let limit = |values: &Option<Vec<f64>>| values.as_deref().map_or(vec![], at);
    vec![("survival", at(&curve.surv)), ("low", limit(&curve.lower)), ("high", limit(&curve.upper))]
}

fn log_rank(work: &str, data: &Data) {
    let (time, status) = (times(data), status(data));
    let group: Vec<i32> = data.group.iter().map(|&g| g as i32).collect();
    let prepare = || (time.clone(), status.clone(), group.clone());
    let run =
        |(time, status, group)| survdiff(&SurvdiffData::try_new(None, time, status, group, None)?, 0.0, true);
    measure(work, ENGINE, prepare, run, |test| {
        test.as_ref().map_or(vec![], |test| vec![("chi_square", vec![test.chisq])])
    });
}

fn concordance(work: &str, data: &Data) {
    let response = SurvivalData::try_new(times(data), status(data)).expect("made by the bench");
    let score = Array2::from_shape_vec((data.n(), 1), data.score()).expect("one score per row");
    let options = ConcordanceOptions { reverse: true, ..ConcordanceOptions::default() };
    let run = |()| concordancefit(SurvResponse::Right(&response), score.view(), None, None, None, &options);
    measure(
        work,
        ENGINE,
        || (),
        run,
        |fit| {
            let Ok(fit) = fit else { return vec![] };
            let se = fit.var.as_ref().map_or(f64::NAN, |v| v[0][0].sqrt());
            vec![("c", vec![fit.concordance[0]]), ("c_se", vec![se])]
        },
    );
}

fn cox_data(data: &Data) -> CoxphData {
    let x = Array2::from_shape_fn((data.n(), data.columns.len()), |(row, j)| data.columns[j][row]);
    CoxphData::try_new(times(data), None, status(data), x, None, None, None).expect("made by the bench")
}

fn numbers(beta: &[f64], variance: &Array2<f64>, loglik: f64, iterations: usize) -> Results {
    vec![
        ("beta", beta.to_vec()),
        ("se", variance.diag().iter().map(|v| v.sqrt()).collect()),
        ("loglik", vec![loglik]),
        ("_iterations", vec![iterations as f64]),
    ]
}

/// The counterpart of R's bare `coxph.fit`.
fn fit(work: &str, data: &Data) {
    let input = cox_data(data);
    let run = |input| CoxphFitResult::fit(input, CoxphOptions::default(), false);
    measure(
        work,
        ENGINE,
        || input.clone(),
        run,
        |fit| fit.as_ref().map_or(vec![], |f| numbers(&f.coefficients, &f.var, f.loglik[1], f.iter)),
    );
}

fn full(work: &str, data: &Data) {
    let input = cox_data(data);
    let run = |input| -> SurvivalResult<(CoxPHFit, CoxZph)> {
        let fit = CoxPHFit::fit(input, CoxphOptions::default())?;
        let test = cox_zph(&fit, &ZphTransform::Km, true, false, true, None)?;
        Ok((fit, test))
    };
    measure(
        work,
        ENGINE,
        || input.clone(),
        run,
        |done| {
            let Ok((fit, test)) = done else { return vec![] };
            let mut all = numbers(&fit.coefficients, &fit.var, fit.loglik[1], fit.iter);
            let se = fit.concordance.var.as_ref().map_or(f64::NAN, |v| v[0][0].sqrt());
            all.extend([("c", vec![fit.concordance.concordance[0]]), ("c_se", vec![se])]);
            all.push(("ph_global", test.global_test.iter().map(|t| t.chisq).collect()));
            all.push(("ph", test.table.iter().map(|t| t.chisq).collect()));
            all
        },
    );
}

fn refit(work: &str, data: &Data, resamples: &[i32]) {
    let (time, status) = (times(data), status(data));
    let once = |rows: &[i32]| {
        let rows = || rows.iter().map(|&row| row as usize);
        let order: Vec<usize> = rows().collect();
        let x = Array2::from_shape_fn((data.n(), data.columns.len()), |(row, j)| data.columns[j][order[row]]);
        let time = rows().map(|row| time[row]).collect();
        let status = rows().map(|row| status[row]).collect();
        let input = CoxphData::try_new(time, None, status, x, None, None, None).ok()?;
        CoxphFitResult::fit(input, CoxphOptions::default(), false).ok()
    };
    let run = |()| resamples.chunks(data.n()).map(once).collect::<Vec<_>>();
    measure(
        work,
        ENGINE,
        || (),
        run,
        |fits| {
            let compared: Vec<&CoxphFitResult> = fits.iter().take(COMPARED).flatten().collect();
            let mean =
                |j: usize| compared.iter().map(|f| f.coefficients[j]).sum::<f64>() / compared.len() as f64;
            vec![
                ("mean_beta", (0..data.columns.len()).map(mean).collect()),
                ("_refits", vec![fits.len() as f64]),
            ]
        },
    );
}

fn fine_gray(work: &str, data: &Data) {
    let cause: Vec<i32> = data.cause.iter().map(|&c| c as i32).collect();
    let rows: Vec<Vec<f64>> =
        (0..data.n()).map(|row| data.columns.iter().map(|c| c[row]).collect()).collect();
    let time = times(data);
    let prepare = || (time.clone(), cause.clone(), rows.clone());
    let run = |(time, cause, rows)| finegray_regression(time, cause, rows, 1, 25, 1e-9).ok();
    measure(work, ENGINE, prepare, run, |fit| {
        fit.as_ref().map_or(vec![], |f| vec![("beta", f.coefficients.clone()), ("se", f.std_errors.clone())])
    });
}

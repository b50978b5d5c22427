//! The hand-worked cases of the `survival` package's validation vignette (Therneau & Grambsch 2000,
//! appendix E): every quantity, from its closed form in r = exp(beta).

use crate::common::close_to;
use oligomet_survival::{
    Coefficient, ConfType, CoxFit, CoxModel, CoxOptions, CoxResiduals, Design, Direction, NotEstimable,
    Sample, Ties, Times,
};

#[track_caller]
fn same(what: &str, found: f64, expected: f64) {
    close_to(what, found, expected, 1e-12, 1e-2);
}

#[track_caller]
fn all_same(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        same(&format!("{what} {i}"), *f, *e);
    }
}

fn options(ties: Ties) -> CoxOptions {
    CoxOptions { ties, ..CoxOptions::default() }
}

fn information(fit: &CoxFit) -> f64 {
    1.0 / fit.variance.get(0, 0)
}

fn score_column(residuals: &CoxResiduals) -> Vec<f64> {
    (0..residuals.score.n_rows()).map(|i| residuals.score.get(i, 0)).collect()
}

fn schoenfeld(residuals: &CoxResiduals) -> Vec<f64> {
    (0..residuals.event_rows.len()).map(|i| residuals.schoenfeld.get(i, 0)).collect()
}

/// Closed forms at one r: log-likelihood, score, information.
struct Point {
    loglik: f64,
    score: f64,
    information: f64,
}

#[track_caller]
fn check_point(what: &str, model: &CoxModel<'_>, beta: f64, expected: &Point) -> CoxFit {
    let fit = model.at(&[beta]).unwrap();
    same(&format!("{what} loglik"), fit.loglik, expected.loglik);
    same(&format!("{what} information"), information(&fit), expected.information);
    let test = expected.score * expected.score / expected.information;
    close_to(&format!("{what} score test"), fit.score.statistic, test, 1e-11, 1e-12);
    fit
}

/// Martingale, score and Schoenfeld residuals, what follows from them, and what they add up to.
#[track_caller]
fn check_residuals(
    what: &str,
    model: &CoxModel<'_>,
    fit: &CoxFit,
    weights: &[f64],
    (martingale, score, scho, total): (&[f64], &[f64], &[f64], f64),
) {
    let found = model.residuals(fit).unwrap();
    all_same(&format!("{what} martingale"), &found.martingale, martingale);
    all_same(&format!("{what} score"), &score_column(&found), score);
    all_same(&format!("{what} Schoenfeld"), &schoenfeld(&found), scho);
    let v = fit.variance.get(0, 0);
    for (i, w) in weights.iter().enumerate() {
        same(&format!("{what} dfbeta {i}"), found.dfbeta.get(i, 0), w * score[i] * v);
    }
    let sum: f64 = score.iter().zip(weights).map(|(s, w)| s * w).sum();
    same(&format!("{what} sum of score residuals"), sum, total);
    let sum: f64 = scho.iter().zip(&found.event_rows).map(|(s, &row)| s * weights[row]).sum();
    same(&format!("{what} sum of Schoenfeld residuals"), sum, total);
    let sum: f64 = martingale.iter().zip(weights).map(|(m, w)| m * w).sum();
    same(&format!("{what} sum of martingale residuals"), sum, 0.0);
}

/// Cumulative hazard of a subject with covariate x, and its variance, at each event time.
#[track_caller]
fn check_hazard(what: &str, model: &CoxModel<'_>, fit: &CoxFit, x: f64, hazard: &[f64], variance: &[f64]) {
    let found = model.predict_survival(fit, &[x], 0, ConfType::Log, 0.95).unwrap();
    all_same(&format!("{what} hazard"), &found.cumulative_hazard, hazard);
    let squares: Vec<f64> = found.std_error.iter().map(|se| se * se).collect();
    all_same(&format!("{what} variance of hazard"), &squares, variance);
    let survival: Vec<f64> = hazard.iter().map(|h| (-h).exp()).collect();
    all_same(&format!("{what} survival"), &found.survival, &survival);
    if x == 0.0 {
        let baseline = model.baseline_hazard(fit).unwrap();
        all_same(&format!("{what} baseline"), &baseline[0].cumulative_hazard, hazard);
    }
}

/// Running sums.
fn cumulated(steps: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    steps
        .iter()
        .map(|s| {
            sum += s;
            sum
        })
        .collect()
}

/// Variance of the hazard at x: sums of `squares` and, squared and times v, of (mean - x) times `steps`.
fn hazard_variance(squares: &[f64], mean_steps: &[f64], steps: &[f64], x: f64, v: f64, r: f64) -> Vec<f64> {
    let centred: Vec<f64> = mean_steps.iter().zip(steps).map(|(m, s)| m - x * s).collect();
    let sums = cumulated(squares).into_iter().zip(cumulated(&centred));
    sums.map(|(a, d)| r.powf(2.0 * x) * (a + v * d * d)).collect()
}

// ---- test data 1: six subjects

const DAYS_1: [i32; 6] = [1, 1, 6, 6, 8, 9];
const EVENT_1: [bool; 6] = [true, false, true, true, false, true];
const X_1: [f64; 6] = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];

fn with_data_1(ties: Ties, check: impl FnOnce(&CoxModel<'_>)) {
    let sample = Sample::new(Times::Days(&DAYS_1), &EVENT_1).unwrap();
    let columns: [&[f64]; 1] = [&X_1];
    check(&CoxModel::new(&sample, &Design::new(&columns).unwrap(), &options(ties)).unwrap());
}

#[test]
fn data_1_breslow() {
    let point = |r: f64| Point {
        loglik: 2.0 * r.ln() - (3.0 * r + 3.0).ln() - 2.0 * (r + 3.0).ln(),
        score: (-r * r + 3.0 * r + 6.0) / ((r + 1.0) * (r + 3.0)),
        information: r / (r + 1.0).powi(2) + 6.0 * r / (r + 3.0).powi(2),
    };
    with_data_1(Ties::Breslow, |model| {
        let fit = check_point("at 0", model, 0.0, &point(1.0));
        same("information at 0", information(&fit), 5.0 / 8.0);
        let martingale = [5.0 / 6.0, -1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, -2.0 / 3.0, -2.0 / 3.0];
        let score = [5.0 / 12.0, -1.0 / 12.0, 7.0 / 24.0, -1.0 / 24.0, 5.0 / 24.0, 5.0 / 24.0];
        let scho = [0.5, 0.75, -0.25, 0.0];
        check_residuals("at 0", model, &fit, &[1.0; 6], (&martingale, &score, &scho, 1.0));
        let hazard = [1.0 / 6.0, 2.0 / 3.0, 5.0 / 3.0];
        check_hazard("at 0", model, &fit, 0.0, &hazard, &[7.0 / 180.0, 2.0 / 9.0, 11.0 / 9.0]);
        // The first Newton step goes to 8/5.
        same("step", fit.variance.get(0, 0), 8.0 / 5.0);

        let r = (3.0 + 33f64.sqrt()) / 2.0;
        let fitted = model.fit().unwrap();
        same("beta", fitted.coefficients[0].estimate().unwrap().log_hazard_ratio, r.ln());
        let fit = check_point("at the estimate", model, r.ln(), &point(r));
        same("loglik", fitted.loglik, point(r).loglik);
        let (a, b) = (1.0 / (3.0 * r + 3.0), 2.0 / (r + 3.0));
        let martingale = [1.0 - r * a, -r * a, 1.0 - r * (a + b), 1.0 - a - b, -a - b, -a - b];
        let (m, k) = (r / (r + 1.0), r / (r + 3.0));
        let late = [(1.0 - k) * (1.0 - r * b), -k * (1.0 - b), k * b];
        let score = [
            (1.0 - m) * (1.0 - r * a),
            -(1.0 - m) * r * a,
            -(1.0 - m) * r * a + late[0],
            m * a + late[1],
            m * a + late[2],
            m * a + late[2],
        ];
        let scho = [1.0 - m, 1.0 - k, -k, 0.0];
        check_residuals("at the estimate", model, &fit, &[1.0; 6], (&martingale, &score, &scho, 0.0));
        let squares = [a * a, b * b / 2.0, 1.0];
        let variance =
            hazard_variance(&squares, &[m * a, k * b, 0.0], &[a, b, 1.0], 0.0, 1.0 / point(r).information, r);
        for (found, printed) in variance.iter().zip([0.007871, 0.111111, 1.111111]) {
            assert!((found - printed).abs() < 5e-7);
        }
        check_hazard("at the estimate", model, &fit, 0.0, &[a, a + b, a + b + 1.0], &variance);
    });
}

#[test]
fn data_1_efron() {
    let point = |r: f64| Point {
        loglik: 2.0 * r.ln() - (3.0 * r + 3.0).ln() - (r + 3.0).ln() - ((r + 5.0) / 2.0).ln(),
        score: (-r.powi(3) + 23.0 * r + 30.0) / ((r + 1.0) * (r + 3.0) * (r + 5.0)),
        information: r / (r + 1.0).powi(2) + 3.0 * r / (r + 3.0).powi(2) + 5.0 * r / (r + 5.0).powi(2),
    };
    with_data_1(Ties::Efron, |model| {
        let fit = check_point("at 0", model, 0.0, &point(1.0));
        same("information at 0", information(&fit), 83.0 / 144.0);
        same("score test at 0", fit.score.statistic, (52.0f64 / 48.0).powi(2) * 144.0 / 83.0);
        let martingale = [5.0 / 6.0, -1.0 / 6.0, 5.0 / 12.0, 5.0 / 12.0, -0.75, -0.75];
        let score = [5.0 / 12.0, -1.0 / 12.0, 55.0 / 144.0, -5.0 / 144.0, 29.0 / 144.0, 29.0 / 144.0];
        // Means 1/4 and 1/6 of the two steps at day 6.
        let scho = [0.5, 19.0 / 24.0, -5.0 / 24.0, 0.0];
        check_residuals("at 0", model, &fit, &[1.0; 6], (&martingale, &score, &scho, 52.0 / 48.0));
        let hazard = [1.0 / 6.0, 1.0 / 6.0 + 1.0 / 4.0 + 1.0 / 3.0, 1.75];
        // The second step at day 6 is 2/(r + 5), its square 1/9 at r = 1. The vignette prints 4/25 for it,
        // and from that 1996/6225 and 8221/6225; at the estimate it is right.
        let v = 144.0 / 83.0;
        let coefficient = v * (1.0f64 / 12.0 + 1.0 / 16.0 + 1.0 / 18.0).powi(2);
        let day_6 = 1.0 / 36.0 + 1.0 / 16.0 + 1.0 / 9.0 + coefficient;
        same("4/25 for 1/9", day_6 - 1.0 / 9.0 + 4.0 / 25.0, 1996.0 / 6225.0);
        let own = [119.0 / 2988.0, day_6, day_6 + 1.0];
        check_hazard("at 0", model, &fit, 0.0, &hazard, &own);

        let phi = ((45.0 / 23.0) * (3.0f64 / 23.0).sqrt()).acos();
        let r = 2.0 * (23.0f64 / 3.0).sqrt() * (phi / 3.0).cos();
        let fitted = model.fit().unwrap();
        same("beta", fitted.coefficients[0].estimate().unwrap().log_hazard_ratio, r.ln());
        let fit = check_point("at the estimate", model, r.ln(), &point(r));
        let (a, b, c) = (1.0 / (3.0 * r + 3.0), 1.0 / (r + 3.0), 2.0 / (r + 5.0));
        let (m, k, l) = (r / (r + 1.0), r / (r + 3.0), r / (r + 5.0));
        let left = -a - b - c;
        let martingale =
            [1.0 - r * a, -r * a, 1.0 - r * (a + b + c / 2.0), 1.0 - a - b - c / 2.0, left, left];
        let score = [
            (1.0 - m) * (1.0 - r * a),
            -(1.0 - m) * r * a,
            // Each tied event counts half in each step.
            -(1.0 - m) * r * a + (1.0 - k) * (0.5 - r * b) + (1.0 - l) * (0.5 - r * c / 2.0),
            m * a - k * (0.5 - b) - l * (0.5 - c / 2.0),
            m * a + k * b + l * c,
            m * a + k * b + l * c,
        ];
        let scho = [1.0 - m, 1.0 - (k + l) / 2.0, -(k + l) / 2.0, 0.0];
        check_residuals("at the estimate", model, &fit, &[1.0; 6], (&martingale, &score, &scho, 0.0));
        let steps = [a, b + c, 1.0];
        let squares = [a * a, b * b + c * c, 1.0];
        let variance = hazard_variance(
            &squares,
            &[m * a, k * b + l * c, 0.0],
            &steps,
            0.0,
            1.0 / point(r).information,
            r,
        );
        for (found, printed) in variance.iter().zip([0.0059505, 0.134075, 1.134075]) {
            assert!((found - printed).abs() < 1e-6);
        }
        check_hazard("at the estimate", model, &fit, 0.0, &cumulated(&steps), &variance);
    });
}

#[test]
fn data_1_exact() {
    with_data_1(Ties::Exact, |model| {
        for r in [1.0f64, 2.0, 5.0] {
            let point = Point {
                loglik: 2.0 * (r.ln() - (3.0 * r + 3.0).ln()),
                score: 2.0 / (r + 1.0),
                information: 2.0 * r / (r + 1.0).powi(2),
            };
            check_point(&format!("r = {r}"), model, r.ln(), &point);
        }
        let fit = model.fit().unwrap();
        let infinite = NotEstimable::Infinite { direction: Direction::Up };
        assert_eq!(fit.coefficients[0], Coefficient::NotEstimable(infinite));
        same("supremum", fit.loglik, -2.0 * 3f64.ln());
        same("score test", fit.score.statistic, 2.0);
    });
}

// ---- test data 2: (start, stop]

const START_2: [i32; 10] = [1, 2, 5, 2, 1, 7, 3, 4, 8, 8];
const STOP_2: [i32; 10] = [2, 3, 6, 7, 8, 9, 9, 9, 14, 17];
const EVENT_2: [bool; 10] = [true, true, true, true, true, true, true, false, false, false];
const X_2: [f64; 10] = [1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0];

fn with_data_2(ties: Ties, check: impl FnOnce(&CoxModel<'_>)) {
    let sample = Sample::new(Times::Days(&STOP_2), &EVENT_2).unwrap();
    let sample = sample.with_entry(Times::Days(&START_2)).unwrap();
    let columns: [&[f64]; 1] = [&X_2];
    check(&CoxModel::new(&sample, &Design::new(&columns).unwrap(), &options(ties)).unwrap());
}

/// The score is positive below the root and negative above it.
fn root(score: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.1, 10.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if score(middle) > 0.0 { low = middle } else { high = middle }
    }
    low
}

fn breslow_2(r: f64) -> Point {
    let score = 1.0 / (r + 1.0) + 1.0 / (3.0 * r + 1.0) + 4.0 / (3.0 * r + 2.0)
        - r / (r + 2.0)
        - 3.0 * r / (3.0 * r + 2.0)
        - 3.0 * r / (3.0 * r + 1.0);
    Point {
        loglik: 4.0 * r.ln()
            - (r + 1.0).ln()
            - (r + 2.0).ln()
            - 3.0 * (3.0 * r + 2.0).ln()
            - 2.0 * (3.0 * r + 1.0).ln(),
        score,
        information: r / (r + 1.0).powi(2)
            + 2.0 * r / (r + 2.0).powi(2)
            + 18.0 * r / (3.0 * r + 2.0).powi(2)
            + 6.0 * r / (3.0 * r + 1.0).powi(2),
    }
}

fn hazard_steps_2(r: f64) -> [f64; 6] {
    let tied = 3.0 * r + 2.0;
    let single = 1.0 / (3.0 * r + 1.0);
    [1.0 / (r + 1.0), 1.0 / (r + 2.0), 1.0 / tied, single, single, 2.0 / tied]
}

fn martingale_2(r: f64, [a, b, c, d, e, f]: [f64; 6], tied: f64) -> [f64; 10] {
    [
        1.0 - r * a,
        1.0 - b,
        1.0 - c,
        1.0 - r * (b + c + d),
        1.0 - (a + b + c + d + e),
        1.0 - r * (e + tied),
        1.0 - r * (c + d + e + tied),
        -r * (c + d + e + f),
        -f,
        -f,
    ]
}

#[test]
fn data_2_breslow() {
    with_data_2(Ties::Breslow, |model| {
        let fit = check_point("at 0", model, 0.0, &breslow_2(1.0));
        same("information at 0", information(&fit), 2821.0 / 1800.0);
        same("score test at 0", fit.score.statistic, (2.0f64 / 15.0).powi(2) * 1800.0 / 2821.0);
        let sixtieths = [30.0, 20.0, 12.0, 47.0, 92.0, 39.0, 66.0, 66.0, 24.0, 24.0];
        let residuals = model.residuals(&fit).unwrap();
        for (i, (found, hazard)) in residuals.martingale.iter().zip(sixtieths).enumerate() {
            same("martingale at 0", *found, f64::from(u8::from(EVENT_2[i])) - hazard / 60.0);
        }

        // The vignette's table at r = 2.
        let fit = check_point("at log 2", model, 2f64.ln(), &breslow_2(2.0));
        let score = [
            1.0 / 9.0,
            -3.0 / 8.0,
            -21.0 / 32.0,
            -165.0 / 784.0,
            -2417.0 / 14112.0,
            33.0 / 392.0,
            -15.0 / 784.0,
            -211.0 / 784.0,
            3.0 / 16.0,
            3.0 / 16.0,
        ];
        // Two residuals at day 9, one per event.
        let scho = [1.0 / 3.0, -0.5, -0.75, 1.0 / 7.0, -6.0 / 7.0, 0.25, 0.25];
        let steps = hazard_steps_2(2.0);
        let martingale = martingale_2(2.0, steps, steps[5]);
        check_residuals("at log 2", model, &fit, &[1.0; 10], (&martingale, &score, &scho, -95.0 / 84.0));
        for x in [0.0, 1.0] {
            check_hazard_2("at log 2", model, &fit, 2.0, x);
        }

        let r = root(|r| breslow_2(r).score);
        assert!((r - 0.9189477).abs() < 5e-8);
        let fitted = model.fit().unwrap();
        same("beta", fitted.coefficients[0].estimate().unwrap().log_hazard_ratio, r.ln());
        let fit = check_point("at the estimate", model, r.ln(), &breslow_2(r));
        let steps = hazard_steps_2(r);
        all_same("martingale", &model.residuals(&fit).unwrap().martingale, &martingale_2(r, steps, steps[5]));
        check_hazard_2("at the estimate", model, &fit, r, 0.0);
    });
}

fn check_hazard_2(what: &str, model: &CoxModel<'_>, fit: &CoxFit, r: f64, x: f64) {
    let steps = hazard_steps_2(r);
    let tied = 3.0 * r / (3.0 * r + 2.0);
    let single = 3.0 * r / (3.0 * r + 1.0);
    let means = [r / (r + 1.0), r / (r + 2.0), tied, single, single, tied];
    let mut squares = steps.map(|h| h * h);
    squares[5] /= 2.0;
    let mean_steps: Vec<f64> = means.iter().zip(&steps).map(|(m, h)| m * h).collect();
    let variance = hazard_variance(&squares, &mean_steps, &steps, x, 1.0 / breslow_2(r).information, r);
    let hazard: Vec<f64> = cumulated(&steps).iter().map(|h| h * r.powf(x)).collect();
    check_hazard(&format!("{what} x {x}"), model, fit, x, &hazard, &variance);
}

#[test]
fn data_2_efron() {
    // Only day 9 differs: the second of its two events has 2r + 2 left.
    let point = |r: f64| {
        let breslow = breslow_2(r);
        let (first, second) = (3.0 * r + 2.0, 2.0 * r + 2.0);
        Point {
            loglik: breslow.loglik + first.ln() - second.ln(),
            score: breslow.score + 3.0 * r / first - 2.0 * r / second,
            information: breslow.information - 6.0 * r / first.powi(2) + 4.0 * r / second.powi(2),
        }
    };
    with_data_2(Ties::Efron, |model| {
        let r = root(|r| point(r).score);
        let fitted = model.fit().unwrap();
        same("beta", fitted.coefficients[0].estimate().unwrap().log_hazard_ratio, r.ln());
        for r in [1.0, 2.0, r] {
            let fit = check_point(&format!("r = {r}"), model, r.ln(), &point(r));
            let (first, second) = (1.0 / (3.0 * r + 2.0), 1.0 / (2.0 * r + 2.0));
            let mut steps = hazard_steps_2(r);
            steps[5] = first + second;
            // The two events are at risk in half of the second step.
            let martingale = martingale_2(r, steps, first + second / 2.0);
            all_same("martingale", &model.residuals(&fit).unwrap().martingale, &martingale);
            let found = model.baseline_hazard(&fit).unwrap();
            all_same("hazard", &found[0].cumulative_hazard, &cumulated(&steps));
            let residuals = model.residuals(&fit).unwrap();
            close_to("sum", score_column(&residuals).iter().sum(), point(r).score, 1e-12, 1e-2);
            close_to("sum", schoenfeld(&residuals).iter().sum(), point(r).score, 1e-12, 1e-2);
        }
    });
}

// ---- test data 3: weights

const DAYS_3: [i32; 9] = [1, 1, 2, 2, 2, 2, 3, 4, 5];
const EVENT_3: [bool; 9] = [true, false, true, true, true, false, false, true, false];
const X_3: [f64; 9] = [2.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
const WEIGHT_3: [f64; 9] = [1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0, 2.0, 1.0];

fn with_data_3(ties: Ties, check: impl FnOnce(&CoxModel<'_>)) {
    let sample = Sample::new(Times::Days(&DAYS_3), &EVENT_3).unwrap().with_weights(&WEIGHT_3).unwrap();
    let columns: [&[f64]; 1] = [&X_3];
    check(&CoxModel::new(&sample, &Design::new(&columns).unwrap(), &options(ties)).unwrap());
}

/// Risk-set sum, mean and variance of x at time 1 (2 of x = 2 is one row of weight 1).
fn first_3(r: f64) -> (f64, f64, f64) {
    let sum = r * r + 11.0 * r + 7.0;
    let mean = (2.0 * r * r + 11.0 * r) / sum;
    (sum, mean, (4.0 * r * r + 11.0 * r) / sum - mean * mean)
}

fn breslow_3(r: f64) -> Point {
    let (sum, mean, variance) = first_3(r);
    let (m2, m3) = (11.0 * r / (11.0 * r + 5.0), 2.0 * r / (2.0 * r + 1.0));
    Point {
        loglik: 11.0 * r.ln() - sum.ln() - 10.0 * (11.0 * r + 5.0).ln() - 2.0 * (2.0 * r + 1.0).ln(),
        score: 11.0 - (mean + 10.0 * m2 + 2.0 * m3),
        information: variance + 10.0 * (m2 - m2 * m2) + 2.0 * (m3 - m3 * m3),
    }
}

#[test]
fn data_3_breslow() {
    with_data_3(Ties::Breslow, |model| {
        let fit = check_point("at 0", model, 0.0, &breslow_3(1.0));
        let (early, late, end) = (1.0 / 19.0, 5.0 / 8.0, 2.0 / 3.0);
        let martingale = [
            18.0 / 19.0,
            -1.0 / 19.0,
            49.0 / 152.0,
            49.0 / 152.0,
            49.0 / 152.0,
            -103.0 / 152.0,
            -103.0 / 152.0,
            -157.0 / 456.0,
            -613.0 / 456.0,
        ];
        let (m1, m2, m3) = (13.0 / 19.0, 11.0 / 16.0, 2.0 / 3.0);
        let (one, zero) = (-(1.0 - m1) * early, m1 * early);
        let score = [
            (2.0 - m1) * (1.0 - early),
            zero,
            one + (1.0 - m2) * (1.0 - late),
            one + (1.0 - m2) * (1.0 - late),
            zero - m2 * (1.0 - late),
            one - (1.0 - m2) * late,
            zero + m2 * late,
            one - (1.0 - m2) * late + (1.0 - m3) * (1.0 - end),
            zero + m2 * late + m3 * end,
        ];
        let scho = [2.0 - m1, 1.0 - m2, 1.0 - m2, -m2, 1.0 - m3];
        let total = breslow_3(1.0).score;
        check_residuals("at 0", model, &fit, &WEIGHT_3, (&martingale, &score, &scho, total));

        let k = 1.0 / breslow_3(2.0).information;
        // The vignette prints 2.153895, two digits exchanged; its variances come from this one.
        assert!((1.0 / k - 2.153985).abs() < 5e-7);
        let fit = check_point("at log 2", model, 2f64.ln(), &breslow_3(2.0));
        let hazard = cumulated(&[1.0 / 33.0, 10.0 / 27.0, 2.0 / 5.0]);
        let distance = cumulated(&[30.0 / 1089.0, 220.0 / 729.0, 8.0 / 25.0]);
        let first = cumulated(&[1.0 / 1089.0, 10.0 / 729.0, 2.0 / 25.0]);
        let variance: Vec<f64> = first.iter().zip(&distance).map(|(a, d)| a + k * d * d).collect();
        for (found, printed) in variance.iter().zip([0.0012706, 0.0649885, 0.2903805]) {
            assert!((found - printed).abs() < 5e-8);
        }
        check_hazard("at log 2", model, &fit, 0.0, &hazard, &variance);

        let r = root(|r| breslow_3(r).score);
        let fitted = model.fit().unwrap();
        same("beta", fitted.coefficients[0].estimate().unwrap().log_hazard_ratio, r.ln());
        let fit = check_point("at the estimate", model, r.ln(), &breslow_3(r));
        let printed = [0.85531, -0.02593, 0.17636, 0.17636, 0.65131, -0.82364, -0.34869, -0.64894, -0.69808];
        for (found, printed) in model.residuals(&fit).unwrap().martingale.iter().zip(printed) {
            assert!((found - printed).abs() < 6e-6, "{found} {printed}");
        }
    });
}

/// The three steps of the tied events at time 2: risk-set sum and mean of each.
fn steps_3(r: f64) -> [(f64, f64); 3] {
    [0.0, 1.0 / 3.0, 2.0 / 3.0].map(|gone| {
        let sum = 11.0 * r + 5.0 - gone * (7.0 * r + 3.0);
        (sum, (11.0 * r - gone * 7.0 * r) / sum)
    })
}

fn efron_3(r: f64) -> Point {
    let (sum, mean, variance) = first_3(r);
    let steps = steps_3(r);
    let m3 = 2.0 * r / (2.0 * r + 1.0);
    let over = |f: &dyn Fn(f64, f64) -> f64| 10.0 / 3.0 * steps.iter().map(|&(s, m)| f(s, m)).sum::<f64>();
    Point {
        loglik: 11.0 * r.ln() - sum.ln() - over(&|s, _| s.ln()) - 2.0 * (2.0 * r + 1.0).ln(),
        score: 11.0 - (mean + over(&|_, m| m) + 2.0 * m3),
        information: variance + over(&|_, m| m - m * m) + 2.0 * (m3 - m3 * m3),
    }
}

#[test]
fn data_3_efron() {
    with_data_3(Ties::Efron, |model| {
        let fit = check_point("at 0", model, 0.0, &efron_3(1.0));
        let at_0 = efron_3(1.0);
        let printed = [(at_0.loglik, -30.29218), (at_0.score, 2.148183), (at_0.information, 2.929182)];
        assert!(printed.iter().all(|(found, printed)| (found - printed).abs() < 6e-6), "{printed:?}");
        let (tied, other, end) = (473.0 / 1064.0, -2813.0 / 3192.0, -1749.0 / 3192.0);
        let martingale = [18.0 / 19.0, -1.0 / 19.0, tied, tied, tied, other, other, end, -4941.0 / 3192.0];
        all_same("martingale", &model.residuals(&fit).unwrap().martingale, &martingale);

        let r = root(|r| efron_3(r).score);
        assert!((r.ln() - 0.872_604_25).abs() < 5e-8);
        let fitted = model.fit().unwrap();
        same("beta", fitted.coefficients[0].estimate().unwrap().log_hazard_ratio, r.ln());
        let fit = check_point("at the estimate", model, r.ln(), &efron_3(r));
        assert!((fit.loglik + 29.41678).abs() < 6e-6 && (information(&fit) - 1.969447).abs() < 6e-7);

        for (beta, x) in [(0.0, 0.0), (std::f64::consts::FRAC_PI_3, 1.0), (r.ln(), 0.0), (r.ln(), 2.0)] {
            check_efron_3(model, beta, x);
        }
    });
}

/// Residuals and hazard with three steps at time 2, of mean weight 10/3 each; the tied events are at risk
/// in 1, 2/3 and 1/3 of them.
fn check_efron_3(model: &CoxModel<'_>, beta: f64, x: f64) {
    let r = beta.exp();
    let (sum, mean, _) = first_3(r);
    let m3 = 2.0 * r / (2.0 * r + 1.0);
    let (early, end) = (1.0 / sum, 2.0 / (2.0 * r + 1.0));
    let steps = steps_3(r);
    let over = |f: &dyn Fn(f64, f64, f64) -> f64| {
        let term = |(l, &(s, m)): (usize, &(f64, f64))| f(1.0 - l as f64 / 3.0, 10.0 / 3.0 / s, m);
        steps.iter().enumerate().map(term).sum::<f64>()
    };
    // Score residual parts: of a row still at risk afterwards, and of a tied event.
    let stays = |v: f64| -over(&|_, h, m| (v - m) * r.powf(v) * h);
    let leaves = |v: f64| over(&|share, h, m| (v - m) * (1.0 / 3.0 - share * r.powf(v) * h));
    let at_1 = |v: f64| -(v - mean) * r.powf(v) * early;
    let at_4 = |v: f64, event: f64| (v - m3) * (event - r.powf(v) * end);
    let score = [
        2.0 - mean + at_1(2.0),
        at_1(0.0),
        at_1(1.0) + leaves(1.0),
        at_1(1.0) + leaves(1.0),
        at_1(0.0) + leaves(0.0),
        at_1(1.0) + stays(1.0),
        at_1(0.0) + stays(0.0),
        at_1(1.0) + stays(1.0) + at_4(1.0, 1.0),
        at_1(0.0) + stays(0.0) + at_4(0.0, 0.0),
    ];
    let (all, part) = (over(&|_, h, _| h), over(&|share, h, _| share * h));
    let martingale = [
        1.0 - r * r * early,
        -early,
        1.0 - r * (early + part),
        1.0 - r * (early + part),
        1.0 - (early + part),
        -r * (early + all),
        -(early + all),
        1.0 - r * (early + all + end),
        -(early + all + end),
    ];
    let middle = steps.iter().map(|(_, m)| m).sum::<f64>() / 3.0;
    let scho = [2.0 - mean, 1.0 - middle, 1.0 - middle, -middle, 1.0 - m3];
    let fit = model.at(&[beta]).unwrap();
    let total = efron_3(r).score;
    check_residuals("Efron 3", model, &fit, &WEIGHT_3, (&martingale, &score, &scho, total));
    let squares = [early * early, over(&|_, h, _| h * h) * 0.3, end * end / 2.0];
    let mean_steps = [mean * early, over(&|_, h, m| m * h), m3 * end];
    let hazard_steps = [early, all, end];
    let variance = hazard_variance(&squares, &mean_steps, &hazard_steps, x, 1.0 / efron_3(r).information, r);
    let hazard: Vec<f64> = cumulated(&hazard_steps).iter().map(|h| h * r.powf(x)).collect();
    check_hazard("Efron 3", model, &fit, x, &hazard, &variance);
}

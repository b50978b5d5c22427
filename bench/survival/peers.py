"""Times lifelines, scikit-survival and numpy on the data of the bench: peers.py WORK FOLDER (lines as in src/timing.rs)."""
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
work, folder = sys.argv[1], Path(sys.argv[2])
LIFELINES, SKSURV = "lifelines", "scikit-survival"
DAYS = [100.0, 500.0, 1500.0, 3000.0]


def read(name):
    """Days (f64), events (bool), groups and covariates (n x p, column-major) of a set."""
    days = np.fromfile(folder / name / "days.i32", "<i4").astype(float)
    event = np.fromfile(folder / name / "event.i32", "<i4").astype(bool)
    group = np.fromfile(folder / name / "group.i32", "<i4")
    x = np.fromfile(folder / name / "x.f64", "<f8").reshape((len(days), -1), order="F")
    return days, event, group, x


def line(engine, ms, results, note=""):
    show = lambda values: " ".join(f"{v:.16e}" for v in np.atleast_1d(values))
    results = ";".join(f"{name}={show(values)}" for name, values in results.items())
    print(work, engine, ",".join(f"{t:.6f}" for t in ms), results, note, sep="\t", flush=True)


def measure(engine, run, results, note=""):
    """Rounds as in src/timing.rs, but none is begun after 30 seconds. What a peer cannot do is a line too."""
    ms = []
    while True:
        start = time.perf_counter()
        try:
            output = run()
        except Exception as error:
            return line(engine, [], {}, f"fails: {' '.join(str(error).split())[:150]}")
        ms.append(1000 * (time.perf_counter() - start))
        spent = sum(ms) / 1000
        if (len(ms) >= 5 and (spent > 1 or len(ms) >= 21)) or spent > 30:
            return line(engine, ms, results(output), note)


def kaplan_meier(name):
    from lifelines import KaplanMeierFitter
    from sksurv.nonparametric import kaplan_meier_estimator

    days, event, _, _ = read(name)

    def of_lifelines(fitted):
        limits = fitted.confidence_interval_
        at = np.searchsorted(limits.index.values, DAYS, side="right") - 1
        low, high = limits.iloc[at, 0].values, limits.iloc[at, 1].values
        return {"survival": fitted.survival_function_at_times(DAYS).values, "low": low, "high": high}

    def of_sksurv(found):
        times, survival, limits = found
        at = np.searchsorted(times, DAYS, side="right") - 1
        return {"survival": survival[at], "low": limits[0][at], "high": limits[1][at]}

    measure(LIFELINES, lambda: KaplanMeierFitter().fit(days, event), of_lifelines)
    measure(SKSURV, lambda: kaplan_meier_estimator(event, days, conf_type="log-log"), of_sksurv)


def log_rank():
    from lifelines.statistics import multivariate_logrank_test
    from sksurv.compare import compare_survival
    from sksurv.util import Surv

    days, event, group, _ = read("million")
    y = Surv.from_arrays(event, days)
    measure(LIFELINES, lambda: multivariate_logrank_test(days, group, event), lambda t: {"chi_square": t.test_statistic})
    measure(SKSURV, lambda: compare_survival(y, group), lambda t: {"chi_square": t[0]})


def concordance():
    from lifelines.utils import concordance_index
    from sksurv.metrics import concordance_index_censored

    days, event, _, x = read("million")
    score = x[:, 0] - 0.5 * x[:, 1]
    measure(LIFELINES, lambda: concordance_index(days, -score, event), lambda c: {"c": c}, "no standard error")
    if len(days) > 30_000:
        return line(SKSURV, [], {}, "quadratic: left out; no standard error")
    run = lambda: concordance_index_censored(event, days, score)
    measure(SKSURV, run, lambda c: {"c": c[0]}, "no standard error")


def cox(name):
    from lifelines import CoxPHFitter
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    days, event, _, x = read(name)
    frame = pd.DataFrame(x, columns=[f"x{j}" for j in range(x.shape[1])]).assign(days=days, event=event)
    measure(LIFELINES, lambda: CoxPHFitter().fit(frame, "days", "event"), of_lifelines, "CoxPHFitter")
    y = Surv.from_arrays(event, days)
    measure(SKSURV, lambda: CoxPHSurvivalAnalysis(ties="efron").fit(x, y), lambda f: {"beta": f.coef_}, "no standard errors")


def of_lifelines(fit):
    return {"beta": fit.params_.values, "se": fit.standard_errors_.values, "loglik": fit.log_likelihood_}


def refit():
    from lifelines import CoxPHFitter

    days, event, _, x = read("small")
    rows = np.fromfile(folder / "small" / "resample.i32", "<i4").reshape((-1, len(days)))
    frame = pd.DataFrame(x).add_prefix("x").assign(days=days, event=event)
    count = min(200, len(rows))
    fit = lambda r: CoxPHFitter().fit(frame.iloc[r], "days", "event").params_.values
    start = time.perf_counter()
    beta = np.mean([fit(r) for r in rows[:count]], axis=0)
    ms = 1000 * (time.perf_counter() - start) * len(rows) / count
    line(LIFELINES, [ms], {"mean_beta": beta}, f"{count} refits timed, scaled to {len(rows)}")


def gemm():
    x = read("wide50" if work == "gemm_50" else "wide200")[3]
    other = x.copy(order="F")  # numpy would do half the work for x.T @ x
    flops = 2.0 * x.shape[0] * x.shape[1] ** 2
    measure("numpy BLAS, X'X", lambda: x.T @ other, lambda _: {"_flops": flops})
    square = np.full((2000, 2000), 0.5)
    measure("numpy BLAS, square", lambda: square @ square.T.copy(), lambda _: {"_flops": 2.0 * 2000**3})


WORKS = {
    "km_1e6": lambda: kaplan_meier("million"),
    "km_1e7": lambda: kaplan_meier("days"),
    "logrank": log_rank,
    "concordance": concordance,
    "cox_fit": lambda: cox("million"),
    "cox_50": lambda: cox("wide50"),
    "cox_200": lambda: cox("wide200"),
    "cox_refit": refit,
    "gemm_50": gemm,
    "gemm_200": gemm,
}
WORKS.get(work, lambda: None)()

"""Writes patients.parquet and patients.csv: N simulated patients, four groups, ten covariates, a fixed seed."""
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
rng = np.random.default_rng(20260101)
x = {f"x{k}": np.round(rng.normal(size=n), 3) for k in range(1, 11)}
group = rng.integers(0, 4, n)
eta = sum(0.1 * (k % 3 - 1) * x[f"x{k}"] for k in range(1, 11)) + 0.2 * group
time = rng.exponential(1500 * np.exp(-eta))
censored = rng.uniform(200, 4000, n)
table = pa.table(
    {
        "id": [f"P{i}" for i in range(n)],
        "time": np.ceil(np.minimum(time, censored)).astype("int32"),
        "event": (time <= censored).astype("int8"),
        "group": np.array(list("ABCD"))[group],
        **x,
    }
)
pq.write_table(table, "patients.parquet")
pc.write_csv(table, "patients.csv")

#!/usr/bin/env bash
# A million patients from file to report, beside R doing the same statistics: bench/million/run.sh [PATIENTS]
# Needs the release build, R with survival, and Python's venv (numpy and pyarrow are installed into it).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"
n=${1:-1000000}
if [ ! -x venv/bin/python ]; then
  python3 -m venv venv
  venv/bin/pip install -q numpy pyarrow
fi
venv/bin/python make.py "$n"
program=${CARGO_TARGET_DIR:-$here/../../target}/release/oligomet
for round in 1 2 3 4 5; do
  venv/bin/python - "$program" <<'PY'
import resource, subprocess, sys, time
start = time.time()
subprocess.run([sys.argv[1], "run", "study.toml"], check=True, capture_output=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
print(f"oligomet, file to report       {time.time() - start:8.2f} s, {peak:.2f} GB")
PY
done
Rscript same.R

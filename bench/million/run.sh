#!/usr/bin/env bash
# A million patients from file to report, beside R doing the same statistics: bench/million/run.sh [PATIENTS]
# Needs the release build, R with survival, and Python's venv (numpy and pyarrow are installed into it).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
n=${1:-1000000}
target=$(cd ../.. && realpath "${CARGO_TARGET_DIR:-target}")
if [ ! -x venv/bin/python ]; then
  python3 -m venv venv
  venv/bin/pip install -q numpy pyarrow
fi
venv/bin/python make.py "$n"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
ours=$(venv/bin/python ../measure.py 5 "$target/release/oligomet" run study.toml 2>"$log") || { cat "$log" >&2; exit 1; }
theirs=$(venv/bin/python ../measure.py 1 Rscript same.R 2>"$log") || { cat "$log" >&2; exit 1; }

echo "$n patients"
echo "oligomet, file to report: $ours"
cat "$log"
echo "R, start to end:          $theirs"
statistics=$(sed -n 's/^R statistics *\([0-9.]*\) s;.*/\1/p' "$log")
awk -v ours="${ours%% *}" -v statistics="$statistics" -v theirs="${theirs%% *}" 'BEGIN {
  printf "R takes %.1f times as long for the statistics alone, %.1f times with reading and no report\n", statistics / ours, theirs / ours }'

#!/usr/bin/env bash
# A department of 100,000 women: simulated, locked, studied; beside R doing the same joins and statistics.
# bench/department/run.sh [PATIENTS]. Needs the release build, R with data.table and survival, Python for the clock.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
n=${1:-100000}
oligomet=$(cd ../.. && realpath "${CARGO_TARGET_DIR:-target}")/release/oligomet
example=../../examples/oligoprogression
log=$(mktemp)
trap 'rm -f "$log"' EXIT
measure() { python3 ../measure.py 1 "$@" 2>"$log" || { cat "$log" >&2; exit 1; }; }

rm -rf run
mkdir -p run
echo "simulate: $(measure "$oligomet" simulate "$example/PROFILE.toml" --patients "$n" --out run/data)"
sed -n 's/^.* patients, \([0-9]* rows\) in.*/rows: \1/p' "$log"
du -sh run/data/department | sed 's/\s.*/ of CSV/'
echo "lock: $(measure "$oligomet" lock run/data/department --cutoff 2022-12-31 --out run/department.lock)"
# Without its timeline, which names a patient of the example's own department.
sed '/^# One patient, all that is recorded/,$d' "$example/as-recommended.toml" >run/study.toml
printf 'format = 1\n[site]\nid = "SYN"\n[source]\nlock = "department.lock"\n' >run/site.toml
echo "study: $(measure "$oligomet" run run/study.toml --out run/out)"
sed -n 's/^[0-9]* patients analysed/&/p' "$log"
echo "R: $(measure Rscript same.R run/data/department)"
cat "$log"

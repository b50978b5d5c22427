#!/usr/bin/env bash
# All works of the survival crate beside their peers, in one run: bench/survival/run.sh [quick]
# Writes results.md here and prints it. `quick` has small data, to see that all runs and agrees: its times mean nothing,
# and it writes to a temporary folder. Needs cargo, R with survival, cmprsk and maxstat, and Python's venv.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
size=${1:-full}
limit=${BENCH_LIMIT:-420} # seconds for one engine at one work

data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
lines=$data/lines.tsv
: >"$lines"

target=${CARGO_TARGET_DIR:-$PWD/target}
cargo build --release --quiet --target-dir "$target" || exit 1
cargo build --release --quiet --target-dir "$target/peer" --manifest-path peer_crate/Cargo.toml || echo "the crate survival does not build" >&2
if [ ! -x venv/bin/python ]; then
  python3 -m venv venv && venv/bin/pip install --quiet --requirement requirements.txt || echo "no Python peers" >&2
fi
ours=$target/release/oligomet-bench-survival
crate=$target/peer/release/oligomet-bench-survival-peer-crate
"$ours" make "$data" "$size" || exit 1

# engine NAME WORK COMMAND...: adds the lines that the command prints; one that fails or takes too long is a line too.
engine() {
  local name=$1 work=$2 start=$SECONDS code
  shift 2
  timeout "$limit" "$@" >>"$lines" 2>"$data/errors"
  code=$?
  if [ $code -eq 124 ]; then
    printf '%s\t%s\t\t\tstopped after %s s\n' "$work" "$name" "$limit" >>"$lines"
  elif [ $code -ne 0 ]; then
    printf '%s\t%s\t\t\tfailed: %s\n' "$work" "$name" "$(tail -n 1 "$data/errors" | tr '\t' ' ')" >>"$lines"
  fi
  echo "$(date +%H:%M:%S) $work: $name, $((SECONDS - start)) s" >&2
}

works='km_1e6 km_1e7 km_convert logrank concordance cox_fit cox_full cox_50 cox_200 cox_refit
  maxstat_mc maxstat_gauss_133 maxstat_gauss finegray_5000 finegray_10000 finegray_20000 finegray gemm_50 gemm_200'
for work in $works; do
  engine oligomet "$work" "$ours" "$work" "$data"
  case $work in gemm*) ;; *) engine 'oligomet, 1 thread' "$work" env RAYON_NUM_THREADS=1 "$ours" "$work" "$data" ;; esac
  engine 'crate survival' "$work" "$crate" "$work" "$data"
  engine R "$work" Rscript peers.R "$work" "$data"
  engine Python "$work" venv/bin/python peers.py "$work" "$data"
done

engine oligomet growth "$ours" growth "$size"
few=$([ "$size" = quick ] && echo 10 || echo 1)
while IFS=: read -r work rows; do
  engine oligomet memory "$ours" memory "$work" $((rows / few))
done <<'WORKS'
Kaplan-Meier:10000000
log-rank:1000000
concordance:1000000
Cox fit, 10 columns:1000000
Cox, all:1000000
Cox fit, 50 columns:100000
Cox fit, 200 columns:10000
Fine-Gray, 5 columns:100000
WORKS

{
  echo "cores: $(nproc)"
  awk '/MemTotal/ { printf "memory: %.0f GB\n", $2 / 1048576 }' /proc/meminfo
  awk -F': *' '/model name/ { print "processor: " $2; exit }' /proc/cpuinfo
  rustc --version
  Rscript -e 'cat(R.version.string, "\n"); for (p in c("survival", "cmprsk", "maxstat")) cat("R", p, format(packageVersion(p)), "\n")'
  echo "Python $(venv/bin/python -c 'import platform; print(platform.python_version())')"
  tr '\n' ',' <requirements.txt | sed 's/==/ /g; s/,$/\n/; s/,/, /g'
  sed -n 's/^survival = "=\(.*\)"/crate survival \1/p' peer_crate/Cargo.toml
} >"$data/machine.txt" 2>/dev/null

report=$([ "$size" = quick ] && echo "$data/results.md" || echo results.md)
python3 table.py "$lines" "$data/machine.txt" >"$report"
code=$?
cat "$report"
exit $code

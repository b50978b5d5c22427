#!/usr/bin/env bash
# All tests, as continuous integration runs them: installs what they need, then form, lints, tests, documents, invariants and
# whole runs, with the time of each step.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_INCREMENTAL=0
export OLIGOMET_SKIPPED_LOG="${OLIGOMET_SKIPPED_LOG:-$PWD/target/skipped.log}"
mkdir -p target
: > "$OLIGOMET_SKIPPED_LOG"

times=""
step() { # NAME COMMAND...
  local name=$1 start=$SECONDS
  shift
  echo "== $name"
  "$@"
  local took=$((SECONDS - start))
  times="$times $name ${took}s,"
  echo "== $name: ${took} s"
}

reference_data() {
  Rscript reference/make_data.R
  # Calendar dates for the import test; the data are GPL and come from their own package. Without it that test says "skipped".
  if [ ! -s reference/data/breast_cancer_german.csv ] && python3 -m pip --version >/dev/null 2>&1; then
    local folder
    folder=$(mktemp -d)
    if python3 -m pip download -q --no-deps --dest "$folder" oncodatasets==0.1.0; then
      python3 - "$folder" <<'PY'
import glob, sys, zipfile
wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])
with open("reference/data/breast_cancer_german.csv", "wb") as out:
    out.write(wheel.read("oncodatasets/data/breast_cancer_german.csv"))
PY
    fi
    rm -rf "$folder"
  fi
}

nextest() {
  cargo nextest run --workspace --locked 2>&1 | tee target/nextest.log
}

documents() {
  RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
  cargo test --workspace --doc --locked --quiet
}

# The example twice: the same bytes, proved by verify, every number recomputed by R.
whole_runs() {
  ./examples/rotterdam/get_data.sh
  local program=${CARGO_TARGET_DIR:-target}/release/oligomet folder
  folder=$(mktemp -d)
  "$program" run examples/rotterdam/study.toml --out "$folder/one"
  "$program" run examples/rotterdam/study.toml --out "$folder/two" >/dev/null 2>&1
  cmp "$folder/one/manifest.json" "$folder/two/manifest.json"
  echo "two runs are byte-identical"
  "$program" verify "$folder/one" --site examples/rotterdam/site.toml
  Rscript "$folder/one/verify.R"
  rm -rf "$folder"
}

step setup ./scripts/setup.sh
step fmt cargo fmt --all --check
step check cargo check --workspace --all-targets --locked
step clippy cargo clippy --workspace --all-targets --locked -- -D warnings
step data reference_data
step test nextest
step docs documents
step invariants cargo xtask check
step release cargo build --release --locked --package oligomet-cli
step runs whole_runs

echo "times:${times%,}"
sort "$OLIGOMET_SKIPPED_LOG" | uniq -c
echo "skipped for want of data: $(wc -l < "$OLIGOMET_SKIPPED_LOG")"
summary=$(grep -E 'tests run:' target/nextest.log | tail -n 1)
passed=$(sed -E 's/.* ([0-9]+) passed.*/\1/' <<<"$summary")
skipped=$(sed -nE 's/.* ([0-9]+) skipped.*/\1/p' <<<"$summary")
echo "$passed passed, 0 failed, ${skipped:-0} skipped"

#!/usr/bin/env bash
# The examples as a user runs them, with the release binary.
# Rotterdam: two runs, the second on one thread, are the same byte for byte; `oligomet verify` and R's verify.R agree with the first.
# Oligoprogression: the department is simulated, its three studies run, and both agree with each. A lock of the department gives the same.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target="${CARGO_TARGET_DIR:-target}"
oligomet="$target/release/oligomet"
runs="$target/end-to-end"

rm -rf "$runs"
mkdir -p "$runs"

# verified RUN SITE: the run is reproduced from its data, and R recomputes its numbers.
verified() {
  "$oligomet" verify "$1" --site "$2"
  Rscript "$1/verify.R"
}

rotterdam() {
  local study=examples/rotterdam/study.toml site=examples/rotterdam/site.toml
  examples/rotterdam/get_data.sh
  "$oligomet" run "$study" --out "$runs/first"
  RAYON_NUM_THREADS=1 "$oligomet" run "$study" --out "$runs/second"
  diff -r "$runs/first" "$runs/second"
  echo "both runs are the same, byte for byte: $(find "$runs/first" -type f | wc -l) files"
  verified "$runs/first" "$site"
}

oligoprogression() {
  local example=examples/oligoprogression here="$runs/oligoprogression" study
  mkdir -p "$here"
  cp "$example"/*.toml "$here"
  "$oligomet" simulate "$here/PROFILE.toml" --out "$here/department"
  for study in as-published as-recommended as-recommended-lesions; do
    "$oligomet" run "$here/$study.toml" --out "$here/runs/$study"
    verified "$here/runs/$study" "$here/site.toml"
  done
  "$oligomet" lock "$here/department/department" --cutoff 2022-12-31 --out "$here/department.lock"
  sed 's/^tables = .*/lock = "department.lock"/' "$here/site.toml" >"$here/locked.toml"
  "$oligomet" run "$here/as-recommended.toml" --site "$here/locked.toml" --out "$here/runs/of-lock"
  diff "$here/runs/as-recommended/results/stats.csv" "$here/runs/of-lock/results/stats.csv"
  echo "tables and their lock give the same numbers"
}

rotterdam
oligoprogression

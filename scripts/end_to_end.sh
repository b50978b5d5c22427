#!/usr/bin/env bash
# The example as a user runs it, with the release binary: two runs, the second on one thread, are the same byte for
# byte; `oligomet verify` and R's verify.R agree with the first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target="${CARGO_TARGET_DIR:-target}"
oligomet="$target/release/oligomet"
study=examples/rotterdam/study.toml
site=examples/rotterdam/site.toml
runs="$target/end-to-end"

rm -rf "$runs"
mkdir -p "$runs"
examples/rotterdam/get_data.sh
"$oligomet" run "$study" --out "$runs/first"
RAYON_NUM_THREADS=1 "$oligomet" run "$study" --out "$runs/second"
diff -r "$runs/first" "$runs/second"
echo "both runs are the same, byte for byte: $(find "$runs/first" -type f | wc -l) files"
"$oligomet" verify "$runs/first" --site "$site"
Rscript "$runs/first/verify.R"

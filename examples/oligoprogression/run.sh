#!/usr/bin/env bash
# A radiotherapy department, simulated, becomes the study of a paper: builds the program, simulates the department with its truth
# and the envelope of the printed numbers, runs the study as published and as recommended, and says which files to open.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
example=examples/oligoprogression
cargo build --release --locked --package oligomet-cli
oligomet="${CARGO_TARGET_DIR:-target}/release/oligomet"
"$oligomet" simulate "$example/PROFILE.toml" --out "$example/department" --envelope 1000
for study in as-published as-recommended as-recommended-lesions; do
  "$oligomet" run "$example/$study.toml" --out "$example/runs/$study"
done
echo "Open $example/runs/as-published/report.html and $example/runs/as-recommended/report.html"
echo "Beside the paper, as images: $example/pictures.html; in words and numbers: $example/README.md"
echo "What was put in: $example/department/truth.json; printed numbers among 1,000 cohorts: $example/department/envelope.csv"

#!/usr/bin/env bash
# The main job on real data: fetches the Rotterdam cohort, builds the program, runs the study, and says which file to open.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
examples/rotterdam/get_data.sh
cargo build --release --locked --package oligomet-cli
"${CARGO_TARGET_DIR:-target}/release/oligomet" run examples/rotterdam/study.toml
echo "Open examples/rotterdam/run/report.html"

#!/usr/bin/env bash
# The main job on real data: fetches the Rotterdam cohort, builds the program, runs the study, and says which file to open.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/get_data.sh"
cargo build --release --locked --manifest-path "$here/../../Cargo.toml" --package oligomet-cli
target=${CARGO_TARGET_DIR:-$here/../../target}
cd "$here"
"$target/release/oligomet" run study.toml
echo "Open examples/rotterdam/run/report.html"

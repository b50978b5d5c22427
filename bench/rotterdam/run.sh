#!/usr/bin/env bash
# The Rotterdam example with all figures and files, five times: wall time and peak memory of the release build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
examples/rotterdam/get_data.sh
program=${CARGO_TARGET_DIR:-target}/release/oligomet
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
python3 bench/measure.py 5 "$program" run examples/rotterdam/study.toml --out "$out/run" 2>"$out/log" ||
  { cat "$out/log" >&2; exit 1; }

#!/usr/bin/env bash
# The Rotterdam example with all figures and files, five times: wall time and peak memory of the release build.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/../../examples/rotterdam/get_data.sh"
program=${CARGO_TARGET_DIR:-$here/../../target}/release/oligomet
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for round in 1 2 3 4 5; do
  python3 - "$program" "$here/../../examples/rotterdam/study.toml" "$out/run" <<'PY'
import resource, subprocess, sys, time
start = time.time()
subprocess.run([sys.argv[1], "run", sys.argv[2], "--out", sys.argv[3]], check=True, capture_output=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
print(f"{time.time() - start:.2f} s, {peak:.0f} MB")
PY
done

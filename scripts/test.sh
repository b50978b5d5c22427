#!/usr/bin/env bash
# All tests, from a fresh clone: installs what they need (scripts/setup.sh), then every step of CI.
# Every step runs even where an earlier one failed, so that one run tells all; the exit code is 1 if any failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_INCREMENTAL=0
export CARGO_BUILD_JOBS="${CARGO_BUILD_JOBS:-2}"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"
target="${CARGO_TARGET_DIR:-target}"
# nextest keeps its reports in the checkout, wherever the target folder is.
junit=target/nextest/ci/junit.xml
log="$target/test.log"
mkdir -p "$target"

failed=()
took=0

# step NAME COMMAND...: runs it, prints its wall time (left in `took`), remembers whether it failed.
step() {
  local name="$1" started="$SECONDS" verdict=ok
  shift
  printf '\n==> %s\n' "$name"
  "$@" || { verdict=FAILED; failed+=("$name"); }
  took=$((SECONDS - started))
  printf '<== %s: %s, %d s\n' "$name" "$verdict" "$took"
}

run_tests() {
  rm -f "$junit"
  cargo nextest run --workspace --profile ci --status-level fail 2>&1 | tee "$log"
}

# Tests that found no data to work on say so in a line that begins with "skipped:"; libtest may put the test's name first.
skip_lines() { grep -oE '(^| \.\.\. )skipped: .*' "$junit" | sed 's/^ \.\.\. //' || true; }

# A number from nextest's summary: "Summary [ 1.2s] 9 tests run: 7 passed, 1 failed, 1 timed out, 3 skipped".
count_of() { grep -E '^ *Summary \[' "$log" 2>/dev/null | tail -1 | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }

step "setup" scripts/setup.sh
step "format" cargo fmt --all --check
state=cold
[ -d "$target/debug/deps" ] && state="not cold: $target was there"
step "cargo check ($state)" cargo check --workspace --quiet
check_time=$took
step "clippy" cargo clippy --workspace --all-targets --quiet -- -D warnings
step "reference data of other packages" scripts/reference_data.sh
step "build the tests" cargo nextest run --workspace --profile ci --no-run --cargo-quiet
build_time=$took
step "tests" run_tests
step "examples in documentation" cargo test --workspace --doc --quiet
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
step "repository (cargo xtask check)" cargo xtask check
step "release build" cargo build --release --quiet
release_time=$took
step "example, end to end" scripts/end_to_end.sh

printf '\n'
skipped_for_data="$(skip_lines | wc -l)"
echo "parts of tests left out for want of data: $skipped_for_data"
skip_lines | sort | uniq -c
if [ "${#failed[@]}" -gt 0 ]; then
  echo "failed steps:"
  printf '  %s\n' "${failed[@]}"
fi
echo "whole: $SECONDS s"
echo "times: check $check_time s, test $build_time s, release $release_time s"
failures=$(($(count_of failed) + $(count_of 'timed out')))
echo "$(count_of passed) passed, $failures failed, $(count_of skipped) skipped"
[ "${#failed[@]}" -eq 0 ]

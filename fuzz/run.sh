#!/bin/sh
# Runs every fuzz target in turn, SECONDS each (600 unless told otherwise), or the targets named after it:
#   fuzz/run.sh [SECONDS [TARGET ...]]
# Needs `cargo install cargo-fuzz` and a C++ compiler; the stable toolchain suffices (the crate has no unsafe
# code, so no sanitizer is used; checks of overflow and debug assertions are on). A crash stops the run and
# its input stays in fuzz/artifacts.
set -eu
seconds=${1:-600}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- kaplan_meier log_rank cox competing cutpoint concordance
cd "$(dirname "$0")"
# One thread: the answers do not depend on it, and a crash is then found again by its input alone.
export RAYON_NUM_THREADS=1
for target in "$@"; do
    echo "== $target, $seconds s"
    nice -n 15 cargo fuzz run --release --debug-assertions --sanitizer none "$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 -max_len=8192 \
        -print_final_stats=1
done

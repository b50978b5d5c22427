#!/usr/bin/env bash
# Installs what Oligomet's tests need and this machine lacks, through Debian's package manager and cargo.
#   scripts/setup.sh          all that scripts/test.sh needs
#   scripts/setup.sh example  only what examples/rotterdam needs: R and its package survival
# Run it as root or as a user with sudo. Nothing is done where nothing is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What a command is called, and the Debian package that brings it.
commands=("Rscript r-base-core" "cc build-essential")
r_packages=(survival)
nextest=no
polars=no
case "${1:-tests}" in
  example) ;;
  tests)
    commands+=("git git" "pdftotext poppler-utils" "python3 python3")
    r_packages+=(jsonlite cmprsk maxstat prodlim riskRegression timereg TH.data KMsurv)
    nextest=yes
    polars=yes
    ;;
  *)
    echo "usage: scripts/setup.sh [example]" >&2
    exit 2
    ;;
esac

have() { command -v "$1" >/dev/null 2>&1; }

# The R packages that cannot be found, one a line; all of them where R itself is missing.
missing_r_packages() {
  if ! have Rscript; then
    printf '%s\n' "${r_packages[@]}"
  else
    Rscript -e 'for (p in commandArgs(TRUE)) if (!nzchar(system.file(package = p))) cat(p, "\n", sep = "")' "${r_packages[@]}"
  fi
}

# The Debian packages to install.
missing_packages() {
  local pair name
  for pair in "${commands[@]}"; do
    have "${pair% *}" || echo "${pair#* }"
  done
  missing_r_packages | while read -r name; do
    echo "r-cran-${name,,}"
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

if ! have cargo; then
  echo "setup: cargo is missing; install Rust with rustup first" >&2
  exit 1
fi

packages=()
while read -r package; do packages+=("$package"); done < <(missing_packages)
if [ "${#packages[@]}" -gt 0 ]; then
  echo "setup: missing here: ${packages[*]}"
  if ! have apt-get || { [ "$(id -u)" -ne 0 ] && ! have sudo; }; then
    echo "setup: they need Debian's package manager and root or sudo; install them by hand and start again" >&2
    exit 1
  fi
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
fi

if [ "$nextest" = yes ] && ! cargo nextest --version >/dev/null 2>&1; then
  echo "setup: installing cargo-nextest (cargo install, some minutes)"
  cargo install cargo-nextest --locked
fi
# A test reads a lock with polars; it says "skipped:" where this has not worked.
python="${CARGO_TARGET_DIR:-target}/python"
if [ "$polars" = yes ] && ! "$python/bin/python" -c 'import polars' >/dev/null 2>&1; then
  echo "setup: installing polars into $python"
  if ! python3 -c 'import ensurepip' >/dev/null 2>&1 && have apt-get; then
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv || true
  fi
  mkdir -p "$(dirname "$python")"
  python3 -m venv "$python" && "$python/bin/pip" install --quiet 'polars>=1.20,<3' || echo "setup: polars could not be installed; its test will be left out"
fi
echo "setup: everything needed is there"

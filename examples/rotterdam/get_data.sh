#!/usr/bin/env bash
# Writes rotterdam.csv beside this script from R's package survival (LGPL; not part of this repository).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [ -s rotterdam.csv ]; then exit 0; fi
if ! Rscript -e 'library(survival)' >/dev/null 2>&1; then ../../scripts/setup.sh example; fi
# Written under another name first, so that an interrupted run leaves no half file.
Rscript -e 'suppressMessages(library(survival)); write.csv(rotterdam, "rotterdam.csv.part", row.names = FALSE)'
mv rotterdam.csv.part rotterdam.csv

#!/usr/bin/env bash
# Fetches into reference/data the data sets of other packages that tests read and that are not ours to ship.
# Without one of them its tests say "skipped", and scripts/test.sh counts them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

Rscript reference/make_data.R

# 686 patients with calendar dates (GPL), from the Python package that carries them.
german=reference/data/breast_cancer_german.csv
[ -s "$german" ] && exit 0
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
if python3 -m pip download -q --no-deps --dest "$folder" oncodatasets==0.1.0; then
  python3 -c 'import glob, sys, zipfile
data = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]).read("oncodatasets/data/breast_cancer_german.csv")
open(sys.argv[2], "wb").write(data)' "$folder" "$german"
else
  echo "not fetched: breast_cancer_german of the Python package oncodatasets; its tests will say so"
fi

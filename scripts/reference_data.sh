#!/usr/bin/env bash
# Fetches into reference/data the data sets of other packages that tests read and that are not ours to ship.
# Without one of them its tests say "skipped", and scripts/test.sh counts them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

Rscript reference/make_data.R

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# from_wheel PACKAGE==VERSION FILE SET: a file of a Python package, unpacked but not installed, as
# reference/data/SET.csv, unless it is there already.
from_wheel() {
  local package="$1" file="$2" into="reference/data/$3.csv"
  [ -s "$into" ] && return 0
  if python3 -m pip download -q --no-deps --dest "$folder/$3" "$package"; then
    python3 -c 'import glob, sys, zipfile
data = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]).read(sys.argv[2])
open(sys.argv[3], "wb").write(data)' "$folder/$3" "$file" "$into"
  else
    echo "not fetched: $3 of the Python package $package; its tests will say so"
  fi
}

# 686 patients with calendar dates (GPL).
from_wheel oncodatasets==0.1.0 oncodatasets/data/breast_cancer_german.csv breast_cancer_german

# The breast cancer data of R's coxphf (GPL), whose package is not in Debian: 100 patients, tumour stage, nodes,
# grading and cathepsin D. Later versions of this Python package have it in pickles only.
breast=reference/data/breast.csv
if [ ! -s "$breast" ]; then
  from_wheel SurvSet==0.2.6 SurvSet/_datagen/output/breast.csv breast_survset
  if [ -s reference/data/breast_survset.csv ]; then
    awk -F, 'function code(x) { return x == "Unfavourable" }
      NR == 1 { print "time,status,x1,x2,x3,x4" }
      NR > 1 { print $3 "," $2 "," code($4) "," code($5) "," code($6) "," code($7) }' \
      reference/data/breast_survset.csv >"$breast"
    rm reference/data/breast_survset.csv
  fi
fi

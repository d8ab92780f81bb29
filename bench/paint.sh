#!/usr/bin/env bash
# Seconds and megapixels a second of `sakuga paint` on an enlarged photo, each look, best of three.
# usage: bench/paint.sh PHOTO   (a picture of a few megapixels)
set -euo pipefail
cd "$(dirname "$0")/.."
photo=${1:-../shared/data/open/photos/lomiri-wallpapers-16.04_aitzgorri_by_Aitzol_Berasategi.jpg}
build/release/bin/sakuga_bench_paint "$photo"

#!/usr/bin/env bash
# Faces found: real drawings (faces_poses.csv lists them, frontal and turned, chosen by eye) pasted into
# photographs that the detector was not trained on; beside it OpenCV's cascade for anime faces on the same
# scenes. DATA (default ../shared/data) holds characters128.zip and open/photos; CASCADE the cascade.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${DATA:-../shared/data}
cascade=${CASCADE:-../shared/models/lbpcascade_animeface.xml}
out=build/bench/faces
mkdir -p "$out/photos"
cp -f "$data"/open/photos/{mate,plasma}*.jpg "$out/photos"
grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
build/release/bin/sakuga metric faces "$data/characters128.zip" --poses bench/faces_poses.csv \
  --photos "$out/photos" --cascade "$cascade" --repeats "${REPEATS:-5}" --show "$out/scenes.png" ${OPTIONS:-}
echo "Scenes that ours got wrong: $out/scenes.png"

#!/usr/bin/env bash
# What painters without a network make of photographs: the photographs themselves, OpenCV's edge-preserving filter and stylization at
# their defaults, and sakuga's looks. Kernel distance to painted anime backgrounds (the smaller, the more alike) and how much of the drawing is
# kept (1: all). Needs the paint.zip of the shared data and its SqueezeNet.
set -euo pipefail
cd "$(dirname "$0")/.."
shared=../shared
[ -f "$shared/data/paint.zip" ] || { echo "paint_compare: no $shared/data/paint.zip" >&2; exit 0; }
out=build/bench/paint
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m zipfile -e "$shared/data/paint.zip" "$work"
find "$work/trainA" -name '*.jpg' ! -name '*[05].jpg' -delete  # Every fifth: a hundred photographs.
build/release/bin/sakuga_bench_paint_compare "$work/trainA" "$work/trainB" "$out"
sakuga=build/release/bin/sakuga
for painter in photo edge_preserving stylization film gouache watercolour; do
  echo "== $painter"
  "$sakuga" metric kid "$out/$painter" "$out/backgrounds" --features "$shared/models/squeezenet1_0.safetensors" --size 256 2>/dev/null
  "$sakuga" metric content "$out/$painter" "$out/photo" 2>/dev/null
done
echo "Rows (photo, edge-preserving, stylization, film, gouache, watercolour): $out/rows.png"

#!/usr/bin/env bash
# Drawing speed: the published 128x128 generator at batch 16 in sakuga and in ONNX Runtime (npm), the same
# weights, turn by turn in one run.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-/usr/bin/python3}" bench/draw.py "$work"
# Without install scripts: the one of this package fetches CUDA libraries from elsewhere.
[ -d build/bench/node_modules ] || { mkdir -p build/bench && cp bench/package.json build/bench &&
  npm install --prefix build/bench --ignore-scripts --no-audit --no-fund --silent; }
cp bench/draw.mjs build/bench

grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
for round in 1 2 3; do
  theirs=$(node build/bench/draw.mjs "$work/model.onnx" 5)
  ours=$(build/release/bin/sakuga_bench_draw "$work/model.safetensors" 10)
  echo "$theirs $ours" | awk '{ printf "ONNX Runtime %7.2f ms a picture, sakuga %6.2f ms: %.1f times faster\n", $1, $2, $1 / $2 }'
done

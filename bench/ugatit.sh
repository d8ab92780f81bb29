#!/usr/bin/env bash
# U-GAT-IT. Translating: the light generator at 256x256, batch 4, in sakuga and in ONNX Runtime (npm), the same
# weights. Training: the nets and objective of recipes/ugatit-laptop.toml, batch 1, in sakuga and in float32
# python3-torch. Turn by turn, ROUNDS times (3).
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -W ignore bench/ugatit.py weights "$work" 2>/dev/null
# Without install scripts: the one of this package fetches CUDA libraries from elsewhere.
[ -d build/bench/node_modules ] || { mkdir -p build/bench && cp bench/package.json build/bench &&
  npm install --prefix build/bench --ignore-scripts --no-audit --no-fund --silent; }
cp bench/ugatit.mjs build/bench
for side in a b; do
  "$python" bench/pictures.py ../shared/data/faces_tags96.zip "$work/pictures" 64
  build/release/bin/sakuga data import "$work/$side.dataset" "$work/pictures" --size 144 --licence NOASSERTION \
    --source "game art" >/dev/null
done

steps=6 warm=3
ours() {
  rm -rf "$work/run"
  build/release/bin/sakuga train recipes/ugatit-laptop.toml --run "$work/run" --set dataset="$work/a.dataset" \
    --set target="$work/b.dataset" --set pictures=$((steps + warm)) --set every.log=1 \
    --set every.samples=100000000 --set every.checkpoint=100000000 >/dev/null
  "$python" - "$work/run/log.jsonl" "$warm" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])][int(sys.argv[2]):]
print(json.dumps({"pictures_per_s": len(lines) / sum(1 / line["pictures_per_s"] for line in lines),
                  "peak_mib": max(line["peak_memory_mib"] for line in lines)}))
PY
}

grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
for _ in $(seq "${ROUNDS:-3}"); do
  theirs=$(node build/bench/ugatit.mjs "$work/model.onnx" 2)
  mine=$(build/release/bin/sakuga_bench_ugatit "$work/model.safetensors" 256 4 3)
  echo "$theirs $mine" |
    awk '{ printf "translate 256x256: ONNX Runtime %7.1f ms a picture, sakuga %6.1f ms: %.1f times faster\n", $1, $2, $1 / $2 }'
  "$python" - "$("$python" bench/ugatit.py train 128 32 "$steps")" "$(ours)" <<'PY'
import json, sys
theirs, ours = (json.loads(text) for text in sys.argv[1:])
print(f"train 128x128: python3-torch float32 {theirs['pictures_per_s']:.2f} pictures/s in {theirs['peak_mib']:.0f} MiB, "
      f"sakuga {ours['pictures_per_s']:.2f} in {ours['peak_mib']:.0f} MiB: "
      f"{ours['pictures_per_s'] / theirs['pictures_per_s']:.1f} times faster")
PY
done

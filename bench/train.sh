#!/usr/bin/env bash
# Training speed: sakuga against python3-torch, the published nets and objective on the same pictures, one
# after the other in one run. Prints pictures per second, peak memory and the ratios.
#   bench/train.sh [DATASET]     default: made from ../shared/data/faces_tags96.zip
set -euo pipefail
cd "$(dirname "$0")/.."
sakuga=build/release/bin/sakuga
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dataset=${1:-}
if [ -z "$dataset" ]; then
  dataset=$work/faces.dataset
  "$sakuga" data import "$dataset" ../shared/data/faces_tags96.zip --tags csv:tags.csv \
    --licence NOASSERTION --source "game art" >/dev/null
fi

ours() {  # SIZE BATCH STEPS
  local run=$work/run-$1
  "$sakuga" train recipes/makegirlsmoe128.toml --run "$run" --set dataset="$dataset" --set resolution="$1" \
    --set batch="$2" --set pictures=$(($2 * ($3 + 1))) --set every.log="$2" --set every.samples=100000000 \
    --set every.checkpoint=100000000 --set augment.flip=false >/dev/null
  "$python" - "$run/log.jsonl" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
steps = [line for line in lines if "pictures_per_s" in line][1:]
rate = len(steps) / sum(1 / line["pictures_per_s"] for line in steps)
print(json.dumps({"pictures_per_s": rate, "peak_mib": max(line["peak_memory_mib"] for line in steps)}))
PY
}

grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
for setting in "64 64 8" "128 32 4"; do
  read -r size batch steps <<<"$setting"
  float32=$("$python" bench/train.py "$dataset" "$size" "$batch" float32 2)
  bfloat16=$("$python" bench/train.py "$dataset" "$size" "$batch" bfloat16 4)
  own=$(ours "$size" "$batch" "$steps")
  "$python" - "$size" "$batch" "$float32" "$bfloat16" "$own" <<'PY'
import json, sys
size, batch = sys.argv[1:3]
plain, skilled, own = map(json.loads, sys.argv[3:6])
for name, r in (("python3-torch float32", plain), ("python3-torch bfloat16, channels-last", skilled), ("sakuga", own)):
    print(f"{size}x{size} batch {batch}  {name:38} {r['pictures_per_s']:7.2f} pictures/s  {r['peak_mib']:6.0f} MiB")
print(f"{size}x{size} batch {batch}  sakuga is {own['pictures_per_s'] / plain['pictures_per_s']:.1f} times float32, "
      f"{own['pictures_per_s'] / skilled['pictures_per_s']:.1f} times bfloat16")
PY
done

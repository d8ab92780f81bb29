#!/usr/bin/env bash
# Training speed: sakuga against python3-torch, the published nets and objective on the same pictures, one
# after the other in one run. Prints pictures per second, peak memory and the ratios.
# The pictures (256 of ../shared/data/faces_tags96.zip) are in memory on both sides when the clock starts.
set -euo pipefail
cd "$(dirname "$0")/.."
sakuga=build/release/bin/sakuga
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" bench/pictures.py ../shared/data/faces_tags96.zip "$work/pictures" 256
for size in 64 128; do
  "$sakuga" data import "$work/$size.dataset" "$work/pictures" --size "$size" --tags csv:tags.csv \
    --licence NOASSERTION --source "game art" >/dev/null
done

warm=8  # Steps before the clock starts: every picture has been seen.
ours() {  # SIZE BATCH STEPS
  local run=$work/run-$1
  "$sakuga" train recipes/makegirlsmoe128.toml --run "$run" --set dataset="$work/$1.dataset" --set resolution="$1" \
    --set batch="$2" --set pictures=$(($2 * ($3 + warm))) --set every.log="$2" --set every.samples=100000000 \
    --set every.checkpoint=100000000 --set augment.flip=false >/dev/null
  "$python" - "$run/log.jsonl" "$warm" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
steps = [line for line in lines if "pictures_per_s" in line][int(sys.argv[2]):]
rate = len(steps) / sum(1 / line["pictures_per_s"] for line in steps)
print(json.dumps({"pictures_per_s": rate, "peak_mib": max(line["peak_memory_mib"] for line in steps)}))
PY
}

grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
for setting in "64 64 8" "128 32 4"; do
  read -r size batch steps <<<"$setting"
  theirs() { "$python" bench/train.py "$work/$size.dataset" "$size" "$batch" "$@"; }
  float32=$(theirs float32 default 2)
  bfloat16=$(theirs bfloat16 all 4)
  own=$(ours "$size" "$batch" "$steps")
  "$python" - "$size" "$batch" "$float32" "$bfloat16" "$own" <<'PY'
import json, sys
size, batch = sys.argv[1:3]
plain, skilled, own = map(json.loads, sys.argv[3:6])
for name, r in (("python3-torch float32, as it comes", plain), ("python3-torch bfloat16, every thread", skilled), ("sakuga", own)):
    print(f"{size}x{size} batch {batch}  {name:38} {r['pictures_per_s']:7.2f} pictures/s  {r['peak_mib']:6.0f} MiB")
print(f"{size}x{size} batch {batch}  sakuga is {own['pictures_per_s'] / plain['pictures_per_s']:.1f} times float32, "
      f"{own['pictures_per_s'] / skilled['pictures_per_s']:.1f} times bfloat16")
PY
done

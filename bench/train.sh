#!/usr/bin/env bash
# Training speed: sakuga against python3-torch, the published nets and objective on the same pictures, one
# after the other, ROUNDS times (3) in turns. Prints the median pictures per second, peak memory and the ratios.
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
  rm -rf "$run"
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
  rm -f "$work/rounds"
  for _ in $(seq "${ROUNDS:-3}"); do  # In turns: a shared machine is fast in one minute and slow in the next.
    echo "[$(theirs float32 default 2), $(theirs bfloat16 all 4), $(ours "$size" "$batch" "$steps")]" >>"$work/rounds"
  done
  "$python" - "$size" "$batch" "$work/rounds" <<'PY'
import json, statistics, sys
size, batch, path = sys.argv[1:]
rounds = [json.loads(line) for line in open(path)]
median = lambda values: statistics.median(values)
spread = lambda values: f"{median(values):.1f} ({min(values):.1f}-{max(values):.1f})"
for i, name in enumerate(("python3-torch float32, as it comes", "python3-torch bfloat16, every thread", "sakuga")):
    print(f"{size}x{size} batch {batch}  {name:38} {median([r[i]['pictures_per_s'] for r in rounds]):7.2f} pictures/s "
          f" {max(r[i]['peak_mib'] for r in rounds):6.0f} MiB")
ratio = lambda i: spread([r[2]["pictures_per_s"] / r[i]["pictures_per_s"] for r in rounds])
print(f"{size}x{size} batch {batch}  sakuga is {ratio(0)} times float32, {ratio(1)} times bfloat16 (median, range)")
PY
done

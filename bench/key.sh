#!/usr/bin/env bash
# Keying: sakuga against ffmpeg's chromakey and despill at the best settings of a grid, on the same synthetic plates,
# and frames a second at 1080p. Errors: smaller is better; sakuga/compose/matte_error.h says what they are.
# key.sh [errors|speed]: only that part. The errors take some minutes: ffmpeg is tried at 135 settings on each plate.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sprites=../shared/data/open/sprites
grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg), $(ffmpeg -version | head -n 1 | cut -d' ' -f1-3)"
for part in ${1:-errors speed}; do
  OMP_WAIT_POLICY=passive build/release/bin/sakuga_bench_key "$part" "$work" \
    "$sprites/renpy_eileen_lucy/eileen happy.png" "$sprites/renpy_sylvie/sylvie blue smile.png" \
    "$sprites/renpy_eileen_lucy/lucy mad.png"
done

#!/usr/bin/env bash
# Few-shot stylisation: three frames of each clip are painted by the classical stylisation, `film stylise` draws
# the rest, and the same stylisation of the other frames is the truth. Beside it the nearest painted frame
# warped along the optical flow. Needs the clips (CLIPS, default ../shared/data/clips) and ffmpeg.
# FRAMES=96 frames of each clip; clips by name as arguments.
set -euo pipefail
cd "$(dirname "$0")/.."
clips=${CLIPS:-../shared/data/clips}
out=build/bench/stylise
frames=${FRAMES:-96}
sakuga=build/release/bin/sakuga
[ $# -gt 0 ] || set -- head_1.mp4 head_2.mp4 head_3.mp4 green_girl_turning.mp4 scene_dance.avi
mkdir -p "$out"
grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg), $frames frames a clip"
printf '%-20s %-10s %9s %9s %14s %9s %9s\n' clip drawn_by psnr_db sharpness warp_error_e-4 learn_s frames/s
for clip in "$@"; do
  work=$out/${clip%.*}
  mkdir -p "$work"/{plate,truth,keys,ours}
  # Wide clips are brought to about the area of 512x512.
  ffmpeg -v error -y -i "$clips/$clip" -frames:v "$frames" \
    -vf "scale='if(gt(iw*ih,400000),682,iw)':-2" "$work/plate/p.%06d.png"
  plate="$work/plate/p.%06d.png"
  "$sakuga" film stylise "$plate" --engine classic --bits 8 -o "$work/truth/t.%06d.png" >/dev/null
  rm -f "$work"/keys/*
  "$sakuga" film stylise "$plate" --suggest-keys "${KEYS:-3}" -o "$work/keys" >/dev/null
  for key in "$work"/keys/key.*.png; do
    number=${key##*key.}
    cp "$work/truth/t.$number" "$key"
  done
  "$sakuga" film stylise "$plate" --keys "$work/keys/*.png" --bits 8 ${OPTIONS:-} --json \
    -o "$work/ours/o.%06d.png" 2>/dev/null | grep stylised >"$work/report.json"
  build/release/bin/sakuga_bench_stylise "$work" "$work/report.json"
done
echo "Strips (plate, warped key, ours, truth): $out/*/strip.png"

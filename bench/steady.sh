#!/usr/bin/env bash
# Flicker: clips stylised frame by frame, with flicker injected, steadied by sakuga and by FFmpeg's deflicker,
# tmedian and atadenoise, each at the best of a few settings a clip, in the same run. "shot" is drawn from a photo and
# a sprite that move in a known way; its warp error is measured along the true flow. Prints a table and checks
# the bars: warp error cut by 60 %, PSNR to the flicker-free truth up by 3 dB, edges 95 % as sharp, better than all
# three on both, 12 frames a second at 720p from film to film. FRAMES (48) and CLIPS choose less.
set -euo pipefail
cd "$(dirname "$0")/.."
shared=../shared/data
[ -d "$shared/clips" ] || { echo "steady: no clips in $shared/clips" >&2; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bin=build/release/bin
frames=${FRAMES:-48}
export OMP_WAIT_POLICY=passive  # As the program itself sets it.
: >"$work/table"

grid=(
  deflicker/format=yuv444p16,deflicker=s={5,15}:m={am,pm}
  tmedian/format=gbrp,tmedian=radius={1,3,6}
  atadenoise/format=gbrp,atadenoise=s={9,25}:0a={0.02,0.1,0.3}
)
settings=()
for row in "${grid[@]}"; do
  while read -r filter; do settings+=("$filter"); done < <(eval "printf '%s\n' $row")
done

for name in ${CLIPS:-head_1 head_2 scene_street scene_dance shot}; do
  raw=(-f rawvideo -pix_fmt rgb24)
  measure=(measure)
  if [ "$name" = shot ]; then
    size=640x360
    mkdir "$work/flow"
    "$bin/sakuga_bench_steady" shot "$shared/open/photos/lomiri-wallpapers-16.04_Bridge_by_Sander_Klootwijk.jpg" \
      "$shared/open/sprites/renpy_sylvie/sylvie blue normal.png" 640 360 "$frames" "$work/plate" "$work/flow"
    measure=(measure-true "$work/flow")
  else
    film=$(ls "$shared/clips/$name".*)
    size=$(ffprobe -v error -select_streams v:0 -show_entries stream=width,height -of csv=p=0:s=x "$film")
    ffmpeg -v error -i "$film" -frames:v "$frames" -fps_mode passthrough "${raw[@]}" -y "$work/plate"
  fi
  width=${size%x*} height=${size#*x}
  "$bin/sakuga_bench_steady" stylise "$work/plate" "$width" "$height" "$work/truth" "$work/flicker"
  "$bin/sakuga_bench_steady" steady "$work/plate" "$work/flicker" "$width" "$height" "$work/sakuga" 2>"$work/speed"
  candidates=()
  for i in "${!settings[@]}"; do
    filter=${settings[$i]#*/}
    [[ $filter != *atadenoise* ]] || filter+=":0b=$(awk -F'0a=' '{ print 2 * $2 }' <<<"$filter")"
    same=${filter##*0a=} same=${same%%:*}
    [[ $filter != *atadenoise* ]] || filter+=":1a=$same:1b=${filter##*0b=}:2a=$same:2b=${filter##*0b=}"
    # tmedian leaves out as many frames as its radius at both ends.
    radius=${filter##*radius=}
    [[ $filter != *tmedian* ]] || filter="tpad=start=$radius:stop=$radius:start_mode=clone:stop_mode=clone,$filter"
    ffmpeg -v error "${raw[@]}" -s "$size" -r 24 -i "$work/flicker" -vf "$filter" "${raw[@]}" -y "$work/filter$i"
    candidates+=("$work/filter$i")
  done
  "$bin/sakuga_bench_steady" "${measure[@]}" "$work/plate" "$work/truth" "$width" "$height" "$work/truth" "$work/flicker" \
    "$work/sakuga" "${candidates[@]}" | sed "s|$work/||" | while read -r clip figures; do
    case $clip in
      filter*) echo "$name ${settings[${clip#filter}]} $figures" ;;
      *) echo "$name $clip/ $figures" ;;
    esac
  done >>"$work/table"
  if [ "$size" = 1280x720 ]; then  # Forwards and back again.
    cp "$work/speed" "$work/speed720"
    for clip in plate flicker; do
      ffmpeg -v error "${raw[@]}" -s "$size" -r 24 -i "$work/$clip" -lavfi 'split[a][b];[b]reverse[c];[a][c]concat' \
        -c:v libx264 -crf 16 -y "$work/$clip.mkv"
    done
  fi
  rm -f "$work"/filter* "$work/sakuga"
done

# The best setting of each filter: the one with the highest PSNR; then the one with the least warp error of those that
# are at least as near to the truth as the flickering clip is (a black clip, which deflicker can make, has none).
awk '
  function line(clip, what, f) { split(f, v, " "); printf "%-13s %-44s %9.6f %9.6f %7.2f %7.4f %7.1f\n", clip, what, v[1], v[2], v[3], v[4], 100 * v[5] }
  { split($2, part, "/"); kind = part[1]; if (!($1 in seen)) { clips[++n] = $1; seen[$1] }
    figures = $3 " " $4 " " $5 " " $6 " " $7
    if (!(($1, kind) in psnr) || $5 > psnr[$1, kind]) { psnr[$1, kind] = $5; best[$1, kind] = figures; how[$1, kind] = part[2] }
    if ($5 >= psnr[$1, "flicker"] && (!(($1, kind) in warp) || $3 < warp[$1, kind])) { warp[$1, kind] = $3; least[$1, kind] = figures; least_how[$1, kind] = part[2] }
    sharp[$1, kind] = $7 }
  END {
    printf "%-13s %-44s %9s %9s %7s %7s %7s\n", "clip", "", "warp", "to first", "PSNR", "SSIM", "edges %"
    for (i = 1; i <= n; ++i) { c = clips[i]
      j = split("truth flicker deflicker tmedian atadenoise sakuga", kinds, " ")
      for (k = 1; k <= j; ++k) { kind = kinds[k]
        line(c, kind (how[c, kind] != "" ? " " how[c, kind] : ""), best[c, kind])
        if ((c, kind) in warp && least_how[c, kind] != how[c, kind]) line(c, kind " " least_how[c, kind], least[c, kind]) }
      cut = 1 - warp[c, "sakuga"] / warp[c, "flicker"]; rise = psnr[c, "sakuga"] - psnr[c, "flicker"]
      better = 1
      for (k = 3; k <= 5; ++k) if (((c, kinds[k]) in warp && warp[c, kinds[k]] <= warp[c, "sakuga"]) || psnr[c, kinds[k]] >= psnr[c, "sakuga"]) { better = 0; by = by " " kinds[k] }
      held = cut >= 0.6 && rise >= 3 && sharp[c, "sakuga"] >= 0.95 && better
      failed += !held
      printf "%-13s warp error -%.1f %%, PSNR +%.2f dB, edges %.1f %%, better than all three on both: %s -> %s\n\n", c, 100 * cut, rise, 100 * sharp[c, "sakuga"], better ? "yes" : "no, by" by, held ? "bars held" : "BARS MISSED"; by = "" }
    exit failed > 0 }' "$work/table" || bars=missed

# From film to film: decoding both, steadying and encoding H.264.
if [ -f "$work/plate.mkv" ]; then
  start=$(date +%s.%N)
  "$bin/sakuga" film steady "$work/plate.mkv" "$work/flicker.mkv" -o "$work/steady.mp4"
  end=$(date +%s.%N)
  grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
  awk -v n="$((2 * frames))" -v a="$start" -v b="$end" -v p="$(nproc)" -v l="$(cut -d' ' -f1 /proc/loadavg)" \
    'BEGIN { printf "%d frames of 1280x720 in %.1f s: %.1f frames a second on %d processors, load %s\n", n, b - a, n / (b - a), p, l }'
  sed "s/^/in memory: /" "$work/speed720"
fi
[ -z "${bars:-}" ] || { echo "steady: bars missed" >&2; exit 1; }

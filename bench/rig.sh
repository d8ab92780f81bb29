#!/usr/bin/env bash
# The rig's speed: flat characters at 128 pixels, layered ones at 1024. Bars: 60 and 3 a second on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
program=build/release/bin/sakuga_bench_rig
"$program" 128 200 2 >/dev/null  # Warms up.
for _ in 1 2 3; do "$program" 128 400 2; done
for _ in 1 2 3; do "$program" 1024 16 2 layers; done

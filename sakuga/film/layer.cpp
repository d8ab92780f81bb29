#include "sakuga/film/layer.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/camera.h"
#include "sakuga/core/error.h"

namespace sakuga::film {

MoveKey move_at(const std::vector<MoveKey>& keys, double frame) {
  for (size_t i = 1; i < keys.size(); ++i)
    if (keys[i].frame <= keys[i - 1].frame)
      core::fail(core::ErrorKind::BadRequest,
                 "move: expected keys in the order of their frames, got frame {} after frame {}",
                 keys[i].frame, keys[i - 1].frame);
  if (keys.empty()) return {};
  if (frame <= double(keys.front().frame)) return keys.front();
  size_t next = 1;
  while (next < keys.size() && double(keys[next].frame) <= frame) ++next;
  if (next == keys.size()) return keys.back();
  const auto &a = keys[next - 1], &b = keys[next];
  const double share = compose::eased(a.ease, (frame - double(a.frame)) / double(b.frame - a.frame));
  const auto between = [share](double from, double to) { return from + (to - from) * share; };
  return {.frame = int64_t(frame),
          .ease = a.ease,
          .x = between(a.x, b.x),
          .y = between(a.y, b.y),
          .scale = a.scale * std::pow(b.scale / a.scale, share),
          .rotate = between(a.rotate, b.rotate),
          .opacity = between(a.opacity, b.opacity)};
}

double presence(const Layer& layer, int64_t frame, int64_t frames) {
  const int64_t last = layer.to > 0 ? layer.to : frames;
  if (frame < layer.from || frame > last) return 0;
  double share = 1;
  if (layer.fade_in > 0) share = std::min(share, double(frame - layer.from + 1) / double(layer.fade_in + 1));
  if (layer.fade_out > 0) share = std::min(share, double(last - frame + 1) / double(layer.fade_out + 1));
  return share;
}

}  // namespace sakuga::film

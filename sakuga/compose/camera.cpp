#include "sakuga/compose/camera.h"

#include <cmath>
#include <numbers>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

void check_order(const std::vector<CameraKey>& keys) {
  for (size_t i = 1; i < keys.size(); ++i)
    if (keys[i].frame <= keys[i - 1].frame)
      core::fail(core::ErrorKind::BadRequest,
                 "camera: expected keys in the order of their frames, got frame {} after frame {}",
                 keys[i].frame, keys[i - 1].frame);
}

}  // namespace

double eased(const std::string& ease, double at) {
  if (ease == "in") return at * at * at;
  if (ease == "out") return 1 - (1 - at) * (1 - at) * (1 - at);
  if (ease == "in-out") return at < 0.5 ? 4 * at * at * at : 1 - 4 * (1 - at) * (1 - at) * (1 - at);
  if (ease == "hold") return at < 1 ? 0 : 1;
  return at;
}

CameraPosition camera_at(const std::vector<CameraKey>& keys, double frame) {
  check_order(keys);
  if (keys.empty()) return {};
  if (frame <= double(keys.front().frame)) return keys.front().position;
  size_t next = 1;
  while (next < keys.size() && double(keys[next].frame) <= frame) ++next;
  if (next == keys.size()) return keys.back().position;
  const auto &from = keys[next - 1], &to = keys[next];
  const double share = eased(from.ease, (frame - double(from.frame)) / double(to.frame - from.frame));
  const auto between = [share](double a, double b) { return a + (b - a) * share; };
  const auto &a = from.position, &b = to.position;
  return {.x = between(a.x, b.x),
          .y = between(a.y, b.y),
          .zoom = a.zoom * std::pow(b.zoom / a.zoom, share),  // So that an even zoom looks even.
          .truck = between(a.truck, b.truck),
          .roll = between(a.roll, b.roll)};
}

Affine plane_matrix(const CameraPosition& camera, double depth, int width, int height) {
  const double distance = depth - camera.truck;
  if (!(distance > 1e-3))
    core::fail(core::ErrorKind::BadRequest,
               "camera: expected to stay before every layer, got truck {} at a layer of depth {}",
               camera.truck, depth);
  const double factor = camera.zoom * depth / distance;
  const double turn = -camera.roll * std::numbers::pi / 180;
  const double cosine = camera.roll == 0 ? 1 : std::cos(turn), sine = camera.roll == 0 ? 0 : std::sin(turn);
  const Affine lens = {.xx = factor * cosine,
                       .xy = -factor * sine,
                       .x0 = width / 2.0,
                       .yx = factor * sine,
                       .yy = factor * cosine,
                       .y0 = height / 2.0};
  return after(lens, {.x0 = -width / 2.0 - camera.x / depth, .y0 = -height / 2.0 - camera.y / depth});
}

}  // namespace sakuga::compose

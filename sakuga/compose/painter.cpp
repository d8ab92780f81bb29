#include "sakuga/compose/painter.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "sakuga/compose/paint_plan.h"
#include "sakuga/compose/paint_tile.h"
#include "sakuga/compose/pixels.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {

using core::ErrorKind;

namespace {

struct Look {
  const char* name;
  PaintOptions options;
};

const std::vector<Look>& looks() {
  static const std::vector<Look> table = {
      {"film", {}},
      {"gouache",
       {.brush = 1.8,
        .detail = 0.4,
        .tones = 0.75,
        .clumps = 0.9,
        .sky = 0.9,
        .exposure = 0.5,
        .saturation = 1.4,
        .contrast = 0.15,
        .warmth = 1.3,
        .lift = 0.15,
        .lines = 0,
        .glow = 0.1,
        .bristles = 0.6,
        .grain = 0.35}},
      {"watercolour",
       {.brush = 1.3,
        .detail = 0.5,
        .tones = 0.3,
        .clumps = 0.6,
        .sky = 0.8,
        .exposure = 0.7,
        .saturation = 1.25,
        .contrast = -0.1,
        .warmth = 0.6,
        .lift = 0.5,
        .lines = 0.55,
        .glow = 0.1,
        .bristles = 0,
        .pigment = 0.7,
        .paper = 0.7,
        .grain = 0.6}},
  };
  return table;
}

void check(const media::Image8& photo, PaintOptions options, int tile_px) {
  if (photo.bytes.empty()) core::fail(ErrorKind::BadRequest, "paint: expected a picture, got an empty one");
  if (tile_px < 64 || tile_px % kTileGrid != 0)
    core::fail(ErrorKind::BadRequest,
               "paint: expected tiles of at least 64 pixels and a multiple of {}, got {}", kTileGrid,
               tile_px);
  visit_fields(options, [](const std::string& name, auto& value, const core::Field& field) {
    core::check_field(name, value, field);
  });
}

}  // namespace

std::vector<std::string> look_names() {
  std::vector<std::string> names;
  for (const auto& look : looks()) names.emplace_back(look.name);
  return names;
}

PaintOptions look_options(const std::string& name) {
  for (const auto& look : looks())
    if (look.name == name) return look.options;
  core::fail(ErrorKind::BadRequest, "paint: there is no look '{}'{}", name,
             core::suggestion(name, look_names()));
}

media::Image8 paint(const media::Image8& photo, const PaintOptions& options, int tile_px) {
  return paint(photo, scene_of(photo), options, tile_px);
}

media::Image8 paint(const media::Image8& photo, const Scene& scene, const PaintOptions& options,
                    int tile_px) {
  check(photo, options, tile_px);
  const PaintPlan plan = paint_plan(photo, scene, options);
  const int margin = tile_margin(plan);
  media::Image8 result(photo.width, photo.height, photo.channels % 2 == 0 ? 4 : 3);
  const cv::Rect whole(0, 0, photo.width, photo.height);
  for (int top = 0; top < photo.height; top += tile_px)
    for (int left = 0; left < photo.width; left += tile_px) {
      const cv::Rect inner = cv::Rect(left, top, tile_px, tile_px) & whole;
      cv::Rect part(left - margin, top - margin, tile_px + 2 * margin, tile_px + 2 * margin);
      part &= cv::Rect(0, 0, (photo.width + 3) / 4 * 4, (photo.height + 3) / 4 * 4);
      store_pixels(paint_tile(plan, pixels_of(photo, part), part), part.tl(), inner, result);
    }
  return result;
}

}  // namespace sakuga::compose

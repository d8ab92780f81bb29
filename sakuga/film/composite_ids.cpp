// What a finished frame depends on, and the paintings that it needs.
#include <algorithm>
#include <cmath>

#include "sakuga/compose/painter.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/composite.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/resize.h"

namespace sakuga::film {

namespace {

constexpr int kVersion = 2;          // Of the composite: raise it when its pictures change.
constexpr int kPaintingVersion = 1;  // Of paintings.
constexpr int kWidestPainting = 8192;

nlohmann::ordered_json matrix_json(const compose::Affine& m) {
  return {m.xx, m.xy, m.x0, m.yx, m.yy, m.y0};
}

// The layer's own keys that change its picture; where and when it is seen is told by the frame.
nlohmann::ordered_json lasting(const Layer& layer) {
  auto json = core::fields_to_json(layer);
  for (const char* name : {"name",  "from",    "to",       "fade_in",  "fade_out", "first", "loop",
                           "file",  "licence", "author",   "origin",   "opacity",  "x",     "y",
                           "scale", "rotate",  "anchor_x", "anchor_y", "flip",     "fit",   "depth"})
    json.erase(name);
  return json;
}

media::Image8 cropped8(const media::Image8& photo, const Layer& layer) {
  const int left = int(std::lround(layer.crop_left * photo.width)),
            top = int(std::lround(layer.crop_top * photo.height));
  const int right = int(std::lround(layer.crop_right * photo.width));
  const int bottom = int(std::lround(layer.crop_bottom * photo.height));
  media::Image8 part(std::max(1, photo.width - left - right), std::max(1, photo.height - top - bottom),
                     photo.channels);
  for (int y = 0; y < part.height; ++y)
    std::copy_n(photo.at(left, top + y), size_t(part.width) * size_t(part.channels), part.at(0, y));
  return part;
}

}  // namespace

nlohmann::ordered_json CompositingStage::layer_id(Plane& plane, int64_t frame) {
  const auto& layer = *plane.layer;
  nlohmann::ordered_json json = {lasting(layer), matrix_json(through_camera(layer, frame))};
  const auto add = [&](const auto& options) { json.push_back(core::fields_to_json(options)); };
  if (layer.source != "particles" && layer.source != "lines")
    json.push_back(matrix_json(placement(plane, frame)));
  if (layer.is_picture()) json.push_back(plane.clip->id(frame));
  if (layer.source == "figure") json.push_back(figure_->result().id(frame));
  if (layer.source == "plate") json.push_back(figure_->plate().id(frame));
  if (layer.source == "particles") {
    add(layer.particles);
    json.push_back(double(frame - 1) / shot_.rate().value());
  }
  if (layer.source == "lines") {
    add(layer.lines);
    json.push_back(frame / layer.lines.hold);
  }
  if (layer.source == "gradient") add(layer.gradient);
  add(layer.grade);
  if (layer.shadow.opacity > 0) add(layer.shadow);
  if (layer.rim.strength > 0) add(layer.rim);
  if (layer.wrap.strength > 0) add(layer.wrap);
  if (layer.glow.strength > 0) add(layer.glow);
  return json;
}

std::string CompositingStage::id(int64_t frame) {
  nlohmann::ordered_json json = {"comp", kVersion, width_, height_, scale_};
  for (auto& plane : planes_) {
    const auto& layer = *plane.layer;
    const double opacity =
        presence(layer, frame, frames_) * layer.opacity * move_at(layer.move, double(frame)).opacity;
    if (plane.is_matte)
      json.push_back({layer.name, layer_id(plane, frame)});
    else if (opacity > 0)
      json.push_back({opacity, layer_id(plane, frame)});
  }
  const auto& finish = shot_.finish;
  json.push_back(core::fields_to_json(finish.grade));
  if (finish.glow.strength > 0) json.push_back(core::fields_to_json(finish.glow));
  if (finish.lines.opacity > 0)
    json.push_back({core::fields_to_json(finish.lines), frame / finish.lines.hold});
  if (finish.grain.amount > 0)
    json.push_back({core::fields_to_json(finish.grain), frame / finish.grain.hold});
  return digest(json);
}

// The photo is enlarged to the size at which it will be seen before it is painted, so that brush strokes have
// the size of brush strokes.
media::Image CompositingStage::painted(Plane& plane) {
  const auto& layer = *plane.layer;
  const auto at = placement(plane, layer.from);
  const double seen = std::hypot(at.xx, at.yx) * scale_;
  const int width = std::clamp(int(std::lround(plane.width * seen)), 1, kWidestPainting);
  const int height = std::max(1, int(std::lround(double(plane.height) * width / plane.width)));
  const auto name = digest({"paint", kPaintingVersion, plane.clip->id(layer.from), layer.look, width, height,
                            layer.crop_left, layer.crop_right, layer.crop_top, layer.crop_bottom});
  if (!paintings_.has(name)) {
    const auto photo = media::to_image8(plane.clip->at(layer.from));
    const auto sized = media::resize(cropped8(photo, layer), width, height);
    paintings_.put(name, media::to_image(compose::paint(sized, compose::look_options(layer.look))));
  }
  return paintings_.get(name);
}

void CompositingStage::paint_backgrounds() {
  core::Progress progress("paint", "pictures", int64_t(planes_.size()));
  int64_t done = 0;
  for (auto& plane : planes_) {
    core::check_interrupt();
    if (!plane.layer->look.empty()) painted(plane);
    progress.update(++done);
  }
}

std::vector<std::filesystem::path> CompositingStage::write_paintings(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::vector<std::filesystem::path> files;
  for (auto& plane : planes_) {
    if (plane.layer->look.empty()) continue;
    files.push_back(folder / (plane.layer->name + ".png"));
    media::write_image(files.back(), media::to_image8(painted(plane)));
  }
  return files;
}

}  // namespace sakuga::film

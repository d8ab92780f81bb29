#include "sakuga/film/composite.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/blend.h"
#include "sakuga/compose/blur.h"
#include "sakuga/compose/over.h"
#include "sakuga/core/error.h"
#include "sakuga/film/at_once.h"
#include "sakuga/film/at_scale.h"
#include "sakuga/media/colour.h"

namespace sakuga::film {

using core::ErrorKind;
using core::fail;

namespace {

// The part of a picture that the crops leave.
struct Part {
  int x, y, width, height;
};

Part part_of(const Layer& layer, int width, int height) {
  const int left = int(std::lround(layer.crop_left * width)), top = int(std::lround(layer.crop_top * height));
  const int right = int(std::lround(layer.crop_right * width));
  const int bottom = int(std::lround(layer.crop_bottom * height));
  return {left, top, std::max(1, width - left - right), std::max(1, height - top - bottom)};
}

media::Image cropped(const media::Image& picture, const Layer& layer) {
  const auto part = part_of(layer, picture.width, picture.height);
  media::Image result(part.width, part.height, picture.transfer);
  for (int y = 0; y < part.height; ++y)
    std::copy_n(picture.pixels.begin() + (part.y + y) * int64_t(picture.width) + part.x, part.width,
                result.pixels.begin() + y * int64_t(part.width));
  return result;
}

media::Image empty_canvas(int width, int height) {
  media::Image canvas(width, height, media::Transfer::Linear);
  for (auto& p : canvas.pixels) p = {0, 0, 0, 0};
  return canvas;
}

void cut_by(media::Image& picture, const media::Image& matte, bool invert) {
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    auto& p = picture.pixels[i];
    const float share = invert ? 1 - matte.pixels[i].a : matte.pixels[i].a;
    p = {p.r * share, p.g * share, p.b * share, p.a * share};
  }
}

}  // namespace

CompositingStage::CompositingStage(const Shot& shot, Figure* figure, int64_t frames, double scale,
                                   const std::filesystem::path& cache, FileDigests& digests)
    : Stage("comp", cache),
      shot_(shot),
      figure_(figure),
      frames_(frames),
      scale_(scale),
      width_(std::max(1, int(std::lround(double(shot.width) * scale)))),
      height_(std::max(1, int(std::lround(double(shot.height) * scale)))),
      paintings_(cache / "paint") {
  open_planes(shot, digests);
  for (const auto& plane : planes_) check_cover(plane);
}

void CompositingStage::open_planes(const Shot& shot, FileDigests& digests) {
  for (const auto& layer : shot.layers) {
    Plane plane = {.layer = &layer};
    if (layer.is_picture())
      plane.clip = std::make_unique<Clip>(shot.folder() / layer.file,
                                          ClipOptions{.first = layer.first, .loop = layer.loop},
                                          fmt::format("layer '{}'", layer.name), digests);
    if (!layer.look.empty() && plane.clip->length() > 1)
      fail(ErrorKind::BadRequest, "layer '{}': a look paints a still, got {} frames in {}", layer.name,
           plane.clip->length(), layer.file);
    for (const auto& other : shot.layers) plane.is_matte = plane.is_matte || other.matte == layer.name;
    size_plane(plane);
    planes_.push_back(std::move(plane));
  }
}

void CompositingStage::size_plane(Plane& plane) {
  const auto& layer = *plane.layer;
  plane.width = int(shot_.width);
  plane.height = int(shot_.height);
  if (plane.clip || layer.is_figure()) {
    const auto& info = plane.clip ? plane.clip->info() : figure_->plate().clip().info();
    const auto part = part_of(layer, info.width, info.height);
    plane.width = part.width;
    plane.height = part.height;
  }
}

compose::Affine CompositingStage::placement(const Plane& plane, int64_t frame) const {
  const auto& layer = *plane.layer;
  const double wide = double(shot_.width) / plane.width, high = double(shot_.height) / plane.height;
  const bool figure = layer.is_figure();
  double fit = 1;
  if (layer.fit == "cover") fit = std::max(wide, high);
  if (layer.fit == "contain" || (layer.fit == "auto" && figure)) {
    // A cropped figure keeps the size that the whole plate has.
    const auto& info = figure       ? figure_->plate().clip().info()
                       : plane.clip ? plane.clip->info()
                                    : media::FramesInfo{};
    fit = figure ? std::min(double(shot_.width) / info.width, double(shot_.height) / info.height)
                 : std::min(wide, high);
  }
  const auto move = move_at(layer.move, double(frame));
  auto options = layer.transform;
  options.x += move.x;
  options.y += move.y;
  options.scale *= move.scale;
  options.rotate += move.rotate;
  const double width = plane.width * fit, height = plane.height * fit;
  const auto placed = compose::matrix_of(options, int(std::lround(width)), int(std::lround(height)));
  const compose::Affine centred = {.x0 = (double(shot_.width) - width) / 2,
                                   .y0 = (double(shot_.height) - height) / 2};
  return compose::after(centred, compose::after(placed, {.xx = fit, .yy = fit}));
}

compose::Affine CompositingStage::through_camera(const Layer& layer, int64_t frame) const {
  const auto camera = compose::camera_at(shot_.camera, double(frame));
  return compose::plane_matrix(camera, layer.depth, int(shot_.width), int(shot_.height));
}

void CompositingStage::check_cover(const Plane& plane) {
  const auto& layer = *plane.layer;
  if (layer.edge != "refuse") return;
  for (int64_t frame = layer.from; frame <= (layer.to > 0 ? layer.to : frames_); ++frame) {
    const auto back = compose::inverse(compose::after(through_camera(layer, frame), placement(plane, frame)));
    double missing = 0;
    for (const double x : {0.0, double(shot_.width)})
      for (const double y : {0.0, double(shot_.height)}) {
        const double at_x = back.xx * x + back.xy * y + back.x0, at_y = back.yx * x + back.yy * y + back.y0;
        missing = std::max({missing, -at_x, at_x - plane.width, -at_y, at_y - plane.height});
      }
    if (missing > 0.5)
      fail(ErrorKind::BadRequest,
           "layer '{}': its picture of {}x{} pixels is smaller than needed: at frame {} the frame shows "
           "{:.0f} pixels "
           "beyond its edge; raise its scale, move less, or set edge = \"extend\"",
           layer.name, plane.width, plane.height, frame, missing);
  }
}

size_t CompositingStage::index_of(const std::string& layer) const {
  const auto found =
      std::find_if(planes_.begin(), planes_.end(), [&](const Plane& p) { return p.layer->name == layer; });
  return size_t(found - planes_.begin());
}

bool CompositingStage::shows_figure() const {
  return std::any_of(planes_.begin(), planes_.end(),
                     [](const Plane& p) { return p.layer->source == "figure"; });
}

std::vector<int64_t> CompositingStage::needs(const std::vector<int64_t>& frames) {
  return shows_figure() ? frames : std::vector<int64_t>{};
}

std::string CompositingStage::content(const Layer& layer) {
  auto& plane = planes_[index_of(layer.name)];
  return plane.clip ? plane.clip->content() : "";
}

float CompositingStage::opacity(const Layer& layer, int64_t frame) const {
  return float(presence(layer, frame, frames_) * layer.opacity * move_at(layer.move, double(frame)).opacity);
}

bool CompositingStage::is_seen(const Plane& plane, int64_t frame) const {
  return plane.is_matte || opacity(*plane.layer, frame) > 0;
}

void CompositingStage::make(const std::vector<int64_t>& frames, const std::function<void()>& done) {
  run_at_once(frames, [&](int64_t frame) -> FrameTask {
    const auto inputs = std::make_shared<Inputs>(read(frame));
    const auto work = [this, inputs, frame, name = id(frame)] {
      if (inputs->get_figure) inputs->figure = inputs->get_figure();
      store().put(name, render(frame, *inputs));
    };
    return {.work = work, .finish = done};
  });
}

CompositingStage::Inputs CompositingStage::read(int64_t frame) {
  Inputs inputs;
  inputs.clips.resize(planes_.size());
  for (size_t i = 0; i < planes_.size(); ++i) {
    auto& plane = planes_[i];
    const auto& layer = *plane.layer;
    if (!is_seen(plane, frame)) continue;
    if (layer.source == "figure" && !inputs.get_figure) inputs.get_figure = figure_->result().getter(frame);
    if (layer.source == "plate" && !inputs.plate) inputs.plate = figure_->plate().get(frame);
    if (layer.source == "gradient" && !plane.ready)
      plane.ready = compose::gradient(width_, height_, layer.gradient);
    if (!plane.clip) continue;
    if (plane.clip->length() > 1)
      inputs.clips[i] = plane.clip->at(frame);
    else if (!plane.ready)
      plane.ready = prepared(layer, layer.look.empty() ? plane.clip->at(frame) : painted(plane));
  }
  return inputs;
}

media::Image CompositingStage::render(int64_t frame, const Inputs& inputs) const {
  auto canvas = empty_canvas(width_, height_);
  for (size_t i = 0; i < planes_.size(); ++i)
    if (!planes_[i].is_matte) lay(i, frame, inputs, canvas);
  return compose::unpremultiplied(finished(std::move(canvas), frame));
}

void CompositingStage::lay(size_t plane, int64_t frame, const Inputs& inputs, media::Image& canvas) const {
  const auto& layer = *planes_[plane].layer;
  const float share = opacity(layer, frame);
  if (share <= 0) return;
  auto picture = drawn(plane, frame, inputs);
  if (!layer.matte.empty()) cut_by(picture, drawn(index_of(layer.matte), frame, inputs), layer.matte_invert);
  if (layer.shadow.opacity > 0) {
    auto options = at_scale(layer.shadow, scale_);
    const auto camera = through_camera(layer, frame);
    options.ground = (camera.yx * double(shot_.width) / 2 +
                      camera.yy * options.ground * double(shot_.height) + camera.y0) /
                     double(shot_.height);
    canvas = compose::blended(compose::contact_shadow(picture, options), std::move(canvas),
                              compose::BlendMode::Normal, share);
  }
  picture = lit(layer, frame, std::move(picture), canvas);
  canvas = compose::blended(picture, std::move(canvas), compose::blend_mode_from_name(layer.blend), share);
}

media::Image CompositingStage::lit(const Layer& layer, int64_t frame, media::Image picture,
                                   const media::Image& behind) const {
  if (layer.rim.strength > 0) {
    auto options = at_scale(layer.rim, scale_);
    const auto camera = through_camera(layer, frame);
    const double x = options.x, y = options.y;
    options.x = scale_ * (camera.xx * x + camera.xy * y + camera.x0);
    options.y = scale_ * (camera.yx * x + camera.yy * y + camera.y0);
    picture = compose::rim_lit(std::move(picture), options);
  }
  if (layer.wrap.strength > 0)
    picture = compose::light_wrapped(std::move(picture), behind, at_scale(layer.wrap, scale_));
  return compose::glowing(std::move(picture), at_scale(layer.glow, scale_));
}

media::Image CompositingStage::finished(media::Image canvas, int64_t frame) const {
  const auto& finish = shot_.finish;
  canvas = compose::graded(std::move(canvas), finish.grade);
  if (finish.lines.opacity > 0)
    canvas = compose::blended(compose::speed_lines(width_, height_, frame, at_scale(finish.lines, scale_)),
                              std::move(canvas), compose::BlendMode::Normal);
  canvas = compose::glowing(std::move(canvas), at_scale(finish.glow, scale_));
  return compose::grained(std::move(canvas), frame, at_scale(finish.grain, scale_));
}

media::Image CompositingStage::drawn(size_t index, int64_t frame, const Inputs& inputs) const {
  const auto& plane = planes_[index];
  const auto& layer = *plane.layer;
  const double seconds = double(frame - 1) / shot_.rate().value();
  if (layer.source == "particles")
    return compose::particles(width_, height_, seconds, at_scale(layer.particles, scale_));
  if (layer.source == "lines")
    return compose::speed_lines(width_, height_, frame, at_scale(layer.lines, scale_));
  const auto& read = layer.source == "figure"  ? *inputs.figure
                     : layer.source == "plate" ? *inputs.plate
                                               : inputs.clips[index];
  const auto picture = plane.ready ? media::Image() : prepared(layer, read);
  const auto& pixels = plane.ready ? *plane.ready : picture;
  // Pixels of the picture at hand (cropped, painted at another size, a preview) to those of the shot.
  const compose::Affine own = {.xx = double(plane.width) / pixels.width,
                               .yy = double(plane.height) / pixels.height};
  const auto matrix = compose::after(
      {.xx = double(width_) / double(shot_.width), .yy = double(height_) / double(shot_.height)},
      compose::after(through_camera(layer, frame), compose::after(placement(plane, frame), own)));
  const bool extend = layer.edge == "extend" || layer.edge == "refuse" ||
                      (layer.edge == "auto" && layer.source == "gradient");
  auto result = compose::transformed(pixels, matrix, width_, height_,
                                     extend ? compose::Edge::Extended : compose::Edge::Transparent);
  if (layer.blur > 0)
    result = compose::blurred(result, layer.blur * scale_,
                              extend ? compose::Edge::Extended : compose::Edge::Transparent);
  return result;
}

media::Image CompositingStage::prepared(const Layer& layer, const media::Image& picture) const {
  auto part = layer.look.empty() ? cropped(picture, layer) : picture;
  return compose::graded(compose::premultiplied(media::converted(std::move(part), media::Transfer::Linear)),
                         layer.grade);
}

}  // namespace sakuga::film

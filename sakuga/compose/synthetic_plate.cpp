#include "sakuga/compose/synthetic_plate.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cv_blur.h"
#include "sakuga/compose/cv_image.h"
#include "sakuga/compose/noise_row.h"
#include "sakuga/compose/over.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

using media::Image;
using media::Rgba;
using media::Transfer;

constexpr int kShutterSamples = 12;

// What a camera records of lit paint, linear light: chroma keying green and blue, and a yellow-green wall.
Rgba paint(const std::string& name) {
  if (name == "blue") return {0.045f, 0.12f, 0.62f};
  if (name == "yellow") return {0.60f, 0.58f, 0.012f};
  return {0.06f, 0.46f, 0.11f};
}

Image lit_screen(const SyntheticPlateOptions& options) {
  Image screen(int(options.width), int(options.height), Transfer::Linear);
  const Rgba colour = paint(options.screen);
  const float w = float(options.width), h = float(options.height);
  const float farthest = std::hypot(0.7f * w, 0.75f * h);
  for (int y = 0; y < screen.height; ++y)
    for (int x = 0; x < screen.width; ++x) {
      const float far = std::hypot(float(x) - 0.3f * w, float(y) - 0.25f * h) / farthest;
      const float fold = std::sin(9 * float(x) / w + 3 * std::sin(5 * float(y) / h)) *
                         std::sin(31 * float(x) / w + 7 * float(y) / h);
      const float light =
          std::exp2(-float(options.stops) * std::min(far, 1.0f)) * (1 + float(options.creases) * fold);
      const float tint = 0.04f * (far - 0.5f);
      screen.pixels[size_t(y) * screen.width + x] = {colour.r * light * (1 + tint), colour.g * light,
                                                     colour.b * light * (1 - tint), 1};
    }
  return screen;
}

Image at_figure_size(Image sprite, const SyntheticPlateOptions& options) {
  sprite = premultiplied(converted(std::move(sprite), Transfer::Linear));
  const double scale = options.figure * double(options.height) / sprite.height;
  Image sized(std::max(1, int(std::lround(sprite.width * scale))),
              std::max(1, int(std::lround(sprite.height * scale))), Transfer::Linear);
  cv::Mat out = as_matrix(sized);
  cv::resize(as_matrix(sprite), out, out.size(), 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return sized;
}

// The place of the figure at a time in frames: it sways, leans and bobs.
cv::Matx23d placed(const Image& sprite, const SyntheticPlateOptions& options, double time) {
  const double phase = 2 * std::numbers::pi * time / double(options.period);
  const double angle = 0.05 * std::sin(phase + 0.7);
  const double x = double(options.width) * (0.5 + options.sway * std::sin(phase));
  const double y = double(options.height) * (0.1 + 0.02 * std::sin(2 * phase)) + sprite.height / 2.0;
  const double c = std::cos(angle), s = std::sin(angle);
  const double mx = sprite.width / 2.0, my = sprite.height / 2.0;
  return {c, -s, x - c * mx + s * my, s, c, y - s * mx - c * my};
}

// Premultiplied, averaged while the shutter is open.
Image moving(const Image& sprite, const SyntheticPlateOptions& options, int64_t index) {
  const int samples = options.shutter > 0 && options.sway > 0 ? kShutterSamples : 1;
  Image sum(int(options.width), int(options.height), Transfer::Linear);
  cv::Mat total = as_matrix(sum);
  total = cv::Scalar::all(0);
  cv::Mat one;
  for (int i = 0; i < samples; ++i) {
    const double time = double(index) + options.shutter * ((i + 0.5) / samples - 0.5);
    cv::warpAffine(as_matrix(sprite), one, placed(sprite, options, time), total.size(), cv::INTER_LINEAR,
                   cv::BORDER_CONSTANT, cv::Scalar::all(0));
    total += one * (1.0 / samples);
  }
  return sum;
}

// How much of the screen each pixel of the figure sees: its surroundings without the figure.
cv::Mat rim(const Image& figure) {
  return 1 - blurred_matrix(alpha_of(figure), std::max(1.0, figure.height / 60.0), Edge::Extended);
}

}  // namespace

SyntheticPlate::SyntheticPlate(std::vector<Image> sprites, SyntheticPlateOptions options)
    : options_(std::move(options)) {
  if (sprites.empty())
    core::fail(core::ErrorKind::BadRequest, "synthetic plate: expected at least one sprite");
  visit_fields(options_, [](const std::string& name, const auto& value, const core::Field& field) {
    core::check_field(name, value, field);
  });
  for (auto& sprite : sprites) {
    if (sprite.pixels.empty())
      core::fail(core::ErrorKind::BadRequest,
                 "synthetic plate: expected sprites with pixels, got an empty one");
    sprites_.push_back(at_figure_size(std::move(sprite), options_));
  }
  screen_ = lit_screen(options_);
}

SyntheticFrame SyntheticPlate::frame(int64_t index) const {
  const Image& sprite = sprites_[size_t(index / options_.hold) % sprites_.size()];
  const Image figure = moving(sprite, options_, index);
  const cv::Mat around = rim(figure);
  std::vector<float> noise(figure.pixels.size() * 3);
  fill_noise(noise, uint64_t(options_.seed), uint64_t(index));
  SyntheticFrame frame{screen_, unpremultiplied(figure)};
  for (size_t i = 0; i < figure.pixels.size(); ++i) {
    const Rgba f = figure.pixels[i];
    Rgba& p = frame.plate.pixels[i];
    const float screen = 1 - f.a + float(options_.spill) * around.ptr<float>()[i] * f.a;
    // The slope of the sRGB curve is near 2.2 times the root of the linear value.
    const auto recorded = [&](float light, float normal) {
      return std::max(0.0f, light + 2.2f * float(options_.noise) * std::sqrt(light) * normal);
    };
    p = {recorded(f.r + p.r * screen, noise[3 * i]), recorded(f.g + p.g * screen, noise[3 * i + 1]),
         recorded(f.b + p.b * screen, noise[3 * i + 2]), 1};
  }
  return frame;
}

Image SyntheticPlate::clean_plate() const {
  return screen_;
}

}  // namespace sakuga::compose

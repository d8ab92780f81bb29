#include "sakuga/models/posed_generator.h"

#include <bit>
#include <numbers>

#include "sakuga/core/error.h"
#include "sakuga/models/tagged_generator.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

using torch::Tensor;

constexpr int64_t kFirstMap = 16;
constexpr double kQuiet = 0.25;  // Of what steers or ends the net: grey pictures at first.

// The picture's frame in its own height (rig/artist.cpp, rig/sheet.h: kMeanCamera) and the sphere in radii of
// the skull, somewhat larger so that the chin lies on it.
constexpr double kRadius = 0.4095, kCentreX = 0.5, kCentreY = 0.45, kSphere = 1.15;
constexpr double kNape = 0.9;  // The head rolls about this point below its centre.

const PosedGeneratorOptions& checked(const PosedGeneratorOptions& options) {
  if (!std::has_single_bit(uint64_t(options.size)))
    core::fail(core::ErrorKind::BadRequest, "posed-generator: size should be a power of two, is {}",
               options.size);
  for (const int64_t tag : {options.yaw_tag, options.pitch_tag, options.roll_tag})
    if (tag >= options.tags)
      core::fail(core::ErrorKind::BadRequest,
                 "posed-generator: yaw, pitch and roll should be among the {} tags, but one is {}",
                 options.tags, tag);
  return options;
}

int64_t width_at(const PosedGeneratorOptions& options, int64_t map) {
  return std::min(options.width * options.size / map, options.max_width);
}

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).padding(kernel / 2).bias(false));
}

int64_t place_channels(int64_t octaves) {
  return 5 * (1 + 2 * octaves);
}

// Places and the sines and cosines of their octaves: [n, place_channels(), map, map] for the engine.
Tensor place_features(const Tensor& angles, int64_t map, int64_t octaves) {
  const auto places = head_places(angles, map);
  std::vector<Tensor> all = {places};
  for (int64_t octave = 0; octave < octaves; ++octave) {
    const auto phase = places * (std::numbers::pi * double(1 << octave) / 2);
    all.push_back(phase.sin());
    all.push_back(phase.cos());
  }
  return nn::to_compute(torch::cat(all, 1));
}

}  // namespace

Tensor head_places(const Tensor& angles, int64_t map) {
  const auto at = (torch::arange(map, angles.options()) + 0.5) / double(map);
  const auto of = [&](int64_t axis) { return angles.select(1, axis).view({-1, 1, 1}); };
  const auto yaw = of(0), pitch = of(1), roll = of(2);
  const auto shape = [&](const Tensor& t) { return t.expand({angles.size(0), map, map}); };
  const auto across = shape((at - kCentreX).view({1, 1, map})),
             down = shape((at - kCentreY).view({1, map, 1}));
  // Backwards: from the picture to the head before it rolled about the nape, was turned and lifted.
  const auto x0 = across / kRadius, y0 = down / kRadius - kNape;
  const auto x = roll.cos() * x0 + roll.sin() * y0, y = roll.cos() * y0 - roll.sin() * x0 + kNape;
  const auto z = (kSphere * kSphere - x * x - y * y).clamp_min(0).sqrt();
  const auto side = yaw.cos() * x - yaw.sin() * z, out = yaw.sin() * x + yaw.cos() * z;
  const auto low = pitch.cos() * y + pitch.sin() * out, front = pitch.cos() * out - pitch.sin() * y;
  return torch::stack({side, low, front, 2 * across, 2 * down}, 1);
}

Tensor eye_places(const Tensor& angles, int64_t map) {
  // An eye's centre on the head and half of what it may fill on the picture, in radii of the skull
  // (rig/eye.cpp).
  constexpr double kAside = 0.415, kLow = 0.235, kFront = 0.62, kHalfWidth = 0.32, kHalfHeight = 0.26;
  const auto places = head_places(angles, map);
  const auto of = [&](int64_t axis) { return angles.select(1, axis).view({-1, 1, 1}); };
  const auto yaw = of(0), pitch = of(1), roll = of(2);
  const auto low = pitch.cos() * kLow - pitch.sin() * kFront, out = pitch.sin() * kLow + pitch.cos() * kFront;
  const auto across = places.select(1, 3) / (2 * kRadius), down = places.select(1, 4) / (2 * kRadius) - kNape;
  auto seen = torch::zeros_like(across);
  for (const double side : {-kAside, kAside}) {
    const auto x = yaw.cos() * side + yaw.sin() * out, z = yaw.cos() * out - yaw.sin() * side;
    const auto y = low - kNape;
    const auto aside = (across - (roll.cos() * x - roll.sin() * y)).abs(),
               below = (down - (roll.cos() * y + roll.sin() * x)).abs();
    seen = seen.maximum(
        (aside < kHalfWidth).logical_and(below < kHalfHeight).logical_and(z > 0).to(seen.dtype()));
  }
  return seen.unsqueeze(1);
}

SteeredConvImpl::SteeredConvImpl(int64_t in, int64_t out, bool enlarge, int64_t places, int64_t code)
    : enlarge_(enlarge),
      scale_(register_module("scale", torch::nn::Linear(torch::nn::LinearOptions(code, out).bias(false)))),
      shift_(register_module("shift", torch::nn::Linear(code, out))) {
  if (in > 0) conv_ = register_module("conv", conv(in, out, 3));
  if (places > 0) place_ = register_module("place", conv(places, out, 1));
}

Tensor SteeredConvImpl::forward(const Tensor& x, const Tensor& places, const Tensor& code) {
  const Tensor placed = place_ ? nn::conv2d(places, place_->weight, {}) : Tensor();
  Tensor y = placed;
  if (conv_) {
    Tensor weight = conv_->weight;
    if (enlarge_) weight = enlarging_weight_.defined() ? enlarging_weight_ : enlarging_weight(weight);
    y = nn::conv2d(x, weight, {}, {.padding = 1, .pixel_shuffle = enlarge_, .residual = placed});
  }
  return nn::modulate(y, 1 + dense(*scale_, code), dense(*shift_, code), true);
}

void SteeredConvImpl::keep_enlarging_weight() {
  torch::NoGradGuard no_grad;
  if (enlarge_) enlarging_weight_ = enlarging_weight(conv_->weight);
}

PosedGeneratorImpl::PosedGeneratorImpl(const PosedGeneratorOptions& options)
    : options_(checked(options)),
      mapping_(register_module("mapping", torch::nn::ModuleList())),
      layers_(register_module("layers", torch::nn::ModuleList())),
      colours_(register_module("colours", torch::nn::Linear(options.code, 3 * (options.width + 1)))) {
  const int64_t code = options.code;
  for (int64_t i = 0; i < options.mapping; ++i)
    mapping_->push_back(torch::nn::Linear(i == 0 ? options.noise + options.tags : code, code));
  for (int64_t map = kFirstMap; map <= options.size; map *= 2) {
    const int64_t width = width_at(options, map), before = map == kFirstMap ? 0 : width_at(options, map / 2);
    layers_->push_back(SteeredConv(before, width, map > kFirstMap, place_channels(options.octaves), code));
    for (int64_t i = 0; i < options.blocks; ++i)
      layers_->push_back(SteeredConv(width, width, false, 0, code));
  }
  initialise(*this, "he");
  torch::NoGradGuard no_grad;
  for (const auto& item : named_parameters())
    if (item.key().ends_with("scale.weight") || item.key().ends_with("shift.weight"))
      Tensor(item.value()).mul_(kQuiet);
  colours_->weight.mul_(kQuiet / double(options.width));
}

Tensor PosedGeneratorImpl::angles(const Tensor& tags) const {
  constexpr double kDegree = std::numbers::pi / 180;
  const auto angle = [&](int64_t tag, double most) {
    return tag < 0 ? torch::zeros({tags.size(0)}, tags.options())
                   : (2 * tags.select(1, tag) - 1) * most * kDegree;
  };
  return torch::stack(
      {angle(options_.yaw_tag, 90), angle(options_.pitch_tag, 30), angle(options_.roll_tag, 30)}, 1);
}

Tensor PosedGeneratorImpl::forward(const Tensor& noise, const Tensor& tags) {
  const auto code = mapped(mapping_, noise, tags);
  const auto turned = angles(tags);
  Tensor x, places;
  const auto of_a_map = size_t(options_.blocks + 1);
  for (size_t i = 0; i < layers_->size(); ++i) {
    if (i % of_a_map == 0) places = place_features(turned, kFirstMap << (i / of_a_map), options_.octaves);
    x = layers_[i]->as<SteeredConv>()->forward(x, places, code);
  }

  const int64_t n = noise.size(0), width = options_.width;
  const auto colours = dense(*colours_, code).view({n, 3, width + 1});
  const auto fills = nn::from_compute(x).view({n, width, -1});
  const auto drawn = torch::baddbmm(colours.narrow(2, width, 1), colours.narrow(2, 0, width), fills);
  const auto picture = drawn.view({n, 3, options_.size, options_.size});
  return is_training() ? picture : picture.clamp(-1, 1);
}

void PosedGeneratorImpl::prepare_for_drawing() {
  for (const auto& layer : *layers_) layer->as<SteeredConv>()->keep_enlarging_weight();
}

}  // namespace sakuga::models

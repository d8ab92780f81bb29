#include "sakuga/train/keyframe_patches.h"

#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"
#include "sakuga/models/keyframe_net.h"
#include "sakuga/models/strips.h"
#include "sakuga/nn/compute.h"

namespace sakuga::train {
namespace {

using core::ErrorKind;
using core::fail;
using torch::Tensor;
namespace F = torch::nn::functional;

constexpr int64_t kBorder = 4;  // Pixels along a patch's border that do not count: they see its end.

void check_pair(const KeyPair& pair) {
  if (pair.plate.pixels.empty()) fail(ErrorKind::BadRequest, "stylise: a key frame's plate is empty");
  if (pair.plate.width != pair.painting.width || pair.plate.height != pair.painting.height)
    fail(ErrorKind::BadRequest,
         "stylise: the painting is {}x{} but its plate {}x{}; paint at the plate's size", pair.painting.width,
         pair.painting.height, pair.plate.width, pair.plate.height);
}

// [1, 3, h, w] in [-1, 1] and [1, 1, h, w]: the painting's colours and what of them counts.
std::pair<Tensor, Tensor> painting_tensors(const KeyPair& pair) {
  const int64_t height = pair.plate.height, width = pair.plate.width, count = height * width;
  auto colours = torch::empty({1, 3, height, width}), weight = torch::empty({1, 1, height, width});
  auto *out = colours.data_ptr<float>(), *counts = weight.data_ptr<float>();
  for (int64_t i = 0; i < count; ++i) {
    const auto& p = pair.painting.pixels[size_t(i)];
    out[i] = 2 * p.r - 1;
    out[count + i] = 2 * p.g - 1;
    out[2 * count + i] = 2 * p.b - 1;
    counts[i] = std::clamp(p.a, 0.0f, 1.0f) * std::clamp(pair.plate.pixels[size_t(i)].a, 0.0f, 1.0f);
  }
  return {colours.clamp_(-1, 1), weight};
}

// Grows a frame that is smaller than a patch.
Tensor at_least(const Tensor& x, int64_t side, bool zeros) {
  const int64_t rows = std::max<int64_t>(0, side - x.size(2)),
                columns = std::max<int64_t>(0, side - x.size(3));
  if (rows == 0 && columns == 0) return x;
  auto options = F::PadFuncOptions({0, columns, 0, rows});
  return zeros ? F::pad(x, options) : F::pad(x, options.mode(torch::kReplicate));
}

std::vector<int32_t> places_of(const Tensor& weight) {
  const auto* counts = weight.data_ptr<float>();
  std::vector<int32_t> places;
  for (int64_t i = 0; i < weight.numel(); ++i)
    if (counts[i] > 0.5f) places.push_back(int32_t(i));
  return places;
}

// Of these the tenth where painting and large fills differ most: eyes, lines, edges of tones.
std::vector<int32_t> details_of(const std::vector<int32_t>& places, const Tensor& painting,
                                const Tensor& features) {
  const auto difference = (painting - features.narrow(1, 3, 3)).abs().sum(1).nan_to_num().contiguous();
  const auto* values = difference.data_ptr<float>();
  auto details = places;
  const auto end = details.begin() + std::max<std::ptrdiff_t>(1, std::ptrdiff_t(details.size()) / 10);
  std::nth_element(details.begin(), end - 1, details.end(), [&](int32_t a, int32_t b) {
    return values[a] != values[b] ? values[a] > values[b] : a < b;
  });
  details.erase(end, details.end());
  return details;
}

// The plate's colours shaken, its fills alike: each patch a little lighter or darker and of another tint, and
// grain on the plate.
void shake(PatchBatch& batch, double strength, core::Rng& rng) {
  if (strength == 0) return;
  const int64_t n = batch.plate.size(0);
  auto gain = torch::empty({n, 3, 1, 1}), lift = torch::empty({n, 3, 1, 1});
  for (int64_t i = 0; i < 3 * n; ++i) {
    gain.data_ptr<float>()[i] = float(1 + 2 * strength * (rng.uniform() - 0.5));
    lift.data_ptr<float>()[i] = float(2 * strength * (rng.uniform() - 0.5));
  }
  auto grain = torch::empty_like(batch.plate);
  core::fill_normal({grain.data_ptr<float>(), size_t(grain.numel())}, rng.next_u32(), 1);
  batch.plate = (batch.plate * gain + lift + grain * (0.5 * strength)).clamp_(-1, 1);
  for (const int64_t first : {0, 3}) {
    auto fills = batch.features.narrow(1, first, 3);
    fills.copy_((fills * gain + lift).clamp_(-1, 1));
  }
}

}  // namespace

Tensor extras_tensor(const media::Image& guide, const media::Image& plate, bool guided) {
  const int64_t height = (plate.height + 1) / 2, width = (plate.width + 1) / 2, count = height * width;
  if (guided && (guide.width != width || guide.height != height))
    fail(ErrorKind::BadRequest, "stylise: the guide is {}x{}, expected {}x{}", guide.width, guide.height,
         width, height);
  auto extras = torch::zeros({1, 4, height, width});
  auto* out = extras.data_ptr<float>();
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x) {
      const int64_t i = y * width + x;
      if (guided) {
        const auto& g = guide.pixels[size_t(i)];
        out[i] = g.r;
        out[count + i] = g.g;
        out[2 * count + i] = g.b;
      }
      out[3 * count + i] =
          std::clamp(plate.pixels[size_t(2 * y) * size_t(plate.width) + size_t(2 * x)].a, 0.0f, 1.0f);
    }
  return extras;
}

KeyframePatches::KeyframePatches(std::span<const KeyPair> pairs, const KeyframeTraining& options)
    : options_(options) {
  if (pairs.empty()) fail(ErrorKind::BadRequest, "stylise: no painted frame to learn from");
  for (const auto& pair : pairs) {
    check_pair(pair);
    Frame frame;
    std::tie(frame.painting, frame.weight) = painting_tensors(pair);
    const int64_t side = options.patch;
    frame.plate =
        at_least(models::padded_to_multiple(models::premultiplied_tensor(pair.plate), 2), side, false);
    frame.features = models::KeyframeNetImpl::features(frame.plate);
    frame.extras = at_least(extras_tensor(pair.guide, pair.plate, options.guide > 0), side / 2, false);
    frame.painting = at_least(models::padded_to_multiple(frame.painting, 2), side, false);
    frame.weight =
        F::pad(frame.weight, F::PadFuncOptions({0, frame.painting.size(3) - frame.weight.size(3), 0,
                                                frame.painting.size(2) - frame.weight.size(2)}));
    frame.places = places_of(frame.weight);
    if (frame.places.empty())
      fail(ErrorKind::BadRequest,
           "stylise: a painted frame has nothing to learn from, plate or painting is transparent everywhere");
    frame.details = details_of(frame.places, frame.painting, frame.features);
    frames_.push_back(std::move(frame));
  }
}

PatchBatch KeyframePatches::batch(int64_t step) const {
  core::Rng rng(uint64_t(options_.seed), uint64_t(step));
  const int64_t side = options_.patch;
  std::vector<Tensor> plates, features, extras, paintings, weights;
  for (int64_t i = 0; i < options_.batch; ++i) {
    const auto& frame = frames_[size_t(rng.below(frames_.size()))];
    const auto& places = i % 2 == 0 ? frame.places : frame.details;
    const int64_t place = places[size_t(rng.below(places.size()))];
    const int64_t height = frame.plate.size(2), width = frame.plate.size(3);
    // A patch around the place, on even pixels, inside the frame.
    const auto start = [&](int64_t at, int64_t length) {
      const int64_t first = at - int64_t(rng.below(uint64_t(side)));
      return std::clamp<int64_t>(first, 0, length - side) / 2 * 2;
    };
    const int64_t y = start(place / width, height), x = start(place % width, width);
    const auto cut = [&](const Tensor& map, int64_t part) {
      return map.narrow(2, y / part, side / part).narrow(3, x / part, side / part);
    };
    plates.push_back(cut(frame.plate, 1));
    features.push_back(cut(frame.features, 1));
    auto extra = cut(frame.extras, 2).clone();
    if (rng.uniform() >= options_.guide) extra.narrow(1, 0, 3).zero_();
    extras.push_back(extra);
    paintings.push_back(cut(frame.painting, 1));
    weights.push_back(cut(frame.weight, 1));
  }
  PatchBatch batch{torch::cat(plates), torch::cat(features), torch::cat(extras), torch::cat(paintings),
                   torch::cat(weights)};
  shake(batch, options_.noise, rng);
  if (side > 4 * kBorder) {
    auto inner = torch::zeros({1, 1, side, side});
    inner.narrow(2, kBorder, side - 2 * kBorder).narrow(3, kBorder, side - 2 * kBorder).fill_(1);
    batch.weight = batch.weight * inner;
  }
  const auto device = nn::compute_device();
  return {batch.plate.to(device), batch.features.to(device), batch.extras.to(device),
          batch.painting.to(device), batch.weight.to(device)};
}

}  // namespace sakuga::train

#include "sakuga/train/metrics/kid.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/resize.h"
#include "sakuga/train/metrics/picture_set.h"

namespace sakuga::metrics {
namespace {

using core::ErrorKind;
using core::expect_error;

FeatureSet waves(int64_t count, int64_t dimension, double phase, double factor = 1, double shift = 0) {
  FeatureSet set = {.dimension = dimension};
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < dimension; ++j) {
      const double value =
          double(float(std::sin(0.7 * double(i) + 1.3 * double(j) + phase) + 0.1 * double(j)));
      set.values.push_back(float(value * factor + shift));
    }
  return set;
}

FeatureSet normal(int64_t count, int64_t dimension, uint64_t seed, float shift = 0) {
  FeatureSet set = {.dimension = dimension, .values = std::vector<float>(size_t(count * dimension))};
  core::fill_normal(set.values, seed);
  for (float& value : set.values) value += shift;
  return set;
}

// The definition, pair by pair.
double slow_mmd2(const FeatureSet& x, const std::vector<int64_t>& xs, const FeatureSet& y,
                 const std::vector<int64_t>& ys, double scale) {
  const auto kernel = [&](std::span<const float> a, std::span<const float> b) {
    double dot = 0;
    for (size_t i = 0; i < a.size(); ++i) dot += double(a[i]) * double(b[i]);
    return std::pow(dot / (scale * scale) / double(a.size()) + 1, 3);
  };
  const double m = double(xs.size());
  double within = 0, across = 0;
  for (size_t i = 0; i < xs.size(); ++i)
    for (size_t j = 0; j < xs.size(); ++j) {
      if (i != j) within += kernel(x[xs[i]], x[xs[j]]) + kernel(y[ys[i]], y[ys[j]]);
      across += kernel(x[xs[i]], y[ys[j]]);
    }
  return within / (m * (m - 1)) - 2 * across / (m * m);
}

std::vector<int64_t> drawn_rows(int64_t count, int64_t m, uint64_t seed, uint64_t stream) {
  std::vector<int64_t> order(size_t(count), 0);
  std::iota(order.begin(), order.end(), 0);
  core::Rng rng(seed, stream);
  for (size_t i = 0; i < size_t(m) && m < count; ++i)
    std::swap(order[i], order[i + rng.below(order.size() - i)]);
  order.resize(size_t(m));
  return order;
}

TEST(KernelDistance, IsTheOneOfNumpy) {  // tests/golden/kid.py
  EXPECT_NEAR(kernel_distance(waves(40, 16, 0), waves(40, 16, 0.3)).value, -17.525239, 1e-3);
  EXPECT_NEAR(kernel_distance(waves(40, 16, 0, 1.5), waves(40, 16, 0, 1, 0.5)).value, 29.426187, 2e-3);
}

TEST(KernelDistance, IsTheDefinitionOnTheSubsetsThatTheHeaderNames) {
  const auto x = normal(30, 24, 1, 0.2f), y = normal(45, 24, 2);
  double squares = 0;
  for (const float value : y.values) squares += double(value) * double(value);
  const double scale = std::sqrt(squares / double(y.values.size()));
  std::vector<double> values;
  for (uint64_t s = 0; s < 7; ++s)
    values.push_back(100 *
                     slow_mmd2(x, drawn_rows(30, 20, 9, 2 * s), y, drawn_rows(45, 20, 9, 2 * s + 1), scale));
  const double mean = std::accumulate(values.begin(), values.end(), 0.) / 7;
  double variance = 0;
  for (const double value : values) variance += (value - mean) * (value - mean) / 7;

  const auto kid = kernel_distance(x, y, {.subsets = 7, .subset_size = 20, .seed = 9});
  EXPECT_NEAR(kid.value, mean, 1e-3);
  EXPECT_NEAR(kid.deviation, std::sqrt(variance), 1e-3);
  EXPECT_EQ(kid.subset_size, 20);
}

TEST(KernelDistance, IsUnbiasedForSmallSets) {
  double sum = 0, squares = 0;
  for (uint64_t trial = 0; trial < 200; ++trial) {
    const double value =
        kernel_distance(normal(10, 8, 2 * trial), normal(10, 8, 2 * trial + 1), {.subsets = 1}).value;
    sum += value;
    squares += value * value;
  }
  const double mean = sum / 200, error = std::sqrt((squares / 200 - mean * mean) / 200);
  EXPECT_LT(std::abs(mean), 3 * error);
}

TEST(KernelDistance, DoesNotDependOnTheUnitOfTheFeatures) {
  auto x = normal(50, 8, 1, 0.5f), y = normal(60, 8, 2);
  const double plain = kernel_distance(x, y).value;
  for (auto* set : {&x, &y})
    for (float& value : set->values) value *= 1000;
  EXPECT_NEAR(kernel_distance(x, y).value, plain, 1e-3);
}

TEST(KernelDistance, GrowsWithTheDifference) {
  const auto y = normal(200, 8, 2);
  const double near = kernel_distance(normal(200, 8, 1, 0.1f), y).value;
  const double far = kernel_distance(normal(200, 8, 1, 0.5f), y).value;
  EXPECT_LT(near, far);
  EXPECT_GT(far, 10);
}

TEST(KernelDistance, RefusesWhatItCannotCompare) {
  const auto one = normal(1, 8, 1), some = normal(9, 8, 1), wide = normal(9, 16, 1);
  expect_error(ErrorKind::BadRequest, "at least two pictures on each side, got 1 and 9",
               [&] { kernel_distance(one, some); });
  expect_error(ErrorKind::BadRequest, "vectors of 8 and of 16 numbers", [&] { kernel_distance(some, wide); });
  const FeatureSet zeros = {.dimension = 8, .values = std::vector<float>(72, 0.f)};
  expect_error(ErrorKind::BadRequest, "have the size 0", [&] { kernel_distance(some, zeros); });
}

const std::filesystem::path kShared = SAKUGA_SOURCE_DIR "/../shared";

TEST(ProtocolS, ShowsPicturesAt64ThenAt128ToSqueezenet) {
  const auto weights = kShared / "models/squeezenet1_0.safetensors";
  if (!std::filesystem::exists(weights)) GTEST_SKIP() << "needs ../shared/models";
  const FeatureProtocol protocol(models::FeatureModel::load(weights));
  EXPECT_TRUE(protocol.text().starts_with(
      "protocol S: 64x64 by Lanczos, 128x128 by bicubic, squeezenet1_0, last fire module"))
      << protocol.text();

  media::Image8 picture(96, 96, 3);
  for (size_t i = 0; i < picture.bytes.size(); ++i) picture.bytes[i] = uint8_t(i * 7919 >> 5);
  const auto small = media::resize(picture, 64, 64, media::Filter::Lanczos3);
  const auto shown = media::resize(small, 128, 128, media::Filter::Bicubic);
  const auto set = protocol.features(std::span(&picture, 1));
  EXPECT_EQ(set.dimension, 512);
  EXPECT_EQ(set.values, models::FeatureModel::load(weights)->features(std::span(&shown, 1)));
  EXPECT_EQ(protocol.features(std::span(&small, 1)).values, set.values);
}

TEST(ProtocolS, TakesSizesFrom16) {
  const auto weights = kShared / "models/squeezenet1_0.safetensors";
  if (!std::filesystem::exists(weights)) GTEST_SKIP() << "needs ../shared/models";
  expect_error(ErrorKind::BadRequest, "from 16 to 1024 pixels, got 8",
               [&] { FeatureProtocol(models::FeatureModel::load(weights), 8); });
}

TEST(ProtocolS, FindsNoDistanceBetweenHalvesOfOneSetAndMuchToAnother) {
  const auto weights = kShared / "models/squeezenet1_0.safetensors";
  const auto faces = kShared / "data/faces_tags96.zip", others = kShared / "data/characters128.zip";
  if (!std::filesystem::exists(weights) || !std::filesystem::exists(faces)) GTEST_SKIP() << "needs ../shared";
  const FeatureProtocol protocol(models::FeatureModel::load(weights));
  const auto features = [&](const PictureSet& set) {
    std::vector<media::Image8> pictures;
    for (int64_t i = 0; i < set.size(); ++i) pictures.push_back(set.picture(i));
    return protocol.features(pictures);
  };
  const auto [a, b] = PictureSet::open(faces).sample(300, 0).halves(0);
  const auto reference = features(b);
  const auto same = kernel_distance(features(a), reference);
  const auto other = kernel_distance(features(PictureSet::open(others).sample(100, 0)), reference);
  EXPECT_LT(std::abs(same.value), 5);
  EXPECT_NEAR(other.value, 90, 15);
}

}  // namespace
}  // namespace sakuga::metrics

#include "sakuga/compose/flow_mean.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

constexpr int kSide = 96;

// Soft spots that move to the right by `step` pixels a frame.
media::Image spots(int index, float step) {
  media::Image image(kSide, kSide);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      const float u = float(x) - step * float(index);
      const float v = 0.5f + 0.25f * std::sin(u / 5) * std::cos(float(y) / 6) + 0.2f * std::sin(u / 13);
      image.pixels[size_t(y * kSide + x)] = {v, v, 1 - v, 1};
    }
  return image;
}

media::Image shivering(media::Image image, int index) {
  core::Rng rng(7, uint64_t(index));
  for (auto& p : image.pixels) {
    const float noise = 0.1f * float(rng.uniform() - 0.5);
    p = {p.r + noise, p.g + noise, p.b + noise, p.a};
  }
  return image;
}

std::vector<media::Image> calmed(const std::vector<media::Image>& plates,
                                 const std::vector<media::Image>& drawings, int64_t reach) {
  FlowMean mean(reach);
  std::vector<media::Image> results;
  media::Image result;
  for (size_t i = 0; i < plates.size(); ++i) {
    mean.push(plates[i], drawings[i]);
    while (mean.pop(result)) results.push_back(result);
  }
  mean.finish();
  while (mean.pop(result)) results.push_back(result);
  return results;
}

double error(const media::Image& a, const media::Image& b) {
  double sum = 0;
  for (int y = 16; y < kSide - 16; ++y)
    for (int x = 16; x < kSide - 16; ++x) {
      const size_t i = size_t(y * kSide + x);
      sum += std::pow(a.pixels[i].r - b.pixels[i].r, 2);
    }
  return std::sqrt(sum / ((kSide - 32) * (kSide - 32)));
}

struct Clip {
  std::vector<media::Image> plates, drawings;
};

Clip moving_clip(int frames) {
  Clip clip;
  for (int i = 0; i < frames; ++i) {
    clip.plates.push_back(spots(i, 1.5f));
    clip.drawings.push_back(shivering(spots(i, 1.5f), i));
  }
  return clip;
}

TEST(FlowMean, TakesShiversOutOfWhatMoves) {
  const auto clip = moving_clip(7);
  const auto results = calmed(clip.plates, clip.drawings, 3);
  ASSERT_EQ(results.size(), 7u);
  EXPECT_LT(error(results[3], clip.plates[3]), 0.6 * error(clip.drawings[3], clip.plates[3]));
}

TEST(FlowMean, DependsOnItsNeighboursAlone) {
  const auto clip = moving_clip(8);
  const auto whole = calmed(clip.plates, clip.drawings, 2);
  const auto part = calmed({clip.plates.begin() + 2, clip.plates.begin() + 7},
                           {clip.drawings.begin() + 2, clip.drawings.begin() + 7}, 2);
  EXPECT_TRUE(part[2].pixels == whole[4].pixels);
}

TEST(FlowMean, ReachZeroPassesOn) {
  const auto clip = moving_clip(3);
  const auto results = calmed(clip.plates, clip.drawings, 0);
  ASSERT_EQ(results.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(results[i].pixels, clip.drawings[i].pixels);
}

TEST(FlowMean, EndsAtACut) {
  Clip clip = moving_clip(3);
  for (int i = 0; i < 3; ++i) {
    media::Image other(kSide, kSide);
    core::Rng rng(3);
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x)
        other.pixels[size_t(y * kSide + x)] =
            (x / 8 + y / 8) % 2 ? media::Rgba{1, 1, 1, 1} : media::Rgba{0, 0, 0, 1};
    clip.plates.push_back(other);
    for (auto& p : other.pixels) p = {0.3f, 0.3f, 0.3f, 1};
    clip.drawings.push_back(other);
  }
  const auto results = calmed(clip.plates, clip.drawings, 3);
  for (size_t i = 3; i < 6; ++i)
    for (const auto& p : results[i].pixels) ASSERT_NEAR(p.r, 0.3f, 1e-5f);
}

TEST(FlowMean, KeepsAlphaAndTakesNothingFromWhatIsTransparent) {
  Clip clip = moving_clip(3);
  for (size_t i = 0; i < 3; ++i)
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        auto& p = clip.drawings[i].pixels[size_t(y * kSide + x)];
        p = y < kSide / 2 ? media::Rgba{0, 0, 0, 0} : media::Rgba{0.8f, 0.8f, 0.8f, 1};
      }
  const auto results = calmed(clip.plates, clip.drawings, 2);
  for (size_t i = 0; i < results[1].pixels.size(); ++i) {
    EXPECT_EQ(results[1].pixels[i].a, clip.drawings[1].pixels[i].a);
    if (results[1].pixels[i].a > 0) {
      ASSERT_NEAR(results[1].pixels[i].r, 0.8f, 1e-4f);
    }
  }
}

TEST(FlowMean, RefusesSizesThatDifferAndWhatComesTooLate) {
  EXPECT_THROW(FlowMean(-1), core::Error);
  EXPECT_THROW(FlowMean(kMostMeanReach + 1), core::Error);
  FlowMean mean(1);
  EXPECT_THROW(mean.push(media::Image(40, 40), media::Image(40, 41)), core::Error);
  mean.push(media::Image(40, 40), media::Image(40, 40));
  EXPECT_THROW(mean.push(media::Image(41, 40), media::Image(41, 40)), core::Error);
  mean.finish();
  EXPECT_THROW(mean.push(media::Image(40, 40), media::Image(40, 40)), core::Error);
}

}  // namespace
}  // namespace sakuga::compose

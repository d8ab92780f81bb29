#include "sakuga/compose/steady.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "sakuga/compose/fidelity.h"
#include "sakuga/compose/warp_error.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

using media::Image;

// A textured scene, panned: the frame at time t looks `speed * t` pixels further right. Scenes differ by
// kind.
Image scene(float t, float speed, int kind = 0, int width = 112, int height = 80) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float u = float(x) + speed * t + 300 * float(kind), v = float(y);
      const float wave = std::sin(0.21f * u + 1.5f * std::sin(0.13f * v)) + std::cos(0.17f * v + 0.06f * u);
      const float fine = 0.06f * std::sin(0.9f * u) * std::sin(0.8f * v);
      const float bricks = std::sin(0.5f * u) * std::sin(0.4f * v) > 0 ? 0.3f : -0.3f;
      const float grey = kind ? 0.6f + bricks : 0.5f + 0.17f * wave + fine;
      image.pixels[size_t(y) * width + x] = {grey, 0.8f * grey + 0.1f, 0.9f - 0.7f * grey, 1};
    }
  return image;
}

// What a stylisation may do to it: steps of brightness.
Image styled(Image image) {
  for (auto& p : image.pixels)
    for (float* v : {&p.r, &p.g, &p.b}) *v = *v + 0.03f * std::sin(40 * *v);
  return image;
}

Image flickering(Image image, int t) {
  std::mt19937 random(unsigned(t) * 31 + 7);
  std::uniform_real_distribution<float> uniform(-1, 1);
  const float gain = 1 + 0.08f * uniform(random), left = 0.05f * uniform(random);
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    auto& p = image.pixels[i];
    const float g = gain + left * (1 - float(i % image.width) / float(image.width)),
                n = 0.04f * uniform(random);
    p = {p.r * g + n, p.g * g + n, p.b * g + n, 1};
  }
  return image;
}

struct Clip {
  std::vector<Image> plates, frames;
};

struct Steadied {
  std::vector<Image> frames;
  std::vector<SteadyReport> reports;
};

Steadied steadied(const Clip& clip, const SteadyOptions& options = {}) {
  Steady steady(options);
  Steadied result;
  const auto take = [&] {
    Image frame;
    SteadyReport report;
    while (steady.pop(frame, &report)) {
      result.frames.push_back(frame);
      result.reports.push_back(report);
    }
  };
  for (size_t i = 0; i < clip.frames.size(); ++i) {
    steady.push(clip.plates[i], clip.frames[i]);
    take();
  }
  steady.finish();
  take();
  return result;
}

float largest_difference(const Image& a, const Image& b) {
  float worst = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) {
    const auto &p = a.pixels[i], &q = b.pixels[i];
    worst =
        std::max({worst, std::abs(p.r - q.r), std::abs(p.g - q.g), std::abs(p.b - q.b), std::abs(p.a - q.a)});
  }
  return worst;
}

TEST(Steady, LeavesAStillSequenceAlone) {
  Clip clip;
  for (int t = 0; t < 10; ++t) {
    clip.plates.push_back(scene(0, 0));
    clip.frames.push_back(styled(scene(0, 0)));
    clip.frames.back().pixels[size_t(t)].r += 1e-3f;  // Not a hold.
  }
  const auto result = steadied(clip);
  ASSERT_EQ(result.frames.size(), 10u);
  for (int t = 0; t < 10; ++t) EXPECT_LT(largest_difference(result.frames[t], clip.frames[t]), 1 / 255.0f);
}

TEST(Steady, LeavesASteadyPanAlone) {
  Clip clip;
  for (int t = 0; t < 12; ++t) {
    clip.plates.push_back(scene(float(t), 1.5f));
    clip.frames.push_back(styled(clip.plates.back()));
  }
  const auto result = steadied(clip);
  for (int t = 0; t < 12; ++t) {
    EXPECT_LT(mean_square_error(result.frames[t], clip.frames[t]), 0.35 / (255 * 255.0)) << t;
    EXPECT_GT(edge_sharpness(result.frames[t], clip.frames[t]), 0.99) << t;
  }
}

// Warp errors of a flickering pan and of what it becomes, PSNR and sharpness to the one without flicker.
struct Cure {
  double warp_before = 0, warp_after = 0, psnr_before = 0, psnr_after = 0, sharp = 0;
};

Cure cure_of_a_pan(float speed) {
  Clip clip, truth;
  for (int t = 0; t < 14; ++t) {
    clip.plates.push_back(scene(float(t), speed));
    truth.frames.push_back(styled(clip.plates.back()));
    clip.frames.push_back(flickering(truth.frames.back(), t));
  }
  const auto result = steadied(clip);
  WarpMeter meter(2);
  double before = 0, after = 0, sharp = 0;
  for (int t = 0; t < 14; ++t) {
    meter.add(clip.plates[t], std::vector<const Image*>{&clip.frames[t], &result.frames[t]});
    before += mean_square_error(clip.frames[t], truth.frames[t]) / 14;
    after += mean_square_error(result.frames[t], truth.frames[t]) / 14;
    sharp += edge_sharpness(result.frames[t], truth.frames[t]) / 14;
  }
  return {meter.errors(0).short_term, meter.errors(1).short_term, psnr_of(before), psnr_of(after), sharp};
}

TEST(Steady, CuresAFlickeringPan) {
  for (const float speed : {1.5f, 2.0f}) {
    const auto cure = cure_of_a_pan(speed);
    EXPECT_LT(cure.warp_after, 0.2 * cure.warp_before) << speed;
    EXPECT_GT(cure.psnr_after, cure.psnr_before + 5) << speed;
    EXPECT_GT(cure.sharp, 0.95) << speed;
    EXPECT_LT(cure.sharp, 1.05) << speed;
  }
}

// Two shots of very different brightness.
Clip two_shots() {
  Clip clip;
  for (int t = 0; t < 16; ++t) {
    clip.plates.push_back(scene(float(t), 1, t < 8 ? 0 : 1));
    auto frame = styled(clip.plates.back());
    for (auto& p : frame.pixels) p = {p.r * (t < 8 ? 0.5f : 1), p.g * (t < 8 ? 0.5f : 1), p.b, 1};
    clip.frames.push_back(frame);
  }
  return clip;
}

TEST(Steady, FindsACutAndCarriesNothingAcrossIt) {
  const auto clip = two_shots();
  const auto result = steadied(clip);
  for (int t = 0; t < 16; ++t) EXPECT_EQ(result.reports[t].cut, t == 8) << t;
  Clip second;
  second.plates.assign(clip.plates.begin() + 8, clip.plates.end());
  second.frames.assign(clip.frames.begin() + 8, clip.frames.end());
  const auto alone = steadied(second);
  for (int t = 0; t < 8; ++t) EXPECT_TRUE(result.frames[8 + t].pixels == alone.frames[t].pixels) << t;
}

TEST(Steady, KeepsHoldsEqualBitByBit) {
  Clip clip;
  for (int t = 0; t < 18; ++t) {
    clip.plates.push_back(scene(float(t), 1.5f));
    const int drawing = t / 3;
    clip.frames.push_back(flickering(styled(scene(3 * float(drawing), 1.5f)), drawing));
  }
  const auto result = steadied(clip);
  ASSERT_EQ(result.frames.size(), 18u);
  for (int t = 0; t < 18; ++t) {
    EXPECT_EQ(result.reports[t].hold, t % 3 != 0) << t;
    EXPECT_EQ(result.reports[t].frame, t);
    if (t == 0) continue;
    EXPECT_EQ(result.frames[t].pixels == result.frames[t - 1].pixels, t % 3 != 0) << t;
  }
}

TEST(Steady, LeavesASequenceThatIsAllOneHoldBitByBitAsItIs) {
  Clip clip;
  for (int t = 0; t < 9; ++t) {
    clip.plates.push_back(scene(float(t), 1));
    clip.frames.push_back(styled(scene(0, 1)));
  }
  for (const auto& frame : steadied(clip).frames) EXPECT_TRUE(frame.pixels == clip.frames[0].pixels);
}

TEST(Steady, GivesAClipOfOneFrameBack) {
  const auto plate = scene(0, 0);
  const auto result = steadied({{plate}, {styled(plate)}});
  ASSERT_EQ(result.frames.size(), 1u);
  EXPECT_TRUE(result.frames[0].pixels == styled(plate).pixels);
}

TEST(Steady, TakesTinyFrames) {
  Clip clip;
  for (int t = 0; t < 4; ++t) {
    clip.plates.push_back(scene(float(t), 1, 0, 3, 1));
    clip.frames.push_back(flickering(clip.plates.back(), t));
  }
  EXPECT_EQ(steadied(clip).frames.size(), 4u);
}

TEST(Steady, HoldsBackNoMoreThanItsLookahead) {
  const SteadyOptions options = {.lookahead = 3};
  Steady steady(options);
  Image frame;
  for (int t = 0; t < 20; ++t) {
    const auto plate = scene(float(t), 1, 0, 64, 48);
    steady.push(plate, flickering(plate, t));
    EXPECT_EQ(steady.pop(frame), t >= 3) << t;
    EXPECT_FALSE(steady.pop(frame));
  }
}

TEST(Steady, LeavesAlphaAsItIs) {
  Clip clip;
  for (int t = 0; t < 8; ++t) {
    clip.plates.push_back(scene(float(t), 1));
    clip.frames.push_back(flickering(clip.plates.back(), t));
    for (size_t i = 0; i < clip.frames[t].pixels.size(); ++i)
      clip.frames[t].pixels[i].a = i % 112 < size_t(40 + t) ? 0 : i % 112 < size_t(44 + t) ? 0.5f : 1;
  }
  const auto result = steadied(clip);
  for (int t = 0; t < 8; ++t)
    for (size_t i = 0; i < result.frames[t].pixels.size(); ++i)
      ASSERT_EQ(result.frames[t].pixels[i].a, clip.frames[t].pixels[i].a);
}

TEST(Steady, DoesNotSmoothAChangeOfLightInThePlate) {
  Clip clip;
  for (int t = 0; t < 14; ++t) {
    auto plate = scene(float(t), 1);
    for (auto& p : plate.pixels)
      if (t < 7) p = {p.r * 0.5f, p.g * 0.5f, p.b * 0.5f, 1};
    clip.plates.push_back(plate);
    clip.frames.push_back(styled(plate));
  }
  const auto result = steadied(clip);
  for (int t = 0; t < 14; ++t)
    EXPECT_GT(psnr_of(mean_square_error(result.frames[t], clip.frames[t])), 38) << t;
}

TEST(Steady, GivesTheSameBytesWhateverTheNumberOfThreads) {
  Clip clip;
  for (int t = 0; t < 5; ++t) {
    clip.plates.push_back(scene(float(t), 1.3f, 0, 101, 67));
    clip.frames.push_back(flickering(styled(clip.plates.back()), t));
  }
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const auto one = steadied(clip, {.lookahead = 2});
  omp_set_num_threads(3);
  const auto three = steadied(clip, {.lookahead = 2});
  omp_set_num_threads(threads);
  for (int t = 0; t < 5; ++t) EXPECT_TRUE(one.frames[t].pixels == three.frames[t].pixels) << t;
}

TEST(Steady, TakesFramesWithoutACopy) {
  const auto plate = scene(0, 0, 0, 64, 48);
  Steady copying, taking;
  Image frame, copied, taken;
  for (int t = 0; t < 12; ++t) {
    frame = flickering(plate, t);
    copying.push(plate, frame);
    EXPECT_TRUE(frame.pixels == flickering(plate, t).pixels);
    taking.take(plate, frame);
    const bool ready = copying.pop(copied);
    ASSERT_EQ(taking.pop(taken), ready);
    if (ready) {
      EXPECT_TRUE(taken.pixels == copied.pixels) << t;
    }
  }
}

#ifndef __SANITIZE_ADDRESS__  // Which keeps freed memory.
double resident_mib() {
  int64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return double(resident) * 4096 / (1 << 20);
}

TEST(Steady, NeedsNoMoreMemoryForALongSequence) {
  Steady steady({.lookahead = 2});
  Image frame, result;
  double early = 0;
  constexpr int kFrames = 160;  // All of them would take 37 MiB.
  for (int t = 0; t < kFrames; ++t) {
    const auto plate = scene(float(t), 0.7f, t / 60 % 2, 144, 104);
    frame = flickering(plate, t / 2);  // On twos, with cuts.
    steady.take(plate, frame);
    while (steady.pop(result)) continue;
    if (t == 40) early = resident_mib();
  }
  EXPECT_LT(resident_mib(), early + 10);
}
#endif

std::string message(const std::function<void()>& action) {
  try {
    action();
  } catch (const core::Error& error) {
    return error.what();
  }
  return "";
}

TEST(Steady, RefusesWhatDoesNotFit) {
  Steady steady;
  EXPECT_NE(message([&] { steady.push(Image(8, 8), Image(8, 9)); }).find("got 8x8 and 8x9"),
            std::string::npos);
  EXPECT_NE(message([&] { steady.push(Image(), Image()); }).find("empty"), std::string::npos);
  steady.push(Image(8, 8), Image(8, 8));
  EXPECT_NE(message([&] { steady.push(Image(9, 8), Image(9, 8)); }).find("8x8 as before"), std::string::npos);
  steady.finish();
  EXPECT_NE(message([&] { steady.push(Image(8, 8), Image(8, 8)); }), "");
  EXPECT_THROW(Steady({.memory = 0}), core::Error);
  EXPECT_THROW(Steady({.lookahead = 0}), core::Error);
}

}  // namespace
}  // namespace sakuga::compose

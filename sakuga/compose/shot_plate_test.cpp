#include "sakuga/compose/shot_plate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/painter.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image;

// Smooth blobs of many sizes and colours: a world to move a camera over.
cv::Mat3f world(int width, int height) {
  cv::Mat3f picture(height, width);
  cv::RNG random(7);
  random.fill(picture, cv::RNG::UNIFORM, 0.0f, 1.0f);
  cv::Mat3f broad;
  cv::GaussianBlur(picture, broad, {}, 9);
  cv::GaussianBlur(picture, picture, {}, 2.5);
  return (picture - cv::Scalar::all(0.5)) * 3 + (broad - cv::Scalar::all(0.5)) * 8 + cv::Scalar::all(0.5);
}

Image frame_at(const cv::Mat3f& picture, const cv::Matx33d& to_world, int width, int height) {
  cv::Mat3f cut;
  cv::warpPerspective(picture, cut, to_world, {width, height}, cv::INTER_CUBIC | cv::WARP_INVERSE_MAP,
                      cv::BORDER_REPLICATE);
  Image frame(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const cv::Vec3f c = cut(y, x);
      frame.pixels[size_t(y * width + x)] = {std::clamp(c[0], 0.0f, 1.0f), std::clamp(c[1], 0.0f, 1.0f),
                                             std::clamp(c[2], 0.0f, 1.0f), 1};
    }
  return frame;
}

cv::Mat3f matrix_of(const Image& frame) {
  cv::Mat3f result(frame.height, frame.width);
  for (int i = 0; i < frame.width * frame.height; ++i) {
    const auto& p = frame.pixels[size_t(i)];
    result(i / frame.width, i % frame.width) = {p.r, p.g, p.b};
  }
  return result;
}

// The largest mean difference between a painted frame and the next one moved by the camera's true motion, of
// 255.
double flicker(const media::Image8& painting, const ShotPlate& shot, double step_x, double step_y) {
  double worst = 0;
  for (size_t i = 0; i + 1 < shot.frame_to_plate.size(); ++i) {
    const cv::Mat3f here = matrix_of(frame_of(painting, shot, i)),
                    next = matrix_of(frame_of(painting, shot, i + 1));
    const cv::Matx33d motion(1, 0, -step_x, 0, 1, -step_y, 0, 0, 1);
    cv::Mat3f moved;
    cv::warpPerspective(next, moved, motion, next.size(), cv::INTER_CUBIC | cv::WARP_INVERSE_MAP);
    const cv::Rect inside(8, 4, 180, 110);
    worst = std::max(worst, cv::norm(here(inside), moved(inside), cv::NORM_L1) / (3.0 * inside.area()));
  }
  return worst * 255;
}

ShotPlate pan(double step_x, double step_y) {
  const cv::Mat3f scenery = world(420, 170);
  PlateBuilder builder;
  for (int i = 0; i < 24; ++i)
    builder.add(frame_at(scenery, {1, 0, 12 + step_x * i, 0, 1, 20 + step_y * i, 0, 0, 1}, 200, 120));
  return builder.finish();
}

TEST(ShotPlate, APaintedPanDoesNotFlicker) {
  const ShotPlate shot = pan(6, 1);
  EXPECT_EQ(shot.motion, CameraMotion::Pan);
  EXPECT_NEAR(shot.plate.width, 200 + 23 * 6, 2);
  EXPECT_LE(flicker(paint(shot.plate), shot, 6, 1), 1);
}

TEST(ShotPlate, APanByPartsOfAPixelIsFoundToAFewHundredths) {
  const ShotPlate shot = pan(5.25, 0.5);
  const cv::Matx33d first = shot.frame_to_plate[0];
  for (size_t i = 0; i < 24; ++i) {
    EXPECT_NEAR(shot.frame_to_plate[i](0, 2) - first(0, 2), 5.25 * double(i), 0.08);
    EXPECT_NEAR(shot.frame_to_plate[i](1, 2) - first(1, 2), 0.5 * double(i), 0.08);
  }
}

TEST(ShotPlate, WhoWalksThroughALockedShotDisappears) {
  const cv::Mat3f scenery = world(160, 120);
  PlateBuilder builder;
  Image empty = frame_at(scenery, cv::Matx33d::eye(), 160, 120);
  for (int i = 0; i < 12; ++i) {
    Image frame = empty;
    for (int y = 40; y < 100; ++y)
      for (int x = 0; x < 12; ++x) frame.pixels[size_t(y * 160 + x + 12 * i)] = {1, 0, 0, 1};
    builder.add(frame);
  }
  const ShotPlate shot = builder.finish();
  EXPECT_EQ(shot.motion, CameraMotion::Locked);
  EXPECT_EQ(shot.plate.width, 160);
  const auto clean = media::to_image8(empty);
  int wrong = 0;
  for (int y = 0; y < 120; ++y)
    for (int x = 0; x < 160; ++x) wrong += std::abs(shot.plate.at(x, y)[0] - clean.at(x, y)[0]) > 1;
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(frame_of(shot.plate, shot, 0).pixels == frame_of(shot.plate, shot, 11).pixels);
}

TEST(ShotPlate, ATurningCameraIsAHomography) {
  const cv::Mat3f scenery = world(360, 240);
  const auto turn = [](int i) {
    return cv::Matx33d(1, 0.01 * i, 40 + 4 * i, -0.008 * i, 1, 40, 0.00004 * i, 0, 1);
  };
  PlateBuilder builder;
  for (int i = 0; i < 8; ++i) builder.add(frame_at(scenery, turn(i), 200, 150));
  const ShotPlate shot = builder.finish();
  EXPECT_EQ(shot.motion, CameraMotion::Turn);
  const cv::Mat3f seen = matrix_of(frame_at(scenery, turn(7), 200, 150)),
                  cut = matrix_of(frame_of(shot.plate, shot, 7));
  const cv::Rect inside(10, 10, 180, 130);
  EXPECT_LT(cv::norm(seen(inside), cut(inside), cv::NORM_L1) / (3.0 * inside.area()), 0.01);
}

TEST(ShotPlate, RefusesACutOtherSizesAndNothing) {
  const cv::Mat3f scenery = world(160, 120);
  PlateBuilder builder;
  core::expect_error(ErrorKind::BadRequest, "got none", [&] { builder.finish(); });
  core::expect_error(ErrorKind::BadRequest, "empty", [&] { builder.add(Image()); });
  builder.add(frame_at(scenery, cv::Matx33d::eye(), 120, 90));
  core::expect_error(ErrorKind::BadRequest, "100x90",
                     [&] { builder.add(frame_at(scenery, cv::Matx33d::eye(), 100, 90)); });
  cv::Mat3f other;
  cv::flip(scenery, other, -1);
  core::expect_error(ErrorKind::Unsupported, "frame 2",
                     [&] { builder.add(frame_at(other, cv::Matx33d::eye(), 120, 90)); });
}

}  // namespace
}  // namespace sakuga::compose

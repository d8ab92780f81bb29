#include "sakuga/compose/shot_plate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "sakuga/compose/fill.h"
#include "sakuga/compose/pixels.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {

using core::ErrorKind;

namespace {

constexpr int kPoints = 600;
constexpr double kReprojection = 1.5;  // Pixels that a tracked point may miss.
constexpr double kLockedPx = 0.12;     // Shift below which the camera stands still.
constexpr double kPlainPx = 0.25;      // Root mean square by which a homography must beat a shift.
constexpr int kStackRows = 64;
constexpr int64_t kMostPixels = 100'000'000;

using Points = std::vector<cv::Point2f>;

struct Motion {
  cv::Matx33d matrix = cv::Matx33d::eye();  // From this frame to the reference frame.
  double agreeing = 0;                      // Share of the tracked points.
  double shift_misses = 0;                  // Root mean square of the best pure shift, pixels.
  cv::Vec2d shift = {0, 0};
};

cv::Mat1b grey_of(const media::Image& frame) {
  cv::Mat1b grey(frame.height, frame.width);
  for (int y = 0; y < frame.height; ++y)
    for (int x = 0; x < frame.width; ++x) {
      const media::Rgba& p = frame.pixels[size_t(y) * size_t(frame.width) + size_t(x)];
      float light = 0.3f * p.r + 0.55f * p.g + 0.15f * p.b;
      if (frame.transfer == media::Transfer::Linear) light = media::linear_to_srgb(light);
      grey(y, x) = static_cast<uint8_t>(std::clamp(light, 0.0f, 1.0f) * 255 + 0.5f);
    }
  return grey;
}

Points corners_of(const cv::Mat1b& grey) {
  Points points;
  cv::goodFeaturesToTrack(grey, points, kPoints, 0.005, std::max(4, grey.cols / 80));
  return points;
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + long(values.size() / 2));
  return values[values.size() / 2];
}

// The shift of most points, refined to the mean of those that agree.
void find_shift(const Points& from, const Points& to, Motion& motion) {
  std::vector<double> dx, dy;
  for (size_t i = 0; i < from.size(); ++i) {
    dx.push_back(to[i].x - from[i].x);
    dy.push_back(to[i].y - from[i].y);
  }
  const double mx = median(dx), my = median(dy);
  cv::Vec2d sum(0, 0);
  double squares = 0, count = 1e-9;
  for (size_t i = 0; i < from.size(); ++i)
    if (std::hypot(dx[i] - mx, dy[i] - my) < kReprojection) sum += cv::Vec2d(dx[i], dy[i]), count += 1;
  motion.shift = sum / count;
  for (size_t i = 0; i < from.size(); ++i)
    if (std::hypot(dx[i] - mx, dy[i] - my) < kReprojection)
      squares += cv::norm(cv::Vec2d(dx[i], dy[i]) - motion.shift, cv::NORM_L2SQR);
  motion.agreeing = count / double(from.size());
  // A shift that only half of them share explains nothing.
  motion.shift_misses = motion.agreeing > 0.5 ? std::sqrt(squares / count) : 1e9;
}

// The motion from `grey` to the reference; `guess` is the last frame's. agreeing is 0 if there are too few
// points.
Motion motion_between(const cv::Mat1b& reference, const Points& corners, const cv::Mat1b& grey,
                      const Motion& guess) {
  Motion motion;
  if (corners.size() < 12) return motion;
  Points found, back;
  const cv::Matx33d forward = guess.matrix.inv();
  cv::perspectiveTransform(corners, found, forward);
  std::vector<uint8_t> good, good_back;
  std::vector<float> error;
  const cv::TermCriteria stop(cv::TermCriteria::COUNT + cv::TermCriteria::EPS, 40, 0.003);
  cv::calcOpticalFlowPyrLK(reference, grey, corners, found, good, error, {21, 21}, 4, stop,
                           cv::OPTFLOW_USE_INITIAL_FLOW);
  back = corners;
  cv::calcOpticalFlowPyrLK(grey, reference, found, back, good_back, error, {21, 21}, 4, stop,
                           cv::OPTFLOW_USE_INITIAL_FLOW);
  Points from, to;
  for (size_t i = 0; i < corners.size(); ++i)
    if (good[i] && good_back[i] && cv::norm(back[i] - corners[i]) < 0.5) {
      from.push_back(found[i]);
      to.push_back(corners[i]);
    }
  if (from.size() < 12 || from.size() * 8 < corners.size()) return motion;
  find_shift(from, to, motion);
  motion.matrix = {1, 0, motion.shift[0], 0, 1, motion.shift[1], 0, 0, 1};
  cv::theRNG().state = 1;  // RANSAC draws from it.
  std::vector<uint8_t> inliers;
  const cv::Mat homography = cv::findHomography(from, to, cv::RANSAC, kReprojection, inliers);
  if (homography.empty()) return motion;
  double squares = 0, count = 1e-9;
  Points moved;
  cv::perspectiveTransform(from, moved, homography);
  for (size_t i = 0; i < from.size(); ++i)
    if (inliers[i]) squares += cv::norm(moved[i] - to[i]) * cv::norm(moved[i] - to[i]), count += 1;
  const double misses = std::sqrt(squares / count);
  if (motion.shift_misses > misses + kPlainPx) {
    motion.matrix = homography;
    motion.agreeing = count / double(from.size());
  } else {
    motion.shift_misses = 0;  // A shift is enough.
  }
  return motion;
}

media::Image8 rgb_of(const media::Image& frame) {
  const media::Image8 rgba = media::to_image8(frame);
  media::Image8 rgb(frame.width, frame.height, 3);
  for (size_t i = 0; i < rgb.bytes.size() / 3; ++i)
    std::copy_n(rgba.bytes.begin() + long(4 * i), 3, rgb.bytes.begin() + long(3 * i));
  return rgb;
}

// Twice the area of the frame's corners after `matrix`; 0 or less if they no longer go around once.
double area_after(const cv::Matx33d& matrix, int width, int height, std::vector<cv::Point2d>& corners) {
  const std::vector<cv::Point2d> own = {
      {0, 0}, {double(width), 0}, {double(width), double(height)}, {0, double(height)}};
  cv::perspectiveTransform(own, corners, matrix);
  return cv::isContourConvex(std::vector<cv::Point2f>(corners.begin(), corners.end()))
             ? 2 * cv::contourArea(std::vector<cv::Point2f>(corners.begin(), corners.end()))
             : 0;
}

}  // namespace

const char* motion_name(CameraMotion motion) {
  return motion == CameraMotion::Locked ? "locked" : motion == CameraMotion::Pan ? "pan" : "turn";
}

struct PlateBuilder::State {
  int width = 0, height = 0;
  std::vector<cv::Matx33d> to_first;
  bool turns = false;
  cv::Mat1b reference;
  Points corners;
  cv::Matx33d reference_to_first = cv::Matx33d::eye();
  Motion last;
  // Every stride-th frame, thinned out as they become too many.
  std::vector<std::pair<size_t, media::Image8>> samples;
  size_t stride = 1;

  void keep(const media::Image& frame) {
    const size_t index = to_first.size() - 1;
    if (index % stride != 0) return;
    samples.emplace_back(index, rgb_of(frame));
    if (samples.size() <= 2 * kPlateSamples) return;
    stride *= 2;
    std::erase_if(samples, [&](const auto& sample) { return sample.first % stride != 0; });
  }
};

PlateBuilder::PlateBuilder() : state_(std::make_unique<State>()) {}
PlateBuilder::~PlateBuilder() = default;

void PlateBuilder::add(const media::Image& frame) {
  State& s = *state_;
  if (frame.pixels.empty())
    core::fail(ErrorKind::BadRequest, "plate: expected a frame, got an empty picture");
  if (s.to_first.empty()) {
    s.width = frame.width;
    s.height = frame.height;
    s.reference = grey_of(frame);
    s.corners = corners_of(s.reference);
    s.to_first.push_back(cv::Matx33d::eye());
    s.keep(frame);
    return;
  }
  if (frame.width != s.width || frame.height != s.height)
    core::fail(ErrorKind::BadRequest, "plate: expected frames of {}x{}, got {}x{} as number {}", s.width,
               s.height, frame.width, frame.height, s.to_first.size() + 1);
  const cv::Mat1b grey = grey_of(frame);
  Motion motion;
  if (cv::norm(grey, s.reference, cv::NORM_INF) <= 1)
    motion.agreeing = 1;  // The same picture, with or without corners to track.
  else
    motion = motion_between(s.reference, s.corners, grey, s.last);
  if (motion.agreeing < 0.4)
    core::fail(
        ErrorKind::Unsupported,
        "plate: frame {} cannot be laid on those before it: expected a locked, panning or turning camera (is "
        "there a cut, or does the camera travel?)",
        s.to_first.size() + 1);
  s.turns = s.turns || motion.shift_misses > 0;
  s.last = motion;
  s.to_first.push_back(s.reference_to_first * motion.matrix);
  s.keep(frame);
  // Far from the reference there is little left to track: go on from here.
  const double moved =
      std::max(std::abs(motion.matrix(0, 2)) / s.width, std::abs(motion.matrix(1, 2)) / s.height);
  if (moved > 0.3) {
    s.reference = grey;
    s.corners = corners_of(grey);
    s.reference_to_first = s.to_first.back();
    s.last = {};
  }
}

namespace {

// Moves the plane so that all frames lie on it from (0, 0) on. Returns its size.
cv::Size place_frames(ShotPlate& shot) {
  double left = 0, top = 0, right = shot.width, bottom = shot.height;
  for (size_t i = 0; i < shot.frame_to_plate.size(); ++i) {
    std::vector<cv::Point2d> corners;
    const double area = area_after(shot.frame_to_plate[i], shot.width, shot.height, corners) /
                        (2.0 * shot.width * shot.height);
    if (!(area > 1.0 / 16 && area < 16))
      core::fail(ErrorKind::Unsupported,
                 "plate: frame {} turns or zooms too far from the first to share a plane", i + 1);
    for (const auto& c : corners) {
      left = std::min(left, c.x), right = std::max(right, c.x);
      top = std::min(top, c.y), bottom = std::max(bottom, c.y);
    }
  }
  left = std::floor(left + 1e-6), top = std::floor(top + 1e-6);
  const int64_t width = int64_t(std::ceil(right - left - 1e-6)),
                height = int64_t(std::ceil(bottom - top - 1e-6));
  if (width * height > kMostPixels)
    core::fail(ErrorKind::Unsupported, "plate: the shot spans {}x{} pixels, the most is {}", width, height,
               kMostPixels);
  const cv::Matx33d move(1, 0, -left, 0, 1, -top, 0, 0, 1);
  for (auto& m : shot.frame_to_plate) m = move * m;

  return {int(width), int(height)};
}

using Samples = std::vector<std::pair<size_t, media::Image8>>;

// The median of the samples that show a pixel, in rows `row` and below of the plate; `known` where there are
// any.
void stack_rows(const Samples& samples, const std::vector<size_t>& chosen, int row, ShotPlate& shot,
                cv::Mat1f& known) {
  const cv::Size size(shot.plate.width, std::min(kStackRows, shot.plate.height - row));
  std::vector<cv::Mat> strips, shown;
  for (const size_t index : chosen) {
    const auto& [frame, picture] = samples[index];
    const cv::Mat pixels(shot.height, shot.width, CV_8UC3, const_cast<uint8_t*>(picture.bytes.data()));
    const cv::Matx33d to_strip =
        cv::Matx33d(1, 0, 0, 0, 1, -double(row), 0, 0, 1) * shot.frame_to_plate[frame];
    cv::Mat strip, mask;
    cv::warpPerspective(pixels, strip, to_strip, size, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
    cv::warpPerspective(cv::Mat1b(pixels.size(), uint8_t{255}), mask, to_strip, size, cv::INTER_NEAREST);
    strips.push_back(strip);
    shown.push_back(mask);
  }
#pragma omp parallel for schedule(static)
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      std::array<uint8_t, kPlateSamples> values;
      for (int c = 0; c < 3; ++c) {
        int n = 0;
        for (size_t k = 0; k < strips.size(); ++k)
          if (shown[k].at<uint8_t>(y, x)) values[size_t(n++)] = strips[k].at<cv::Vec3b>(y, x)[c];
        if (n == 0) continue;
        std::nth_element(values.begin(), values.begin() + n / 2, values.begin() + n);
        shot.plate.at(x, row + y)[c] = values[size_t(n / 2)];
        known(row + y, x) = 1;
      }
    }
}

// What no frame shows, from around it.
void fill_unseen(const cv::Mat1f& known, media::Image8& plate) {
  if (size_t(cv::countNonZero(known)) == known.total()) return;
  const cv::Rect all(0, 0, plate.width, plate.height);
  cv::Mat3f colours;
  cv::cvtColor(pixels_of(plate, all), colours, cv::COLOR_RGBA2RGB);
  cv::Mat4f filled;
  cv::cvtColor(filled_around(colours, known), filled, cv::COLOR_RGB2RGBA);
  store_pixels(filled, {0, 0}, all, plate);
}

}  // namespace

ShotPlate PlateBuilder::finish() const {
  const State& s = *state_;
  if (s.to_first.empty()) core::fail(ErrorKind::BadRequest, "plate: expected frames, got none");
  ShotPlate shot{.plate = {}, .frame_to_plate = s.to_first, .width = s.width, .height = s.height};
  double widest = 0;
  for (const auto& m : s.to_first) widest = std::max({widest, std::abs(m(0, 2)), std::abs(m(1, 2))});
  shot.motion = s.turns ? CameraMotion::Turn : widest < kLockedPx ? CameraMotion::Locked : CameraMotion::Pan;
  if (shot.motion == CameraMotion::Locked) std::ranges::fill(shot.frame_to_plate, cv::Matx33d::eye());

  const cv::Size size = place_frames(shot);
  // Evenly fewer of the samples.
  std::vector<size_t> chosen;
  const size_t count = std::min<size_t>(s.samples.size(), kPlateSamples);
  for (size_t i = 0; i < count; ++i) chosen.push_back(i * s.samples.size() / count);
  shot.plate = media::Image8(size.width, size.height, 3);
  cv::Mat1f known(size, 0.0f);
  for (int row = 0; row < size.height; row += kStackRows) stack_rows(s.samples, chosen, row, shot, known);
  fill_unseen(known, shot.plate);
  return shot;
}

media::Image frame_of(const media::Image8& painting, const ShotPlate& shot, size_t index) {
  const cv::Mat pixels(painting.height, painting.width, CV_8UC(painting.channels),
                       const_cast<uint8_t*>(painting.bytes.data()));
  cv::Mat cut = pixels;
  if (shot.motion != CameraMotion::Locked)
    cv::warpPerspective(pixels, cut, shot.frame_to_plate[index], {shot.width, shot.height},
                        cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  media::Image frame(shot.width, shot.height, media::Transfer::Srgb);
  for (int y = 0; y < shot.height; ++y) {
    const uint8_t* p = cut.ptr<uint8_t>(y);
    for (int x = 0; x < shot.width; ++x, p += painting.channels)
      frame.pixels[size_t(y) * size_t(shot.width) + size_t(x)] = {p[0] / 255.0f, p[1] / 255.0f, p[2] / 255.0f,
                                                                  1};
  }
  return frame;
}

}  // namespace sakuga::compose

#include "sakuga/compose/classic_cel.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cel_lines.h"
#include "sakuga/compose/cv_image.h"
#include "sakuga/core/error.h"
#include "sakuga/core/vector_math.h"
#include "sakuga/core/vectorise.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

constexpr float kReach = 24;  // Pixels at a height of 512 over which neighbours matter.

// 2^(factor * step) for a row of steps.
SAKUGA_VECTORISE
void fill_weights(const float* steps, float factor, int count, float* weights) {
  for (int i = 0; i < count; ++i)
    weights[i] = core::exp2_of(core::select(factor * steps[i] > -120, factor * steps[i], -120));
}

// One direction of the recursive domain transform: each pixel takes `weight` (per pixel, towards its
// predecessor) of what came before it; forth, then back. Rows are independent.
void recursive_rows(cv::Mat& lab, const cv::Mat& distance, float feedback_log) {
  cv::parallel_for_({0, lab.rows}, [&](const cv::Range& range) {
    std::vector<float> weight(size_t(lab.cols));
    for (int y = range.start; y < range.end; ++y) {
      auto* row = lab.ptr<cv::Vec3f>(y);
      fill_weights(distance.ptr<float>(y), feedback_log * 1.442695041f, lab.cols, weight.data());
      for (int x = 1; x < lab.cols; ++x) row[x] += weight[size_t(x)] * (row[x - 1] - row[x]);
      for (int x = lab.cols - 2; x >= 0; --x) row[x] += weight[size_t(x) + 1] * (row[x + 1] - row[x]);
    }
  });
}

// Distances between neighbours in a row: 1 + sigma_s / sigma_r * the colour difference.
cv::Mat row_distances(const cv::Mat& lab, float ratio) {
  cv::Mat distance(lab.size(), CV_32F, cv::Scalar(1));
  cv::parallel_for_({0, lab.rows}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y) {
      const auto* row = lab.ptr<cv::Vec3f>(y);
      auto* out = distance.ptr<float>(y);
      for (int x = 1; x < lab.cols; ++x) {
        const auto d = row[x] - row[x - 1];
        out[x] = 1 + ratio * (std::abs(d[0]) + std::abs(d[1]) + std::abs(d[2]));
      }
    }
  });
  return distance;
}

// Edge-preserving smoothing over `sigma_px`; colours differing by much more than `sigma_range` (of Lab) are
// kept apart.
cv::Mat flattened(const cv::Mat& lab, float sigma_px, float sigma_range) {
  constexpr int kPasses = 3;
  cv::Mat result = lab.clone(), turned;
  const auto across = row_distances(lab, sigma_px / sigma_range);
  const auto down = row_distances(lab.t(), sigma_px / sigma_range);
  for (int pass = 0; pass < kPasses; ++pass) {
    const double sigma =
        sigma_px * std::sqrt(3.0) * std::pow(2, kPasses - pass - 1) / std::sqrt(std::pow(4, kPasses) - 1);
    const float feedback_log = float(-std::sqrt(2.0) / sigma);
    recursive_rows(result, across, feedback_log);
    cv::transpose(result, turned);
    recursive_rows(turned, down, feedback_log);
    cv::transpose(turned, result);
  }
  return result;
}

float length(float x, float y) {
  return std::sqrt(x * x + y * y);
}

// Lightness on one of `tones` steps, with an edge that is one pixel soft: `slope` is its change per pixel.
float quantised(float lightness, float slope, int tones) {
  const float step = 100.0f / float(tones);
  const float softness = std::clamp(slope, 1.5f, 0.5f * step);  // In units of lightness.
  const float place = std::clamp(lightness, 0.0f, 99.9f) / step;
  const float edge = std::round(place);
  const float t = std::clamp((place - edge) * step / softness + 0.5f, 0.0f, 1.0f);
  const float level = std::clamp(edge - 0.5f + t * t * (3 - 2 * t), 0.5f, float(tones) - 0.5f);
  return (0.25f + (level - 0.5f) * (float(tones) - 0.45f) / (float(tones) - 1)) * step;
}

// Raises local contrast, so that eyes and mouths keep their own tone. The surroundings are taken on the
// pixel's own side of strong edges, which therefore get no halo.
void crispen(cv::Mat& lab, float sigma_px) {
  cv::Mat lightness, around;
  cv::extractChannel(lab, lightness, 0);
  cv::extractChannel(flattened(lab, sigma_px, 30), around, 0);
  constexpr double kMost = 8;
  around = 0.8 * (lightness - around);
  lightness += cv::max(cv::min(around, kMost), -kMost);
  cv::insertChannel(cv::max(cv::min(lightness, 100.0), 0.0), lab, 0);
}

// Quantises lightness and fills shadows with colour.
void paint_tones(cv::Mat& lab, const ClassicCelOptions& options) {
  cv::Mat lightness, dx, dy;
  cv::extractChannel(lab, lightness, 0);
  cv::Sobel(lightness, dx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(lightness, dy, CV_32F, 0, 1, 3, 1.0 / 8);
  cv::parallel_for_({0, lab.rows}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y)
      for (int x = 0; x < lab.cols; ++x) {
        auto& p = lab.at<cv::Vec3f>(y, x);
        const float slope = 1.5f * length(dx.at<float>(y, x), dy.at<float>(y, x));
        const float tone = quantised(p[0], slope, int(options.tones));
        const float lit =
            100 * core::power(tone / 100, 0.85f);  // A cel's paints are lighter than a photograph.
        const float fuller = float(options.colour) * (1 + std::clamp((p[0] - tone) / 60, -0.2f, 0.3f));
        p = {lit, p[1] * fuller, p[2] * fuller};
      }
  });
}

// Where alpha is 0 a plate may hold anything: colours there are taken from the nearest covered pixels.
void fill_uncovered(cv::Mat& rgb, const cv::Mat& alpha) {
  double lowest = 1;
  cv::minMaxLoc(alpha, &lowest);
  if (lowest > 0.001) return;
  cv::Mat covered, weight, spread;
  cv::threshold(alpha, covered, 0.001, 1, cv::THRESH_BINARY);
  cv::Mat weighted = rgb.clone();
  for (int y = 0; y < rgb.rows; ++y)
    for (int x = 0; x < rgb.cols; ++x) weighted.at<cv::Vec3f>(y, x) *= covered.at<float>(y, x);
  const cv::Size window(31, 31);
  cv::boxFilter(weighted, spread, CV_32F, window);
  cv::boxFilter(covered, weight, CV_32F, window);
  for (int y = 0; y < rgb.rows; ++y)
    for (int x = 0; x < rgb.cols; ++x)
      if (covered.at<float>(y, x) == 0) {
        const float w = weight.at<float>(y, x);
        rgb.at<cv::Vec3f>(y, x) = w > 1e-4f ? spread.at<cv::Vec3f>(y, x) / w : cv::Vec3f(0.5f, 0.5f, 0.5f);
      }
}

// Darkens `lab` where there are lines.
void ink(cv::Mat& lab, const cv::Mat& line, float darkness) {
  cv::parallel_for_({0, lab.rows}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y)
      for (int x = 0; x < lab.cols; ++x) {
        auto& p = lab.at<cv::Vec3f>(y, x);
        const float t = darkness * line.at<float>(y, x);
        const cv::Vec3f colour(std::min(6 + 0.12f * p[0], p[0]), 0.4f * p[1], 0.4f * p[2]);
        p += t * (colour - p);
      }
  });
}

// The drawing of `rgb`, 0..1. `scale`: the whole picture's height over 512.
cv::Mat drawn(cv::Mat rgb, const cv::Mat& alpha, float scale, const ClassicCelOptions& options) {
  cv::Mat lab, smooth;
  fill_uncovered(rgb, alpha);
  cv::cvtColor(rgb, lab, cv::COLOR_RGB2Lab);
  const int window = 2 * int(std::lround(2 * scale)) + 1;
  cv::bilateralFilter(lab, smooth, window, 6, 1.5 * scale);
  const auto line = cel_lines(
      smooth, alpha, {.width_px = float(options.line_width) * scale, .detail = float(options.detail)});
  crispen(smooth, 8 * scale);
  cv::bilateralFilter(smooth, lab, window, 7, 3 * scale);
  if (options.flatness > 0) lab = flattened(lab, 12 * scale * float(options.flatness), 12);
  cv::GaussianBlur(lab, lab, {}, 0.8 * scale);  // Rounds the steps that rows and columns leave in outlines.
  paint_tones(lab, options);
  ink(lab, line, float(options.line));
  cv::cvtColor(lab, rgb, cv::COLOR_Lab2RGB);
  return cv::max(cv::min(rgb, 1.0), 0.0);
}

// Rectangles that hold all that is covered, `margin` of what is around it, and nothing of one another.
std::vector<cv::Rect> covered_parts(const cv::Mat& alpha, int margin) {
  cv::Mat covered, labels, statistics, centres;
  cv::threshold(alpha, covered, 0, 255, cv::THRESH_BINARY);
  covered.convertTo(covered, CV_8U);
  cv::dilate(covered, covered, cv::Mat::ones(1, 2 * margin + 1, CV_8U));
  cv::dilate(covered, covered, cv::Mat::ones(2 * margin + 1, 1, CV_8U));
  const int count = cv::connectedComponentsWithStats(covered, labels, statistics, centres);
  std::vector<cv::Rect> parts;
  for (int i = 1; i < count; ++i) {
    cv::Rect part(statistics.at<int>(i, cv::CC_STAT_LEFT), statistics.at<int>(i, cv::CC_STAT_TOP),
                  statistics.at<int>(i, cv::CC_STAT_WIDTH), statistics.at<int>(i, cv::CC_STAT_HEIGHT));
    // Grown by one that it overlaps, it may overlap others.
    for (size_t k = 0; k < parts.size();) {
      if ((parts[k] & part).empty()) {
        ++k;
        continue;
      }
      part |= parts[k];
      parts.erase(parts.begin() + std::ptrdiff_t(k));
      k = 0;
    }
    parts.push_back(part);
  }
  return parts;
}

// Colour where nothing is covered for a long way: what a grey plate becomes.
cv::Scalar bare(const ClassicCelOptions& options) {
  const cv::Mat grey(1, 1, CV_32FC3, cv::Scalar::all(0.5)), alpha(1, 1, CV_32F, cv::Scalar(1));
  const auto colour = drawn(grey.clone(), alpha, 1, options).at<cv::Vec3f>(0, 0);
  return {colour[0], colour[1], colour[2]};
}

void check(const media::Image& plate, ClassicCelOptions options) {
  if (plate.width < 1 || plate.height < 1)
    core::fail(core::ErrorKind::BadRequest, "classic cel: the picture is empty");
  visit_fields(options, [](const std::string& name, auto& value, const core::Field& field) {
    core::check_field(name, value, field);
  });
}

}  // namespace

media::Image classic_cel(const media::Image& plate, const ClassicCelOptions& options) {
  check(plate, options);
  media::Image result = media::converted(plate, media::Transfer::Srgb);
  const float scale = std::max(0.25f, float(plate.height) / 512);
  cv::Mat pixels = as_matrix(result), rgb, alpha;
  cv::cvtColor(pixels, rgb, cv::COLOR_RGBA2RGB);
  cv::extractChannel(pixels, alpha, 3);
  rgb = cv::max(cv::min(rgb, 1.0), 0.0);
  cv::Mat drawing(rgb.size(), CV_32FC3, bare(options));
  for (const auto& part : covered_parts(alpha, int(std::lround(kReach * scale))))
    drawn(rgb(part).clone(), alpha(part).clone(), scale, options).copyTo(drawing(part));
#pragma omp parallel for schedule(static)
  for (int y = 0; y < rgb.rows; ++y)
    for (int x = 0; x < rgb.cols; ++x) {
      const auto& c = drawing.at<cv::Vec3f>(y, x);
      auto& p = result.pixels[size_t(y) * size_t(rgb.cols) + size_t(x)];
      p = {c[0], c[1], c[2], p.a};
    }
  return result;
}

}  // namespace sakuga::compose

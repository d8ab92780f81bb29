#include "sakuga/compose/grain.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "sakuga/compose/noise_row.h"

namespace sakuga::compose {
namespace {

constexpr uint64_t kRows = 1 << 20;  // More than any picture has.

// Noise of standard deviation 1: one channel, height x width.
cv::Mat noise(int width, int height, uint64_t stream, const GrainOptions& options) {
  cv::Mat grains(height, width, CV_32F);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < height; ++y)
    fill_noise({grains.ptr<float>(y), size_t(width)}, uint64_t(options.seed), stream * kRows + uint64_t(y));
  if (options.size <= 0) return grains;
  const double sigma = options.size / 2;
  cv::GaussianBlur(grains, grains, {0, 0}, sigma, sigma, cv::BORDER_REFLECT);
  // A kernel with weights w leaves sqrt(sum of w^2) of white noise, once for each axis.
  const cv::Mat kernel = cv::getGaussianKernel(int(std::lround(sigma * 8 + 1)) | 1, sigma, CV_32F);
  return grains / kernel.dot(kernel);
}

float grainy(float light, float noise) {
  if (light <= 0) return light;
  const float root = std::sqrt(light);
  const float tone = 4 * std::min(root, 1.0f) * (1 - std::min(root, 1.0f));
  const float moved = std::max(0.0f, root + noise * tone);
  return moved * moved;
}

}  // namespace

media::Image grained(media::Image picture, int64_t frame, const GrainOptions& options) {
  if (options.amount == 0 || picture.pixels.empty()) return picture;
  const uint64_t stream = 4 * uint64_t(frame / options.hold);
  const float tinted = float(options.amount * options.colour);
  const float grey = float(options.amount * std::sqrt(1 - options.colour * options.colour));
  const cv::Mat base = noise(picture.width, picture.height, stream, options);
  cv::Mat own[3];
  for (uint64_t c = 0; c < 3; ++c)
    own[c] = tinted > 0 ? noise(picture.width, picture.height, stream + 1 + c, options) : base;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < picture.height; ++y) {
    auto* row = picture.pixels.data() + size_t(y) * picture.width;
    for (int x = 0; x < picture.width; ++x) {
      const float shared = grey * base.at<float>(y, x);
      row[x].r = grainy(row[x].r, shared + tinted * own[0].at<float>(y, x));
      row[x].g = grainy(row[x].g, shared + tinted * own[1].at<float>(y, x));
      row[x].b = grainy(row[x].b, shared + tinted * own[2].at<float>(y, x));
    }
  }
  return picture;
}

}  // namespace sakuga::compose

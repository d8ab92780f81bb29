#include "sakuga/compose/contact_shadow.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cv_blur.h"
#include "sakuga/compose/hex_colour.h"

namespace sakuga::compose {
namespace {

// The figure's alpha laid down on the ground. Beyond the frame's lower border a figure goes on as it was
// there.
cv::Mat laid_down(const cv::Mat& alpha, double ground, const ContactShadowOptions& options) {
  cv::Mat cast = cv::Mat::zeros(alpha.size(), CV_32F);
  for (int y = 0; y < alpha.rows; ++y) {
    const double fallen = (y + 0.5 - ground) / options.length;  // Pixels above the ground, upright.
    if (fallen < 0) continue;
    const int from = int(std::floor(ground - fallen));
    if (from < 0) continue;
    const auto* row = alpha.ptr<float>(std::min(from, alpha.rows - 1));
    const double shift = options.lean * std::abs(y + 0.5 - ground);
    auto* out = cast.ptr<float>(y);
    for (int x = 0; x < alpha.cols; ++x) {
      const int source = int(std::lround(x - shift));
      if (source >= 0 && source < alpha.cols) out[x] = row[source];
    }
  }
  return cast;
}

// A flat pool about the ground line, as wide as the figure is just above it.
cv::Mat pool(const cv::Mat& alpha, double ground, double blur) {
  cv::Mat touched = cv::Mat::zeros(alpha.size(), CV_32F);
  const int line = std::clamp(int(ground), 0, alpha.rows - 1);
  const int reach = std::max(2, int(blur));
  cv::Mat feet;
  cv::reduce(alpha.rowRange(std::max(0, line - reach), line + 1), feet, 0, cv::REDUCE_MAX);
  for (int y = std::max(0, line - reach / 4); y <= std::min(alpha.rows - 1, line + reach / 4); ++y)
    feet.copyTo(touched.row(y));
  const double sigma = std::max(0.5, blur / 2);
  cv::GaussianBlur(touched, touched, {0, 0}, 2 * sigma, std::max(0.5, sigma / 2), cv::BORDER_REPLICATE);
  return touched;
}

}  // namespace

media::Image contact_shadow(const media::Image& figure, const ContactShadowOptions& options) {
  media::Image shadow(figure.width, figure.height, media::Transfer::Linear);
  for (auto& p : shadow.pixels) p = {0, 0, 0, 0};
  if (options.opacity == 0 || figure.pixels.empty()) return shadow;
  const auto colour = linear_colour("shadow colour", options.colour);
  const double ground = options.ground * figure.height;
  const cv::Mat alpha = alpha_of(figure);
  const bool falls = options.length != 0;
  const cv::Mat cast = falls ? laid_down(alpha, ground, options) : cv::Mat::zeros(alpha.size(), CV_32F);
  const cv::Mat sharp = blurred_matrix(cast, options.blur / 4, Edge::Extended);
  const cv::Mat soft = blurred_matrix(cast, options.blur, Edge::Extended);
  const cv::Mat feet = pool(alpha, ground, options.blur);
  const double reach = std::max(1.0, std::abs(options.length) * figure.height);
  for (int y = 0; y < figure.height; ++y) {
    const float far = float(std::clamp(std::abs(y + 0.5 - ground) / reach, 0.0, 1.0));
    for (int x = 0; x < figure.width; ++x) {
      const float fallen =
          (sharp.at<float>(y, x) * (1 - far) + soft.at<float>(y, x) * far) * (1 - 0.75f * far);
      const float pooled = float(options.contact) * std::min(1.0f, 2 * feet.at<float>(y, x));
      const float a = float(options.opacity) * std::clamp(std::max(fallen, pooled), 0.0f, 1.0f);
      shadow.pixels[size_t(y) * figure.width + x] = {a * colour.r, a * colour.g, a * colour.b, a};
    }
  }
  return shadow;
}

}  // namespace sakuga::compose

#include "sakuga/compose/blur.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cv_blur.h"
#include "sakuga/compose/cv_image.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {

cv::Mat blurred_matrix(const cv::Mat& matrix, double sigma, Edge edge) {
  if (sigma <= 0) return matrix.clone();
  const int border = edge == Edge::Extended ? cv::BORDER_REPLICATE : cv::BORDER_CONSTANT;
  int factor = 1;
  while (sigma / factor > 4 && matrix.cols / factor > 16 && matrix.rows / factor > 16) factor *= 2;
  cv::Mat result;
  if (factor == 1) {
    cv::GaussianBlur(matrix, result, {0, 0}, sigma, sigma, border);
    return result;
  }
  // Padded to a multiple, so that the small picture lies exactly over the large one.
  const int wide = (matrix.cols + factor - 1) / factor * factor,
            high = (matrix.rows + factor - 1) / factor * factor;
  cv::Mat padded, small;
  cv::copyMakeBorder(matrix, padded, 0, high - matrix.rows, 0, wide - matrix.cols, border);
  cv::resize(padded, small, {wide / factor, high / factor}, 0, 0, cv::INTER_AREA);
  // Going down and up again blurs too: by a box and a tent as wide as the factor.
  const double more = (factor * factor - 1) / 12.0 + factor * factor / 6.0;
  const double rest = std::sqrt(sigma * sigma - more) / factor;
  cv::GaussianBlur(small, small, {0, 0}, rest, rest, border);
  cv::resize(small, padded, {wide, high}, 0, 0, cv::INTER_LINEAR);
  return padded(cv::Rect(0, 0, matrix.cols, matrix.rows)).clone();
}

cv::Mat alpha_of(const media::Image& picture) {
  cv::Mat alpha;
  cv::extractChannel(as_matrix(picture), alpha, 3);
  return alpha;
}

media::Image blurred(const media::Image& picture, double sigma_px, Edge edge) {
  if (picture.pixels.empty() || !(sigma_px >= 0))
    core::fail(core::ErrorKind::BadRequest,
               "blur: expected a picture and a sigma of at least 0, got {}x{} and {}", picture.width,
               picture.height, sigma_px);
  if (sigma_px == 0) return picture;
  media::Image result(picture.width, picture.height, picture.transfer);
  blurred_matrix(as_matrix(picture), sigma_px, edge).copyTo(as_matrix(result));
  return result;
}

}  // namespace sakuga::compose

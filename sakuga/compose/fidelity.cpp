#include "sakuga/compose/fidelity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

void check(const media::Image& image, const media::Image& truth) {
  if (image.width != truth.width || image.height != truth.height || image.pixels.empty())
    core::fail(core::ErrorKind::BadRequest, "fidelity: expected pictures of one size, got {}x{} and {}x{}",
               image.width, image.height, truth.width, truth.height);
}

cv::Mat luma(const media::Image& image) {
  cv::Mat result(image.height, image.width, CV_32F);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const auto& p = image.pixels[size_t(y) * image.width + x];
      result.at<float>(y, x) = 0.2126f * p.r + 0.7152f * p.g + 0.0722f * p.b;
    }
  return result;
}

cv::Mat gradient(const cv::Mat& luma) {
  cv::Mat dx, dy, magnitude;
  const cv::Matx13f difference(-0.5f, 0, 0.5f);
  cv::filter2D(luma, dx, CV_32F, difference, {-1, -1}, 0, cv::BORDER_REPLICATE);
  cv::filter2D(luma, dy, CV_32F, difference.t(), {-1, -1}, 0, cv::BORDER_REPLICATE);
  cv::magnitude(dx, dy, magnitude);
  return magnitude;
}

cv::Mat smooth(const cv::Mat& field) {
  cv::Mat result;
  cv::GaussianBlur(field, result, {11, 11}, 1.5, 1.5, cv::BORDER_REFLECT);
  return result;
}

double correlation(const cv::Mat& a, const cv::Mat& b) {
  constexpr double kFlat = 1e-12;
  cv::Scalar mean_a, mean_b, deviation_a, deviation_b;
  cv::meanStdDev(a, mean_a, deviation_a);
  cv::meanStdDev(b, mean_b, deviation_b);
  const double product = deviation_a[0] * deviation_b[0];
  if (product < kFlat)
    return std::max(deviation_a[0], deviation_b[0]) * std::max(deviation_a[0], deviation_b[0]) < kFlat;
  return (a.dot(b) / double(a.total()) - mean_a[0] * mean_b[0]) / product;
}

}  // namespace

double mean_square_error(const media::Image& image, const media::Image& truth) {
  check(image, truth);
  double sum = 0;
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    const auto &p = image.pixels[i], &q = truth.pixels[i];
    const double r = p.r - q.r, g = p.g - q.g, b = p.b - q.b;
    sum += r * r + g * g + b * b;
  }
  return sum / (3.0 * double(image.pixels.size()));
}

double psnr_of(double mean_square_error) {
  return mean_square_error > 1e-10 ? -10 * std::log10(mean_square_error) : 100;
}

double ssim(const media::Image& image, const media::Image& truth) {
  check(image, truth);
  const cv::Mat a = luma(image), b = luma(truth);
  const cv::Mat mean_a = smooth(a), mean_b = smooth(b);
  const cv::Mat var_a = smooth(a.mul(a)) - mean_a.mul(mean_a), var_b = smooth(b.mul(b)) - mean_b.mul(mean_b);
  const cv::Mat covariance = smooth(a.mul(b)) - mean_a.mul(mean_b);
  constexpr double kC1 = 0.01 * 0.01, kC2 = 0.03 * 0.03;
  double sum = 0;
  for (int y = 0; y < a.rows; ++y)
    for (int x = 0; x < a.cols; ++x) {
      const double ma = mean_a.at<float>(y, x), mb = mean_b.at<float>(y, x);
      sum += (2 * ma * mb + kC1) * (2 * covariance.at<float>(y, x) + kC2) /
             ((ma * ma + mb * mb + kC1) * (var_a.at<float>(y, x) + var_b.at<float>(y, x) + kC2));
    }
  return sum / double(a.total());
}

double edge_sharpness(const media::Image& image, const media::Image& truth) {
  check(image, truth);
  const cv::Mat ours = gradient(luma(image)), theirs = gradient(luma(truth));
  std::vector<float> sorted(theirs.begin<float>(), theirs.end<float>());
  const auto edge = sorted.begin() + long(sorted.size() * 9 / 10);
  std::nth_element(sorted.begin(), edge, sorted.end());
  double sum = 0, truth_sum = 0;
  for (int y = 0; y < ours.rows; ++y)
    for (int x = 0; x < ours.cols; ++x) {
      const float gradient = theirs.at<float>(y, x);
      if (gradient < *edge) continue;
      sum += ours.at<float>(y, x);
      truth_sum += gradient;
    }
  return truth_sum > 0 ? sum / truth_sum : 1;
}

double structure_kept(const media::Image& painting, const media::Image& photo) {
  constexpr int kScales = 3, kSmallest = 8;
  check(painting, photo);
  cv::Mat ours = luma(painting), theirs = luma(photo);
  double sum = 0;
  int scales = 0;
  do {
    sum += std::clamp(correlation(gradient(ours), gradient(theirs)), 0.0, 1.0);
    const cv::Size half(ours.cols / 2, ours.rows / 2);
    if (++scales == kScales || std::min(half.width, half.height) < kSmallest) break;
    cv::resize(ours, ours, half, 0, 0, cv::INTER_AREA);
    cv::resize(theirs, theirs, half, 0, 0, cv::INTER_AREA);
  } while (true);
  return sum / scales;
}

std::string structure_protocol() {
  return "correlation of the gradient magnitudes of luma (BT.709 of sRGB values, central differences) at "
         "full, half "
         "and quarter size by area, negative as 0, mean";
}

}  // namespace sakuga::compose

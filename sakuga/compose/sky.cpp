#include "sakuga/compose/sky.h"

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "sakuga/compose/flow_field.h"
#include "sakuga/compose/oklab.h"
#include "sakuga/compose/ramp.h"

namespace sakuga::compose {
namespace {

cv::Mat3f lab_of(const cv::Mat3f& srgb) {
  cv::Mat3f lab(srgb.size());
  for (int y = 0; y < srgb.rows; ++y)
    for (int x = 0; x < srgb.cols; ++x) lab(y, x) = oklab_of(srgb(y, x));
  return lab;
}

// The first row of each column where the picture changes by more than `threshold` a pixel.
std::vector<int> borders_at(const cv::Mat1f& change, float threshold) {
  std::vector<int> border(size_t(change.cols), change.rows);
  for (int x = 0; x < change.cols; ++x)
    for (int y = 0; y < change.rows; ++y)
      if (change(y, x) > threshold) {
        border[size_t(x)] = y;
        break;
      }
  return border;
}

// How well a border parts the colours: the inverse of the spread on either side. Shen and Wang, equation 5.
double parting(const cv::Mat3f& lab, const std::vector<int>& border) {
  cv::Mat above, below;
  for (int x = 0; x < lab.cols; ++x)
    for (int y = 0; y < lab.rows; ++y)
      (y < border[size_t(x)] ? above : below).push_back(cv::Mat(lab(y, x) * 100.0f).reshape(1, 1));
  const int least = lab.rows * lab.cols / 50;
  if (above.rows < least || below.rows < least) return 0;
  const auto spread = [](const cv::Mat& samples) {
    cv::Mat covariance, mean, values;
    cv::calcCovarMatrix(samples, covariance, mean, cv::COVAR_NORMAL | cv::COVAR_ROWS | cv::COVAR_SCALE,
                        CV_64F);
    cv::eigen(covariance, values);
    return std::abs(cv::determinant(covariance)) + std::abs(values.at<double>(0));
  };
  return 1 / (2 * spread(above) + spread(below) + 1e-9);
}

std::vector<int> best_borders(const cv::Mat3f& lab, const cv::Mat1f& change) {
  std::vector<int> best;
  double best_parting = 0;
  for (float threshold = 0.006f; threshold < 0.16f; threshold *= 1.25f) {
    auto border = borders_at(change, threshold);
    const double value = parting(lab, border);
    if (value > best_parting) {
      best_parting = value;
      best = std::move(border);
    }
  }
  return best;
}

// A colour for every row, quadratic in height, fitted to the seeds; the second fit trusts outliers less.
class RowColours {
 public:
  RowColours(const cv::Mat3f& lab, const cv::Mat1b& seeds) : rows_(lab.rows) {
    std::vector<cv::Point> points;
    cv::findNonZero(seeds, points);
    for (const auto& p : points) deepest_ = std::max(deepest_, p.y);
    cv::Mat1d left(int(points.size()), 3), right(int(points.size()), 3);
    for (int round = 0; round < 2; ++round) {
      for (int i = 0; i < int(points.size()); ++i) {
        const double t = double(points[size_t(i)].y) / rows_;
        const cv::Vec3f colour = lab(points[size_t(i)]);
        const double weight =
            round == 0 ? 1 : 1 / (1 + 400 * cv::norm(colour - at(points[size_t(i)].y), cv::NORM_L2SQR));
        for (int k = 0; k < 3; ++k) {
          left(i, k) = weight * (k == 0 ? 1 : k == 1 ? t : t * t);
          right(i, k) = weight * colour[k];
        }
      }
      cv::solve(left, right, model_, cv::DECOMP_SVD);
    }
  }

  cv::Vec3f at(int y) const {
    const double t = double(std::min(y, deepest_)) / rows_;
    cv::Vec3f colour;
    for (int k = 0; k < 3; ++k) colour[k] = float(model_(0, k) + t * (model_(1, k) + t * model_(2, k)));
    return colour;
  }
  int deepest() const { return deepest_; }

 private:
  int rows_, deepest_ = 0;
  cv::Mat1d model_;
};

// Squared distance from the row's colour; clouds, which are lighter and greyer, are half as far.
float strangeness(const cv::Vec3f& colour, const cv::Vec3f& expected) {
  const cv::Vec3f d = colour - expected;
  const bool cloud =
      d[0] > 0 && std::hypot(colour[1], colour[2]) < std::hypot(expected[1], expected[2]) + 0.02f;
  const float l = d[0] / 0.08f, a = d[1] / 0.03f, b = d[2] / 0.03f;
  return (l * l + a * a + b * b) * (cloud ? 0.25f : 1.0f);
}

cv::Mat1b cut(const cv::Mat3f& srgb, const cv::Mat3f& lab, const cv::Mat1f& change, const cv::Mat1b& seeds) {
  const RowColours expected(lab, seeds);
  cv::Mat1b labels(lab.size(), uint8_t{cv::GC_BGD});
  const int lowest = std::min(lab.rows - std::max(1, lab.rows / 20), expected.deepest() + lab.rows / 8);
  for (int y = 0; y < lowest; ++y)
    for (int x = 0; x < lab.cols; ++x) {
      const float far = strangeness(lab(y, x), expected.at(y)) + smooth_step(0.02f, 0.08f, change(y, x)) * 4;
      labels(y, x) = seeds(y, x) && far < 4 ? cv::GC_FGD
                     : far < 4              ? cv::GC_PR_FGD
                     : far < 20             ? cv::GC_PR_BGD
                                            : cv::GC_BGD;
    }
  cv::Mat3b bytes;
  srgb.convertTo(bytes, CV_8U, 255);
  cv::Mat1b sure = labels == cv::GC_FGD, background = (labels == cv::GC_BGD) | (labels == cv::GC_PR_BGD);
  if (cv::countNonZero(sure) < 20 || cv::countNonZero(background) < 20) return seeds;
  cv::RNG& random = cv::theRNG();  // GrabCut draws from it.
  const uint64_t state = random.state;
  random.state = 1;
  cv::Mat back, front;
  cv::grabCut(bytes, labels, {}, back, front, 2, cv::GC_INIT_WITH_MASK);
  random.state = state;
  return (labels == cv::GC_FGD) | (labels == cv::GC_PR_FGD);
}

// Without specks, and without parts that begin low in the picture.
cv::Mat1b cleaned(const cv::Mat1b& mask) {
  cv::Mat1i labels;
  cv::Mat statistics, centres;
  const int count = cv::connectedComponentsWithStats(mask, labels, statistics, centres, 4, CV_32S);
  cv::Mat1b result(mask.size(), uint8_t{0});
  for (int i = 1; i < count; ++i)
    if (statistics.at<int>(i, cv::CC_STAT_AREA) * 400 > mask.rows * mask.cols &&
        statistics.at<int>(i, cv::CC_STAT_TOP) * 5 < mask.rows * 2)
      result.setTo(255, labels == i);
  return result;
}

bool looks_like_sky(const cv::Mat3f& lab, const cv::Mat1f& change, const cv::Mat1b& mask) {
  const double share = double(cv::countNonZero(mask)) / double(mask.total());
  if (share < 0.015) return false;
  const auto row_share = [&](int y) { return double(cv::countNonZero(mask.row(y))) / mask.cols; };
  if (row_share(mask.rows - 1) > 0.02 || row_share(mask.rows * 9 / 10) > 0.5) return false;
  const cv::Scalar mean = cv::mean(lab, mask);
  const double chroma = std::hypot(mean[1], mean[2]), hue = std::atan2(mean[2], mean[1]);
  const bool green = chroma > 0.04 && hue > 1.75 && hue < 2.9;
  const bool brown = chroma > 0.04 && hue > 0.6 && hue <= 1.75 && mean[0] < 0.62;
  const bool black = mean[0] < 0.16 && mean[2] > -0.01;
  return !green && !brown && !black && cv::mean(change, mask)[0] < 0.05;
}

}  // namespace

cv::Mat1f find_sky(const cv::Mat3f& srgb) {
  cv::Mat1f none(srgb.size(), 0.0f);
  if (srgb.rows < 16 || srgb.cols < 16) return none;
  const cv::Mat3f lab = lab_of(srgb);
  const cv::Mat1f change = flow_field(srgb, 0.8).strength;
  const auto border = best_borders(lab, change);
  if (border.empty()) return none;
  cv::Mat1b seeds(lab.size(), uint8_t{0});
  for (int x = 0; x < lab.cols; ++x)
    if (border[size_t(x)] > lab.rows / 30) seeds.col(x).rowRange(0, border[size_t(x)]).setTo(255);
  cv::erode(seeds, seeds, cv::Mat::ones(3, 3, CV_8U), {-1, -1}, 1, cv::BORDER_REPLICATE);
  if (cv::countNonZero(seeds) < 40) return none;
  const cv::Mat1b mask = cleaned(cut(srgb, lab, change, seeds));
  if (!looks_like_sky(lab, change, mask)) return none;
  cv::Mat1f result;
  mask.convertTo(result, CV_32F, 1 / 255.0);
  return result;
}

}  // namespace sakuga::compose

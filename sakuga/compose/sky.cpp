#include "sakuga/compose/sky.h"

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "sakuga/compose/flow_field.h"
#include "sakuga/compose/oklab.h"
#include "sakuga/compose/ramp.h"

namespace sakuga::compose {
namespace {

constexpr int kWorkingSide = 256;  // Pixels.

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

// Sums from which the spread of a set of colours follows.
struct Spread {
  double count = 0;
  cv::Vec3d sum = {0, 0, 0};
  cv::Matx33d squares = cv::Matx33d::zeros();

  void add(const cv::Vec3d& colour) {
    count += 1;
    sum += colour;
    squares += colour * colour.t();
  }
  double size() const {
    const cv::Vec3d mean = sum / count;
    const cv::Matx33d covariance = squares * (1 / count) - mean * mean.t();
    cv::Vec3d values;
    cv::eigen(covariance, values);
    return std::abs(cv::determinant(covariance)) + std::abs(values[0]);
  }
};

// How well a border parts the colours: the inverse of the spread on either side. Shen and Wang, equation 5.
double parting(const cv::Mat3f& lab, const std::vector<int>& border) {
  Spread above, below;
  for (int y = 0; y < lab.rows; ++y)
    for (int x = 0; x < lab.cols; ++x)
      (y < border[size_t(x)] ? above : below).add(cv::Vec3d(lab(y, x)) * 100);
  const double least = lab.rows * lab.cols / 50.0;
  if (above.count < least || below.count < least) return 0;
  return 1 / (2 * above.size() + below.size() + 1e-9);
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

// The colour that is expected at a place: quadratic down, fitted to the seeds; the second
// fit trusts outliers less.
class SkyColours {
 public:
  SkyColours(const cv::Mat3f& lab, const cv::Mat1b& seeds) : rows_(lab.rows) {
    std::vector<cv::Point> points;
    cv::findNonZero(seeds, points);
    for (const auto& p : points) deepest_ = std::max(deepest_, p.y);
    for (int round = 0; round < 2; ++round) {
      cv::Matx33d left = cv::Matx33d::eye() * 1e-6;
      cv::Matx33d right = cv::Matx33d::zeros();
      for (const auto& p : points) {
        const cv::Vec3f colour = lab(p);
        const double weight = round == 0 ? 1 : 1 / (1 + 400 * cv::norm(colour - at(p.y), cv::NORM_L2SQR));
        const cv::Vec3d t = terms(p.y);
        left += weight * t * t.t();
        right += weight * t * cv::Vec3d(colour).t();
      }
      model_ = left.solve(right, cv::DECOMP_CHOLESKY);
    }
  }

  cv::Vec3f at(int y) const { return model_.t() * terms(std::min(y, deepest_)); }
  int deepest() const { return deepest_; }

 private:
  cv::Vec3d terms(int y) const {
    const double v = double(y) / rows_;
    return {1, v, v * v};
  }

  int rows_, deepest_ = 0;
  cv::Matx33d model_;
};

// Squared distance from the expected colour; clouds, which are lighter and greyer, are half as far.
float strangeness(const cv::Vec3f& colour, const cv::Vec3f& expected) {
  const cv::Vec3f d = colour - expected;
  const bool cloud =
      d[0] > 0 && std::hypot(colour[1], colour[2]) < std::hypot(expected[1], expected[2]) + 0.02f;
  const float l = d[0] / 0.08f, a = d[1] / 0.03f, b = d[2] / 0.03f;
  return (l * l + a * a + b * b) * (cloud ? 0.25f : 1.0f);
}

cv::Mat1b cut(const cv::Mat3f& srgb, const cv::Mat3f& lab, const cv::Mat1f& change, const cv::Mat1b& seeds) {
  const SkyColours expected(lab, seeds);
  cv::Mat1b labels(lab.size(), uint8_t{cv::GC_BGD});
  const int lowest = lab.rows - std::max(1, lab.rows / 20);
  for (int y = 0; y < lowest; ++y) {
    // Below what is surely sky its colours are a guess.
    const float guess = 16.0f * float(std::max(0, y - expected.deepest() - lab.rows / 10)) / float(lab.rows);
    for (int x = 0; x < lab.cols; ++x) {
      const float far =
          strangeness(lab(y, x), expected.at(y)) + guess + smooth_step(0.02f, 0.08f, change(y, x)) * 4;
      labels(y, x) = seeds(y, x) && far < 4 ? cv::GC_FGD
                     : far < 4              ? cv::GC_PR_FGD
                     : far < 20             ? cv::GC_PR_BGD
                                            : cv::GC_BGD;
    }
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

// With the clouds: pale patches above the lowest sky whose outline lies mostly in the sky.
cv::Mat1b with_clouds(const cv::Mat1b& mask, const cv::Mat3f& lab) {
  int lowest = 0;
  for (int y = 0; y < mask.rows; ++y)
    if (cv::countNonZero(mask.row(y)) * 20 > mask.cols) lowest = y;
  const float light = float(cv::mean(lab, mask)[0]);
  cv::Mat1b pale(mask.size(), uint8_t{0});
  for (int y = 0; y <= lowest; ++y)
    for (int x = 0; x < mask.cols; ++x) {
      const cv::Vec3f& c = lab(y, x);
      if (!mask(y, x) && c[0] > light + 0.04f && std::hypot(c[1], c[2]) < 0.07f) pale(y, x) = 255;
    }
  cv::Mat1i labels;
  cv::Mat statistics, centres;
  const int count = cv::connectedComponentsWithStats(pale, labels, statistics, centres, 4, CV_32S);
  cv::Mat1b result = mask.clone(), ring;
  for (int i = 1; i < count; ++i) {
    const cv::Mat1b patch = labels == i;
    cv::dilate(patch, ring, cv::Mat::ones(3, 3, CV_8U));
    ring &= ~patch;
    if (cv::countNonZero(ring & mask) * 5 > cv::countNonZero(ring) * 2) result |= patch;
  }
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
  const bool black = mean[0] < 0.22 && chroma < 0.03;
  return !green && !brown && !black && cv::mean(change, mask)[0] < 0.05;
}

}  // namespace

cv::Mat1f find_sky(const cv::Mat3f& picture) {
  cv::Mat1f none(picture.size(), 0.0f);
  if (picture.rows < 16 || picture.cols < 16) return none;
  cv::Mat3f srgb = picture;
  const double scale = kWorkingSide / double(std::max(picture.rows, picture.cols));
  if (scale < 1) cv::resize(picture, srgb, {}, scale, scale, cv::INTER_AREA);
  const cv::Mat3f lab = lab_of(srgb);
  const cv::Mat1f change = flow_field(srgb, 0.8).strength;
  const auto border = best_borders(lab, change);
  if (border.empty()) return none;
  cv::Mat1b seeds(lab.size(), uint8_t{0});
  for (int x = 0; x < lab.cols; ++x)
    if (border[size_t(x)] > lab.rows / 30) seeds.col(x).rowRange(0, border[size_t(x)]).setTo(255);
  cv::erode(seeds, seeds, cv::Mat::ones(3, 3, CV_8U), {-1, -1}, 1, cv::BORDER_REPLICATE);
  if (cv::countNonZero(seeds) < 40) return none;
  const cv::Mat1b mask = cleaned(with_clouds(cleaned(cut(srgb, lab, change, seeds)), lab));
  if (!looks_like_sky(lab, change, mask)) return none;
  cv::Mat1f result;
  mask.convertTo(result, CV_32F, 1 / 255.0);
  if (scale < 1) cv::resize(result, result, picture.size(), 0, 0, cv::INTER_LINEAR);
  return result;
}

}  // namespace sakuga::compose

#include "sakuga/compose/matte_error.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cv_image.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image;
using media::Rgba;

constexpr double kGradientSigma = 1.4;
constexpr int kBand = 4;  // Pixels around the edge in which spill is looked for.

cv::Mat alpha_of(const Image& image) {
  cv::Mat alpha;
  cv::extractChannel(as_matrix(image), alpha, 3);
  return alpha;
}

cv::Mat gradient_of(const cv::Mat& alpha) {
  const int radius = int(std::ceil(3 * kGradientSigma));
  cv::Mat smooth(1, 2 * radius + 1, CV_32F), slope(1, 2 * radius + 1, CV_32F);
  double sum = 0, moment = 0;
  for (int i = -radius; i <= radius; ++i) {
    const double g = std::exp(-i * i / (2 * kGradientSigma * kGradientSigma));
    smooth.at<float>(i + radius) = float(g);
    slope.at<float>(i + radius) = float(i * g);
    sum += g;
    moment += i * i * g;
  }
  smooth /= sum;
  slope /= moment;  // A ramp of 1 a pixel has slope 1.
  cv::Mat x, y, size;
  cv::sepFilter2D(alpha, x, CV_32F, slope, smooth, {-1, -1}, 0, cv::BORDER_REPLICATE);
  cv::sepFilter2D(alpha, y, CV_32F, smooth, slope, {-1, -1}, 0, cv::BORDER_REPLICATE);
  cv::magnitude(x, y, size);
  return size;
}

double gradient_error(const cv::Mat& alpha, const cv::Mat& truth) {
  const cv::Mat difference = gradient_of(alpha) - gradient_of(truth);
  return difference.dot(difference) / 1000;
}

// 255 in the largest connected region where both are at least `level`.
cv::Mat largest_common(const cv::Mat& alpha, const cv::Mat& truth, double level) {
  const cv::Mat both = (alpha >= level) & (truth >= level);
  cv::Mat labels, statistics, centres;
  const int count = cv::connectedComponentsWithStats(both, labels, statistics, centres, 4, CV_32S);
  int best = 0;
  for (int i = 1; i < count; ++i)
    if (best == 0 || statistics.at<int>(i, cv::CC_STAT_AREA) > statistics.at<int>(best, cv::CC_STAT_AREA))
      best = i;
  return best == 0 ? cv::Mat::zeros(both.size(), CV_8U) : cv::Mat(labels == best);
}

double connectivity_error(const cv::Mat& alpha, const cv::Mat& truth) {
  cv::Mat level(alpha.size(), CV_32F, cv::Scalar(1));
  cv::Mat open(alpha.size(), CV_8U, cv::Scalar(255));
  for (int step = 1; step <= 10; ++step) {
    const cv::Mat inside = largest_common(alpha, truth, step / 10.0);
    level.setTo((step - 1) / 10.0, open & ~inside);
    open &= inside;
  }
  double sum = 0;
  for (int i = 0; i < int(alpha.total()); ++i) {
    const auto phi = [&](float a) {
      const float d = a - level.ptr<float>()[i];
      return 1 - (d >= 0.15f ? d : 0);
    };
    sum += std::abs(phi(alpha.ptr<float>()[i]) - phi(truth.ptr<float>()[i]));
  }
  return sum / 1000;
}

float excess(const Rgba& p, ScreenHue hue) {
  switch (hue) {
    case ScreenHue::Green:
      return std::max(0.0f, p.g - std::max(p.r, p.b));
    case ScreenHue::Blue:
      return std::max(0.0f, p.b - std::max(p.r, p.g));
    case ScreenHue::Yellow:
      return std::max(0.0f, std::min(p.r, p.g) - p.b);
  }
  return 0;
}

struct ColourError {
  double foreground = 0, spill = 0;
};

ColourError colour_error(const Image& keyed, const Image& truth, ScreenHue hue) {
  const cv::Mat t = alpha_of(truth);
  cv::Mat band, edge = (t > 0) & (t < 1);
  cv::dilate(edge, band, cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * kBand + 1, 2 * kBand + 1}));
  double squares = 0, spill = 0;
  int64_t edges = 0, near = 0;
  for (size_t i = 0; i < truth.pixels.size(); ++i) {
    const Rgba &f = keyed.pixels[i], &g = truth.pixels[i];
    if (band.data[i] && g.a > 0) {
      spill += std::max(0.0f, excess(f, hue) - excess(g, hue)) * g.a;
      ++near;
    }
    if (!edge.data[i]) continue;
    const double r = g.a * (f.r - g.r), green = g.a * (f.g - g.g), b = g.a * (f.b - g.b);
    squares += (r * r + green * green + b * b) / 3;
    ++edges;
  }
  return {edges ? std::sqrt(squares / double(edges)) : 0, near ? spill / double(near) : 0};
}

}  // namespace

ScreenHue screen_hue(const std::string& name) {
  if (name == "green") return ScreenHue::Green;
  if (name == "blue") return ScreenHue::Blue;
  if (name == "yellow") return ScreenHue::Yellow;
  core::fail(ErrorKind::BadRequest, "matte error: expected a screen of green, blue or yellow, got {}", name);
}

void MatteErrorSum::add_alpha(const Image& keyed, const Image& truth) {
  if (truth.pixels.empty() || keyed.width != truth.width || keyed.height != truth.height)
    core::fail(ErrorKind::BadRequest, "matte error: expected pictures of one size, got {}x{} and {}x{}",
               keyed.width, keyed.height, truth.width, truth.height);
  if (sum_.frames > 0 && (truth.width != width_ || truth.height != height_))
    core::fail(ErrorKind::BadRequest, "matte error: expected frames of one size, got {}x{} after {}x{}",
               truth.width, truth.height, width_, height_);
  width_ = truth.width;
  height_ = truth.height;
  const double count = double(truth.pixels.size());
  double absolute = 0, squares = 0, change = 0;
  std::vector<float> a(truth.pixels.size()), t(truth.pixels.size());
  for (size_t i = 0; i < a.size(); ++i) {
    a[i] = keyed.pixels[i].a;
    t[i] = truth.pixels[i].a;
    const double d = double(a[i]) - t[i];
    absolute += std::abs(d);
    squares += d * d;
    if (last_.empty()) continue;
    const double c = d - (double(last_[i]) - last_truth_[i]);
    change += c * c;
  }
  sum_.mean_absolute += absolute / count;
  sum_.sad += absolute / 1000;
  sum_.mse += squares / count;
  sum_.gradient += gradient_error(alpha_of(keyed), alpha_of(truth));
  if (!last_.empty()) sum_.flicker += 100 * std::sqrt(change / count);
  last_ = std::move(a);
  last_truth_ = std::move(t);
  ++sum_.frames;
}

void MatteErrorSum::add(const Image& keyed, const Image& truth) {
  add_alpha(keyed, truth);
  sum_.connectivity += connectivity_error(alpha_of(keyed), alpha_of(truth));
  const auto colour = colour_error(converted(keyed, media::Transfer::Linear),
                                   converted(truth, media::Transfer::Linear), hue_);
  sum_.foreground += colour.foreground;
  sum_.spill += colour.spill;
}

MatteError MatteErrorSum::mean() const {
  if (sum_.frames == 0)
    core::fail(ErrorKind::BadRequest, "matte error: expected frames to compare, got none");
  const double n = double(sum_.frames), pairs = std::max(1.0, n - 1);
  return {.frames = sum_.frames,
          .mean_absolute = sum_.mean_absolute / n,
          .sad = sum_.sad / n,
          .mse = sum_.mse / n,
          .gradient = sum_.gradient / n,
          .connectivity = sum_.connectivity / n,
          .foreground = sum_.foreground / n,
          .spill = sum_.spill / n,
          .flicker = sum_.flicker / pairs};
}

std::string matte_protocol() {
  return "mean of the frames; alpha 0 to 1; SAD, gradient (Gaussian 1.4 px) and connectivity (steps 0.1, "
         "theta 0.15) "
         "in thousands after Rhemann 2009, dtSSD x 100 as root mean square after Erofeev 2015, colours in "
         "linear "
         "light: foreground where 0 < alpha < 1, spill 4 px around";
}

}  // namespace sakuga::compose

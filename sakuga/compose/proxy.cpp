#include "sakuga/compose/proxy.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "sakuga/compose/ramp.h"

namespace sakuga::compose {
namespace {

struct Between {
  int first, second;
  float part;
};

// For each of `count` pixels from `start`, the two map pixels it lies between.
std::vector<Between> between(int map, int whole, int start, int count) {
  std::vector<Between> result;
  result.reserve(size_t(count));
  for (int i = 0; i < count; ++i) {
    const double at = (start + i + 0.5) * map / whole - 0.5;
    const int first = static_cast<int>(std::floor(at));
    result.push_back({std::clamp(first, 0, map - 1), std::clamp(first + 1, 0, map - 1), float(at - first)});
  }
  return result;
}

}  // namespace

cv::Mat3f proxy_of(const media::Image8& photo, int longer_side) {
  const double scale = std::min(1.0, double(longer_side) / std::max(photo.width, photo.height));
  const int width = std::max(1, int(std::lround(photo.width * scale)));
  const int height = std::max(1, int(std::lround(photo.height * scale)));
  const cv::Mat bytes(photo.height, photo.width, CV_8UC(photo.channels),
                      const_cast<uint8_t*>(photo.bytes.data()));
  cv::Mat small;
  cv::resize(bytes, small, {width, height}, 0, 0, cv::INTER_AREA);
  if (photo.channels == 2) cv::extractChannel(small, small, 0);
  if (photo.channels <= 2) cv::cvtColor(small, small, cv::COLOR_GRAY2RGB);
  if (photo.channels == 4) cv::cvtColor(small, small, cv::COLOR_RGBA2RGB);
  cv::Mat3f proxy;
  small.convertTo(proxy, CV_32F, 1 / 255.0);
  return proxy;
}

cv::Mat sampled(const cv::Mat& map, cv::Size whole, const cv::Rect& part) {
  const int channels = map.channels();
  const auto columns = between(map.cols, whole.width, part.x, part.width);
  const auto rows = between(map.rows, whole.height, part.y, part.height);
  cv::Mat result(part.size(), map.type());
#pragma omp parallel for schedule(static)
  for (int y = 0; y < part.height; ++y) {
    const Between& row = rows[size_t(y)];
    const float* above = map.ptr<float>(row.first);
    const float* below = map.ptr<float>(row.second);
    std::vector<float> line(size_t(map.cols) * channels);
    for (size_t i = 0; i < line.size(); ++i) line[i] = blend(above[i], below[i], row.part);
    float* out = result.ptr<float>(y);
    for (const Between& column : columns)
      for (int c = 0; c < channels; ++c)
        *out++ = blend(line[size_t(column.first * channels + c)], line[size_t(column.second * channels + c)],
                       column.part);
  }
  return result;
}

SnappingMask::SnappingMask(const cv::Mat3f& proxy, const cv::Mat1f& mask, int radius, float smoothness) {
  const auto mean = [&](const cv::Mat& values) {
    cv::Mat result;
    cv::blur(values, result, {2 * radius + 1, 2 * radius + 1}, {-1, -1}, cv::BORDER_REFLECT_101);
    return result;
  };
  // Per pixel: means of the colours, of the mask, of their products.
  cv::Mat products(proxy.size(), CV_32FC(13));
  for (int y = 0; y < proxy.rows; ++y)
    for (int x = 0; x < proxy.cols; ++x) {
      const cv::Vec3f& c = proxy(y, x);
      const float m = mask(y, x);
      const float values[13] = {c[0],        c[1],        c[2],        m,           m * c[0],
                                m * c[1],    m * c[2],    c[0] * c[0], c[0] * c[1], c[0] * c[2],
                                c[1] * c[1], c[1] * c[2], c[2] * c[2]};
      std::copy_n(values, 13, products.ptr<float>(y, x));
    }
  products = mean(products);
  cv::Mat4f coefficients(proxy.size());
  for (int y = 0; y < proxy.rows; ++y)
    for (int x = 0; x < proxy.cols; ++x) {
      const float* p = products.ptr<float>(y, x);
      cv::Matx33f spread(p[7], p[8], p[9], p[8], p[10], p[11], p[9], p[11], p[12]);
      cv::Vec3f together(p[4], p[5], p[6]);
      const cv::Vec3f colour(p[0], p[1], p[2]);
      spread -= colour * colour.t();
      together -= colour * p[3];
      for (int k = 0; k < 3; ++k) spread(k, k) += smoothness;
      const cv::Vec3f slope = spread.inv() * together;
      coefficients(y, x) = {slope[0], slope[1], slope[2], p[3] - slope.dot(colour)};
    }
  slopes_and_offset_ = mean(coefficients);
}

cv::Mat1f SnappingMask::at(const cv::Mat& colours, cv::Size whole, const cv::Rect& part) const {
  if (slopes_and_offset_.empty()) return cv::Mat1f(part.size(), 0.0f);
  const cv::Mat4f line = sampled(slopes_and_offset_, whole, part);
  const int channels = colours.channels();
  cv::Mat1f result(part.size());
#pragma omp parallel for schedule(static)
  for (int y = 0; y < part.height; ++y) {
    const float* colour = colours.ptr<float>(y);
    for (int x = 0; x < part.width; ++x, colour += channels) {
      const cv::Vec4f& l = line(y, x);
      result(y, x) = std::clamp(l[0] * colour[0] + l[1] * colour[1] + l[2] * colour[2] + l[3], 0.0f, 1.0f);
    }
  }
  return result;
}

}  // namespace sakuga::compose

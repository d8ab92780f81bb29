#include "sakuga/compose/main_colours.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/oklab.h"

namespace sakuga::compose {
namespace {

constexpr int kLevels = 32, kRounds = 16;

struct Point {
  cv::Vec3f lab;
  double weight = 0;
};

cv::Vec3f lab_of(const std::array<uint8_t, 3>& colour) {
  return oklab_of({float(colour[0]) / 255, float(colour[1]) / 255, float(colour[2]) / 255});
}

double distance(const cv::Vec3f& a, const cv::Vec3f& b) {
  return cv::norm(a - b);
}

// The pixels as a histogram, in which like colours are one point.
std::vector<Point> points_of(std::span<const media::Image8> pictures) {
  std::vector<std::array<double, 4>> cells(kLevels * kLevels * kLevels);
  for (const auto& picture : pictures)
    for (size_t i = 0; i + 2 < picture.bytes.size(); i += 3) {
      const uint8_t* p = &picture.bytes[i];
      auto& cell = cells[(size_t(p[0] / 8) * kLevels + p[1] / 8) * kLevels + p[2] / 8];
      for (size_t c = 0; c < 3; ++c) cell[c] += p[c];
      cell[3] += 1;
    }
  std::vector<Point> points;
  for (const auto& cell : cells)
    if (cell[3] > 0)
      points.push_back({oklab_of({float(cell[0] / cell[3] / 255), float(cell[1] / cell[3] / 255),
                                  float(cell[2] / cell[3] / 255)}),
                        cell[3]});
  return points;
}

double nearest(const cv::Vec3f& lab, const std::vector<Point>& centres, size_t* which = nullptr) {
  double least = 1e9;
  for (size_t i = 0; i < centres.size(); ++i)
    if (const double d = distance(lab, centres[i].lab); d < least) {
      least = d;
      if (which) *which = i;
    }
  return least;
}

// The heaviest point, then always the one that is far and heavy.
std::vector<Point> first_centres(const std::vector<Point>& points, int count) {
  std::vector<Point> centres;
  while (int(centres.size()) < count) {
    const auto pull = [&](const Point& point) {
      return centres.empty() ? point.weight : point.weight * std::pow(nearest(point.lab, centres), 2);
    };
    const auto best = std::max_element(points.begin(), points.end(),
                                       [&](const Point& a, const Point& b) { return pull(a) < pull(b); });
    if (best == points.end() || pull(*best) <= 0) break;
    centres.push_back(*best);
  }
  return centres;
}

}  // namespace

std::vector<MainColour> main_colours(std::span<const media::Image8> pictures, int count) {
  const auto points = points_of(pictures);
  auto centres = first_centres(points, count);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Point> sums(centres.size(), {{0, 0, 0}, 0});
    for (const auto& point : points) {
      size_t own = 0;
      nearest(point.lab, centres, &own);
      sums[own].lab += point.lab * float(point.weight);
      sums[own].weight += point.weight;
    }
    for (size_t i = 0; i < sums.size(); ++i)
      if (sums[i].weight > 0) centres[i] = {sums[i].lab / float(sums[i].weight), sums[i].weight};
  }
  double all = 0;
  for (const auto& centre : centres) all += centre.weight;
  std::vector<MainColour> colours;
  for (const auto& centre : centres) {
    const auto srgb = srgb_of(centre.lab);
    MainColour colour = {.share = centre.weight / all};
    for (int c = 0; c < 3; ++c) colour.colour[size_t(c)] = uint8_t(std::lround(srgb[c] * 255));
    colours.push_back(colour);
  }
  std::stable_sort(colours.begin(), colours.end(),
                   [](const MainColour& a, const MainColour& b) { return a.share > b.share; });
  return colours;
}

double palette_distance(std::span<const MainColour> a, std::span<const MainColour> b) {
  const auto one_way = [](std::span<const MainColour> from, std::span<const MainColour> to) {
    double sum = 0, all = 0;
    for (const auto& colour : from) {
      double least = 1e9;
      for (const auto& other : to)
        least = std::min(least, distance(lab_of(colour.colour), lab_of(other.colour)));
      sum += colour.share * least;
      all += colour.share;
    }
    return all > 0 ? sum / all : 0;
  };
  return 50 * (one_way(a, b) + one_way(b, a));
}

}  // namespace sakuga::compose

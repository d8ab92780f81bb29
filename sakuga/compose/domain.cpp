#include "sakuga/compose/domain.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "sakuga/media/resize.h"

namespace sakuga::compose {
namespace {

constexpr int kSide = 64, kCells = 4, kDirections = 8, kColours = 3;
constexpr int kValues = kDirections + kColours;
constexpr size_t kFolds = 4, kFewest = 16;
constexpr double kInside = 0.98;
constexpr float kLeastDeviation = 1e-3f;
static_assert(kGistValues == kCells * kCells * kValues);

float lightness(const uint8_t* p) {
  return (0.299f * float(p[0]) + 0.587f * float(p[1]) + 0.114f * float(p[2])) / 255;
}

// Adds a pixel's edge to the two directions that it lies between; `bins` are a cell's.
void add_edge(float across, float down, float* bins) {
  const float turn = std::atan2(down, across) / std::numbers::pi_v<float>;
  const float place = (turn - std::floor(turn)) * kDirections, below = std::floor(place);
  const float strength = std::hypot(across, down), above = place - below;
  bins[int(below) % kDirections] += strength * (1 - above);
  bins[(int(below) + 1) % kDirections] += strength * above;
}

Domain statistics(std::span<const Gist> gists, auto&& counts) {
  Domain domain;
  for (size_t v = 0; v < kGistValues; ++v) {
    double n = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < gists.size(); ++i) {
      if (!counts(i)) continue;
      ++n, sum += gists[i][v], squares += double(gists[i][v]) * gists[i][v];
    }
    const double mean = sum / n;
    domain.mean[v] = float(mean);
    domain.deviation[v] = float(std::sqrt(std::max(squares / n - mean * mean, 0.0))) + kLeastDeviation;
  }
  domain.limit = 1;
  return domain;
}

}  // namespace

Gist gist_of(const media::Image8& picture) {
  const auto small = media::resize(picture, kSide, kSide, media::Filter::Box);
  Gist gist = {};
  const auto light = [&](int x, int y) {
    return lightness(small.at(std::clamp(x, 0, kSide - 1), std::clamp(y, 0, kSide - 1)));
  };
  constexpr int kCell = kSide / kCells;
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      float* values = gist.data() + (y / kCell * kCells + x / kCell) * kValues;
      add_edge((light(x + 1, y) - light(x - 1, y)) / 2, (light(x, y + 1) - light(x, y - 1)) / 2, values);
      const float grey = light(x, y);
      values[kDirections] += grey;
      values[kDirections + 1] += float(small.at(x, y)[0]) / 255 - grey;
      values[kDirections + 2] += float(small.at(x, y)[2]) / 255 - grey;
    }
  for (size_t v = 0; v < kGistValues; ++v) {
    const float mean = gist[v] / (kCell * kCell);
    gist[v] = v % kValues < kDirections ? std::sqrt(mean) : mean;
  }
  return gist;
}

std::optional<Domain> domain_of(std::span<const Gist> gists) {
  if (gists.size() < kFewest) return std::nullopt;
  std::vector<double> distances;
  for (size_t fold = 0; fold < kFolds; ++fold) {
    const auto others = statistics(gists, [&](size_t i) { return i % kFolds != fold; });
    for (size_t i = fold; i < gists.size(); i += kFolds) distances.push_back(distance(others, gists[i]));
  }
  std::ranges::sort(distances);
  auto domain = statistics(gists, [](size_t) { return true; });
  domain.limit = distances[size_t(kInside * double(distances.size() - 1))];
  return domain;
}

double distance(const Domain& domain, const Gist& gist) {
  double sum = 0;
  for (size_t v = 0; v < kGistValues; ++v) {
    const double away = (gist[v] - domain.mean[v]) / domain.deviation[v];
    sum += away * away;
  }
  return std::sqrt(sum / double(kGistValues)) / domain.limit;
}

nlohmann::json to_json(const Domain& domain) {
  const auto rounded = [](const Gist& values) {
    auto list = nlohmann::json::array();
    for (const float value : values) list.push_back(std::round(double(value) * 1e5) / 1e5);
    return list;
  };
  return {{"mean", rounded(domain.mean)}, {"deviation", rounded(domain.deviation)}, {"limit", domain.limit}};
}

std::optional<Domain> domain_from_json(const nlohmann::json& json) {
  try {
    const Domain domain = {json.at("mean").get<Gist>(), json.at("deviation").get<Gist>(),
                           json.at("limit").get<double>()};
    const bool sound =
        domain.limit > 0 && std::ranges::all_of(domain.deviation, [](float d) { return d > 0; });
    return sound ? std::optional(domain) : std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace sakuga::compose

#include "sakuga/data/phash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <unordered_map>

#include "sakuga/core/error.h"

namespace sakuga::data {
namespace {

constexpr int kSide = 32;  // Of the grey picture.
constexpr int kFreqs = 8;  // Kept in each direction.
using Grey = std::array<double, kSide * kSide>;

double luma_over_white(const uint8_t* pixel, int channels) {
  const double grey = channels < 3 ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
  if (channels == 1 || channels == 3) return grey;
  const double alpha = pixel[channels - 1] / 255.0;
  return grey * alpha + 255 * (1 - alpha);
}

// The pixels that cell `index` of kSide covers, at least one.
std::pair<int, int> covered(int index, int length) {
  const auto first = static_cast<int>(int64_t{index} * length / kSide);
  const auto last = static_cast<int>(int64_t{index + 1} * length / kSide);
  return {first, std::max(last, first + 1)};
}

Grey shrink(const media::Image8& image) {
  Grey grey{};
  for (int row = 0; row < kSide; ++row) {
    const auto [top, bottom] = covered(row, image.height);
    for (int column = 0; column < kSide; ++column) {
      const auto [left, right] = covered(column, image.width);
      double sum = 0;
      for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) sum += luma_over_white(image.at(x, y), image.channels);
      }
      grey[row * kSide + column] = sum / (double(bottom - top) * (right - left));
    }
  }
  return grey;
}

std::array<double, kFreqs * kFreqs> low_frequencies(const Grey& grey) {
  std::array<double, kFreqs * kSide> cosines, rows{};
  for (int f = 0; f < kFreqs; ++f) {
    for (int i = 0; i < kSide; ++i) {
      cosines[f * kSide + i] = std::cos(std::numbers::pi * f * (2 * i + 1) / (2 * kSide));
    }
  }
  for (int f = 0; f < kFreqs; ++f) {
    for (int x = 0; x < kSide; ++x) {
      for (int y = 0; y < kSide; ++y) rows[f * kSide + x] += cosines[f * kSide + y] * grey[y * kSide + x];
    }
  }
  std::array<double, kFreqs * kFreqs> found{};
  for (int fy = 0; fy < kFreqs; ++fy) {
    for (int fx = 0; fx < kFreqs; ++fx) {
      for (int x = 0; x < kSide; ++x)
        found[fy * kFreqs + fx] += cosines[fx * kSide + x] * rows[fy * kSide + x];
    }
  }
  return found;
}

// Disjoint sets over 0 .. count - 1; a set is named by its smallest member.
class Groups {
 public:
  explicit Groups(size_t count) : parents_(count) { std::iota(parents_.begin(), parents_.end(), size_t{0}); }
  size_t find(size_t index) {
    while (parents_[index] != index) index = parents_[index] = parents_[parents_[index]];
    return index;
  }
  void join(size_t a, size_t b) {
    a = find(a), b = find(b);
    parents_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<size_t> parents_;
};

// Joins those of `hashes` (all different) that agree in the bits of `mask` and are near.
void join_agreeing(std::span<const uint64_t> hashes, uint64_t mask, int max_distance, Groups& groups) {
  std::vector<size_t> order(hashes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return hashes[i] & mask; });
  for (size_t first = 0; first < order.size(); ++first) {
    const uint64_t hash = hashes[order[first]];
    for (size_t other = first + 1; other < order.size(); ++other) {
      const uint64_t different = hash ^ hashes[order[other]];
      if (different & mask) break;
      if (std::popcount(different) <= max_distance) groups.join(order[first], order[other]);
    }
  }
}

}  // namespace

uint64_t perceptual_hash(const media::Image8& image) {
  if (image.bytes.empty()) core::fail(core::ErrorKind::BadRequest, "perceptual hash: the picture is empty");
  const auto coefficients = low_frequencies(shrink(image));
  auto sorted = coefficients;
  std::ranges::nth_element(sorted, sorted.begin() + sorted.size() / 2);
  const double median = sorted[sorted.size() / 2];
  uint64_t hash = 0;
  for (size_t i = 0; i < coefficients.size(); ++i) hash |= uint64_t{coefficients[i] > median} << i;
  return hash;
}

std::vector<std::vector<size_t>> near_duplicates(std::span<const uint64_t> hashes, int max_distance) {
  if (max_distance < 0 || max_distance > 15) {
    core::fail(core::ErrorKind::BadRequest, "near-duplicates: the distance is 0 to 15 bits, not {}",
               max_distance);
  }
  std::vector<uint64_t> unique(hashes.begin(), hashes.end());
  std::ranges::sort(unique);
  unique.erase(std::ranges::unique(unique).begin(), unique.end());

  Groups groups(unique.size());
  const int parts = max_distance + 1;
  for (int part = 0; part < parts; ++part) {
    const int low = 64 * part / parts, high = 64 * (part + 1) / parts;
    const uint64_t above = high == 64 ? 0 : ~uint64_t{0} << high;
    join_agreeing(unique, (~uint64_t{0} << low) & ~above, max_distance, groups);
  }

  std::unordered_map<size_t, std::vector<size_t>> members;
  for (size_t i = 0; i < hashes.size(); ++i) {
    const auto at = std::ranges::lower_bound(unique, hashes[i]) - unique.begin();
    members[groups.find(static_cast<size_t>(at))].push_back(i);
  }
  std::vector<std::vector<size_t>> found;
  for (auto& [root, group] : members) {
    if (group.size() > 1) found.push_back(std::move(group));
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace sakuga::data

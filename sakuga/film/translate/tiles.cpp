#include "sakuga/film/translate/tiles.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/progress.h"

namespace sakuga::film {
namespace {

using media::Image8;

// The share of every tile in each of its pixels along one axis: ramps over the overlaps with its neighbours.
std::vector<std::vector<float>> shares(const std::vector<int>& places, int tile) {
  std::vector<std::vector<float>> shares(places.size(), std::vector<float>(size_t(tile), 1));
  for (size_t i = 0; i + 1 < places.size(); ++i) {
    const int shared = places[i] + tile - places[i + 1];
    for (int x = 0; x < shared; ++x) {
      const float rising = (float(x) + 0.5f) / float(shared);
      shares[i + 1][size_t(x)] *= rising;
      shares[i][size_t(tile - shared + x)] *= 1 - rising;
    }
  }
  // Where three tiles meet the products do not add up to one by themselves.
  std::vector<float> total(size_t(places.back() + tile));
  for (size_t i = 0; i < places.size(); ++i)
    for (int x = 0; x < tile; ++x) total[size_t(places[i] + x)] += shares[i][size_t(x)];
  for (size_t i = 0; i < places.size(); ++i)
    for (int x = 0; x < tile; ++x) shares[i][size_t(x)] /= total[size_t(places[i] + x)];
  return shares;
}

// The rows of the result that tiles still add to.
class Band {
 public:
  Band(int width, int tile) : width_(width), sums_(size_t(width) * size_t(tile) * 3) {}

  void add(const Image8& drawn, int x, const std::vector<float>& across, const std::vector<float>& down) {
    for (int row = 0; row < drawn.height; ++row) {
      float* out = sums_.data() + (size_t(row) * size_t(width_) + size_t(x)) * 3;
      const uint8_t* in = drawn.at(0, row);
      for (int column = 0; column < drawn.width; ++column) {
        const float weight = across[size_t(column)] * down[size_t(row)];
        for (int c = 0; c < 3; ++c) *out++ += weight * float(*in++);
      }
    }
  }

  // Writes the first `rows` rows to row y of `result` and moves the rest up.
  void flush(int rows, int y, Image8& result) {
    const size_t count = size_t(rows) * size_t(width_) * 3;
    for (size_t i = 0; i < count; ++i)
      result.bytes[size_t(y) * size_t(width_) * 3 + i] =
          uint8_t(std::lround(std::clamp(sums_[i], 0.f, 255.f)));
    std::copy(sums_.begin() + std::ptrdiff_t(count), sums_.end(), sums_.begin());
    std::fill(sums_.end() - std::ptrdiff_t(count), sums_.end(), 0.f);
  }

 private:
  int width_;
  std::vector<float> sums_;
};

}  // namespace

std::vector<int> tile_places(int length, int tile, int overlap) {
  if (length <= tile) return {0};
  const int count = (length - overlap + (tile - overlap) - 1) / (tile - overlap);
  std::vector<int> places;
  for (int i = 0; i < count; ++i)
    places.push_back(int(std::lround(double(i) * (length - tile) / (count - 1))));
  return places;
}

Image8 draw_in_tiles(const Image8& picture, int tile, int overlap,
                     const std::function<Image8(const Image8&)>& draw) {
  const auto columns = tile_places(picture.width, tile, overlap);
  const auto rows = tile_places(picture.height, tile, overlap);
  const auto across = shares(columns, tile), down = shares(rows, tile);
  Image8 result(picture.width, picture.height, 3);
  Band band(picture.width, tile);
  for (size_t j = 0; j < rows.size(); ++j) {
    for (size_t i = 0; i < columns.size(); ++i) {
      core::check_interrupt();
      band.add(draw(part(picture, columns[i], rows[j], tile, tile)), columns[i], across[i], down[j]);
    }
    band.flush((j + 1 < rows.size() ? rows[j + 1] : picture.height) - rows[j], rows[j], result);
  }
  return result;
}

Image8 at_least(const Image8& picture, int side) {
  if (picture.width >= side && picture.height >= side) return picture;
  const auto mirrored = [](int i, int size) {
    const int period = std::max(1, 2 * (size - 1)), at = i % period;
    return at < size ? at : period - at;
  };
  Image8 result(std::max(picture.width, side), std::max(picture.height, side), picture.channels);
  for (int y = 0; y < result.height; ++y)
    for (int x = 0; x < result.width; ++x)
      std::copy_n(picture.at(mirrored(x, picture.width), mirrored(y, picture.height)), picture.channels,
                  result.at(x, y));
  return result;
}

Image8 part(const Image8& picture, int x, int y, int width, int height) {
  Image8 result(width, height, picture.channels);
  for (int row = 0; row < height; ++row)
    std::copy_n(picture.at(x, y + row), size_t(width) * size_t(picture.channels), result.at(0, row));
  return result;
}

}  // namespace sakuga::film

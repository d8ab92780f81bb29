#include <algorithm>

#include "sakuga/nn/amx_tiles.h"
#include "sakuga/nn/bf16_products.h"
#include "sakuga/nn/conv_engine.h"

// The weight gradient is a product over pictures and pixels. 32 pictures at one pixel are one tile's depth,
// so both maps are first re-ordered, pixel by pixel: the small map to [small_c][32 pictures] (left), the big
// one to [big_c / 16][16 pairs of pictures][16][2] (right). A tap is then a choice of pixels.
//
// Where there are fewer pictures, the map is cut into upright strips that count as pictures: pixel x of the
// small map stands for the pixels x + strip * width of every strip. The big map's strips overlap by the
// kernel and contain its padding.

namespace sakuga::nn {
namespace {

constexpr int kBlock = 32;
constexpr int kTile = 16 * 32;

// How pixels and pictures are laid out for the products.
struct Cut {
  int strips = 1;
  int small_w, big_w;   // Pixels of a strip.
  bool padded = false;  // The big strips contain the padding.

  explicit Cut(const ConvGeometry& g) : small_w(g.small_w), big_w(g.big_w) {
    if (g.n <= kBlock / 2) strips = std::min(kBlock / g.n, g.small_w);
    padded = strips > 1 || g.reflect;
    if (!padded) return;
    small_w = (g.small_w + strips - 1) / strips;
    big_w = (small_w - 1) * g.stride_w + g.kernel_w;
  }
};

int reflected(int i, int size) {
  return i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
}

// Where the 32 rows of a tile lie in a map; null where there are none.
using RowPointers = const Bf16* [kBlock];

// Sixteen channels of 32 pictures as sixteen vectors of pairs: r[pair] = {c0: even, odd; c1: ...}.
void load_pairs(const RowPointers& rows, int first_channel, __m512i r[16]) {
  const auto load = [&](const Bf16* row) {
    const auto* p = reinterpret_cast<const __m256i*>(row + first_channel);
    return row ? _mm512_cvtepu16_epi32(_mm256_loadu_si256(p)) : _mm512_setzero_si512();
  };
  for (int pair = 0; pair < 16; ++pair)
    r[pair] = _mm512_or_si512(load(rows[2 * pair]), _mm512_slli_epi32(load(rows[2 * pair + 1]), 16));
}

void reorder_right(const RowPointers& rows, int channels, Bf16* out) {
  __m512i r[16];
  for (int c = 0; c < channels; c += 16, out += kTile) {
    load_pairs(rows, c, r);
    for (int pair = 0; pair < 16; ++pair) _mm512_store_si512(out + pair * 32, r[pair]);
  }
}

void reorder_left(const RowPointers& rows, int channels, Bf16* out) {
  __m512i r[16];
  for (int c = 0; c < channels; c += 16, out += kTile) {
    load_pairs(rows, c, r);
    amx::transpose16(r);
    for (int channel = 0; channel < 16; ++channel) _mm512_store_si512(out + channel * 32, r[channel]);
  }
}

struct alignas(64) Line {
  Bf16 values[32];
};

// Re-ordered rows of a map: row r lives in slot r % slots; a pixel is [channels][32].
class Rows {
 public:
  Rows(int slots, int width, int channels)
      : slots_(slots), width_(width), channels_(channels), lines_(size_t(slots) * width * channels) {}
  Bf16* at(int row, int x) { return lines_[(size_t(row % slots_) * width_ + x) * channels_].values; }
  const Bf16* at(int row, int x) const { return const_cast<Rows*>(this)->at(row, x); }

 private:
  int slots_, width_, channels_;
  std::vector<Line> lines_;
};

struct Group {
  int first, rows;  // Pictures.
};

// Fills in where pixel `x` of a strip lies, for every strip and picture; `column_of(strip, x)` is a column
// of the map or one outside of it.
template <class ColumnOf>
void find_rows(const Bf16* map_row, int map_w, int n, int channels, Group group, int strips, int x,
               const ColumnOf& column_of, RowPointers& rows) {
  std::fill(rows, rows + kBlock, nullptr);
  for (int strip = 0; strip < strips; ++strip) {
    const int column = column_of(strip, x);
    if (column < 0 || column >= map_w) continue;
    for (int i = 0; i < group.rows; ++i)
      rows[strip * group.rows + i] = map_row + (size_t(column) * n + group.first + i) * channels;
  }
}

void reorder_big_row(const ConvGeometry& g, const Cut& cut, const Bf16* big, Group group, int y, Rows& rows,
                     int slot) {
  const auto column_of = [&](int strip, int x) {
    const int column = strip * cut.small_w * g.stride_w + x - (cut.padded ? g.pad_w : 0);
    return g.reflect ? reflected(column, g.big_w) : column;
  };
  for (int x = 0; x < cut.big_w; ++x) {
    RowPointers pointers;
    find_rows(big + size_t(y) * g.big_w * g.n * g.big_c, g.big_w, g.n, g.big_c, group, cut.strips, x,
              column_of, pointers);
    reorder_right(pointers, g.big_c, rows.at(slot, x));
  }
}

void reorder_small_row(const ConvGeometry& g, const Cut& cut, const Bf16* small, Group group, int y,
                       Rows& rows, int slot) {
  const auto column_of = [&](int strip, int x) { return strip * cut.small_w + x; };
  for (int x = 0; x < cut.small_w; ++x) {
    RowPointers pointers;
    find_rows(small + size_t(y) * g.small_w * g.n * g.small_c, g.small_w, g.n, g.small_c, group, cut.strips,
              x, column_of, pointers);
    reorder_left(pointers, g.small_c, rows.at(slot, x));
  }
}

// The row of the big map under a tap; outside of it where the padding is zero.
int big_row(const ConvGeometry& g, int y, int kh) {
  const int row = y * g.stride_h + kh - g.pad_h;
  return g.reflect ? reflected(row, g.big_h) : row;
}

// The products of one row of the small map with the row of the big map under a tap.
struct RowPair {
  const Rows& left;
  int left_slot, small_block;
  const Rows& right;
  int right_slot, big_block, kw;
};

template <class Visit>
void for_products(const ConvGeometry& g, const Cut& cut, const RowPair& row, const Visit& visit) {
  for (int x = 0; x < cut.small_w; ++x) {
    const int column = x * g.stride_w + row.kw - (cut.padded ? 0 : g.pad_w);
    if (column < 0 || column >= cut.big_w) continue;
    visit(row.left.at(row.left_slot, x) + row.small_block * 2 * kTile,
          row.right.at(row.right_slot, column) + row.big_block * 2 * kTile);
  }
}

// Adds them to tiles 0-3.
void add_to_tiles(const ConvGeometry& g, const Cut& cut, const RowPair& row) {
  for_products(g, cut, row, [](const Bf16* a, const Bf16* b) {
    _tile_loadd(4, a, 64);
    _tile_loadd(6, b, 64);
    _tile_loadd(7, b + kTile, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, a + kTile, 64);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  });
}

constexpr int kRowBytes = kBlock * sizeof(float);

void load_sums(const float* sums) {
  amx::compiler_barrier();
  _tile_loadd(0, sums, kRowBytes);
  _tile_loadd(1, sums + 16, kRowBytes);
  _tile_loadd(2, sums + 16 * kBlock, kRowBytes);
  _tile_loadd(3, sums + 16 * kBlock + 16, kRowBytes);
}

void store_sums(float* sums) {
  _tile_stored(0, sums, kRowBytes);
  _tile_stored(1, sums + 16, kRowBytes);
  _tile_stored(2, sums + 16 * kBlock, kRowBytes);
  _tile_stored(3, sums + 16 * kBlock + 16, kRowBytes);
}

// Adds the products of many row pairs to one [32][32] block, on tiles or on vectors.
template <class ForRows>
void add_block(const ConvGeometry& g, const Cut& cut, const ForRows& for_rows, float* sums) {
  if (conv_engine_has_tiles()) {
    load_sums(sums);
    for_rows([&](const RowPair& row) { add_to_tiles(g, cut, row); });
    store_sums(sums);
    return;
  }
  thread_local std::vector<Product> products;
  products.clear();
  for_rows([&](const RowPair& row) {
    for_products(g, cut, row, [](const Bf16* a, const Bf16* b) { products.push_back({a, b}); });
  });
  add_products(products.data(), int(products.size()), kBlock, kBlock, sums);
}

// Where add_block() is called from one thread.
class TileScope {
 public:
  TileScope() {
    if (conv_engine_has_tiles()) amx::load_tile_config(16, 16);
  }
  ~TileScope() {
    if (conv_engine_has_tiles()) _tile_release();
  }
};

// Sums of one [32 small channels][32 big channels] block for all taps -> torch's weight order.
void write_block(const ConvGeometry& g, const float* sums, size_t tap_stride, int small_block, int big_block,
                 float* weight) {
  const int taps = g.taps();
  for (int s = 0; s < kBlock; ++s) {
    float* out = weight + ((size_t(small_block) * kBlock + s) * g.big_c + big_block * kBlock) * taps;
    for (int b = 0; b < kBlock; ++b)
      for (int tap = 0; tap < taps; ++tap) out[b * taps + tap] = sums[tap * tap_stride + s * kBlock + b];
  }
}

std::vector<Group> groups_of(int n) {
  std::vector<Group> groups;
  for (int first = 0; first < n; first += kBlock) groups.push_back({first, std::min(kBlock, n - first)});
  return groups;
}

// Few pixels: both maps are re-ordered whole, then each block of the weight is summed in one go.
void weight_by_blocks(const ConvGeometry& g, const Bf16* big, const Bf16* small, float* weight) {
  const Cut cut(g);
  const auto groups = groups_of(g.n);
  const int count = int(groups.size());
  Rows right(count * g.big_h, cut.big_w, g.big_c), left(count * g.small_h, cut.small_w, g.small_c);
  const int big_rows = count * g.big_h, small_rows = count * g.small_h;
#pragma omp parallel for schedule(static)
  for (int row = 0; row < big_rows + small_rows; ++row) {
    if (row < big_rows)
      reorder_big_row(g, cut, big, groups[row / g.big_h], row % g.big_h, right, row);
    else
      reorder_small_row(g, cut, small, groups[(row - big_rows) / g.small_h], (row - big_rows) % g.small_h,
                        left, row - big_rows);
  }
  const int small_blocks = g.small_c / kBlock, big_blocks = g.big_c / kBlock;
#pragma omp parallel for schedule(dynamic)
  for (int task = 0; task < small_blocks * big_blocks; ++task) {
    std::vector<float> sums(size_t(g.taps()) * kBlock * kBlock);
    const int small_block = task / big_blocks, big_block = task % big_blocks;
    const TileScope tiles;
    for (int tap = 0; tap < g.taps(); ++tap) {
      const auto for_rows = [&](const auto& visit) {
        for (int group = 0; group < count; ++group) {
          for (int y = 0; y < g.small_h; ++y) {
            const int row = big_row(g, y, tap / g.kernel_w);
            if (row < 0 || row >= g.big_h) continue;
            visit(RowPair{left, group * g.small_h + y, small_block, right, group * g.big_h + row, big_block,
                          tap % g.kernel_w});
          }
        }
      };
      add_block(g, cut, for_rows, sums.data() + size_t(tap) * kBlock * kBlock);
    }
    write_block(g, sums.data(), kBlock * kBlock, small_block, big_block, weight);
  }
}

// Many pixels: bands of rows pass through small ring buffers, and the sums stay in memory meanwhile.
class BandSum {
 public:
  BandSum(const ConvGeometry& g, const Cut& cut, int step)
      : g_(g),
        cut_(cut),
        step_(step),
        left_(step, cut.small_w, g.small_c),
        right_((step - 1) * g.stride_h + g.kernel_h, cut.big_w, g.big_c),
        sums_(size_t(g.taps()) * g.small_c * g.big_c) {}

  void add(const Bf16* big, const Bf16* small, Group group, int first_row, int last_row) {
    int next_big = std::max(0, first_row * g_.stride_h - g_.pad_h);
    for (int y = first_row; y < last_row; y += step_) {
      const int end = std::min(y + step_, last_row);
      const int needed = std::min(g_.big_h, (end - 1) * g_.stride_h + g_.kernel_h - g_.pad_h);
      for (; next_big < needed; ++next_big) reorder_big_row(g_, cut_, big, group, next_big, right_, next_big);
      for (int row = y; row < end; ++row) reorder_small_row(g_, cut_, small, group, row, left_, row);
      add_band(y, end);
    }
  }

  const std::vector<float>& sums() const { return sums_; }

 private:
  void add_band(int begin, int end) {
    const TileScope tiles;
    float* sums = sums_.data();
    for (int small_block = 0; small_block < g_.small_c / kBlock; ++small_block) {
      for (int big_block = 0; big_block < g_.big_c / kBlock; ++big_block) {
        for (int tap = 0; tap < g_.taps(); ++tap, sums += kBlock * kBlock) {
          const auto for_rows = [&](const auto& visit) {
            for (int y = begin; y < end; ++y) {
              const int row = big_row(g_, y, tap / g_.kernel_w);
              if (row < 0 || row >= g_.big_h) continue;
              visit(RowPair{left_, y, small_block, right_, row, big_block, tap % g_.kernel_w});
            }
          };
          add_block(g_, cut_, for_rows, sums);
        }
      }
    }
  }

  const ConvGeometry& g_;
  const Cut& cut_;
  int step_;
  Rows left_, right_;
  std::vector<float> sums_;  // [small block][big block][tap][32][32]
};

void weight_by_bands(const ConvGeometry& g, const Bf16* big, const Bf16* small, float* weight) {
  constexpr int kParts = 8;  // Fixed, so that the result does not depend on the number of threads.
  const Cut cut(g);
  const auto groups = groups_of(g.n);
  const int step = std::max(1, 64 / cut.small_w), rows = int(groups.size()) * g.small_h;
  std::vector<std::vector<float>> parts(kParts);
#pragma omp parallel for schedule(dynamic)
  for (int part = 0; part < kParts; ++part) {
    BandSum band(g, cut, step);
    int row = rows * part / kParts;
    const int last = rows * (part + 1) / kParts;
    while (row < last) {
      const int y = row % g.small_h, end = std::min(g.small_h, y + last - row);
      band.add(big, small, groups[row / g.small_h], y, end);
      row += end - y;
    }
    parts[part] = band.sums();
  }
  const size_t size = parts[0].size();
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < size; ++i)
    for (int part = 1; part < kParts; ++part) parts[0][i] += parts[part][i];
  const int big_blocks = g.big_c / kBlock;
#pragma omp parallel for schedule(static)
  for (int task = 0; task < g.small_c / kBlock * big_blocks; ++task) {
    const float* sums = parts[0].data() + size_t(task) * g.taps() * kBlock * kBlock;
    write_block(g, sums, kBlock * kBlock, task / big_blocks, task % big_blocks, weight);
  }
}

}  // namespace

void conv_weight(const ConvGeometry& g, const Bf16* big, const Bf16* small, float* weight) {
  constexpr int kPixelsThatFitL2 = 8192;  // Two [pixels][32 channels] maps of two bytes are 1 MiB.
  if (g.small_h * g.small_w * g.n <= kPixelsThatFitL2)
    weight_by_blocks(g, big, small, weight);
  else
    weight_by_bands(g, big, small, weight);
}

}  // namespace sakuga::nn

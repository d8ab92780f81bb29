#include <algorithm>

#include "sakuga/nn/amx_tiles.h"
#include "sakuga/nn/bf16_products.h"
#include "sakuga/nn/conv_engine.h"

namespace sakuga::nn {
namespace {

constexpr int kBlock = 32;      // Channels and pictures are worked on in squares of 32.
constexpr int kTile = 16 * 32;  // Values in one right-hand tile.
constexpr int kMostTaps = 128;

// One direction of a convolution: which (input pixel, tap) pairs make an output pixel. Output pixels that lie
// out_step apart in a row read input pixels that lie in_step apart.
struct Pass {
  int n, in_c, out_h, out_w, out_c, taps, out_step, in_step;
  const Bf16* in;
  const Bf16* packed;
  Epilogue epilogue;
  Bf16* out;
};

struct Sources {
  int count = 0;
  int pixel[kMostTaps], tap[kMostTaps];
  void add(int p, int t) {
    pixel[count] = p;
    tap[count++] = t;
  }
};

// Mirrors an index about the ends of [0, size).
int reflected(int i, int size) {
  return i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
}

Sources sources_of_small(const ConvGeometry& g, int y, int x) {
  Sources sources;
  for (int kh = 0; kh < g.kernel_h; ++kh) {
    int row = y * g.stride_h + kh - g.pad_h;
    if (g.reflect) row = reflected(row, g.big_h);
    if (row < 0 || row >= g.big_h) continue;
    for (int kw = 0; kw < g.kernel_w; ++kw) {
      int column = x * g.stride_w + kw - g.pad_w;
      if (g.reflect) column = reflected(column, g.big_w);
      if (column >= 0 && column < g.big_w) sources.add(row * g.big_w + column, kh * g.kernel_w + kw);
    }
  }
  return sources;
}

// The places that hold pixel i of `size`: itself and, in a reflected padding, its mirror images.
struct Images {
  int count = 0, at[3];
  Images(int i, int size, int pad, bool reflect) {
    at[count++] = i;
    if (!reflect) return;
    if (i > 0 && i <= pad) at[count++] = -i;
    if (i < size - 1 && i >= size - 1 - pad) at[count++] = 2 * (size - 1) - i;
  }
};

Sources sources_of_big(const ConvGeometry& g, int y, int x) {
  Sources sources;
  const Images rows(y, g.big_h, g.pad_h, g.reflect), columns(x, g.big_w, g.pad_w, g.reflect);
  for (int image = 0; image < rows.count * columns.count; ++image) {
    const int row = rows.at[image / columns.count], column = columns.at[image % columns.count];
    for (int kh = 0; kh < g.kernel_h; ++kh) {
      const int down = row + g.pad_h - kh;
      if (down < 0 || down % g.stride_h || down / g.stride_h >= g.small_h) continue;
      for (int kw = 0; kw < g.kernel_w; ++kw) {
        const int right = column + g.pad_w - kw;
        if (right < 0 || right % g.stride_w || right / g.stride_w >= g.small_w) continue;
        sources.add(down / g.stride_h * g.small_w + right / g.stride_w, kh * g.kernel_w + kw);
      }
    }
  }
  return sources;
}

// Whether `later` is `sources`, moved by `step` input pixels.
bool is_moved(const Sources& sources, const Sources& later, int step) {
  if (later.count != sources.count) return false;
  for (int s = 0; s < sources.count; ++s)
    if (later.tap[s] != sources.tap[s] || later.pixel[s] != sources.pixel[s] + step) return false;
  return true;
}

// The hardware does not foresee a tile's rows, which lie `stride` values apart.
void prefetch_tile(const Bf16* first, int stride) {
  for (int row = 0; row < 16; ++row)
    _mm_prefetch(reinterpret_cast<const char*>(first + row * stride), _MM_HINT_T0);
}

template <bool kTwoRows>
void sum_taps(const Sources& sources, const Bf16* in, size_t pixel_size, int in_c, int row_step,
              const Bf16* packed, float* sums) {
  amx::compiler_barrier();
  _tile_zero(0);
  _tile_zero(1);
  if constexpr (kTwoRows) {
    _tile_zero(2);
    _tile_zero(3);
  }
  const int k_blocks = in_c / kBlock;
  const size_t stride = row_step * sizeof(Bf16);
  for (int s = 0; s < sources.count; ++s) {
    const Bf16* left = in + sources.pixel[s] * pixel_size;
    const Bf16* right = packed + size_t(sources.tap[s]) * k_blocks * 2 * kTile;
    const Bf16* next_left = in + sources.pixel[std::min(s + 1, sources.count - 1)] * pixel_size;
    for (int k = 0; k < k_blocks; ++k, left += kBlock, right += 2 * kTile) {
      const Bf16* next = k + 1 < k_blocks ? left + kBlock : next_left;
      _tile_loadd(4, left, stride);
      _tile_loadd(6, right, 64);
      prefetch_tile(next, row_step);
      _tile_loadd(7, right + kTile, 64);
      _tile_dpbf16ps(0, 4, 6);
      _tile_dpbf16ps(1, 4, 7);
      if constexpr (kTwoRows) {
        _tile_loadd(5, left + 16 * row_step, stride);
        prefetch_tile(next + 16 * row_step, row_step);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
      }
    }
  }
  _tile_stored(0, sums, kBlock * sizeof(float));
  _tile_stored(1, sums + 16, kBlock * sizeof(float));
  if constexpr (kTwoRows) {
    _tile_stored(2, sums + 16 * kBlock, kBlock * sizeof(float));
    _tile_stored(3, sums + 16 * kBlock + 16, kBlock * sizeof(float));
  }
}

// The same without tiles.
void sum_taps(const Sources& sources, const Bf16* in, size_t pixel_size, int in_c, int row_step,
              const Bf16* packed, int rows, float* sums) {
  std::fill_n(sums, rows * kBlock, 0.f);
  const int k_blocks = in_c / kBlock;
  constexpr int kAtOnce = 64;
  Product products[kAtOnce];
  int count = 0;
  for (int s = 0; s < sources.count; ++s) {
    const Bf16* left = in + sources.pixel[s] * pixel_size;
    const Bf16* right = packed + size_t(sources.tap[s]) * k_blocks * 2 * kTile;
    for (int k = 0; k < k_blocks; ++k) {
      products[count++] = {left + k * kBlock, right + size_t(k) * 2 * kTile};
      if (count == kAtOnce) {
        add_products(products, count, rows, row_step, sums);
        count = 0;
      }
    }
  }
  add_products(products, count, rows, row_step, sums);
}

void finish(const float* sums, int rows, const Epilogue& epilogue, const float* bias, size_t offset,
            int out_c, Bf16* out) {
  const bool add_residual = epilogue.residual, leaky = epilogue.leaky_slope != 1;
  const __m512 zero = _mm512_setzero_ps(), slope = _mm512_set1_ps(epilogue.leaky_slope);
  const __m512 bias0 = bias ? _mm512_loadu_ps(bias) : zero;
  const __m512 bias1 = bias ? _mm512_loadu_ps(bias + 16) : zero;
  for (int row = 0; row < rows; ++row, offset += out_c, sums += kBlock) {
    __m512 a = _mm512_add_ps(_mm512_load_ps(sums), bias0);
    __m512 b = _mm512_add_ps(_mm512_load_ps(sums + 16), bias1);
    if (add_residual) {
      a = _mm512_add_ps(a, amx::from_bf16(epilogue.residual + offset));
      b = _mm512_add_ps(b, amx::from_bf16(epilogue.residual + offset + 16));
    }
    if (leaky) {
      a = _mm512_mask_mul_ps(a, _mm512_cmp_ps_mask(a, zero, _CMP_LT_OQ), a, slope);
      b = _mm512_mask_mul_ps(b, _mm512_cmp_ps_mask(b, zero, _CMP_LT_OQ), b, slope);
    }
    amx::store_bf16(out + offset, a, b);
  }
}

// A patch of output pixels for pictures [first, first + rows): small enough that what it reads stays in the
// second-level cache while the output channels are gone through.
struct Patch {
  int y, end_y, x, end_x, first, rows;
};

constexpr int kPatchHeight = 4, kPatchWidth = 16;

// Of a small batch, so many neighbouring pixels fill a square's rows. Where a pixel's pictures and the next
// pixel's do not lie at one distance, they cannot.
int pixels_at_once(const Pass& pass) {
  if (pass.n > kBlock / 2 || (pass.in_step != 1 && pass.n != 1)) return 1;
  return kBlock / pass.n;
}

std::vector<Patch> patches_of(const Pass& pass) {
  const int patch_width = std::max(kPatchWidth, pixels_at_once(pass) * pass.out_step);
  std::vector<Patch> patches;
  for (int first = 0; first < pass.n; first += kBlock)
    for (int y = 0; y < pass.out_h; y += kPatchHeight)
      for (int x = 0; x < pass.out_w; x += patch_width)
        patches.push_back({y, std::min(y + kPatchHeight, pass.out_h), x,
                           std::min(x + patch_width, pass.out_w), first, std::min(kBlock, pass.n - first)});
  return patches;
}

// The tiles' shape, which is costly to change.
class TileShape {
 public:
  ~TileShape() {
    if (rows_) _tile_release();
  }
  void set(int rows) {
    if (rows == rows_) return;
    if (rows_) _tile_release();
    amx::load_tile_config(std::min(rows, 16), std::max(rows - 16, 0));
    rows_ = rows;
  }

 private:
  int rows_ = 0;
};

// Pixels x, x + out_step, ...: `count` of them, with the sources of the first.
struct Run {
  int y, x, count;
};

void run_pixels(const Pass& pass, const Patch& patch, int block, const Run& run, const Sources& sources,
                TileShape& shape) {
  alignas(64) float sums[kBlock * kBlock];
  const Bf16* packed = pass.packed + size_t(block) * pass.taps * (pass.in_c / kBlock) * 2 * kTile;
  const size_t pixel_size = size_t(pass.n) * pass.in_c;
  const Bf16* in = pass.in + size_t(patch.first) * pass.in_c;
  const int rows = run.count * patch.rows, row_step = pass.in_c * (run.count > 1 ? pass.in_step : 1);
  if (conv_engine_has_tiles()) {
    shape.set(rows);
    if (rows > 16)
      sum_taps<true>(sources, in, pixel_size, pass.in_c, row_step, packed, sums);
    else
      sum_taps<false>(sources, in, pixel_size, pass.in_c, row_step, packed, sums);
  } else {
    sum_taps(sources, in, pixel_size, pass.in_c, row_step, packed, rows, sums);
  }
  for (int i = 0; i < run.count; ++i) {
    const int x = run.x + i * pass.out_step;
    const size_t offset =
        ((size_t(run.y) * pass.out_w + x) * pass.n + patch.first) * pass.out_c + block * kBlock;
    const float* bias = pass.epilogue.bias;
    if (bias)
      bias += block * kBlock + (pass.epilogue.bias_by_parity ? (run.y % 2 * 2 + x % 2) * pass.out_c : 0);
    finish(sums + i * patch.rows * kBlock, patch.rows, pass.epilogue, bias, offset, pass.out_c, pass.out);
  }
}

template <class SourcesOf>
void run_patch(const Pass& pass, const SourcesOf& sources_of, const Patch& patch, int block,
               TileShape& shape) {
  const int at_once = pixels_at_once(pass);
  for (int y = patch.y; y < patch.end_y; ++y) {
    for (int phase = 0; phase < pass.out_step; ++phase) {
      for (int x = patch.x + phase; x < patch.end_x;) {
        const Sources sources = sources_of(y, x);
        int count = std::min(at_once, (patch.end_x - 1 - x) / pass.out_step + 1);
        const auto moves = [&](int pixels) {
          return is_moved(sources, sources_of(y, x + pixels * pass.out_step), pixels * pass.in_step);
        };
        // At a border the taps differ from pixel to pixel.
        if (count > 1 && !moves(1)) count = 1;
        while (count > 1 && !moves(count - 1)) --count;
        run_pixels(pass, patch, block, {y, x, count}, sources, shape);
        x += count * pass.out_step;
      }
    }
  }
}

// Work is cut into patches, or, where the weights outweigh the map, by output channels.
template <class SourcesOf>
void run(const Pass& pass, const SourcesOf& sources_of) {
  const auto patches = patches_of(pass);
  const int blocks = pass.out_c / kBlock, count = int(patches.size());
  const size_t weights = size_t(pass.taps) * pass.in_c * pass.out_c;
  const size_t map = size_t(pass.out_h) * pass.out_w * pass.n * pass.in_c;
  const bool by_channels = weights > map;
#pragma omp parallel for schedule(dynamic)
  for (int task = 0; task < (by_channels ? blocks : count); ++task) {
    TileShape shape;
    for (int i = 0; i < (by_channels ? count : blocks); ++i)
      run_patch(pass, sources_of, patches[by_channels ? i : task], by_channels ? task : i, shape);
  }
}

// value(k, n, tap) in tile order; see conv_engine.h.
template <class Value>
std::vector<Bf16> pack(int in_c, int out_c, int taps, const Value& value) {
  std::vector<Bf16> packed(size_t(in_c) * out_c * taps);
  const int k_blocks = in_c / kBlock;
#pragma omp parallel for collapse(2) schedule(static)
  for (int block = 0; block < out_c / kBlock; ++block) {
    for (int k_block = 0; k_block < k_blocks; ++k_block) {
      for (int tap = 0; tap < taps; ++tap) {
        Bf16* tiles = packed.data() + ((size_t(block) * taps + tap) * k_blocks + k_block) * 2 * kTile;
        for (int half = 0; half < 2; ++half) {
          for (int pair = 0; pair < 16; ++pair) {
            alignas(64) float row[32];
            for (int i = 0; i < 32; ++i)
              row[i] = value(k_block * kBlock + pair * 2 + i % 2, block * kBlock + half * 16 + i / 2, tap);
            amx::store_bf16(tiles + half * kTile + pair * 32, _mm512_load_ps(row), _mm512_load_ps(row + 16));
          }
        }
      }
    }
  }
  return packed;
}

}  // namespace

std::vector<Bf16> pack_to_small(const float* weight, const ConvGeometry& g) {
  return pack(g.big_c, g.small_c, g.taps(),
              [&](int k, int n, int tap) { return weight[(size_t(n) * g.big_c + k) * g.taps() + tap]; });
}

std::vector<Bf16> pack_to_big(const float* weight, const ConvGeometry& g) {
  return pack(g.small_c, g.big_c, g.taps(),
              [&](int k, int n, int tap) { return weight[(size_t(k) * g.big_c + n) * g.taps() + tap]; });
}

void conv_to_small(const ConvGeometry& g, const Bf16* big, const Bf16* packed, const Epilogue& epilogue,
                   Bf16* small) {
  const Pass pass{g.n, g.big_c,    g.small_h, g.small_w, g.small_c, g.taps(),
                  1,   g.stride_w, big,       packed,    epilogue,  small};
  run(pass, [&](int y, int x) { return sources_of_small(g, y, x); });
}

void conv_to_big(const ConvGeometry& g, const Bf16* small, const Bf16* packed, const Epilogue& epilogue,
                 Bf16* big) {
  const Pass pass{g.n,        g.small_c, g.big_h, g.big_w, g.big_c,  g.taps(),
                  g.stride_w, 1,         small,   packed,  epilogue, big};
  run(pass, [&](int y, int x) { return sources_of_big(g, y, x); });
}

}  // namespace sakuga::nn

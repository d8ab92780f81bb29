#include "sakuga/nn/row_kernels.h"

#include <algorithm>

#include "sakuga/nn/amx_tiles.h"

namespace sakuga::nn {
namespace {

constexpr int64_t kParts = 64;

// Calls work(part, first row, last row) for a fixed cut of the rows.
template <class Work>
void for_parts(int64_t rows, const Work& work) {
#pragma omp parallel for schedule(static)
  for (int64_t part = 0; part < kParts; ++part) work(part, rows * part / kParts, rows * (part + 1) / kParts);
}

__m512 gated(__m512 value, const Bf16* gate) {
  const __mmask16 open = _mm512_cmp_ps_mask(amx::from_bf16(gate), _mm512_setzero_ps(), _CMP_GT_OQ);
  return _mm512_maskz_mov_ps(open, value);
}

// Adds one pixel's [pictures][channels] to the running sums.
void add_pixel(const Bf16* a, const Bf16* b, const Bf16* gate, int64_t count, float* sums, float* products) {
  for (int64_t i = 0; i < count; i += 16) {
    __m512 value = amx::from_bf16(a + i);
    if (gate) value = gated(value, gate + i);
    _mm512_storeu_ps(sums + i, _mm512_add_ps(_mm512_loadu_ps(sums + i), value));
    _mm512_storeu_ps(products + i,
                     _mm512_fmadd_ps(value, amx::from_bf16(b + i), _mm512_loadu_ps(products + i)));
  }
}

}  // namespace

ChannelSums channel_sums(const Bf16* a, const Bf16* b, const Bf16* gate, int64_t pixels, int pictures,
                         int channels) {
  constexpr int64_t kParts = 8;  // Each keeps a table of its own.
  const int64_t count = int64_t(pictures) * channels;
  std::vector<float> sums(kParts * count), products(kParts * count);
#pragma omp parallel for schedule(static)
  for (int64_t part = 0; part < kParts; ++part) {
    for (int64_t pixel = pixels * part / kParts; pixel < pixels * (part + 1) / kParts; ++pixel) {
      const int64_t at = pixel * count;
      add_pixel(a + at, b + at, gate ? gate + at : nullptr, count, &sums[part * count],
                &products[part * count]);
    }
  }
  for (int64_t part = 1; part < kParts; ++part) {
    for (int64_t i = 0; i < count; ++i) {
      sums[i] += sums[part * count + i];
      products[i] += products[part * count + i];
    }
  }
  sums.resize(count);
  products.resize(count);
  return {std::move(sums), std::move(products)};
}

void scale_shift(const Bf16* x, const float* scale, const float* shift, const Bf16* residual, bool relu,
                 int64_t pixels, int pictures, int channels, Bf16* y) {
  const __m512 floor = relu ? _mm512_setzero_ps() : _mm512_set1_ps(-__builtin_inff());
  const int64_t count = int64_t(pictures) * channels;
  for_parts(pixels, [&](int64_t, int64_t first, int64_t last) {
    for (int64_t at = first * count, i = 0; at < last * count; at += 32, i = i + 32 == count ? 0 : i + 32) {
      const auto half = [&](int offset) {
        __m512 v = _mm512_fmadd_ps(amx::from_bf16(x + at + offset), _mm512_loadu_ps(scale + i + offset),
                                   _mm512_loadu_ps(shift + i + offset));
        if (residual) v = _mm512_add_ps(v, amx::from_bf16(residual + at + offset));
        return _mm512_max_ps(floor, v);  // In this order a NaN in v stays one.
      };
      amx::store_bf16(y + at, half(0), half(16));
    }
  });
}

void norm_backward(const Bf16* g, const Bf16* gate, const Bf16* x, const float* a, const float* b,
                   const float* c, bool by_picture, int64_t pixels, int pictures, int channels, Bf16* dx) {
  const int64_t count = int64_t(pictures) * channels, period = by_picture ? count : channels;
  for_parts(pixels, [&](int64_t, int64_t first, int64_t last) {
    for (int64_t pixel = first; pixel < last; ++pixel) {
      for (int64_t i = 0, channel = 0; i < count;
           i += 32, channel = channel + 32 == period ? 0 : channel + 32) {
        const int64_t at = pixel * count + i;
        const auto half = [&](int offset) {
          __m512 v = amx::from_bf16(g + at + offset);
          if (gate) v = gated(v, gate + at + offset);
          const __m512 linear =
              _mm512_fmadd_ps(amx::from_bf16(x + at + offset), _mm512_loadu_ps(b + channel + offset),
                              _mm512_loadu_ps(c + channel + offset));
          return _mm512_fmadd_ps(v, _mm512_loadu_ps(a + i + offset), linear);
        };
        amx::store_bf16(dx + at, half(0), half(16));
      }
    }
  });
}

void leaky_backward(const Bf16* g, const Bf16* y, float slope, int64_t count, Bf16* out) {
  const __m512 slopes = _mm512_set1_ps(slope);
  for_parts(count / 32, [&](int64_t, int64_t first, int64_t last) {
    for (int64_t at = first * 32; at < last * 32; at += 32) {
      const auto half = [&](int offset) {
        const __m512 v = amx::from_bf16(g + at + offset);
        const __mmask16 closed =
            _mm512_cmp_ps_mask(amx::from_bf16(y + at + offset), _mm512_setzero_ps(), _CMP_LE_OQ);
        return _mm512_mask_mul_ps(v, closed, v, slopes);
      };
      amx::store_bf16(out + at, half(0), half(16));
    }
  });
}

void unfold(const Unfolding& u, const Bf16* in, Bf16* out) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < u.h; ++y) {
    for (int x = 0; x < u.out_w; ++x) {
      Bf16* pixel = out + (size_t(y) * u.out_w + x) * u.n * u.out_c;
      std::fill_n(pixel, size_t(u.n) * u.out_c, Bf16(0));
      for (int k = 0; k < u.kernel; ++k) {
        const int column = x * u.stride + k - u.pad;
        if (column < 0 || column >= u.w) continue;
        const Bf16* source = in + (size_t(y) * u.w + column) * u.n * u.c;
        for (int n = 0; n < u.n; ++n)
          for (int c = 0; c < u.c; ++c)
            pixel[size_t(n) * u.out_c + k * u.c + c] = source[size_t(n) * u.c + c];
      }
    }
  }
}

void fold(const Unfolding& u, const Bf16* columns, Bf16* out) {
  const auto to_float = [](Bf16 value) {
    const uint32_t bits = uint32_t(value) << 16;
    float result;
    std::memcpy(&result, &bits, 4);
    return result;
  };
#pragma omp parallel for schedule(static)
  for (int y = 0; y < u.h; ++y) {
    std::vector<float> sums(size_t(u.n) * u.c + 32);
    for (int column = 0; column < u.w; ++column) {
      std::fill(sums.begin(), sums.end(), 0.f);
      for (int k = 0; k < u.kernel; ++k) {
        const int shifted = column + u.pad - k;
        if (shifted < 0 || shifted % u.stride || shifted / u.stride >= u.out_w) continue;
        const Bf16* pixel = columns + (size_t(y) * u.out_w + shifted / u.stride) * u.n * u.out_c + k * u.c;
        for (int n = 0; n < u.n; ++n)
          for (int c = 0; c < u.c; ++c) sums[size_t(n) * u.c + c] += to_float(pixel[size_t(n) * u.out_c + c]);
      }
      Bf16* target = out + (size_t(y) * u.w + column) * u.n * u.c;
      const size_t count = size_t(u.n) * u.c;
      for (size_t i = 0; i < count; i += 32) {
        alignas(64) Bf16 rounded[32];
        amx::store_bf16(rounded, _mm512_loadu_ps(&sums[i]),
                        i + 16 < count ? _mm512_loadu_ps(&sums[i + 16]) : _mm512_setzero_ps());
        std::memcpy(target + i, rounded, std::min<size_t>(32, count - i) * sizeof(Bf16));
      }
    }
  }
}

}  // namespace sakuga::nn

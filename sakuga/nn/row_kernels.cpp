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

// Sums of 16 channels over rows [first, last), in bursts short enough for float32.
void add_column(const Bf16* a, const Bf16* b, const Bf16* gate, int64_t first, int64_t last, int channels,
                int channel, double* sums, double* products) {
  constexpr int64_t kBurst = 512;
  for (int64_t begin = first; begin < last; begin += kBurst) {
    __m512 sum = _mm512_setzero_ps(), product = _mm512_setzero_ps();
    for (int64_t row = begin; row < std::min(last, begin + kBurst); ++row) {
      const int64_t at = row * channels + channel;
      __m512 value = amx::from_bf16(a + at);
      if (gate) value = gated(value, gate + at);
      sum = _mm512_add_ps(sum, value);
      product = _mm512_fmadd_ps(value, amx::from_bf16(b + at), product);
    }
    alignas(64) float s[16], p[16];
    _mm512_store_ps(s, sum);
    _mm512_store_ps(p, product);
    for (int i = 0; i < 16; ++i) {
      sums[channel + i] += s[i];
      products[channel + i] += p[i];
    }
  }
}

}  // namespace

ChannelSums channel_sums(const Bf16* a, const Bf16* b, const Bf16* gate, int64_t rows, int channels) {
  std::vector<double> sums(kParts * channels), products(kParts * channels);
  for_parts(rows, [&](int64_t part, int64_t first, int64_t last) {
    // Bands short enough that the columns of one band are still in the cache for the next channels.
    for (int64_t begin = first; begin < last; begin += 512)
      for (int channel = 0; channel < channels; channel += 16)
        add_column(a, b, gate, begin, std::min(last, begin + 512), channels, channel,
                   sums.data() + part * channels, products.data() + part * channels);
  });
  ChannelSums total{std::vector<double>(channels), std::vector<double>(channels)};
  for (int64_t part = 0; part < kParts; ++part) {
    for (int c = 0; c < channels; ++c) {
      total.sums[c] += sums[part * channels + c];
      total.products[c] += products[part * channels + c];
    }
  }
  return total;
}

void scale_shift(const Bf16* x, const float* scale, const float* shift, const Bf16* residual, bool relu,
                 int64_t rows, int channels, Bf16* y) {
  const __m512 floor = relu ? _mm512_setzero_ps() : _mm512_set1_ps(-__builtin_inff());
  for_parts(rows, [&](int64_t, int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      for (int c = 0; c < channels; c += 32) {
        const int64_t at = row * channels + c;
        const auto half = [&](int offset) {
          __m512 v = _mm512_fmadd_ps(amx::from_bf16(x + at + offset), _mm512_loadu_ps(scale + c + offset),
                                     _mm512_loadu_ps(shift + c + offset));
          if (residual) v = _mm512_add_ps(v, amx::from_bf16(residual + at + offset));
          return _mm512_max_ps(floor, v);  // In this order a NaN in v stays one.
        };
        amx::store_bf16(y + at, half(0), half(16));
      }
    }
  });
}

void norm_backward(const Bf16* g, const Bf16* gate, const Bf16* x, const float* a, const float* b,
                   const float* c, int64_t rows, int channels, Bf16* dx) {
  for_parts(rows, [&](int64_t, int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      for (int channel = 0; channel < channels; channel += 32) {
        const int64_t at = row * channels + channel;
        const auto half = [&](int offset) {
          __m512 v = amx::from_bf16(g + at + offset);
          if (gate) v = gated(v, gate + at + offset);
          const __m512 linear =
              _mm512_fmadd_ps(amx::from_bf16(x + at + offset), _mm512_loadu_ps(b + channel + offset),
                              _mm512_loadu_ps(c + channel + offset));
          return _mm512_fmadd_ps(v, _mm512_loadu_ps(a + channel + offset), linear);
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

// Passes over the engine's maps, seen as [pixels][pictures][channels] of bfloat16: normalisation,
// activations, sums. Channels are a multiple of 32. Sums are taken over a fixed cut of the pixels, so that
// results do not depend on the number of threads. Torch-free; needs conv_engine_available().
#pragma once

#include <cstdint>
#include <vector>

#include "sakuga/nn/conv_engine.h"

namespace sakuga::nn {

// Columns are summed apart for each picture: sums[n * channels + c] = sum of a over the pixels of picture n,
// products likewise of a * b (b may be a). Where `gate` is given, a counts only where gate > 0.
struct ChannelSums {
  std::vector<float> sums, products;  // [pictures][channels]
};
ChannelSums channel_sums(const Bf16* a, const Bf16* b, const Bf16* gate, int64_t pixels, int pictures,
                         int channels);

// y = x * scale + shift + residual (or null), then ReLU if asked. Scale and shift are [pictures][channels].
void scale_shift(const Bf16* x, const float* scale, const float* shift, const Bf16* residual, bool relu,
                 int64_t pixels, int pictures, int channels, Bf16* y);

// dx = a * (g where gate > 0, everywhere if null) + b * x + c, with a [pictures][channels], b and c
// [channels], or [pictures][channels] too if `by_picture`.
void norm_backward(const Bf16* g, const Bf16* gate, const Bf16* x, const float* a, const float* b,
                   const float* c, bool by_picture, int64_t pixels, int pictures, int channels, Bf16* dx);

// out = g where y > 0, g * slope elsewhere. `count` values, a multiple of 32.
void leaky_backward(const Bf16* g, const Bf16* y, float slope, int64_t count, Bf16* out);

// Unfolds [h][w][n][c] along w: out[h][x][n][kw * c + ch] = in[h][x * stride + kw - pad][n][ch], zero outside
// and up to out_c. fold() is its adjoint: it adds such columns up into [h][w][n][c].
struct Unfolding {
  int h, w, n, c, out_w, out_c, kernel, stride, pad;
};
void unfold(const Unfolding&, const Bf16* in, Bf16* out);
void fold(const Unfolding&, const Bf16* columns, Bf16* out);

}  // namespace sakuga::nn

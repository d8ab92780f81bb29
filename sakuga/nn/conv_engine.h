// Convolutions in bfloat16 on Intel's AMX tiles or, without them, on AVX512-BF16 vectors.
//
// Memory order is H, W, N, C ("the batch is the rows of a tile"): the 16 rows of a tile are 16 pictures at
// one pixel, so a convolution is, for each output pixel, a sum of dense [n, c_in] x [c_in, c_out] products
// over the taps that fall inside the picture. Nothing is padded, unrolled or copied on the way in, strides
// cost nothing, and at 2x2 maps more than half of a 3x3 kernel's work disappears. Sums are float32, in an
// order that depends neither on the batch size nor on the number of threads. Of small batches neighbouring
// pixels fill the rows of a tile.
//
// A convolution links a big map (its input) and a small one (its output); the three functions below are its
// three linear forms, and each one's derivatives are the other two. Torch-free; weights are [small_c,
// big_c, kh, kw] float32 as in torch. Channel counts must be multiples of 32 (ops.cpp pads or unfolds).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sakuga::nn {

// True if this processor can run the engine: AVX512-BF16 (Intel from Cooper Lake, AMD from Zen 4).
bool conv_engine_available();

// True if it can also use AMX tiles, several times as fast; asks the kernel once.
bool conv_engine_has_tiles();

struct ConvGeometry {
  int n = 0;                                  // Pictures.
  int big_h = 0, big_w = 0, big_c = 0;        // The convolution's input.
  int small_h = 0, small_w = 0, small_c = 0;  // The convolution's output.
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int pad_h = 0, pad_w = 0;
  bool reflect = false;  // The padding mirrors the big map about its border pixels; else it is zero.
  int taps() const { return kernel_h * kernel_w; }
};

using Bf16 = uint16_t;

// Weights in tile order for one direction: blocks of 32 output channels, each [tap][k / 32][2][16][16][2].
std::vector<Bf16> pack_to_small(const float* weight, const ConvGeometry& geometry);
std::vector<Bf16> pack_to_big(const float* weight, const ConvGeometry& geometry);

// What is done to a sum before it is rounded: + bias + residual, then LeakyReLU (slope 1: none).
struct Epilogue {
  const float* bias = nullptr;     // [c_out]
  bool bias_by_parity = false;     // `bias` is [4][c_out], chosen by 2 * (y % 2) + x % 2 of the output pixel.
  const Bf16* residual = nullptr;  // Like the output.
  float leaky_slope = 1;
};

// small = conv(big); big = transposed conv(small). Outputs are written whole.
void conv_to_small(const ConvGeometry&, const Bf16* big, const Bf16* packed, const Epilogue&, Bf16* small);
void conv_to_big(const ConvGeometry&, const Bf16* small, const Bf16* packed, const Epilogue&, Bf16* big);

// weight[small_c][big_c][kh][kw] = sum over pictures and pixels of small x big. Written whole.
void conv_weight(const ConvGeometry&, const Bf16* big, const Bf16* small, float* weight);

}  // namespace sakuga::nn

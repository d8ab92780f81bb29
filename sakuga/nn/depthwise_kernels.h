// Convolutions of every channel with a 3x3 kernel of its own, on the engine's maps ([h][w][n][c] bfloat16).
//
// Where a map ends it is mirrored about its border pixels. Forward pass and gradient are the same sum over
// other neighbours: a table says for every row and column which rows and columns meet it through which tap.
// Torch-free; needs conv_engine_available(). Channels are a multiple of 32. Sums are taken in an order that
// depends neither on the number of pictures nor on that of threads.
#pragma once

#include <vector>

#include "sakuga/nn/conv_engine.h"

namespace sakuga::nn {

// A row (or column) and the tap (0 to 2) through which it meets another.
struct Neighbour {
  int at, tap;
};
using Neighbours = std::vector<std::vector<Neighbour>>;

// Of `size` places: what every output place sees of the input (three each), and the reverse, what every input
// place gives to. Needs size >= 2.
Neighbours seen_by(int size);
Neighbours giving_to(int size);

struct DepthwiseShape {
  int h, w, n, c;
};

// out = sum over neighbours of in * weight[3 * row tap + column tap][c] + bias[c] (or null).
void depthwise_sum(const DepthwiseShape&, const Neighbours& rows, const Neighbours& columns, const Bf16* in,
                   const float* weight, const float* bias, Bf16* out);

// weight[tap][c] = sum over pictures and pixels of the forward pass's inputs x the gradient g. Written whole.
void depthwise_weight(const DepthwiseShape&, const Bf16* in, const Bf16* g, float* weight);

}  // namespace sakuga::nn

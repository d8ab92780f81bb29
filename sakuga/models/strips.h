// Drawing large pictures with little memory: strips that overlap by what a pixel's surroundings reach.
// Internal to models and train.
#pragma once

#include <torch/torch.h>

#include <functional>

#include "sakuga/media/image.h"

namespace sakuga::models {

// [1, 3, h, w] float32 in [-1, 1]: the picture in sRGB, colours multiplied by alpha (0 becomes -1).
torch::Tensor premultiplied_tensor(const media::Image& picture);

// A picture from colours [1, 3, h, w] in [-1, 1], clipped, with the alpha of `plate`; black where it is 0.
media::Image picture_with_alpha(const torch::Tensor& colours, const media::Image& plate);

// Repeats the last row and column until both sides are multiples. x: [n, c, h, w].
torch::Tensor padded_to_multiple(const torch::Tensor& x, int64_t multiple);

constexpr int64_t kStripPixels = 2'400'000;  // 1080p is one strip.

// Calls `draw` with strips (first row, rows) of a picture [1, 3, h, w] so that each has at most about
// `strip_pixels`, and puts the results [1, 3, rows, w] together without the overlap. Rows are multiples of
// `multiple`, as h must be. context_px 0: one strip.
torch::Tensor draw_in_strips(const torch::Tensor& picture, int64_t multiple, int64_t context_px,
                             int64_t strip_pixels,
                             const std::function<torch::Tensor(int64_t first, int64_t rows)>& draw);

}  // namespace sakuga::models

// 8-bit pictures to tensors and back.
#pragma once

#include <torch/torch.h>

#include <span>

#include "sakuga/media/image.h"

namespace sakuga::models {

// RGB pictures of one size to [n, 3, h, w] float32 in [-1, 1]: 0 is -1, 255 is 1. `what` begins the message
// of Error(BadRequest) if a picture is not RGB or differs in size.
torch::Tensor pictures_to_tensor(std::span<const media::Image8> pictures, const std::string& what);

// [n, 3, h, w] in [-1, 1] to RGB pictures, rounded to nearest; what lies outside is clipped.
std::vector<media::Image8> tensor_to_pictures(const torch::Tensor& pictures);

}  // namespace sakuga::models

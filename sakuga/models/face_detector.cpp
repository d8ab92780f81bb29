#include "sakuga/models/face_detector.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel, int64_t stride, bool bias = false) {
  return torch::nn::Conv2d(
      torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel > 1 ? 1 : 0).bias(bias));
}

const FaceDetectorOptions& checked(const FaceDetectorOptions& options) {
  if (options.width % 32 != 0)
    core::fail(core::ErrorKind::BadRequest, "face detector: width should be a multiple of 32, is {}",
               options.width);
  return options;
}

}  // namespace

FaceDetectorImpl::FaceDetectorImpl(const FaceDetectorOptions& options)
    : conv_in_(register_module("conv_in", conv(3, checked(options).width, 4, 2))),
      norm_in_(register_module("bn_in", torch::nn::BatchNorm2d(options.width))),
      quarter_(register_module("quarter", TaggerStage(options.width, options.width, options.blocks))),
      eighth_(register_module("eighth", TaggerStage(options.width, 2 * options.width, options.blocks))),
      sixteenth_(
          register_module("sixteenth", TaggerStage(2 * options.width, 2 * options.width, options.blocks))),
      join_(register_module("join", conv(2 * options.width, options.width, 1, 1))),
      norm_join_(register_module("bn_join", torch::nn::BatchNorm2d(options.width))),
      conv_out_(register_module("conv_out", conv(options.width, options.width, 3, 1))),
      norm_out_(register_module("bn_out", torch::nn::BatchNorm2d(options.width))),
      says_(register_module("says", conv(options.width, 4, 1, 1, true))) {
  initialise(*this, "he");
  // Faces are rare: without this the first steps do nothing but push all scores down.
  torch::NoGradGuard no_grad;
  says_->bias[0] = -4;
}

torch::Tensor FaceDetectorImpl::forward(const torch::Tensor& pictures) {
  auto x = nn::conv2d(nn::to_compute(pictures), conv_in_->weight, {}, {.stride = 2, .padding = 1});
  const auto quarter = quarter_(nn::batch_norm(x, norm_in_, {.relu = true}));
  const auto eighth = eighth_(quarter);
  x = nn::enlarge(sixteenth_(eighth)) + eighth;
  x = nn::batch_norm(nn::conv2d(x, join_->weight, {}), norm_join_, {.relu = true});
  x = nn::conv2d(nn::enlarge(x) + quarter, conv_out_->weight, {}, {.padding = 1});
  x = nn::batch_norm(x, norm_out_, {.relu = true});
  return nn::from_compute(nn::conv2d(x, says_->weight, says_->bias));
}

std::vector<Face> faces_of(const torch::Tensor& map, double least_score) {
  const auto score = torch::sigmoid(map[0]).unsqueeze(0).unsqueeze(0);
  const auto highest = torch::max_pool2d(score, 3, 1, 1);
  const auto cells = ((score >= highest) & (score >= least_score))[0][0].nonzero();
  std::vector<Face> faces;
  for (int64_t i = 0; i < cells.size(0); ++i) {
    const auto y = cells[i][0].item<int64_t>(), x = cells[i][1].item<int64_t>();
    const auto says = [&](int64_t channel) { return map[channel][y][x].item<double>(); };
    faces.push_back({.x = (double(x) + 0.5 + std::clamp(says(2), -1.0, 1.0)) * kFaceCell,
                     .y = (double(y) + 0.5 + std::clamp(says(3), -1.0, 1.0)) * kFaceCell,
                     .side = 32 * std::exp2(std::clamp(says(1), -3.0, 4.0)),
                     .score = score[0][0][y][x].item<double>()});
  }
  std::ranges::stable_sort(faces, std::ranges::greater{}, &Face::score);
  return faces;
}

}  // namespace sakuga::models

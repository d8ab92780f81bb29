#include "sakuga/models/tagger.h"

#include <map>

#include "sakuga/core/error.h"
#include "sakuga/models/srresnet.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel, int64_t stride) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(1).bias(false));
}

// The columns of each group that has a name.
std::map<std::string, std::vector<int64_t>> exclusive_groups(const std::vector<std::string>& groups) {
  std::map<std::string, std::vector<int64_t>> columns;
  for (size_t tag = 0; tag < groups.size(); ++tag)
    if (!groups[tag].empty()) columns[groups[tag]].push_back(int64_t(tag));
  return columns;
}

const TaggerOptions& checked(const TaggerOptions& options) {
  if (options.width % 64 != 0)
    core::fail(core::ErrorKind::BadRequest, "tagger: width should be a multiple of 64, is {}", options.width);
  return options;
}

}  // namespace

TaggerStageImpl::TaggerStageImpl(int64_t in, int64_t out, int64_t blocks)
    : conv_(register_module("conv", conv(in, out, 4, 2))),
      norm_(register_module("bn", torch::nn::BatchNorm2d(out))),
      blocks_(register_module("residual", torch::nn::ModuleList())) {
  for (int64_t i = 0; i < blocks; ++i) blocks_->push_back(SrresnetBlock(out));
}

torch::Tensor TaggerStageImpl::forward(torch::Tensor x) {
  x = nn::conv2d(x, conv_->weight, {}, {.stride = 2, .padding = 1});
  x = nn::batch_norm(x, norm_, {.relu = true});
  for (const auto& block : *blocks_) x = block->as<SrresnetBlock>()->forward(x);
  return x;
}

TaggerImpl::TaggerImpl(const TaggerOptions& options)
    : options_(checked(options)),
      conv_in_(register_module("conv_in", conv(3, options.width / 2, 3, 1))),
      norm_in_(register_module("bn_in", torch::nn::BatchNorm2d(options.width / 2))),
      stages_(register_module("stages", torch::nn::ModuleList())),
      norm_out_(register_module("bn_out", torch::nn::BatchNorm2d(feature_count()))),
      dense_(register_module("dense", torch::nn::Linear(feature_count(), options.tags))) {
  const int64_t width = options.width;
  stages_->push_back(TaggerStage(width / 2, width, options.blocks));
  stages_->push_back(TaggerStage(width, width * 3 / 2, options.blocks));
  stages_->push_back(TaggerStage(width * 3 / 2, feature_count(), options.blocks));
  initialise(*this, "he");
}

torch::Tensor TaggerImpl::features(const torch::Tensor& pictures) {
  auto x = nn::conv2d(nn::to_compute(pictures), conv_in_->weight, {}, {.padding = 1});
  x = nn::batch_norm(x, norm_in_, {.relu = true});
  for (const auto& stage : *stages_) x = stage->as<TaggerStage>()->forward(x);
  x = nn::batch_norm(x, norm_out_, {.relu = true});
  return nn::from_compute(x).mean({2, 3});
}

torch::Tensor TaggerImpl::classify(const torch::Tensor& features) {
  return dense_(features);
}

torch::Tensor TaggerImpl::forward(const torch::Tensor& pictures) {
  return classify(features(pictures));
}

torch::Tensor tag_probabilities(const torch::Tensor& logits, const std::vector<std::string>& groups) {
  auto probabilities = torch::sigmoid(logits);
  for (const auto& [name, columns] : exclusive_groups(groups)) {
    const auto index = torch::tensor(columns, logits.device());
    probabilities.index_copy_(1, index, torch::softmax(logits.index_select(1, index), 1));
  }
  return probabilities;
}

}  // namespace sakuga::models

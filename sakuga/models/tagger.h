// A small residual classifier that says which tags a picture shows.
//
// It judges drawn pictures (metric tags) and gives features of the domain (metric kid). A 3x3 convolution,
// then three stages of [4x4 convolution with stride 2, `blocks` residual blocks] with 1, 1.5 and 2.5 times
// `width` channels, mean over the map, one dense layer. Batch normalisation and ReLU throughout; after a
// residual sum nothing, as in srresnet.h. 1,786,934 parameters with the defaults and 22 tags. Takes any
// picture size; made for 64x64.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct TaggerOptions {
  int64_t tags = 22;
  int64_t width = 64;
  int64_t blocks = 2;
};

void visit_fields(TaggerOptions& options, auto&& visit) {
  using core::Field;
  visit("tags", options.tags, Field{.help = "tag outputs", .min = 1, .max = 1024});
  visit("width", options.width,
        Field{.help = "channels of the first stage, a multiple of 64", .min = 64, .max = 256});
  visit("blocks", options.blocks, Field{.help = "residual blocks of each stage", .min = 0, .max = 8});
}

class TaggerStageImpl : public torch::nn::Module {
 public:
  TaggerStageImpl(int64_t in, int64_t out, int64_t blocks);
  torch::Tensor forward(torch::Tensor x);

 private:
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d norm_;
  torch::nn::ModuleList blocks_;
};
TORCH_MODULE(TaggerStage);

class TaggerImpl : public torch::nn::Module {
 public:
  // Error(BadRequest) if width is not a multiple of 64.
  explicit TaggerImpl(const TaggerOptions& options = {});

  torch::Tensor forward(const torch::Tensor& pictures);   // [n, tags] logits.
  torch::Tensor features(const torch::Tensor& pictures);  // [n, feature_count()]: the dense layer's input.
  torch::Tensor classify(const torch::Tensor& features);  // The dense layer.
  int64_t tag_count() const { return options_.tags; }
  int64_t feature_count() const { return options_.width * 5 / 2; }

 private:
  TaggerOptions options_;
  torch::nn::Conv2d conv_in_;
  torch::nn::BatchNorm2d norm_in_;
  torch::nn::ModuleList stages_;
  torch::nn::BatchNorm2d norm_out_;
  torch::nn::Linear dense_;
};
TORCH_MODULE(Tagger);

// Logits to probabilities: softmax within a group, sigmoid for a lone tag. `groups` as in the card.
torch::Tensor tag_probabilities(const torch::Tensor& logits, const std::vector<std::string>& groups);

}  // namespace sakuga::models

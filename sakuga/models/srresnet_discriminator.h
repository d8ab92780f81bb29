// The MakeGirlsMoe discriminator: Jin et al. 2017 (see srresnet.h), with tensor names as in AnimeNet.
//
// Strided convolutions with two residual blocks between them, LeakyReLU 0.2, no normalisation (DRAGAN's
// penalty is per picture), then one dense layer for "real" and one for the tags. Every stage halves the map
// and doubles the channels; the number of stages follows from the size so that the last map is 2x2:
// six for 128, five for 64, seven for 256.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct SrresnetDiscriminatorOptions {
  int64_t size = 128;
  int64_t tags = 34;
  int64_t width = 32;
  int64_t max_width = 1024;
  int64_t blocks = 2;
  // The strided convolutions that have 4x4 kernels, counted from the picture; the others have 3x3. The
  // published figure has 3 (19,078,531 parameters at 128 and 34 tags), AnimeNet's form all (23,895,427).
  int64_t kernel4_stages = 3;
  std::string init = "normal";
};

void visit_fields(SrresnetDiscriminatorOptions& options, auto&& visit) {
  using core::Field;
  visit("size", options.size, Field{.help = "picture size in pixels, a power of two", .min = 16, .max = 256});
  visit("tags", options.tags, Field{.help = "tag outputs", .min = 0, .max = 1024});
  visit("width", options.width, Field{.help = "channels of the first map", .min = 1, .max = 128});
  visit("max_width", options.max_width, Field{.help = "channels that no map exceeds", .min = 1, .max = 1024});
  visit("blocks", options.blocks,
        Field{.help = "residual blocks between strided convolutions", .min = 0, .max = 8});
  visit("kernel4_stages", options.kernel4_stages,
        Field{.help = "strided convolutions with 4x4 kernels; AnimeNet has all", .min = 0, .max = 7});
  visit("init", options.init, Field{.help = "initial weights", .choices = kInitialisations});
}

// conv 3x3 - LeakyReLU - conv 3x3 - sum - LeakyReLU.
class DiscriminatorBlockImpl : public torch::nn::Module {
 public:
  explicit DiscriminatorBlockImpl(int64_t width);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Conv2d conv1_, conv2_;
};
TORCH_MODULE(DiscriminatorBlock);

// Residual blocks, then a strided convolution - LeakyReLU.
class DiscriminatorStageImpl : public torch::nn::Module {
 public:
  DiscriminatorStageImpl(int64_t in, int64_t out, int64_t blocks, int64_t kernel);
  torch::Tensor forward(torch::Tensor x);

 private:
  torch::nn::ModuleList blocks_;
  torch::nn::Conv2d conv_;
};
TORCH_MODULE(DiscriminatorStage);

class SrresnetDiscriminatorImpl : public DiscriminatorNet {
 public:
  // Error(BadRequest) if size is not a power of two.
  explicit SrresnetDiscriminatorImpl(const SrresnetDiscriminatorOptions& options = {});

  Judgement forward(const torch::Tensor& pictures) override;
  int64_t tag_count() const override { return options_.tags; }
  int64_t size() const override { return options_.size; }

 private:
  SrresnetDiscriminatorOptions options_;
  torch::nn::Conv2d conv_in_;
  torch::nn::ModuleList stages_;
  torch::nn::Linear dense_real_, dense_tags_{nullptr};
};
TORCH_MODULE(SrresnetDiscriminator);

}  // namespace sakuga::models

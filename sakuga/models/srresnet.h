// The MakeGirlsMoe generator: Jin et al., "Towards the Automatic Anime Characters Creation with Generative
// Adversarial Networks", 2017, arXiv:1708.05509; tensor names as in github.com/CirQ/AnimeNet.
//
// A dense layer makes a small map of `width` channels, residual blocks refine it, three sub-pixel
// convolutions double it. The map has an eighth of the picture's size: 16x16 for the published 128x128. With
// the defaults the net has 4,352,643 parameters.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct SrresnetGeneratorOptions {
  int64_t size = 128;
  int64_t noise = 128;
  int64_t tags = 34;
  int64_t width = 64;
  int64_t blocks = 16;
  std::string init = "normal";
};

void visit_fields(SrresnetGeneratorOptions& options, auto&& visit) {
  using core::Field;
  visit("size", options.size,
        Field{.help = "picture size in pixels, a multiple of 8", .min = 16, .max = 256});
  visit("noise", options.noise, Field{.help = "noise numbers", .min = 1, .max = 512});
  visit("tags", options.tags, Field{.help = "tag inputs", .min = 0, .max = 1024});
  visit("width", options.width,
        Field{.help = "channels of every map, a multiple of 32", .min = 32, .max = 256});
  visit("blocks", options.blocks, Field{.help = "residual blocks", .min = 0, .max = 64});
  visit("init", options.init, Field{.help = "initial weights", .choices = kInitialisations});
}

// conv 3x3 - norm - ReLU - conv 3x3 - norm - sum; nothing after the sum.
class SrresnetBlockImpl : public torch::nn::Module {
 public:
  explicit SrresnetBlockImpl(int64_t width);
  torch::Tensor forward(const torch::Tensor& x);
  void merge_norms();  // See GeneratorNet::prepare_for_drawing().

 private:
  bool merged_ = false;
  torch::nn::Conv2d conv1_, conv2_;
  torch::nn::BatchNorm2d norm1_, norm2_;
};
TORCH_MODULE(SrresnetBlock);

// conv 3x3 to four times the channels - pixel shuffle by 2 - norm - ReLU.
class SubPixelBlockImpl : public torch::nn::Module {
 public:
  explicit SubPixelBlockImpl(int64_t width);
  torch::Tensor forward(const torch::Tensor& x);
  void merge_norm();

 private:
  bool merged_ = false;
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d norm_;
};
TORCH_MODULE(SubPixelBlock);

class SrresnetGeneratorImpl : public GeneratorNet {
 public:
  // Error(BadRequest) if size is not a multiple of 8 or width not one of 32.
  explicit SrresnetGeneratorImpl(const SrresnetGeneratorOptions& options = {});

  // In evaluation a picture does not depend on which others are drawn with it.
  torch::Tensor forward(const torch::Tensor& noise, const torch::Tensor& tags) override;
  int64_t noise_size() const override { return options_.noise; }
  int64_t tag_count() const override { return options_.tags; }
  int64_t size() const override { return options_.size; }
  void prepare_for_drawing() override;

 private:
  bool merged_ = false;
  SrresnetGeneratorOptions options_;
  torch::nn::Linear dense_;
  torch::nn::BatchNorm2d norm_in_;
  torch::nn::ModuleList blocks_;
  torch::nn::Conv2d conv_mid_;
  torch::nn::BatchNorm2d norm_mid_;
  torch::nn::ModuleList upsamplers_;
  torch::nn::Conv2d conv_out_;
};
TORCH_MODULE(SrresnetGenerator);

}  // namespace sakuga::models

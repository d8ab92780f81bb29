// A light generator for CartoonGAN's training, after AnimeGANv2's (Chen, Liu, Chen, "AnimeGAN: A Novel
// Lightweight GAN for Photo Animation", ISICA 2019, and its second version): inverted residual blocks with
// depthwise convolutions, layer normalisation, LeakyReLU 0.2. With the defaults it has 2,143,552 parameters.
//
// Two differences: maps are doubled by repeating pixels where AnimeGANv2 interpolates, which does not depend
// on where a picture ends; and with `skip` the picture's first map is added to the last, so that lines need
// not pass through the map of a quarter of the size. Layer normalisation keeps what instance normalisation
// takes away: how the channels of a picture compare.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/cartoongan.h"

namespace sakuga::models {

struct CartoonganLightOptions {
  int64_t width = 32;
  int64_t blocks = 4;
  bool skip = false;
};

void visit_fields(CartoonganLightOptions& options, auto&& visit) {
  using core::Field;
  visit("width", options.width,
        Field{.help = "channels at full size; eight times as many inside", .min = 4, .max = 128});
  visit("blocks", options.blocks, Field{.help = "inverted residual blocks", .min = 1, .max = 16});
  visit("skip", options.skip, Field{.help = "adds the first map to the last: sharp after little training"});
}

// conv - layer norm - LeakyReLU 0.2, with reflected borders and no bias.
class LightConvImpl : public torch::nn::Module {
 public:
  LightConvImpl(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  int64_t stride_;
  torch::nn::Conv2d conv_;
  PictureNorm norm_;
};
TORCH_MODULE(LightConv);

// 1x1 to twice the channels, each by itself 3x3, 1x1 to `out`, a norm after each; plus x if in == out.
class InvertedBlockImpl : public torch::nn::Module {
 public:
  InvertedBlockImpl(int64_t in, int64_t out);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  bool residual_;
  LightConv expand_;
  torch::nn::Conv2d depthwise_;
  PictureNorm depthwise_norm_;
  torch::nn::Conv2d project_;
  PictureNorm project_norm_;
};
TORCH_MODULE(InvertedBlock);

class CartoonganLightImpl : public TranslatorNet {
 public:
  explicit CartoonganLightImpl(const CartoonganLightOptions& options = {});
  torch::Tensor forward(const torch::Tensor& pictures) override;
  int64_t multiple() const override { return 4; }
  int64_t context_px() const override { return 0; }

 private:
  bool skip_;
  LightConv conv_in_;
  torch::nn::ModuleList down_, blocks_, up_half_, up_full_;
  torch::nn::Conv2d conv_out_;
};
TORCH_MODULE(CartoonganLight);

}  // namespace sakuga::models

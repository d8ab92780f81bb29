// The U-GAT-IT generator: Kim et al., "U-GAT-IT: Unsupervised Generative Attentional Networks with Adaptive
// Layer-Instance Normalization for Image-to-Image Translation", ICLR 2020, arXiv:1907.10830; in the form of
// the authors' PyTorch code (two layers for the attention where their TensorFlow code shares one, and
// variances divided by N - 1).
//
// A map of a quarter of the picture's size is refined by residual blocks; two dense layers on its mean and
// its maximum judge which domain it came from, and their weights say which channels to attend to. A small
// net turns the attended map into the scale and shift of the decoder's normalisation (AdaLIN), whose rho
// weighs between each channel's own statistics and the whole map's. With the defaults (light) the net has
// 10,589,888 parameters, in the full form 278,959,808 at 256 pixels.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct UgatitGeneratorOptions {
  int64_t size = 256;
  int64_t width = 64;
  int64_t blocks = 4;
  bool light = true;
  bool attention = true;
  std::string norm = "adalin";
};

void visit_fields(UgatitGeneratorOptions& options, auto&& visit) {
  using core::Field;
  visit("size", options.size,
        Field{.help = "picture size in pixels, a multiple of 4; the light form takes any",
              .min = 16,
              .max = 1024});
  visit("width", options.width,
        Field{.help = "channels at full size, four times as many inside", .min = 4, .max = 256});
  visit("blocks", options.blocks,
        Field{.help = "residual blocks of encoder and decoder", .min = 1, .max = 16});
  visit("light", options.light, Field{.help = "style from the map's mean; false: from every pixel of it"});
  visit("attention", options.attention,
        Field{.help = "class activation maps; false: without, for comparison"});
  visit("norm", options.norm,
        Field{.help = "of the decoder: adaptive layer-instance, or plain instance for comparison",
              .choices = {"adalin", "instance"}});
}

// rho * (by channel) + (1 - rho) * (by picture), times scale plus shift. [1, c, 1, 1] each.
class LayerInstanceNormImpl : public torch::nn::Module {
 public:
  // rho starts at `rho`. Without `affine` scale and shift come with the map.
  LayerInstanceNormImpl(int64_t channels, double rho, bool affine);
  torch::Tensor forward(const torch::Tensor& x);  // Followed by a ReLU.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& scale, const torch::Tensor& shift,
                        bool relu, const torch::Tensor& residual);
  void clip();  // rho to [0, 1].

 private:
  torch::Tensor rho_, scale_, shift_;
};
TORCH_MODULE(LayerInstanceNorm);

// conv 3x3 - norm - ReLU - conv 3x3 - norm - sum, with reflected borders. The norms are plain instance
// normalisation, or AdaLIN where scale and shift are given.
class UgatitBlockImpl : public torch::nn::Module {
 public:
  UgatitBlockImpl(int64_t width, bool adaptive);
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& scale = {},
                        const torch::Tensor& shift = {});
  void clip();

 private:
  torch::nn::Conv2d conv1_, conv2_;
  LayerInstanceNorm norm1_ = nullptr, norm2_ = nullptr;
};
TORCH_MODULE(UgatitBlock);

// The map twice as large (nearest) - conv 3x3 to half the channels - norm - ReLU.
class UgatitUpImpl : public torch::nn::Module {
 public:
  UgatitUpImpl(int64_t width, bool layer_instance);
  torch::Tensor forward(const torch::Tensor& x);
  void clip();

 private:
  torch::nn::Conv2d conv_;
  LayerInstanceNorm norm_ = nullptr;
};
TORCH_MODULE(UgatitUp);

class UgatitGeneratorImpl : public TranslatorNet {
 public:
  // Error(BadRequest) if size is not a multiple of 4.
  explicit UgatitGeneratorImpl(const UgatitGeneratorOptions& options = {});

  torch::Tensor forward(const torch::Tensor& pictures) override { return translate(pictures).pictures; }
  Translation translate(const torch::Tensor& pictures) override;
  int64_t multiple() const override { return 4; }
  int64_t context_px() const override { return 0; }
  int64_t fixed_size() const override { return options_.light ? 0 : options_.size; }
  void clip_parameters() override;

 private:
  torch::Tensor encode(const torch::Tensor& pictures);
  torch::Tensor attend(const torch::Tensor& x, Translation& translation);
  torch::Tensor style(const torch::Tensor& x);

  UgatitGeneratorOptions options_;
  torch::nn::Conv2d conv_in_;
  torch::nn::ModuleList down_, encoder_, decoder_, up_;
  torch::nn::Linear cam_mean_ = nullptr, cam_max_ = nullptr;
  torch::nn::Conv2d mix_ = nullptr;
  torch::nn::ModuleList style_ = nullptr;
  torch::nn::Linear scale_ = nullptr, shift_ = nullptr;
  torch::nn::Conv2d conv_out_;
};
TORCH_MODULE(UgatitGenerator);

}  // namespace sakuga::models

// CartoonGAN's nets: Chen, Lai, Liu, "CartoonGAN: Generative Adversarial Networks for Photo Cartoonization",
// CVPR 2018; the generator as the authors' published weights have it.
//
// A map of a quarter of the picture's size, made by two halvings each followed by a convolution, is refined
// by eight residual blocks and doubled twice. Normalisation is by instance, with a scale and a shift, and
// comes after the second convolution of each pair alone. With the defaults it has 11,129,667 parameters. The
// discriminator is shallow, since an edge can be judged by looking at few pixels: 1,129,665 parameters.
//
// Epsilon of the normalisation is 1e-5, where the published Torch layer has 1e-9.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct CartoonganGeneratorOptions {
  int64_t width = 64;
  int64_t blocks = 8;
  bool bgr = false;
};

void visit_fields(CartoonganGeneratorOptions& options, auto&& visit) {
  using core::Field;
  visit("width", options.width,
        Field{.help = "channels at full size, a multiple of 32; four times as many inside",
              .min = 32,
              .max = 256});
  visit("blocks", options.blocks, Field{.help = "residual blocks", .min = 1, .max = 32});
  visit("bgr", options.bgr,
        Field{.help = "the weights take and give blue, green, red, as the published ones do"});
}

struct CartoonganDiscriminatorOptions {
  int64_t width = 32;
};

void visit_fields(CartoonganDiscriminatorOptions& options, auto&& visit) {
  using core::Field;
  visit("width", options.width, Field{.help = "channels of the first map", .min = 4, .max = 128});
}

// Normalisation of every picture by itself with a learnt scale and shift [c]: of each channel (instance) or
// of all together (layer).
class PictureNormImpl : public torch::nn::Module {
 public:
  enum class Over { Channel, Picture };
  PictureNormImpl(int64_t channels, Over over);
  torch::Tensor forward(const torch::Tensor& x, bool relu = false, const torch::Tensor& residual = {});

 private:
  torch::Tensor scale_, shift_, rho_;
};
TORCH_MODULE(PictureNorm);

// x + norm2(conv2(relu(norm1(conv1(x))))), with reflected borders.
class CartoonganBlockImpl : public torch::nn::Module {
 public:
  explicit CartoonganBlockImpl(int64_t width);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Conv2d conv1_, conv2_;
  PictureNorm norm1_, norm2_;
};
TORCH_MODULE(CartoonganBlock);

// A change of size, convolution - convolution - norm - ReLU: to half the size and twice the channels, or the
// reverse.
class CartoonganStepImpl : public torch::nn::Module {
 public:
  CartoonganStepImpl(int64_t in, int64_t out);  // Halves the size if out > in, else doubles it.
  torch::Tensor forward(const torch::Tensor& x);

 private:
  bool down_;
  torch::nn::Conv2d halve_ = nullptr;
  torch::nn::ConvTranspose2d double_ = nullptr;
  torch::nn::Conv2d conv_;
  PictureNorm norm_;
};
TORCH_MODULE(CartoonganStep);

class CartoonganGeneratorImpl : public TranslatorNet {
 public:
  // Error(BadRequest) if width is not a multiple of 32.
  explicit CartoonganGeneratorImpl(const CartoonganGeneratorOptions& options = {});
  torch::Tensor forward(const torch::Tensor& pictures) override;
  int64_t multiple() const override { return 4; }
  int64_t context_px() const override { return 0; }

 private:
  bool bgr_;
  torch::nn::Conv2d conv_in_;
  PictureNorm norm_in_;
  torch::nn::ModuleList down_, blocks_, up_;
  torch::nn::Conv2d conv_out_;
};
TORCH_MODULE(CartoonganGenerator);

// Patches of a quarter of the picture's size. Slopes are 0.2, borders reflected.
class CartoonganDiscriminatorImpl : public PatchDiscriminatorNet {
 public:
  explicit CartoonganDiscriminatorImpl(const CartoonganDiscriminatorOptions& options = {});
  PatchJudgement forward(const torch::Tensor& pictures) override;

 private:
  torch::nn::ModuleList convs_, norms_;
};
TORCH_MODULE(CartoonganDiscriminator);

}  // namespace sakuga::models

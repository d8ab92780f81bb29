// CycleGAN's nets at any size: Zhu, Park, Isola, Efros, "Unpaired Image-to-Image Translation using
// Cycle-Consistent Adversarial Networks", ICCV 2017, in the form of the authors' PyTorch code.
//
// The baseline that U-GAT-IT is measured against: residual blocks between two halvings and two doublings,
// with plain instance normalisation; and a discriminator of patches 70 pixels wide. With the defaults they
// have 11,378,179 and 2,764,737 parameters.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct CycleganGeneratorOptions {
  int64_t width = 64;
  int64_t blocks = 9;
};

void visit_fields(CycleganGeneratorOptions& options, auto&& visit) {
  using core::Field;
  visit("width", options.width,
        Field{.help = "channels at full size, a multiple of 32; four times as many inside",
              .min = 32,
              .max = 256});
  visit("blocks", options.blocks, Field{.help = "residual blocks", .min = 1, .max = 32});
}

struct CycleganDiscriminatorOptions {
  int64_t width = 64;
};

void visit_fields(CycleganDiscriminatorOptions& options, auto&& visit) {
  using core::Field;
  visit("width", options.width, Field{.help = "channels of the first map", .min = 4, .max = 128});
}

// x + norm(conv2(relu(norm(conv1(x))))), with reflected borders.
class CycleganBlockImpl : public torch::nn::Module {
 public:
  explicit CycleganBlockImpl(int64_t width);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Conv2d conv1_, conv2_;
};
TORCH_MODULE(CycleganBlock);

class CycleganGeneratorImpl : public TranslatorNet {
 public:
  // Error(BadRequest) if width is not a multiple of 32.
  explicit CycleganGeneratorImpl(const CycleganGeneratorOptions& options = {});
  torch::Tensor forward(const torch::Tensor& pictures) override;
  int64_t multiple() const override { return 4; }
  int64_t context_px() const override { return 0; }

 private:
  torch::nn::Conv2d conv_in_;
  torch::nn::ModuleList down_, blocks_, up_;
  torch::nn::Conv2d conv_out_;
};
TORCH_MODULE(CycleganGenerator);

class CycleganDiscriminatorImpl : public PatchDiscriminatorNet {
 public:
  explicit CycleganDiscriminatorImpl(const CycleganDiscriminatorOptions& options = {});
  PatchJudgement forward(const torch::Tensor& pictures) override;

 private:
  torch::nn::ModuleList layers_;
};
TORCH_MODULE(CycleganDiscriminator);

}  // namespace sakuga::models

// The U-GAT-IT discriminators (see ugatit.h): 4x4 convolutions with spectral normalisation and reflected
// borders, attention as in the generator, and a judgement of every patch.
//
// The local one has 5 layers (its patches are 70 pixels wide) and 3,290,560 parameters, the global one 7
// layers and 53,130,176. As in the authors' PyTorch code the attention is weighted with the dense layers'
// weights before their spectral normalisation.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct UgatitDiscriminatorOptions {
  int64_t width = 64;
  int64_t layers = 5;
  bool attention = true;
};

void visit_fields(UgatitDiscriminatorOptions& options, auto&& visit) {
  using core::Field;
  visit("width", options.width, Field{.help = "channels of the first map", .min = 4, .max = 128});
  visit("layers", options.layers,
        Field{.help = "convolutions, of which all but three halve the map: 5 local, 7 global",
              .min = 4,
              .max = 8});
  visit("attention", options.attention,
        Field{.help = "class activation maps; false: without, for comparison"});
}

// A weight divided by its largest singular value, which one step of the power method at each training pass
// follows (Miyato et al., ICLR 2018; as torch.nn.utils.spectral_norm).
class SpectralWeightImpl : public torch::nn::Module {
 public:
  // `shape` is a convolution's or dense layer's; `biased` adds a bias of the first size.
  SpectralWeightImpl(std::vector<int64_t> shape, bool biased);
  torch::Tensor scale();  // One over the singular value; once for each pass.
  const torch::Tensor& weight() const { return weight_; }
  const torch::Tensor& bias() const { return bias_; }

 private:
  torch::Tensor weight_, bias_, u_, v_;
};
TORCH_MODULE(SpectralWeight);

class UgatitDiscriminatorImpl : public PatchDiscriminatorNet {
 public:
  explicit UgatitDiscriminatorImpl(const UgatitDiscriminatorOptions& options = {});
  PatchJudgement forward(const torch::Tensor& pictures) override;

 private:
  UgatitDiscriminatorOptions options_;
  torch::nn::ModuleList layers_;
  SpectralWeight cam_mean_ = nullptr, cam_max_ = nullptr;
  torch::nn::Conv2d mix_ = nullptr;
  SpectralWeight conv_out_;
};
TORCH_MODULE(UgatitDiscriminator);

}  // namespace sakuga::models

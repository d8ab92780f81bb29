// DCGAN at 64x64: Radford, Metz, Chintala, "Unsupervised Representation Learning with Deep Convolutional
// Generative Adversarial Networks", ICLR 2016, in the form of PyTorch's example (4x4 kernels, no biases).
//
// The baseline that other recipes are measured against, with optional tags: joined to the noise in the
// generator, one more 4x4 head in the discriminator. Without tags and with 100 noise numbers the nets have
// 3,576,704 and 2,765,568 parameters. Plain float32 torch operations, so that normalisation can be
// differentiated twice (gradient penalties).
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct DcganGeneratorOptions {
  int64_t noise = 100;
  int64_t tags = 0;
  int64_t width = 64;
};

void visit_fields(DcganGeneratorOptions& options, auto&& visit) {
  using core::Field;
  visit("noise", options.noise, Field{.help = "noise numbers", .min = 1, .max = 512});
  visit("tags", options.tags, Field{.help = "tag inputs", .min = 0, .max = 1024});
  visit("width", options.width, Field{.help = "channels of the largest map", .min = 1, .max = 128});
}

struct DcganDiscriminatorOptions {
  int64_t tags = 0;
  int64_t width = 64;
};

void visit_fields(DcganDiscriminatorOptions& options, auto&& visit) {
  using core::Field;
  visit("tags", options.tags, Field{.help = "tag outputs", .min = 0, .max = 1024});
  visit("width", options.width, Field{.help = "channels of the first map", .min = 1, .max = 128});
}

class DcganGeneratorImpl : public GeneratorNet {
 public:
  explicit DcganGeneratorImpl(const DcganGeneratorOptions& options = {});

  torch::Tensor forward(const torch::Tensor& noise, const torch::Tensor& tags) override;
  int64_t noise_size() const override { return options_.noise; }
  int64_t tag_count() const override { return options_.tags; }
  int64_t size() const override { return 64; }

 private:
  DcganGeneratorOptions options_;
  torch::nn::Sequential main_;
};
TORCH_MODULE(DcganGenerator);

class DcganDiscriminatorImpl : public DiscriminatorNet {
 public:
  explicit DcganDiscriminatorImpl(const DcganDiscriminatorOptions& options = {});

  Judgement forward(const torch::Tensor& pictures) override;
  int64_t tag_count() const override { return options_.tags; }
  int64_t size() const override { return 64; }

 private:
  DcganDiscriminatorOptions options_;
  torch::nn::Sequential main_;
  torch::nn::Conv2d real_, tags_{nullptr};
};
TORCH_MODULE(DcganDiscriminator);

}  // namespace sakuga::models

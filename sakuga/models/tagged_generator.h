// A generator for small tagged pictures on a processor: a pyramid from 4x4 up.
//
// Noise and tags make a 4x4 map; every stage doubles it (bilinear enlargement - conv 3x3 - norm - ReLU) and
// refines it with residual blocks of srresnet.h. Channels halve as the map doubles, down to `width` at the
// picture's size, so that every stage costs the same. Noise and tags come in again at each stage's norm, as
// its scale and shift (as in BigGAN, Brock et al. 2019): tags of small parts, such as eyes, need not survive
// the way up. With `mapping` layers, a mapping network (StyleGAN, Karras et al. 2019) comes between: what
// depends on several of the numbers together, such as a choice, is worked out once. The default widths are
// multiples of 32, which is what the engine likes.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct TaggedGeneratorOptions {
  int64_t size = 64;
  int64_t noise = 64;
  int64_t tags = 22;
  int64_t width = 32;
  int64_t max_width = 256;
  int64_t blocks = 1;
  int64_t mapping = 0;
  int64_t code = 256;
};

void visit_fields(TaggedGeneratorOptions& options, auto&& visit) {
  using core::Field;
  visit("size", options.size, Field{.help = "picture size in pixels, a power of two", .min = 16, .max = 256});
  visit("noise", options.noise, Field{.help = "noise numbers", .min = 1, .max = 512});
  visit("tags", options.tags, Field{.help = "tag inputs", .min = 0, .max = 1024});
  visit("width", options.width, Field{.help = "channels at the picture's size", .min = 1, .max = 128});
  visit("max_width", options.max_width, Field{.help = "channels that no map exceeds", .min = 1, .max = 1024});
  visit("blocks", options.blocks, Field{.help = "residual blocks at each map size", .min = 0, .max = 8});
  visit("mapping", options.mapping, Field{.help = "layers of the mapping network", .min = 0, .max = 8});
  visit("code", options.code, Field{.help = "numbers that the mapping network makes", .min = 1, .max = 1024});
}

// weight [out, in, 3, 3] -> [4 out, in, 3, 3]: the sub-pixel convolution (conv2d with pixel_shuffle) that
// equals the convolution of the map enlarged twice, bilinearly. Free sub-pixel weights draw dots of two
// pixels (Odena et al., "Deconvolution and checkerboard artifacts", 2016); these cannot, at the same cost.
torch::Tensor enlarging_weight(const torch::Tensor& weight);

// What the mapping network's layers make of noise and tags; without layers, both as they are.
torch::Tensor mapped(const torch::nn::ModuleList& mapping, const torch::Tensor& noise,
                     const torch::Tensor& tags);

// Doubles the map and refines it.
class TaggedGeneratorStageImpl : public torch::nn::Module {
 public:
  TaggedGeneratorStageImpl(int64_t in, int64_t out, int64_t blocks, int64_t code);
  // x [n, in, h, w], code [n, code] float32.
  torch::Tensor forward(torch::Tensor x, const torch::Tensor& code);
  void keep_enlarging_weight();  // See GeneratorNet::prepare_for_drawing().

 private:
  torch::Tensor enlarging_weight_;
  torch::nn::Conv2d conv_;
  torch::nn::Linear scale_, shift_;
  torch::nn::BatchNorm2d norm_;
  torch::nn::ModuleList blocks_;
};
TORCH_MODULE(TaggedGeneratorStage);

class TaggedGeneratorImpl : public GeneratorNet {
 public:
  // Error(BadRequest) if size is not a power of two.
  explicit TaggedGeneratorImpl(const TaggedGeneratorOptions& options = {});

  // In evaluation a picture does not depend on which others are drawn with it.
  torch::Tensor forward(const torch::Tensor& noise, const torch::Tensor& tags) override;
  int64_t noise_size() const override { return options_.noise; }
  int64_t tag_count() const override { return options_.tags; }
  int64_t size() const override { return options_.size; }
  void prepare_for_drawing() override;

 private:
  TaggedGeneratorOptions options_;
  torch::nn::ModuleList mapping_;
  torch::nn::Linear dense_;
  torch::nn::BatchNorm2d norm_in_;
  torch::nn::ModuleList stages_;
  torch::nn::Conv2d conv_out_;
};
TORCH_MODULE(TaggedGenerator);

}  // namespace sakuga::models

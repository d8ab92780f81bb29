// The discriminator beside tagged_generator.h: the published one (srresnet_discriminator.h) made leaner, and
// told what it looks for.
//
// A 4x4 convolution with stride 2 to `width` channels, residual blocks, and so on down to 2x2; LeakyReLU 0.2,
// no normalisation. Three heads: real or drawn, the tags, and one number per tag that is added to "real" for
// the tags that the picture should have (the projection of Miyato and Koyama, "cGANs with projection
// discriminator", 2018: y^T V f is a dense layer's outputs picked by y). The spread within groups of four
// pictures joins the features, so that a generator that draws everything alike is found out (minibatch
// deviation, Karras et al., "Progressive growing of GANs", 2018).
//
// With two views or more it judges pictures of one subject together, as channels of one map: a generator that
// draws another face when the head turns is found out as well.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct TaggedDiscriminatorOptions {
  int64_t size = 64;
  int64_t tags = 22;
  int64_t width = 64;
  int64_t max_width = 512;
  int64_t blocks = 1;
  int64_t views = 1;
  bool project = true;
  bool spread = true;
};

void visit_fields(TaggedDiscriminatorOptions& options, auto&& visit) {
  using core::Field;
  visit("size", options.size, Field{.help = "picture size in pixels, a power of two", .min = 16, .max = 256});
  visit("tags", options.tags, Field{.help = "tag outputs", .min = 0, .max = 1024});
  visit("width", options.width, Field{.help = "channels of the first map", .min = 1, .max = 128});
  visit("max_width", options.max_width, Field{.help = "channels that no map exceeds", .min = 1, .max = 1024});
  visit("blocks", options.blocks, Field{.help = "residual blocks at each map size", .min = 0, .max = 8});
  visit("views", options.views,
        Field{.help = "pictures of one subject that are judged together", .min = 1, .max = 8});
  visit("project", options.project, Field{.help = "judge a picture together with its tags"});
  visit("spread", options.spread, Field{.help = "look at how much pictures differ"});
}

class TaggedDiscriminatorImpl : public DiscriminatorNet {
 public:
  // Error(BadRequest) if size is not a power of two.
  explicit TaggedDiscriminatorImpl(const TaggedDiscriminatorOptions& options = {});

  // With `spread`, pictures are compared with their neighbours in the batch: four in a row, or all if their
  // number is not a multiple of four.
  Judgement forward(const torch::Tensor& pictures) override;
  int64_t views() const override { return options_.views; }
  int64_t tag_count() const override { return options_.tags; }
  int64_t size() const override { return options_.size; }

 private:
  TaggedDiscriminatorOptions options_;
  torch::nn::Conv2d conv_in_;
  torch::nn::ModuleList stages_;
  torch::nn::Linear real_, tags_{nullptr}, match_{nullptr};
};
TORCH_MODULE(TaggedDiscriminator);

}  // namespace sakuga::models

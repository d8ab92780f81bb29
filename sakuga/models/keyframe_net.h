// The net that learns a painting from a handful of painted frames, after Texler et al., "Interactive Video
// Stylization Using Few-Shot Patch-Based Training", ACM TOG 39(4), 2020.
//
// Theirs works at full resolution with 7x7 convolutions; this one takes a frame apart into half-size maps,
// works on a U of 1/2, 1/4 and 1/8 of the size, and puts the frame together by a pixel shuffle, adding what
// it found to the frame itself: 9.6 billion multiplications for 512x512. Without normalisation: a patch must
// be drawn as the same pixels inside a frame are. With the defaults the net has 756,972 parameters.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct KeyframeNetOptions {
  int64_t width = 32;
  int64_t blocks = 3;
};

void visit_fields(KeyframeNetOptions& options, auto&& visit) {
  using core::Field;
  visit("width", options.width,
        Field{.help = "channels at half size, a multiple of 8; twice and three times that below",
              .min = 8,
              .max = 128});
  visit("blocks", options.blocks,
        Field{.help = "residual blocks at an eighth of the size", .min = 1, .max = 16});
}

// x + conv2(lrelu(conv1(x))), LeakyReLU 0.2; conv2 starts at zero, so that a fresh block changes nothing.
class KeyframeBlockImpl : public torch::nn::Module {
 public:
  explicit KeyframeBlockImpl(int64_t width);
  torch::Tensor forward(const torch::Tensor& x);
  void start_at_zero();

 private:
  torch::nn::Conv2d conv1_, conv2_;
};
TORCH_MODULE(KeyframeBlock);

class KeyframeNetImpl : public TranslatorNet {
 public:
  // Maps beside the picture, at half its size: three of the guide in [0, 1] and the matte's coverage.
  static constexpr int64_t kExtras = 4;

  // Error(BadRequest) unless width is a multiple of 8.
  explicit KeyframeNetImpl(const KeyframeNetOptions& options = {});

  static constexpr int64_t kTones = 16;
  static constexpr int64_t kFeatures = 8;  // Maps made of the picture: compose/plate_features.h.

  // The maps [n, 8, h, w] of pictures [n, 3, h, w]; on the processor.
  static torch::Tensor features(const torch::Tensor& pictures);

  // pictures [n, 3, h, w], premultiplied where there is a matte; features [n, 8, h, w];
  // extras [n, 4, h / 2, w / 2].
  torch::Tensor paint(const torch::Tensor& pictures, const torch::Tensor& features,
                      const torch::Tensor& extras);

  // paint() with a frame of repeated border pixels around, so that a picture's border is drawn as its middle
  // is.
  torch::Tensor draw(const torch::Tensor& pictures, const torch::Tensor& features,
                     const torch::Tensor& extras);

  // Without a guide, all covered.
  torch::Tensor forward(const torch::Tensor& pictures) override;
  int64_t multiple() const override { return 8; }
  int64_t context_px() const override;

 private:
  KeyframeNetOptions options_;
  torch::nn::Conv2d conv_in_, detail_, down1_, down2_;
  torch::nn::ModuleList blocks_;
  torch::nn::Conv2d up1_, fuse1_, up2_, fuse2_, conv_out_;
};
TORCH_MODULE(KeyframeNet);

}  // namespace sakuga::models

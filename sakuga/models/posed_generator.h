// A generator of heads that knows how a head turns: every pixel is told where on the head it lies.
//
// Yaw, pitch and roll come as tags (rig/dials.h). From them follows, for every pixel of a map, the point of a
// sphere about the skull that the viewer sees there, in the head's own axes: the left eye has the same place
// whichever way the head looks. Sines and cosines of these places and of the picture's own (Tancik et al.,
// "Fourier features let networks learn high frequency functions in low dimensional domains", 2020) enter the
// first layer of every map, from 16x16 pixels to the picture's size. What to draw there is
// told by noise and tags: a mapping network makes a code of them, which scales and shifts every channel of
// every layer (FiLM, Perez et al., 2018); nothing is normalised, since a batch's statistics would make one
// picture's colours depend on the others'. The last map's channels are the drawing's fills; their colours,
// one for each channel, come from the code. With the defaults the net has 1,873,411 parameters.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"

namespace sakuga::models {

struct PosedGeneratorOptions {
  int64_t size = 128;
  int64_t noise = 64;
  int64_t tags = 22;
  int64_t width = 32;
  int64_t max_width = 256;
  int64_t blocks = 1;
  int64_t mapping = 3;
  int64_t code = 256;
  int64_t octaves = 6;
  int64_t yaw_tag = -1;
  int64_t pitch_tag = -1;
  int64_t roll_tag = -1;
};

void visit_fields(PosedGeneratorOptions& options, auto&& visit) {
  using core::Field;
  visit("size", options.size, Field{.help = "picture size in pixels, a power of two", .min = 32, .max = 256});
  visit("noise", options.noise, Field{.help = "noise numbers", .min = 1, .max = 512});
  visit("tags", options.tags, Field{.help = "tag inputs", .min = 0, .max = 1024});
  visit("width", options.width, Field{.help = "channels at the picture's size", .min = 1, .max = 128});
  visit("max_width", options.max_width, Field{.help = "channels that no map exceeds", .min = 1, .max = 1024});
  visit("blocks", options.blocks, Field{.help = "further convolutions at each map size", .min = 0, .max = 8});
  visit("mapping", options.mapping, Field{.help = "layers of the mapping network", .min = 1, .max = 8});
  visit("code", options.code, Field{.help = "numbers that the mapping network makes", .min = 1, .max = 1024});
  visit("octaves", options.octaves,
        Field{.help = "sines of places, the last of wavelength 4 / 2^octaves radii of the skull",
              .min = 1,
              .max = 10});
  visit("yaw_tag", options.yaw_tag,
        Field{.help = "which tag is the yaw, 0 at -90 degrees, 1 at 90; -1: none", .min = -1, .max = 1023});
  visit("pitch_tag", options.pitch_tag,
        Field{.help = "which tag is the pitch, 0 at -30 degrees, 1 at 30; -1: none", .min = -1, .max = 1023});
  visit("roll_tag", options.roll_tag,
        Field{.help = "which tag is the roll, 0 at -30 degrees, 1 at 30; -1: none", .min = -1, .max = 1023});
}

// Where each pixel of a map lies: angles [n, 3] (yaw, pitch, roll in radians) to [n, 5, map, map]: x, y, z on
// the head in radii of the skull (x to the character's left, y down, z out of the face) and x, y on the
// picture, -1 to 1. The picture is framed as `rig dataset --latents` frames it.
torch::Tensor head_places(const torch::Tensor& angles, int64_t map);

// Where the eyes of these heads lie, whatever their size and shape: [n, 1, map, map], 1 there, 0 elsewhere.
torch::Tensor eye_places(const torch::Tensor& angles, int64_t map);

// A convolution whose channels the code scales and shifts, then ReLU.
class SteeredConvImpl : public torch::nn::Module {
 public:
  // `places` > 0: so many channels that tell places are added in by a convolution 1x1.
  SteeredConvImpl(int64_t in, int64_t out, bool enlarge, int64_t places, int64_t code);
  // x [n, in, h, w], or undefined for a layer that has only places; code [n, code] float32.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& places, const torch::Tensor& code);
  void keep_enlarging_weight();  // See GeneratorNet::prepare_for_drawing().

 private:
  bool enlarge_;
  torch::Tensor enlarging_weight_;
  torch::nn::Conv2d conv_{nullptr}, place_{nullptr};
  torch::nn::Linear scale_, shift_;
};
TORCH_MODULE(SteeredConv);

class PosedGeneratorImpl : public GeneratorNet {
 public:
  // Error(BadRequest) if size is not a power of two or an angle's tag is not one of the tags.
  explicit PosedGeneratorImpl(const PosedGeneratorOptions& options = {});

  // A picture does not depend on which others are drawn with it.
  torch::Tensor forward(const torch::Tensor& noise, const torch::Tensor& tags) override;
  int64_t noise_size() const override { return options_.noise; }
  int64_t tag_count() const override { return options_.tags; }
  int64_t size() const override { return options_.size; }
  torch::Tensor eyes(const torch::Tensor& tags) const override { return eye_places(angles(tags), size()); }
  void prepare_for_drawing() override;

 private:
  torch::Tensor angles(const torch::Tensor& tags) const;

  PosedGeneratorOptions options_;
  torch::nn::ModuleList mapping_, layers_;
  torch::nn::Linear colours_;
};
TORCH_MODULE(PosedGenerator);

}  // namespace sakuga::models

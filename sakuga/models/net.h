// What the loop, the door and the metrics need to know of a net, whichever it is.
//
// Pictures are [n, 3, h, w] float32 in [-1, 1]. Tags are [n, tag_count()] float32; [n, 0] for a net without.
// A net draws its initial weights from torch's global generator: seed it before construction.
#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

namespace sakuga::models {

// Noise and tags to pictures.
class GeneratorNet : public torch::nn::Module {
 public:
  virtual torch::Tensor forward(const torch::Tensor& noise, const torch::Tensor& tags) = 0;
  virtual int64_t noise_size() const = 0;
  virtual int64_t tag_count() const = 0;
  virtual int64_t size() const = 0;  // Width and height of a picture in pixels.

  // Where the eyes lie in pictures of these tags: [n, 1, size(), size()], 1 there and 0 elsewhere; undefined
  // for a net that does not know.
  virtual torch::Tensor eyes(const torch::Tensor& /*tags*/) const { return {}; }

  // For a net that is loaded and in evaluation: does ahead what can be done ahead, such as merging
  // normalisations into convolutions. Afterwards it draws the same but can be neither trained nor saved.
  virtual void prepare_for_drawing() {}
};

// A translated picture and what the net looked at.
struct Translation {
  torch::Tensor pictures;        // [n, 3, h, w] in [-1, 1].
  torch::Tensor domain = {};     // [n, k] logits: above zero for a picture of the other domain; or undefined.
  torch::Tensor attention = {};  // [n, 1, h', w'], from 0 on: how much each place mattered; or undefined.
};

// Pictures to pictures of the same size.
class TranslatorNet : public torch::nn::Module {
 public:
  // [n, 3, h, w] to [n, 3, h, w]; h and w are multiples of multiple().
  virtual torch::Tensor forward(const torch::Tensor& pictures) = 0;
  virtual int64_t multiple() const = 0;

  // How far a pixel's surroundings matter to it, in pixels, a multiple of multiple(): pictures larger than
  // memory are drawn in strips that overlap by so much. 0: as far as the picture goes, no strips.
  virtual int64_t context_px() const = 0;

  // As GeneratorNet's.
  virtual void prepare_for_drawing() {}

  // forward() with what else the net has to say.
  virtual Translation translate(const torch::Tensor& pictures) { return {.pictures = forward(pictures)}; }

  // The only width and height that the net takes, in pixels; 0: any.
  virtual int64_t fixed_size() const { return 0; }

  // After a step of the optimiser: brings parameters back into their range.
  virtual void clip_parameters() {}
};

// Two translators, one for each direction. Their parameters begin with "there." and "back.".
class TranslatorPair : public TranslatorNet {
 public:
  TranslatorPair(std::shared_ptr<TranslatorNet> there, std::shared_ptr<TranslatorNet> back)
      : there_(register_module("there", std::move(there))), back_(register_module("back", std::move(back))) {}

  // There. All that TranslatorNet asks for is the same for both.
  torch::Tensor forward(const torch::Tensor& pictures) override { return there_->forward(pictures); }
  Translation translate(const torch::Tensor& pictures) override { return there_->translate(pictures); }
  int64_t multiple() const override { return there_->multiple(); }
  int64_t context_px() const override { return there_->context_px(); }
  int64_t fixed_size() const override { return there_->fixed_size(); }
  void prepare_for_drawing() override {
    there_->prepare_for_drawing();
    back_->prepare_for_drawing();
  }
  void clip_parameters() override {
    there_->clip_parameters();
    back_->clip_parameters();
  }

  TranslatorNet& there() { return *there_; }
  TranslatorNet& back() { return *back_; }

 private:
  std::shared_ptr<TranslatorNet> there_, back_;
};

// What a discriminator says of every patch of a picture.
struct PatchJudgement {
  torch::Tensor patches;      // [n, 1, h', w'].
  torch::Tensor domain = {};  // [n, k] logits for the picture as a whole; or undefined.
};

// Pictures to a judgement of their patches.
class PatchDiscriminatorNet : public torch::nn::Module {
 public:
  virtual PatchJudgement forward(const torch::Tensor& pictures) = 0;
};

struct Judgement {
  torch::Tensor real;  // [n] logits: above zero for a real picture.
  torch::Tensor tags;  // [n, tags] logits; undefined for a net without tags.
  // [n, tags]: added to `real` for each tag that the picture should show; undefined for a net that judges a
  // picture by itself.
  torch::Tensor match = {};
  std::vector<torch::Tensor> maps = {};  // After each stage, as the engine keeps them; empty: not told.
};

// Pictures to a judgement. A net of several views takes that many pictures of one subject at once, [n, 3 *
// views, h, w], and speaks of the tags of each: [n, views * tags].
class DiscriminatorNet : public torch::nn::Module {
 public:
  virtual Judgement forward(const torch::Tensor& pictures) = 0;
  virtual int64_t views() const { return 1; }
  virtual int64_t tag_count() const = 0;  // Of one view.
  virtual int64_t size() const = 0;
};

// The ways to draw initial weights of convolutions and dense layers; biases start at zero.
inline const std::vector<std::string> kInitialisations = {"normal", "he"};

// "normal": N(0, 0.02), as the GANs of that time. "he": N(0, sqrt(2 / ((1 + 0.2^2) fan_in))), for LeakyReLU
// 0.2.
void initialise(torch::nn::Module& net, const std::string& kind);

// A dense layer of which each row is, to the last bit, the same in any company: a float32 matrix product
// rounds differently for another number of rows or threads, so this one is taken in float64 and rounded once.
// For evaluation; about three times as slow.
torch::Tensor exact_dense(const torch::Tensor& x, const torch::nn::LinearImpl& layer);

// The layer as trained, or exact in evaluation: a picture is the same in any company.
torch::Tensor dense(torch::nn::LinearImpl& layer, const torch::Tensor& x);

// Merges a normalisation, as it acts in evaluation, into the convolution before it (which has a bias). With
// `shuffled`, a pixel shuffle by 2 stands between them: four maps of the convolution are one channel.
void merge_norm(torch::nn::Conv2d& conv, torch::nn::BatchNorm2d& norm, bool shuffled = false);

}  // namespace sakuga::models

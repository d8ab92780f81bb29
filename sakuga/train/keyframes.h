// The torch-free door to learning a painting from a few painted frames of a shot (Texler et al. 2020).
//
// Random patches of (plate, painting) pairs train a KeyframeNet (models/keyframe_net.h) with an L1 loss on
// colours and on their differences between neighbours, which keeps lines crisp; half of the patches are taken
// where the painting has its details. Step n depends on the seed, n and the pairs alone, so a training that
// was killed and resumed ends with the same bytes - unless it runs out of `minutes`: then it ends early, its
// rate having fallen with the time, and how early depends on the machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::train {

struct KeyframeTraining {
  int64_t steps = 2000;
  int64_t batch = 16;
  int64_t patch = 64;
  double rate = 1.5e-3;
  double minutes = 4.5;
  double noise = 0;
  double guide = 0;
  double carry = 1;
  int64_t seed = 1;
  int64_t width = 32;
  int64_t blocks = 3;
};

void visit_fields(KeyframeTraining& options, auto&& visit) {
  using core::Field;
  visit("steps", options.steps, Field{.help = "training steps", .min = 1, .max = 1'000'000});
  visit("batch", options.batch, Field{.help = "patches of one step", .min = 1, .max = 256});
  visit("patch", options.patch,
        Field{.help = "width and height of a patch in pixels, a multiple of 8", .min = 16, .max = 512});
  visit("rate", options.rate, Field{.help = "learning rate at the start", .min = 1e-6, .max = 0.1});
  visit("minutes", options.minutes,
        Field{.help = "longest time to learn; a machine that cannot do the steps in it does fewer",
              .min = 0.01,
              .max = 100'000});
  visit("noise", options.noise,
        Field{.help = "how much the plate's colours are shaken while learning", .min = 0, .max = 0.5});
  visit("guide", options.guide,
        Field{.help = "part of the patches that see the guide; 0 learns colours alone", .min = 0, .max = 1});
  visit("carry", options.carry,
        Field{.help = "how much of what the paintings show beyond what was learnt is carried along the flow",
              .min = 0,
              .max = 1});
  visit("seed", options.seed, Field{.help = "of weights and patches", .min = 0});
  visit("width", options.width, Field{.help = "channels of the net, a multiple of 8", .min = 8, .max = 128});
  visit("blocks", options.blocks, Field{.help = "residual blocks of the net", .min = 1, .max = 16});
}

// One painted frame. All in sRGB with straight alpha; plate and painting have one size.
struct KeyPair {
  media::Image plate;     // Its alpha is the matte.
  media::Image guide;     // See compose/blob_guide.h; (width + 1) / 2 x (height + 1) / 2.
  media::Image painting;  // Where its alpha is 0 nothing is learnt.
};

class KeyframePainter {
 public:
  // A net that has learnt nothing. Throws Error(BadRequest) for options out of range.
  explicit KeyframePainter(const KeyframeTraining& options);
  ~KeyframePainter();

  // Learns until options.steps are done. `checkpoint` is written on the way and, if it is there and holds the
  // same `digest` (of everything that the training depends on), gone on from; another digest starts anew.
  // Returns the mean loss of the last steps. Throws Error(BadRequest) for no pairs, sizes that do not fit,
  // nothing to learn from (all transparent) and a loss that is not a number; core::Interrupted after a
  // checkpoint if a signal came.
  // `after_step` is called with the number of steps done.
  double train(std::span<const KeyPair> pairs, const std::filesystem::path& checkpoint,
               const std::string& digest, const std::function<void(int64_t steps)>& after_step = nullptr);

  // The plate as a painting: sRGB, the plate's size and alpha, black where that is 0. Memory depends on the
  // width alone. Several threads may draw. Throws Error(BadRequest) if the guide's size does not fit.
  media::Image draw(const media::Image& plate, const media::Image& guide) const;

  // Writes a model file that models::PictureTranslator loads.
  void save(const std::filesystem::path& path, const std::string& title) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sakuga::train

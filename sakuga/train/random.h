// Random tensors of a training run.
//
// Whatever a run draws (noise, tags, flips, order, augmentation) depends only on (seed, purpose, step), so a
// resumed run draws what the unbroken one would have drawn.
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace sakuga::train {

// What a number is for. Part of the stream: two purposes never share numbers. Values are written into
// nothing, but changing one changes every run.
enum class Purpose : uint64_t {
  Order = 1,           // The order of the pictures; step = epoch.
  Flip = 2,            // Whether a picture is mirrored; step = epoch.
  Noise = 3,           // The generator's input in the discriminator's step.
  NoiseGenerator = 4,  // The generator's input in its own step.
  Tags = 5,
  TagsGenerator = 6,
  PenaltyMix = 7,
  PenaltyNoise = 13,
  AugmentReal = 8,
  AugmentFake = 9,
  AugmentGenerator = 10,
  SampleNoise = 11,  // The fixed noise of sample grids.
  SampleTags = 12,
  ScoreNoise = 14,  // What a run's own score is taken on.
  Crop = 15,        // The part of an enlarged picture; step = step of the run.
  Scene = 17,       // A made-up scene; step = its number in the run.
  View = 16,        // Which other view of a series is shown; step = number in the sequence.
};

// The Philox stream of (purpose, step); step in [0, 2^48).
uint64_t stream_of(Purpose purpose, int64_t step);

// float32 tensors of N(0, 1) and of U[0, 1) (24 bits).
torch::Tensor normal(at::IntArrayRef shape, uint64_t seed, Purpose purpose, int64_t step);
torch::Tensor uniform(at::IntArrayRef shape, uint64_t seed, Purpose purpose, int64_t step);

}  // namespace sakuga::train

// The maps that a KeyframeNet's first layer sees. Torch-free; internal to models.
#pragma once

namespace sakuga::models {

constexpr int kKeyframeFeatures = 8;    // compose/plate_features.h
constexpr int kKeyframeTones = 16;      // The large fills' lightness as so many maps.
constexpr int kKeyframeExtras = 4;      // At half size already.
constexpr int kKeyframeInputs = 112;    // Values of a half-size pixel: 4 * (3 + 8 + 16) + 4.
constexpr int kKeyframeChannels = 128;  // The same and zeros, to the engine's multiple of 32.

// Takes a picture (3 maps), its features and extras apart into half-size pixels, whose values lie together:
// those of each full-size map at (0, 0), (0, 1), (1, 0) and (1, 1), then the extras. A pixel's channels begin
// `step` values after the one's before. Height and width are those of the picture, even.
//
// Tones: map i is 1 where the large fills' lightness is -1 + 2 i / 15 and falls to 0 at its neighbours'.
// Painted tones are steps of lightness, which a net would else take long to learn.
void keyframe_input(const float* picture, const float* features, const float* extras, int height, int width,
                    int step, float* out);

}  // namespace sakuga::models

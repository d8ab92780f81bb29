// What the samples of a film's frames mean: matrix, range and where chroma lies. Internal to media.
#pragma once

#include <string>

#include "sakuga/media/frames.h"
#include "sakuga/media/libav.h"

namespace sakuga::media {

// R' = y + red_v v, G' = y + green_u u + green_v v, B' = y + blue_u u with y in [0, 1], u and v in [-0.5,
// 0.5].
struct YuvMatrix {
  float kr, kb;  // The weights of red and blue in luma.
  float red_v() const { return 2 * (1 - kr); }
  float blue_u() const { return 2 * (1 - kb); }
  float green_u() const { return -2 * kb * (1 - kb) / (1 - kr - kb); }
  float green_v() const { return -2 * kr * (1 - kr) / (1 - kr - kb); }
};

// Code values to numbers: value = code * scale + offset.
struct CodeScale {
  float scale, offset;
};

// Of a channel with `depth` bits: luma and RGB in [0, 1], chroma in [-0.5, 0.5] (ITU-R BT.709 and BT.2100).
CodeScale luma_scale(int depth, bool full_range);
CodeScale chroma_scale(int depth, bool full_range);

// What is to be taken for the colours of a film that may say nothing.
struct FilmColour {
  AVColorSpace matrix = AVCOL_SPC_BT709;  // AVCOL_SPC_RGB for RGB and grey.
  bool full_range = false;
  bool assumed = false;
};
FilmColour film_colour(AVPixelFormat format, int width, int height, AVColorSpace stated_matrix,
                       AVColorRange stated_range);

// Throws Error(Unsupported) for matrices that are not of this kind (constant luminance, ICtCp).
YuvMatrix yuv_matrix(AVColorSpace matrix);

// Throws Error(Unsupported) for curves that are not nearly sRGB's and would give wrong light in silence: PQ,
// HLG, logarithms and linear codes.
void check_transfer(const std::string& name, AVColorTransferCharacteristic transfer);

}  // namespace sakuga::media

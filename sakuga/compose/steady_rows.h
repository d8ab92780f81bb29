// The inner loops of steadying, a row at a time, compiled for several kinds of processor. Internal to
// compose.
#pragma once

#include "sakuga/media/image.h"

namespace sakuga::compose {

// out = in + gain * in + offset, `count` pixels; the fields have four numbers a pixel. Returns the sum of the
// absolute changes of r, g and b.
double correct_row(const media::Rgba* in, const float* gain, const float* offset, media::Rgba* out,
                   int count);

// Where row y of a picture of width x height looks for its past, from a flow with two numbers a pixel, in
// pixels of width / scale_x: pixels of the past and how far beyond them, the border repeated. Motion by
// nearly whole pixels is taken as whole, so that the past is copied and not resampled.
struct Places {
  int *left, *top;
  float *beyond_x, *beyond_y;
};
void place_row(const float* flow, float scale_x, float scale_y, int y, int width, int height,
               const Places& places);

// The past there, by Keys' cubic (a = -0.5).
void bring_row(const media::Image& past, const Places& places, media::Rgba* out);

// Luma (BT.709) of both, and the mean square of their differences; a past of other opacity is no past.
void compare_row(const media::Rgba* here, const media::Rgba* there, int count, float* luma_here,
                 float* luma_there, float* square);

// `row` less its mean over 3 x 3. All rows must have [-1] and [count], so must the buffer `sums`.
void detail_row(const float* above, const float* row, const float* below, int count, float* sums,
                float* detail);

// Adds to the sums of columns, or begins them.
void sum_row(bool first, int count, const float* square, const float* here, const float* there,
             float* squares, float* products, float* powers);

// out[i] = factor * (in[2 i] + in[2 i + 1]).
void halve_row(const float* in, float factor, int count, float* out);

// What is known of work pixels: means around them of the boil's, and the frame's and the past's detail
// (Comparison), and how far the past is seen.
struct Evidence {
  const float *noise, *seen, *square, *product, *power;
};

// From it how much of the past each work pixel takes, how far a pixel may move by it, and how it is
// sharpened, as blend_row() takes them. `drawings` of which the past is the mean become those of the result,
// at most `most`. What of the past's detail was lost is the regression of the frame's on the past's, which
// the frame's texture does not bias.
void weigh_row(const Evidence& evidence, float most, float boil, float* drawings, float* weights, int count);

// here += share * clamp(past + detail * fine - here, -limit, limit); `weights` has share, limit, detail and
// nothing for each pixel. Alpha stays. Returns the sum of the absolute changes.
double blend_row(const float* weights, const float* fine, const media::Rgba* past, media::Rgba* here,
                 int count);

}  // namespace sakuga::compose

// The row loops of the keyer: no branches, made for vector units. Internal to the keyer.
#pragma once

namespace sakuga::compose {

struct KeyCurve;

// Three planes' stretches of a row.
struct ConstRow {
  const float *r, *g, *b;
};
struct Row {
  float *r, *g, *b;
};

// The screen at the pixels of a row, from PlateField.
struct ScreenRow {
  const float *cb, *cr, *luma;
};

// The share of the screen: 0 at the edge of the accepted hues, below it outside, 1 and more on the screen.
// What is brighter than the screen is figure at least so far as white would have to be mixed in.
void share_row(const ConstRow& colour, const ScreenRow& screen, const KeyCurve& curve, int count,
               float* share);

// alpha = 1 - share within 0 and 1; in place too.
void alpha_row(const float* share, int count, float* alpha);

// Takes the screen's light off `colour`, as far as it is within the suppression cone. A figure catches only a
// part of the light: what it has more of is its own paint, unless alpha is low.
void despill_row(const Row& colour, const float* alpha, const ConstRow& screen, const float* cb,
                 const float* cr, const KeyCurve& curve, int count);

// Red, green, blue and alpha side by side; without alpha 1.
void interleave_row(const ConstRow& colour, const float* alpha, int count, float* pixels);

// Smallest, sum and largest so far of each column.
void pool_row(const float* alpha, int count, float* least, float* sum, float* most);

// Adds the colours of a row to the sums of its columns.
void add_row(const ConstRow& colour, int count, const Row& sums);

// Means of (2 radius + 1)^2 windows of a height x width plane; edges go on. `work` is as large as the plane.
void box_mean(const float* in, int width, int height, int radius, float* work, float* out);

// Weights 1 2 1 in both directions.
void tent_mean(const float* in, int width, int height, float* work, float* out);

}  // namespace sakuga::compose

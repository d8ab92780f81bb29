#include "sakuga/compose/figure_field.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "sakuga/compose/colour_line.h"

namespace sakuga::compose {
namespace {

using Colour = std::array<float, 3>;

const Colour kScreen = {0.008f, 0.06f, 0.014f}, kSkin = {0.55f, 0.3f, 0.2f}, kBlue = {0.1f, 0.2f, 0.6f},
             kBlack = {0.002f, 0.001f, 0.002f};

Colour mixed(const Colour& figure, float alpha) {
  Colour c;
  for (size_t i = 0; i < 3; ++i) c[i] = alpha * figure[i] + (1 - alpha) * kScreen[i];
  return c;
}

float alpha_of(const Colour& figure, const Colour& colour, float* trust = nullptr) {
  float alpha = 0, trusted = 0;
  line_row({&colour[0], &colour[1], &colour[2]}, {&figure[0], &figure[1], &figure[2]},
           {&kScreen[0], &kScreen[1], &kScreen[2]}, 1, &alpha, &trusted);
  if (trust) *trust = trusted;
  return alpha;
}

TEST(ColourLine, FindsAlphaBetweenTheColours) {
  for (const auto& figure : {kSkin, kBlue, kBlack})
    for (const float alpha : {0.0f, 0.25f, 0.5f, 1.0f}) {
      float trust = 0;
      EXPECT_NEAR(alpha_of(figure, mixed(figure, alpha), &trust), alpha, 2e-3f);
      EXPECT_NEAR(LineFrom(figure.data(), kScreen.data()).alpha(mixed(figure, alpha).data()), alpha, 2e-3f);
      EXPECT_EQ(trust, 1);
    }
}

TEST(ColourLine, ALittleMoreLightOnTheFigureChangesAlphaLess) {
  const Colour bright = {0.2f, 0.35f, 0.2f}, screen_like = mixed(bright, 0.5f);
  Colour lit = bright;
  for (float& c : lit) c *= 1.3f;
  const float plain = 0.5f * 1.3f;
  EXPECT_LT(alpha_of(bright, mixed(lit, 0.5f)), plain - 0.01f);
  EXPECT_NEAR(alpha_of(bright, screen_like), 0.5f, 2e-3f);
}

TEST(ColourLine, DoesNotTrustAnotherPaint) {
  float trust = 1;
  alpha_of(kSkin, mixed(kBlue, 0.8f), &trust);
  EXPECT_LT(trust, 0.1f);
}

// Alpha rises from 0 to 1 over [20, 34]; to the right all is figure. In the screen's share it is 1 from the
// middle on, as skin is before a dim screen.
PooledMatte blurred_edge(const Colour& left, const Colour& right) {
  PooledMatte matte(80, 20, 1);
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 80; ++x) {
      const float alpha = std::clamp(float(x - 20) / 14, 0.0f, 1.0f);
      const size_t i = size_t(y) * 80 + x;
      const auto c = mixed(x < 50 ? left : right, alpha);
      std::tie(matte.r[i], matte.g[i], matte.b[i]) = std::tuple(c[0], c[1], c[2]);
      std::tie(matte.screen_r[i], matte.screen_g[i], matte.screen_b[i]) =
          std::tuple(kScreen[0], kScreen[1], kScreen[2]);
      matte.least[i] = matte.mean[i] = matte.most[i] = std::min(2 * alpha, 1.0f);
    }
  return matte;
}

FigureField found(const PooledMatte& matte) {
  CoreMasks masks = {GridField(80, 20, 1), GridField(80, 20, 1)};
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 80; ++x) masks.keep.at(x, y) = 1;
  return figure_field(matte, masks, {});
}

TEST(FigureField, TakesTheFiguresColourFromBehindABlurredEdge) {
  const auto figure = found(blurred_edge(kSkin, kSkin));
  EXPECT_EQ(figure.solid.at(28, 10), 0);  // All figure by its hue, and half screen.
  EXPECT_EQ(figure.solid.at(38, 10), 1);
  EXPECT_EQ(figure.known.at(24, 10), 1);
  EXPECT_NEAR(figure.r.at(24, 10), kSkin[0], 0.05f);
  EXPECT_NEAR(figure.g.at(24, 10), kSkin[1], 0.03f);
  EXPECT_EQ(figure.known.at(0, 10) * figure.solid.at(0, 10), 0);
}

TEST(FigureField, ChoosesTheColourThatExplainsAPixel) {
  auto matte = blurred_edge(kSkin, kSkin);
  for (int y = 0; y < 20; ++y)
    for (int x = 36; x < 80; ++x) {  // Skin only at the upper end, all blue inside.
      if (y < 6) continue;
      const size_t i = size_t(y) * 80 + x;
      std::tie(matte.r[i], matte.g[i], matte.b[i]) = std::tuple(kBlue[0], kBlue[1], kBlue[2]);
    }
  const auto figure = found(matte);
  EXPECT_GT(figure.r.at(30, 16), 2 * figure.b.at(30, 16));
}

TEST(FigureField, KnowsNothingWithoutAFigure) {
  PooledMatte matte(80, 20, 1);
  const auto figure = found(matte);
  EXPECT_EQ(figure.known.at(40, 10), 0);
}

TEST(FigureField, GivesTheAlphaOfBlocks) {
  const auto matte = blurred_edge(kSkin, kSkin);
  const auto alpha = block_alpha(matte, found(matte));
  for (int x = 22; x < 34; x += 4) EXPECT_NEAR(alpha[size_t(10) * 80 + x], float(x - 20) / 14, 0.08f) << x;
}

}  // namespace
}  // namespace sakuga::compose

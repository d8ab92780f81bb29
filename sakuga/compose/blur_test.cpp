#include "sakuga/compose/blur.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/compose/layer_test_pictures.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

TEST(Blur, KeepsTheLightOfAPoint) {
  for (const double sigma : {2.0, 9.0, 14.0}) {
    const auto soft = blurred(square(129, 120, 63, 59, 66, 62), sigma);
    double light = 0, spread = 0;
    for (int y = 0; y < 120; ++y)
      for (int x = 0; x < 129; ++x) {
        light += at(soft, x, y).a;
        spread += at(soft, x, y).a * (x - 64.0) * (x - 64.0);
      }
    EXPECT_NEAR(light, 9, 0.15) << sigma;
    EXPECT_NEAR(std::sqrt(spread / light), sigma, 0.12 * sigma + 0.3) << sigma;
  }
}

TEST(Blur, AnExtendedEdgeDoesNotDarkenAnEvenPicture) {
  for (const auto& p : blurred(solid(70, 50, {0.5f, 0.5f, 0.5f, 1}), 20, Edge::Extended).pixels)
    EXPECT_NEAR(p.r, 0.5, 1e-4);
}

TEST(Blur, RefusesNothingAndNegativeWidths) {
  core::expect_error(core::ErrorKind::BadRequest, "sigma", [] { blurred(solid(2, 2, {}), -1); });
  core::expect_error(core::ErrorKind::BadRequest, "sigma", [] { blurred(media::Image(), 1); });
}

}  // namespace
}  // namespace sakuga::compose

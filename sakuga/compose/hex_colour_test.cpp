#include "sakuga/compose/hex_colour.h"

#include <gtest/gtest.h>

#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

TEST(HexColour, ReadsSrgbIntoLinearLight) {
  const auto orange = linear_colour("tint", "#ff8000");
  EXPECT_FLOAT_EQ(orange.r, 1);
  EXPECT_NEAR(orange.g, 0.2159f, 1e-4);
  EXPECT_EQ(orange.b, 0);
  EXPECT_EQ(linear_colour("tint", "#f00"), linear_colour("tint", "#FF0000"));
  EXPECT_NEAR(linear_colour("tint", "#00000080").a, 128 / 255.0, 1e-6);
}

TEST(HexColour, RefusesWhatIsNoColour) {
  for (const char* text : {"", "#", "red", "#12345", "#gggggg", "123456", "#12-456"})
    core::expect_error(core::ErrorKind::BadRequest, "tint: expected a colour",
                       [text] { linear_colour("tint", text); });
}

}  // namespace
}  // namespace sakuga::compose

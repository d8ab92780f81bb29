#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sakuga/cli/test_support.h"
#include "sakuga/compose/test_plates.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

// plate.%02d.png and truth.%02d.png, three frames of a disc before a green screen.
void write_plates(const core::TemporaryFolder& folder) {
  const auto source = compose::disc_plate("green");
  for (int i = 0; i < 3; ++i) {
    const auto frame = source.frame(i);
    media::write_image(folder / fmt::format("plate.{:02}.png", i), frame.plate);
    media::write_image(folder / fmt::format("truth.{:02}.png", i), frame.truth);
  }
}

TEST(FilmKey, KeysASequenceAndIsMeasured) {
  const core::TemporaryFolder folder;
  write_plates(folder);
  const auto result =
      sakuga({"--json", "film", "key", folder / "plate.%02d.png", "-o", folder / "keyed.%02d.png"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto said = nlohmann::json::parse(result.out);
  EXPECT_EQ(said.at("frames"), 3);
  EXPECT_EQ(said.at("screen"), "green");

  const auto measured =
      sakuga({"--json", "metric", "matte", folder / "keyed.%02d.png", folder / "truth.%02d.png"});
  ASSERT_EQ(measured.status, 0) << measured.err;
  EXPECT_LT(nlohmann::json::parse(measured.out).at("mean_absolute").get<double>(), 0.008);
}

TEST(FilmKey, WritesAMatteOrAComposite) {
  const core::TemporaryFolder folder;
  write_plates(folder);
  for (const std::string output : {"matte", "composite"}) {
    const auto result =
        sakuga({"film", "key", folder / "plate.00.png", "-o", folder / "out.png", "--write", output});
    ASSERT_EQ(result.status, 0) << result.err;
    const auto corner = media::read_image(folder / "out.png").pixels.at(0);
    EXPECT_EQ(corner.g, corner.r) << output;
    EXPECT_EQ(corner.a, 1);
  }
}

TEST(FilmKey, RefusesAPictureWithoutAScreen) {
  const core::TemporaryFolder folder;
  media::write_image(folder / "grey.png", compose::flat(48, 32, {0.3f, 0.3f, 0.3f, 1}));
  const auto result = sakuga({"film", "key", folder / "grey.png", "-o", folder / "keyed.png"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("% confidence"), std::string::npos) << result.err;
}

TEST(MetricMatte, WantsAlphaAndAsManyFrames) {
  const core::TemporaryFolder folder;
  write_plates(folder);
  media::write_image(folder / "opaque.jpg", compose::flat(240, 160, {0.1f, 0.4f, 0.1f, 1}));
  const auto opaque = sakuga({"metric", "matte", folder / "opaque.jpg", folder / "truth.00.png"});
  EXPECT_EQ(opaque.status, 2);
  EXPECT_NE(opaque.err.find("with alpha"), std::string::npos) << opaque.err;
  const auto fewer = sakuga({"metric", "matte", folder / "truth.00.png", folder / "truth.%02d.png"});
  EXPECT_EQ(fewer.status, 2);
  EXPECT_NE(fewer.err.find("one ends after 1"), std::string::npos) << fewer.err;
}

}  // namespace
}  // namespace sakuga::cli

#include "sakuga/compose/desk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sakuga/compose/painter.h"
#include "sakuga/compose/test_landscape.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image8;

double mean_difference(const Image8& a, const Image8& b) {
  EXPECT_EQ(a.bytes.size(), b.bytes.size());
  double sum = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i) sum += std::abs(a.bytes[i] - b.bytes[i]);
  return sum / double(a.bytes.size());
}

Image8 opaque(const Image8& rgba) {
  Image8 rgb(rgba.width, rgba.height, 3);
  for (size_t i = 0; i < rgb.bytes.size() / 3; ++i)
    std::copy_n(rgba.bytes.begin() + long(4 * i), 3, rgb.bytes.begin() + long(3 * i));
  return rgb;
}

double mean_of(const Image8& image, int channel, int top, int bottom) {
  double sum = 0;
  for (int y = top; y < bottom; ++y)
    for (int x = 0; x < image.width; ++x) sum += image.at(x, y)[channel];
  return sum / (double(bottom - top) * image.width);
}

Image8 sprite() {
  Image8 image(20, 40, 4);
  for (int y = 0; y < 36; ++y)
    for (int x = 4; x < 16; ++x) {
      const uint8_t colour[4] = {200, 60, 60, 255};
      std::copy_n(colour, 4, image.at(x, y));
    }
  return image;
}

TEST(Scene, FindsTheSkyAndItsHorizon) {
  const Scene scene = scene_of(landscape(240, 180));
  EXPECT_TRUE(scene.has_sky);
  EXPECT_NEAR(cv::mean(scene.sky)[0], 0.45, 0.04);
  EXPECT_NEAR(scene.horizon, 0.5, 0.06);
  EXPECT_EQ(scene.sky(2, 120), 1);
  EXPECT_EQ(scene.sky(170, 120), 0);
  EXPECT_LT(scene.far(175, 120), 0.2);
  EXPECT_GT(scene.far(100, 200), 0.8);
}

TEST(Scene, FindsNoSkyInAMeadow) {
  Image8 meadow = landscape(240, 180);
  for (int y = 0; y < 126; ++y)
    for (int x = 0; x < 240; ++x) std::copy_n(meadow.at(x, 126 + y % 54), 3, meadow.at(x, y));
  EXPECT_FALSE(scene_of(meadow).has_sky);
}

TEST(Desk, LayersFlattenedAreThePicture) {
  const Image8 photo = landscape(160, 120), painting = paint(photo);
  const Scene scene = scene_of(photo);
  const LightOptions light{.time = "dusk", .sun = "300,10"};
  const std::vector<PlacedSprite> sprites = {{parse_prop("sprite.png@80,110"), sprite()}};
  const auto document = desk_layers(painting, scene, light, sprites);
  std::vector<std::string> names;
  for (const auto& layer : document.layers) names.push_back(layer.name);
  EXPECT_EQ(names, (std::vector<std::string>{"props", "light", "shade", "near", "far", "sky"}));
  const Image8 flat = opaque(media::merged_ora(document));
  EXPECT_LT(mean_difference(flat, desk_picture(painting, scene, light, sprites)), 0.6);
}

TEST(Desk, TheSkyGoesOnBehindTheGround) {
  const Image8 photo = landscape(160, 120);
  const auto document = desk_layers(paint(photo), scene_of(photo), {});
  const Image8& sky = document.layers.back().image;
  ASSERT_EQ(document.layers.back().name, "sky");
  EXPECT_EQ(sky.channels, 3);
  EXPECT_GT(sky.at(80, 118)[2], sky.at(80, 118)[0]);
  EXPECT_GT(sky.at(80, 118)[2], 150);
}

TEST(Desk, WithoutAnythingToDoThePaintingStays) {
  const Image8 photo = landscape(80, 60), painting = paint(photo);
  EXPECT_EQ(desk_picture(painting, scene_of(photo), {}), painting);
}

TEST(Desk, AlphaStaysAndMakesOneLayer) {
  const Image8 photo = landscape(80, 60, 4), painting = paint(photo);
  const Scene scene = scene_of(photo);
  EXPECT_EQ(desk_layers(painting, scene, {}).layers.front().name, "painting");
  const Image8 dusk = desk_picture(painting, scene, {.time = "dusk"});
  ASSERT_EQ(dusk.channels, 4);
  EXPECT_EQ(dusk.at(79, 30)[3], 128);
}

TEST(Relight, NightIsDarkAndBlueAndDuskIsWarm) {
  const Image8 photo = landscape(160, 120), painting = paint(photo);
  const Scene scene = scene_of(photo);
  const Image8 night = desk_picture(painting, scene, {.time = "night"});
  EXPECT_LT(mean_of(night, 1, 90, 120), mean_of(painting, 1, 90, 120) / 2);
  EXPECT_GT(mean_of(night, 2, 0, 40), 2 * mean_of(night, 0, 0, 40));
  const Image8 dusk = desk_picture(painting, scene, {.time = "dusk"});
  EXPECT_GT(mean_of(dusk, 0, 30, 50) - mean_of(dusk, 2, 30, 50),
            mean_of(painting, 0, 30, 50) - mean_of(painting, 2, 30, 50) + 40);
}

TEST(Relight, TheSideTowardsTheSunIsLighter) {
  const Image8 photo = landscape(160, 120), painting = paint(photo);
  const auto layers = light_layers(painting, scene_of(photo), {.sun = "90,20", .shadow = 1});
  EXPECT_GT(layers.light.at(155, 100)[0], layers.light.at(5, 100)[0] + 5);
  EXPECT_GT(layers.shade.at(155, 100)[0], layers.shade.at(5, 100)[0] + 20);
}

TEST(Relight, DetailIsKept) {
  const Image8 photo = landscape(160, 120), painting = paint(photo, {.clumps = 0});
  const Image8 lit = desk_picture(painting, scene_of(photo), {.sun = "270,30", .shadow = 1});
  // Steps between neighbours keep their sign wherever they are plain.
  int kept = 0, all = 0;
  for (int y = 90; y < 119; ++y)
    for (int x = 0; x < 159; ++x) {
      const int before = painting.at(x + 1, y)[1] - painting.at(x, y)[1];
      if (std::abs(before) < 6) continue;
      ++all;
      kept += (lit.at(x + 1, y)[1] - lit.at(x, y)[1]) * before > 0;
    }
  ASSERT_GT(all, 50);
  EXPECT_GT(kept, all * 97 / 100);
}

TEST(Relight, ReadsTheSunAndRefusesWhatIsNone) {
  EXPECT_EQ(parse_sun("90,30"), (Sun{90, 30}));
  EXPECT_EQ(parse_sun("-45,0.5"), (Sun{-45, 0.5}));
  for (const std::string bad :
       {"", "90", "90;30", "90,30,2", "a,b", "90,", "90,91", "90,-1", "400,10", "nan,10"})
    core::expect_error(ErrorKind::BadRequest, "sun", [&] { parse_sun(bad); });
}

TEST(Prop, StandsOnItsFootWithAShadowBelow) {
  const Image8 photo = landscape(160, 120), painting = paint(photo);
  const Scene scene = scene_of(photo);
  const std::vector<PlacedSprite> sprites = {{parse_prop("a.png@80,110,0.5"), sprite()}};
  const Image8 with = desk_picture(painting, scene, {}, sprites);
  EXPECT_GT(with.at(80, 105)[0], with.at(80, 105)[1] + 30);  // The red figure.
  EXPECT_EQ(with.at(80, 80)[0], painting.at(80, 80)[0]);     // Above it nothing.
  double before = 0, after = 0;
  for (int y = 111; y < 115; ++y)
    for (int x = 66; x < 82; ++x) before += painting.at(x, y)[1] / 64.0, after += with.at(x, y)[1] / 64.0;
  EXPECT_LT(after, before - 8);
}

TEST(Prop, ReadsItsPlaceAndRefusesWhatIsNone) {
  const PropPlace place = parse_prop("my@tree.png@640,700.5,0.25");
  EXPECT_EQ(place.file, "my@tree.png");
  EXPECT_EQ(place.y, 700.5);
  EXPECT_EQ(place.scale, 0.25);
  for (const std::string bad : {"tree.png", "@1,2", "a@1", "a@1,2,3,4", "a@1,x", "a@1,2,0", "a@inf,2"})
    core::expect_error(ErrorKind::BadRequest, "paint", [&] { parse_prop(bad); });
  const Image8 painting = paint(landscape(80, 60));
  core::expect_error(ErrorKind::BadRequest, "outside", [&] {
    set_prop(sprite(), {"a.png", 500, 50, 1}, painting, {});
  });
  core::expect_error(ErrorKind::BadRequest, "transparency", [&] {
    set_prop(Image8(4, 4, 4), {"a.png", 40, 50, 1}, painting, {});
  });
  core::expect_error(ErrorKind::BadRequest, "the most", [&] {
    set_prop(sprite(), {"a.png", 40, 50, 900}, painting, {});
  });
}

}  // namespace
}  // namespace sakuga::compose

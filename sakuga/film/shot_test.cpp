#include <gtest/gtest.h>

#include "sakuga/film/test_shots.h"

namespace sakuga::film {
namespace {

using core::ErrorKind;
using core::expect_error;

void expect_refused(const std::string& text, const std::string& part) {
  expect_error(ErrorKind::BadRequest, part, [&] { parse_shot(text, "test.toml"); });
}

TEST(Shot, ReadsTablesListsAndDefaults) {
  const auto shot = parse_shot(kTop +
                                   "  [layers.rim]\n  strength = 2\n  [[layers.move]]\n  frame = 3\n  x = 7\n"
                                   "[key]\ndespill = 0.5\n[[camera]]\nframe = 1\nzoom = 2\n",
                               "folder/test.toml");
  EXPECT_EQ(shot.name, "test");
  EXPECT_EQ(shot.layers.size(), 2u);
  EXPECT_EQ(shot.layers[0].name, "background");
  EXPECT_EQ(shot.layers[1].rim.strength, 2);
  EXPECT_EQ(shot.layers[1].move.at(0).x, 7);
  EXPECT_EQ(shot.key->key.despill, 0.5);
  EXPECT_FALSE(shot.steady);
  EXPECT_EQ(shot.camera.at(0).position.zoom, 2);
  EXPECT_EQ(shot.deliver.at(0).file, "test.mp4");
}

TEST(Shot, AnUnknownKeyNamesItsLineAndTheNearest) {
  expect_refused(kTop + "opacty = 0.5\n",
                 "test.toml:14: unknown key 'layers[0].opacty'; did you mean opacity?");
  expect_refused(kTop + "[layers.rimm]\nstrength = 1\n", "unknown table [layers[0].rimm]; did you mean rim?");
  expect_refused("[plaet]\nfile = \"x\"\n", "unknown table [plaet]; did you mean plate?");
  expect_refused("heigth = 3\n", "did you mean height?");
}

TEST(Shot, WrongTypesAndRangesNameTheLine) {
  expect_refused("width = \"wide\"\n", "test.toml:1: width: expected a whole number");
  expect_refused(kTop + "opacity = 2\n", "test.toml:14: layers[0].opacity: expected a number from 0 to 1");
  expect_refused(kTop + "blend = \"multipl\"\n", "did you mean multiply?");
  expect_refused("width = ", "test.toml:1: not TOML");
}

TEST(Shot, MattesMustBeLayersAndNotGoInACircle) {
  expect_refused(kTop + "matte = \"her\"\n", "did you mean hero?");
  expect_refused(kTop + "matte = \"b\"\n[[layers]]\nname = \"b\"\nsource = \"figure\"\nmatte = \"hero\"\n",
                 "circle");
  expect_refused(kTop + "matte = \"hero\"\n", "circle");
}

TEST(Shot, RefusesWhatContradictsItself) {
  expect_refused("frames = 3\n[[layers]]\nsource = \"figure\"\n", "needs a [plate]");
  expect_refused("frames = 3\n[[layers]]\nname = \"a\"\n", "expected a file");
  expect_refused("frames = 3\n", "[[layers]]");
  expect_refused("[background]\nfile = \"a.png\"\n", "expected 'frames'");
  expect_refused("frames = 3\n[key]\n[background]\nfile = \"a.png\"\n", "[key] needs a [plate]");
  expect_refused(kTop + "from = 9\nto = 3\n", "'to' after 'from'");
  expect_refused(kTop + "crop_left = 0.6\ncrop_right = 0.5\n", "leave nothing");
  expect_refused(kTop + "[[layers]]\nname = \"hero\"\nsource = \"figure\"\n", "two layers");
  expect_refused(kTop + "[stylise]\nengine = \"keyframes\"\n", "belong together");
  expect_refused(kTop + "[stylise]\nmodel = \"x\"\n", "belong together");
  expect_refused("frames = 3\n[audio]\n[background]\nfile = \"a.png\"\n", "[audio]");
  expect_refused(kTop + "[[deliver]]\ncodec = \"h265\"\n", "needs a file");
  expect_refused(kTop + "[[deliver]]\nfile = \"a.mp4\"\ncodec = \"h266\"\n", "did you mean");
  expect_refused("fps = \"fast\"\n" + kTop, "fast");
  expect_refused(kTop + "file = \"x.png\"\n", "source 'figure'");
}

TEST(Shot, AMissingFileIsNotFound) {
  expect_error(ErrorKind::NotFound, "nothing.toml", [] { read_shot("nothing.toml"); });
}

TEST(Layer, MovesBetweenItsKeysAndRestsBesides) {
  const std::vector<MoveKey> keys = {{.frame = 2, .ease = "linear", .x = 0},
                                     {.frame = 4, .x = 10, .scale = 4}};
  EXPECT_EQ(move_at(keys, 1).x, 0);
  EXPECT_EQ(move_at(keys, 3).x, 5);
  EXPECT_DOUBLE_EQ(move_at(keys, 3).scale, 2);
  EXPECT_EQ(move_at(keys, 9).x, 10);
  EXPECT_EQ(move_at({}, 9).opacity, 1);
  expect_error(ErrorKind::BadRequest, "order", [] { move_at({{.frame = 3}, {.frame = 2}}, 1); });
}

TEST(Layer, IsSeenInItsFramesAndFades) {
  const Layer layer = {.from = 3, .to = 8, .fade_in = 1, .fade_out = 2};
  EXPECT_EQ(presence(layer, 2, 20), 0);
  EXPECT_EQ(presence(layer, 3, 20), 0.5);
  EXPECT_EQ(presence(layer, 4, 20), 1);
  EXPECT_NEAR(presence(layer, 8, 20), 1 / 3.0, 1e-9);
  EXPECT_EQ(presence(layer, 9, 20), 0);
  EXPECT_EQ(presence({}, 20, 20), 1);
}

}  // namespace
}  // namespace sakuga::film

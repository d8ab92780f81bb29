#include "sakuga/models/face_finder.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "sakuga/core/error.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"
#include "sakuga/models/golden.h"
#include "sakuga/models/tagger.h"
#include "sakuga/rig/random.h"
#include "sakuga/rig/truth.h"

namespace sakuga::models {
namespace {

using media::Image8;

std::shared_ptr<FaceFinder> shipped() {
  static const auto finder = FaceFinder::load(SAKUGA_SOURCE_DIR "/zoo/face-detector.safetensors");
  return finder;
}

// Waves of soft colours, as a photograph out of focus.
Image8 backdrop(int width, int height) {
  Image8 image(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        image.at(x, y)[c] = uint8_t(110 + 50 * std::sin(x * 0.021 + c) + 40 * std::cos(y * 0.034 - c));
  return image;
}

struct Pasted {
  Image8 picture;
  Face truth;
};

// A head of the rig at (x, y) of a backdrop, twice and a half as wide and high as the face.
Pasted with_head(Image8 picture, double yaw, int size, int x, int y, uint64_t seed = 424'242) {
  auto who = rig::random_character(seed);
  who.pose = {.yaw = yaw};
  const rig::PictureOptions options = {.size = size, .frame = "bust"};
  const Image8 head = rig::draw(who, options);
  for (int j = 0; j < size; ++j)
    for (int i = 0; i < size; ++i)
      for (int c = 0; c < 3; ++c) {
        uint8_t& to = picture.at(x + i, y + j)[c];
        const int alpha = head.at(i, j)[3];
        to = uint8_t((head.at(i, j)[c] * alpha + to * (255 - alpha)) / 255);
      }
  const auto face = rig::face_square_of(who, rig::frame_of(options));
  return {picture, {x + face.middle.x, y + face.middle.y, face.side}};
}

bool is(const Face& found, const Face& truth) {
  const double share = 0.2 * truth.side;
  return std::abs(found.x - truth.x) < share && std::abs(found.y - truth.y) < share &&
         std::abs(std::log(found.side / truth.side)) < std::log(1.4);
}

// In how many of ten characters' pictures, changed by `change`, one face is found, where it is.
int found_of_ten(double yaw, const std::function<Image8(const Image8&)>& change) {
  int found = 0;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    const auto [picture, truth] = with_head(backdrop(400, 300), yaw, 160, 180, 90, 424'242 + seed);
    const auto faces = shipped()->find(change(picture));
    found += faces.size() == 1 && is(faces[0], truth);
  }
  return found;
}

TEST(FaceFinder, FindsHeadsOfTheRigAtEveryAngle) {
  for (const double yaw : {0., 40., -65., 90.}) EXPECT_GE(found_of_ten(yaw, std::identity()), 8) << yaw;
}

TEST(FaceFinder, SquaresGrowWithThePicture) {
  const auto [picture, truth] = with_head(backdrop(360, 300), 20, 150, 100, 60);
  for (const double factor : {0.5, 1.0, 2.0, 5.0}) {
    const auto scaled = media::resize(picture, int(360 * factor), int(300 * factor));
    const auto faces = shipped()->find(scaled);
    ASSERT_EQ(faces.size(), 1u) << factor;
    EXPECT_TRUE(is(faces[0], {truth.x * factor, truth.y * factor, truth.side * factor})) << factor;
  }
}

TEST(FaceFinder, LooksAtGreyAndTransparentPictures) {
  EXPECT_GE(found_of_ten(0,
                         [](const Image8& picture) {
                           Image8 grey(picture.width, picture.height, 1);
                           for (size_t i = 0; i < grey.bytes.size(); ++i)
                             grey.bytes[i] = picture.bytes[3 * i + 1];
                           return grey;
                         }),
            8);
  EXPECT_GE(found_of_ten(0,
                         [](const Image8& picture) {
                           Image8 opaque(picture.width, picture.height, 4);
                           for (size_t i = 0; i < picture.bytes.size() / 3; ++i) {
                             std::copy_n(&picture.bytes[3 * i], 3, &opaque.bytes[4 * i]);
                             opaque.bytes[4 * i + 3] = 255;
                           }
                           return opaque;
                         }),
            8);
}

TEST(FaceFinder, FindsNothingWhereNothingIs) {
  for (const auto& [width, height] : {std::pair(1, 1), {3, 900}, {16, 16}, {500, 400}, {5000, 40}}) {
    EXPECT_TRUE(shipped()->find(backdrop(width, height)).empty()) << width << "x" << height;
    EXPECT_TRUE(shipped()->find(Image8(width, height, 2)).empty());
  }
  EXPECT_THROW(shipped()->find(Image8()), core::Error);
}

TEST(FaceFinder, KeepsTheBestOfSeveralFindsOfAFace) {
  const auto kept =
      without_repeats({{50, 50, 40, 0.5}, {53, 49, 48, 0.9}, {120, 50, 40, 0.6}, {52, 52, 12, 0.7}});
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].score, 0.9);
  EXPECT_EQ(kept[1].score, 0.6);
}

TEST(FaceFinder, TheShippedDetectorIsSmallAndSaysWhatItLearntFrom) {
  EXPECT_LT(std::filesystem::file_size(SAKUGA_SOURCE_DIR "/zoo/face-detector.safetensors"), 1'000'000u);
  EXPECT_EQ(shipped()->card().architecture, "face-detector");
  EXPECT_TRUE(shipped()->card().licences.at("verdict").at("commercial").get<bool>());
}

TEST(FaceFinder, RefusesAModelOfAnotherKind) {
  const ModelFile file("tagger", *Tagger(TaggerOptions{.tags = 1, .blocks = 0}),
                       {.architecture = "tagger", .options = {{"tags", 1}, {"blocks", 0}}, .tags = {"a"}});
  try {
    FaceFinder::load(file.path());
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), core::ErrorKind::BadRequest);
    EXPECT_NE(std::string(error.what()).find("is a tagger (tagger), expected a face detector"),
              std::string::npos)
        << error.what();
  }
  EXPECT_THROW(FaceFinder::load("/no/such/file.safetensors"), core::Error);
}

}  // namespace
}  // namespace sakuga::models

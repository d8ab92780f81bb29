#include "sakuga/data/crop.h"

#include "sakuga/core/files.h"
#include "sakuga/data/test_pictures.h"

namespace sakuga::data {
namespace {

using core::ErrorKind;

TEST(CentreSquare, LiesInTheMiddle) {
  EXPECT_EQ(centre_square(media::Image8(10, 4, 1)), (Square{3, 0, 4}));
  EXPECT_EQ(centre_square(media::Image8(4, 9, 1)), (Square{0, 2, 4}));
}

TEST(PortraitSquare, IsHalfAsLargeAgainAndHigher) {
  const Square square = portrait_square({100, 100, 40});
  EXPECT_EQ(square.side, 60);
  EXPECT_EQ(square.x, 90);
  EXPECT_LT(square.y, 90);
}

TEST(Cut, TakesPixelsUnderTheSquare) {
  const auto picture = test_picture(1, 9, 7, 3);
  const auto part = cut(picture, {2, 3, 4});
  ASSERT_EQ(part.width, 4);
  ASSERT_EQ(part.bytes.size(), 48u);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      for (int c = 0; c < 3; ++c) EXPECT_EQ(part.at(x, y)[c], picture.at(x + 2, y + 3)[c]);
    }
  }
}

TEST(Cut, MirrorsThePictureBeyondItsBorder) {
  const auto picture = test_picture(1, 3, 3, 1);
  const auto part = cut(picture, {-2, -1, 6});
  EXPECT_EQ(*part.at(0, 0), *picture.at(1, 0));
  EXPECT_EQ(*part.at(1, 1), *picture.at(0, 0));
  EXPECT_EQ(*part.at(3, 2), *picture.at(1, 1));
  EXPECT_EQ(*part.at(5, 5), *picture.at(2, 1));
  EXPECT_EQ(*cut(media::Image8(1, 1, 1), {-3, -3, 8}).at(7, 0), 0);
}

TEST(Cut, RefusesSquaresThatMissThePicture) {
  for (const Square square : {Square{0, 0, 0}, Square{5, 0, 2}, Square{0, -2, 2}, Square{0, 0, 9000}}) {
    expect_error(ErrorKind::BadRequest, "cannot cut a square", [&] { cut(test_picture(1, 5, 5), square); });
  }
}

TEST(FaceCascade, RefusesWhatIsNoCascade) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::NotFound, "there is no cascade", [&] { FaceCascade(folder / "none.xml"); });
  for (const char* text : {"", "no xml", "<?xml version=\"1.0\"?><opencv_storage></opencv_storage>"}) {
    const auto path = folder.write("bad.xml", text);
    expect_error(ErrorKind::CorruptInput, "is no OpenCV cascade", [&] { FaceCascade finder(path); });
  }
}

TEST(FaceCascade, FindsADrawnFace) {
  const std::filesystem::path shared = SAKUGA_SOURCE_DIR "/../shared";
  const auto sprite = shared / "data/open/sprites/renpy_sylvie/sylvie blue normal.png";
  if (!std::filesystem::exists(sprite)) GTEST_SKIP() << "needs " << sprite;
  FaceCascade finder(shared / "models/lbpcascade_animeface.xml");
  const auto picture = media::read_image8(sprite);
  const auto face = finder.largest_face(picture);
  ASSERT_TRUE(face);
  EXPECT_LT(face->y, picture.height / 3);
  EXPECT_GT(face->side, picture.width / 8);
  EXPECT_EQ(finder.largest_face(picture), face);
  EXPECT_FALSE(finder.largest_face(media::Image8(200, 200, 3)));
  EXPECT_FALSE(finder.largest_face(media::Image8(1, 1, 1)));
}

}  // namespace
}  // namespace sakuga::data

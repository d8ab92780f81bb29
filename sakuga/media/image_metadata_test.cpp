#include "sakuga/media/image_file.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "sakuga/core/files.h"
#include "sakuga/media/test_pictures.h"

namespace sakuga::media {
namespace {

TEST(Metadata, ComesBackFromEveryFormat) {
  const TemporaryFolder folder;
  const Metadata metadata = {{"parameters", "1girl, smile\nSteps: 20, Seed: 7"},
                             {"sakuga", R"({"seed":7,"tags":["smile"]})"},
                             {"title", "作画 – größer"}};
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif"}) {
    write_image(folder / name, gradient(8, 8, 3), metadata);
    EXPECT_EQ(read_metadata(folder / name), metadata) << name;
    EXPECT_EQ(read_image8(folder / name).width, 8) << name;
  }
  write_image(folder / "a.exr", film(2, 2), metadata);
  EXPECT_EQ(read_metadata(folder / "a.exr"), metadata);
}

TEST(Metadata, OfJpegHoldsTextsBeyondAsciiInTheUserComment) {
  const TemporaryFolder folder;
  const Metadata metadata = {{"parameters", "作画, smile"}};
  write_image(folder / "a.jpg", gradient(8, 8, 3), metadata);
  EXPECT_EQ(read_metadata(folder / "a.jpg"), metadata);
}

TEST(Metadata, IsEmptyWhereThereIsNone) {
  const TemporaryFolder folder;
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif", "a.exr"}) {
    Image image = film(2, 2);
    for (Rgba& pixel : image.pixels) pixel.a = 1;
    write_image(folder / name, image);
    EXPECT_EQ(read_metadata(folder / name), Metadata()) << name;
  }
}

TEST(Metadata, OfOtherProgramsIsRead) {
  const TemporaryFolder folder;
  const Bytes png = encode_png(pixel({1, 2, 3}));
  const std::string text = "packed text";
  std::string packed(100, '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
           text.size());
  packed.resize(size);
  const auto read = [&](const std::string& type, const std::string& data) {
    core::write_file(folder / "a.png", with_chunk(png, type, data));
    return read_metadata(folder / "a.png");
  };
  EXPECT_EQ(read("zTXt", std::string("key\0\0", 5) + packed), (Metadata{{"key", text}}));
  EXPECT_EQ(read("iTXt", std::string("key\0\1\0en\0schl\0", 14) + packed), (Metadata{{"key", text}}));
  EXPECT_EQ(read("tEXt", std::string("key\0gr\xf6\xdf", 8)), (Metadata{{"key", "größ"}}));
  EXPECT_EQ(read("tEXt", std::string("key\0größ", 10)), (Metadata{{"key", "größ"}}));
  refusal(ErrorKind::CorruptInput, [&] { read("tEXt", "no end"); });
  refusal(ErrorKind::CorruptInput, [&] { read("zTXt", std::string("key\0\0junk", 9)); });
  refusal(ErrorKind::CorruptInput, [&] { read("iTXt", std::string("key\0\0", 5)); });
}

TEST(Metadata, ThatAFormatCannotHoldIsRefused) {
  const Image8 image = pixel({1, 2, 3});
  refusal(ErrorKind::BadRequest, [&] { encode_png(image, {{"", "text"}}); });
  refusal(ErrorKind::BadRequest, [&] { encode_png(image, {{"größe", "text"}}); });
  refusal(ErrorKind::BadRequest, [&] { encode_png(image, {{"key", "\xff"}}); });
  refusal(ErrorKind::BadRequest, [&] { encode_jpeg(image, 95, {{"key", "\xff"}}); });
  refusal(ErrorKind::BadRequest, [&] { encode_jpeg(image, 95, {{"parameters", "\xff"}}); });
  refusal(ErrorKind::BadRequest, [&] { encode_jpeg(image, 95, {{"parameters", std::string(70000, 'x')}}); });
}

}  // namespace
}  // namespace sakuga::media

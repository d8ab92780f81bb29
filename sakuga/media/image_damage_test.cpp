#include "sakuga/media/image_file.h"

#include <gtest/gtest.h>
#include <webp/encode.h>
#include <webp/mux.h>
#include <zlib.h>

#include "sakuga/core/files.h"
#include "sakuga/media/test_pictures.h"
#include "sakuga/media/webp.h"

namespace sakuga::media {
namespace {

Bytes png_header_of(uint32_t width, uint32_t height) {
  Bytes png = encode_png(pixel({1, 2, 3}));
  for (int i = 0; i < 4; ++i) {
    png[16 + i] = std::byte(width >> (24 - 8 * i));
    png[20 + i] = std::byte(height >> (24 - 8 * i));
  }
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(&png[12]), 17);
  for (int i = 0; i < 4; ++i) png[29 + i] = std::byte(sum >> (24 - 8 * i));
  return png;
}

Bytes animated_webp() {
  WebPAnimEncoder* encoder = WebPAnimEncoderNew(16, 16, nullptr);
  for (int frame = 0; frame < 2; ++frame) {
    const Image8 image = frame ? gradient(16, 16, 4) : Image8(16, 16, 4);
    WebPPicture picture;
    WebPPictureInit(&picture);
    picture.use_argb = 1;
    picture.width = picture.height = 16;
    WebPPictureImportRGBA(&picture, image.bytes.data(), 64);
    WebPAnimEncoderAdd(encoder, &picture, frame * 100, nullptr);
    WebPPictureFree(&picture);
  }
  WebPAnimEncoderAdd(encoder, nullptr, 200, nullptr);
  WebPData data;
  WebPAnimEncoderAssemble(encoder, &data);
  WebPAnimEncoderDelete(encoder);
  const auto* first = reinterpret_cast<const std::byte*>(data.bytes);
  Bytes result(first, first + data.size);
  WebPDataClear(&data);
  return result;
}

TEST(DecodeImage8, RefusesWhatIsNoPicture) {
  EXPECT_EQ(refusal_of(ErrorKind::CorruptInput, {}), "read: a.png: expected a picture, got 0 bytes");
  EXPECT_EQ(refusal_of(ErrorKind::CorruptInput, bytes_of("Hello, world")),
            "read: a.png: expected a picture (PNG, JPEG, WebP, TIFF or EXR), got something else");
  refusal_of(ErrorKind::Unsupported, bytes_of("BM and so on"));
}

TEST(DecodeImage8, RefusesAnimations) {
  const std::string sorry = "expected one picture, got an animation";
  EXPECT_NE(refusal_of(ErrorKind::Unsupported, bytes_of("GIF89a")).find(sorry), std::string::npos);
  EXPECT_NE(refusal_of(ErrorKind::Unsupported, animated_webp()).find(sorry), std::string::npos);
  const Bytes apng = with_chunk(encode_png(pixel({1})), "acTL", std::string("\0\0\0\2\0\0\0\0", 8));
  EXPECT_NE(refusal_of(ErrorKind::Unsupported, apng).find(sorry), std::string::npos);
}

TEST(DecodeImage8, RefusesJpegForPrint) {
  const std::string header(
      "\xff\xd8\xff\xc0\0\x14\x08\0\x01\0\x01\x04\x01\x11\0\x02\x11\0\x03\x11\0\x04\x11\0\xff\xda\0\2\xff"
      "\xd9",
      30);
  EXPECT_NE(refusal_of(ErrorKind::Unsupported, bytes_of(header)).find("CMYK"), std::string::npos);
}

TEST(DecodeImage8, LooksAtTheLimitsBeforeThePixels) {
  EXPECT_EQ(refusal_of(ErrorKind::BadRequest, png_header_of(20000, 20000)),
            "read: a.png: expected at most 100000000 pixels, got 20000x20000");
  refusal_of(ErrorKind::BadRequest, encode_png(gradient(11, 10, 3)), {.max_pixels = 109});
  refusal_of(ErrorKind::BadRequest, encode_webp(gradient(11, 10, 3), {}), {.max_pixels = 109});
  refusal_of(ErrorKind::BadRequest, encode_png(gradient(11, 10, 3)), {.max_bytes = 20});
  refusal_of(ErrorKind::CorruptInput, png_header_of(100, 100));
}

TEST(DecodeImage8, RefusesJpegThatLacksOnlyItsEnd) {
  Bytes jpeg = encode_jpeg(gradient(64, 64, 3));
  jpeg.resize(jpeg.size() - 2);
  EXPECT_NE(refusal_of(ErrorKind::CorruptInput, jpeg).find("cut off"), std::string::npos);
}

std::vector<Bytes> one_of_each() {
  const TemporaryFolder folder;
  const Image8 image = gradient(64, 48, 3);
  std::vector<Bytes> files = {encode_png(image), encode_jpeg(image), encode_webp(image, {})};
  write_image(folder / "a.tif", image);
  write_image(folder / "a.exr", film(64, 48));
  for (const char* name : {"a.tif", "a.exr"}) files.push_back(core::read_file(folder / name));
  return files;
}

TEST(DecodeImage8, RefusesFilesThatWereCutOff) {
  for (const Bytes& file : one_of_each()) {
    for (const double part : {0.02, 0.3, 0.6, 0.9, 0.98}) {
      const Bytes cut(file.begin(), file.begin() + std::ptrdiff_t(double(file.size()) * part));
      refusal_of(ErrorKind::CorruptInput, cut);
    }
  }
}

TEST(DecodeImage8, SurvivesDamageAnywhere) {
  for (const Bytes& file : one_of_each()) {
    for (size_t place = 0; place < file.size(); place += 1 + file.size() / 150) {
      Bytes damaged = file;
      damaged[place] ^= std::byte(0x5a);
      try {
        decode_image8(damaged, "a", {.max_pixels = 100000});
      } catch (const core::Error& error) {
        EXPECT_NE(error.kind(), ErrorKind::Internal) << error.what();
      }
    }
  }
}

TEST(ReadImage8, NamesAMissingFile) {
  EXPECT_NE(
      refusal(ErrorKind::NotFound, [] { read_image8("/nonexistent/a.png"); }).find("/nonexistent/a.png"),
      std::string::npos);
  refusal(ErrorKind::NotFound, [] { read_image("/nonexistent/a.png"); });
  refusal(ErrorKind::NotFound, [] { read_metadata("/nonexistent/a.png"); });
}

}  // namespace
}  // namespace sakuga::media

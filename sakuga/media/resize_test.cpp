#include "sakuga/media/resize.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/core/hash.h"

namespace sakuga::media {
namespace {

// Reproducible noise, the same as in tests/golden/resize.py.
Image8 noise(int width, int height, int channels) {
  Image8 image(width, height, channels);
  uint32_t state = 1;
  for (uint8_t& byte : image.bytes) {
    state = state * 1103515245 + 12345;
    byte = static_cast<uint8_t>(state >> 24);
  }
  return image;
}

struct Golden {
  int channels;
  Filter filter;
  int width, height;
  const char* digest;  // The first 16 digits of the SHA-256 of Pillow's result.
};

constexpr Golden kPillow[] = {
    {1, Filter::Lanczos3, 20, 33, "0f9e2e79f4a14d28"}, {1, Filter::Lanczos3, 97, 61, "4f4b2885d9212b07"},
    {1, Filter::Bicubic, 20, 33, "bf71e9bd90e4713b"},  {1, Filter::Bicubic, 97, 61, "3affa73ab9a9024e"},
    {1, Filter::Box, 20, 33, "0531c5b89d1428b4"},      {1, Filter::Box, 97, 61, "28334316db9c5363"},
    {1, Filter::Bilinear, 20, 33, "af037e196869ef62"}, {1, Filter::Bilinear, 97, 61, "da80103cfdfad19b"},
    {2, Filter::Lanczos3, 20, 33, "18e669f25830c905"}, {2, Filter::Lanczos3, 97, 61, "b5f57e0955fe2d86"},
    {2, Filter::Bicubic, 20, 33, "48f15441f4c53f3f"},  {2, Filter::Bicubic, 97, 61, "1a83bcb866cb58e9"},
    {2, Filter::Box, 20, 33, "f8ba04c54d619719"},      {2, Filter::Box, 97, 61, "fd22ec4e006c4d6d"},
    {2, Filter::Bilinear, 20, 33, "33349a230a1ae01e"}, {2, Filter::Bilinear, 97, 61, "1bf75caf3d7da23a"},
    {3, Filter::Lanczos3, 20, 33, "bd2a2bc62f3729b4"}, {3, Filter::Lanczos3, 97, 61, "ea5003e1174483fd"},
    {3, Filter::Bicubic, 20, 33, "e944fb3e3afdbbaf"},  {3, Filter::Bicubic, 97, 61, "5fe652e64500eff2"},
    {3, Filter::Box, 20, 33, "cefeb80f931b5e71"},      {3, Filter::Box, 97, 61, "d8a8e1da1ed3c494"},
    {3, Filter::Bilinear, 20, 33, "7039f7aae9a9fd2b"}, {3, Filter::Bilinear, 97, 61, "af002390b024ea67"},
    {4, Filter::Lanczos3, 20, 33, "3f76e0e363dac811"}, {4, Filter::Lanczos3, 97, 61, "283bd357696a214a"},
    {4, Filter::Bicubic, 20, 33, "aa70fefd6a6f311d"},  {4, Filter::Bicubic, 97, 61, "119bdb6b3d47412c"},
    {4, Filter::Box, 20, 33, "d36ae31838b34704"},      {4, Filter::Box, 97, 61, "02ad341d137180e3"},
    {4, Filter::Bilinear, 20, 33, "e3c440132a4fb42a"}, {4, Filter::Bilinear, 97, 61, "d66f1d2b1192bbf6"},
};

TEST(Resize, GivesPillowsBytes) {
  for (const Golden& golden : kPillow) {
    const Image8 resized = resize(noise(61, 47, golden.channels), golden.width, golden.height, golden.filter);
    const std::string digest = core::sha256(std::as_bytes(std::span(resized.bytes)));
    EXPECT_EQ(digest.substr(0, 16), golden.digest)
        << golden.channels << " channels, filter " << int(golden.filter) << ", width " << golden.width;
  }
}

TEST(Resize, OfARampIsPillowsRamp) {
  Image8 ramp(8, 1, 1);
  for (int x = 0; x < 8; ++x) ramp.bytes[x] = static_cast<uint8_t>(32 * x);
  using Row = std::vector<uint8_t>;
  EXPECT_EQ(resize(ramp, 5, 1, Filter::Lanczos3).bytes, (Row{10, 60, 112, 164, 214}));
  EXPECT_EQ(resize(ramp, 5, 1, Filter::Bicubic).bytes, (Row{10, 60, 112, 164, 214}));
  EXPECT_EQ(resize(ramp, 5, 1, Filter::Box).bytes, (Row{16, 64, 112, 160, 208}));
  EXPECT_EQ(resize(ramp, 12, 1, Filter::Bilinear).bytes,
            (Row{0, 16, 37, 59, 80, 101, 123, 144, 165, 187, 208, 224}));
}

TEST(Resize, KeepsAConstantConstant) {
  Image8 grey(37, 23, 3);
  std::fill(grey.bytes.begin(), grey.bytes.end(), 77);
  for (const Filter filter : {Filter::Lanczos3, Filter::Bicubic, Filter::Box, Filter::Bilinear}) {
    for (const int size : {1, 5, 64}) {
      for (const uint8_t byte : resize(grey, size, size, filter).bytes) ASSERT_EQ(byte, 77);
    }
  }
}

TEST(Resize, DoesNotLetTransparentColoursBleed) {
  Image8 image(2, 1, 4);
  image.bytes = {0, 0, 200, 255, 255, 0, 0, 0};
  EXPECT_EQ(resize(image, 1, 1, Filter::Box).bytes, (std::vector<uint8_t>{0, 0, 199, 128}));
}

TEST(Resize, ToTheSameSizeChangesNothing) {
  const Image8 image = noise(9, 7, 4);
  EXPECT_EQ(resize(image, 9, 7), image);
}

TEST(Resize, RefusesEmptyPicturesAndSizes) {
  EXPECT_THROW(resize(Image8(), 1, 1), core::Error);
  EXPECT_THROW(resize(noise(2, 2, 1), 0, 1), core::Error);
  EXPECT_THROW(resize(noise(2, 2, 1), 1, -1), core::Error);
}

}  // namespace
}  // namespace sakuga::media

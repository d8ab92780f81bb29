#include "sakuga/media/image_file.h"

#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>
#include <gtest/gtest.h>
#include <lcms2.h>

#include <algorithm>
#include <cmath>

#include "sakuga/core/files.h"
#include "sakuga/media/jpeg.h"
#include "sakuga/media/test_pictures.h"
#include "sakuga/media/webp.h"

namespace sakuga::media {
namespace {

// A file that Sakuga does not write itself.
Bytes encode_with_oiio(const char* format, OIIO::ImageSpec spec, const std::vector<uint8_t>& samples) {
  std::vector<unsigned char> bytes;
  OIIO::Filesystem::IOVecOutput memory(bytes);
  auto output = OIIO::ImageOutput::create(format);
  spec.attribute("oiio:UnassociatedAlpha", 1);
  EXPECT_TRUE(output->set_ioproxy(&memory) && output->open(std::string("a.") + format, spec) &&
              output->write_image(OIIO::TypeDesc::UINT8, samples.data()) && output->close());
  const auto view = std::as_bytes(std::span(bytes));
  return {view.begin(), view.end()};
}

Bytes with_profile(const Image8& image, cmsHPROFILE profile, const char* format = "png") {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  std::vector<uint8_t> icc(size);
  cmsSaveProfileToMem(profile, icc.data(), &size);
  cmsCloseProfile(profile);
  OIIO::ImageSpec spec(image.width, image.height, image.channels, OIIO::TypeDesc::UINT8);
  spec.attribute("ICCProfile", OIIO::TypeDesc(OIIO::TypeDesc::UINT8, int(size)), icc.data());
  return encode_with_oiio(format, spec, image.bytes);
}

cmsHPROFILE linear_rgb_profile() {
  const cmsCIExyY white = {0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
  cmsToneCurve* linear = cmsBuildGamma(nullptr, 1);
  cmsToneCurve* const curves[] = {linear, linear, linear};
  cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, curves);
  cmsFreeToneCurve(linear);
  return profile;
}

cmsHPROFILE linear_grey_profile() {
  cmsToneCurve* linear = cmsBuildGamma(nullptr, 1);
  cmsHPROFILE profile = cmsCreateGrayProfile(cmsD50_xyY(), linear);
  cmsFreeToneCurve(linear);
  return profile;
}

// The TIFF structure with one entry: Orientation.
std::string orientation_block(int orientation) {
  return std::string("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18) + char(orientation) +
         std::string(7, '\0');
}

double mean_difference(const Image8& a, const Image8& b) {
  double sum = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i) sum += std::abs(a.bytes[i] - b.bytes[i]);
  return sum / static_cast<double>(a.bytes.size());
}

TEST(Png, KeepsEveryByteOfEveryNumberOfChannels) {
  for (int channels = 1; channels <= 4; ++channels) {
    const Image8 image = gradient(13, 7, channels);
    EXPECT_EQ(decode_image8(encode_png(image), "a"), image) << channels;
  }
}

TEST(Png, HasTheSameBytesEachTime) {
  const Image8 image = gradient(13, 7, 4);
  EXPECT_EQ(encode_png(image, {{"a", "b"}}), encode_png(image, {{"a", "b"}}));
}

TEST(Images, OfOnePixelAreRead) {
  EXPECT_EQ(decode_image8(encode_png(pixel({9, 8, 7, 6})), "a"), pixel({9, 8, 7, 6}));
  EXPECT_EQ(decode_image8(encode_jpeg(pixel({128})), "a"), pixel({128}));
}

TEST(Images, ComeBackFromTheFilesOfEveryFormat) {
  const TemporaryFolder folder;
  for (const char* name : {"a.png", "a.webp", "a.tif", "A.TIFF"}) {
    for (const int channels : {3, 4}) {
      const Image8 image = gradient(31, 17, channels);
      write_image(folder / name, image);
      // WebP drops an alpha that is opaque everywhere; this one is not.
      EXPECT_EQ(read_image8(folder / name), image) << name << channels;
    }
  }
  const Image8 image = gradient(31, 17, 3);
  write_image(folder / "a.jpg", image);
  EXPECT_LT(mean_difference(read_image8(folder / "a.jpg"), image), 2);
}

TEST(Images, OfSixteenBitsKeepThem) {
  const TemporaryFolder folder;
  Image image(2, 1);
  image.pixels = {{.r = 1000 / 65535.0f, .g = 0.5f, .b = 1, .a = 0.25f}, {.r = 2, .g = NAN, .b = -1, .a = 1}};
  for (const char* name : {"a.png", "a.tif"}) {
    write_image(folder / name, image);
    const Image back = read_image(folder / name);
    EXPECT_EQ(back.transfer, Transfer::Srgb);
    EXPECT_NEAR(back.pixels[0].r, 1000 / 65535.0f, 1e-6) << name;
    EXPECT_NEAR(back.pixels[0].a, 0.25f, 1e-5) << name;
    EXPECT_EQ(back.pixels[1], (Rgba{.r = 1, .g = 0, .b = 0, .a = 1})) << name;
    EXPECT_EQ(read_image8(folder / name).bytes, (std::vector<uint8_t>{4, 128, 255, 64, 255, 0, 0, 255}));
  }
}

TEST(Images, InExrAreLinearAndKeepValuesAboveOne) {
  const TemporaryFolder folder;
  const Image image = film(4, 3);
  write_image(folder / "a.exr", image);
  const Image back = read_image(folder / "a.exr");
  EXPECT_EQ(back.transfer, Transfer::Linear);
  ASSERT_EQ(back.pixels.size(), image.pixels.size());
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    EXPECT_NEAR(back.pixels[i].r, image.pixels[i].r, 1e-3);
    EXPECT_NEAR(back.pixels[i].b, 4, 1e-3);
    EXPECT_EQ(back.pixels[i].a, image.pixels[i].a);
  }
  const Image8 seen = read_image8(folder / "a.exr");
  EXPECT_EQ(seen.channels, 4);
  EXPECT_EQ(seen.at(1, 0)[1], 188);  // 0.5 in sRGB.
}

TEST(Images, OfFloatsWithoutAlphaGetNone) {
  OIIO::ImageSpec spec(2, 1, 3, OIIO::TypeDesc::HALF);
  const Image8 image = decode_image8(encode_with_oiio("openexr", spec, {0, 128, 255, 55, 55, 55}), "a");
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.bytes, (std::vector<uint8_t>{0, 188, 255, 128, 128, 128}));
}

TEST(Exr, FillsItsDisplayWindow) {
  OIIO::ImageSpec spec(1, 1, 4, OIIO::TypeDesc::HALF);
  spec.x = spec.y = 1;
  spec.full_width = 3;
  spec.full_height = 2;
  const Image8 image = decode_image8(encode_with_oiio("openexr", spec, {255, 255, 255, 255}), "a");
  EXPECT_EQ(image.width, 3);
  EXPECT_EQ(image.height, 2);
  EXPECT_EQ(image.at(1, 1)[3], 255);
  EXPECT_EQ(image.at(0, 0)[3], 0);
}

TEST(Exr, WithoutColoursIsUnsupported) {
  OIIO::ImageSpec spec(1, 1, 2, OIIO::TypeDesc::HALF);
  spec.channelnames = {"motion.x", "motion.y"};
  EXPECT_NE(refusal_of(ErrorKind::Unsupported, encode_with_oiio("openexr", spec, {1, 2})).find("motion.x"),
            std::string::npos);
}

TEST(Tiff, WithPremultipliedAlphaIsMadeStraight) {
  OIIO::ImageSpec spec(1, 1, 4, OIIO::TypeDesc::UINT8);
  std::vector<unsigned char> bytes;
  OIIO::Filesystem::IOVecOutput memory(bytes);
  auto output = OIIO::ImageOutput::create("tiff");
  const uint8_t samples[] = {100, 50, 0, 128};
  ASSERT_TRUE(output->set_ioproxy(&memory) && output->open("a.tif", spec));
  ASSERT_TRUE(output->write_image(OIIO::TypeDesc::UINT8, samples) && output->close());
  EXPECT_EQ(decode_image8(std::as_bytes(std::span(bytes)), "a").bytes,
            (std::vector<uint8_t>{199, 100, 0, 128}));
}

TEST(Tiff, OfSeveralPagesIsUnsupported) {
  const TemporaryFolder folder;
  const auto path = folder / "pages.tif";
  const OIIO::ImageSpec spec(2, 2, 3, OIIO::TypeDesc::UINT8);
  auto output = OIIO::ImageOutput::create(path.string());
  const std::vector<uint8_t> samples(12);
  for (const auto mode : {OIIO::ImageOutput::Create, OIIO::ImageOutput::AppendSubimage}) {
    ASSERT_TRUE(output->open(path.string(), spec, mode));
    ASSERT_TRUE(output->write_image(OIIO::TypeDesc::UINT8, samples.data()));
  }
  output->close();
  EXPECT_NE(refusal_of(ErrorKind::Unsupported, core::read_file(path)).find("several pages"),
            std::string::npos);
}

TEST(Tiff, ForPrintIsUnsupported) {
  OIIO::ImageSpec spec(2, 2, 4, OIIO::TypeDesc::UINT8);
  spec.channelnames = {"C", "M", "Y", "K"};
  spec.alpha_channel = -1;
  spec.attribute("tiff:ColorSpace", "CMYK");
  EXPECT_NE(refusal_of(ErrorKind::Unsupported, encode_with_oiio("tiff", spec, std::vector<uint8_t>(16)))
                .find("CMYK"),
            std::string::npos);
}

TEST(Tiff, ThatLeavesOutItsBitsIsUnsupported) {
  OIIO::ImageSpec spec(2, 2, 1, OIIO::TypeDesc::UINT8);
  Bytes tiff = encode_with_oiio("tiff", spec, std::vector<uint8_t>(4));
  ASSERT_EQ(decode_image8(tiff, "a").channels, 1);
  // Bits per sample is tag 258; 254 (the kind of picture) may stand in its place.
  const std::byte tag[] = {std::byte(2), std::byte(1), std::byte(3), std::byte(0)};
  const auto place = std::search(tiff.begin(), tiff.end(), std::begin(tag), std::end(tag));
  ASSERT_NE(place, tiff.end());
  place[0] = std::byte(254);
  place[1] = std::byte(0);
  EXPECT_NE(refusal_of(ErrorKind::Unsupported, tiff).find("1-bit"), std::string::npos);
}

TEST(Orientation, IsHonouredInAllEightCases) {
  const std::vector<std::vector<uint8_t>> upright = {
      {1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1}, {4, 5, 6, 1, 2, 3},
      {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3}, {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    OIIO::ImageSpec spec(3, 2, 1, OIIO::TypeDesc::UINT8);
    spec.attribute("Orientation", orientation);
    const Image8 image = decode_image8(encode_with_oiio("tiff", spec, {1, 2, 3, 4, 5, 6}), "a");
    EXPECT_EQ(image.width, orientation <= 4 ? 3 : 2);
    EXPECT_EQ(image.bytes, upright[orientation - 1]) << orientation;
  }
}

TEST(Orientation, IsHonouredInJpegPngAndWebp) {
  const Image8 image = gradient(20, 10, 3);
  const std::string block = orientation_block(6);
  const auto exif = std::as_bytes(std::span(block));
  const Image8 from_png = decode_image8(with_chunk(encode_png(image), "eXIf", block), "a");
  EXPECT_EQ(from_png.width, 10);
  EXPECT_TRUE(std::equal(from_png.at(0, 0), from_png.at(0, 0) + 3, image.at(0, 9)));
  EXPECT_EQ(decode_image8(encode_webp(image, exif), "a"), from_png);
  const Image8 from_jpeg = decode_image8(with_jpeg_exif(encode_jpeg(image), exif), "a");
  ASSERT_EQ(from_jpeg.width, 10);
  EXPECT_LT(mean_difference(from_jpeg, from_png), 2);
}

TEST(Profile, IsConvertedToSrgb) {
  // 55/255 in linear light is 128/255 in sRGB; alpha is no colour.
  EXPECT_EQ(decode_image8(with_profile(pixel({55, 55, 55}), linear_rgb_profile()), "a"),
            pixel({128, 128, 128}));
  EXPECT_EQ(decode_image8(with_profile(pixel({55, 0, 255, 55}), linear_rgb_profile()), "a").bytes[3], 55);
  EXPECT_EQ(decode_image8(with_profile(pixel({55, 0, 255, 55}), linear_rgb_profile()), "a").bytes[0], 128);
  EXPECT_EQ(decode_image8(with_profile(pixel({55}), linear_grey_profile()), "a"), pixel({128}));
  EXPECT_EQ(decode_image8(with_profile(pixel({55}), linear_rgb_profile(), "tiff"), "a"), pixel({128}));
}

TEST(Profile, OfSrgbItselfChangesNothing) {
  const Image8 image = gradient(16, 16, 3);
  EXPECT_EQ(decode_image8(with_profile(image, cmsCreate_sRGBProfile()), "a"), image);
}

TEST(Profile, IsAppliedToDeepPictures) {
  const TemporaryFolder folder;
  core::write_file(folder / "a.png", with_profile(pixel({55, 55, 55, 55}), linear_rgb_profile()));
  const Image image = read_image(folder / "a.png");
  EXPECT_NEAR(image.pixels[0].r, 128 / 255.0f, 2e-3);
  EXPECT_NEAR(image.pixels[0].a, 55 / 255.0f, 1e-6);
}

TEST(Profile, ForOtherPixelsIsCorrupt) {
  const std::string text =
      refusal_of(ErrorKind::CorruptInput, with_profile(pixel({1, 2, 3}), linear_grey_profile(), "tiff"));
  EXPECT_NE(text.find("ICC profile"), std::string::npos);
  refusal_of(ErrorKind::CorruptInput,
             with_chunk(encode_png(pixel({1})), "iCCP", std::string("name\0\0junk", 10)));
}

TEST(EncodeJpeg, RefusesAlphaAndQualitiesThatJpegHasNot) {
  refusal(ErrorKind::BadRequest, [] { encode_jpeg(pixel({1, 2, 3, 4}), 90); });
  refusal(ErrorKind::BadRequest, [] { encode_jpeg(pixel({1, 2, 3}), 0); });
  refusal(ErrorKind::BadRequest, [] { encode_jpeg(pixel({1, 2, 3}), 101); });
  EXPECT_LT(encode_jpeg(gradient(64, 64, 3), 30).size(), encode_jpeg(gradient(64, 64, 3), 95).size());
}

TEST(WriteImage, RefusesUnknownExtensionsAndEmptyPictures) {
  const TemporaryFolder folder;
  refusal(ErrorKind::BadRequest, [&] { write_image(folder / "a.bmp", pixel({1})); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder / "a", film(1, 1)); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder / "a.exr", pixel({1})); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder / "a.png", Image8()); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder / "a.png", Image()); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder / "a.webp", Image8(16384, 1, 3)); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder / "a.jpg", film(2, 2)); });
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(WriteImage, GivesTheSameBytesAtAnyTime) {
  const TemporaryFolder folder;
  for (const char* extension : {".tif", ".exr"}) {
    const auto first = folder / (std::string("a") + extension);
    write_image(first, film(4, 4));
    const Bytes bytes = core::read_file(first);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    EXPECT_NE(text.find("1970:01:01 00:00:00"), std::string_view::npos) << extension;
  }
}

}  // namespace
}  // namespace sakuga::media

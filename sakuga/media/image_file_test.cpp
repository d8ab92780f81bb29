#include "sakuga/media/image_file.h"

#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>
#include <gtest/gtest.h>
#include <lcms2.h>
#include <unistd.h>
#include <webp/encode.h>
#include <webp/mux.h>
#include <zlib.h>

#include <cmath>
#include <cstring>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/media/exif.h"
#include "sakuga/media/jpeg.h"
#include "sakuga/media/webp.h"

namespace sakuga::media {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;
using core::ErrorKind;

struct Folder {
  fs::path path = fs::temp_directory_path() / fmt::format("sakuga_image_file_test_{}", ::getpid());
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

// Smooth, so that JPEG stays near it.
Image8 gradient(int width, int height, int channels) {
  Image8 image(width, height, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        image.at(x, y)[c] = static_cast<uint8_t>(c == 1 ? 255 - 255 * y / height : 255 * x / width);
      }
    }
  }
  return image;
}

Image film(int width, int height) {
  Image image(width, height, Transfer::Linear);
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = {.r = i * 0.125f, .g = 0.5f, .b = 4, .a = i % 2 ? 0.5f : 1.0f};
  }
  return image;
}

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string refusal(ErrorKind kind, auto&& action) {
  try {
    action();
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

std::string refusal_of(ErrorKind kind, const Bytes& encoded, ReadLimits limits = {}) {
  return refusal(kind, [&] { decode_image8(encoded, "a.png", limits); });
}

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

Image8 pixel(std::vector<uint8_t> samples) {
  Image8 image(1, 1, static_cast<int>(samples.size()));
  image.bytes = std::move(samples);
  return image;
}

// A chunk put between a PNG's header and its pixels.
Bytes with_chunk(const Bytes& png, const std::string& type, const std::string& data) {
  const auto number = [](uint32_t n) {
    return std::string{char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
  };
  const std::string body = type + data;
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  const Bytes chunk = bytes_of(number(uint32_t(data.size())) + body + number(uint32_t(sum)));
  Bytes result = png;
  result.insert(result.begin() + 33, chunk.begin(), chunk.end());
  return result;
}

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

// The TIFF structure with one entry: Orientation.
std::string orientation_block(int orientation) {
  return std::string("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18) + char(orientation) +
         std::string(7, '\0');
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
  const Folder folder;
  for (const char* name : {"a.png", "a.webp", "a.tif", "A.TIFF"}) {
    for (const int channels : {3, 4}) {
      const Image8 image = gradient(31, 17, channels);
      write_image(folder.path / name, image);
      // WebP drops an alpha that is opaque everywhere; this one is not.
      EXPECT_EQ(read_image8(folder.path / name), image) << name << channels;
    }
  }
  const Image8 image = gradient(31, 17, 3);
  write_image(folder.path / "a.jpg", image);
  EXPECT_LT(mean_difference(read_image8(folder.path / "a.jpg"), image), 2);
}

TEST(Images, OfSixteenBitsKeepThem) {
  const Folder folder;
  Image image(2, 1);
  image.pixels = {{.r = 1000 / 65535.0f, .g = 0.5f, .b = 1, .a = 0.25f}, {.r = 2, .g = NAN, .b = -1, .a = 1}};
  for (const char* name : {"a.png", "a.tif"}) {
    write_image(folder.path / name, image);
    const Image back = read_image(folder.path / name);
    EXPECT_EQ(back.transfer, Transfer::Srgb);
    EXPECT_NEAR(back.pixels[0].r, 1000 / 65535.0f, 1e-6) << name;
    EXPECT_NEAR(back.pixels[0].a, 0.25f, 1e-5) << name;
    EXPECT_EQ(back.pixels[1], (Rgba{.r = 1, .g = 0, .b = 0, .a = 1})) << name;
    EXPECT_EQ(read_image8(folder.path / name).bytes, (std::vector<uint8_t>{4, 128, 255, 64, 255, 0, 0, 255}));
  }
}

TEST(Images, InExrAreLinearAndKeepValuesAboveOne) {
  const Folder folder;
  const Image image = film(4, 3);
  write_image(folder.path / "a.exr", image);
  const Image back = read_image(folder.path / "a.exr");
  EXPECT_EQ(back.transfer, Transfer::Linear);
  ASSERT_EQ(back.pixels.size(), image.pixels.size());
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    EXPECT_NEAR(back.pixels[i].r, image.pixels[i].r, 1e-3);
    EXPECT_NEAR(back.pixels[i].b, 4, 1e-3);
    EXPECT_EQ(back.pixels[i].a, image.pixels[i].a);
  }
  const Image8 seen = read_image8(folder.path / "a.exr");
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
  const Folder folder;
  const auto path = folder.path / "pages.tif";
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
  const Folder folder;
  core::write_file(folder.path / "a.png", with_profile(pixel({55, 55, 55, 55}), linear_rgb_profile()));
  const Image image = read_image(folder.path / "a.png");
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

TEST(Metadata, ComesBackFromEveryFormat) {
  const Folder folder;
  const Metadata metadata = {{"parameters", "1girl, smile\nSteps: 20, Seed: 7"},
                             {"sakuga", R"({"seed":7,"tags":["smile"]})"},
                             {"title", "作画 – größer"}};
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif"}) {
    write_image(folder.path / name, gradient(8, 8, 3), metadata);
    EXPECT_EQ(read_metadata(folder.path / name), metadata) << name;
    EXPECT_EQ(read_image8(folder.path / name).width, 8) << name;
  }
  write_image(folder.path / "a.exr", film(2, 2), metadata);
  EXPECT_EQ(read_metadata(folder.path / "a.exr"), metadata);
}

TEST(Metadata, OfJpegHoldsTextsBeyondAsciiInTheUserComment) {
  const Folder folder;
  const Metadata metadata = {{"parameters", "作画, smile"}};
  write_image(folder.path / "a.jpg", gradient(8, 8, 3), metadata);
  EXPECT_EQ(read_metadata(folder.path / "a.jpg"), metadata);
}

TEST(Metadata, IsEmptyWhereThereIsNone) {
  const Folder folder;
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif", "a.exr"}) {
    Image image = film(2, 2);
    for (Rgba& pixel : image.pixels) pixel.a = 1;
    write_image(folder.path / name, image);
    EXPECT_EQ(read_metadata(folder.path / name), Metadata()) << name;
  }
}

TEST(Metadata, OfOtherProgramsIsRead) {
  const Folder folder;
  const Bytes png = encode_png(pixel({1, 2, 3}));
  const std::string text = "packed text";
  std::string packed(100, '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
           text.size());
  packed.resize(size);
  const auto read = [&](const std::string& type, const std::string& data) {
    core::write_file(folder.path / "a.png", with_chunk(png, type, data));
    return read_metadata(folder.path / "a.png");
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
  const Folder folder;
  const Image8 image = gradient(64, 48, 3);
  std::vector<Bytes> files = {encode_png(image), encode_jpeg(image), encode_webp(image, {})};
  write_image(folder.path / "a.tif", image);
  write_image(folder.path / "a.exr", film(64, 48));
  for (const char* name : {"a.tif", "a.exr"}) files.push_back(core::read_file(folder.path / name));
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

TEST(EncodeJpeg, RefusesAlphaAndQualitiesThatJpegHasNot) {
  refusal(ErrorKind::BadRequest, [] { encode_jpeg(pixel({1, 2, 3, 4}), 90); });
  refusal(ErrorKind::BadRequest, [] { encode_jpeg(pixel({1, 2, 3}), 0); });
  refusal(ErrorKind::BadRequest, [] { encode_jpeg(pixel({1, 2, 3}), 101); });
  EXPECT_LT(encode_jpeg(gradient(64, 64, 3), 30).size(), encode_jpeg(gradient(64, 64, 3), 95).size());
}

TEST(WriteImage, RefusesUnknownExtensionsAndEmptyPictures) {
  const Folder folder;
  refusal(ErrorKind::BadRequest, [&] { write_image(folder.path / "a.bmp", pixel({1})); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder.path / "a", film(1, 1)); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder.path / "a.exr", pixel({1})); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder.path / "a.png", Image8()); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder.path / "a.png", Image()); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder.path / "a.webp", Image8(16384, 1, 3)); });
  refusal(ErrorKind::BadRequest, [&] { write_image(folder.path / "a.jpg", film(2, 2)); });
  EXPECT_TRUE(fs::is_empty(folder.path));
}

TEST(WriteImage, GivesTheSameBytesAtAnyTime) {
  const Folder folder;
  for (const char* extension : {".tif", ".exr"}) {
    const auto first = folder.path / (std::string("a") + extension);
    write_image(first, film(4, 4));
    const Bytes bytes = core::read_file(first);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    EXPECT_NE(text.find("1970:01:01 00:00:00"), std::string_view::npos) << extension;
  }
}

}  // namespace
}  // namespace sakuga::media

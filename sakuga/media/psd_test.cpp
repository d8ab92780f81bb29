#include "sakuga/media/psd.h"

#include <gtest/gtest.h>

#include <OpenImageIO/imageio.h>

#include <filesystem>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"

namespace sakuga::media {
namespace {

Image8 block(int width, int height, std::array<uint8_t, 4> colour) {
  Image8 image(width, height, 4);
  for (size_t i = 0; i < image.bytes.size(); ++i) image.bytes[i] = colour[i % 4];
  return image;
}

// A red square below, in a group above it a half-transparent blue one with noise in a row.
OraDocument sample_document() {
  OraLayer red = {.name = "rot \xC3\xA4", .image = block(20, 10, {200, 10, 20, 255}), .x = 5, .y = 3};
  OraLayer blue = {.name = "blue", .image = block(8, 8, {20, 30, 220, 128}), .x = 10, .y = 6};
  for (int x = 0; x < 8; ++x) blue.image.at(x, 4)[1] = static_cast<uint8_t>(31 * x);
  OraLayer group = {.name = "group"};
  group.children = {blue};
  return {.width = 40, .height = 30, .layers = {group, red}};
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const char* name) : path(std::filesystem::temp_directory_path() / name) {}
  ~TemporaryFile() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

TEST(Psd, OpenImageIoReadsTheMergedPictureAndEveryLayerBack) {
  const TemporaryFile file("sakuga_psd_test.psd");
  const OraDocument document = sample_document();
  write_psd(file.path, document);
  auto input = OIIO::ImageInput::open(file.path.string());
  ASSERT_TRUE(input) << OIIO::geterror();
  OIIO::ImageSpec config;
  config["oiio:UnassociatedAlpha"] = 1;
  input = OIIO::ImageInput::open(file.path.string(), &config);
  ASSERT_TRUE(input);
  EXPECT_EQ(input->spec().width, 40);
  EXPECT_EQ(input->spec().nchannels, 4);
  Image8 merged(40, 30, 4);
  ASSERT_TRUE(input->read_image(0, 0, 0, 4, OIIO::TypeDesc::UINT8, merged.bytes.data()));
  const Image8 wanted = merged_ora(document);
  for (size_t i = 0; i < wanted.bytes.size(); i += 4) {
    EXPECT_EQ(merged.bytes[i + 3], wanted.bytes[i + 3]);
    if (wanted.bytes[i + 3] == 0) continue;
    for (size_t c = 0; c < 3; ++c) EXPECT_NEAR(merged.bytes[i + c], wanted.bytes[i + c], 1);
  }
  // Subimage 1 is the lowest layer.
  int found = 0;
  for (int sub = 1; input->seek_subimage(sub, 0); ++sub) {
    if (input->spec().width != 20) continue;
    Image8 red(20, 10, 4);
    ASSERT_TRUE(input->read_image(sub, 0, 0, 4, OIIO::TypeDesc::UINT8, red.bytes.data()));
    EXPECT_EQ(red, document.layers[1].image);
    EXPECT_EQ(input->spec().x, 5);
    EXPECT_EQ(input->spec().y, 3);
    ++found;
  }
  EXPECT_EQ(found, 1);
}

TEST(Psd, NamesAndGroupsStandInTheFile) {
  const TemporaryFile file("sakuga_psd_names.psd");
  write_psd(file.path, sample_document());
  const auto bytes = core::read_file(file.path);
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  EXPECT_NE(text.find("8BIMlsct"), std::string::npos);
  EXPECT_NE(text.find("</Layer group>"), std::string::npos);
  EXPECT_NE(text.find(std::string("\0r\0o\0t\0 \0\xE4", 10)), std::string::npos);
}

TEST(Psd, RefusesWhatTheFormatCannotHave) {
  OraDocument document = sample_document();
  document.width = 30'001;
  EXPECT_THROW(write_psd("/tmp/never.psd", document), core::Error);
  EXPECT_THROW(write_psd("/nowhere/a.psd", sample_document()), core::Error);
  document.width = 0;
  EXPECT_THROW(write_psd("/tmp/never.psd", document), core::Error);
}

}  // namespace
}  // namespace sakuga::media

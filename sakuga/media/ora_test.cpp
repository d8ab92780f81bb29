#include "sakuga/media/ora.h"

#include <OpenImageIO/imageio.h>
#include <zip.h>

#include "sakuga/core/files.h"
#include "sakuga/media/test_pictures.h"

namespace sakuga::media {
namespace {

Image8 solid(int width, int height, std::vector<uint8_t> pixel) {
  Image8 image(width, height, static_cast<int>(pixel.size()));
  for (size_t i = 0; i < image.bytes.size(); ++i) image.bytes[i] = pixel[i % pixel.size()];
  return image;
}

std::vector<uint8_t> merged_pixel(const OraDocument& document, int x, int y) {
  const Image8 merged = merged_ora(document);
  return {merged.at(x, y), merged.at(x, y) + 4};
}

OraDocument one_pixel(std::vector<OraLayer> layers) {
  return {1, 1, std::move(layers)};
}

std::string entry_of(const fs::path& path, const std::string& name, zip_stat_t* stat = nullptr) {
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  EXPECT_NE(zip, nullptr);
  zip_stat_t found;
  zip_stat_init(&found);
  EXPECT_EQ(zip_stat(zip, name.c_str(), 0, &found), 0) << name;
  std::string text(found.size, '\0');
  zip_file_t* file = zip_fopen(zip, name.c_str(), 0);
  EXPECT_EQ(zip_fread(file, text.data(), text.size()), zip_int64_t(text.size()));
  zip_fclose(file);
  zip_discard(zip);
  if (stat) *stat = found;
  return text;
}

OraDocument scene() {
  return {6,
          4,
          {{.name = "hair & <bow>", .image = solid(2, 2, {255, 0, 0, 128}), .x = 3, .y = -1},
           {.name = "body",
            .opacity = 0.5,
            .children = {{.name = "shade", .image = solid(6, 4, {128}), .blend = OraBlend::Multiply},
                         {.name = "skin", .image = solid(6, 4, {250, 200, 100})}}},
           {.name = "sketch", .image = solid(6, 4, {0, 0, 0}), .visible = false},
           {.name = "paper", .image = solid(6, 4, {255, 255, 255})}}};
}

TEST(Ora, TheTypeComesFirstAndUnpackedAndTheStackNamesEveryLayer) {
  const TemporaryFolder folder;
  write_ora(folder / "a.ora", scene());
  zip_stat_t stat;
  EXPECT_EQ(entry_of(folder / "a.ora", "mimetype", &stat), "image/openraster");
  EXPECT_EQ(stat.index, 0u);
  EXPECT_EQ(stat.comp_method, ZIP_CM_STORE);
  const auto xml = entry_of(folder / "a.ora", "stack.xml");
  EXPECT_NE(xml.find("name=\"hair &amp; &lt;bow>\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("x=\"3\" y=\"-1\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("composite-op=\"svg:multiply\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("visibility=\"hidden\""), std::string::npos) << xml;
  EXPECT_LT(xml.find("hair"), xml.find("body"));
  EXPECT_LT(xml.find("<stack isolation"), xml.find("skin"));
}

TEST(Ora, OpenImageIoReadsALayerAndTheMergedPicture) {
  const TemporaryFolder folder;
  write_ora(folder / "a.ora", scene());
  for (const std::string name : {"data/layer000.png", "mergedimage.png", "Thumbnails/thumbnail.png"}) {
    core::write_file(folder / "part.png", entry_of(folder / "a.ora", name));
    const auto file = OIIO::ImageInput::open((folder / "part.png").string());
    ASSERT_NE(file, nullptr) << name;
    EXPECT_EQ(file->spec().width, name.starts_with("data") ? 2 : 6);
    EXPECT_EQ(file->spec().nchannels, 4);
  }
  core::write_file(folder / "part.png", entry_of(folder / "a.ora", "mergedimage.png"));
  EXPECT_EQ(read_image8(folder / "part.png"), merged_ora(scene()));
}

TEST(Ora, TheMergedPictureBlendsAsPaintingProgramsDo) {
  // skin x 128/255, then half of it over white, then half of red over that.
  EXPECT_EQ(merged_pixel(scene(), 0, 0), (std::vector<uint8_t>{190, 178, 153, 255}));
  EXPECT_EQ(merged_pixel(scene(), 3, 0), (std::vector<uint8_t>{223, 88, 76, 255}));
  EXPECT_EQ(merged_pixel(scene(), 3, 1), merged_pixel(scene(), 0, 0));
}

TEST(Ora, EveryBlendIsItsFormula) {
  const auto over_grey = [](OraBlend blend) {
    return merged_pixel(one_pixel({{.name = "a", .image = solid(1, 1, {102, 255, 0}), .blend = blend},
                                   {.name = "b", .image = solid(1, 1, {204})}}),
                        0, 0);
  };
  EXPECT_EQ(over_grey(OraBlend::Normal), (std::vector<uint8_t>{102, 255, 0, 255}));
  EXPECT_EQ(over_grey(OraBlend::Multiply), (std::vector<uint8_t>{82, 204, 0, 255}));
  EXPECT_EQ(over_grey(OraBlend::Screen), (std::vector<uint8_t>{224, 255, 204, 255}));
  EXPECT_EQ(over_grey(OraBlend::Add), (std::vector<uint8_t>{255, 255, 204, 255}));
}

TEST(Ora, AnEmptyCanvasStaysTransparent) {
  EXPECT_EQ(merged_pixel(one_pixel({}), 0, 0), (std::vector<uint8_t>{0, 0, 0, 0}));
}

TEST(Ora, TheSameLayersGiveTheSameBytesAndTheTextsComeBack) {
  const TemporaryFolder folder;
  const Metadata texts = {{"sakuga", "{\"seed\":7}"}};
  write_ora(folder / "a.ora", scene(), texts);
  write_ora(folder / "b.ora", scene(), texts);
  EXPECT_EQ(core::read_file(folder / "a.ora"), core::read_file(folder / "b.ora"));
  EXPECT_EQ(read_ora_metadata(folder / "a.ora"), texts);
}

TEST(Ora, RefusesWhatCannotBeWritten) {
  const TemporaryFolder folder;
  const auto refused = [&](const OraDocument& document, const std::string& part) {
    core::expect_error(ErrorKind::BadRequest, part, [&] { write_ora(folder / "a.ora", document); });
  };
  refused({0, 4, {}}, "canvas");
  refused(one_pixel({{.name = "a", .image = solid(1, 1, {1}), .children = {{.name = "b"}}}}), "both");
  refused(one_pixel({{.name = "a", .opacity = 1.5}}), "opacity");
  refused(one_pixel({{.name = "a\nb"}}), "control");
  EXPECT_FALSE(fs::exists(folder / "a.ora"));
}

TEST(Ora, RefusesToReadWhatIsNoOpenRaster) {
  const TemporaryFolder folder;
  core::expect_error(ErrorKind::NotFound, "no file", [&] { read_ora_metadata(folder / "none.ora"); });
  const auto path = folder.write("bad.ora", "PK not really");
  core::expect_error(ErrorKind::CorruptInput, "no OpenRaster", [&] { read_ora_metadata(path); });
}

}  // namespace
}  // namespace sakuga::media

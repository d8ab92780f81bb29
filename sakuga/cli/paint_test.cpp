#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sakuga/cli/test_model.h"
#include "sakuga/cli/test_support.h"
#include "sakuga/compose/test_landscape.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

using core::TemporaryFolder;

// A folder with a photo of 192 x 128 pixels.
struct Desk {
  TemporaryFolder folder;
  std::string photo = file("photo.png");
  Desk() { media::write_image(photo, compose::landscape(192, 128), {}); }
  std::string file(const std::string& name) const { return (folder / name).string(); }

  // Paints the photo to x.png and says whether anything is left of a refused painting.
  Result paint(const std::vector<std::string>& more) const {
    std::vector<std::string> words = {"paint", photo, "-o", file("x.png")};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = sakuga(words);
    EXPECT_EQ(std::filesystem::exists(file("x.png")), result.status == 0) << result.err;
    std::filesystem::remove(file("x.png"));
    return result;
  }
};

TEST(PaintCommand, PaintsAPhotoAndKeepsItsLicence) {
  const Desk desk;
  const auto painted = sakuga({"paint", desk.photo, "-o", desk.file("a.png"), "--layers", desk.file("a.ora"),
                               "--licence", "CC-BY-4.0", "--author", "Ada"});
  EXPECT_EQ(painted.status, 0) << painted.err;
  EXPECT_NE(painted.out.find("192x128, with a sky"), std::string::npos) << painted.out;
  EXPECT_EQ(media::read_image8(desk.file("a.png")).width, 192);
  EXPECT_TRUE(std::filesystem::exists(desk.file("a.ora")));
  const auto report = sakuga({"licence", "report", desk.file("a.png")});
  EXPECT_NE(report.out.find("CC-BY-4.0"), std::string::npos);
  EXPECT_NE(report.out.find("Ada"), std::string::npos);
}

TEST(PaintCommand, LooksAndOptionsChangeThePainting) {
  const Desk desk;
  std::vector<media::Image8> paintings;
  for (const std::vector<std::string>& more : {std::vector<std::string>{},
                                               {"--look", "gouache"},
                                               {"--look", "watercolour"},
                                               {"--saturation", "0"}}) {
    std::vector<std::string> words = {"paint", desk.photo, "-o", desk.file("a.png")};
    words.insert(words.end(), more.begin(), more.end());
    ASSERT_EQ(sakuga(words).status, 0);
    paintings.push_back(media::read_image8(desk.file("a.png")));
    for (size_t i = 0; i + 1 < paintings.size(); ++i) EXPECT_NE(paintings[i], paintings.back()) << i;
  }
}

TEST(PaintCommand, BadRequestsAreNamedAndLeaveNothing) {
  const Desk desk;
  EXPECT_EQ(desk.paint({"--look", "crayon"}).status, 2);
  EXPECT_EQ(desk.paint({"--sun", "north"}).status, 2);
  EXPECT_EQ(desk.paint({"--sun", "10,95"}).status, 2);
  EXPECT_EQ(desk.paint({"--time", "teatime"}).status, 2);
  EXPECT_EQ(desk.paint({"--brush", "nan"}).status, 2);
  EXPECT_EQ(desk.paint({"--tile", "65"}).status, 2);
  EXPECT_EQ(desk.paint({"--layers", desk.file("a.psd")}).status, 2);
  EXPECT_EQ(desk.paint({"--licence", "CC-BY-5.0"}).status, 2);
  EXPECT_NE(desk.paint({"--licence", "CC-BY-4"}).err.find("did you mean CC-BY-4.0"), std::string::npos);
  EXPECT_EQ(desk.paint({"--prop", desk.file("none.png") + "@10,20"}).status, 3);
  EXPECT_EQ(desk.paint({"--prop", desk.photo}).status, 2);
  EXPECT_EQ(sakuga({"paint", desk.photo}).status, 2);
  EXPECT_EQ(sakuga({"paint", desk.file("none.png"), "-o", desk.file("x.png")}).status, 3);
  EXPECT_NE(sakuga({"paint", desk.photo, "-o", "/nowhere/x.png"}).status, 0);
}

TEST(PaintCommand, DamagedPhotosAreRefused) {
  const Desk desk;
  const auto refused = [&](const std::string& name) {
    const auto result = sakuga({"paint", desk.file(name), "-o", desk.file("x.png")});
    EXPECT_FALSE(std::filesystem::exists(desk.file("x.png"))) << name;
    EXPECT_NE(result.err.find(name), std::string::npos) << result.err;
    return result.status;
  };
  std::ofstream(desk.file("empty.png"));
  std::ofstream(desk.file("text.jpg")) << "not a picture";
  std::filesystem::copy_file(desk.photo, desk.file("short.png"));
  std::filesystem::resize_file(desk.file("short.png"), std::filesystem::file_size(desk.photo) / 2);
  for (const char* name : {"empty.png", "text.jpg", "short.png"}) EXPECT_NE(refused(name), 0) << name;
}

TEST(PaintCommand, PaintsALockedShotWithoutFlicker) {
  const Desk desk;
  const auto photo = media::read_image(desk.photo);
  media::FrameWriteOptions film;
  const auto writer = media::FrameWriter::create(desk.file("shot.mkv"), 192, 128, film);
  for (int i = 0; i < 5; ++i) writer->write(photo);
  writer->close();
  const auto painted = sakuga({"paint", desk.file("shot.mkv"), "-o", desk.file("painted.%04d.png")});
  ASSERT_EQ(painted.status, 0) << painted.err;
  EXPECT_NE(painted.out.find("5 frames of a locked camera"), std::string::npos) << painted.out;
  std::vector<media::Image8> frames;
  for (const auto& entry : std::filesystem::directory_iterator(desk.folder.path()))
    if (entry.path().filename().string().starts_with("painted."))
      frames.push_back(media::read_image8(entry.path()));
  ASSERT_EQ(frames.size(), 5U);
  for (const auto& frame : frames) EXPECT_EQ(frame, frames[0]);
}

TEST(PaintCommand, AFilmThatBreaksOffIsNamed) {
  const Desk desk;
  std::ofstream(desk.file("broken.mp4")) << "ftyp and nothing more";
  const auto result = sakuga({"paint", desk.file("broken.mp4"), "-o", desk.file("x.mkv")});
  EXPECT_NE(result.status, 0);
  EXPECT_NE(result.err.find("broken.mp4"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(desk.file("x.mkv")));
}

// The same with a translator of random weights.
struct ModelDesk : Desk {
  std::string model = file("painter.safetensors");
  ModelDesk() { write_test_painter(model); }
};

TEST(PaintWithAModel, PaintsWhatTheTranslatorDraws) {
  const ModelDesk desk;
  const auto painted =
      sakuga({"paint", desk.photo, "--model", desk.model, "-o", desk.file("a.png"), "--licence", "CC0-1.0"});
  ASSERT_EQ(painted.status, 0) << painted.err;
  ASSERT_EQ(sakuga({"translate", desk.photo, "--model", desk.model, "-o", desk.file("b.png")}).status, 0);
  EXPECT_EQ(media::read_image8(desk.file("a.png")), media::read_image8(desk.file("b.png")));
  EXPECT_NE(media::read_image8(desk.file("a.png")), media::read_image8(desk.photo));
  const auto report = sakuga({"licence", "report", desk.file("a.png")}).out;
  EXPECT_NE(report.find("CC0-1.0"), std::string::npos) << report;
  EXPECT_NE(report.find("CC-BY-4.0"), std::string::npos) << "the model's pictures: " << report;
  const auto origin = nlohmann::json::parse(media::read_metadata(desk.file("a.png")).at("sakuga"));
  EXPECT_EQ(origin.at("model").at("architecture"), "cartoongan-light");
  EXPECT_FALSE(origin.contains("look"));
}

TEST(PaintWithAModel, TheDeskWorksAsForLooks) {
  const ModelDesk desk;
  media::Image8 sprite(8, 8, 4);
  for (size_t i = 0; i < sprite.bytes.size(); ++i) sprite.bytes[i] = i % 4 == 0 || i % 4 == 3 ? 255 : 0;
  media::write_image(desk.file("prop.png"), sprite);
  const auto paint = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"paint", desk.photo, "--model", desk.model, "-o", desk.file("a.png")};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = sakuga(words);
    EXPECT_EQ(result.status, 0) << result.err;
    return media::read_image8(desk.file("a.png"));
  };
  const auto plain = paint({});
  EXPECT_NE(paint({"--time", "dusk"}), plain);
  EXPECT_NE(paint({"--sun", "90,20"}), plain);
  const auto with_prop = paint({"--prop", desk.file("prop.png") + "@96,100"});
  EXPECT_NE(with_prop, plain);
  EXPECT_EQ(with_prop.at(0, 0)[0], plain.at(0, 0)[0]);
  paint({"--layers", desk.file("a.ora"), "--time", "night"});
  EXPECT_GT(std::filesystem::file_size(desk.file("a.ora")), 1000U);
}

TEST(PaintWithAModel, TilesArePossibleAndLooksAreNot) {
  const ModelDesk desk;
  EXPECT_EQ(desk.paint({"--model", desk.model, "--tile", "64"}).status, 0);
  const auto look = desk.paint({"--model", desk.model, "--look", "gouache"});
  EXPECT_EQ(look.status, 2);
  EXPECT_NE(look.err.find("leave out --look"), std::string::npos) << look.err;
  EXPECT_EQ(desk.paint({"--model", desk.model, "--lines", "0.5"}).status, 2);
  EXPECT_EQ(desk.paint({"--model", desk.file("none.safetensors")}).status, 3);
  write_test_model(desk.file("generator.safetensors"));
  EXPECT_EQ(desk.paint({"--model", desk.file("generator.safetensors")}).status, 2);
}

}  // namespace
}  // namespace sakuga::cli

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "sakuga/cli/test_support.h"
#include "sakuga/compose/test_plates.h"
#include "sakuga/core/files.h"
#include "sakuga/film/test_shots.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/frames.h"

namespace sakuga::cli {
namespace {

using film::kHigh;
using film::kTop;
using film::kWide;

// Renders this shot, whose plate is plate.%04d.png, into out/.
Result render(const core::TemporaryFolder& folder, const std::string& text,
              std::vector<std::string> more = {}) {
  folder.write("test.toml", text);
  std::vector<std::string> words = {"film", "render", folder / "test.toml", "-o", folder / "out"};
  words.insert(words.end(), more.begin(), more.end());
  return sakuga(words);
}

void expect_refused(const Result& result, int status, const std::string& part) {
  EXPECT_EQ(result.status, status) << result.err;
  EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
}

std::string with_plate(const std::string& file) {
  auto text = kTop;
  const std::string sequence = "plate.%04d.png";
  return text.replace(text.find(sequence), sequence.size(), file);
}

TEST(FilmRenderCommand, SaysWhatItMadeAndWhatThatPermits) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 3);
  const auto first = render(folder, kTop, {"--json"});
  ASSERT_EQ(first.status, 0) << first.err;
  const auto said = nlohmann::json::parse(first.out);
  EXPECT_EQ(said.at("event"), "rendered");
  EXPECT_EQ(said.at("last"), 3);
  EXPECT_EQ(said.at("stages").back().at("stage"), "comp");
  EXPECT_EQ(said.at("stages").back().at("made"), 3);
  EXPECT_TRUE(std::filesystem::exists(said.at("files").at(0).get<std::string>()));
  const auto again = render(folder, kTop);
  EXPECT_NE(again.out.find("comp: 3 frames, 0 made"), std::string::npos) << again.out;
  EXPECT_NE(again.out.find("licence: may be"), std::string::npos) << again.out;
}

TEST(FilmRenderCommand, TakesFramesStagesPreviewsAndDryRuns) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 4);
  const auto text = kTop + "[stylise]\n";
  const auto planned = render(folder, text, {"--dry-run", "--frames", "2-3"});
  EXPECT_NE(planned.out.find("stylise: 2 frames, 2 to make"), std::string::npos) << planned.out;
  EXPECT_EQ(render(folder, text, {"--stage", "stylise", "--frames", "2-3"}).status, 0);
  EXPECT_TRUE(std::filesystem::exists(folder / "out/stylise/test.000003.png"));
  EXPECT_EQ(render(folder, text, {"--frames", "2-3"}).status, 0);
  EXPECT_TRUE(std::filesystem::exists(folder / "out/test.2-3.mp4"));
  // 48x32 at 0.3 is 14x10; at 0.1 it is 5x3, which H.264 has only padded.
  EXPECT_EQ(render(folder, text, {"--preview", "0.1"}).status, 0);
  EXPECT_EQ(media::FrameReader::open(folder / "out/test.preview.mp4")->info().width, 6);
  expect_refused(render(folder, text, {"--frames", "3-9"}), 2, "frames from 1 to 4");
  expect_refused(render(folder, text, {"--stage", "stylize"}), 2, "did you mean stylise?");
  expect_refused(render(folder, text, {"--preview", "2"}), 2, "preview");
}

TEST(FilmRenderCommand, NamesUnknownFieldsCodecsAndMissingShots) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 2);
  expect_refused(sakuga({"film", "render", folder / "none.toml"}), 3, "none.toml");
  expect_refused(render(folder, "widht = 48\n" + kTop), 2, "did you mean width?");
  expect_refused(render(folder, kTop + "[[deliver]]\nfile = \"x.mp4\"\ncodec = \"h263\"\n"), 2,
                 "did you mean h264?");
  expect_refused(render(folder, kTop + "[[deliver]]\nfile = \"x.xyz\"\n"), 2, ".xyz");
  expect_refused(render(folder, "width = "), 2, "test.toml:1: not TOML");
}

TEST(FilmRenderCommand, NamesAMissingFrameOfThePlateAndOneOfAnotherSize) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 4);
  std::filesystem::remove(folder / "plate.0003.png");
  expect_refused(render(folder, kTop), 3, "plate.0003.png is missing");
  media::write_image(folder / "plate.0003.png", film::filled(20, 20, {9, 9, 9, 255}));
  expect_refused(render(folder, kTop), 4, "plate.0003.png");
}

TEST(FilmRenderCommand, RefusesAPlateThatIsCutOffUnlessItsFramesAreAskedFor) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 1);
  {
    const auto writer = media::FrameWriter::create(folder / "plate.mkv", kWide, kHigh);
    for (int i = 0; i < 12; ++i) writer->write(media::to_image(film::square_at(4 + i)));
    writer->close();
  }
  auto bytes = core::read_text(folder / "plate.mkv");
  folder.write("plate.mkv", bytes.substr(0, bytes.size() / 2));
  expect_refused(render(folder, with_plate("plate.mkv")), 4, "cut off");
  folder.write("plate.mkv", "");
  expect_refused(render(folder, with_plate("plate.mkv")), 4, "0 bytes");
}

TEST(FilmRenderCommand, RefusesAScreenOfNoSingleColourAndSaysHowSureItIs) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 2);
  for (int i = 1; i <= 2; ++i)
    media::write_image(folder / fmt::format("plate.{:04}.png", i),
                       film::filled(kWide, kHigh, {120, 120, 120, 255}));
  expect_refused(render(folder, kTop + "[key]\n"), 2, "% confidence");
}

TEST(FilmRenderCommand, TakesGreyPlatesAndOddSizesAndRefusesOddFilms) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 1);
  media::Image8 grey(21, 13, 1);
  for (size_t i = 0; i < grey.bytes.size(); ++i) grey.bytes[i] = uint8_t(i);
  media::write_image(folder / "plate.0001.png", grey);
  EXPECT_EQ(render(folder, kTop + "[stylise]\n").status, 0);
  const auto odd = [](const std::string& more) {
    auto text = kTop;
    return text.replace(0, text.find('\n'), "width = 47") + "[[deliver]]\nfile = \"x.mp4\"\n" + more;
  };
  expect_refused(render(folder, odd("")), 2, "even width and height");
  EXPECT_EQ(render(folder, odd("pad = true\n")).status, 0);
}

TEST(FilmRenderCommand, RefusesKeysThatAreNotOfThePlate) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 3);
  const auto keyed = [&](const std::string& file, int width, int height) {
    media::write_image(folder / file, film::filled(width, height, {200, 40, 40, 255}));
    return render(folder, kTop + "[stylise]\nengine = \"keyframes\"\nkeys = [\"" + file + "\"]\n");
  };
  expect_refused(keyed("key.0007.png", kWide, kHigh), 2, "is of plate frame 7, and the shot has 1 to 3");
  expect_refused(keyed("key.0002.png", 8, 8), 2, "48x32 as the plate, got 8x8");
}

}  // namespace
}  // namespace sakuga::cli

#include "sakuga/film/render.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sakuga/core/files.h"
#include "sakuga/film/render_folder.h"
#include "sakuga/film/test_shots.h"
#include "sakuga/media/frames.h"

namespace sakuga::film {
namespace {

using core::ErrorKind;
using core::expect_error;

// Lossless deliverable and drawings by the classical engine.
const std::string kDrawn =
    kTop +
    "[stylise]\non = \"2\"\n[[camera]]\nframe = 1\nease = \"linear\"\n[[camera]]\nframe = 3\nx = -2\n"
    "[[deliver]]\nfile = \"test.mkv\"\n";

std::string with_small_background(std::string text) {
  const std::string file = "[background]\nfile = \"back.png\"\n";
  return text.replace(text.find(file), file.size(), file + "edge = \"extend\"\n");
}

struct Rendered {
  RenderReport report;
  int64_t made(const std::string& stage) const {
    for (const auto& part : report.stages)
      if (part.stage == stage) return part.made;
    return -1;
  }
};

Rendered render_into(const core::TemporaryFolder& folder, const std::string& text,
                     RenderOptions options = {}) {
  if (options.output.empty()) options.output = (folder / "out").string();
  return {render(shot_of(folder, text), options)};
}

TEST(Render, LaysTheFigureOverTheBackground) {
  const core::TemporaryFolder folder;
  write_plate(folder, 2);
  render_into(folder, kTop + "[[deliver]]\nfile = \"test.mkv\"\n");
  const auto frame = frame_of(folder / "out/test.mkv", 1);
  EXPECT_NEAR(frame.pixels[16 * kWide + 8].r, 200 / 255.0, 0.01);
  EXPECT_NEAR(frame.pixels[16 * kWide + 30].b, 110 / 255.0, 0.01);
}

TEST(Render, DoesNothingASecondTimeAndOnlyWhatAChangeTouches) {
  const core::TemporaryFolder folder;
  write_plate(folder, 6);
  const auto text = with_small_background(kDrawn);
  const auto first = render_into(folder, text);
  EXPECT_EQ(first.made("stylise"), 3);  // On twos.
  EXPECT_EQ(first.made("comp"), 4);     // The camera rests from frame 3 on: 3 is 4, and 5 is 6.
  const auto again = render_into(folder, text);
  EXPECT_EQ(again.made("stylise"), 0);
  EXPECT_EQ(again.made("comp"), 0);
  const auto finish = render_into(folder, text + "[finish.glow]\nstrength = 0.5\n");
  EXPECT_EQ(finish.made("stylise"), 0);
  EXPECT_EQ(finish.made("comp"), 4);
  media::write_image(folder / "plate.0005.png", square_at(12, {20, 200, 40, 255}));
  const auto changed = render_into(folder, text + "[finish.glow]\nstrength = 0.5\n");
  EXPECT_EQ(changed.made("stylise"), 1);
  EXPECT_EQ(changed.made("comp"), 1);
}

TEST(Render, APartOfTheFramesGivesTheSameFrames) {
  const core::TemporaryFolder folder;
  write_plate(folder, 6);
  const auto text = with_small_background(kDrawn + "[finish.grain]\namount = 0.1\n");
  const auto part = render_into(folder, text, {.frames = "4-5"});
  EXPECT_EQ(part.report.files.at(0).filename(), "test.4-5.mkv");
  render_into(folder, text, {.output = (folder / "whole").string()});
  EXPECT_EQ(frame_of(folder / "out/test.4-5.mkv", 1).pixels, frame_of(folder / "whole/test.mkv", 4).pixels);
}

TEST(Render, APreviewIsSmallAndLeavesTheDeliverableAlone) {
  const core::TemporaryFolder folder;
  write_plate(folder, 2);
  render_into(folder, with_small_background(kDrawn), {.preview = 0.5});
  EXPECT_EQ(frame_of(folder / "out/test.preview.mkv", 1).width, kWide / 2);
  EXPECT_FALSE(std::filesystem::exists(folder / "out/test.mkv"));
}

TEST(Render, AStageWritesItsFramesAsPictures) {
  const core::TemporaryFolder folder;
  write_plate(folder, 4);
  const auto report =
      render_into(folder, with_small_background(kDrawn), {.frames = "2-3", .stage = "stylise"});
  EXPECT_EQ(report.made("comp"), -1);
  EXPECT_TRUE(std::filesystem::exists(folder / "out/stylise/test.000002.png"));
  EXPECT_TRUE(std::filesystem::exists(folder / "out/stylise/test.000003.png"));
  EXPECT_FALSE(std::filesystem::exists(folder / "out/test.mkv"));
}

TEST(Render, ADryRunWritesNoFrames) {
  const core::TemporaryFolder folder;
  write_plate(folder, 4);
  const auto report = render_into(folder, with_small_background(kDrawn), {.dry_run = true});
  EXPECT_EQ(report.made("stylise"), 2);
  EXPECT_EQ(report.made("comp"), 3);
  EXPECT_FALSE(std::filesystem::exists(folder / "out/test.mkv"));
  EXPECT_EQ(render_into(folder, with_small_background(kDrawn)).made("comp"), 3);
}

TEST(Render, WritesDrawingsTimeSheetTimelineSheetsAndLedger) {
  const core::TemporaryFolder folder;
  write_plate(folder, 6);
  const auto report = render_into(folder, with_small_background(kDrawn));
  for (const char* file : {"cels/test.0001.png", "cels/test.0003.png", "test.otio", "test.xdts",
                           "test.sheet.png", "test.strip.png", "test.mkv.ledger.json"})
    EXPECT_TRUE(std::filesystem::exists(folder / "out" / file)) << file;
  EXPECT_FALSE(std::filesystem::exists(folder / "out/cels/test.0004.png"));
  const auto ledger = nlohmann::json::parse(core::read_text(folder / "out/test.mkv.ledger.json"));
  EXPECT_EQ(ledger["licence"]["counts"]["CC-BY-4.0"], 1);
  EXPECT_EQ(ledger["licence"]["counts"]["CC0-1.0"], 1);
  EXPECT_EQ(ledger["licence"]["credits"].at(0)["author"], "Ann");
  EXPECT_EQ(ledger["verdict"], report.report.verdict);
  const auto inside = media::FrameReader::open(folder / "out/test.mkv")->info().metadata;
  ASSERT_TRUE(inside.contains("SAKUGA"));  // Matroska writes names in capitals.
  EXPECT_NE(inside.at("SAKUGA").find("CC-BY-4.0"), std::string::npos);
}

TEST(Render, AnInputWithoutALicencePermitsNothing) {
  const core::TemporaryFolder folder;
  write_plate(folder, 2);
  const auto report =
      render_into(folder, kTop + "[[layers]]\nname = \"x\"\nfile = \"back.png\"\nopacity = 0\n");
  EXPECT_NE(report.report.verdict.find("permits nothing"), std::string::npos) << report.report.verdict;
  EXPECT_NE(report.report.verdict.find("NOASSERTION"), std::string::npos);
}

TEST(Render, ASequenceNeedsNoLicenceAndThenPermitsNothing) {
  const core::TemporaryFolder folder;
  write_plate(folder, 2);
  auto text = kTop;
  const std::string licence = "licence = \"CC0-1.0\"\n";
  text.erase(text.find(licence), licence.size());
  EXPECT_NE(render_into(folder, text).report.verdict.find("NOASSERTION"), std::string::npos);
}

TEST(Render, HeldFramesAreTheSameInTheDeliverable) {
  const core::TemporaryFolder folder;
  write_plate(folder, 4);
  render_into(folder, kTop + "[stylise]\non = \"2\"\n[[deliver]]\nfile = \"test.mkv\"\n");
  const auto film = folder / "out/test.mkv";
  EXPECT_EQ(frame_of(film, 1).pixels, frame_of(film, 2).pixels);
  EXPECT_NE(frame_of(film, 2).pixels, frame_of(film, 3).pixels);
}

TEST(Render, CompTakesWhatIsGivenAndMakesNoDrawings) {
  const core::TemporaryFolder folder;
  write_plate(folder, 2);
  const RenderOptions options = {.output = (folder / "out").string()};
  const auto text = kTop + "[stylise]\n";
  expect_error(ErrorKind::NotFound, "sakuga film render", [&] { composite(shot_of(folder, text), options); });
  render(shot_of(folder, text), options);
  EXPECT_EQ(composite(shot_of(folder, text + "[finish.glow]\nstrength = 1\n"), options).stages.back().made,
            2);
  EXPECT_EQ(composite(shot_of(folder, kTop), options).files.size(), 1u);
}

TEST(Render, ABackgroundThatIsTooSmallSaysByHowMuch) {
  const core::TemporaryFolder folder;
  write_plate(folder, 6);
  expect_error(ErrorKind::BadRequest, "at frame 2 the frame shows",
               [&] { render_into(folder, kTop + "[[camera]]\nframe = 1\n[[camera]]\nframe = 2\nx = 40\n"); });
}

TEST(Render, RefusesWhatIsNotThere) {
  const core::TemporaryFolder folder;
  write_plate(folder, 4);
  const auto refused = [&](const std::string& text, ErrorKind kind, const std::string& part,
                           RenderOptions options = {}) {
    expect_error(kind, part, [&] { render_into(folder, text, options); });
  };
  refused(kTop + "[[layers]]\nname = \"x\"\nfile = \"no.png\"\n", ErrorKind::NotFound, "no.png");
  refused("frames = 9\n" + kTop, ErrorKind::BadRequest, "expected at least 9 frames");
  refused(kTop, ErrorKind::BadRequest, "frames from 1 to 4", {.frames = "3-9"});
  refused(kTop, ErrorKind::BadRequest, "did you mean comp?", {.stage = "compp"});
  refused(kTop + "[[layers]]\nname = \"x\"\nfile = \"back.png\"\nfirst = 7\n", ErrorKind::BadRequest,
          "no such frame");
  const auto keyed = [](const std::string& file) {
    return kTop + "[stylise]\nengine = \"keyframes\"\nkeys = [\"" + file + "\"]\n";
  };
  refused(keyed("key.0001.png"), ErrorKind::NotFound, "key.0001.png");
  media::write_image(folder / "key.0009.png", square_at(4));
  refused(keyed("key.0009.png"), ErrorKind::BadRequest, "is of plate frame 9, and the shot has 1 to 4");
  media::write_image(folder / "key.png", square_at(4));
  refused(keyed("key.png"), ErrorKind::BadRequest, "frame number");
  media::write_image(folder / "small.0002.png", filled(8, 8, {1, 2, 3, 255}));
  refused(keyed("small.0002.png"), ErrorKind::BadRequest, "48x32 as the plate, got 8x8");
}

TEST(Render, WaitsForNobodyInItsFolder) {
  const core::TemporaryFolder folder;
  write_plate(folder, 2);
  const RenderFolder other(folder / "out");
  expect_error(ErrorKind::BadRequest, "another render", [&] { render_into(folder, kTop); });
}

}  // namespace
}  // namespace sakuga::film

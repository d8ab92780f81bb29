// sakuga film steady and sakuga metric warp, on small sequences.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "sakuga/cli/test_support.h"
#include "sakuga/compose/flow_file.h"
#include "sakuga/core/error.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

// plate/, truth/ and flicker/ of a pan of two pixels a frame; every drawing of truth and flicker lasts for
// two.
class Clips : public core::TemporaryFolder {
 public:
  explicit Clips(int frames = 8) {
    for (const char* name : {"plate", "truth", "flicker"}) std::filesystem::create_directories(path() / name);
    for (int t = 0; t < frames; ++t) {
      write("plate", t, scene(t, 1));
      write("truth", t, scene(t / 2 * 2, 1));
      write("flicker", t, scene(t / 2 * 2, t / 2 % 2 ? 1.08f : 0.92f));
    }
  }
  std::string operator[](const std::string& name) const { return (path() / name).string(); }
  static std::string number(int t) { return "0000" + std::to_string(t + 10); }
  using core::TemporaryFolder::write;
  void write(const std::string& folder, int t, const media::Image& image) const {
    media::write_image(path() / folder / ("f." + number(t) + ".png"), image);
  }

  static media::Image scene(int t, float gain) {
    media::Image image(64, 48);
    for (int y = 0; y < 48; ++y)
      for (int x = 0; x < 64; ++x) {
        const float u = float(x) + 2 * float(t);
        const float grey = gain * (0.45f + 0.2f * std::sin(0.3f * u + std::sin(0.2f * float(y))) +
                                   0.15f * std::cos(0.25f * float(y)));
        image.pixels[size_t(y) * 64 + x] = {grey, 0.9f * grey, 0.8f * grey, 1};
      }
    return image;
  }
};

TEST(FilmSteady, CuresAFlickeringSequenceAndKeepsItsNumbersAndHolds) {
  const Clips clips;
  const auto steadied =
      sakuga({"film", "steady", clips["plate"], clips["flicker"], "-o", clips["out"] + "/s.%06d.png"});
  ASSERT_EQ(steadied.status, 3) << steadied.err;  // There is no such folder.
  std::filesystem::create_directories(clips["out"]);
  const auto run =
      sakuga({"film", "steady", clips["plate"], clips["flicker"], "-o", clips["out"] + "/s.%06d.png"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.out.find("8 frames, no cuts, 4 held"), std::string::npos) << run.out;
  EXPECT_TRUE(std::filesystem::exists(clips["out"] + "/s.000010.png"));
  EXPECT_EQ(media::read_image8(clips["out"] + "/s.000012.png"),
            media::read_image8(clips["out"] + "/s.000013.png"));

  const auto metric = sakuga({"metric", "warp", clips["out"], clips["plate"], "--input", clips["flicker"],
                              "--truth", clips["truth"], "--json"});
  ASSERT_EQ(metric.status, 0) << metric.err;
  const auto line = nlohmann::json::parse(metric.out);
  EXPECT_LT(line.at("value").get<double>(), line.at("input_value").get<double>());
  EXPECT_EQ(line.at("holds"), 4);
  EXPECT_EQ(line.at("holds_kept"), 4);
  EXPECT_EQ(line.at("fidelity_to"), "truth");
  EXPECT_GT(line.at("psnr_db").get<double>(), 30);
}

TEST(FilmSteady, RefusesAPlateOfOtherSizeOrLength) {
  const Clips clips, longer(10);
  const auto out = clips["out.mkv"];
  const auto lengths = sakuga({"film", "steady", longer["plate"], clips["flicker"], "-o", out});
  EXPECT_EQ(lengths.status, 2);
  EXPECT_NE(lengths.err.find("got 10 frames"), std::string::npos) << lengths.err;
  std::filesystem::create_directories(clips["small"]);
  for (int t = 0; t < 8; ++t) clips.write("small", t, media::Image(32, 48));
  const auto sizes = sakuga({"film", "steady", clips["small"], clips["flicker"], "-o", out});
  EXPECT_EQ(sizes.status, 2);
  EXPECT_NE(sizes.err.find("32x48"), std::string::npos) << sizes.err;
  EXPECT_FALSE(std::filesystem::exists(out));
  EXPECT_EQ(sakuga({"film", "steady", clips["none"], clips["flicker"], "-o", out}).status, 3);
}

void write_film(const std::string& path, int frames) {
  const auto writer = media::FrameWriter::create(path, 64, 48, {.alpha = false});
  for (int t = 0; t < frames; ++t) writer->write(Clips::scene(t, 1));
  writer->close();
}

// Fails with one line that has `part`, and leaves no film behind.
void expect_refusal(const std::string& plate, const std::string& stylised, const std::string& out, int status,
                    const std::string& part) {
  const auto run = sakuga({"film", "steady", plate, stylised, "-o", out});
  EXPECT_EQ(run.status, status) << run.err;
  EXPECT_NE(run.err.find(part), std::string::npos) << "expected " << part << ", got " << run.err;
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST(FilmSteady, RefusesWhatIsNoFilm) {
  const Clips clips;
  const auto text = clips.write("text.mp4", "no film").string(), out = clips["out.mkv"];
  expect_refusal(text, clips["flicker"], out, core::exit_status(core::ErrorKind::CorruptInput), "text.mp4");
  expect_refusal(clips["plate"], text, out, core::exit_status(core::ErrorKind::CorruptInput), "text.mp4");
  std::filesystem::create_directories(clips["nothing"]);
  expect_refusal(clips["nothing"], clips["flicker"], out, core::exit_status(core::ErrorKind::NotFound),
                 "nothing");
}

TEST(FilmSteady, RefusesATruncatedFilm) {
  const Clips clips;
  write_film(clips["whole.mkv"], 8);
  write_film(clips["cut.mkv"], 8);
  std::filesystem::resize_file(clips["cut.mkv"], std::filesystem::file_size(clips["cut.mkv"]) / 2);
  expect_refusal(clips["cut.mkv"], clips["flicker"], clips["out.mkv"],
                 core::exit_status(core::ErrorKind::CorruptInput), "cut off or damaged");
  expect_refusal(clips["plate"], clips["cut.mkv"], clips["out.mkv"],
                 core::exit_status(core::ErrorKind::CorruptInput), "cut off or damaged");
  const auto whole = sakuga({"film", "steady", clips["plate"], clips["whole.mkv"], "-o", clips["out.mkv"]});
  EXPECT_EQ(whole.status, 0) << whole.err;
}

TEST(FilmSteady, RefusesAMissingFrameByName) {
  const Clips clips;
  std::filesystem::remove(clips["plate"] + "/f.000013.png");
  expect_refusal(clips["plate"], clips["flicker"], clips["out.mkv"],
                 core::exit_status(core::ErrorKind::NotFound), "f.000013.png");
}

TEST(FilmSteady, GivesAClipOfOneFrameBack) {
  const Clips clips(1);
  const auto run =
      sakuga({"film", "steady", clips["plate"], clips["flicker"], "-o", clips["one.png"], "--json"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(media::read_image8(clips["one.png"]), media::read_image8(clips["flicker"] + "/f.000010.png"));
}

TEST(MetricWarp, SaysWhatItMeasuredAndAlwaysAFidelity) {
  const Clips clips;
  const auto run = sakuga({"metric", "warp", clips["flicker"], clips["plate"]});
  ASSERT_EQ(run.status, 0) << run.err;
  for (const char* part :
       {"warp error 0.", "to the first frame", "7 pairs", "DIS", "fidelity to the plate: PSNR"})
    EXPECT_NE(run.out.find(part), std::string::npos) << part << run.out;
}

TEST(MetricWarp, TakesTrueFlow) {
  const Clips clips(3);
  std::filesystem::create_directories(clips["flow"]);
  compose::Flow flow(64, 48);
  for (auto& v : flow.vectors) v = {-2, 0};
  media::Image8 occluded(64, 48, 1);
  for (int y = 0; y < 48; ++y) *occluded.at(0, y) = *occluded.at(1, y) = 255;
  for (const std::string number : {"000001", "000002"}) {
    compose::write_flo(clips["flow"] + "/" + number + ".flo", flow);
    media::write_image(clips["flow"] + "/" + number + ".png", occluded);
  }
  const auto run =
      sakuga({"metric", "warp", clips["plate"], clips["plate"], "--flow", clips["flow"], "--json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const auto line = nlohmann::json::parse(run.out);
  EXPECT_LT(line.at("value").get<double>(), 1e-9);
  EXPECT_EQ(line.count("long_term"), 0u);
  std::filesystem::remove(clips["flow"] + "/000002.flo");
  EXPECT_EQ(sakuga({"metric", "warp", clips["plate"], clips["plate"], "--flow", clips["flow"]}).status, 3);
}

TEST(MetricWarp, RefusesSequencesThatDoNotMatch) {
  const Clips clips, longer(10);
  EXPECT_EQ(sakuga({"metric", "warp", clips["flicker"], longer["plate"]}).status, 2);
  const auto run = sakuga({"metric", "warp", longer["flicker"], longer["plate"], "--truth", clips["truth"]});
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.err.find("as many frames in the truth"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace sakuga::cli

#include "sakuga/film/translate/translate.h"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "sakuga/compose/domain.h"
#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"
#include "sakuga/film/test_child.h"
#include "sakuga/media/image_file.h"
#include "sakuga/models/model_file.h"
#include "sakuga/weights/card.h"

namespace sakuga::film {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::TemporaryFolder;
using media::Image8;

void expect_error(ErrorKind kind, auto&& action) {
  core::expect_error(kind, "", action);
}

// A U-GAT-IT of four channels, from the checkpoint of tests/golden/checkpoints.py.
struct Bench {
  TemporaryFolder folder;
  fs::path model = folder / "model.safetensors";
  Bench() {
    models::import_model(SAKUGA_SOURCE_DIR "/tests/golden/ugatit_tiny.pt", model, {.title = "tiny"});
  }

  fs::path picture(const std::string& name, int width, int height, int channels = 3) const {
    Image8 image(width, height, channels);
    for (size_t i = 0; i < image.bytes.size(); ++i)
      image.bytes[i] = uint8_t((i * 13 + name.size() * 40) % 256);
    fs::create_directories((folder / name).parent_path());
    media::write_image(folder / name, image);
    return folder / name;
  }

  fs::path film(int frames) const {
    const auto path = folder / "film.mkv";
    const auto writer = media::FrameWriter::create(path, 48, 32, {.alpha = false});
    for (int i = 0; i < frames; ++i) {
      media::Image frame(48, 32);
      for (size_t p = 0; p < frame.pixels.size(); ++p)
        frame.pixels[p] = {float(p % 48) / 48, float(i) / float(frames), float(p / 48) / 32, 1};
      writer->write(frame);
    }
    writer->close();
    return path;
  }
};

TEST(Translate, APictureKeepsItsSizeAndAlphaAndTellsItsOrigin) {
  const Bench bench;
  const auto in = bench.picture("in.png", 45, 33, 4), out = bench.folder / "out.png";
  const auto report = translate({in}, bench.model, out, {});
  EXPECT_EQ(report.written, std::vector<fs::path>{out});
  const auto before = media::read_image8(in), after = media::read_image8(out);
  ASSERT_EQ(after.width, 45);
  ASSERT_EQ(after.channels, 4);
  bool changed = false;
  for (int x = 0; x < 45; ++x) {
    EXPECT_EQ(after.at(x, 9)[3], before.at(x, 9)[3]);
    changed = changed || after.at(x, 9)[0] != before.at(x, 9)[0];
  }
  EXPECT_TRUE(changed);
  const auto origin = nlohmann::json::parse(media::read_metadata(out).at("sakuga"));
  EXPECT_EQ(origin.at("command"), "translate");
  EXPECT_EQ(origin.at("model").at("architecture"), "ugatit");
}

TEST(Translate, GreyPicturesBecomeColoured) {
  const Bench bench;
  translate({bench.picture("grey.png", 40, 40, 1)}, bench.model, bench.folder / "out.png", {});
  EXPECT_EQ(media::read_image8(bench.folder / "out.png").channels, 3);
}

TEST(Translate, AFolderKeepsItsNamesAndGoesOnWhereItStopped) {
  const Bench bench;
  for (const auto* name : {"in/b.png", "in/a.png", "in/c.png"}) bench.picture(name, 32, 32);
  const auto out = bench.folder / "out";
  EXPECT_EQ(translate({bench.folder / "in"}, bench.model, out, {}).written.size(), 3u);
  const auto again = translate({bench.folder / "in"}, bench.model, out, {.batch = 2});
  EXPECT_TRUE(again.written.empty());
  EXPECT_EQ(again.present, 3);
  fs::remove(out / "b.png");
  EXPECT_EQ(translate({bench.folder / "in"}, bench.model, out, {}).written,
            std::vector<fs::path>{out / "b.png"});
  expect_error(ErrorKind::BadRequest,
               [&] { translate({bench.folder / "in"}, bench.model, out, {.back = true}); });
}

TEST(Translate, ABatchGivesWhatSinglePicturesGive) {
  const Bench bench;
  for (const auto* name : {"in/1.png", "in/22.png", "in/333.png"}) bench.picture(name, 36, 32);
  translate({bench.folder / "in"}, bench.model, bench.folder / "one", {.batch = 1});
  translate({bench.folder / "in"}, bench.model, bench.folder / "all", {.batch = 3});
  for (const auto* name : {"1.png", "22.png", "333.png"})
    EXPECT_EQ(media::read_image8(bench.folder / "one" / name),
              media::read_image8(bench.folder / "all" / name));
}

TEST(Translate, APatternTakesTheFramesThereAre) {
  const Bench bench;
  for (const auto* name : {"in/f.0003.png", "in/f.0004.png", "in/g.0001.png"}) bench.picture(name, 32, 32);
  const auto report = translate({bench.folder / "in/f.%04d.png"}, bench.model, bench.folder / "out", {});
  ASSERT_EQ(report.written.size(), 2u);
  EXPECT_EQ(report.written[1].filename(), "f.0004.png");
  expect_error(ErrorKind::NotFound,
               [&] { translate({bench.folder / "in/h.%04d.png"}, bench.model, bench.folder / "none", {}); });
}

TEST(Translate, ShowsWhereTheNetLooked) {
  const Bench bench;
  translate({bench.picture("in.png", 41, 32)}, bench.model, bench.folder / "out.png", {.attention = true});
  const auto heat = media::read_image8(bench.folder / "out.attention.png");
  EXPECT_EQ(heat.width, 41);
  EXPECT_EQ(media::read_image8(bench.folder / "out.overlay.png").height, 32);
}

TEST(Translate, LargePicturesGoThroughInTiles) {
  const Bench bench;
  translate({bench.picture("in.png", 150, 100)}, bench.model, bench.folder / "out.png",
            {.attention = true, .tile = 64});
  EXPECT_EQ(media::read_image8(bench.folder / "out.png").width, 150);
  EXPECT_EQ(media::read_image8(bench.folder / "out.attention.png").height, 100);
}

TEST(Translate, BothWaysGiveTwoFolders) {
  const Bench bench;
  const auto in = bench.picture("in.png", 32, 32);
  translate({in}, bench.model, bench.folder / "out", {.both_ways = true});
  EXPECT_NE(media::read_image8(bench.folder / "out/there/in.png"),
            media::read_image8(bench.folder / "out/back/in.png"));
  expect_error(ErrorKind::BadRequest,
               [&] { translate({in}, bench.model, bench.folder / "out.png", {.both_ways = true}); });
}

TEST(Translate, AFilmBecomesAFilmOrNumberedPictures) {
  const Bench bench;
  const auto in = bench.film(5);
  translate({in}, bench.model, bench.folder / "out.mkv", {.attention = true});
  EXPECT_EQ(media::FrameReader::open(bench.folder / "out.mkv")->info().count, 5);
  EXPECT_EQ(media::FrameReader::open(bench.folder / "out.overlay.mkv")->info().count, 5);

  const auto frames = bench.folder / "frames";
  EXPECT_EQ(translate({in}, bench.model, frames, {.batch = 2}).written.size(), 5u);
  const auto fourth = media::read_image8(frames / "frame.000004.png");
  fs::remove(frames / "frame.000004.png");
  fs::remove(frames / "frame.000005.png");
  const auto rest = translate({in}, bench.model, frames, {});
  EXPECT_EQ(rest.present, 3);
  EXPECT_EQ(rest.written.size(), 2u);
  EXPECT_EQ(media::read_image8(frames / "frame.000004.png"), fourth);
  EXPECT_TRUE(translate({in}, bench.model, frames, {}).written.empty());
}

TEST(Translate, OnlyTheFramesAskedFor) {
  const Bench bench;
  const auto in = bench.film(6), out = bench.folder / "out.mkv", whole = bench.folder / "whole.mkv";
  translate({in}, bench.model, whole, {});
  translate({in}, bench.model, out, {.frames = "3-4"});
  const auto part = media::FrameReader::open(out), all = media::FrameReader::open(whole);
  ASSERT_EQ(part->info().count, 2);
  all->seek(3);
  media::Image a, b;
  while (part->read(a)) {
    ASSERT_TRUE(all->read(b));
    EXPECT_EQ(a.pixels, b.pixels);
  }
  for (const auto* name : {"in/f.0003.png", "in/f.0004.png", "in/f.0005.png"}) bench.picture(name, 32, 32);
  EXPECT_EQ(translate({bench.folder / "in/f.%04d.png"}, bench.model, bench.folder / "some", {.frames = "4-"})
                .written.size(),
            2u);
  expect_error(ErrorKind::BadRequest, [&] {
    translate({bench.folder / "in"}, bench.model, bench.folder / "none", {.frames = "4"});
  });
  expect_error(ErrorKind::BadRequest,
               [&] { translate({in}, bench.model, bench.folder / "x.mkv", {.frames = "5-9"}); });
}

TEST(Translate, AnotherFilmDoesNotGoIntoTheFolderOfTheFirst) {
  const Bench bench;
  translate({bench.film(2)}, bench.model, bench.folder / "frames", {});
  expect_error(ErrorKind::BadRequest,
               [&] { translate({bench.film(3)}, bench.model, bench.folder / "frames", {}); });
}

TEST(Translate, AFilmThatCannotBeWrittenIsRefusedBeforeAnythingIsDrawn) {
  const Bench bench;
  const auto in = bench.film(3);
  expect_error(ErrorKind::BadRequest, [&] {
    translate({in}, bench.model, bench.folder / "a.mkv", {}, {.codec = "h264", .bits = 16});
  });
  EXPECT_FALSE(fs::exists(bench.folder / "a.mkv.translate"));
  fs::create_directories(bench.folder / "b.mkv.translate");
  core::write_file(bench.folder / "b.mkv.translate/mine.txt", "kept");
  expect_error(ErrorKind::BadRequest, [&] { translate({in}, bench.model, bench.folder / "b.mkv", {}); });
  EXPECT_TRUE(fs::exists(bench.folder / "b.mkv.translate/mine.txt"));
}

// A child process of the test below; not for running by itself.
TEST(TranslateChild, DISABLED_TranslatesWhatTheEnvironmentNames) {
  const fs::path folder = std::getenv("SAKUGA_TEST_SHOT");
  translate({folder / "film.mkv"}, folder / "model.safetensors", std::getenv("SAKUGA_TEST_OUTPUT"),
            {.batch = 2});
}

TEST(Translate, KilledInMidFilmGoesOnWithoutLosingOrRepeatingAFrame) {
  const Bench bench;
  const auto in = bench.film(40), whole = bench.folder / "whole.mkv", out = bench.folder / "out.mkv";
  translate({in}, bench.model, whole, {.batch = 2});
  const pid_t child = start_child("TranslateChild.*", bench.folder.path().string(), out.string());
  const auto seventh = bench.folder / "out.mkv.translate/frame.000007.png";
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) != child) {
    if (fs::exists(seventh)) ::kill(child, SIGKILL);
    ::usleep(300);
  }
  ASSERT_TRUE(WIFSIGNALED(status)) << "it ended before it was killed";
  EXPECT_FALSE(fs::exists(out));
  const auto report = translate({in}, bench.model, out, {.batch = 2});
  EXPECT_GE(report.present, 7);
  EXPECT_LT(report.present, 40);
  EXPECT_EQ(core::read_file(out), core::read_file(whole));
  EXPECT_FALSE(fs::exists(bench.folder / "out.mkv.translate"));
}

TEST(Translate, TellsOfAPictureUnlikeThoseOfTheTraining) {
  const Bench bench;
  std::vector<compose::Gist> gists;
  for (int i = 0; i < 20; ++i) {
    Image8 dull(32, 32, 3);
    for (size_t b = 0; b < dull.bytes.size(); ++b) dull.bytes[b] = uint8_t(100 + (b * 7 + size_t(i) * 5) % 23);
    gists.push_back(compose::gist_of(dull));
    if (i == 0) media::write_image(bench.folder / "near.png", dull);
  }
  const auto file = weights::SafetensorsFile::open(bench.model);
  auto card = weights::card_of(file.metadata(), bench.model);
  card.extra["domain"] = {{"there", compose::to_json(*compose::domain_of(gists))}};
  const auto model = bench.folder / "knowing.safetensors";
  weights::write_safetensors(model, file.tensors(), weights::metadata_of(card));

  const auto out = bench.folder / "out.png", far = bench.picture("far.png", 48, 48);
  EXPECT_TRUE(translate({bench.folder / "near.png"}, model, out, {}).far.empty());
  const auto told = translate({far}, model, out, {}).far;
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].first, "out.png");
  EXPECT_GT(told[0].second, 1);
  EXPECT_TRUE(translate({far}, model, out, {.back = true}).far.empty()) << "nothing is known of that side";
}

TEST(Translate, LeavesAPictureWithoutAFaceAlone) {
  const fs::path cascade = SAKUGA_SOURCE_DIR "/../shared/models/lbpcascade_animeface.xml";
  if (!fs::exists(cascade)) GTEST_SKIP() << "no cascade";
  const Bench bench;
  const auto in = bench.picture("in.png", 64, 64);
  const auto report = translate({in}, bench.model, bench.folder / "out.png",
                                {.attention = true, .crop = "face", .cascade = cascade.string()});
  EXPECT_EQ(report.without_face, std::vector<std::string>{"out.png"});
  EXPECT_EQ(media::read_image8(in), media::read_image8(bench.folder / "out.png"));
}

TEST(Translate, RefusesInputsThatDoNotGoTogether) {
  const Bench bench;
  const auto a = bench.picture("a/x.png", 32, 32), b = bench.picture("b/x.png", 32, 32), film = bench.film(2);
  const auto out = bench.folder / "out";
  expect_error(ErrorKind::BadRequest, [&] { translate({}, bench.model, out, {}); });
  expect_error(ErrorKind::BadRequest, [&] { translate({a, b}, bench.model, out, {}); });
  expect_error(ErrorKind::BadRequest, [&] { translate({a, film}, bench.model, out, {}); });
  expect_error(ErrorKind::BadRequest, [&] { translate({a}, bench.model, out, {.crop = "face"}); });
  expect_error(ErrorKind::NotFound, [&] { translate({bench.folder / "none.png"}, bench.model, out, {}); });
  fs::create_directories(bench.folder / "empty");
  expect_error(ErrorKind::BadRequest, [&] { translate({bench.folder / "empty"}, bench.model, out, {}); });
  expect_error(ErrorKind::BadRequest, [&] { translate({bench.folder / "a"}, bench.model, a, {}); });
  expect_error(ErrorKind::NotFound, [&] { translate({a}, bench.folder / "none.safetensors", out, {}); });
}

}  // namespace
}  // namespace sakuga::film

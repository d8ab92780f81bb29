#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sakuga/cli/test_model.h"
#include "sakuga/cli/test_support.h"
#include "sakuga/core/test_support.h"
#include "sakuga/data/import.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

namespace fs = std::filesystem;

// A folder with a model, a tagger and what a test adds.
class Folder : public core::TemporaryFolder {
 public:
  Folder() {
    write_test_model(model());
    write_test_tagger(tagger());
  }
  std::string model() const { return *this / "model.safetensors"; }
  std::string tagger() const { return *this / "tagger.safetensors"; }
};

std::vector<nlohmann::json> lines_of(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

// What the model draws of 60 seeds, as a dataset tagged by hair.
std::string make_dataset(const Folder& folder) {
  for (const std::string hair : {"aqua_hair", "black_hair"})
    EXPECT_EQ(sakuga({"draw", "--model", folder.model(), "--tags", hair, "--seeds", "100-159", "-o",
                      folder / ("faces/" + hair + "/")})
                  .status,
              0);
  data::ImportOptions options;
  options.licence = "CC0-1.0";
  options.source = "test";
  options.tags = {"folders"};
  const std::vector<fs::path> inputs = {folder / "faces"};
  data::import_pictures(folder / "faces.dataset", inputs, options);
  return folder / "faces.dataset";
}

TEST(MetricKid, PutsPicturesOfOneSourceTogether) {
  const Folder folder;
  const auto dataset = make_dataset(folder);
  const auto result = sakuga({"--json", "metric", "kid", folder.model(), dataset, "--features",
                              folder.tagger(), "--pictures", "60", "--size", "16"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto json = lines_of(result.out).at(0);
  EXPECT_NEAR(json.at("value").get<double>(), 0, 10);
  EXPECT_EQ(json.at("drawn"),
            "model.safetensors (60 drawn with the tags of faces.dataset, all (120 pictures), seed 0)");
  EXPECT_EQ(json.at("reference"), "faces.dataset, all (60 of 120 pictures)");
  EXPECT_NE(json.at("protocol").get<std::string>().find("16x16 by Lanczos, tagger"), std::string::npos)
      << json.at("protocol");

  const auto far = sakuga({"--json", "metric", "kid", folder.model(), dataset, "--features", folder.tagger(),
                           "--pictures", "60", "--size", "16", "--truncation", "0.1"});
  EXPECT_GT(lines_of(far.out).at(0).at("value").get<double>(), json.at("value").get<double>());
}

TEST(MetricKid, WithOneSetComparesItsHalves) {
  const Folder folder;
  ASSERT_EQ(sakuga({"draw", "--model", folder.model(), "--seeds", "0-39", "-o", folder / "drawn/"}).status,
            0);
  const auto result = sakuga({"metric", "kid", folder / "drawn/", "--features", folder.tagger()});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("one half of drawn (20 of 40 pictures)"), std::string::npos) << result.out;
}

TEST(MetricKid, WantsPicturesToCompareAModelWith) {
  const Folder folder;
  const auto result = sakuga({"metric", "kid", folder.model(), "--features", folder.tagger()});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("expected pictures to compare"), std::string::npos) << result.err;
}

TEST(MetricTags, PutsTheJudgesOwnAccuracyBeside) {
  const Folder folder;
  const auto dataset = make_dataset(folder);
  const auto result = sakuga({"--json", "metric", "tags", folder.model(), "--judge", folder.tagger(),
                              "--data", dataset + ":all", "--pictures", "50"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 1u) << "smile is not among the dataset's tags";
  EXPECT_EQ(lines[0].at("group"), "hair");
  EXPECT_EQ(lines[0].at("pictures"), 50);
  EXPECT_EQ(lines[0].at("judge_on_real").at("pictures"), 50);

  const auto text = sakuga({"metric", "tags", folder.model(), "--judge", folder.tagger(), "--data", dataset});
  EXPECT_NE(text.out.find("the judge itself, on real pictures:"), std::string::npos) << text.out;
}

TEST(MetricTags, WantsADatasetWithTags) {
  const Folder folder;
  make_dataset(folder);
  const auto result = sakuga(
      {"metric", "tags", folder.model(), "--judge", folder.tagger(), "--data", folder / "faces/aqua_hair"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("expected a dataset with tags"), std::string::npos) << result.err;
}

TEST(MetricAngle, PutsTheJudgesOwnErrorBeside) {
  const Folder folder;
  const std::string model = folder / "dials.safetensors", judge = folder / "judge.safetensors";
  write_test_model(model, kTestDials);
  write_test_tagger(judge, kTestDials);
  const auto result = sakuga({"--json", "metric", "angle", model, "--judge", judge, "--pictures", "12"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].at("dial"), "pose_yaw");
  for (const char* side : {"drawn", "judge_on_rig"}) {
    // An untrained judge sees about the middle: 30 degrees off within 60, if it is not far aside.
    EXPECT_GT(lines[0].at(side).at("mean_absolute_error").get<double>(), 20) << side;
    EXPECT_LT(lines[0].at(side).at("mean_absolute_error").get<double>(), 100) << side;
  }
  const auto alone = sakuga({"metric", "angle", "--judge", judge, "--pictures", "4"});
  EXPECT_NE(alone.out.find("pose_yaw             -"), std::string::npos) << alone.out;
  const auto refused = sakuga({"metric", "angle", model, "--judge", folder.tagger()});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("judges no angles"), std::string::npos) << refused.err;
  EXPECT_EQ(sakuga({"metric", "angle", folder.model(), "--judge", judge, "--pictures", "4"}).status, 2);
}

TEST(MetricIdentity, ComparesTheRigAndAModel) {
  const Folder folder;
  const std::string model = folder / "dials.safetensors";
  write_test_model(model, kTestDials);
  const auto result =
      sakuga({"--json", "metric", "identity", model, "--embedding", folder.tagger(), "--characters", "4"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 2u);
  for (const auto& line : lines) {
    EXPECT_EQ(line.at("same_pairs"), 4 * 11 * 10 / 2);
    EXPECT_EQ(line.at("other_pairs"), 6 * 11 * 11);
    EXPECT_LT(line.at("equal_error_rate").get<double>(), 0.5) << "colours alone tell characters apart";
  }
  EXPECT_EQ(
      sakuga({"metric", "identity", folder.model(), "--embedding", folder.tagger(), "--characters", "2"})
          .status,
      2);
  EXPECT_EQ(sakuga({"metric", "identity", "--embedding", folder.model()}).status, 2);
}

TEST(MetricCast, LocksBringTheColoursOfACastTogether) {
  const Folder folder;
  const auto measure = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"--json", "metric", "cast", "--casts", "3", "--members", "3"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = sakuga(words);
    EXPECT_EQ(result.status, 0) << result.err;
    return lines_of(result.out).at(0);
  };
  const auto locked = measure({}), line = measure({"--lock", "line"});
  EXPECT_LT(locked.at("within").get<double>(), locked.at("between").get<double>());
  EXPECT_LT(locked.at("within").get<double>(), line.at("within").get<double>());
  const std::string model = folder / "dials.safetensors";
  write_test_model(model, kTestDials);
  EXPECT_GT(measure({model}).at("between").get<double>(), 0);
}

TEST(MetricNearest, FindsCopies) {
  const Folder folder;
  const auto dataset = make_dataset(folder);
  const auto result = sakuga({"--json", "metric", "nearest", folder / "faces/aqua_hair", "--data", dataset,
                              "--features", folder.tagger(), "--size", "16", "-o", folder / "sheet.png"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 2 * 60u + 2);
  const auto pixels = lines[120], features = lines[121];
  EXPECT_EQ(pixels.at("by"), "pixels");
  EXPECT_NEAR(pixels.at("drawn").at("median").get<double>(), 0, 1e-6) << "most were trained on";
  EXPECT_GT(pixels.at("unseen").at("median").get<double>(), 1);
  EXPECT_EQ(features.at("by"), "features");
  EXPECT_GT(features.at("share_nearer_than_fifth_percentile").get<double>(), 0.5);
  const auto sheet = media::read_image8(folder / "sheet.png");
  EXPECT_EQ(sheet.width, 7 * 18 + 2);
  EXPECT_EQ(sheet.height, 16 * 18 + 2);
}

TEST(MetricNearest, SummarisesForPeople) {
  const Folder folder;
  const auto dataset = make_dataset(folder);
  const auto result =
      sakuga({"metric", "nearest", folder.model(), "--data", dataset, "--pictures", "12", "--rows", "4"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("by pixels (root mean square of 0..255 at 64x64)"), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("real, never trained on"), std::string::npos) << result.out;
}

TEST(MetricContent, ComparesPaintingsWithThePhotosOfTheirNames) {
  const Folder folder;
  for (const char* name : {"photos", "paintings"}) fs::create_directories(folder / name);
  media::Image8 photo(48, 32, 3), faded(48, 32, 3);
  for (size_t i = 0; i < photo.bytes.size(); ++i) {
    photo.bytes[i] = i / 3 % 48 / 8 % 2 ? 220 : 20;
    faded.bytes[i] = uint8_t(100 + photo.bytes[i] / 4);
  }
  media::write_image(folder / "photos/a.png", photo);
  media::write_image(folder / "photos/b.png", photo);
  media::write_image(folder / "paintings/a.webp", faded);
  media::write_image(folder / "paintings/b.png", media::Image8(48, 32, 3));
  const auto result = sakuga({"--json", "metric", "content", folder / "paintings", folder / "photos"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto line = lines_of(result.out).at(0);
  EXPECT_EQ(line.at("pictures"), 2);
  EXPECT_NEAR(line.at("value").get<double>(), 0.5, 0.02) << "one keeps all, one nothing";
  EXPECT_EQ(line.at("least").at("picture"), "b.png");
  const auto single = sakuga({"metric", "content", folder / "paintings/b.png", folder / "photos/a.png"}).out;
  EXPECT_NE(single.find("content 0.000 ± 0.000 (1 pictures"), std::string::npos) << single;
}

TEST(MetricContent, RefusesPaintingsWithoutAPhotoAndOfAnotherSize) {
  const Folder folder;
  for (const char* name : {"photos", "paintings"}) fs::create_directories(folder / name);
  media::write_image(folder / "photos/a.png", media::Image8(16, 16, 3));
  media::write_image(folder / "photos/b.png", media::Image8(16, 16, 3));
  media::write_image(folder / "paintings/c.png", media::Image8(16, 16, 3));
  auto result = sakuga({"metric", "content", folder / "paintings", folder / "photos"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("no photo of the name of c.png"), std::string::npos) << result.err;
  fs::remove(folder / "paintings/c.png");
  media::write_image(folder / "paintings/a.png", media::Image8(16, 20, 3));
  result = sakuga({"metric", "content", folder / "paintings", folder / "photos"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("expected a.png at 16x16"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace sakuga::cli

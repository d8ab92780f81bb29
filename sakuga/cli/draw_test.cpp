#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sakuga/cli/default_model.h"
#include "sakuga/cli/test_model.h"
#include "sakuga/cli/test_support.h"
#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

namespace fs = std::filesystem;

// A folder with model.safetensors.
class Folder : public core::TemporaryFolder {
 public:
  Folder() { write_test_model(model()); }
  std::string model() const { return *this / "model.safetensors"; }
};

TEST(DrawCommand, WritesTheSameBytesForAnyThreadsAndBatch) {
  const Folder folder;
  const int threads = at::get_num_threads();
  const auto draw = [&](const std::string& name, int count, const std::string& batch) {
    at::set_num_threads(count);
    const auto result = sakuga({"draw", "--model", folder.model(), "--seeds", "0-4", "--vary", "hair",
                                "--batch", batch, "-o", folder / name});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out, (folder / name).string() + "\n");
    return core::read_file(folder / name);
  };
  const auto first = draw("a.png", 1, "16");
  EXPECT_EQ(draw("b.png", 2, "1"), first);
  EXPECT_EQ(draw("c.png", 1, "7"), first);
  EXPECT_EQ(draw("d.png", 2, "1024"), first);
  at::set_num_threads(threads);
}

TEST(DrawCommand, WritesACommandThatDrawsTheSamePicture) {
  const Folder folder;
  ASSERT_EQ(sakuga({"draw", "--model", folder.model(), "--tags", "-smile", "--seeds", "4-5", "--truncation",
                    "0.7", "-o", folder / "pictures/"})
                .status,
            0);
  const std::string picture = folder / "pictures/0001_seed000005.png";
  const auto json = nlohmann::json::parse(media::read_metadata(picture).at("sakuga"));
  const std::string tags = json.at("tags").begin().key();
  EXPECT_EQ(json.at("command"), "sakuga draw --model \"model.safetensors\" --tags \"" + tags +
                                    "\" --seeds \"5\" --unspecified \"off\" --truncation 0.7");
  EXPECT_EQ(json.at("licence").at("counts").at("CC-BY-4.0"), 7);
  ASSERT_EQ(sakuga({"draw", "--model", folder.model(), "--tags", tags, "--seeds", "5", "--unspecified", "off",
                    "--truncation", "0.7", "-o", folder / "again.png"})
                .status,
            0);
  EXPECT_EQ(core::read_file(folder / "again.png"), core::read_file(picture));
}

TEST(DrawCommand, NamesTheNearestTag) {
  const Folder folder;
  const auto result =
      sakuga({"draw", "--model", folder.model(), "--tags", "aqua_hiar", "-o", folder / "never.png"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err, "sakuga: tags: the model has no tag aqua_hiar; did you mean aqua_hair?\n");
  EXPECT_FALSE(fs::exists(folder / "never.png"));
}

TEST(DrawCommand, SaysWhatIsMissing) {
  const Folder folder;
  EXPECT_EQ(sakuga({"draw", "--model", folder / "none.safetensors", "-o", folder / "a.png"}).status, 3);
  EXPECT_EQ(sakuga({"draw", "--model", folder.model()}).status, 2);
  EXPECT_EQ(sakuga({"draw", "--model", folder.model(), "--seeds", "9-3", "-o", folder / "a.png"}).status, 2);
}

TEST(DefaultModel, IsTheOneInTheZooUnlessAnotherIsNamed) {
  EXPECT_EQ(model_or_default("other.safetensors"), "other.safetensors");
  const fs::path shipped = SAKUGA_SOURCE_DIR "/zoo/characters-128.safetensors";
  if (fs::exists(shipped)) {
    EXPECT_TRUE(fs::equivalent(model_or_default(""), shipped));
  } else {
    EXPECT_THROW(model_or_default(""), core::Error);
  }
}

TEST(WalkCommand, WritesFilmStripAndALineOfJson) {
  const Folder folder;
  const auto result = sakuga({"--json", "walk", "--model", folder.model(), "--seeds", "3,17,42", "--seconds",
                              "2", "-o", folder / "walk.mp4", "--strip", folder / "strip.png"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json.at("frames"), 48);
  EXPECT_EQ(json.at("characters"), 3);
  EXPECT_LT(json.at("step_variation").get<double>(), 0.3);
  EXPECT_GT(fs::file_size(folder / "walk.mp4"), 500u);
  EXPECT_TRUE(fs::exists(folder / "strip.png"));
}

TEST(WalkCommand, WantsSomewhereToWrite) {
  const Folder folder;
  const auto result = sakuga({"walk", "--model", folder.model()});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("expected --output, --strip or both"), std::string::npos) << result.err;
}

TEST(WalkCommand, WritesTheSameFilmForAnyThreadsAndBatch) {
  const Folder folder;
  const int threads = at::get_num_threads();
  const auto walk = [&](const std::string& name, int count, const std::string& batch) {
    at::set_num_threads(count);
    EXPECT_EQ(sakuga({"walk", "--model", folder.model(), "--seeds", "1,2", "--seconds", "1", "--batch", batch,
                      "-o", folder / name})
                  .status,
              0);
    return core::read_file(folder / name);
  };
  const auto first = walk("a.mkv", 1, "16");
  EXPECT_EQ(walk("b.mkv", 2, "5"), first);
  at::set_num_threads(threads);
}

}  // namespace
}  // namespace sakuga::cli

#include "sakuga/rig/dataset.h"

#include <gtest/gtest.h>

#include <map>

#include "sakuga/core/error.h"
#include "sakuga/data/dataset.h"
#include "sakuga/rig/random.h"

namespace sakuga::rig {
namespace {

class DatasetFile {
 public:
  explicit DatasetFile(const char* name) : path(std::filesystem::temp_directory_path() / name) {
    std::filesystem::remove(path);
  }
  ~DatasetFile() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

TEST(RigDataset, HoldsTaggedCcZeroPicturesWhateverTheThreads) {
  const DatasetFile one("sakuga_rig_one.dataset"), two("sakuga_rig_two.dataset");
  EXPECT_EQ(write_dataset(one.path, {.count = 6, .size = 32, .threads = 1}), 6);
  EXPECT_EQ(write_dataset(two.path, {.count = 6, .size = 32, .threads = 3}), 6);
  const auto set = data::Dataset::open(one.path);
  EXPECT_EQ(set.digest(), data::Dataset::open(two.path).digest());
  EXPECT_EQ(set.licences().counts.at("CC0-1.0"), 6);
  const auto infos = set.pictures(data::Split::All);
  std::map<std::string, float> scores;
  for (const auto& tag : infos[0].tags) scores[set.tag_names()[size_t(tag.tag)]] = tag.score;
  const Character first = dataset_view({.seed = 1}, 0, 0);
  EXPECT_FLOAT_EQ(scores.at("pose_yaw"), static_cast<float>(first.pose.yaw / 180 + 0.5));
  EXPECT_FLOAT_EQ(scores.at("era_year"), static_cast<float>((double(first.era.year) - 1985) / 40));
  for (const std::string& tag : tags_of(first)) EXPECT_EQ(scores.at(tag), 1) << tag;
  EXPECT_EQ(set.decode(infos[0].id).width, 32);
}

TEST(RigDataset, ViewsShareTheirDesignAndSplit) {
  const DatasetFile file("sakuga_rig_views.dataset");
  const DatasetOptions options = {.count = 12, .size = 16, .views = 3};
  EXPECT_EQ(write_dataset(file.path, options), 12);
  EXPECT_EQ(write_dataset(file.path, options), 0) << "the same pictures again";
  const auto set = data::Dataset::open(file.path);
  const auto infos = set.pictures(data::Split::All);
  for (size_t i = 0; i < infos.size(); ++i) EXPECT_EQ(infos[i].split, infos[i - i % 3].split);
  const Character a = dataset_view(options, 2, 0), b = dataset_view(options, 2, 1);
  EXPECT_EQ(a.design.hair_seed, b.design.hair_seed);
  EXPECT_NE(a.pose.yaw, b.pose.yaw);
}

TEST(RigDataset, LatentsBelongToTheDesign) {
  const DatasetFile file("sakuga_rig_latents.dataset");
  write_dataset(file.path, {.count = 4, .size = 16, .views = 2, .latents = true});
  const auto set = data::Dataset::open(file.path);
  EXPECT_GT(set.latent_count(), 80);
  for (const auto& name : set.tag_names()) EXPECT_FALSE(name.starts_with("latent_")) << name;
  const auto infos = set.pictures(data::Split::All);
  EXPECT_EQ(infos[0].latents, infos[1].latents);
  EXPECT_NE(infos[0].latents, infos[2].latents);
  EXPECT_NE(infos[0].tags, infos[1].tags);
}

TEST(RigDataset, RefusesOptionsOutOfRangeAndUnwritableTargets) {
  EXPECT_THROW(write_dataset("/tmp/never.dataset", {.size = 0}), core::Error);
  EXPECT_THROW(write_dataset("/tmp/never.dataset", {.size = 40000}), core::Error);
  EXPECT_THROW(write_dataset("/tmp/never.dataset", {.count = 0}), core::Error);
  EXPECT_THROW(write_dataset("/nowhere/a.dataset", {.count = 1, .size = 16}), core::Error);
}

}  // namespace
}  // namespace sakuga::rig

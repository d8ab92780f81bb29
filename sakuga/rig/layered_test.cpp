#include "sakuga/rig/layered.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "sakuga/core/error.h"
#include "sakuga/rig/test_support.h"

namespace sakuga::rig {
namespace {

TEST(Layered, MergedDocumentsAreTheFlatDrawing) {
  for (const uint64_t seed : {2, 4, 27}) {
    const Character who = random_character(seed);
    const auto layers = draw_layers(who, kSmall);
    const auto flat = draw(who, kSmall);
    const auto merged = media::merged_ora(document_of(layers, 96, 96));
    for (size_t i = 0; i < flat.bytes.size(); i += 4) {
      ASSERT_NEAR(flat.bytes[i + 3], merged.bytes[i + 3], 1);
      const double alpha = flat.bytes[i + 3] / 255.0;
      for (size_t c = 0; c < 3; ++c) ASSERT_NEAR(flat.bytes[i + c] * alpha, merged.bytes[i + c] * alpha, 1.5);
    }
  }
}

TEST(Layered, PartsAreGroupsAndRolesTheirLayers) {
  const auto document = document_of(draw_layers(plain(), kSmall), 96, 96);
  std::set<std::string> groups, names;
  for (const auto& group : document.layers) {
    groups.insert(group.name);
    for (const auto& layer : group.children) names.insert(layer.name);
  }
  for (const char* name :
       {"back_hair", "neck", "topwear", "face", "eye_l", "iris_r", "brow_l", "mouth", "front_hair"})
    EXPECT_TRUE(groups.contains(name)) << name;
  for (const char* name : {"front_hair_line", "front_hair_fill", "front_hair_shadow", "front_hair_highlight"})
    EXPECT_TRUE(names.contains(name)) << name;
  EXPECT_NE(document.layers.front().name, "back_hair");
}

TEST(Layered, KeepsExistingFilesUnlessForced) {
  const auto path = std::filesystem::temp_directory_path() / "sakuga_rig_layers.ora";
  std::ofstream(path) << "mine";
  const auto layers = draw_layers(plain(), {.size = 32});
  EXPECT_THROW(write_layers(path, layers, 32, 32, false), core::Error);
  EXPECT_EQ(std::filesystem::file_size(path), 4u);
  EXPECT_NO_THROW(write_layers(path, layers, 32, 32, true));
  EXPECT_GT(std::filesystem::file_size(path), 1000u);
  std::filesystem::remove(path);
  EXPECT_THROW(write_layers("/nowhere/a.psd", layers, 32, 32, false), core::Error);
  EXPECT_THROW(write_layers("a.xcf", layers, 32, 32, false), core::Error);
}

}  // namespace
}  // namespace sakuga::rig

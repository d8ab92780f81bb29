#include "sakuga/weights/foreign_layout.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/weights/torch_checkpoint.h"

namespace sakuga::weights {
namespace {

TEST(ForeignLayout, KnowsUgatit) {
  const auto file =
      read_torch_checkpoint(std::filesystem::path(SAKUGA_SOURCE_DIR) / "tests/golden/ugatit_tiny.pt");
  const auto layout = recognise_layout(file);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->architecture, "ugatit");
  EXPECT_EQ(layout->options, nlohmann::json({{"size", 256}, {"width", 4}, {"blocks", 1}, {"light", true}}));
  EXPECT_TRUE(file.find("disGA.model.1.weight_orig"));
  EXPECT_FALSE(file.without(layout->ignored).find("disGA.model.1.weight_orig"));
}

TEST(ForeignLayout, ReadsTheSizeOffAFullModel) {
  const auto file =
      SafetensorsFile::of_tensors("full.pt", {{"genA2B.DownBlock.1.weight", Dtype::F32, {4, 3, 0, 7}},
                                              {"genA2B.FC.0.weight", Dtype::F32, {0, 16 * 32 * 32}}});
  EXPECT_EQ(recognise_layout(file)->options.at("size"), 128);
  EXPECT_EQ(recognise_layout(file)->options.at("light"), false);
}

TEST(ForeignLayout, KnowsCartoongan) {
  std::vector<OwnedTensor> tensors = {{"conv01_1.weight", Dtype::F32, {64, 3, 0, 7}},
                                      {"deconv03_1.weight", Dtype::F32, {3, 64, 0, 7}}};
  for (int block = 4; block < 12; ++block)
    tensors.push_back({fmt::format("conv{:02}_1.weight", block), Dtype::F32, {256, 256, 0, 3}});
  const auto layout = recognise_layout(SafetensorsFile::of_tensors("Hayao_net_G_float.pth", tensors));
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->architecture, "cartoongan");
  EXPECT_EQ(layout->options, nlohmann::json({{"width", 64}, {"blocks", 8}, {"bgr", true}}));
  const std::map<std::string, std::string> names(layout->names.begin(), layout->names.end());
  EXPECT_EQ(names.at("conv03_2."), "down.1.conv.");
  EXPECT_EQ(names.at("conv11_2."), "blocks.7.conv2.");
  EXPECT_EQ(names.at("in04_1."), "blocks.0.norm1.");
  EXPECT_EQ(names.at("in13_1."), "up.1.norm.");
  EXPECT_EQ(names.at("deconv03_1."), "conv_out.");
}

TEST(ForeignLayout, LeavesOtherFilesAlone) {
  EXPECT_FALSE(recognise_layout(SafetensorsFile::of_tensors("x.pt", {{"conv.weight", Dtype::F32, {0}}})));
}

TEST(SafetensorsFile, RefusesTensorsOfOneName) {
  EXPECT_THROW(SafetensorsFile::of_tensors("x.pt", {{"a", Dtype::F32, {0}}, {"a", Dtype::F32, {0}}}),
               core::Error);
}

}  // namespace
}  // namespace sakuga::weights

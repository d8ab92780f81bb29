#include <fmt/format.h>

#include "sakuga/weights/foreign_layout.h"

namespace sakuga::weights {

std::optional<ForeignLayout> cartoongan_layout(const SafetensorsFile& file) {
  const auto* first = file.find("conv01_1.weight");
  if (!first || first->shape.size() != 4 || !file.find("deconv03_1.weight")) return std::nullopt;
  constexpr int kFirstBlock = 4;  // Stages are numbered from 1; two halvings come before the blocks.
  int blocks = 0;
  while (file.find(fmt::format("conv{:02}_1.weight", kFirstBlock + blocks))) ++blocks;
  ForeignLayout layout{.architecture = "cartoongan",
                       .options = {{"width", first->shape[0]}, {"blocks", blocks}, {"bgr", true}},
                       .names = {},
                       .ignored = {}};
  const auto add = [&](const std::string& there, const std::string& here) {
    layout.names.emplace_back(there + ".", here + ".");
  };
  add("conv01_1", "conv_in");
  add("in01_1", "norm_in");
  for (const int i : {0, 1}) {
    add(fmt::format("conv0{}_1", i + 2), fmt::format("down.{}.resize", i));
    add(fmt::format("conv0{}_2", i + 2), fmt::format("down.{}.conv", i));
    add(fmt::format("in0{}_1", i + 2), fmt::format("down.{}.norm", i));
    add(fmt::format("deconv0{}_1", i + 1), fmt::format("up.{}.resize", i));
    add(fmt::format("deconv0{}_2", i + 1), fmt::format("up.{}.conv", i));
    add(fmt::format("in{:02}_1", kFirstBlock + blocks + i), fmt::format("up.{}.norm", i));
  }
  for (int i = 0; i < blocks; ++i)
    for (const int j : {1, 2}) {
      add(fmt::format("conv{:02}_{}", kFirstBlock + i, j), fmt::format("blocks.{}.conv{}", i, j));
      add(fmt::format("in{:02}_{}", kFirstBlock + i, j), fmt::format("blocks.{}.norm{}", i, j));
    }
  add("deconv03_1", "conv_out");
  return layout;
}

}  // namespace sakuga::weights

#include <cmath>

#include "sakuga/weights/foreign_layout.h"

namespace sakuga::weights {
namespace {

using Names = std::vector<std::pair<std::string, std::string>>;

void add_generator(Names& names, const std::string& from, const std::string& to, int64_t blocks) {
  const auto add = [&](const std::string& there, const std::string& here) {
    names.emplace_back(from + there, to + here);
  };
  add("DownBlock.1.weight", "conv_in.weight");
  add("DownBlock.5.weight", "down.0.weight");
  add("DownBlock.9.weight", "down.1.weight");
  for (int64_t i = 0; i < blocks; ++i) {
    const auto down = "DownBlock." + std::to_string(12 + i) + ".conv_block.";
    const auto encoder = "encoder." + std::to_string(i) + ".";
    add(down + "1.weight", encoder + "conv1.weight");
    add(down + "5.weight", encoder + "conv2.weight");
    add("UpBlock1_" + std::to_string(i + 1) + ".", "decoder." + std::to_string(i) + ".");
  }
  add("gap_fc.", "cam_mean.");
  add("gmp_fc.", "cam_max.");
  add("conv1x1.", "mix.");
  add("FC.0.", "style.0.");
  add("FC.2.", "style.1.");
  add("gamma.", "scale.");
  add("beta.", "shift.");
  for (const int up : {0, 1}) {
    const auto conv = "UpBlock2." + std::to_string(2 + 5 * up),
               norm = "UpBlock2." + std::to_string(3 + 5 * up);
    const auto here = "up." + std::to_string(up) + ".";
    add(conv + ".weight", here + "conv.weight");
    add(norm + ".rho", here + "norm.rho");
    add(norm + ".gamma", here + "norm.scale");
    add(norm + ".beta", here + "norm.shift");
  }
  add("UpBlock2.11.weight", "conv_out.weight");
}

}  // namespace

std::optional<ForeignLayout> ugatit_layout(const SafetensorsFile& file) {
  const auto* first = file.find("genA2B.DownBlock.1.weight");
  const auto* style = file.find("genA2B.FC.0.weight");
  if (!first || !style || first->shape.size() != 4 || style->shape.size() != 2) return std::nullopt;
  int64_t blocks = 0;
  while (file.find("genA2B.UpBlock1_" + std::to_string(blocks + 1) + ".conv1.weight")) ++blocks;
  const int64_t width = first->shape[0], inner = 4 * width;
  const bool light = style->shape[1] == inner;
  const int64_t quarter = light ? 64 : std::lround(std::sqrt(double(style->shape[1]) / double(inner)));
  ForeignLayout layout{
      .architecture = "ugatit",
      .options = {{"size", 4 * quarter}, {"width", width}, {"blocks", blocks}, {"light", light}},
      .names = {},
      .ignored = {"disGA.", "disGB.", "disLA.", "disLB."}};
  add_generator(layout.names, "genA2B.", "there.", blocks);
  add_generator(layout.names, "genB2A.", "back.", blocks);
  return layout;
}

}  // namespace sakuga::weights

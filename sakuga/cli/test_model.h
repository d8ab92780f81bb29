// A small generator for tests of commands.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <deque>

#include "sakuga/core/rng.h"
#include "sakuga/weights/card.h"

namespace sakuga::cli {

// Writes a 16x16 srresnet-generator (8 noise numbers; tags aqua_hair, black_hair, smile) with the weights of
// a seed. Other weights give other pictures; none of them shows anything.
inline void write_test_model(const std::string& path, uint64_t seed = 1) {
  constexpr int64_t kWidth = 32;
  std::deque<std::vector<float>> values;  // Keeps what the views look at.
  std::vector<weights::TensorView> tensors;
  const auto add = [&](const std::string& name, const std::vector<int64_t>& shape, double scale,
                       double shift) {
    size_t count = 1;
    for (const int64_t size : shape) count *= size_t(size);
    auto& tensor = values.emplace_back(count);
    core::fill_normal(tensor, seed, tensors.size());
    for (float& value : tensor) value = float(double(value) * scale + shift);
    tensors.push_back({name, weights::Dtype::F32, shape, std::as_bytes(std::span(tensor))});
  };
  const auto add_conv = [&](const std::string& name, int64_t out, int64_t side) {
    add(name + ".weight", {out, kWidth, side, side}, 1.4 / std::sqrt(double(kWidth * side * side)), 0);
    add(name + ".bias", {out}, 0.1, 0);
  };
  const auto add_norm = [&](const std::string& name) {
    add(name + ".weight", {kWidth}, 0.1, 1);
    add(name + ".bias", {kWidth}, 0.1, 0);
    add(name + ".running_mean", {kWidth}, 0, 0);
    add(name + ".running_var", {kWidth}, 0, 1);
  };
  add("dense_in.weight", {kWidth * 4, 8 + 3}, 0.5, 0);
  add("dense_in.bias", {kWidth * 4}, 0.1, 0);
  add_norm("bn_in");
  for (const std::string part : {"1", "2"}) {
    add_conv("residual.0.conv" + part, kWidth, 3);
    add_norm("residual.0.bn" + part);
  }
  add_conv("conv_mid", kWidth, 3);
  add_norm("bn_mid");
  for (int i = 0; i < 3; ++i) {
    add_conv(fmt::format("subpixel.{}.conv", i), 4 * kWidth, 3);
    add_norm(fmt::format("subpixel.{}.bn", i));
  }
  add_conv("conv_out", 3, 9);

  const weights::Card card = {
      .architecture = "srresnet-generator",
      .options = {{"size", 16}, {"noise", 8}, {"tags", 3}, {"width", kWidth}, {"blocks", 1}},
      .title = "For tests",
      .tags = {"aqua_hair", "black_hair", "smile"},
      .tag_groups = {"hair", "hair", ""},
      .tag_frequencies = {0.5, 0.5, 0.3},
      .resolution = 16,
      .licences = {{"counts", {{"CC-BY-4.0", 7}}}}};
  weights::write_safetensors(path, tensors, weights::metadata_of(card));
}

}  // namespace sakuga::cli

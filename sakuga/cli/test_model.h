// Small models for tests of commands, with random weights: they draw and see nothing in particular.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <deque>

#include "sakuga/core/rng.h"
#include "sakuga/weights/card.h"

namespace sakuga::cli {

// Tensors for a weights file, filled from a seed.
class TestWeights {
 public:
  explicit TestWeights(uint64_t seed) : seed_(seed) {}

  void add(const std::string& name, const std::vector<int64_t>& shape, double scale, double shift = 0) {
    size_t count = 1;
    for (const int64_t size : shape) count *= size_t(size);
    auto& tensor = values_.emplace_back(count);
    core::fill_normal(tensor, seed_, tensors_.size());
    for (float& value : tensor) value = float(double(value) * scale + shift);
    tensors_.push_back({name, weights::Dtype::F32, shape, std::as_bytes(std::span(tensor))});
  }

  void add_conv(const std::string& name, int64_t in, int64_t out, int64_t side, bool bias) {
    add(name + ".weight", {out, in, side, side}, 1.4 / std::sqrt(double(in * side * side)));
    if (bias) add(name + ".bias", {out}, 0.1);
  }

  void add_norm(const std::string& name, int64_t channels) {
    add(name + ".weight", {channels}, 0.1, 1);
    add(name + ".bias", {channels}, 0.1);
    add(name + ".running_mean", {channels}, 0);
    add(name + ".running_var", {channels}, 0, 1);
  }

  void write(const std::string& path, const weights::Card& card) const {
    weights::write_safetensors(path, tensors_, weights::metadata_of(card));
  }

 private:
  uint64_t seed_;
  std::deque<std::vector<float>> values_;  // Keeps what the views look at.
  std::vector<weights::TensorView> tensors_;
};

inline weights::Card test_card(const std::string& architecture, const nlohmann::json& options,
                               const std::vector<std::string>& dials = {}) {
  weights::Card card = {.architecture = architecture,
                        .options = options,
                        .title = "For tests",
                        .tags = {"aqua_hair", "black_hair", "smile"},
                        .tag_groups = {"hair", "hair", ""},
                        .tag_frequencies = {0.5, 0.5, 0.3},
                        .resolution = 16,
                        .licences = {{"counts", {{"CC-BY-4.0", 7}}}}};
  for (const auto& dial : dials) {
    card.tags.push_back(dial);
    card.tag_groups.push_back("");
    card.tag_frequencies.push_back(0.5);
    card.dials.push_back(dial);
  }
  return card;
}

// The dials that a sheet needs, and the year.
inline const std::vector<std::string> kTestDials = {"pose_yaw", "mouth_opening", "mouth_curve", "era_year"};

// A generator of 16x16 pictures from 8 noise numbers.
inline void write_test_model(const std::string& path, const std::vector<std::string>& dials = {}) {
  const auto tags = int64_t(3 + dials.size());
  constexpr int64_t kWidth = 32;
  TestWeights net(1);
  net.add("dense_in.weight", {kWidth * 4, 8 + tags}, 0.5);
  net.add("dense_in.bias", {kWidth * 4}, 0.1);
  net.add_norm("bn_in", kWidth);
  for (const std::string part : {"1", "2"}) {
    net.add_conv("residual.0.conv" + part, kWidth, kWidth, 3, true);
    net.add_norm("residual.0.bn" + part, kWidth);
  }
  net.add_conv("conv_mid", kWidth, kWidth, 3, true);
  net.add_norm("bn_mid", kWidth);
  for (int i = 0; i < 3; ++i) {
    net.add_conv(fmt::format("subpixel.{}.conv", i), kWidth, 4 * kWidth, 3, true);
    net.add_norm(fmt::format("subpixel.{}.bn", i), kWidth);
  }
  net.add_conv("conv_out", kWidth, 3, 9, true);
  net.write(path,
            test_card("srresnet-generator",
                      {{"size", 16}, {"noise", 8}, {"tags", tags}, {"width", kWidth}, {"blocks", 1}}, dials));
}

// A tagger of 16x16 pictures.
inline void write_test_tagger(const std::string& path, const std::vector<std::string>& dials = {}) {
  const auto tags = int64_t(3 + dials.size());
  TestWeights net(2);
  net.add_conv("conv_in", 3, 32, 3, false);
  net.add_norm("bn_in", 32);
  int64_t in = 32;
  int stage = 0;
  for (const int64_t out : {64, 96, 160}) {
    net.add_conv(fmt::format("stages.{}.conv", stage), in, out, 4, false);
    net.add_norm(fmt::format("stages.{}.bn", stage++), out);
    in = out;
  }
  net.add_norm("bn_out", in);
  net.add("dense.weight", {tags, in}, 0.3);
  net.add("dense.bias", {tags}, 0.1);
  net.write(path, test_card("tagger", {{"tags", tags}, {"width", 64}, {"blocks", 0}}, dials));
}

// A CartoonGAN light translator of four channels.
inline void write_test_painter(const std::string& path) {
  constexpr int64_t kWidth = 4, kHalf = 8, kQuarter = 16, kInner = 32;
  TestWeights net(3);
  const auto add_norm = [&](const std::string& name, int64_t channels) {
    net.add(name + ".scale", {channels}, 0.1, 1);
    net.add(name + ".shift", {channels}, 0.1);
  };
  const auto add_layer = [&](const std::string& name, int64_t in, int64_t out, int64_t side) {
    net.add_conv(name + ".conv", in, out, side, false);
    add_norm(name + ".norm", out);
  };
  const auto add_layers = [&](const std::string& name, const std::vector<std::array<int64_t, 3>>& layers) {
    for (size_t i = 0; i < layers.size(); ++i)
      add_layer(fmt::format("{}.{}", name, i), layers[i][0], layers[i][1], layers[i][2]);
  };
  add_layer("conv_in", 3, kWidth, 7);
  add_layers("down", {{kWidth, kHalf, 3},
                      {kHalf, kHalf, 3},
                      {kHalf, kQuarter, 3},
                      {kQuarter, kQuarter, 3},
                      {kQuarter, kQuarter, 3}});
  add_layer("blocks.0.expand", kQuarter, 2 * kQuarter, 1);
  net.add_conv("blocks.0.depthwise", 1, 2 * kQuarter, 3, true);
  add_norm("blocks.0.depthwise_norm", 2 * kQuarter);
  net.add_conv("blocks.0.project", 2 * kQuarter, kInner, 1, false);
  add_norm("blocks.0.project_norm", kInner);
  add_layers("up_half", {{kInner, kQuarter, 3}, {kQuarter, kQuarter, 3}, {kQuarter, kQuarter, 3}});
  add_layers("up_full", {{kQuarter, kHalf, 3}, {kHalf, kHalf, 3}, {kHalf, kWidth, 7}});
  net.add_conv("conv_out", kWidth, 3, 1, false);
  auto card = test_card("cartoongan-light", {{"width", kWidth}, {"blocks", 1}, {"skip", true}});
  card.tags = card.tag_groups = {};
  card.tag_frequencies = {};
  net.write(path, card);
}

}  // namespace sakuga::cli

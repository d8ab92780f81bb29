// For tests: the numbers of tests/golden/formula.py, and comparison with the values that its scripts wrote.
#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>

#include "sakuga/core/test_support.h"
#include "sakuga/models/net.h"
#include "sakuga/nn/compute.h"
#include "sakuga/nn/state.h"
#include "sakuga/weights/card.h"

namespace sakuga::models {

// float32 in [-1, 1) that depend on the name and the index alone.
inline torch::Tensor uniform(const std::string& name, const std::vector<int64_t>& shape) {
  uint64_t key = 0xcbf29ce484222325;
  for (const unsigned char byte : name) key = (key ^ byte) * 0x100000001b3;
  auto values = torch::empty(shape);
  for (int64_t i = 0; i < values.numel(); ++i) {
    uint64_t x = key + uint64_t(i) + 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    x ^= x >> 31;
    values.data_ptr<float>()[i] = float(x >> 40) * 0x1p-23f - 1;
  }
  return values;
}

// Sets every parameter and statistic as Net in formula.py does. `gains` by parameter name, else `gain`.
inline void set_formula(torch::nn::Module& net, const std::map<std::string, double>& gains = {},
                        double gain = 1) {
  torch::NoGradGuard no_grad;
  const auto set = [&](const std::string& name, torch::Tensor tensor) {
    const auto shape = tensor.sizes().vec();
    const auto u = uniform(name, shape);
    const double fan_in = tensor.dim() >= 2 ? double(tensor.numel() / shape[0]) : 1;
    const double own_gain = gains.contains(name) ? gains.at(name) : gain;
    if (tensor.dim() >= 2)
      tensor.copy_(u * float(own_gain * std::sqrt(3 / fan_in)));
    else if (name.ends_with("running_var"))
      tensor.copy_(u * 0.5f + 1);
    else if (name.ends_with("bias") || name.ends_with("running_mean"))
      tensor.copy_(u * 0.1f);
    else if (tensor.dim() == 1)
      tensor.copy_(u * 0.25f + 1);
  };
  for (const auto& item : net.named_parameters()) set(item.key(), item.value());
  for (const auto& item : net.named_buffers()) set(item.key(), item.value());
}

inline torch::Tensor golden(const std::string& file, const std::string& name) {
  const auto opened = weights::SafetensorsFile::open(SAKUGA_SOURCE_DIR "/tests/golden/" + file);
  return nn::to_tensor(*opened.find(name));
}

// The largest difference, relative to the golden value where that is above one; also printed.
inline double difference(const torch::Tensor& values, const std::string& file, const std::string& name) {
  const auto expected = golden(file, name);
  EXPECT_EQ(values.sizes(), expected.sizes());
  const auto largest = ((values - expected).abs() / expected.abs().clamp_min(1)).max().item<double>();
  printf("[ GOLDEN   ] %s %s: largest difference %.2g\n", file.c_str(), name.c_str(), largest);
  return largest;
}

// Computes in this precision until the end of the scope.
class WithPrecision {
 public:
  explicit WithPrecision(nn::Precision precision) : before_(nn::compute_precision()) {
    nn::set_compute_precision(precision);
  }
  ~WithPrecision() { nn::set_compute_precision(before_); }

 private:
  nn::Precision before_;
};

// A model file in a folder of its own, removed at the end of the scope.
class ModelFile {
 public:
  explicit ModelFile(const std::string& name) : path_(folder_ / (name + ".safetensors")) {}
  ModelFile(const std::string& name, const torch::nn::Module& net, const weights::Card& card)
      : ModelFile(name) {
    weights::write_safetensors(path_, nn::collect_state(net).views, weights::metadata_of(card));
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  core::TemporaryFolder folder_;
  std::filesystem::path path_;
};

// The loss of `steps` steps of Adam relative to the one before them.
inline double learned(torch::nn::Module& net, int steps, double rate,
                      const std::function<torch::Tensor()>& loss) {
  torch::optim::Adam adam(net.parameters(), torch::optim::AdamOptions(rate));
  const auto before = loss().item<double>();
  for (int step = 0; step < steps; ++step) {
    adam.zero_grad();
    loss().backward();
    adam.step();
  }
  return loss().item<double>() / before;
}

// The least-squares loss, as above, of 60 steps of a patch discriminator on two pictures and their negatives.
inline double learned_to_tell_apart(PatchDiscriminatorNet& judge) {
  const auto real = torch::rand({2, 3, 32, 32}), drawn = -real;
  return learned(judge, 60, 2e-3, [&] {
    return (judge.forward(real).patches - 1).square().mean() + judge.forward(drawn).patches.square().mean();
  });
}

}  // namespace sakuga::models

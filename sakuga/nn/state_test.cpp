#include "sakuga/nn/state.h"

#include <gtest/gtest.h>

#include <limits>

#include "sakuga/core/error.h"
#include "sakuga/core/test_support.h"

namespace sakuga::nn {
namespace {

using weights::Dtype;

struct NetImpl : torch::nn::Module {
  explicit NetImpl(int64_t width = 4)
      : conv(register_module("conv", torch::nn::Conv2d(3, width, 3))),
        norm(register_module("norm", torch::nn::BatchNorm2d(width))) {}
  torch::nn::Conv2d conv;
  torch::nn::BatchNorm2d norm;
};
TORCH_MODULE(Net);

class File {
 public:
  explicit File(const State& state) { weights::write_safetensors(path_, state.views); }
  weights::SafetensorsFile open() const { return weights::SafetensorsFile::open(path_); }

 private:
  core::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "state.safetensors";
};

std::string refusal(Net& net, const State& state) {
  try {
    load_state(*net, File(state).open());
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), core::ErrorKind::CorruptInput);
    return error.what();
  }
  return "accepted";
}

// The state without the tensor `name`.
State without(State state, const std::string& name) {
  std::erase_if(state.views, [&](const auto& view) { return view.name == name; });
  return state;
}

TEST(State, ComesBackFromAFileAsItWas) {
  Net first, second;
  first->norm->running_mean.fill_(3);
  load_state(*second, File(collect_state(*first)).open());
  EXPECT_TRUE(torch::equal(first->conv->weight, second->conv->weight));
  EXPECT_TRUE(torch::equal(first->norm->running_mean, second->norm->running_mean));
  EXPECT_TRUE(second->conv->weight.requires_grad());
}

TEST(State, NarrowsOnlyWeightsAndWidensThemAgain) {
  Net first, second;
  for (const auto dtype : {Dtype::BF16, Dtype::F16}) {
    const auto file = File(collect_state(*first, "", dtype)).open();
    EXPECT_EQ(file.find("conv.weight")->dtype, dtype);
    EXPECT_EQ(file.find("conv.bias")->dtype, Dtype::F32);
    EXPECT_EQ(file.find("norm.running_var")->dtype, Dtype::F32);
    load_state(*second, file);
    EXPECT_EQ(second->conv->weight.scalar_type(), torch::kFloat);
    EXPECT_TRUE(torch::allclose(first->conv->weight, second->conv->weight, 1e-2, 1e-3));
  }
}

TEST(State, ASnapshotDoesNotFollowTheNet) {
  Net net;
  const auto state = collect_state(*net, "ema.");
  torch::NoGradGuard no_grad;
  const auto before = to_tensor(state.views[0]);
  net->conv->bias.fill_(9);
  EXPECT_TRUE(state.views[0].name.starts_with("ema.conv"));
  EXPECT_TRUE(torch::equal(before, to_tensor(state.views[0])));
}

TEST(State, NamesCanBeMapped) {
  Net first, second;
  auto state = collect_state(*first, "old.");
  for (auto& view : state.views)
    if (view.name == "old.conv.bias") view.name = "b";
  load_state(*second, File(state).open(), {{"b", "conv.bias"}, {"old.", ""}});
  EXPECT_TRUE(torch::equal(first->conv->bias, second->conv->bias));
  EXPECT_TRUE(torch::equal(first->conv->weight, second->conv->weight));
}

TEST(State, TheBatchCounterMayBeMissing) {
  Net net;
  EXPECT_EQ(refusal(net, without(collect_state(*net), "norm.num_batches_tracked")), "accepted");
}

TEST(State, ListsTheFirstThreeMismatches) {
  Net net, wide(8);
  const auto message = refusal(net, collect_state(*wide));
  EXPECT_NE(message.find("'conv.bias' has shape [8], expected [4]; "), std::string::npos) << message;
  EXPECT_NE(message.find("and 3 more"), std::string::npos) << message;
}

TEST(State, NamesWhatIsMissingAndWhatIsLeftOver) {
  Net net;
  auto state = without(collect_state(*net), "conv.bias");
  add_tensor(state, "extra", torch::zeros({1}));
  const auto message = refusal(net, state);
  EXPECT_NE(message.find("unexpected 'extra'"), std::string::npos) << message;
  EXPECT_NE(message.find("missing 'conv.bias'"), std::string::npos) << message;
}

TEST(State, WhatIsLeftOverCanBeIgnored) {
  Net net, other;
  auto state = collect_state(*other);
  add_tensor(state, "extra", torch::zeros({1}));
  load_state(*net, File(state).open(), {}, LeftOver::Ignore);
  EXPECT_TRUE(torch::equal(net->conv->weight, other->conv->weight));
}

TEST(State, ARefusedFileLeavesTheNetAsItWas) {
  Net net, other;
  const auto before = net->conv->weight.detach().clone();
  refusal(net, without(collect_state(*other), "norm.weight"));
  EXPECT_TRUE(torch::equal(before, net->conv->weight));
}

TEST(State, RefusesNaN) {
  Net net, broken;
  {
    torch::NoGradGuard no_grad;
    broken->conv->bias[1] = std::numeric_limits<float>::quiet_NaN();
  }
  EXPECT_NE(refusal(net, collect_state(*broken)).find("'conv.bias' holds NaN"), std::string::npos);
}

TEST(State, TensorsOfEveryTypeComeBack) {
  for (const auto type : {torch::kBool, torch::kUInt8, torch::kInt64, torch::kDouble, torch::kHalf}) {
    State state;
    const auto tensor = torch::arange(6).reshape({2, 3}).to(type);
    add_tensor(state, "x", tensor);
    EXPECT_TRUE(torch::equal(tensor, to_tensor(state.views[0])));
  }
  EXPECT_THROW(to_tensor({"x", Dtype::U32, {}, {}}), core::Error);
  State state;
  EXPECT_THROW(add_tensor(state, "x", torch::zeros({1}, torch::kComplexFloat)), core::Error);
}

TEST(State, CountsParametersAndNotBuffers) {
  EXPECT_EQ(parameter_count(*Net()), 4 * 27 + 4 + 4 + 4);
}

}  // namespace
}  // namespace sakuga::nn

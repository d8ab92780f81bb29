#include "sakuga/nn/ops.h"

#include <gtest/gtest.h>

#include "sakuga/nn/conv_engine.h"

namespace sakuga::nn {
namespace {

using torch::Tensor;

// Every case runs in float32 by torch and in the engine, on values that bfloat16 holds exactly enough.
struct Case {
  const char* name;
  int64_t n, in, out, size, kernel, stride, padding;
  bool shuffle = false, residual = false, bias = true;
  double slope = 1;
  bool reflect = false;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.name;
}

Tensor rounded(const Tensor& x) {
  return x.to(torch::kBFloat16).to(torch::kFloat32);
}

double relative_error(const Tensor& expected, const Tensor& got) {
  return ((expected - got.to(torch::kFloat32)).norm() / expected.norm().clamp_min(1e-12)).item<double>();
}

struct Result {
  Tensor y, dx, dw, db, dr;
};

Result run(const Case& c, Precision precision, bool double_backward) {
  set_compute_precision(precision);
  torch::manual_seed(1);
  const auto leaf = [](std::vector<int64_t> shape) { return rounded(torch::randn(shape)).requires_grad_(); };
  Tensor x = leaf({c.n, c.in, c.size, c.size});
  Tensor w = rounded(torch::randn({c.out, c.in, c.kernel, c.kernel}) * 0.1).requires_grad_();
  Tensor b = c.bias ? leaf({c.out}) : Tensor();
  const int64_t side = ((c.size + 2 * c.padding - c.kernel) / c.stride + 1) * (c.shuffle ? 2 : 1);
  Tensor r = c.residual ? leaf({c.n, c.out / (c.shuffle ? 4 : 1), side, side}) : Tensor();
  ConvOptions options{.stride = c.stride,
                      .padding = c.padding,
                      .reflect = c.reflect,
                      .pixel_shuffle = c.shuffle,
                      .leaky_slope = c.slope};
  if (r.defined()) options.residual = to_compute(r);
  const Tensor y = from_compute(nn::conv2d(to_compute(x), w, b, options));
  const Tensor mix = rounded(torch::randn(y.sizes()));
  if (double_backward) {
    const Tensor dx = torch::autograd::grad({(y * mix).sum()}, {x}, {}, true, true)[0];
    (dx * dx).sum().backward();
    return {y.detach(), x.grad().defined() ? x.grad() : Tensor(), w.grad(), Tensor(), Tensor()};
  }
  (y * mix).sum().backward();
  return {y.detach(), x.grad(), w.grad(), c.bias ? b.grad() : Tensor(), c.residual ? r.grad() : Tensor()};
}

class Conv2d : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  }
  void TearDown() override { set_compute_precision(Precision::Float32); }
};

void expect_near(const char* what, const Tensor& expected, const Tensor& got) {
  ASSERT_EQ(expected.defined(), got.defined()) << what;
  if (expected.defined()) {
    EXPECT_LT(relative_error(expected, got), 0.008) << what;
  }
}

TEST_P(Conv2d, InTheEngineEqualsTorchWithinBfloat16) {
  const auto expected = run(GetParam(), Precision::Float32, false);
  const auto got = run(GetParam(), Precision::Bfloat16, false);
  expect_near("result", expected.y, got.y);
  expect_near("input gradient", expected.dx, got.dx);
  expect_near("weight gradient", expected.dw, got.dw);
  expect_near("bias gradient", expected.db, got.db);
  expect_near("residual gradient", expected.dr, got.dr);
}

TEST_P(Conv2d, HasTheSecondDerivativesOfTorch) {
  const auto expected = run(GetParam(), Precision::Float32, true);
  const auto got = run(GetParam(), Precision::Bfloat16, true);
  expect_near("weight gradient of the squared input gradient", expected.dw, got.dw);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Conv2d,
    testing::Values(Case{"same", 20, 64, 32, 6, 3, 1, 1}, Case{"strided", 33, 32, 64, 8, 4, 2, 1},
                    Case{"residual_leaky", 5, 32, 32, 4, 3, 1, 1, false, true, true, 0.2},
                    Case{"shuffled", 16, 64, 256, 4, 3, 1, 1, true, false, true},
                    Case{"shuffled_residual", 7, 64, 256, 4, 3, 1, 1, true, true, false},
                    Case{"from_picture", 9, 3, 32, 16, 4, 2, 1, false, false, true, 0.2},
                    Case{"to_picture", 9, 64, 3, 12, 9, 1, 4},
                    Case{"odd_widths", 6, 40, 50, 5, 3, 1, 1, false, false, true},
                    Case{"odd_stride_three", 6, 32, 32, 5, 3, 2, 1},
                    Case{"many_pixels", 40, 32, 64, 20, 3, 1, 1, false, false, true, 0.2},
                    Case{"pointwise", 3, 64, 64, 3, 1, 1, 0}, Case{"one_picture", 1, 32, 64, 45, 3, 1, 1},
                    Case{"one_picture_strided", 1, 32, 32, 38, 4, 2, 1},
                    Case{"few_pictures_many_pixels", 3, 32, 32, 70, 3, 1, 1},
                    Case{"few_pictures_few_pixels", 5, 32, 32, 3, 3, 1, 1},
                    Case{"reflected", 4, 32, 64, 21, 3, 1, 1, false, true, true, 0.2, true},
                    Case{"reflected_strided", 2, 32, 32, 10, 4, 2, 1, false, false, true, 0.2, true},
                    Case{"reflected_strided_three", 20, 32, 32, 8, 3, 2, 1, false, false, false, 1, true},
                    Case{"reflected_many_pixels", 1, 32, 32, 100, 3, 1, 1, false, false, false, 1, true},
                    Case{"reflected_from_picture", 2, 3, 32, 16, 7, 1, 3, false, false, false, 1, true},
                    Case{"reflected_to_picture", 2, 32, 3, 16, 7, 1, 3, false, false, false, 1, true},
                    Case{"reflected_odd_widths", 2, 40, 50, 6, 3, 1, 1, false, false, true, 1, true}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ConvTranspose2d, InTheEngineEqualsTorchWithinBfloat16) {
  if (!conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  std::vector<std::vector<Tensor>> results;
  for (const auto precision : {Precision::Float32, Precision::Bfloat16}) {
    set_compute_precision(precision);
    torch::manual_seed(3);
    Tensor x = rounded(torch::randn({18, 64, 4, 4})).requires_grad_();
    Tensor w = rounded(torch::randn({64, 32, 4, 4}) * 0.1).requires_grad_();
    const Tensor y = from_compute(conv_transpose2d(to_compute(x), w, Tensor(), {.stride = 2, .padding = 1}));
    (y * rounded(torch::randn(y.sizes()))).sum().backward();
    results.push_back({y.detach(), x.grad(), w.grad()});
  }
  for (size_t i = 0; i < 3; ++i) expect_near("result or gradient", results[0][i], results[1][i]);
  set_compute_precision(Precision::Float32);
}

struct NormResult {
  Tensor y, dx, dw, db, dr, mean, var, ds, dt;
};

NormResult run_norm(Precision precision, bool training, bool relu, bool residual, bool conditional) {
  set_compute_precision(precision);
  torch::manual_seed(2);
  torch::nn::BatchNorm2d norm(64);
  {
    torch::NoGradGuard no_grad;
    norm->weight.uniform_(0.5, 1.5);
    norm->bias.uniform_(-1, 1);
    norm->running_mean.uniform_(-1, 1);
    norm->running_var.uniform_(0.5, 2);
  }
  norm->train(training);
  Tensor x = rounded(torch::randn({12, 64, 5, 7}) * 2 + 1).requires_grad_();
  Tensor r = rounded(torch::randn({12, 64, 5, 7})).requires_grad_();
  NormOptions options{.relu = relu};
  if (residual) options.residual = to_compute(r);
  Tensor s = (torch::rand({12, 64}) + 0.5).requires_grad_(), t = torch::randn({12, 64}).requires_grad_();
  if (conditional) options.scale = s, options.shift = t;
  const Tensor y = from_compute(batch_norm(to_compute(x), norm, options));
  (y * rounded(torch::randn(y.sizes()))).sum().backward();
  return {y.detach(),
          x.grad(),
          norm->weight.grad(),
          norm->bias.grad(),
          residual ? r.grad() : Tensor(),
          norm->running_mean.clone(),
          norm->running_var.clone(),
          s.grad(),
          t.grad()};
}

TEST(BatchNorm, InTheEngineEqualsTorchWithinBfloat16) {
  if (!conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  for (const auto& [training, relu, residual, conditional] :
       {std::tuple(true, true, false, false), std::tuple(true, false, true, false),
        std::tuple(false, true, false, false), std::tuple(true, true, false, true)}) {
    const auto expected = run_norm(Precision::Float32, training, relu, residual, conditional);
    const auto got = run_norm(Precision::Bfloat16, training, relu, residual, conditional);
    expect_near("result", expected.y, got.y);
    expect_near("input gradient", expected.dx, got.dx);
    expect_near("scale gradient", expected.dw, got.dw);
    expect_near("shift gradient", expected.db, got.db);
    expect_near("residual gradient", expected.dr, got.dr);
    expect_near("conditional scale gradient", expected.ds, got.ds);
    expect_near("conditional shift gradient", expected.dt, got.dt);
    expect_near("running mean", expected.mean, got.mean);
    expect_near("running variance", expected.var, got.var);
  }
  set_compute_precision(Precision::Float32);
}

TEST(Modulate, InTheEngineEqualsTorchWithinBfloat16) {
  if (!conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  const auto run_modulate = [](Precision precision) {
    set_compute_precision(precision);
    torch::manual_seed(3);
    const auto leaf = [](std::vector<int64_t> shape) {
      return rounded(torch::randn(shape)).requires_grad_();
    };
    const Tensor x = leaf({12, 64, 5, 7}), scale = leaf({12, 64}), shift = leaf({12, 64});
    const Tensor y = from_compute(modulate(to_compute(x), scale, shift, true));
    (y * rounded(torch::randn(y.sizes()))).sum().backward();
    return std::vector<Tensor>{y.detach(), x.grad(), scale.grad(), shift.grad()};
  };
  const auto expected = run_modulate(Precision::Float32), got = run_modulate(Precision::Bfloat16);
  for (size_t i = 0; i < expected.size(); ++i) expect_near("result or gradient", expected[i], got[i]);
  set_compute_precision(Precision::Float32);
}

TEST(Conv2d, RefusesToReflectAMapThatIsTooSmall) {
  for (const auto precision : {Precision::Float32, Precision::Bfloat16}) {
    if (precision == Precision::Bfloat16 && !conv_engine_available()) continue;
    set_compute_precision(precision);
    const Tensor x = to_compute(torch::ones({1, 32, 1, 4})), w = torch::ones({32, 32, 3, 3});
    EXPECT_THROW(nn::conv2d(x, w, Tensor(), {.padding = 1, .reflect = true}), c10::Error);
  }
  set_compute_precision(Precision::Float32);
}

struct InstanceCase {
  int64_t channels;
  bool relu, residual, conditional, layered;
};

std::vector<Tensor> run_instance_norm(Precision precision, const InstanceCase& c) {
  set_compute_precision(precision);
  torch::manual_seed(2);
  const auto leaf = [](const Tensor& values) { return values.clone().requires_grad_(); };
  const Tensor x = leaf(rounded(torch::randn({3, c.channels, 9, 7}) * 2 + 1));
  const Tensor residual = leaf(rounded(torch::randn(x.sizes())));
  const Tensor scale = leaf(torch::rand({c.conditional ? 3 : 1, c.channels}) + 0.5);
  const Tensor shift = leaf(torch::randn(scale.sizes())), rho = leaf(torch::rand({1, c.channels}));
  InstanceNormOptions options{.relu = c.relu, .scale = scale, .shift = shift, .unbiased = c.layered};
  if (c.residual) options.residual = to_compute(residual);
  if (c.layered) options.rho = rho;
  const Tensor y = from_compute(instance_norm(to_compute(x), options));
  (y * rounded(torch::randn(y.sizes()))).sum().backward();
  std::vector<Tensor> results = {y.detach(), x.grad(), scale.grad(), shift.grad()};
  if (c.residual) results.push_back(residual.grad());
  if (c.layered) results.push_back(rho.grad());
  return results;
}

TEST(InstanceNorm, InTheEngineEqualsTorchWithinBfloat16) {
  if (!conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  for (const auto& c :
       {InstanceCase{64, true, false, false, false}, InstanceCase{32, false, true, true, true},
        InstanceCase{64, true, false, true, true}, InstanceCase{24, true, false, false, true},
        InstanceCase{24, false, true, false, false}}) {
    const auto expected = run_instance_norm(Precision::Float32, c);
    const auto got = run_instance_norm(Precision::Bfloat16, c);
    for (size_t i = 0; i < expected.size(); ++i) expect_near("result or gradient", expected[i], got[i]);
  }
  set_compute_precision(Precision::Float32);
}

TEST(InstanceNorm, ByItselfIsTorchs) {
  const Tensor x = torch::randn({2, 5, 6, 4});
  EXPECT_TRUE(torch::allclose(instance_norm(x), torch::instance_norm(x, {}, {}, {}, {}, true, 0, 1e-5, false),
                              1e-5, 1e-5));
}

TEST(InstanceNorm, WithoutOwnStatisticsIsLayerNormalisation) {
  const Tensor x = torch::randn({2, 5, 6, 4});
  EXPECT_TRUE(torch::allclose(instance_norm(x, {.rho = torch::zeros({1, 5})}),
                              torch::layer_norm(x, {5, 6, 4}), 1e-5, 1e-5));
}

std::vector<Tensor> run_depthwise(Precision precision, int64_t channels, int64_t height, int64_t width) {
  set_compute_precision(precision);
  torch::manual_seed(6);
  const auto leaf = [](const Tensor& values) { return rounded(values).requires_grad_(); };
  const Tensor x = leaf(torch::randn({3, channels, height, width}));
  const Tensor weight = leaf(torch::randn({channels, 1, 3, 3})), bias = leaf(torch::randn({channels}));
  const Tensor y = from_compute(depthwise_conv2d(to_compute(x), weight, bias));
  (y * rounded(torch::randn(y.sizes()))).sum().backward();
  return {y.detach(), x.grad(), weight.grad(), bias.grad()};
}

TEST(DepthwiseConv2d, InTheEngineEqualsTorchWithinBfloat16) {
  if (!conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  const std::vector<std::array<int64_t, 3>> shapes = {{64, 9, 7}, {32, 2, 3}, {24, 5, 5}};
  for (const auto& [channels, height, width] : shapes) {
    const auto expected = run_depthwise(Precision::Float32, channels, height, width);
    const auto got = run_depthwise(Precision::Bfloat16, channels, height, width);
    for (size_t i = 0; i < expected.size(); ++i) expect_near("result or gradient", expected[i], got[i]);
  }
  set_compute_precision(Precision::Float32);
}

TEST(DepthwiseConv2d, RefusesToReflectAMapThatIsTooSmall) {
  EXPECT_THROW(depthwise_conv2d(torch::ones({1, 4, 1, 5}), torch::ones({4, 1, 3, 3}), torch::ones({4})),
               c10::Error);
}

TEST(Enlarge, RepeatsPixelsInBothPrecisions) {
  const Tensor x = rounded(torch::randn({2, 32, 3, 4}));
  const Tensor expected = x.repeat_interleave(2, 2).repeat_interleave(2, 3);
  EXPECT_TRUE(torch::equal(enlarge(x), expected));
  if (!conv_engine_available()) return;
  set_compute_precision(Precision::Bfloat16);
  EXPECT_TRUE(torch::equal(from_compute(enlarge(to_compute(x))), expected));
  set_compute_precision(Precision::Float32);
}

TEST(Engine, GivesTheSameBytesForAnyBatchAndThreadCount) {
  if (!conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  set_compute_precision(Precision::Bfloat16);
  torch::NoGradGuard no_grad;
  const Tensor x = torch::randn({37, 32, 9, 9}), w = torch::randn({64, 32, 3, 3});
  const int threads = torch::get_num_threads();
  const Tensor all = from_compute(nn::conv2d(to_compute(x), w, Tensor(), {.padding = 1}));
  torch::set_num_threads(1);
  const Tensor some = from_compute(nn::conv2d(to_compute(x.narrow(0, 20, 3)), w, Tensor(), {.padding = 1}));
  torch::set_num_threads(threads);
  EXPECT_TRUE(torch::equal(all.narrow(0, 20, 3), some));
  set_compute_precision(Precision::Float32);
}

TEST(Engine, SeesThatAWeightHasChanged) {
  if (!conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  set_compute_precision(Precision::Bfloat16);
  torch::NoGradGuard no_grad;
  const Tensor x = torch::ones({1, 32, 1, 1}), w = torch::ones({32, 32, 1, 1});
  EXPECT_EQ(nn::conv2d(to_compute(x), w, Tensor()).sum().item<float>(), 32 * 32);
  w.mul_(2);
  EXPECT_EQ(nn::conv2d(to_compute(x), w, Tensor()).sum().item<float>(), 2 * 32 * 32);
  set_compute_precision(Precision::Float32);
}

}  // namespace
}  // namespace sakuga::nn

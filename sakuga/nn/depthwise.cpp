// nn::depthwise_conv2d().
#include "sakuga/nn/depthwise_kernels.h"
#include "sakuga/nn/engine_functions.h"
#include "sakuga/nn/ops.h"

namespace sakuga::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

DepthwiseShape shape_of(const Tensor& map) {
  return {int(map.size(2)), int(map.size(3)), int(map.size(0)), int(map.size(1))};
}

Tensor summed(const Tensor& map, const Tensor& taps, const Tensor& bias, bool forward) {
  const auto shape = shape_of(map);
  const Tensor out = torch::empty_like(map);
  const auto rows = forward ? seen_by(shape.h) : giving_to(shape.h);
  const auto columns = forward ? seen_by(shape.w) : giving_to(shape.w);
  depthwise_sum(shape, rows, columns, data(map), taps.data_ptr<float>(),
                bias.defined() ? bias.data_ptr<float>() : nullptr, mutable_data(out));
  return out;
}

struct Depthwise : Function<Depthwise> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& weight, const Tensor& bias) {
    const Tensor map = as_map(x);
    const Tensor taps = weight.detach().view({weight.size(0), 9}).t().contiguous();
    ctx->save_for_backward({map, taps});
    return summed(map, taps, bias.detach().contiguous(), true);
  }
  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const Tensor g = as_map(grads[0]), &map = saved[0], &taps = saved[1];
    const auto shape = shape_of(map);
    Tensor dx, weight = torch::empty({9, map.size(1)});
    if (ctx->needs_input_grad(0)) dx = summed(g, taps, {}, false);
    depthwise_weight(shape, data(map), data(g), weight.data_ptr<float>());
    auto sums = channel_sums(data(g), data(g), nullptr, int64_t(shape.h) * shape.w, shape.n, shape.c);
    const Tensor bias = torch::from_blob(sums.sums.data(), {shape.n, shape.c}, torch::kFloat32).sum(0);
    return {dx, weight.t().reshape({map.size(1), 1, 3, 3}), bias};
  }
};

}  // namespace

Tensor depthwise_conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  TORCH_CHECK(x.size(2) > 1 && x.size(3) > 1, "depthwise_conv2d: a map of ", x.size(3), "x", x.size(2),
              " pixels cannot be reflected by 1");
  const bool in_engine = x.device().is_cpu() && x.scalar_type() == torch::kBFloat16;
  if (in_engine && x.size(1) % 32 == 0) return Depthwise::apply(x, weight, bias);
  const auto wide = in_engine ? x.to(torch::kFloat32) : x;
  const std::vector<int64_t> stride = {1, 1}, padding = {0, 0}, dilation = {1, 1};
  const auto y = torch::conv2d(torch::reflection_pad2d(wide, {1, 1, 1, 1}), weight, bias, stride, padding,
                               dilation, x.size(1));
  return in_engine ? as_map(y) : y;
}

}  // namespace sakuga::nn

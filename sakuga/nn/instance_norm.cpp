// nn::instance_norm() and nn::enlarge(). In the engine a normalisation is two passes over the map: one for
// the sums of every channel of every picture, one that multiplies and adds. What lies between is arithmetic
// on small tables, whose derivative autograd takes.
#include "sakuga/nn/engine_functions.h"
#include "sakuga/nn/ops.h"

namespace sakuga::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

constexpr double kEpsilon = 1e-5;

// What makes an output of an input: y = factor * x + offset. [n, c].
struct Line {
  Tensor factor, offset;
};

// The sums and sums of squares of x over `pixels` pixels, [n, c], to a line. Everything is float64.
Line line_of(const Tensor& sums, const Tensor& squares, const Tensor& scale, const Tensor& shift,
             const Tensor& rho, double pixels, bool unbiased) {
  const double less = unbiased ? 1 : 0;
  const auto inverse = [&](const Tensor& mean, const Tensor& square, double count) {
    const auto variance = (square - count * mean * mean).clamp_min(0) / std::max(count - less, 1.0);
    return (variance + kEpsilon).rsqrt();
  };
  const auto mean = sums / pixels;
  auto slope = inverse(mean, squares, pixels);
  auto centre = mean * slope;
  if (present(rho)) {
    const double count = pixels * double(sums.size(1));
    const auto all = sums.sum(1, true) / count;
    const auto whole = inverse(all, squares.sum(1, true), count);
    slope = rho * slope + (1 - rho) * whole;
    centre = rho * centre + (1 - rho) * all * whole;
  }
  if (present(scale)) {
    slope = slope * scale;
    centre = centre * scale;
  }
  return {slope, present(shift) ? shift - centre : -centre};
}

Tensor table(const std::vector<float>& values, int64_t pictures, int64_t channels) {
  return torch::from_blob(const_cast<float*>(values.data()), {pictures, channels}, torch::kFloat32)
      .to(torch::kFloat64);
}

Tensor wide(const Tensor& x) {
  return present(x) ? x.detach().to(torch::kFloat64) : x;
}

struct InstanceNorm : Function<InstanceNorm> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& scale, const Tensor& shift,
                        const Tensor& rho, const Tensor& residual, bool unbiased, bool relu) {
    const Tensor map = as_map(x), out = torch::empty_like(map);
    const Tensor added = present(residual) ? as_map(residual) : residual;
    const int64_t n = map.size(0), c = map.size(1), pixels = map.size(2) * map.size(3);
    const auto sums = channel_sums(data(map), data(map), nullptr, pixels, int(n), int(c));
    const auto first = table(sums.sums, n, c), second = table(sums.products, n, c);
    const auto line = line_of(first, second, wide(scale), wide(shift), wide(rho), double(pixels), unbiased);
    const auto factor = line.factor.to(torch::kFloat32).contiguous();
    const auto offset = line.offset.to(torch::kFloat32).expand({n, c}).contiguous();
    scale_shift(data(map), factor.data_ptr<float>(), offset.data_ptr<float>(),
                present(added) ? data(added) : nullptr, relu, pixels, int(n), int(c), mutable_data(out));
    ctx->save_for_backward({map, scale, shift, rho, relu ? out : Tensor(), first, second});
    ctx->saved_data["unbiased"] = unbiased;
    return out;
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const auto &x = saved[0], &gate = saved[4];
    const Tensor g = as_map(grads[0]), dx = torch::empty_like(x);
    const int64_t n = x.size(0), c = x.size(1), pixels = x.size(2) * x.size(3);
    const Bf16* open = gate.defined() ? data(gate) : nullptr;
    const auto sums = channel_sums(data(g), data(x), open, pixels, int(n), int(c));

    torch::AutoGradMode record(true);
    variable_list leaves;
    for (const auto& tensor : {saved[5], saved[6], saved[1], saved[2], saved[3]})
      leaves.push_back(present(tensor) ? wide(tensor).requires_grad_() : tensor);
    const auto line = line_of(leaves[0], leaves[1], leaves[2], leaves[3], leaves[4], double(pixels),
                              ctx->saved_data["unbiased"].toBool());
    variable_list inputs;
    for (const auto& leaf : leaves)
      if (present(leaf)) inputs.push_back(leaf);
    auto slopes = torch::autograd::grad({line.factor, line.offset.expand({n, c})}, inputs,
                                        {table(sums.products, n, c), table(sums.sums, n, c)});
    const auto narrow = [](const Tensor& t) { return t.to(torch::kFloat32).contiguous(); };
    const auto a = narrow(line.factor.detach()), b = narrow(2 * slopes[1]), offset = narrow(slopes[0]);
    norm_backward(data(g), open, data(x), a.data_ptr<float>(), b.data_ptr<float>(), offset.data_ptr<float>(),
                  true, pixels, int(n), int(c), mutable_data(dx));
    size_t next = 2;
    const auto slope_of = [&](const Tensor& leaf) {
      return present(leaf) ? narrow(slopes[next++]) : Tensor();
    };
    const auto d_scale = slope_of(leaves[2]), d_shift = slope_of(leaves[3]), d_rho = slope_of(leaves[4]);
    // With a residual there is no ReLU, so the residual's gradient is g itself.
    return {dx, d_scale, d_shift, d_rho, ctx->needs_input_grad(4) ? g : Tensor(), Tensor(), Tensor()};
  }
};

// The same in torch's operations.
Tensor norm_elsewhere(const Tensor& x, const InstanceNormOptions& options) {
  const auto normalised = [&](at::IntArrayRef over) {
    const auto moments = torch::var_mean(x, over, options.unbiased, true);
    return (x - std::get<1>(moments)) * (std::get<0>(moments) + kEpsilon).rsqrt();
  };
  const auto picture = [](const Tensor& t) { return t.view({t.size(0), t.size(1), 1, 1}); };
  auto y = normalised({2, 3});
  if (options.rho.defined()) {
    const auto rho = picture(options.rho);
    y = rho * y + (1 - rho) * normalised({1, 2, 3});
  }
  if (options.scale.defined()) y = y * picture(options.scale);
  if (options.shift.defined()) y = y + picture(options.shift);
  if (options.residual.defined()) y = y + options.residual;
  return options.relu ? torch::relu(y) : y;
}

// A table or map with channels of zeros up to `channels`.
Tensor widened(const Tensor& x, int64_t channels) {
  if (!x.defined() || x.size(1) == channels) return x;
  auto shape = x.sizes().vec();
  shape[1] = channels - x.size(1);
  return torch::cat({x, torch::zeros(shape, x.options())}, 1);
}

}  // namespace

Tensor instance_norm(const Tensor& x, const InstanceNormOptions& options) {
  TORCH_CHECK(!(options.relu && options.residual.defined()), "instance_norm: relu or a residual, not both");
  if (!x.device().is_cpu() || x.scalar_type() != torch::kBFloat16) return norm_elsewhere(x, options);
  const int64_t channels = x.size(1), all = (channels + 31) / 32 * 32;
  if (all != channels && options.rho.defined()) {
    // Zeros beside the channels would count in the statistics of the whole picture.
    auto y = norm_elsewhere(
        x.to(torch::kFloat32),
        {.scale = options.scale, .shift = options.shift, .rho = options.rho, .unbiased = options.unbiased});
    if (options.residual.defined()) y = y + options.residual;
    return as_map(options.relu ? torch::relu(y) : y);
  }
  const auto y = InstanceNorm::apply(
      widened(x, all), or_empty(widened(options.scale, all)), or_empty(widened(options.shift, all)),
      or_empty(options.rho), or_empty(widened(options.residual, all)), options.unbiased, options.relu);
  return y.narrow(1, 0, channels);
}

Tensor enlarge(const Tensor& x) {
  if (!x.device().is_cpu() || x.scalar_type() != torch::kBFloat16)
    return torch::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
  const int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  return x.permute({2, 3, 0, 1})
      .unsqueeze(1)
      .unsqueeze(3)
      .expand({h, 2, w, 2, n, c})
      .reshape({2 * h, 2 * w, n, c})
      .permute({2, 3, 0, 1});
}

}  // namespace sakuga::nn

#include "sakuga/nn/engine_functions.h"

#include "sakuga/nn/weight_cache.h"

namespace sakuga::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

std::vector<int64_t> pack_ints(const ConvGeometry& g) {
  return {g.n,        g.big_h,    g.big_w,    g.big_c,    g.small_h, g.small_w, g.small_c,
          g.kernel_h, g.kernel_w, g.stride_h, g.stride_w, g.pad_h,   g.pad_w,   g.reflect};
}

ConvGeometry unpack_geometry(const std::vector<int64_t>& v) {
  const auto i = [&](int at) { return int(v[at]); };
  return {i(0), i(1), i(2), i(3), i(4), i(5), i(6), i(7), i(8), i(9), i(10), i(11), i(12), i(13) != 0};
}

// g where y > 0, slope * g elsewhere. Linear in g; y only decides.
struct LeakyGradient : Function<LeakyGradient> {
  static Tensor forward(AutogradContext* ctx, const Tensor& g, const Tensor& y, double slope) {
    const Tensor map = as_map(g), out = torch::empty_like(map);
    leaky_backward(data(map), data(y), float(slope), map.numel(), mutable_data(out));
    ctx->save_for_backward({y});
    ctx->saved_data["slope"] = slope;
    return out;
  }
  static variable_list backward(AutogradContext* ctx, variable_list v) {
    const auto y = ctx->get_saved_variables()[0];
    return {LeakyGradient::apply(v[0], y, ctx->saved_data["slope"].toDouble()), Tensor(), Tensor()};
  }
};

// The bias gradient: the sum over pictures and pixels, for each parity if `like` says so.
Tensor bias_gradient(const Tensor& g, const Tensor& like) {
  if (like.dim() == 1) {
    auto sums =
        channel_sums(data(g), data(g), nullptr, g.size(2) * g.size(3), int(g.size(0)), int(g.size(1)));
    return torch::from_blob(sums.sums.data(), {g.size(0), g.size(1)}, torch::kFloat32).sum(0);
  }
  using torch::indexing::None;
  using torch::indexing::Slice;
  std::vector<Tensor> parities;
  for (int parity = 0; parity < 4; ++parity) {
    const auto part = g.index({Slice(), Slice(), Slice(parity / 2, None, 2), Slice(parity % 2, None, 2)});
    parities.push_back(part.to(torch::kFloat32).sum({0, 2, 3}));
  }
  return torch::stack(parities);
}

struct WeightGradient;

struct Convolution : Function<Convolution> {
  static Tensor forward(AutogradContext* ctx, const Tensor& in, const Tensor& weight, const Tensor& bias,
                        const Tensor& residual, double slope, int64_t direction, std::vector<int64_t> shape);
  static variable_list backward(AutogradContext* ctx, variable_list grads);
};

Tensor convolve(const Tensor& in, const Tensor& weight, Direction direction,
                const std::vector<int64_t>& shape) {
  return Convolution::apply(in, weight, or_empty({}), or_empty({}), 1.0, int64_t(direction), shape);
}

// The weight whose every entry is the product of a big and a small map over pictures and pixels.
struct WeightGradient : Function<WeightGradient> {
  static Tensor forward(AutogradContext* ctx, const Tensor& big, const Tensor& small,
                        std::vector<int64_t> shape) {
    const ConvGeometry g = unpack_geometry(shape);
    const Tensor big_map = as_map(big), small_map = as_map(small);
    const auto weight = torch::empty({g.small_c, g.big_c, g.kernel_h, g.kernel_w}, torch::kFloat32);
    conv_weight(g, data(big_map), data(small_map), weight.data_ptr<float>());
    ctx->save_for_backward({big, small});
    ctx->saved_data["shape"] = shape;
    return weight;
  }
  static variable_list backward(AutogradContext* ctx, variable_list v) {
    const auto saved = ctx->get_saved_variables();
    const auto shape = ctx->saved_data["shape"].toIntVector();
    Tensor big, small;
    if (ctx->needs_input_grad(0)) big = convolve(saved[1], v[0], Direction::ToBig, shape);
    if (ctx->needs_input_grad(1)) small = convolve(saved[0], v[0], Direction::ToSmall, shape);
    return {big, small, Tensor()};
  }
};

Tensor Convolution::forward(AutogradContext* ctx, const Tensor& in, const Tensor& weight, const Tensor& bias,
                            const Tensor& residual, double slope, int64_t direction,
                            std::vector<int64_t> shape) {
  const ConvGeometry g = unpack_geometry(shape);
  const Tensor map = as_map(in);
  const Tensor added = present(residual) ? as_map(residual) : residual;
  const Tensor offsets = present(bias) ? bias.contiguous() : bias;
  const bool to_small = Direction(direction) == Direction::ToSmall;
  const Epilogue epilogue{.bias = present(bias) ? offsets.data_ptr<float>() : nullptr,
                          .bias_by_parity = present(bias) && bias.dim() == 2,
                          .residual = present(added) ? data(added) : nullptr,
                          .leaky_slope = float(slope)};
  const auto packed = packed_weight(weight, to_small, g);
  const Tensor out =
      to_small ? empty_map(g.n, g.small_c, g.small_h, g.small_w) : empty_map(g.n, g.big_c, g.big_h, g.big_w);
  (to_small ? conv_to_small : conv_to_big)(g, data(map), packed->data(), epilogue, mutable_data(out));
  ctx->save_for_backward({in, weight, bias, slope == 1 ? Tensor() : out});
  ctx->saved_data["shape"] = shape;
  ctx->saved_data["slope"] = slope;
  ctx->saved_data["direction"] = direction;
  return out;
}

variable_list Convolution::backward(AutogradContext* ctx, variable_list grads) {
  const auto saved = ctx->get_saved_variables();
  const auto shape = ctx->saved_data["shape"].toIntVector();
  const double slope = ctx->saved_data["slope"].toDouble();
  const bool to_small = Direction(ctx->saved_data["direction"].toInt()) == Direction::ToSmall;
  const Tensor g = slope == 1 ? as_map(grads[0]) : LeakyGradient::apply(grads[0], saved[3], slope);
  Tensor in, weight, bias, residual;
  if (ctx->needs_input_grad(0))
    in = convolve(g, saved[1], to_small ? Direction::ToBig : Direction::ToSmall, shape);
  if (ctx->needs_input_grad(1))
    weight = to_small ? WeightGradient::apply(saved[0], g, shape) : WeightGradient::apply(g, saved[0], shape);
  if (present(saved[2]) && ctx->needs_input_grad(2)) bias = bias_gradient(g, saved[2]);
  if (ctx->needs_input_grad(3)) residual = g;
  return {in, weight, bias, residual, Tensor(), Tensor(), Tensor()};
}

std::vector<int64_t> pack_ints(const Unfolding& u) {
  return {u.h, u.w, u.n, u.c, u.out_w, u.out_c, u.kernel, u.stride, u.pad};
}

Unfolding unpack_unfolding(const std::vector<int64_t>& v) {
  const auto i = [&](int at) { return int(v[at]); };
  return {i(0), i(1), i(2), i(3), i(4), i(5), i(6), i(7), i(8)};
}

struct Unfold : Function<Unfold> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, bool adjoint, std::vector<int64_t> shape) {
    const Unfolding u = unpack_unfolding(shape);
    const Tensor map = as_map(x);
    const Tensor out = adjoint ? empty_map(u.n, u.c, u.h, u.w) : empty_map(u.n, u.out_c, u.h, u.out_w);
    (adjoint ? fold : unfold)(u, data(map), mutable_data(out));
    ctx->saved_data["adjoint"] = adjoint;
    ctx->saved_data["shape"] = shape;
    return out;
  }
  static variable_list backward(AutogradContext* ctx, variable_list g) {
    const bool adjoint = ctx->saved_data["adjoint"].toBool();
    return {Unfold::apply(g[0], !adjoint, ctx->saved_data["shape"].toIntVector()), Tensor(), Tensor()};
  }
};

struct Norm : Function<Norm> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& scale, const Tensor& shift,
                        const Tensor& residual, const Tensor& mean, const Tensor& inverse_deviation,
                        bool batch_statistics, bool relu) {
    const Tensor map = as_map(x), out = torch::empty_like(map);
    const Tensor added = present(residual) ? as_map(residual) : residual;
    const Tensor factor = (scale * inverse_deviation).contiguous(),
                 offset = (shift - mean * factor).contiguous();
    scale_shift(data(map), factor.data_ptr<float>(), offset.data_ptr<float>(),
                present(added) ? data(added) : nullptr, relu, map.size(2) * map.size(3), int(map.size(0)),
                int(map.size(1)), mutable_data(out));
    ctx->save_for_backward({map, scale, mean, inverse_deviation, relu ? out : Tensor()});
    ctx->saved_data["batch_statistics"] = batch_statistics;
    return out;
  }
  static variable_list backward(AutogradContext* ctx, variable_list grads);
};

Tensor table(std::vector<float>& values, const Tensor& like) {
  return torch::from_blob(values.data(), like.sizes(), torch::kFloat32).to(torch::kFloat64);
}

variable_list Norm::backward(AutogradContext* ctx, variable_list grads) {
  const auto saved = ctx->get_saved_variables();
  const auto &x = saved[0], &scale = saved[1], &mean = saved[2], &inverse = saved[3], &gate = saved[4];
  const Tensor g = as_map(grads[0]);
  const int pictures = int(x.size(0)), channels = int(x.size(1));
  const int64_t pixels = x.size(2) * x.size(3);
  const Bf16* open = gate.defined() ? data(gate) : nullptr;
  auto sums = channel_sums(data(g), data(x), open, pixels, pictures, channels);
  const Tensor d_shift = table(sums.sums, scale);
  const Tensor d_scale = (table(sums.products, scale) - mean * d_shift) * inverse;
  // dx = inverse * (s g - mean(s g) - normalised(x) * mean(s g normalised(x))), gathered by powers of x.
  Tensor b = torch::zeros({channels}, torch::kFloat64), c = b;
  if (ctx->saved_data["batch_statistics"].toBool()) {
    const double rows = double(pixels) * pictures;
    b = -inverse * inverse * (scale * d_scale).sum(0) / rows;
    c = -inverse * (scale * d_shift).sum(0) / rows - b * mean;
  }
  const Tensor a32 = (scale * inverse).contiguous(), b32 = b.to(torch::kFloat32), c32 = c.to(torch::kFloat32);
  const Tensor dx = torch::empty_like(x);
  norm_backward(data(g), open, data(x), a32.data_ptr<float>(), b32.data_ptr<float>(), c32.data_ptr<float>(),
                false, pixels, pictures, channels, mutable_data(dx));
  // With a residual there is no ReLU, so the residual's gradient is g itself.
  return {dx,
          d_scale.to(torch::kFloat32),
          d_shift.to(torch::kFloat32),
          ctx->needs_input_grad(3) ? g : Tensor(),
          Tensor(),
          Tensor(),
          Tensor(),
          Tensor()};
}

}  // namespace

bool is_map(const Tensor& x) {
  return x.scalar_type() == torch::kBFloat16 && x.dim() == 4 && x.permute({2, 3, 0, 1}).is_contiguous();
}

Tensor as_map(const Tensor& x) {
  if (is_map(x)) return x;
  return x.to(torch::kBFloat16).permute({2, 3, 0, 1}).contiguous().permute({2, 3, 0, 1});
}

Tensor empty_map(int64_t n, int64_t c, int64_t h, int64_t w) {
  return torch::empty({h, w, n, c}, torch::kBFloat16).permute({2, 3, 0, 1});
}

Tensor engine_conv(Direction direction, const Tensor& in, const Tensor& weight, const Tensor& bias,
                   const Tensor& residual, double leaky_slope, const ConvGeometry& geometry) {
  return Convolution::apply(in, weight, or_empty(bias), or_empty(residual), leaky_slope, int64_t(direction),
                            pack_ints(geometry));
}

Tensor engine_unfold(const Tensor& x, const Unfolding& u) {
  return Unfold::apply(x, false, pack_ints(u));
}

Tensor engine_fold(const Tensor& columns, const Unfolding& u) {
  return Unfold::apply(columns, true, pack_ints(u));
}

Tensor engine_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, const Tensor& residual,
                   const Tensor& mean, const Tensor& inverse_deviation, bool batch_statistics, bool relu) {
  return Norm::apply(x, scale, shift, or_empty(residual), mean, inverse_deviation, batch_statistics, relu);
}

}  // namespace sakuga::nn

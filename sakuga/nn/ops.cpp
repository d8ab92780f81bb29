#include "sakuga/nn/ops.h"

#include "sakuga/nn/engine_functions.h"

namespace sakuga::nn {
namespace {

using torch::Tensor;

// The engine's maps are the only bfloat16 tensors on the processor: to_compute() made them.
bool in_engine(const Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == torch::kBFloat16;
}

int64_t round_up(int64_t channels) {
  return (channels + 31) / 32 * 32;
}

// Zeros up to `size` along `dim`.
Tensor pad_to(const Tensor& x, int64_t dim, int64_t size) {
  if (x.size(dim) == size) return x;
  std::vector<int64_t> shape = x.sizes().vec();
  shape[dim] = size - x.size(dim);
  return torch::cat({x, torch::zeros(shape, x.options())}, dim);
}

ConvGeometry geometry_of(const Tensor& x, const Tensor& weight, const ConvOptions& options) {
  const int64_t stride = options.stride, padding = options.padding;
  TORCH_CHECK(!options.reflect || (padding < x.size(2) && padding < x.size(3)), "conv2d: a map of ",
              x.size(3), "x", x.size(2), " pixels cannot be reflected by ", padding);
  ConvGeometry g;
  g.reflect = options.reflect && padding > 0;
  g.n = int(x.size(0));
  g.big_c = int(weight.size(1)), g.big_h = int(x.size(2)), g.big_w = int(x.size(3));
  g.small_c = int(weight.size(0));
  g.kernel_h = int(weight.size(2)), g.kernel_w = int(weight.size(3));
  g.stride_h = g.stride_w = int(stride), g.pad_h = g.pad_w = int(padding);
  g.small_h = int((g.big_h + 2 * padding - g.kernel_h) / stride + 1);
  g.small_w = int((g.big_w + 2 * padding - g.kernel_w) / stride + 1);
  return g;
}

// A 3x3 convolution to 4c channels and a shuffle by two are one transposed convolution 6x6, stride 2:
// [c * 4 + 2 * i + j, in, kh, kw] -> [in, c, i - 2 * kh + 4, j - 2 * kw + 4].
Tensor shuffled_kernel(const Tensor& weight) {
  const auto in = weight.size(1), c = weight.size(0) / 4, k = weight.size(2);
  return weight.reshape({c, 2, 2, in, k, k})
      .flip({4, 5})
      .permute({3, 0, 4, 1, 5, 2})
      .reshape({in, c, 2 * k, 2 * k});
}

Tensor conv_shuffled(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  const int64_t k = weight.size(2);
  TORCH_CHECK(options.stride == 1 && k == 2 * options.padding + 1 && !options.reflect,
              "pixel_shuffle needs a same-size convolution with zero padding");
  ConvGeometry g;
  g.n = int(x.size(0));
  g.small_c = int(x.size(1)), g.small_h = int(x.size(2)), g.small_w = int(x.size(3));
  g.big_c = int(weight.size(0) / 4), g.big_h = 2 * g.small_h, g.big_w = 2 * g.small_w;
  g.kernel_h = g.kernel_w = int(2 * k), g.stride_h = g.stride_w = 2;
  g.pad_h = g.pad_w = int(k - 1);
  const Tensor offsets = bias.defined() ? bias.reshape({-1, 4}).t().contiguous() : bias;
  return engine_conv(Direction::ToBig, x, shuffled_kernel(weight), offsets, options.residual,
                     options.leaky_slope, g);
}

// The map with `padding` reflected columns more on both sides.
Tensor with_reflected_columns(const Tensor& x, int64_t padding) {
  const int64_t width = x.size(3);
  auto columns = torch::arange(-padding, width + padding).abs();
  columns = (width - 1) - (columns - (width - 1)).abs();
  return x.permute({2, 3, 0, 1}).index_select(1, columns).permute({2, 3, 0, 1});
}

// Few input channels (a picture): the taps of a row become channels, and a column of taps remains.
Tensor conv_unfolded(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  ConvGeometry g = geometry_of(x, weight, options);
  const Tensor wide = g.reflect ? with_reflected_columns(x, options.padding) : x;
  if (g.reflect) g.big_w += 2 * g.pad_w, g.pad_w = 0;
  const int64_t columns = round_up(int64_t(g.kernel_w) * g.big_c);
  const Unfolding u{g.big_h, g.big_w, g.n, g.big_c, g.small_w, int(columns), g.kernel_w, g.stride_w, g.pad_w};
  const Tensor column_weight = weight.permute({0, 3, 1, 2}).reshape({g.small_c, -1, g.kernel_h, 1});
  g.big_c = int(columns), g.big_w = g.small_w, g.kernel_w = 1, g.stride_w = 1, g.pad_w = 0;
  return engine_conv(Direction::ToSmall, engine_unfold(wide, u), pad_to(column_weight, 1, columns), bias,
                     options.residual, options.leaky_slope, g);
}

// Few output channels: the mirror image. Bias and the rest are applied to the folded result.
Tensor conv_folded(const Tensor& x, const Tensor& weight, const ConvOptions& options) {
  ConvGeometry g = geometry_of(x, weight, options);
  const int64_t columns = round_up(int64_t(g.kernel_w) * g.small_c);
  const int k = g.kernel_w, wide = g.reflect ? g.big_w + 2 * g.pad_w : g.big_w;
  const Unfolding u{
      g.small_h, g.small_w, g.n, g.small_c, wide, int(columns), k, 1, k - 1 - (g.reflect ? 0 : g.pad_w)};
  // Column i of the unfolding reaches output x + i - (k - 1 - pad): tap k - 1 - i.
  const Tensor column_weight = weight.flip({3}).permute({3, 0, 1, 2}).reshape({-1, g.big_c, g.kernel_h, 1});
  g.small_c = int(columns), g.small_w = g.big_w, g.kernel_w = 1, g.pad_w = 0;
  const Tensor products =
      engine_conv(Direction::ToSmall, x, pad_to(column_weight, 0, columns), Tensor(), Tensor(), 1, g);
  return engine_fold(g.reflect ? with_reflected_columns(products, options.padding) : products, u);
}

Tensor finish(Tensor y, const Tensor& bias, const ConvOptions& options) {
  if (bias.defined()) y = y + bias.to(y.scalar_type()).view({1, -1, 1, 1});
  if (options.residual.defined()) y = y + options.residual;
  return options.leaky_slope == 1 ? y : torch::leaky_relu(y, options.leaky_slope);
}

Tensor conv_in_engine(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  constexpr int64_t kFewColumns = 64;
  const bool odd_in = weight.size(1) % 32, odd_out = weight.size(0) % (options.pixel_shuffle ? 128 : 32);
  if (odd_out && !odd_in && !options.pixel_shuffle && options.stride == 1 &&
      weight.size(0) * weight.size(3) <= kFewColumns)
    return finish(conv_folded(x, weight, options), bias, options);
  if (odd_out) {  // Any other width: computed with channels of zeros, which are cut off again.
    const int64_t wide =
        options.pixel_shuffle ? (weight.size(0) + 127) / 128 * 128 : round_up(weight.size(0));
    const ConvOptions plain{.stride = options.stride,
                            .padding = options.padding,
                            .reflect = options.reflect,
                            .pixel_shuffle = options.pixel_shuffle};
    const Tensor y = conv_in_engine(x, pad_to(weight, 0, wide), Tensor(), plain);
    const int64_t kept = weight.size(0) / (options.pixel_shuffle ? 4 : 1);
    const Tensor offset = bias.defined() && options.pixel_shuffle ? pad_to(bias, 0, wide) : bias;
    TORCH_CHECK(!(options.pixel_shuffle && bias.defined()),
                "a biased pixel shuffle needs a multiple of 32 channels");
    return finish(y.narrow(1, 0, kept), offset, options);
  }
  if (odd_in && weight.size(1) * weight.size(3) <= kFewColumns && !options.pixel_shuffle)
    return conv_unfolded(x, weight, bias, options);
  const int64_t width = round_up(weight.size(1));
  const Tensor wide_x = pad_to(x, 1, width), wide_weight = pad_to(weight, 1, width);
  if (options.pixel_shuffle) return conv_shuffled(wide_x, wide_weight, bias, options);
  return engine_conv(Direction::ToSmall, wide_x, wide_weight, bias, options.residual, options.leaky_slope,
                     geometry_of(wide_x, wide_weight, options));
}

// Mean and 1 / sqrt(variance + eps) of each channel; updates the running statistics as torch does.
std::pair<Tensor, Tensor> batch_statistics(const Tensor& map, torch::nn::BatchNorm2dImpl& norm) {
  torch::NoGradGuard no_grad;
  const int64_t pictures = map.size(0), channels = map.size(1), rows = map.numel() / channels;
  const auto* values = static_cast<const Bf16*>(map.data_ptr());
  auto sums = channel_sums(values, values, nullptr, rows / pictures, int(pictures), int(channels));
  const auto mean_of = [&](std::vector<float>& table) {
    return torch::from_blob(table.data(), {pictures, channels}, torch::kFloat32)
               .sum(0, false, torch::kFloat64) /
           double(rows);
  };
  const Tensor mean = mean_of(sums.sums);
  const Tensor variance = (mean_of(sums.products) - mean * mean).clamp_min(0);
  if (norm.options.track_running_stats()) {
    norm.num_batches_tracked += 1;
    const double momentum = norm.options.momentum() ? *norm.options.momentum()
                                                    : 1.0 / double(norm.num_batches_tracked.item<int64_t>());
    norm.running_mean.lerp_(mean.to(torch::kFloat32), momentum);
    norm.running_var.lerp_(
        (variance * (double(rows) / double(std::max<int64_t>(rows - 1, 1)))).to(torch::kFloat32), momentum);
  }
  return {mean.to(torch::kFloat32), (variance + norm.options.eps()).rsqrt().to(torch::kFloat32)};
}

Tensor norm_in_engine(const Tensor& x, torch::nn::BatchNorm2dImpl& norm, const NormOptions& options) {
  TORCH_CHECK(x.size(1) % 32 == 0, "batch_norm in the engine needs a multiple of 32 channels");
  TORCH_CHECK(!(options.relu && options.residual.defined()), "batch_norm: relu or a residual, not both");
  const Tensor map = as_map(x);
  const bool from_batch = norm.is_training() || !norm.running_mean.defined();
  const auto [mean, inverse] =
      from_batch ? batch_statistics(map.detach(), norm)
                 : std::pair(norm.running_mean, (norm.running_var + norm.options.eps()).rsqrt());
  const Tensor weight = norm.weight.defined() ? norm.weight : torch::ones_like(mean);
  const Tensor bias = norm.bias.defined() ? norm.bias : torch::zeros_like(mean);
  const Tensor scale = options.scale.defined() ? weight * options.scale : weight.expand({map.size(0), -1});
  const Tensor shift = options.shift.defined() ? bias + options.shift : bias.expand({map.size(0), -1});
  return engine_norm(map, scale, shift, options.residual, mean, inverse, from_batch, options.relu);
}

}  // namespace

Tensor to_compute(const Tensor& x) {
  if (compute_precision() == Precision::Float32 || !x.device().is_cpu()) return x;
  return as_map(x);
}

Tensor from_compute(const Tensor& x) {
  return x.to(torch::kFloat32).contiguous();
}

Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  if (in_engine(x)) return conv_in_engine(x, weight, bias, options);
  const int64_t p = options.padding;
  auto y = options.reflect && p > 0
               ? torch::conv2d(torch::reflection_pad2d(x, {p, p, p, p}), weight, bias, options.stride)
               : torch::conv2d(x, weight, bias, options.stride, p);
  if (options.pixel_shuffle) y = torch::pixel_shuffle(y, 2);
  return finish(y, Tensor(), options);
}

Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const ConvOptions& options) {
  if (!in_engine(x))
    return finish(torch::conv_transpose2d(x, weight, bias, options.stride, options.padding), Tensor(),
                  options);
  ConvGeometry g;
  g.n = int(x.size(0));
  g.small_c = int(x.size(1)), g.small_h = int(x.size(2)), g.small_w = int(x.size(3));
  g.big_c = int(weight.size(1)), g.kernel_h = int(weight.size(2)), g.kernel_w = int(weight.size(3));
  g.stride_h = g.stride_w = int(options.stride), g.pad_h = g.pad_w = int(options.padding);
  g.big_h = (g.small_h - 1) * g.stride_h + g.kernel_h - 2 * g.pad_h;
  g.big_w = (g.small_w - 1) * g.stride_w + g.kernel_w - 2 * g.pad_w;
  TORCH_CHECK(g.small_c % 32 == 0 && g.big_c % 32 == 0,
              "conv_transpose2d in the engine: multiples of 32 channels");
  return engine_conv(Direction::ToBig, x, weight, bias, options.residual, options.leaky_slope, g);
}

Tensor batch_norm(const Tensor& x, torch::nn::BatchNorm2d& norm, const NormOptions& options) {
  if (in_engine(x)) return norm_in_engine(x, *norm, options);
  auto y = norm->forward(x);
  if (options.scale.defined()) {
    // ((y - bias) * scale + bias + shift, with y = normalised * weight + bias.
    const auto picture = [&](const Tensor& t) {
      return t.view({t.size(0), t.size(1), 1, 1}).to(y.scalar_type());
    };
    const auto bias = norm->bias.defined() ? norm->bias : torch::zeros_like(options.shift[0]);
    y = y * picture(options.scale) + picture(options.shift + bias - bias * options.scale);
  }
  if (options.residual.defined()) y = y + options.residual;
  return options.relu ? torch::relu(y) : y;
}

Tensor modulate(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu) {
  if (in_engine(x)) {
    TORCH_CHECK(x.size(1) % 32 == 0, "modulate in the engine needs a multiple of 32 channels");
    const Tensor mean = torch::zeros({x.size(1)}), inverse = torch::ones({x.size(1)});
    return engine_norm(as_map(x), scale, shift, Tensor(), mean, inverse, false, relu);
  }
  const auto picture = [](const Tensor& t) { return t.view({t.size(0), t.size(1), 1, 1}); };
  const auto y = x * picture(scale) + picture(shift);
  return relu ? torch::relu(y) : y;
}

}  // namespace sakuga::nn

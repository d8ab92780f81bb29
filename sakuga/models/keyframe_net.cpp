#include "sakuga/models/keyframe_net.h"

#include "sakuga/core/error.h"

namespace sakuga::models {
namespace {

constexpr double kSlope = 0.2;

// With AVX512-BF16 or AMX torch's own bfloat16 convolutions take half the time of float32; without they are
// emulated.
bool bfloat16_convolves() {
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx512bf16")) return true;
#endif
  return torch::cuda::is_available();
}

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2));
}

torch::Tensor active(const torch::Tensor& x) {
  return torch::leaky_relu(x, kSlope);
}

const KeyframeNetOptions& checked(const KeyframeNetOptions& options) {
  if (options.width % 8 != 0)
    core::fail(core::ErrorKind::BadRequest, "keyframe-net: width should be a multiple of 8, is {}",
               options.width);
  return options;
}

}  // namespace

KeyframeBlockImpl::KeyframeBlockImpl(int64_t width)
    : conv1_(register_module("conv1", conv(width, width, 3))),
      conv2_(register_module("conv2", conv(width, width, 3))) {}

torch::Tensor KeyframeBlockImpl::forward(const torch::Tensor& x) {
  return x + conv2_(active(conv1_(x)));
}

void KeyframeBlockImpl::start_at_zero() {
  torch::NoGradGuard no_grad;
  conv2_->weight.zero_();
}

KeyframeNetImpl::KeyframeNetImpl(const KeyframeNetOptions& options)
    : options_(checked(options)),
      conv_in_(register_module("conv_in", conv(12 + kExtras, options.width, 3))),
      down1_(register_module("down1", conv(options.width, 2 * options.width, 3, 2))),
      down2_(register_module("down2", conv(2 * options.width, 3 * options.width, 3, 2))),
      blocks_(register_module("blocks", torch::nn::ModuleList())),
      up1_(register_module("up1", conv(3 * options.width, 8 * options.width, 1))),
      fuse1_(register_module("fuse1", conv(4 * options.width, 2 * options.width, 3))),
      refine1_(register_module("refine1", KeyframeBlock(2 * options.width))),
      up2_(register_module("up2", conv(2 * options.width, 4 * options.width, 1))),
      fuse2_(register_module("fuse2", conv(2 * options.width, options.width, 3))),
      refine2_(register_module("refine2", conv(options.width, options.width, 3))),
      conv_out_(register_module("conv_out", conv(options.width, 12, 3))) {
  for (int64_t i = 0; i < options.blocks; ++i) blocks_->push_back(KeyframeBlock(3 * options.width));
  initialise(*this, "he");
  for (const auto& block : *blocks_) block->as<KeyframeBlock>()->start_at_zero();
  refine1_->start_at_zero();
  torch::NoGradGuard no_grad;
  conv_out_->weight.mul_(0.1);
}

torch::Tensor KeyframeNetImpl::paint(const torch::Tensor& pictures, const torch::Tensor& extras) {
  const auto x = torch::cat({torch::pixel_unshuffle(pictures, 2), extras}, 1)
                     .to(conv_in_->weight.scalar_type())
                     .contiguous(at::MemoryFormat::ChannelsLast);
  const auto half = active(conv_in_(x));      // [n, w, h/2, w/2]
  const auto quarter = active(down1_(half));  // [n, 2w, h/4, w/4]
  auto eighth = active(down2_(quarter));      // [n, 3w, h/8, w/8]
  for (const auto& block : *blocks_) eighth = block->as<KeyframeBlock>()->forward(eighth);

  auto y = torch::pixel_shuffle(up1_(eighth), 2);
  y = refine1_(active(fuse1_(torch::cat({quarter, y}, 1))));
  y = torch::pixel_shuffle(up2_(y), 2);
  y = active(fuse2_(torch::cat({half, y}, 1)));
  y = conv_out_(active(refine2_(y)));
  return pictures + torch::pixel_shuffle(y.to(torch::kFloat), 2);
}

torch::Tensor KeyframeNetImpl::forward(const torch::Tensor& pictures) {
  auto extras = torch::zeros({pictures.size(0), kExtras, pictures.size(2) / 2, pictures.size(3) / 2},
                             pictures.options());
  extras.select(1, kExtras - 1).fill_(1);
  return paint(pictures, extras);
}

int64_t KeyframeNetImpl::context_px() const {
  // Pixels on each side, from the end: three 3x3 at 1/2, three at 1/4, two for each block and the strided
  // ones.
  const int64_t reach = 3 * 2 + 3 * 4 + options_.blocks * 2 * 8 + 4 + 2 + 2;
  return (reach + 7) / 8 * 8;
}

void KeyframeNetImpl::prepare_for_drawing() {
  if (bfloat16_convolves()) to(torch::kBFloat16);
  for (auto& parameter : parameters())
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
}

}  // namespace sakuga::models

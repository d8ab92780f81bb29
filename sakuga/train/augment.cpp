#include "sakuga/train/augment.h"

#include <algorithm>

namespace sakuga::train {
namespace {

torch::Tensor moved(const torch::Tensor& pictures, const torch::Tensor& dx, const torch::Tensor& dy) {
  const auto from = pictures.contiguous();
  auto to = torch::zeros_like(from);
  const int64_t height = from.size(2), width = from.size(3);
  for (int64_t i = 0; i < from.size(0); ++i) {
    const int64_t x = dx[i].item<int64_t>(), y = dy[i].item<int64_t>();
    const int64_t w = width - std::abs(x), h = height - std::abs(y);
    if (w <= 0 || h <= 0) continue;
    to[i]
        .narrow(1, std::max<int64_t>(y, 0), h)
        .narrow(2, std::max<int64_t>(x, 0), w)
        .copy_(from[i].narrow(1, std::max<int64_t>(-y, 0), h).narrow(2, std::max<int64_t>(-x, 0), w));
  }
  return to;
}

struct Translate : torch::autograd::Function<Translate> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& pictures,
                               const torch::Tensor& dx, const torch::Tensor& dy) {
    context->save_for_backward({dx, dy});
    return moved(pictures, dx, dy);
  }
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               torch::autograd::tensor_list slopes) {
    const auto saved = context->get_saved_variables();
    return {Translate::apply(slopes[0], -saved[0], -saved[1]), {}, {}};
  }
};

// One row of numbers in [0, 1) per picture: [dx, dy, cut x, cut y, brightness, whether moved, cut,
// brightened].
constexpr int64_t kNumbers = 8;

torch::Tensor shift_of(const torch::Tensor& number, const torch::Tensor& whether, int64_t reach) {
  return ((number * double(2 * reach + 1)).floor() - double(reach)).mul(whether).to(torch::kInt64);
}

torch::Tensor cut(const torch::Tensor& pictures, const torch::Tensor& x, const torch::Tensor& y,
                  const torch::Tensor& whether, double share) {
  const auto outside = [&](const torch::Tensor& number, int64_t side) {
    const double half = share * double(side) / 2;
    const auto distance = (torch::arange(side) + 0.5 - number.unsqueeze(1) * double(side)).abs();
    return distance > half;  // [n, side]
  };
  const auto keep_x = outside(x, pictures.size(3)).unsqueeze(1),
             keep_y = outside(y, pictures.size(2)).unsqueeze(2);
  const auto keep = (keep_x | keep_y) | (whether < 0.5).view({-1, 1, 1});
  return pictures * keep.unsqueeze(1).to(pictures.options());
}

}  // namespace

torch::Tensor translate(const torch::Tensor& pictures, const torch::Tensor& dx, const torch::Tensor& dy) {
  return Translate::apply(pictures, dx, dy);
}

torch::Tensor augment(const torch::Tensor& pictures, const AugmentOptions& options, uint64_t seed,
                      Purpose purpose, int64_t step) {
  if (options.translation == 0 && options.cutout == 0 && options.brightness == 0) return pictures;
  const auto numbers = uniform({pictures.size(0), kNumbers}, seed, purpose, step).unbind(1);
  const auto whether = [&](int64_t column) {
    return (numbers[column] < options.probability).to(torch::kFloat32);
  };
  auto out = pictures;
  if (options.brightness > 0) {
    const auto more = (numbers[4] * 2 - 1) * options.brightness * whether(7);
    out = out + more.view({-1, 1, 1, 1}).to(out.device());
  }
  if (options.translation > 0) {
    const auto reach = [&](int64_t side) { return std::lround(options.translation * double(side)); };
    out = translate(out, shift_of(numbers[0], whether(5), reach(out.size(3))),
                    shift_of(numbers[1], whether(5), reach(out.size(2))));
  }
  if (options.cutout > 0) out = cut(out, numbers[2], numbers[3], whether(6), options.cutout);
  return out;
}

}  // namespace sakuga::train

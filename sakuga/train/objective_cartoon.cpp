#include "sakuga/train/objective_cartoon.h"

namespace sakuga::train {
namespace {

using torch::Tensor;

void add(Loss& loss, const char* name, double weight, const Tensor& term) {
  loss.total = loss.total.defined() ? loss.total + weight * term : weight * term;
  loss.terms.emplace_back(name, term);
}

Tensor distance(const models::PatchJudgement& said, double truth, const CartoonOptions& options) {
  if (options.distance == "squares") return (said.patches - truth).square().mean();
  return torch::binary_cross_entropy_with_logits(said.patches, torch::full_like(said.patches, truth));
}

Tensor content(const Painted& painted) {
  return (painted.photo_features - painted.drawn_features).abs().mean();
}

// How strongly each two channels go together: [n, c, c].
Tensor gram(const Tensor& map) {
  const auto flat = map.flatten(2);
  return torch::bmm(flat, flat.transpose(1, 2)) / double(flat.size(1) * flat.size(2));
}

// [n, 3, h, w] RGB in [-1, 1] to YUV (BT.601) of [0, 1].
Tensor yuv(const Tensor& pictures) {
  const auto matrix = torch::tensor({0.299, 0.587, 0.114,                   //
                                     -0.14714119, -0.28886916, 0.43601035,  //
                                     0.61497538, -0.51496512, -0.10001026},
                                    pictures.options())
                          .view({3, 3});
  return torch::einsum("ij,njhw->nihw", {matrix, (pictures + 1) / 2});
}

Tensor colour(const Painted& painted) {
  const auto photo = yuv(painted.photo), drawn = yuv(painted.drawn);
  return (photo.select(1, 0) - drawn.select(1, 0)).abs().mean() +
         2 * torch::huber_loss(drawn.narrow(1, 1, 2),
                               photo.narrow(1, 1, 2));  // Twice: U and V have a mean each.
}

Tensor variation(const Tensor& x) {
  const auto steps = [&](int64_t axis) {
    const int64_t last = x.size(axis) - 1;
    return (x.narrow(axis, 1, last) - x.narrow(axis, 0, last)).square().mean() / 2;
  };
  return steps(2) + steps(3);
}

}  // namespace

Loss cartoon_discriminator_loss(const CartoonJudgements& said, const CartoonOptions& options) {
  Loss loss;
  add(loss, "d_real", options.real, distance(said.real, 1, options));
  add(loss, "d_drawn", options.drawn, distance(said.drawn, 0, options));
  if (said.smooth.patches.defined()) add(loss, "d_smooth", options.smooth, distance(said.smooth, 0, options));
  if (said.grey.patches.defined()) add(loss, "d_grey", options.grey, distance(said.grey, 0, options));
  return loss;
}

Loss cartoon_painter_loss(const Painted& painted, const CartoonOptions& options) {
  Loss loss{.total = torch::zeros({}, painted.drawn.options()), .terms = {}};
  if (painted.judged.patches.defined())
    add(loss, "g_adversarial", options.adversarial, distance(painted.judged, 1, options));
  if (options.content > 0) add(loss, "g_content", options.content, content(painted));
  if (options.style > 0)
    add(loss, "g_style", options.style,
        (gram(painted.style_features) - gram(painted.drawn_features)).abs().mean());
  if (options.colour > 0) add(loss, "g_colour", options.colour, colour(painted));
  if (options.variation > 0) add(loss, "g_variation", options.variation, variation(painted.drawn));
  return loss;
}

Loss cartoon_initial_loss(const Painted& painted, const CartoonOptions& options) {
  Loss loss;
  add(loss, "g_content", options.content, content(painted));
  return loss;
}

Tensor without_colour(const Tensor& pictures) {
  const auto weights = torch::tensor({0.299, 0.587, 0.114}, pictures.options()).view({1, 3, 1, 1});
  return (pictures * weights).sum(1, true).expand_as(pictures).contiguous();
}

}  // namespace sakuga::train

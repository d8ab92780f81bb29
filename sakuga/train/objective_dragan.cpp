#include "sakuga/train/objective_dragan.h"

#include <algorithm>

namespace sakuga::train {
namespace {

torch::Tensor real_or_drawn(const torch::Tensor& logits, double target) {
  return torch::binary_cross_entropy_with_logits(logits, torch::full_like(logits, target));
}

torch::Tensor tags_right(const Judged& judged) {
  if (judged.tags.size(1) == 0) return torch::zeros({}, judged.logits.options());
  return torch::binary_cross_entropy_with_logits(judged.tag_logits, judged.tags);
}

double adversarial_weight(const Judged& judged, const DraganOptions& options) {
  return options.adversarial > 0 ? options.adversarial : std::max<double>(1, double(judged.tags.size(1)));
}

}  // namespace

Loss dragan_discriminator_loss(const Judged& real, const Judged& drawn, const DraganOptions& options) {
  const double weight = adversarial_weight(real, options);
  const auto on_real = real_or_drawn(real.logits, 1), on_drawn = real_or_drawn(drawn.logits, 0);
  const auto tags_real = tags_right(real), tags_drawn = tags_right(drawn);
  return {.total = weight * (on_real + on_drawn) + tags_real + tags_drawn,
          .terms = {{"d_real", on_real},
                    {"d_drawn", on_drawn},
                    {"d_tags_real", tags_real},
                    {"d_tags_drawn", tags_drawn}}};
}

Loss dragan_generator_loss(const Judged& drawn, const DraganOptions& options) {
  const auto fooled = real_or_drawn(drawn.logits, 1), tags = tags_right(drawn);
  return {.total = adversarial_weight(drawn, options) * fooled + tags,
          .terms = {{"g_real", fooled}, {"g_tags", tags}}};
}

torch::Tensor dragan_penalty(const std::function<torch::Tensor(const torch::Tensor&)>& discriminate,
                             const torch::Tensor& real, const torch::Tensor& alpha, const torch::Tensor& beta,
                             const DraganOptions& options) {
  const auto x = real.detach();
  const auto far = x + options.spread * x.std() * beta;
  const auto near = (alpha * x + (1 - alpha) * far).requires_grad_(true);
  const auto slope = torch::autograd::grad({discriminate(near).sum()}, {near}, {}, true, true)[0];
  const auto norm = slope.flatten(1).norm(2, 1);
  return options.penalty * (norm - 1).square().mean();
}

}  // namespace sakuga::train

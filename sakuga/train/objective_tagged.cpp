#include "sakuga/train/objective_tagged.h"

namespace sakuga::train {

Loss tagged_discriminator_loss(const Judged& real, const Judged& drawn, const std::vector<TagGroup>& groups,
                               const TaggedOptions& options) {
  const bool hinge = options.game == "hinge";
  const auto on_real = (hinge ? torch::relu(1 - real.logits) : torch::softplus(-real.logits)).mean();
  const auto on_drawn = (hinge ? torch::relu(1 + drawn.logits) : torch::softplus(drawn.logits)).mean();
  const auto tags = tag_cross_entropy(real.tag_logits, real.tags, groups);
  return {.total = on_real + on_drawn + options.tags_real * tags,
          .terms = {{"d_real", on_real}, {"d_drawn", on_drawn}, {"d_tags_real", tags}}};
}

Loss tagged_generator_loss(const Judged& drawn, const std::vector<TagGroup>& groups,
                           const TaggedOptions& options) {
  const auto fooled = (options.game == "hinge" ? -drawn.logits : torch::softplus(-drawn.logits)).mean();
  const auto tags = tag_cross_entropy(drawn.tag_logits, drawn.tags, groups);
  return {.total = fooled + options.tags_drawn * tags, .terms = {{"g_real", fooled}, {"g_tags", tags}}};
}

torch::Tensor r1_penalty(const std::function<torch::Tensor(const torch::Tensor&)>& discriminate,
                         const torch::Tensor& real, double gamma) {
  const auto x = real.detach().requires_grad_(true);
  const auto slope = torch::autograd::grad({discriminate(x).sum()}, {x}, {}, true, true)[0];
  return 0.5 * gamma * slope.square().sum({1, 2, 3}).mean();
}

}  // namespace sakuga::train

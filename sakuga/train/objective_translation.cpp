#include "sakuga/train/objective_translation.h"

namespace sakuga::train {
namespace {

using torch::Tensor;

// The squared distance of everything a discriminator said from `value`.
Tensor distance(const models::PatchJudgement& said, double value) {
  const auto patches = (said.patches - value).square().mean();
  return said.domain.defined() ? patches + (said.domain - value).square().mean() : patches;
}

Tensor cross_entropy(const Tensor& logits, double value) {
  return torch::binary_cross_entropy_with_logits(logits, torch::full_like(logits, value));
}

}  // namespace

Loss discriminator_loss(const models::PatchJudgement& real, const models::PatchJudgement& drawn,
                        const TranslationOptions& options) {
  const auto on_real = distance(real, 1), on_drawn = distance(drawn, 0);
  return {.total = options.adversarial * (on_real + on_drawn),
          .terms = {{"d_real", on_real}, {"d_drawn", on_drawn}}};
}

Loss translator_loss(const std::vector<Journey>& journeys, const TranslationOptions& options) {
  auto adversarial = torch::zeros({}, journeys.at(0).picture.options());
  auto cycle = adversarial.clone(), identity = adversarial.clone(), attention = adversarial.clone();
  for (const auto& journey : journeys) {
    for (const auto& judged : journey.judged) adversarial = adversarial + distance(judged, 1);
    cycle = cycle + (journey.returned - journey.picture).abs().mean();
    identity = identity + (journey.kept.pictures - journey.picture).abs().mean();
    if (journey.moved.domain.defined())
      attention = attention + cross_entropy(journey.moved.domain, 1) + cross_entropy(journey.kept.domain, 0);
  }
  return {.total = options.adversarial * adversarial + options.cycle * cycle + options.identity * identity +
                   options.attention * attention,
          .terms = {{"g_adversarial", adversarial},
                    {"g_cycle", cycle},
                    {"g_identity", identity},
                    {"g_attention", attention}}};
}

}  // namespace sakuga::train

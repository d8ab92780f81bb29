// The objective of U-GAT-IT (Kim et al., 2020; see models/ugatit.h), of which CycleGAN's (Zhu et al., 2017)
// is the part without attention: two translators learn from unpaired pictures of two sides.
//
//   D: for each discriminator of each side, (real - 1)^2 + drawn^2, of patches and of domain logits
//   G: adversarial (drawn - 1)^2 likewise
//      + cycle |there and back - picture| + identity |translated to its own side - picture|
//      + attention (BCE(domain of a translated picture, 1) + BCE(domain of one that was there already, 0))
//
// Each is the mean over its values; sides and discriminators are summed. What has no domain logits has no
// attention term.
#pragma once

#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"
#include "sakuga/train/judged.h"

namespace sakuga::train {

struct TranslationOptions {
  double adversarial = 1;
  double cycle = 10;
  double identity = 10;
  double attention = 1000;
  int64_t global_layers = 7;
  std::string subject = "scene";
};

void visit_fields(TranslationOptions& options, auto&& visit) {
  using core::Field;
  visit("adversarial", options.adversarial, Field{.help = "weight of looking like the other side", .min = 0});
  visit("cycle", options.cycle, Field{.help = "weight of coming back the same", .min = 0});
  visit("identity", options.identity,
        Field{.help = "weight of leaving alone what is there already", .min = 0});
  visit("attention", options.attention, Field{.help = "weight of telling the sides apart", .min = 0});
  visit("global_layers", options.global_layers,
        Field{.help = "layers of each side's second discriminator; 0: there is none", .min = 0, .max = 8});
  visit("subject", options.subject,
        Field{.help = "what the pictures show: faces are found and cut out when the model is used",
              .choices = {"scene", "face"}});
}

// What one side's discriminator said.
Loss discriminator_loss(const models::PatchJudgement& real, const models::PatchJudgement& drawn,
                        const TranslationOptions& options);

// What became of the pictures of one side.
struct Journey {
  torch::Tensor picture;                       // [n, 3, h, w]
  models::Translation moved;                   // To the other side.
  torch::Tensor returned;                      // And back.
  models::Translation kept;                    // Through the translator to its own side.
  std::vector<models::PatchJudgement> judged;  // Of `moved`, by the other side's discriminators.
};

// Both sides' together.
Loss translator_loss(const std::vector<Journey>& journeys, const TranslationOptions& options);

}  // namespace sakuga::train

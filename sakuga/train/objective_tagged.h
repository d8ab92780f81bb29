// The objective for small sets of tagged pictures on a processor: what learns most per hour here.
//
//   D: s(-real) + s(drawn) + tags_real CE(tags | real) + penalty now and then
//   G: s(-drawn) + tags_drawn CE(tags asked for | drawn)
//
// s is the softplus of the non-saturating loss (Goodfellow et al., 2014), or D's two terms are hinges and
// G's is -drawn (Lim and Ye, 2017). The logits know the tags when the discriminator is a projecting one
// (Miyato and Koyama, 2018): then the game itself makes the tags right, and CE, the cross-entropy by tag
// groups (tag_groups.h), sharpens them. Drawn pictures do not teach D its tags: what G draws wrongly must
// not become what the tag means. The penalty is R1 (Mescheder et al., 2018), gamma / 2 ||dD/dx||^2 on real
// pictures, every `penalty_every` steps and that much stronger (StyleGAN2's lazy regularisation).
//
// Where the data set knows the pictures' latents, G may also learn from what it should have drawn: `likeness`
// times objective_likeness.h, alone for the first `game_from` pictures.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/train/judged.h"
#include "sakuga/train/tag_groups.h"

#include <functional>

namespace sakuga::train {

struct TaggedOptions {
  std::string game = "logistic";
  double tags_real = 1;
  double tags_drawn = 0.5;
  double gamma = 0.5;
  int64_t penalty_every = 16;
  double likeness = 0;
  int64_t game_from = 0;
  double maps = 0;
  double eyes = 1;
};

void visit_fields(TaggedOptions& options, auto&& visit) {
  using core::Field;
  visit("game", options.game, Field{.help = "loss of real or drawn", .choices = {"logistic", "hinge"}});
  visit("tags_real", options.tags_real, Field{.help = "weight of the tags of real pictures for D", .min = 0});
  visit("tags_drawn", options.tags_drawn,
        Field{.help = "weight of the tags of drawn pictures for G", .min = 0});
  visit("gamma", options.gamma, Field{.help = "weight of the R1 penalty", .min = 0});
  visit("penalty_every", options.penalty_every,
        Field{.help = "steps between penalties", .min = 1, .max = 1024});
  visit("likeness", options.likeness,
        Field{.help = "weight of the difference to the picture that the latents belong to; needs a data set "
                      "with latents",
              .min = 0});
  visit("game_from", options.game_from,
        Field{.help = "pictures seen before the discriminator plays; likeness alone until then", .min = 0});
  visit(
      "eyes", options.eyes,
      Field{.help =
                "how much a pixel about the eyes counts for likeness, whose colours are few of a picture's; "
                "above 1 needs likeness and a posed-generator",
            .min = 1,
            .max = 1000});
  visit("maps", options.maps,
        Field{.help = "weight of the difference of the discriminator's maps to those of the picture that the "
                      "latents belong to; needs likeness",
              .min = 0});
}

Loss tagged_discriminator_loss(const Judged& real, const Judged& drawn, const std::vector<TagGroup>& groups,
                               const TaggedOptions& options);
Loss tagged_generator_loss(const Judged& drawn, const std::vector<TagGroup>& groups,
                           const TaggedOptions& options);

// gamma / 2 times the mean squared norm of the gradient of `discriminate` (the logits [n] of pictures) at
// `real` [n, c, h, w]. Can be differentiated by D's parameters. Not multiplied by penalty_every.
torch::Tensor r1_penalty(const std::function<torch::Tensor(const torch::Tensor&)>& discriminate,
                         const torch::Tensor& real, double gamma);

}  // namespace sakuga::train

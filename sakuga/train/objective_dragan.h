// DRAGAN + ACGAN, the objective of MakeGirlsMoe (Jin et al., "Towards the automatic anime characters
// creation with generative adversarial networks", 2017; numbers as in CirQ/AnimeNet, which re-implements it).
//
//   D: a BCE(real, 1) + BCE(tags | real) + a BCE(drawn, 0) + BCE(tags asked for | drawn) + penalty
//   G: a BCE(drawn, 1) + BCE(tags asked for | drawn)
//
// a is the number of tags; each BCE is the mean over the batch (and over the tags). The penalty (Kodali et
// al., "On convergence and stability of GANs", 2017) keeps the norm of D's gradient near one in a
// neighbourhood of the real pictures only:
//
//   x' = alpha x + (1 - alpha) (x + 0.5 std(x) beta),   penalty = weight (||dD/dx'|| - 1)^2
//
// alpha is one U[0, 1) per picture, beta one per value, std(x) that of the whole batch, the norm one per
// picture as in the paper. (AnimeNet takes it over the three colours of every pixel.)
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/train/judged.h"

#include <functional>

namespace sakuga::train {

struct DraganOptions {
  double adversarial = 0;  // a; 0 takes the number of tags (at least 1).
  double penalty = 0.5;    // Weight of the gradient penalty.
  double spread = 0.5;     // How far the neighbourhood reaches, in standard deviations.
};

void visit_fields(DraganOptions& options, auto&& visit) {
  using core::Field;
  visit("adversarial", options.adversarial,
        Field{.help = "weight of real or drawn; 0: the number of tags", .min = 0});
  visit("penalty", options.penalty, Field{.help = "weight of the gradient penalty", .min = 0});
  visit("spread", options.spread, Field{.help = "reach of the penalty, in standard deviations", .min = 0});
}

Loss dragan_discriminator_loss(const Judged& real, const Judged& drawn, const DraganOptions& options);
Loss dragan_generator_loss(const Judged& drawn, const DraganOptions& options);

// `discriminate` gives the logits [n] of pictures [n, c, h, w]. alpha [n, 1, 1, 1] and beta [n, c, h, w] are
// U[0, 1). The result can be differentiated by D's parameters.
torch::Tensor dragan_penalty(const std::function<torch::Tensor(const torch::Tensor&)>& discriminate,
                             const torch::Tensor& real, const torch::Tensor& alpha, const torch::Tensor& beta,
                             const DraganOptions& options);

}  // namespace sakuga::train

// The objective of CartoonGAN (Chen et al. 2018; see models/cartoongan.h) with what AnimeGANv2 (Chen, Liu,
// Chen 2019; its second version) added: one translator learns from photographs and, unpaired, from art.
//
//   D: real d(art, 1) + drawn d(drawn, 0) + smooth d(art without sharp edges, 0) + grey d(grey art, 0)
//   G: adversarial d(drawn, 1)
//      + content |F(photo) - F(drawn)| + style |Gram(F(grey art)) - Gram(F(drawn))|
//      + colour (|Y| + Huber(U) + Huber(V) of photo - drawn) + variation (squared steps to the next pixel /
//      2)
//
// d is the cross-entropy of a logit ("log", as published) or its squared distance ("squares", as AnimeGANv2);
// F are the maps of models/content_features.h. Each is the mean over its values. A run begins with the
// content alone, so that the adversary meets pictures that already show what the photographs show.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/models/net.h"
#include "sakuga/train/judged.h"

namespace sakuga::train {

struct CartoonOptions {
  std::string features = {};
  int64_t initial_pictures = 0;
  double initial_speed = 1;
  std::string distance = "log";
  double adversarial = 1;
  double content = 10;
  double style = 0;
  double colour = 0;
  double variation = 0;
  double real = 1;
  double drawn = 1;
  double smooth = 1;
  double grey = 0;
};

void visit_fields(CartoonOptions& options, auto&& visit) {
  using core::Field;
  visit("features", options.features,
        Field{.help = "net whose maps say what a picture shows: VGG19 or SqueezeNet 1.0 (.safetensors)"});
  visit("initial_pictures", options.initial_pictures,
        Field{.help = "pictures seen, at the beginning, that teach the content alone", .min = 0});
  visit("initial_speed", options.initial_speed,
        Field{.help = "times the learning rate in that time", .min = 0, .max = 1000});
  visit("distance", options.distance,
        Field{.help = "of a judgement from the truth: cross-entropy or squares",
              .choices = {"log", "squares"}});
  visit("adversarial", options.adversarial, Field{.help = "weight of looking like the art", .min = 0});
  visit("content", options.content, Field{.help = "weight of showing what the photo shows", .min = 0});
  visit("style", options.style, Field{.help = "weight of the art's texture, seen without colour", .min = 0});
  visit("colour", options.colour, Field{.help = "weight of the photo's colours", .min = 0});
  visit("variation", options.variation, Field{.help = "weight of flat areas", .min = 0});
  visit("real", options.real, Field{.help = "weight of art in what the discriminator learns", .min = 0});
  visit("drawn", options.drawn, Field{.help = "of drawn pictures", .min = 0});
  visit("smooth", options.smooth, Field{.help = "of art without its sharp edges", .min = 0});
  visit("grey", options.grey, Field{.help = "of art without its colours", .min = 0});
}

// Batches of what the discriminator said; undefined patches are left out.
struct CartoonJudgements {
  models::PatchJudgement real = {}, drawn = {}, smooth = {}, grey = {};
};
Loss cartoon_discriminator_loss(const CartoonJudgements& said, const CartoonOptions& options);

// What became of a batch of photographs. Features are maps [n, c, h', w'].
struct Painted {
  torch::Tensor photo = {}, drawn = {};                    // [n, 3, h, w] in [-1, 1].
  torch::Tensor photo_features = {}, drawn_features = {};  // For content and style.
  torch::Tensor style_features = {};                       // Of grey art, as many; for style.
  models::PatchJudgement judged = {};                      // Of `drawn`; undefined patches: no adversary.
};
// The terms whose weight is not zero.
Loss cartoon_painter_loss(const Painted& painted, const CartoonOptions& options);

// The content term alone.
Loss cartoon_initial_loss(const Painted& painted, const CartoonOptions& options);

// Luma (BT.601) in each channel.
torch::Tensor without_colour(const torch::Tensor& pictures);

}  // namespace sakuga::train

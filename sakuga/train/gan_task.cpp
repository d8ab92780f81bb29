// The task of training a generator against a discriminator.
#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/tensors.h"
#include "sakuga/nn/ops.h"
#include "sakuga/nn/state.h"
#include "sakuga/train/drawing_score.h"
#include "sakuga/train/ema.h"
#include "sakuga/train/objective_likeness.h"
#include "sakuga/train/pictures.h"
#include "sakuga/train/sample_grid.h"
#include "sakuga/train/training.h"
#include "sakuga/train/wishes.h"
#include "sakuga/weights/safetensors.h"

namespace sakuga::train {
namespace {

using core::ErrorKind;
using core::fail;
using torch::Tensor;

bool normalises_batches(const torch::nn::Module& net) {
  const auto modules = net.modules();
  return std::any_of(modules.begin(), modules.end(), [](const auto& module) {
    return module->template as<torch::nn::BatchNorm2d>() != nullptr;
  });
}

// How many views of a subject the recipe's discriminator judges together.
int64_t views_of(const Recipe& recipe) {
  return complete_options(recipe.discriminator, recipe.resolution, 0).value("views", int64_t{1});
}

// [n * views, ...] to [n, views * ...]: the views of a subject as channels of one map, or tags of one row.
Tensor together(const Tensor& x, int64_t views) {
  if (views == 1) return x;
  std::vector<int64_t> shape = x.sizes().vec();
  shape[0] /= views;
  shape[1] *= views;
  return x.reshape(shape);
}

// The groups of `views` rows of `tags` tags one after the other.
std::vector<TagGroup> groups_together(const std::vector<TagGroup>& groups, int64_t tags, int64_t views) {
  std::vector<TagGroup> all;
  for (int64_t view = 0; view < views; ++view)
    for (TagGroup group : groups) {
      for (auto& tag : group.tags) tag += view * tags;
      all.push_back(group);
    }
  return all;
}

std::optional<weights::Card> start_of(const Recipe& recipe) {
  if (recipe.start.empty()) return std::nullopt;
  auto card = weights::read_card(recipe.start);
  if (card.architecture != recipe.generator.architecture)
    fail(ErrorKind::BadRequest, "recipe: start is a {}, but generator.architecture is {}", card.architecture,
         recipe.generator.architecture);
  return card;
}

std::vector<TagGroup> card_groups(const weights::Card& card) {
  std::vector<TagGroup> groups;
  for (const auto& group : weights::groups_of(card)) {
    const std::string& first = card.tags[group.tags[0]];
    groups.push_back({.name = group.name.empty() ? first : group.name,
                      .tags = {group.tags.begin(), group.tags.end()},
                      .dial = std::ranges::count(card.dials, first) > 0});
  }
  return groups;
}

// The options of the recipe's generator, which is told where its tags have the angles of the head.
nlohmann::json generator_options(const Recipe& recipe, const std::vector<std::string>& tags,
                                 int64_t latents) {
  auto options = complete_options(recipe.generator, recipe.resolution, int64_t(tags.size()), latents);
  for (const std::string angle : {"yaw", "pitch", "roll"}) {
    const auto found = std::ranges::find(tags, "pose_" + angle);
    if (options.contains(angle + "_tag") && found != tags.end())
      options[angle + "_tag"] = found - tags.begin();
  }
  return options;
}

class GanTask : public Task {
 public:
  GanTask(const Recipe& recipe, const data::Dataset& dataset);

  Numbers step(int64_t step) override;
  NamedTensors tensors() override;
  void resume_at(int64_t step) override;
  const torch::nn::Module& model() const override { return *average_; }
  weights::Card card() const override;
  std::optional<media::Image8> samples() override;
  std::optional<Measurement> measure() override;

 private:
  // The discriminator's first step.
  int64_t game_start() const {
    return recipe_.knows_latents() ? (recipe_.tagged.game_from + recipe_.batch - 1) / recipe_.batch : 0;
  }
  bool game_is_on(int64_t step) const { return step >= game_start(); }
  Tensor usual_tags() const;
  Judged judge(const Tensor& pictures, const Tensor& tags);  // Of subjects, their views together.
  void discriminator_step(const Batch& batch, const Tensor& drawn, const Tensor& tags, int64_t step,
                          Numbers& numbers);
  Tensor penalty(const Tensor& real, const Tensor& tags, int64_t step);
  void generator_step(const Tensor& drawn, const Tensor& tags, const Tensor& wanted, int64_t step,
                      Numbers& numbers);
  Tensor unlike(const Tensor& drawn, const Tensor& tags, const Tensor& wanted) const;  // Likeness' loss.
  // What the discriminator does not like about `drawn`, which should be `wanted`.
  Tensor lost_game(const Tensor& drawn, const Tensor& tags, const Tensor& wanted, int64_t step,
                   Numbers& numbers);

  const Recipe recipe_;
  const data::Dataset& dataset_;
  const int64_t views_;
  const std::optional<weights::Card> start_;  // Of the model that the generator starts from.
  const bool restyles_;                       // That model keeps its tags, which the pictures have not.
  const torch::Device device_ = nn::compute_device();
  const std::vector<std::string> tags_;
  Pictures pictures_;
  std::vector<TagGroup> groups_, judged_groups_;  // Of a picture, and of a subject's views together.
  Wishes wishes_;
  nlohmann::json generator_options_;
  std::shared_ptr<models::GeneratorNet> generator_, average_;
  std::shared_ptr<models::DiscriminatorNet> discriminator_;
  bool apart_;  // Whether D must see real and drawn pictures in batches of their own.
  std::optional<Adam> generator_adam_, discriminator_adam_;
  std::optional<DrawingScore> score_;
};

GanTask::GanTask(const Recipe& recipe, const data::Dataset& dataset)
    : recipe_(recipe),
      dataset_(dataset),
      views_(views_of(recipe)),
      start_(start_of(recipe)),
      restyles_(start_ && !recipe.knows_latents()),
      tags_(restyles_            ? start_->tags
            : recipe.conditional ? dataset.tag_names()
                                 : std::vector<std::string>()),
      pictures_(dataset, data::Split::Train,
                {.resolution = recipe.resolution,
                 .flip = recipe.augment.flip,
                 .views = views_,
                 .balance = recipe.conditional ? recipe.balance : 0,
                 .memory_bytes = recipe.memory_mib << 20,
                 .seed = uint64_t(recipe.seed)}),
      groups_(restyles_ ? card_groups(*start_) : tag_groups(tags_, pictures_.tags())),
      judged_groups_(restyles_ ? std::vector<TagGroup>()
                               : groups_together(groups_, int64_t(tags_.size()), views_)),
      wishes_(recipe, groups_, int64_t(tags_.size()), restyles_ ? start_ : std::nullopt),
      generator_options_(
          restyles_
              ? start_->options
              : generator_options(recipe, tags_, recipe_.knows_latents() ? dataset.latent_count() : 0)) {
  if (recipe.batch % views_ != 0 || (views_ > 1 && recipe.drawn_tags != "data"))
    fail(ErrorKind::BadRequest,
         "recipe: with {} views of a subject, batch should be a multiple of that, is {}, and drawn_tags "
         "should be "
         "data, is {}",
         views_, recipe.batch, recipe.drawn_tags);
  if (recipe_.knows_latents() && (dataset.latent_count() == 0 || recipe.fresh_noise))
    fail(ErrorKind::BadRequest,
         "recipe: tagged.likeness needs a data set with latents (rig dataset --latents) and no fresh_noise; "
         "{} has {} latents",
         dataset.path().string(), dataset.latent_count());
  if (recipe_.tagged.maps > 0 &&
      (!recipe_.knows_latents() || recipe.discriminator.architecture != "tagged-discriminator"))
    fail(ErrorKind::BadRequest,
         "recipe: tagged.maps needs tagged.likeness and a tagged-discriminator; likeness is {}, the "
         "discriminator a {}",
         recipe_.tagged.likeness, recipe.discriminator.architecture);
  if (recipe_.tagged.eyes > 1 &&
      (!recipe_.knows_latents() || recipe.generator.architecture != "posed-generator"))
    fail(
        ErrorKind::BadRequest,
        "recipe: tagged.eyes needs tagged.likeness and a posed-generator; likeness is {}, the generator a {}",
        recipe_.tagged.likeness, recipe.generator.architecture);
  torch::manual_seed(uint64_t(recipe.seed));
  generator_ = models::make_generator(recipe.generator.architecture, generator_options_);
  discriminator_ = models::make_discriminator(
      recipe.discriminator.architecture,
      complete_options(recipe.discriminator, recipe.resolution, restyles_ ? 0 : int64_t(tags_.size())));
  average_ = models::make_generator(recipe.generator.architecture, generator_options_);
  for (const int64_t size : {generator_->size(), discriminator_->size()})
    if (size != recipe.resolution)
      fail(ErrorKind::BadRequest,
           "recipe: a net of this architecture works at {} pixels, but resolution is {}", size,
           recipe.resolution);
  if (start_) {
    if (start_->tags != tags_ || start_->options != generator_options_)
      fail(ErrorKind::BadRequest,
           "recipe: to go on from {}, data set and generator should have its tags and options", recipe.start);
    nn::load_state(*generator_, weights::SafetensorsFile::open(recipe.start));
  }
  for (torch::nn::Module* net : {static_cast<torch::nn::Module*>(generator_.get()),
                                 static_cast<torch::nn::Module*>(discriminator_.get()),
                                 static_cast<torch::nn::Module*>(average_.get())})
    net->to(device_);
  set_trained(*average_, false);
  average_->eval();
  move_towards(*average_, *generator_, 0);
  if (!recipe.score.features.empty()) score_.emplace(recipe.score, dataset);
  apart_ = normalises_batches(*discriminator_);
  const auto& optimiser = recipe.optimiser;
  generator_adam_.emplace(generator_->parameters(), adam_options(optimiser, optimiser.rate));
  discriminator_adam_.emplace(discriminator_->parameters(),
                              adam_options(optimiser, optimiser.discriminator_rate));
}

Judged GanTask::judge(const Tensor& pictures, const Tensor& tags) {
  const auto said = discriminator_->forward(pictures);
  return {.logits = said.match.defined() ? said.real + (said.match * tags).sum(1) : said.real,
          .tag_logits = said.tags.defined() ? said.tags : torch::zeros_like(tags),
          .tags = tags,
          .maps = said.maps};
}

Numbers GanTask::step(int64_t step) {
  const int64_t subjects = recipe_.batch / views_;
  auto batch = pictures_.batch(step * subjects, subjects);
  if (!recipe_.conditional || restyles_) batch.tags = batch.tags.narrow(1, 0, 0);
  batch.pictures = batch.pictures.to(device_);
  batch.tags = batch.tags.to(device_);
  batch.latents = batch.latents.to(device_);
  Numbers numbers;
  const auto wish = [&](Purpose noise, Purpose tags) {
    return wishes_.at(batch, generator_->noise_size(), views_, noise, tags, step);
  };
  auto wanted = wish(Purpose::Noise, Purpose::Tags);
  Tensor drawn;
  {
    torch::AutoGradMode record(!recipe_.fresh_noise);
    drawn = generator_->forward(wanted.noise, wanted.tags);
  }
  Batch real;
  real.pictures = together(batch.pictures, views_);
  real.tags = together(batch.tags, views_);
  const auto judged_tags = [&] { return restyles_ ? batch.tags : together(wanted.tags, views_); };
  if (game_is_on(step))
    discriminator_step(real, together(drawn.detach(), views_), judged_tags(), step, numbers);
  if (recipe_.fresh_noise) {
    wanted = wish(Purpose::NoiseGenerator, Purpose::TagsGenerator);
    drawn = generator_->forward(wanted.noise, wanted.tags);
  }
  generator_step(together(drawn, views_), judged_tags(), real.pictures, step, numbers);
  const int64_t seen = (step + 1) * recipe_.batch;
  move_towards(*average_, *generator_, ema_decay(recipe_.half_life, recipe_.batch, seen));
  return numbers;
}

void GanTask::discriminator_step(const Batch& batch, const Tensor& drawn, const Tensor& tags, int64_t step,
                                 Numbers& numbers) {
  const uint64_t seed = uint64_t(recipe_.seed);
  const auto real = augment(batch.pictures, recipe_.augment, seed, Purpose::AugmentReal, step);
  const auto fake = augment(drawn, recipe_.augment, seed, Purpose::AugmentFake, step);
  Judged on_real, on_drawn;
  if (apart_) {
    on_real = judge(real, batch.tags);
    on_drawn = judge(fake, tags);
  } else {  // One pass over both makes larger matrices and one gradient of the weights.
    const auto both = judge(torch::cat({real, fake}), torch::cat({batch.tags, tags}));
    const int64_t n = real.size(0);
    const auto part = [&](int64_t from, int64_t count) {
      return Judged{both.logits.narrow(0, from, count), both.tag_logits.narrow(0, from, count),
                    both.tags.narrow(0, from, count)};
    };
    on_real = part(0, n);
    on_drawn = part(n, fake.size(0));
  }
  const auto loss = recipe_.objective == "dragan"
                        ? dragan_discriminator_loss(on_real, on_drawn, recipe_.dragan)
                        : tagged_discriminator_loss(on_real, on_drawn, judged_groups_, recipe_.tagged);
  loss.total.backward();
  note(numbers, loss);
  if (const auto more = penalty(real, batch.tags, step); more.defined()) {
    more.backward();
    numbers.emplace_back("penalty", more.item<double>());
  }
  discriminator_adam_->step(rate_factor(recipe_, step));
}

Tensor GanTask::penalty(const Tensor& real, const Tensor& tags, int64_t step) {
  const auto discriminate = [&](const Tensor& pictures) { return judge(pictures, tags).logits; };
  if (recipe_.objective == "dragan") {
    if (recipe_.dragan.penalty == 0) return {};
    const uint64_t seed = uint64_t(recipe_.seed);
    const auto alpha = uniform({real.size(0), 1, 1, 1}, seed, Purpose::PenaltyMix, step).to(device_);
    const auto beta = uniform(real.sizes(), seed, Purpose::PenaltyNoise, step).to(device_);
    return dragan_penalty(discriminate, real, alpha, beta, recipe_.dragan);
  }
  const auto& options = recipe_.tagged;
  if (options.gamma == 0 || step % options.penalty_every != 0) return {};
  return r1_penalty(discriminate, real, options.gamma * double(options.penalty_every));
}

Tensor GanTask::lost_game(const Tensor& drawn, const Tensor& tags, const Tensor& wanted, int64_t step,
                          Numbers& numbers) {
  const auto look = [&](const Tensor& pictures) {
    return judge(augment(pictures, recipe_.augment, uint64_t(recipe_.seed), Purpose::AugmentGenerator, step),
                 tags);
  };
  const auto judged = look(drawn);
  const auto loss = recipe_.objective == "dragan"
                        ? dragan_generator_loss(judged, recipe_.dragan)
                        : tagged_generator_loss(judged, judged_groups_, recipe_.tagged);
  note(numbers, loss);
  if (recipe_.tagged.maps == 0) return loss.total;
  Judged should_be;
  {
    torch::NoGradGuard no_grad;
    should_be = look(wanted);
  }
  const auto unlike = maps_loss(judged.maps, should_be.maps);
  numbers.emplace_back("g_maps", unlike.item<double>());
  return loss.total + recipe_.tagged.maps * unlike;
}

Tensor GanTask::unlike(const Tensor& drawn, const Tensor& tags, const Tensor& wanted) const {
  const int64_t size = recipe_.resolution;
  const auto one_view = [&](const Tensor& pictures) { return pictures.reshape({-1, 3, size, size}); };
  Tensor weight;
  if (recipe_.tagged.eyes > 1)
    weight = 1 + (recipe_.tagged.eyes - 1) *
                     generator_->eyes(tags.reshape({tags.size(0) * views_, generator_->tag_count()}));
  return likeness_loss(one_view(drawn), one_view(wanted), weight);
}

void GanTask::generator_step(const Tensor& drawn, const Tensor& tags, const Tensor& wanted, int64_t step,
                             Numbers& numbers) {
  set_trained(*discriminator_, false);
  auto loss =
      game_is_on(step) ? lost_game(drawn, tags, wanted, step, numbers) : torch::zeros({}, drawn.options());
  if (recipe_.knows_latents()) {
    const auto difference = unlike(drawn, tags, wanted);
    numbers.emplace_back("g_unlike", difference.item<double>());
    loss = loss + recipe_.tagged.likeness * difference;
  }
  loss.backward();
  set_trained(*discriminator_, true);
  generator_adam_->step(rate_factor(recipe_, step));
}

NamedTensors GanTask::tensors() {
  NamedTensors tensors;
  add_tensors(tensors, "generator", *generator_);
  add_tensors(tensors, "discriminator", *discriminator_);
  add_tensors(tensors, "average", *average_);
  add_moments(tensors, "generator_adam", *generator_, *generator_adam_);
  add_moments(tensors, "discriminator_adam", *discriminator_, *discriminator_adam_);
  return tensors;
}

void GanTask::resume_at(int64_t step) {
  generator_adam_->set_steps(step);
  discriminator_adam_->set_steps(std::max<int64_t>(0, step - game_start()));
}

// The tags [m, tags] that measured and shown pictures are drawn by.
Tensor GanTask::usual_tags() const {
  constexpr int64_t kShown = 1024;
  if (restyles_) return wishes_.tags_by_chance(kShown, Purpose::SampleTags, 0);
  return recipe_.conditional ? pictures_.tags() : pictures_.tags().narrow(1, 0, 0);
}

weights::Card GanTask::card() const {
  auto card = task_card(recipe_, recipe_.generator, generator_options_, dataset_, tags_, usual_tags());
  if (!start_) return card;
  auto ledger = dataset_.licences();
  if (!start_->licences.is_null())
    data::add_ledger(ledger, data::ledger_from_json(start_->licences, recipe_.start));
  card.licences = data::ledger_to_json(ledger);
  if (!restyles_) return card;
  card.tag_groups = start_->tag_groups;
  card.tag_frequencies = start_->tag_frequencies;
  card.tag_examples = start_->tag_examples;
  card.dials = start_->dials;
  return card;
}

std::optional<Measurement> GanTask::measure() {
  if (!score_) return std::nullopt;
  torch::NoGradGuard no_grad;
  const auto metric = score_->measure([&](int64_t first, const Tensor& tags) {
    const auto noise =
        normal({tags.size(0), average_->noise_size()}, uint64_t(recipe_.seed), Purpose::ScoreNoise, first);
    const auto wanted = restyles_             ? usual_tags().narrow(0, first % 512, tags.size(0))
                        : recipe_.conditional ? tags
                                              : tags.narrow(1, 0, 0);
    return models::tensor_to_pictures(average_->forward(noise.to(device_), wanted.to(device_)));
  });
  return Measurement{.score = -metric.value, .metrics = {metric}};
}

std::optional<media::Image8> GanTask::samples() {
  torch::NoGradGuard no_grad;
  const auto grid = make_sample_grid(average_->noise_size(), usual_tags(), groups_, uint64_t(recipe_.seed));
  std::vector<media::Image8> images;
  for (int64_t first = 0; first < grid.noise.size(0); first += recipe_.batch) {
    const int64_t count = std::min(recipe_.batch, grid.noise.size(0) - first);
    const auto drawn = average_->forward(grid.noise.narrow(0, first, count).to(device_),
                                         grid.tags.narrow(0, first, count).to(device_));
    for (auto& image : models::tensor_to_pictures(drawn)) images.push_back(std::move(image));
  }
  return media::contact_sheet(images, grid.columns);
}

}  // namespace

std::unique_ptr<Task> make_gan_task(const Recipe& recipe, const data::Dataset& dataset) {
  return std::make_unique<GanTask>(recipe, dataset);
}

}  // namespace sakuga::train

// The task of training two translators, one each way, against discriminators of both sides.
#include "sakuga/core/error.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/tensors.h"
#include "sakuga/nn/ops.h"
#include "sakuga/train/drawing_score.h"
#include "sakuga/train/ema.h"
#include "sakuga/train/sides.h"
#include "sakuga/train/training.h"

namespace sakuga::train {
namespace {

using core::ErrorKind;
using core::fail;
using models::PatchDiscriminatorNet;
using models::TranslatorNet;
using models::TranslatorPair;
using torch::Tensor;

// All layers but the last two halve the map, and those two take a pixel each of what reflection must find.
void check_layers(const char* field, int64_t layers, int64_t resolution) {
  if (const int64_t least = int64_t(3) << (layers - 2); resolution < least)
    fail(ErrorKind::BadRequest,
         "recipe: {} = {} needs a resolution of at least {}, got {}; each layer less halves what is needed",
         field, layers, least, resolution);
}

// The local and, if the recipe has one, the global discriminator of one side.
class JudgesImpl : public torch::nn::Module {
 public:
  JudgesImpl(const Recipe& recipe, const nlohmann::json& options) {
    const bool layered = options.contains("layers");
    if (layered) check_layers("discriminator.layers", options.at("layers"), recipe.resolution);
    add("local", models::make_patch_discriminator(recipe.discriminator.architecture, options));
    const int64_t global_layers = recipe.translation.global_layers;
    if (global_layers == 0 || !layered) return;
    check_layers("translation.global_layers", global_layers, recipe.resolution);
    auto global = options;
    global["layers"] = global_layers;
    add("global", models::make_patch_discriminator(recipe.discriminator.architecture, global));
  }

  std::vector<models::PatchJudgement> judge(const Tensor& pictures) {
    std::vector<models::PatchJudgement> said;
    for (auto& net : nets_) said.push_back(net->forward(pictures));
    return said;
  }

 private:
  void add(const std::string& name, std::shared_ptr<PatchDiscriminatorNet> net) {
    nets_.push_back(register_module(name, std::move(net)));
  }
  std::vector<std::shared_ptr<PatchDiscriminatorNet>> nets_;
};
TORCH_MODULE(Judges);

// Both sides', as one module for one optimiser.
class AllJudgesImpl : public torch::nn::Module {
 public:
  AllJudgesImpl(const Recipe& recipe, const nlohmann::json& options)
      : sides_{register_module("a", Judges(recipe, options)), register_module("b", Judges(recipe, options))} {
  }
  JudgesImpl& operator[](size_t side) { return *sides_[side]; }

 private:
  Judges sides_[2];
};
TORCH_MODULE(AllJudges);

std::shared_ptr<TranslatorPair> make_pair_of(const Recipe& recipe, const nlohmann::json& options) {
  auto pair = std::dynamic_pointer_cast<TranslatorPair>(
      models::make_translator(recipe.generator.architecture, options));
  if (!pair)
    fail(ErrorKind::BadRequest, "recipe: '{}' translates in one direction; this objective needs both",
         recipe.generator.architecture);
  return pair;
}

class TranslationTask : public Task {
 public:
  TranslationTask(const Recipe& recipe, const data::Dataset& source);

  Numbers step(int64_t step) override;
  NamedTensors tensors() override;
  void resume_at(int64_t step) override;
  const torch::nn::Module& model() const override { return *average_; }
  weights::Card card() const override;
  std::optional<media::Image8> samples() override;
  std::optional<Measurement> measure() override;

 private:
  void discriminator_step(const Tensor real[2], const Tensor drawn[2], double factor, Numbers& numbers);
  TranslatorNet& translator_from(TranslatorPair& pair, size_t side) const {
    return side == 0 ? pair.there() : pair.back();
  }

  const Recipe recipe_;
  Sides sides_;
  nlohmann::json options_;
  std::shared_ptr<TranslatorPair> pair_, average_;
  AllJudges judges_ = nullptr;
  std::optional<Adam> pair_adam_, judges_adam_;
  std::optional<DrawingScore> score_;
};

TranslationTask::TranslationTask(const Recipe& recipe, const data::Dataset& source)
    : recipe_(recipe),
      sides_(recipe, source),
      options_(complete_options(recipe.generator, recipe.resolution, 0)) {
  torch::manual_seed(uint64_t(recipe.seed));
  pair_ = make_pair_of(recipe, options_);
  judges_ = AllJudges(recipe, complete_options(recipe.discriminator, recipe.resolution, 0));
  average_ = make_pair_of(recipe, options_);
  const auto device = nn::compute_device();
  pair_->to(device);
  judges_->to(device);
  average_->to(device);
  set_trained(*average_, false);
  average_->eval();
  move_towards(*average_, *pair_, 0);
  if (!recipe.score.features.empty()) score_.emplace(recipe.score, sides_.target());
  const auto& optimiser = recipe.optimiser;
  pair_adam_.emplace(pair_->parameters(), adam_options(optimiser, optimiser.rate));
  judges_adam_.emplace(judges_->parameters(), adam_options(optimiser, optimiser.discriminator_rate));
}

Numbers TranslationTask::step(int64_t step) {
  const Tensor real[2] = {sides_.batch(0, step), sides_.batch(1, step)};
  Numbers numbers;
  std::vector<Journey> journeys(2);
  // The generators do not change in the discriminators' step: what they draw serves for both.
  for (const size_t side : {0, 1}) {
    journeys[side].picture = real[side];
    journeys[side].moved = translator_from(*pair_, side).translate(real[side]);
  }
  const Tensor drawn[2] = {journeys[1].moved.pictures.detach(), journeys[0].moved.pictures.detach()};
  discriminator_step(real, drawn, rate_factor(recipe_, step), numbers);

  set_trained(*judges_, false);
  for (const size_t side : {0, 1}) {
    auto& journey = journeys[side];
    auto& back = translator_from(*pair_, 1 - side);
    journey.returned = back.forward(journey.moved.pictures);
    journey.kept = back.translate(real[side]);
    journey.judged = (*judges_)[1 - side].judge(journey.moved.pictures);
  }
  const auto loss = translator_loss(journeys, recipe_.translation);
  loss.total.backward();
  set_trained(*judges_, true);
  note(numbers, loss);
  pair_adam_->step(rate_factor(recipe_, step));
  pair_->clip_parameters();
  const int64_t seen = (step + 1) * recipe_.batch;
  move_towards(*average_, *pair_, ema_decay(recipe_.half_life, recipe_.batch, seen));
  return numbers;
}

void TranslationTask::discriminator_step(const Tensor real[2], const Tensor drawn[2], double factor,
                                         Numbers& numbers) {
  for (const size_t side : {0, 1}) {
    const auto on_real = (*judges_)[side].judge(real[side]), on_drawn = (*judges_)[side].judge(drawn[side]);
    for (size_t i = 0; i < on_real.size(); ++i) {
      const auto loss = discriminator_loss(on_real[i], on_drawn[i], recipe_.translation);
      loss.total.backward();
      note(numbers, loss);
    }
  }
  judges_adam_->step(factor);
}

NamedTensors TranslationTask::tensors() {
  NamedTensors tensors;
  add_tensors(tensors, "translators", *pair_);
  add_tensors(tensors, "judges", *judges_);
  add_tensors(tensors, "average", *average_);
  add_moments(tensors, "translators_adam", *pair_, *pair_adam_);
  add_moments(tensors, "judges_adam", *judges_, *judges_adam_);
  return tensors;
}

void TranslationTask::resume_at(int64_t step) {
  pair_adam_->set_steps(step);
  judges_adam_->set_steps(step);
}

weights::Card TranslationTask::card() const {
  auto card = sides_.card(options_);
  card.extra["subject"] = recipe_.translation.subject;
  return card;
}

std::optional<Measurement> TranslationTask::measure() {
  if (!score_) return std::nullopt;
  torch::NoGradGuard no_grad;
  const auto metric = score_->measure([&](int64_t first, const Tensor& tags) {
    return sides_.drawn(average_->there(), first, tags.size(0), recipe_.resolution);
  });
  return Measurement{.score = -metric.value, .metrics = {metric}};
}

// A row for each picture: itself, what the net attends to, translated, and there and back; then the other
// side.
std::optional<media::Image8> TranslationTask::samples() {
  constexpr int64_t kRows = 6;
  torch::NoGradGuard no_grad;
  std::vector<media::Image8> images;
  for (int64_t row = 0; row < kRows; ++row) {
    for (const size_t side : {0, 1}) {
      const auto picture = sides_.unseen(side, row, 1, recipe_.resolution);
      const auto moved = translator_from(*average_, side).translate(picture);
      std::vector<Tensor> shown = {picture, moved.pictures,
                                   translator_from(*average_, 1 - side).forward(moved.pictures)};
      if (moved.attention.defined()) {
        const auto heat = moved.attention / moved.attention.max().clamp_min(1e-12) * 2 - 1;
        const auto large = torch::upsample_bilinear2d(heat, {picture.size(2), picture.size(3)}, false);
        shown.insert(shown.begin() + 1, large.expand({1, 3, -1, -1}));
      }
      for (const auto& one : shown) images.push_back(models::tensor_to_pictures(one)[0]);
    }
  }
  return media::contact_sheet(images, int(int64_t(images.size()) / kRows));
}

}  // namespace

std::unique_ptr<Task> make_translation_task(const Recipe& recipe, const data::Dataset& source) {
  return std::make_unique<TranslationTask>(recipe, source);
}

}  // namespace sakuga::train

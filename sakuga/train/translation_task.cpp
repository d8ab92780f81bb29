// The task of training two translators, one each way, against discriminators of both sides.
#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/tensors.h"
#include "sakuga/nn/ops.h"
#include "sakuga/train/adam.h"
#include "sakuga/train/augment.h"
#include "sakuga/train/drawing_score.h"
#include "sakuga/train/ema.h"
#include "sakuga/train/pictures.h"
#include "sakuga/train/task.h"

namespace sakuga::train {
namespace {

using core::ErrorKind;
using core::fail;
using models::PatchDiscriminatorNet;
using models::TranslatorNet;
using models::TranslatorPair;
using torch::Tensor;

// The local and, if the recipe has one, the global discriminator of one side.
class JudgesImpl : public torch::nn::Module {
 public:
  JudgesImpl(const Recipe& recipe, const nlohmann::json& options) {
    add("local", models::make_patch_discriminator(recipe.discriminator.architecture, options));
    if (recipe.translation.global_layers == 0 || !options.contains("layers")) return;
    auto global = options;
    global["layers"] = recipe.translation.global_layers;
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

PicturesOptions pictures_options(const Recipe& recipe, uint64_t seed) {
  const double side = double(recipe.resolution) * (1 + recipe.augment.enlarge);
  return {.resolution = std::lround(side),
          .flip = recipe.augment.flip,
          .memory_bytes = recipe.memory_mib << 19,
          .seed = seed};
}

data::Dataset open_target(const Recipe& recipe) {
  if (recipe.target.empty())
    fail(ErrorKind::BadRequest, "recipe {}: no second data set; add --set target=FILE.dataset", recipe.name);
  return data::Dataset::open(recipe.target);
}

AdamOptions adam_options(const OptimiserOptions& options, double rate) {
  return {.rate = rate, .beta1 = options.beta1, .beta2 = options.beta2, .weight_decay = options.weight_decay};
}

void set_trained(torch::nn::Module& net, bool trained) {
  for (auto& parameter : net.parameters()) parameter.requires_grad_(trained);
}

void note(Numbers& numbers, const Loss& loss) {
  for (const auto& [name, value] : loss.terms) {
    const auto found = std::find_if(numbers.begin(), numbers.end(),
                                    [&](const auto& number) { return number.first == name; });
    if (found == numbers.end())
      numbers.emplace_back(name, value.item<double>());
    else
      found->second += value.item<double>();
  }
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
  Tensor batch(size_t side, int64_t step);
  Tensor unseen(size_t side, int64_t first, int64_t count);
  void discriminator_step(const Tensor real[2], const Tensor drawn[2], double factor, Numbers& numbers);
  TranslatorNet& translator_from(TranslatorPair& pair, size_t side) const {
    return side == 0 ? pair.there() : pair.back();
  }

  const Recipe recipe_;
  const data::Dataset& source_;
  const data::Dataset target_;
  const torch::Device device_ = nn::compute_device();
  Pictures pictures_[2];
  nlohmann::json options_;
  std::shared_ptr<TranslatorPair> pair_, average_;
  AllJudges judges_ = nullptr;
  std::optional<Adam> pair_adam_, judges_adam_;
  std::optional<DrawingScore> score_;
};

TranslationTask::TranslationTask(const Recipe& recipe, const data::Dataset& source)
    : recipe_(recipe),
      source_(source),
      target_(open_target(recipe)),
      pictures_{{source, data::Split::Train, pictures_options(recipe, uint64_t(recipe.seed))},
                {target_, data::Split::Train, pictures_options(recipe, uint64_t(recipe.seed) + 1)}},
      options_(complete_options(recipe.generator, recipe.resolution, 0)) {
  torch::manual_seed(uint64_t(recipe.seed));
  pair_ = make_pair_of(recipe, options_);
  judges_ = AllJudges(recipe, complete_options(recipe.discriminator, recipe.resolution, 0));
  average_ = make_pair_of(recipe, options_);
  pair_->to(device_);
  judges_->to(device_);
  average_->to(device_);
  set_trained(*average_, false);
  average_->eval();
  move_towards(*average_, *pair_, 0);
  if (!recipe.score.features.empty()) score_.emplace(recipe.score, target_);
  const auto& optimiser = recipe.optimiser;
  pair_adam_.emplace(pair_->parameters(), adam_options(optimiser, optimiser.rate));
  judges_adam_.emplace(judges_->parameters(), adam_options(optimiser, optimiser.discriminator_rate));
}

// Enlarged pictures, of which a random square is cut.
Tensor TranslationTask::batch(size_t side, int64_t step) {
  const auto enlarged = pictures_[side].batch(step * recipe_.batch, recipe_.batch).pictures;
  const int64_t size = recipe_.resolution, places = enlarged.size(3) - size + 1;
  if (places == 1) return enlarged.to(device_);
  const auto numbers =
      uniform({2, recipe_.batch, 2}, uint64_t(recipe_.seed), Purpose::Crop, step)[int64_t(side)];
  std::vector<Tensor> cut;
  for (int64_t i = 0; i < recipe_.batch; ++i) {
    const auto at = [&](int64_t axis) { return int64_t(numbers[i][axis].item<double>() * double(places)); };
    cut.push_back(enlarged[i].narrow(1, at(0), size).narrow(2, at(1), size));
  }
  return torch::stack(cut).to(device_);
}

Numbers TranslationTask::step(int64_t step) {
  const Tensor real[2] = {batch(0, step), batch(1, step)};
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
  auto card = task_card(recipe_, recipe_.generator, options_, source_, {}, torch::zeros({1, 0}));
  auto ledger = source_.licences();
  data::add_ledger(ledger, target_.licences());
  card.licences = data::ledger_to_json(ledger);
  card.extra["subject"] = recipe_.translation.subject;
  return card;
}

// Pictures of a side's test split, or its training split if it has none; in turn.
Tensor TranslationTask::unseen(size_t side, int64_t first, int64_t count) {
  const auto& dataset = side == 0 ? source_ : target_;
  auto infos = dataset.pictures(data::Split::Test);
  if (infos.empty()) infos = dataset.pictures(data::Split::Train);
  std::vector<media::Image8> pictures;
  const int size = int(recipe_.resolution);
  for (int64_t i = first; i < first + count; ++i)
    pictures.push_back(
        media::resize(media::flatten(dataset.decode(infos[size_t(i) % infos.size()].id)), size, size));
  return models::pictures_to_tensor(pictures, "samples").to(device_);
}

std::optional<Measurement> TranslationTask::measure() {
  if (!score_) return std::nullopt;
  torch::NoGradGuard no_grad;
  const auto metric = score_->measure([&](int64_t first, const Tensor& tags) {
    std::vector<media::Image8> drawn;
    for (int64_t i = 0; i < tags.size(0); ++i)
      drawn.push_back(models::tensor_to_pictures(average_->there().forward(unseen(0, first + i, 1)))[0]);
    return drawn;
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
      const auto picture = unseen(side, row, 1);
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

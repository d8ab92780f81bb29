// The task of training an embedding of characters.
#include "sakuga/core/error.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/embedder.h"
#include "sakuga/nn/ops.h"
#include "sakuga/train/learner.h"
#include "sakuga/train/metrics/identity.h"
#include "sakuga/train/pictures.h"

namespace sakuga::train {
namespace {

constexpr int64_t kScored = 1024;  // Unseen pictures at most: their pairs grow with the square.

class IdentityTask : public Task {
 public:
  IdentityTask(const Recipe& recipe, const data::Dataset& dataset);

  Numbers step(int64_t step) override;
  NamedTensors tensors() override { return learner_->tensors(); }
  void resume_at(int64_t step) override { learner_->resume_at(step); }
  const torch::nn::Module& model() const override { return *learner_->average; }
  weights::Card card() const override;
  std::optional<media::Image8> samples() override { return std::nullopt; }
  std::optional<Measurement> measure() override;

 private:
  std::shared_ptr<models::EmbedderImpl> make_net() const;

  const Recipe recipe_;
  const data::Dataset& dataset_;
  const torch::Device device_ = nn::compute_device();
  const nlohmann::json options_;
  Pictures pictures_, unseen_;
  std::optional<Learner<models::EmbedderImpl>> learner_;
};

IdentityTask::IdentityTask(const Recipe& recipe, const data::Dataset& dataset)
    : recipe_(recipe),
      dataset_(dataset),
      options_(complete_options(recipe.embedder, recipe.resolution, 0)),
      pictures_(dataset, data::Split::Train,
                {.resolution = recipe.resolution,
                 .flip = recipe.augment.flip,
                 .views = recipe.identity.views,
                 .memory_bytes = recipe.memory_mib << 20,
                 .seed = uint64_t(recipe.seed)}),
      unseen_(dataset, data::Split::Test,
              {.resolution = recipe.resolution,
               .views = recipe.identity.views,
               .memory_bytes = recipe.memory_mib << 20}) {
  if (recipe.batch % recipe.identity.views != 0)
    core::fail(core::ErrorKind::BadRequest,
               "recipe: expected batch to be a multiple of identity.views ({}), got {}",
               recipe.identity.views, recipe.batch);
  if (pictures_.series_count() == pictures_.size())
    core::fail(core::ErrorKind::BadRequest,
               "train: {} has one picture of each character; expected several, in files named 17_0.png, "
               "17_1.png as `sakuga rig dataset --views` makes them",
               dataset.path().string());
  torch::manual_seed(uint64_t(recipe.seed));
  learner_.emplace(recipe, [&] { return make_net(); });
}

std::shared_ptr<models::EmbedderImpl> IdentityTask::make_net() const {
  auto net = std::dynamic_pointer_cast<models::EmbedderImpl>(
      models::find_architecture(recipe_.embedder.architecture).make(options_));
  if (!net)
    core::fail(core::ErrorKind::BadRequest, "recipe: expected embedder.architecture to be embedder, got {}",
               recipe_.embedder.architecture);
  net->to(device_);
  return net;
}

Numbers IdentityTask::step(int64_t step) {
  const int64_t subjects = recipe_.batch / recipe_.identity.views;
  const auto batch = pictures_.batch(step * subjects, subjects);
  const auto pictures = augment(batch.pictures.to(device_), recipe_.augment, uint64_t(recipe_.seed),
                                Purpose::AugmentReal, step);
  const auto loss =
      identity_loss(learner_->net->forward(pictures), batch.series.to(device_), recipe_.identity.temperature);
  loss.backward();
  learner_->step(recipe_, step);
  return {{"identity", loss.item<double>()}};
}

weights::Card IdentityTask::card() const {
  return task_card(recipe_, recipe_.embedder, options_, dataset_, {}, torch::zeros({1, 0}));
}

std::optional<Measurement> IdentityTask::measure() {
  torch::NoGradGuard no_grad;
  metrics::FeatureSet features = {.dimension = learner_->average->dimensions()};
  std::vector<int64_t> who;
  const int64_t scored = std::min(kScored, unseen_.size());
  for (int64_t first = 0; first < scored; first += recipe_.batch) {
    const auto batch = unseen_.in_order(first, std::min(recipe_.batch, scored - first));
    const auto rows = learner_->average->forward(batch.pictures.to(device_)).cpu().contiguous();
    features.values.insert(features.values.end(), rows.data_ptr<float>(),
                           rows.data_ptr<float>() + rows.numel());
    who.insert(who.end(), batch.series.data_ptr<int64_t>(),
               batch.series.data_ptr<int64_t>() + batch.series.numel());
  }
  const auto errors = metrics::equal_error(features, who);
  return Measurement{.score = 1 - errors.equal_error,
                     .metrics = {{.name = "identity",
                                  .value = errors.equal_error,
                                  .protocol = fmt::format(
                                      "equal error rate of {} pairs of one character and {} of two, among "
                                      "{} unseen pictures (test split)",
                                      errors.same, errors.others, scored)}}};
}

}  // namespace

std::unique_ptr<Task> make_identity_task(const Recipe& recipe, const data::Dataset& dataset) {
  return std::make_unique<IdentityTask>(recipe, dataset);
}

}  // namespace sakuga::train

// The task of training a tagger.
#include "sakuga/core/error.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/tagger.h"
#include "sakuga/nn/ops.h"
#include "sakuga/train/learner.h"
#include "sakuga/train/pictures.h"

namespace sakuga::train {
namespace {

class TaggerTask : public Task {
 public:
  TaggerTask(const Recipe& recipe, const data::Dataset& dataset);

  Numbers step(int64_t step) override;
  NamedTensors tensors() override { return learner_->tensors(); }
  void resume_at(int64_t step) override { learner_->resume_at(step); }
  const torch::nn::Module& model() const override { return *learner_->average; }
  weights::Card card() const override;
  std::optional<media::Image8> samples() override { return std::nullopt; }
  std::optional<Measurement> measure() override;

 private:
  std::shared_ptr<models::TaggerImpl> make_net() const;

  const Recipe recipe_;
  const data::Dataset& dataset_;
  const torch::Device device_ = nn::compute_device();
  const std::vector<std::string> tags_;
  Pictures pictures_, unseen_;
  std::vector<TagGroup> groups_;
  nlohmann::json options_;
  std::optional<Learner<models::TaggerImpl>> learner_;
};

const std::vector<std::string>& tags_to_learn(const data::Dataset& dataset) {
  if (dataset.tag_names().empty())
    core::fail(core::ErrorKind::BadRequest, "train: {} has no tags to learn; import it with --tags",
               dataset.path().string());
  return dataset.tag_names();
}

TaggerTask::TaggerTask(const Recipe& recipe, const data::Dataset& dataset)
    : recipe_(recipe),
      dataset_(dataset),
      tags_(tags_to_learn(dataset)),
      pictures_(dataset, data::Split::Train,
                {.resolution = recipe.resolution,
                 .flip = recipe.augment.flip,
                 .balance = recipe.balance,
                 .memory_bytes = recipe.memory_mib << 20,
                 .seed = uint64_t(recipe.seed)}),
      unseen_(dataset, data::Split::Test,
              {.resolution = recipe.resolution, .memory_bytes = recipe.memory_mib << 20}),
      groups_(tag_groups(tags_, pictures_.tags())),
      options_(complete_options(recipe.tagger, recipe.resolution, int64_t(tags_.size()))) {
  torch::manual_seed(uint64_t(recipe.seed));
  learner_.emplace(recipe, [&] { return make_net(); });
}

std::shared_ptr<models::TaggerImpl> TaggerTask::make_net() const {
  auto net = std::dynamic_pointer_cast<models::TaggerImpl>(
      models::find_architecture(recipe_.tagger.architecture).make(options_));
  net->to(device_);
  return net;
}

Numbers TaggerTask::step(int64_t step) {
  const auto batch = pictures_.batch(step * recipe_.batch, recipe_.batch);
  const auto pictures = augment(batch.pictures.to(device_), recipe_.augment, uint64_t(recipe_.seed),
                                Purpose::AugmentReal, step);
  const auto logits = learner_->net->forward(pictures), tags = batch.tags.to(device_);
  const auto loss = tag_cross_entropy(logits, tags, groups_);
  loss.backward();
  learner_->step(recipe_, step);

  Numbers numbers = {{"tags", loss.item<double>()}};
  const auto right = tag_accuracy(logits.detach(), tags, groups_);
  for (size_t i = 0; i < groups_.size(); ++i)
    if (!std::isnan(right[i]))
      numbers.emplace_back((groups_[i].dial ? "error_" : "right_") + groups_[i].name,
                           groups_[i].dial ? 1 - right[i] : right[i]);
  return numbers;
}

weights::Card TaggerTask::card() const {
  return task_card(recipe_, recipe_.tagger, options_, dataset_, tags_, pictures_.tags());
}

weights::Metric verdict(const TagGroup& group, double right, int64_t pictures) {
  const auto seen = fmt::format("of {} unseen pictures (test split)", pictures);
  if (group.dial)
    return {.name = "error." + group.name,
            .value = 1 - right,
            .protocol = "mean absolute error " + seen + ", of scores from 0 to 1"};
  return {.name = "tags." + group.name,
          .value = right,
          .protocol = fmt::format("share {} judged right, {}", seen,
                                  group.tags.size() > 1 ? "likeliest tag of the group" : "threshold 0.5")};
}

std::optional<Measurement> TaggerTask::measure() {
  torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> logits;
  for (int64_t first = 0; first < unseen_.size(); first += recipe_.batch) {
    const int64_t count = std::min(recipe_.batch, unseen_.size() - first);
    logits.push_back(learner_->average->forward(unseen_.in_order(first, count).pictures.to(device_)).cpu());
  }
  const auto right = tag_accuracy(torch::cat(logits), unseen_.tags(), groups_);
  Measurement measurement;
  int64_t counted = 0;
  for (size_t i = 0; i < groups_.size(); ++i) {
    if (std::isnan(right[i])) continue;
    ++counted;
    measurement.score += right[i];
    measurement.metrics.push_back(verdict(groups_[i], right[i], unseen_.size()));
  }
  if (counted == 0) return std::nullopt;
  measurement.score /= double(counted);
  return measurement;
}

}  // namespace

std::unique_ptr<Task> make_tagger_task(const Recipe& recipe, const data::Dataset& dataset) {
  return std::make_unique<TaggerTask>(recipe, dataset);
}

}  // namespace sakuga::train

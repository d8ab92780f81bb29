// The task of training a detector of drawn faces.
#include "sakuga/core/error.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/face_detector.h"
#include "sakuga/models/tensors.h"
#include "sakuga/nn/ops.h"
#include "sakuga/train/learner.h"
#include "sakuga/train/metrics/faces.h"
#include "sakuga/train/objective_faces.h"
#include "sakuga/train/random.h"

namespace sakuga::train {
namespace {

constexpr uint64_t kUnseen = 1'000'000;  // Heads and scenes from here on are never learnt from.
constexpr int64_t kScored = 240;         // Scenes.

class FacesTask : public Task {
 public:
  FacesTask(const Recipe& recipe, const data::Dataset& photos);

  Numbers step(int64_t step) override;
  NamedTensors tensors() override { return learner_->tensors(); }
  void resume_at(int64_t step) override { learner_->resume_at(step); }
  const torch::nn::Module& model() const override { return *learner_->average; }
  weights::Card card() const override;
  std::optional<media::Image8> samples() override;
  std::optional<Measurement> measure() override;

 private:
  std::shared_ptr<models::FaceDetectorImpl> make_net() const;
  std::vector<FaceScene> scenes(uint64_t first, int64_t count) const;
  torch::Tensor pictures_of(std::span<const FaceScene> scenes) const;

  const Recipe recipe_;
  const data::Dataset& dataset_;
  const torch::Device device_ = nn::compute_device();
  const nlohmann::json options_;
  std::vector<media::Image8> photos_, unseen_photos_;
  std::vector<FaceHead> heads_, unseen_heads_;
  std::optional<Learner<models::FaceDetectorImpl>> learner_;
};

std::vector<media::Image8> photos_of(const data::Dataset& dataset, data::Split split) {
  std::vector<media::Image8> photos;
  for (const auto& info : dataset.pictures(split)) photos.push_back(media::flatten(dataset.decode(info.id)));
  return photos;
}

std::vector<FaceHead> heads_of(uint64_t seed, uint64_t first, int64_t count) {
  std::vector<FaceHead> heads(static_cast<size_t>(count));
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      heads[size_t(i)] = draw_face_head((seed + 1) * 10'000'000 + first + uint64_t(i));
  });
  return heads;
}

FacesTask::FacesTask(const Recipe& recipe, const data::Dataset& photos)
    : recipe_(recipe),
      dataset_(photos),
      options_(complete_options(recipe.detector, recipe.resolution, 0)),
      photos_(photos_of(photos, data::Split::Train)),
      unseen_photos_(photos_of(photos, data::Split::Test)),
      heads_(heads_of(uint64_t(recipe.seed), 0, recipe.faces.heads)),
      unseen_heads_(heads_of(uint64_t(recipe.seed), kUnseen, std::min<int64_t>(300, recipe.faces.heads))) {
  if (recipe.resolution % models::kFaceMultiple != 0)
    core::fail(core::ErrorKind::BadRequest, "recipe: expected resolution to be a multiple of {}, got {}",
               models::kFaceMultiple, recipe.resolution);
  if (unseen_photos_.empty()) unseen_photos_ = photos_;
  torch::manual_seed(uint64_t(recipe.seed));
  learner_.emplace(recipe, [&] { return make_net(); });
}

std::shared_ptr<models::FaceDetectorImpl> FacesTask::make_net() const {
  auto net = std::dynamic_pointer_cast<models::FaceDetectorImpl>(
      models::find_architecture(recipe_.detector.architecture).make(options_));
  net->to(device_);
  return net;
}

// Scenes number `first` to first + count of the run.
std::vector<FaceScene> FacesTask::scenes(uint64_t first, int64_t count) const {
  const bool unseen = first >= stream_of(Purpose::SampleNoise, 0);
  const FaceSceneOptions options = {
      .size = int(recipe_.resolution), .most_faces = int(recipe_.faces.most), .empty = recipe_.faces.empty};
  std::vector<FaceScene> scenes(static_cast<size_t>(count));
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      scenes[size_t(i)] = make_face_scene(unseen ? unseen_heads_ : heads_, unseen ? unseen_photos_ : photos_,
                                          options, {core::Rng(uint64_t(recipe_.seed), first + uint64_t(i))});
  });
  return scenes;
}

torch::Tensor FacesTask::pictures_of(std::span<const FaceScene> scenes) const {
  std::vector<media::Image8> pictures;
  for (const auto& scene : scenes) pictures.push_back(scene.picture);
  return models::pictures_to_tensor(pictures, "train").to(device_);
}

Numbers FacesTask::step(int64_t step) {
  const auto batch = scenes(stream_of(Purpose::Scene, step * recipe_.batch), recipe_.batch);
  auto targets = face_targets(batch);
  for (auto* tensor : {&targets.heat, &targets.known, &targets.near, &targets.wanted})
    *tensor = tensor->to(device_);
  const auto loss = face_loss(learner_->net->forward(pictures_of(batch)), targets);
  loss.total.backward();
  learner_->step(recipe_, step);
  Numbers numbers;
  note(numbers, loss);
  return numbers;
}

// The heads are the rig's own, CC0; what others own are the photographs.
weights::Card FacesTask::card() const {
  return task_card(recipe_, recipe_.detector, options_, dataset_, {}, torch::zeros({1, 0}));
}

// Scenes beside what the net says of them: the brighter, the likelier a face's middle.
std::optional<media::Image8> FacesTask::samples() {
  torch::NoGradGuard no_grad;
  const auto shown = scenes(stream_of(Purpose::SampleNoise, 0), 16);
  const auto maps = learner_->average->forward(pictures_of(shown));
  const auto heat = nn::enlarge(nn::enlarge(torch::sigmoid(maps.slice(1, 0, 1)))) * 2 - 1;
  const auto said = models::tensor_to_pictures(heat.expand({-1, 3, -1, -1}));
  std::vector<media::Image8> cells;
  for (size_t i = 0; i < shown.size(); ++i) {
    cells.push_back(shown[i].picture);
    cells.push_back(said[i]);
  }
  return media::contact_sheet(cells, 8);
}

std::optional<Measurement> FacesTask::measure() {
  torch::NoGradGuard no_grad;
  metrics::FaceTally tally;
  for (int64_t first = 0; first < kScored; first += recipe_.batch) {
    const auto batch = scenes(stream_of(Purpose::ScoreNoise, first), recipe_.batch);
    const auto maps = learner_->average->forward(pictures_of(batch)).cpu();
    for (size_t i = 0; i < batch.size(); ++i) {
      std::vector<metrics::FaceMark> truth, found;
      for (const auto& face : batch[i].faces) truth.push_back({face.x, face.y, face.side, 1, face.counts});
      for (const auto& face : models::without_repeats(models::faces_of(maps[int64_t(i)], 0.05)))
        found.push_back({face.x, face.y, face.side, face.score});
      tally.add(truth, found);
    }
  }
  const double threshold = tally.score_at(0.02);
  const auto of = fmt::format("of {} faces in {} unseen scenes of the rig; {}", tally.faces(), tally.scenes(),
                              metrics::kFaceRule);
  return Measurement{
      .score = tally.average_precision(),
      .metrics = {
          {.name = "faces.average_precision", .value = tally.average_precision(), .protocol = of},
          {.name = "faces.recall",
           .value = tally.recall(threshold),
           .protocol = fmt::format("at 0.02 false finds a scene, {}", of)},
          {.name = "faces.threshold", .value = threshold, .protocol = "score at which that is so"},
          {.name = "faces.recall_default",
           .value = tally.recall(models::FaceFinder::kLeastScore),
           .protocol = fmt::format("from a score of {:g} on, {}", models::FaceFinder::kLeastScore, of)},
          {.name = "faces.false_default",
           .value = tally.false_per_scene(models::FaceFinder::kLeastScore),
           .protocol = "false finds a scene from that score on"}}};
}

}  // namespace

std::unique_ptr<Task> make_faces_task(const Recipe& recipe, const data::Dataset& photos) {
  return std::make_unique<FacesTask>(recipe, photos);
}

}  // namespace sakuga::train

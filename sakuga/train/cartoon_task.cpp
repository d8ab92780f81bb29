// The task of training one translator from photographs to art, against a discriminator that has also seen the
// art without its edges and without its colours.
#include "sakuga/compose/edge_smooth.h"
#include "sakuga/compose/fidelity.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/content_features.h"
#include "sakuga/models/tensors.h"
#include "sakuga/nn/compute.h"
#include "sakuga/train/drawing_score.h"
#include "sakuga/train/ema.h"
#include "sakuga/train/sides.h"
#include "sakuga/train/training.h"

namespace sakuga::train {
namespace {

using core::ErrorKind;
using core::fail;
using torch::Tensor;

constexpr size_t kPhotos = 0, kArt = 1, kSmoothArt = 2;

std::optional<models::ContentFeatures> load_features(const Recipe& recipe) {
  const auto& options = recipe.cartoon;
  if (options.initial_pictures > 0 && options.content == 0)
    fail(ErrorKind::BadRequest, "recipe {}: without content there is nothing for initial_pictures to learn",
         recipe.name);
  if (options.content == 0 && options.style == 0) return std::nullopt;
  if (options.features.empty())
    fail(ErrorKind::BadRequest,
         "recipe {}: content and style need a net to see them; add --set cartoon.features=FILE.safetensors",
         recipe.name);
  return models::ContentFeatures::load(options.features);
}

class CartoonTask : public Task {
 public:
  CartoonTask(const Recipe& recipe, const data::Dataset& photos);

  Numbers step(int64_t step) override;
  NamedTensors tensors() override;
  void resume_at(int64_t step) override;
  const torch::nn::Module& model() const override { return *average_; }
  weights::Card card() const override;
  std::optional<media::Image8> samples() override;
  std::optional<Measurement> measure() override;

 private:
  int64_t initial_steps() const {
    return (recipe_.cartoon.initial_pictures + recipe_.batch - 1) / recipe_.batch;
  }
  void judge_step(const Tensor& art, const Tensor& grey, const Tensor& drawn, int64_t step, Numbers& numbers);
  void see(Painted& painted, const Tensor& grey) const;

  const Recipe recipe_;
  const CartoonOptions& options_ = recipe_.cartoon;
  std::optional<models::ContentFeatures> features_;
  Sides sides_;
  nlohmann::json net_options_;
  std::shared_ptr<models::TranslatorNet> painter_, average_;
  std::shared_ptr<models::PatchDiscriminatorNet> judge_;
  int64_t shown_size_;  // Of whole pictures.
  std::optional<Adam> painter_adam_, judge_adam_;
  std::optional<DrawingScore> score_;
};

CartoonTask::CartoonTask(const Recipe& recipe, const data::Dataset& photos)
    : recipe_(recipe),
      features_(load_features(recipe)),
      sides_(recipe, photos),
      net_options_(complete_options(recipe.generator, recipe.resolution, 0)) {
  torch::manual_seed(uint64_t(recipe.seed));
  const auto make_painter = [&] {
    auto net = models::make_translator(recipe.generator.architecture, net_options_);
    if (std::dynamic_pointer_cast<models::TranslatorPair>(net))
      fail(ErrorKind::BadRequest, "recipe: '{}' translates in both directions; this objective trains one",
           recipe.generator.architecture);
    net->to(nn::compute_device());
    return net;
  };
  painter_ = make_painter();
  judge_ = models::make_patch_discriminator(recipe.discriminator.architecture,
                                            complete_options(recipe.discriminator, recipe.resolution, 0));
  judge_->to(nn::compute_device());
  average_ = make_painter();
  set_trained(*average_, false);
  average_->eval();
  move_towards(*average_, *painter_, 0);
  const int64_t multiple = painter_->multiple();
  if (recipe.resolution % multiple != 0)
    fail(ErrorKind::BadRequest, "recipe: resolution should be a multiple of {} for this net, it is {}",
         multiple, recipe.resolution);
  shown_size_ = std::lround(double(recipe.resolution) * (1 + recipe.augment.enlarge)) / multiple * multiple;
  if (options_.smooth > 0) sides_.add_changed(kArt, compose::smooth_edges);
  if (!recipe.score.features.empty()) score_.emplace(recipe.score, sides_.target());
  const auto& optimiser = recipe.optimiser;
  painter_adam_.emplace(painter_->parameters(), adam_options(optimiser, optimiser.rate));
  judge_adam_.emplace(judge_->parameters(), adam_options(optimiser, optimiser.discriminator_rate));
}

Numbers CartoonTask::step(int64_t step) {
  Numbers numbers;
  Painted painted{.photo = sides_.batch(kPhotos, step)};
  painted.drawn = painter_->forward(painted.photo);
  Loss loss;
  double speed = rate_factor(recipe_, step);
  if (step < initial_steps()) {
    see(painted, {});
    loss = cartoon_initial_loss(painted, options_);
    speed *= options_.initial_speed;
  } else {
    const auto art = sides_.batch(kArt, step);
    const auto grey = options_.grey > 0 || options_.style > 0 ? without_colour(art) : Tensor();
    judge_step(art, grey, painted.drawn.detach(), step, numbers);
    see(painted, grey);
    set_trained(*judge_, false);
    painted.judged = judge_->forward(painted.drawn);
    loss = cartoon_painter_loss(painted, options_);
  }
  loss.total.backward();
  set_trained(*judge_, true);
  note(numbers, loss);
  painter_adam_->step(speed);
  painter_->clip_parameters();
  move_towards(*average_, *painter_, ema_decay(recipe_.half_life, recipe_.batch, (step + 1) * recipe_.batch));
  return numbers;
}

// All batches in one pass: the nets of this role judge each picture by itself.
void CartoonTask::judge_step(const Tensor& art, const Tensor& grey, const Tensor& drawn, int64_t step,
                             Numbers& numbers) {
  std::vector<Tensor> shown = {art, drawn};
  if (options_.smooth > 0) shown.push_back(sides_.batch(kSmoothArt, step));
  if (options_.grey > 0) shown.push_back(grey);
  const auto said = judge_->forward(torch::cat(shown)).patches.split(recipe_.batch);
  CartoonJudgements judged{.real = {said[0]}, .drawn = {said[1]}};
  if (options_.smooth > 0) judged.smooth = {said[2]};
  if (options_.grey > 0) judged.grey = {said.back()};
  const auto loss = cartoon_discriminator_loss(judged, options_);
  loss.total.backward();
  note(numbers, loss);
  judge_adam_->step(rate_factor(recipe_, step));
}

// Fills in the maps of what the objective compares.
void CartoonTask::see(Painted& painted, const Tensor& grey) const {
  if (!features_) return;
  painted.photo_features = features_->map(painted.photo);
  painted.drawn_features = features_->map(painted.drawn);
  if (options_.style > 0 && grey.defined()) painted.style_features = features_->map(grey);
}

NamedTensors CartoonTask::tensors() {
  NamedTensors tensors;
  add_tensors(tensors, "painter", *painter_);
  add_tensors(tensors, "judge", *judge_);
  add_tensors(tensors, "average", *average_);
  add_moments(tensors, "painter_adam", *painter_, *painter_adam_);
  add_moments(tensors, "judge_adam", *judge_, *judge_adam_);
  return tensors;
}

void CartoonTask::resume_at(int64_t step) {
  painter_adam_->set_steps(step);
  judge_adam_->set_steps(std::max<int64_t>(0, step - initial_steps()));
}

weights::Card CartoonTask::card() const {
  auto card = sides_.card(net_options_);
  if (features_) card.extra["content_features"] = features_->description();
  return card;
}

// How near the drawn pictures come to the art, and how much they keep of their photographs.
std::optional<Measurement> CartoonTask::measure() {
  if (!score_) return std::nullopt;
  torch::NoGradGuard no_grad;
  double kept = 0;
  int64_t pictures = 0;
  const auto distance = score_->measure([&](int64_t first, const Tensor& tags) {
    auto drawn = sides_.drawn(*average_, first, tags.size(0), shown_size_);
    for (int64_t i = 0; i < int64_t(drawn.size()); ++i, ++pictures) {
      const auto photo = models::tensor_to_pictures(sides_.unseen(kPhotos, first + i, 1, shown_size_))[0];
      kept += compose::structure_kept(media::to_image(drawn[size_t(i)]), media::to_image(photo));
    }
    return drawn;
  });
  const weights::Metric content{.name = "content",
                                .value = kept / double(pictures),
                                .deviation = 0,
                                .protocol = compose::structure_protocol()};
  return Measurement{.score = -distance.value, .metrics = {distance, content}};
}

// Rows of photo | drawn | photo | drawn | photo | drawn.
std::optional<media::Image8> CartoonTask::samples() {
  constexpr int64_t kPhotosShown = 12;
  constexpr int kColumns = 6;
  torch::NoGradGuard no_grad;
  std::vector<media::Image8> images;
  for (int64_t i = 0; i < kPhotosShown; ++i) {
    const auto photo = sides_.unseen(kPhotos, i, 1, shown_size_);
    for (const auto& shown : {photo, average_->forward(photo)})
      images.push_back(models::tensor_to_pictures(shown)[0]);
  }
  return media::contact_sheet(images, kColumns);
}

}  // namespace

std::unique_ptr<Task> make_cartoon_task(const Recipe& recipe, const data::Dataset& photos) {
  return std::make_unique<CartoonTask>(recipe, photos);
}

}  // namespace sakuga::train

// What a run trains: its nets, one step of them, and what can be said of them. The loop (loop.h) does
// everything that does not depend on what is trained.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sakuga/data/dataset.h"
#include "sakuga/media/image.h"
#include "sakuga/train/checkpoint.h"
#include "sakuga/train/recipe.h"
#include "sakuga/weights/card.h"

namespace sakuga::train {

using Numbers = std::vector<std::pair<std::string, double>>;

struct Measurement {
  double score = 0;  // Larger is better.
  std::vector<weights::Metric> metrics;
};

class Task {
 public:
  virtual ~Task() = default;

  // Step number `step` of the run, from 0. Depends on the tensors, the recipe and `step` alone. Returns the
  // losses by name.
  virtual Numbers step(int64_t step) = 0;

  // Everything that a step changes.
  virtual NamedTensors tensors() = 0;

  // After the tensors were loaded: the run goes on with step `step`.
  virtual void resume_at(int64_t step) = 0;

  // The net that is the outcome (averaged weights), and its card without metrics and pictures seen.
  virtual const torch::nn::Module& model() const = 0;
  virtual weights::Card card() const = 0;

  // A grid to look at; nothing for nets that do not draw.
  virtual std::optional<media::Image8> samples() = 0;

  // How good the model is; nothing if the recipe does not score.
  virtual std::optional<Measurement> measure() = 0;
};

// Reads the pictures and builds the nets. `dataset` must outlive the task. Throws Error(BadRequest) if data
// set and recipe do not fit.
std::unique_ptr<Task> make_task(const Recipe& recipe, const data::Dataset& dataset);
std::unique_ptr<Task> make_gan_task(const Recipe& recipe, const data::Dataset& dataset);
std::unique_ptr<Task> make_tagger_task(const Recipe& recipe, const data::Dataset& dataset);
std::unique_ptr<Task> make_identity_task(const Recipe& recipe, const data::Dataset& dataset);
std::unique_ptr<Task> make_faces_task(const Recipe& recipe, const data::Dataset& photos);

// `source` (`photos`) is the first side; the second is the recipe's `target`.
std::unique_ptr<Task> make_translation_task(const Recipe& recipe, const data::Dataset& source);
std::unique_ptr<Task> make_cartoon_task(const Recipe& recipe, const data::Dataset& photos);

// What all kinds share: the card of a net of `options` with these tags.
weights::Card task_card(const Recipe& recipe, const NetRecipe& net, const nlohmann::json& options,
                        const data::Dataset& dataset, const std::vector<std::string>& tags,
                        const torch::Tensor& shown);

// The complete options of a net of the recipe: with picture size and number of tags, where it has such.
nlohmann::json complete_options(const NetRecipe& net, int64_t resolution, int64_t tags, int64_t latents = 0);

// The share of the learning rate at this step: 1, then falling to 0 over the last `decay` of the run.
double rate_factor(const Recipe& recipe, int64_t step);

}  // namespace sakuga::train

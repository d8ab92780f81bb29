#include "sakuga/train/task.h"

#include <algorithm>

#include "sakuga/models/catalog.h"
#include "sakuga/train/tag_groups.h"

namespace sakuga::train {

std::unique_ptr<Task> make_task(const Recipe& recipe, const data::Dataset& dataset) {
  if (recipe.objective == "translation") return make_translation_task(recipe, dataset);
  if (recipe.objective == "cartoon") return make_cartoon_task(recipe, dataset);
  return recipe.trains_generator() ? make_gan_task(recipe, dataset) : make_tagger_task(recipe, dataset);
}

weights::Card task_card(const Recipe& recipe, const NetRecipe& net, const nlohmann::json& options,
                        const data::Dataset& dataset, const std::vector<std::string>& tags,
                        const torch::Tensor& shown) {
  weights::Card card;
  card.architecture = net.architecture;
  card.options = options;
  card.title = recipe.title;
  card.tags = tags;
  card.tag_groups.resize(tags.size());
  for (const auto& group : tag_groups(tags, shown))
    for (const auto tag : group.tags)
      if (group.tags.size() > 1) card.tag_groups[tag] = group.name;
  const auto dial = ((shown > 0) & (shown < 1)).any(0);  // A tag that is there or not has no score between.
  const auto shares =
      torch::where(dial, shown, (shown > 0).to(shown.dtype())).mean(0, false, torch::kFloat64).contiguous();
  for (size_t i = 0; i < tags.size(); ++i) {
    card.tag_frequencies.push_back(shares.data_ptr<double>()[i]);
    if (dial[int64_t(i)].item<bool>()) card.dials.push_back(tags[i]);
  }
  card.tag_on = 1;
  card.tag_off = 0;
  card.resolution = recipe.resolution;
  card.licences = data::ledger_to_json(dataset.licences());
  Recipe published = recipe;
  published.dataset = std::filesystem::path(recipe.dataset).filename().string();
  published.target = std::filesystem::path(recipe.target).filename().string();
  published.score.features = std::filesystem::path(recipe.score.features).filename().string();
  published.cartoon.features = std::filesystem::path(recipe.cartoon.features).filename().string();
  card.extra["recipe"] = recipe_text(published);
  return card;
}

nlohmann::json complete_options(const NetRecipe& net, int64_t resolution, int64_t tags) {
  const auto& architecture = models::find_architecture(net.architecture);
  auto options = net.options;
  const auto all = architecture.options(nlohmann::json::object());
  if (all.contains("size")) options["size"] = resolution;
  if (all.contains("tags")) options["tags"] = tags;
  return architecture.options(options);
}

double rate_factor(const Recipe& recipe, int64_t step) {
  const double left = 1 - double(step * recipe.batch) / double(recipe.pictures);
  return recipe.optimiser.decay <= 0 ? 1 : std::clamp(left / recipe.optimiser.decay, 0.0, 1.0);
}

}  // namespace sakuga::train

#include "sakuga/train/task.h"

#include <algorithm>

#include "sakuga/models/catalog.h"
#include "sakuga/train/tag_groups.h"

namespace sakuga::train {

std::unique_ptr<Task> make_task(const Recipe& recipe, const data::Dataset& dataset) {
  if (recipe.objective == "translation") return make_translation_task(recipe, dataset);
  if (recipe.objective == "cartoon") return make_cartoon_task(recipe, dataset);
  if (recipe.objective == "identity") return make_identity_task(recipe, dataset);
  if (recipe.objective == "faces") return make_faces_task(recipe, dataset);
  return recipe.trains_generator() ? make_gan_task(recipe, dataset) : make_tagger_task(recipe, dataset);
}

namespace {

// Every so many-th of the training pictures' tags, to two decimals.
std::vector<std::vector<float>> some_rows(const torch::Tensor& tags) {
  constexpr int64_t kRows = 128;
  std::vector<std::vector<float>> rows;
  const int64_t count = std::min(kRows, tags.size(0));
  for (int64_t i = 0; i < count; ++i) {
    const auto row = (tags[i * tags.size(0) / count] * 100).round().div(100).to(torch::kFloat).contiguous();
    rows.emplace_back(row.data_ptr<float>(), row.data_ptr<float>() + row.numel());
  }
  return rows;
}

}  // namespace

weights::Card task_card(const Recipe& recipe, const NetRecipe& net, const nlohmann::json& options,
                        const data::Dataset& dataset, const std::vector<std::string>& tags,
                        const torch::Tensor& shown) {
  weights::Card card;
  card.architecture = net.architecture;
  card.options = options;
  card.title = recipe.title;
  card.tags = tags;
  card.tag_groups.resize(tags.size());
  const auto there = (shown > 0).to(shown.dtype());
  auto shares = there.mean(0, false, torch::kFloat64);
  for (const auto& group : tag_groups(tags, shown)) {
    const int64_t first = group.tags[0];
    if (group.dial) {
      card.dials.push_back(tags[size_t(first)]);
      shares[first] = shown.select(1, first).to(torch::kFloat64).mean();
    }
    for (const auto tag : group.tags)
      if (group.tags.size() > 1) card.tag_groups[size_t(tag)] = group.name;
  }
  card.tag_frequencies.assign(shares.data_ptr<double>(), shares.data_ptr<double>() + shares.numel());
  if (!tags.empty()) card.tag_examples = some_rows(shown);
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

nlohmann::json complete_options(const NetRecipe& net, int64_t resolution, int64_t tags, int64_t latents) {
  const auto& architecture = models::find_architecture(net.architecture);
  auto options = net.options;
  const auto all = architecture.options(nlohmann::json::object());
  if (all.contains("size")) options["size"] = resolution;
  if (all.contains("tags")) options["tags"] = tags;
  if (all.contains("noise") && latents > 0) options["noise"] = latents;
  return architecture.options(options);
}

double rate_factor(const Recipe& recipe, int64_t step) {
  const double left = 1 - double(step * recipe.batch) / double(recipe.pictures);
  return recipe.optimiser.decay <= 0 ? 1 : std::clamp(left / recipe.optimiser.decay, 0.0, 1.0);
}

}  // namespace sakuga::train

#include "sakuga/train/run.h"

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/hash.h"
#include "sakuga/nn/compute.h"
#include "sakuga/train/loop.h"

namespace sakuga::train {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;

namespace {

void set_precision(const Recipe& recipe) {
  if (recipe.precision == "float32") nn::set_compute_precision(nn::Precision::Float32);
  if (recipe.precision == "bfloat16") nn::set_compute_precision(nn::Precision::Bfloat16);
}

void check_has_recipe(const RunRequest& request) {
  if (request.resume.empty() && request.recipe.empty())
    fail(ErrorKind::BadRequest, "train: expected a recipe or --resume RUN");
}

// A run may be resumed from another folder than the one it was started in.
std::string absolute(const std::string& path) {
  return path.empty() ? path : fs::absolute(path).string();
}

data::Dataset open_dataset(const Recipe& recipe) {
  if (recipe.dataset.empty())
    fail(ErrorKind::BadRequest, "recipe {}: no data set; add --set dataset=FILE.dataset", recipe.name);
  return data::Dataset::open(recipe.dataset);
}

Recipe resumed_recipe(const RunRequest& request, const RunFolder& folder) {
  if (!fs::exists(folder.recipe()))
    fail(ErrorKind::NotFound, "train: {} holds no run to resume", folder.path().string());
  const auto before = read_recipe(folder.recipe());
  auto recipe = request.recipe.empty() ? read_recipe(folder.recipe(), request.settings)
                                       : read_recipe(request.recipe, request.settings);
  if (recipe.dataset.empty()) recipe.dataset = before.dataset;
  if (recipe.target.empty()) recipe.target = before.target;
  if (recipe.cartoon.features.empty()) recipe.cartoon.features = before.cartoon.features;
  recipe.name = folder.path().filename().string();
  if (const auto names = differences(before, recipe); !names.empty())
    fail(ErrorKind::BadRequest, "train: {} was begun with another '{}'; a resumed run cannot change it",
         folder.path().string(), fmt::join(names, "', '"));
  return recipe;
}

Recipe new_recipe(const RunRequest& request, const RunFolder& folder) {
  if (fs::exists(folder.checkpoint()) || fs::exists(folder.log()))
    fail(ErrorKind::BadRequest, "train: {} holds a run already; use --resume {} or another --run",
         folder.path().string(), folder.path().string());
  auto recipe = read_recipe(request.recipe, request.settings);
  if (recipe.title.empty()) recipe.title = recipe.name;
  return recipe;
}

// What a run learns from and its digest: the data set, that of the other side, and the net that sees content.
using Sources = std::vector<std::pair<std::string, std::string>>;

Sources sources_of(const Recipe& recipe, const data::Dataset& dataset) {
  Sources sources = {{recipe.dataset, dataset.digest()}};
  if (!recipe.target.empty())
    sources.emplace_back(recipe.target, data::Dataset::open(recipe.target).digest());
  if (!recipe.cartoon.features.empty())
    sources.emplace_back(recipe.cartoon.features, core::sha256_file(recipe.cartoon.features));
  return sources;
}

std::string digest_of(const Sources& sources) {
  std::string all;
  for (const auto& [file, digest] : sources) all += digest;
  return all;
}

void check_same_sources(const RunState& state, const Sources& sources) {
  if (state.dataset_digest == digest_of(sources)) return;
  size_t at = 0;
  for (const auto& [file, digest] : sources) {
    const auto before =
        at < state.dataset_digest.size() ? state.dataset_digest.substr(at, digest.size()) : "";
    if (before != digest)
      fail(ErrorKind::BadRequest, "train: {} is not what this run was begun with (digest {}, expected {})",
           file, digest.substr(0, 12), before.substr(0, 12));
    at += digest.size();
  }
  fail(ErrorKind::BadRequest, "train: this run was begun with more data sets than {}", sources[0].first);
}

}  // namespace

std::string resolved_recipe(const RunRequest& request) {
  check_has_recipe(request);
  const auto file = request.recipe.empty() ? request.resume / "recipe.toml" : request.recipe;
  return recipe_text(read_recipe(file, request.settings));
}

fs::path run(const RunRequest& request, void (*announce)(const fs::path&)) {
  check_has_recipe(request);
  const bool resume = !request.resume.empty();
  if (resume && !fs::is_directory(request.resume))
    fail(ErrorKind::NotFound, "train: there is no run folder {}", request.resume.string());
  // A recipe that cannot be read must not leave an empty run behind.
  if (!resume) open_dataset(read_recipe(request.recipe, request.settings));
  const RunFolder folder(resume                   ? request.resume
                         : request.folder.empty() ? free_run_folder(request.recipe.stem().string())
                                                  : request.folder);
  auto recipe = resume ? resumed_recipe(request, folder) : new_recipe(request, folder);
  recipe.dataset = absolute(recipe.dataset);
  recipe.target = absolute(recipe.target);
  recipe.cartoon.features = absolute(recipe.cartoon.features);
  recipe.score.features = absolute(recipe.score.features);
  set_precision(recipe);
  const auto dataset = open_dataset(recipe);
  const auto sources = sources_of(recipe, dataset);
  RunState state{.step = 0, .best = {}, .dataset_digest = digest_of(sources)};
  const bool checkpointed = resume && fs::exists(folder.checkpoint());
  if (checkpointed) {
    const auto before = run_state_from_json(read_counters(folder.checkpoint()), folder.checkpoint().string());
    check_same_sources(before, sources);
    state = before;
  }
  core::write_file(folder.recipe(), recipe_text(recipe));
  if (announce) announce(folder.path());
  const auto task = make_task(recipe, dataset);
  if (checkpointed) {
    load_checkpoint(folder.checkpoint(), task->tensors());
    task->resume_at(state.step);
  }
  train(*task, recipe, folder, state);
  return folder.path();
}

}  // namespace sakuga::train

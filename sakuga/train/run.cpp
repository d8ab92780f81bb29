#include "sakuga/train/run.h"

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
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

void check_same_dataset(const RunState& state, const std::string& digest, const Recipe& recipe) {
  if (state.dataset_digest != digest)
    fail(ErrorKind::BadRequest,
         "train: {} is not the data set that this run was begun with (digest {}, expected {})",
         recipe.dataset, digest.substr(0, 12), state.dataset_digest.substr(0, 12));
}

// Of both sides, where there are two.
std::string digest_of(const Recipe& recipe, const data::Dataset& dataset) {
  if (recipe.target.empty()) return dataset.digest();
  return dataset.digest() + data::Dataset::open(recipe.target).digest();
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
  recipe.score.features = absolute(recipe.score.features);
  set_precision(recipe);
  const auto dataset = open_dataset(recipe);
  RunState state{.step = 0, .best = {}, .dataset_digest = digest_of(recipe, dataset)};
  const bool checkpointed = resume && fs::exists(folder.checkpoint());
  if (checkpointed) {
    const auto before = run_state_from_json(read_counters(folder.checkpoint()), folder.checkpoint().string());
    check_same_dataset(before, state.dataset_digest, recipe);
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

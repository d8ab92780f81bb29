// The torch-free door to training.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sakuga::train {

struct RunRequest {
  std::filesystem::path recipe;       // May be empty when resuming: the run folder has it.
  std::vector<std::string> settings;  // "key=value", over the recipe's.
  std::filesystem::path folder;       // Of a new run; empty: the first free runs/NAME.
  std::filesystem::path resume;       // The folder of a run to go on with; empty: a new run.
};

// Trains to the end of the recipe; returns the run's folder (see run_folder.h for what is in it). `announce`
// is called once with the folder before the first step. A resumed run takes its recipe from its folder;
// settings that do not change what is learnt (length, intervals, where the data set is) may be given anew.
//
// Throws Error(BadRequest) for a recipe, data set or folder that will not do, or a training that went wrong;
// Error(NotFound) for missing files; core::Interrupted after a checkpoint if a signal came.
std::filesystem::path run(const RunRequest& request,
                          void (*announce)(const std::filesystem::path&) = nullptr);

// The resolved recipe of a new run, as its recipe.toml will say it. Throws as run() does for recipes.
std::string resolved_recipe(const RunRequest& request);

}  // namespace sakuga::train

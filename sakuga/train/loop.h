// The training loop: steps, the log, sample grids, scores, checkpoints, and stopping well.
#pragma once

#include <string>

#include "sakuga/train/run_folder.h"
#include "sakuga/train/task.h"

namespace sakuga::train {

// Where a run stands; part of its checkpoint.
struct RunState {
  int64_t step = 0;            // Steps done.
  std::optional<double> best;  // The best score so far.
  std::string dataset_digest;  // Of the data set that the run learns from.
};

nlohmann::json to_json(const RunState& state);
// Throws Error(CorruptInput) naming `where`.
RunState run_state_from_json(const nlohmann::json& json, const std::string& where);

// Trains from state.step until recipe.pictures are seen. Checkpoints are written on the way, at the end, and
// when a signal came, which then ends the run with core::Interrupted.
//
// Throws Error(BadRequest) if a loss is not a number or the disk is full; the last checkpoint is then whole
// and the message says where it is.
void train(Task& task, const Recipe& recipe, const RunFolder& folder, RunState state);

}  // namespace sakuga::train

// From a shot file to its deliverables.
//
// The stages are key, stylise, steady, paint (backgrounds), comp and deliver. Each keeps its frames in the
// output folder's cache under names that say what they depend on, so that a killed render goes on where it
// was and ends with the same bytes, and a changed shot redoes only what the change touches. Memory does not
// grow with the length.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/film/shot.h"

namespace sakuga::film {

struct RenderOptions {
  std::string output = {};  // Folder; empty: "renders/NAME".
  std::string frames = {};  // "10-20"; empty: all.
  std::string stage = {};   // Only up to this one, whose frames are then written as pictures.
  double preview = 1;       // Size.
  bool dry_run = false;     // Say what would be done.
};

// Without the output folder.
void visit_fields(RenderOptions& options, auto&& visit) {
  using core::Field;
  visit("frames", options.frames, Field{.help = "only these frames of the shot, such as 10-20"});
  visit("stage", options.stage, Field{.help = "stop after this stage and write its frames as pictures"});
  visit("preview", options.preview,
        Field{.help = "size of the picture, 0.25 for a quick look", .min = 0.05, .max = 1});
  visit("dry_run", options.dry_run, Field{.help = "say what would be done"});
}

struct StageReport {
  std::string stage = {};
  int64_t frames = 0;  // That were asked for.
  int64_t made = 0;    // That were not there (dry run: are not there).
};

struct RenderReport {
  std::vector<StageReport> stages = {};
  std::vector<std::filesystem::path> files = {};  // Deliverables, or the pattern of the stage's pictures.
  std::filesystem::path folder = {};
  std::string verdict = {};  // Of the ledger.
  int64_t first = 1, last = 0;
};

// Throws Error(NotFound) for missing files, Error(BadRequest) for frames and stages that there are not, a
// folder in which another render runs or that cannot be written, a full disk (the cache stays good), and what
// the stages throw.
RenderReport render(const Shot& shot, const RenderOptions& options);

// The stages composite and deliver alone: the figure is what is given. The plate is taken with its own alpha,
// or, if the shot keys or draws, what an earlier render has left of that. Throws Error(NotFound) if frames
// are missing.
RenderReport composite(const Shot& shot, const RenderOptions& options);

}  // namespace sakuga::film

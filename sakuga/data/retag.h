// Changing the tags of a dataset's pictures.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/data/selection.h"

namespace sakuga::data {

struct TagChanges {
  std::vector<std::string> rename = {};  // "old=new"; the score is kept.
  std::vector<std::string> remove = {}, add = {};
};

void visit_fields(TagChanges& options, auto&& visit) {
  using core::Field;
  visit("rename", options.rename, Field{.help = "tags to rename, old=new"});
  visit("remove", options.remove, Field{.help = "tags to take away"});
  visit("add", options.add, Field{.help = "tags to give"});
}

// Renames, removes and adds, in this order, on the chosen pictures, and returns how many pictures were
// chosen. The dataset changes whole or not at all. Throws Error(BadRequest) if nothing is to be changed, for
// an unknown tag to rename or remove, or a name that is none, and as select().
int64_t change_tags(const std::filesystem::path& dataset, const Selection& selection,
                    const TagChanges& changes);

}  // namespace sakuga::data

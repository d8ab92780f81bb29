// Choosing pictures of a dataset by tag and split.
#pragma once

#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/data/dataset.h"

namespace sakuga::data {

struct Selection {
  std::vector<std::string> with = {}, without = {};  // Tags. A picture has a tag from a score of 0.5 on.
  std::string split = "all";
};

void visit_fields(Selection& options, auto&& visit) {
  using core::Field;
  visit("with", options.with, Field{.help = "only pictures with all of these tags"});
  visit("without", options.without, Field{.help = "only pictures with none of these tags"});
  visit("split", options.split, Field{.help = "only this part", .choices = {"all", "train", "test"}});
}

// The names of the tags that this picture has.
std::vector<std::string> tags_of(const Dataset& dataset, const PictureInfo& info);

// The chosen pictures, ascending by id. Throws Error(BadRequest) for a tag that no picture has, naming the
// nearest, and Error(NotFound) if no picture is left.
std::vector<PictureInfo> select(const Dataset& dataset, const Selection& selection);

}  // namespace sakuga::data

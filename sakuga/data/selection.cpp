#include "sakuga/data/selection.h"

#include <algorithm>

#include "sakuga/core/error.h"

namespace sakuga::data {

using core::ErrorKind;

namespace {

constexpr float kHas = 0.5f;  // The score from which a picture has a tag.

std::vector<int> indices_of(const Dataset& dataset, const std::vector<std::string>& wanted) {
  const auto& names = dataset.tag_names();
  std::vector<int> indices;
  for (const auto& name : wanted) {
    const auto found = std::ranges::lower_bound(names, name);
    if (found == names.end() || *found != name) {
      core::fail(ErrorKind::BadRequest, "dataset: {} has no tag '{}'{}", dataset.path().string(), name,
                 core::suggestion(name, names));
    }
    indices.push_back(static_cast<int>(found - names.begin()));
  }
  return indices;
}

bool has(const PictureInfo& info, int tag) {
  const auto found = std::ranges::lower_bound(info.tags, tag, {}, &TagScore::tag);
  return found != info.tags.end() && found->tag == tag && found->score >= kHas;
}

}  // namespace

std::vector<std::string> tags_of(const Dataset& dataset, const PictureInfo& info) {
  std::vector<std::string> names;
  for (const auto& [tag, score] : info.tags) {
    if (score >= kHas) names.push_back(dataset.tag_names()[static_cast<size_t>(tag)]);
  }
  return names;
}

std::vector<PictureInfo> select(const Dataset& dataset, const Selection& selection) {
  const auto with = indices_of(dataset, selection.with), without = indices_of(dataset, selection.without);
  auto pictures = dataset.pictures(split_from_name(selection.split));
  std::erase_if(pictures, [&](const PictureInfo& info) {
    const auto has_tag = [&](int tag) { return has(info, tag); };
    return !std::ranges::all_of(with, has_tag) || std::ranges::any_of(without, has_tag);
  });
  if (pictures.empty()) {
    core::fail(
        ErrorKind::NotFound, "dataset: no picture of {} is {}", dataset.path().string(),
        selection.with.empty() && selection.without.empty() ? "in this split" : "chosen by these tags");
  }
  return pictures;
}

}  // namespace sakuga::data

#include "sakuga/data/retag.h"

#include <algorithm>

#include "sakuga/core/error.h"

namespace sakuga::data {

using core::ErrorKind;

namespace {

struct Renaming {
  std::string from, to;
};

std::vector<Renaming> parse(const std::vector<std::string>& texts) {
  std::vector<Renaming> renamings;
  for (const auto& text : texts) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) {
      core::fail(ErrorKind::BadRequest, "tag: a renaming is old=new, not '{}'", text);
    }
    renamings.push_back({.from = text.substr(0, equals), .to = tag_name(text.substr(equals + 1))});
  }
  return renamings;
}

// The index of a tag that has to be there.
int index_of(const Dataset& dataset, const std::string& name) {
  const auto& names = dataset.tag_names();
  const auto found = std::ranges::lower_bound(names, name);
  if (found != names.end() && *found == name) return static_cast<int>(found - names.begin());
  core::fail(ErrorKind::BadRequest, "tag: {} has no tag '{}'{}", dataset.path().string(), name,
             core::suggestion(name, names));
}

void rename(DatasetEditor& editor, const std::vector<PictureInfo>& pictures, int from,
            const std::string& old_name, const std::string& new_name) {
  for (const auto& info : pictures) {
    const auto found = std::ranges::find(info.tags, from, &TagScore::tag);
    if (found == info.tags.end()) continue;
    editor.remove_tag({&info.id, 1}, old_name);
    editor.add_tag({&info.id, 1}, {.name = new_name, .score = found->score});
  }
}

}  // namespace

int64_t change_tags(const std::filesystem::path& path, const Selection& selection,
                    const TagChanges& changes) {
  if (changes.rename.empty() && changes.remove.empty() && changes.add.empty()) {
    core::fail(ErrorKind::BadRequest, "tag: nothing to do; say --add, --remove or --rename");
  }
  const auto dataset = Dataset::open(path);
  const auto pictures = select(dataset, selection);
  const auto renamings = parse(changes.rename);
  for (const auto& name : changes.remove) index_of(dataset, name);
  std::vector<int64_t> ids;
  for (const auto& info : pictures) ids.push_back(info.id);
  edit_dataset(path, [&](DatasetEditor& editor) {
    for (const auto& [from, to] : renamings) rename(editor, pictures, index_of(dataset, from), from, to);
    for (const auto& name : changes.remove) editor.remove_tag(ids, name);
    for (const auto& name : changes.add) editor.add_tag(ids, {.name = tag_name(name)});
  });
  return static_cast<int64_t>(ids.size());
}

}  // namespace sakuga::data

#include <algorithm>
#include <set>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/film/shot.h"
#include "sakuga/film/toml_tables.h"

namespace sakuga::film {

using core::ErrorKind;
using core::fail;

namespace {

// A table that turns something on by being there.
template <class Options>
void take_if_there(TomlTables& toml, const std::string& table, std::optional<Options>& options) {
  toml.allow(table);
  if (!toml.has(table)) return;
  options.emplace();
  toml.take(table, *options);
}

template <class Options>
void take_part(TomlTables& toml, const std::string& table, Options& options) {
  toml.allow(table);
  if (toml.has(table)) toml.take(table, options);
}

template <class Options>
void take_list(TomlTables& toml, const std::string& array, std::vector<Options>& list) {
  toml.allow(array);
  for (int64_t i = 0; i < toml.count(array); ++i) {
    const std::string table = fmt::format("{}[{}]", array, i);
    toml.allow(table);
    toml.take(table, list.emplace_back());
  }
}

void take_layer(TomlTables& toml, const std::string& table, Layer& layer) {
  toml.allow(table);
  toml.take(table, layer);
  take_list(toml, table + ".move", layer.move);
  take_part(toml, table + ".grade", layer.grade);
  take_part(toml, table + ".shadow", layer.shadow);
  take_part(toml, table + ".rim", layer.rim);
  take_part(toml, table + ".wrap", layer.wrap);
  take_part(toml, table + ".glow", layer.glow);
  take_part(toml, table + ".particles", layer.particles);
  take_part(toml, table + ".gradient", layer.gradient);
  take_part(toml, table + ".lines", layer.lines);
}

void take_layers(TomlTables& toml, Shot& shot) {
  toml.allow("background");
  if (toml.has("background")) {
    Layer background = {.name = "background", .fit = "cover", .edge = "refuse", .depth = 8};
    take_layer(toml, "background", background);
    shot.layers.push_back(std::move(background));
  }
  toml.allow("layers");
  for (int64_t i = 0; i < toml.count("layers"); ++i) {
    Layer layer;
    take_layer(toml, fmt::format("layers[{}]", i), layer);
    if (layer.name.empty()) layer.name = fmt::format("layer {}", i + 1);
    shot.layers.push_back(std::move(layer));
  }
}

void take_all(TomlTables& toml, Shot& shot) {
  toml.take("", shot);
  take_if_there(toml, "plate", shot.plate);
  take_if_there(toml, "key", shot.key);
  take_if_there(toml, "stylise", shot.stylise);
  if (shot.stylise) {
    take_part(toml, "stylise.classic", shot.stylise->classic);
    take_part(toml, "stylise.training", shot.stylise->training);
  }
  take_if_there(toml, "steady", shot.steady);
  take_layers(toml, shot);
  take_list(toml, "camera", shot.camera);
  toml.allow("finish");
  take_part(toml, "finish.grade", shot.finish.grade);
  take_part(toml, "finish.glow", shot.finish.glow);
  take_part(toml, "finish.lines", shot.finish.lines);
  take_part(toml, "finish.grain", shot.finish.grain);
  take_if_there(toml, "audio", shot.audio);
  take_list(toml, "deliver", shot.deliver);
}

void check_matte(const Shot& shot, const std::string& name, const Layer& layer) {
  std::vector<std::string> names;
  for (const auto& other : shot.layers) names.push_back(other.name);
  std::set<std::string> seen = {layer.name};
  for (const Layer* at = &layer; !at->matte.empty();) {
    const Layer* next = shot.find_layer(at->matte);
    if (!next)
      fail(ErrorKind::BadRequest, "{}: layer '{}': there is no layer '{}' to be its matte{}", name, at->name,
           at->matte, core::suggestion(at->matte, names));
    if (!seen.insert(next->name).second)
      fail(ErrorKind::BadRequest, "{}: the mattes go in a circle: '{}' is cut by '{}'", name, at->name,
           at->matte);
    at = next;
  }
}

void check_layer(const Shot& shot, const std::string& name, const Layer& layer) {
  const auto what = fmt::format("{}: layer '{}'", name, layer.name);
  if (layer.is_figure() && !shot.plate)
    fail(ErrorKind::BadRequest, "{}: source '{}' needs a [plate], and there is none", what, layer.source);
  if (layer.is_picture() && layer.file.empty())
    fail(ErrorKind::BadRequest, "{}: expected a file, or another source than picture", what);
  if (!layer.is_picture() && (!layer.file.empty() || !layer.look.empty()))
    fail(ErrorKind::BadRequest, "{}: a file or look is for source 'picture', got source '{}'", what,
         layer.source);
  if (layer.crop_left + layer.crop_right >= 1 || layer.crop_top + layer.crop_bottom >= 1)
    fail(ErrorKind::BadRequest, "{}: the crops leave nothing of the picture", what);
  if (layer.to > 0 && layer.to < layer.from)
    fail(ErrorKind::BadRequest, "{}: expected 'to' after 'from', got {} and {}", what, layer.to, layer.from);
  check_matte(shot, name, layer);
  move_at(layer.move, 0);
}

void check_shot(const Shot& shot, const std::string& name) {
  std::set<std::string> names;
  for (const auto& layer : shot.layers)
    if (!names.insert(layer.name).second)
      fail(ErrorKind::BadRequest, "{}: two layers are called '{}'", name, layer.name);
  for (const auto& layer : shot.layers) check_layer(shot, name, layer);
  shot.rate();
  compose::camera_at(shot.camera, 0);
  if (shot.layers.empty()) fail(ErrorKind::BadRequest, "{}: expected a [background] or [[layers]]", name);
  if (shot.plate && shot.plate->file.empty()) fail(ErrorKind::BadRequest, "{}: [plate] needs a file", name);
  if (!shot.plate && (shot.key || shot.stylise || shot.steady))
    fail(ErrorKind::BadRequest, "{}: [{}] needs a [plate], and there is none", name,
         shot.key       ? "key"
         : shot.stylise ? "stylise"
                        : "steady");
  if (!shot.plate && shot.frames == 0)
    fail(ErrorKind::BadRequest, "{}: expected 'frames', as there is no [plate] to give the length", name);
  if (shot.audio && shot.audio->file == "plate" && !shot.plate)
    fail(ErrorKind::BadRequest, "{}: [audio] file 'plate' needs a [plate], and there is none", name);
  for (const auto& deliverable : shot.deliver)
    if (deliverable.file.empty()) fail(ErrorKind::BadRequest, "{}: [[deliver]] needs a file", name);
}

void check_stylise(const Shot& shot, const std::string& name) {
  if (!shot.stylise) return;
  const auto& stage = *shot.stylise;
  if ((stage.engine == "keyframes") != !stage.keys.empty())
    fail(ErrorKind::BadRequest,
         "{}: [stylise] 'keys' and engine 'keyframes' belong together, got engine '{}'{}", name, stage.engine,
         stage.keys.empty() ? " and no keys" : "");
  if ((stage.engine == "model") != !stage.model.empty())
    fail(ErrorKind::BadRequest, "{}: [stylise] 'model' and engine 'model' belong together, got engine '{}'{}",
         name, stage.engine, stage.model.empty() ? " and no model" : "");
}

}  // namespace

const Layer* Shot::find_layer(const std::string& layer) const {
  const auto found =
      std::find_if(layers.begin(), layers.end(), [&](const Layer& l) { return l.name == layer; });
  return found == layers.end() ? nullptr : &*found;
}

Shot parse_shot(const std::string& text, const std::filesystem::path& path) {
  const std::string name = "shot " + path.filename().string();
  TomlTables toml(text, name);
  Shot shot;
  shot.file = path;
  shot.name = path.stem().string();
  take_all(toml, shot);
  toml.finish();
  if (shot.deliver.empty()) shot.deliver.push_back({.file = shot.name + ".mp4"});
  check_shot(shot, name);
  check_stylise(shot, name);
  return shot;
}

Shot read_shot(const std::filesystem::path& path) {
  return parse_shot(core::read_text(path), path);
}

}  // namespace sakuga::film

#include "sakuga/film/time_sheet.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace sakuga::film {

using Json = nlohmann::ordered_json;

namespace {

constexpr int kCells = 0;  // XDTS: fieldId of cell columns.
constexpr const char* kNoCell = "SYMBOL_NULL_CELL";

Json xdts_frame(int64_t frame, const std::string& value) {
  return {{"frame", frame}, {"data", Json::array({{{"id", 0}, {"values", Json::array({value})}}})}};
}

Json xdts_track(int64_t number, const Drawings& column, int64_t frames) {
  auto changes = Json::array();
  for (const auto& hold : holds_of(column))
    changes.push_back(xdts_frame(hold.first - 1, hold.drawing == 0 ? kNoCell : std::to_string(hold.drawing)));
  changes.push_back(xdts_frame(frames, kNoCell));
  return {{"trackNo", number}, {"frames", std::move(changes)}};
}

Json time_json(double value, double rate) {
  return {{"OTIO_SCHEMA", "RationalTime.1"}, {"rate", rate}, {"value", value}};
}

Json range_json(int64_t start, int64_t duration, double rate) {
  return {{"OTIO_SCHEMA", "TimeRange.1"},
          {"duration", time_json(double(duration), rate)},
          {"start_time", time_json(double(start), rate)}};
}

// What every item has.
Json item_json(const char* schema, const std::string& name, Json range) {
  return {{"OTIO_SCHEMA", schema},
          {"metadata", Json::object()},
          {"name", name},
          {"source_range", std::move(range)},
          {"effects", Json::array()},
          {"markers", Json::array()}};
}

Json clip_json(const std::string& name, const std::string& url, int64_t duration, int64_t available,
               double rate) {
  auto clip = item_json("Clip.1", name, range_json(0, duration, rate));
  clip["media_reference"] = {{"OTIO_SCHEMA", "ExternalReference.1"},
                             {"metadata", Json::object()},
                             {"name", ""},
                             {"available_range", range_json(0, available, rate)},
                             {"target_url", url}};
  return clip;
}

Json track_json(const std::string& name, const char* kind, Json children) {
  auto track = item_json("Track.1", name, nullptr);
  track["children"] = std::move(children);
  track["kind"] = kind;
  return track;
}

// A drawing is one picture: it is available for as long as it is held.
Json drawings_track(const Shot& shot, const Drawings& column, double rate) {
  auto children = Json::array();
  for (const auto& hold : holds_of(column)) {
    if (hold.drawing == 0)
      children.push_back(item_json("Gap.1", "", range_json(0, hold.length, rate)));
    else
      children.push_back(clip_json(fmt::format("{} {}", column.name, hold.drawing),
                                   cel_name(shot.name, hold.drawing), hold.length, hold.length, rate));
  }
  return track_json(column.name, "Video", std::move(children));
}

}  // namespace

std::string xdts_text(const Shot& shot, const std::vector<Drawings>& columns, int64_t frames) {
  auto tracks = Json::array(), names = Json::array();
  for (size_t i = 0; i < columns.size(); ++i) {
    tracks.push_back(xdts_track(int64_t(i), columns[i], frames));
    names.push_back(columns[i].name);
  }
  const Json table = {
      {"name", shot.name},
      {"duration", frames},
      {"fields", Json::array({{{"fieldId", kCells}, {"tracks", std::move(tracks)}}})},
      {"timeTableHeaders", Json::array({{{"fieldId", kCells}, {"names", std::move(names)}}})}};
  const Json sheet = {{"header", {{"cut", std::to_string(shot.cut)}, {"scene", std::to_string(shot.scene)}}},
                      {"timeTables", Json::array({table})},
                      {"version", 5}};
  return "exchangeDigitalTimeSheet Save Data\n" + sheet.dump(2) + "\n";
}

std::string otio_text(const Shot& shot, const std::vector<Drawings>& columns, int64_t frames,
                      const std::string& film) {
  const double rate = shot.rate().value();
  auto tracks = Json::array();
  for (const auto& column : columns) tracks.push_back(drawings_track(shot, column, rate));
  // Later tracks lie over earlier ones: the finished film is what an editor shows.
  tracks.push_back(
      track_json("film", "Video", Json::array({clip_json(shot.name, film, frames, frames, rate)})));
  if (shot.audio)
    tracks.push_back(
        track_json("sound", "Audio", Json::array({clip_json(shot.name, film, frames, frames, rate)})));
  auto stack = item_json("Stack.1", "tracks", nullptr);
  stack["children"] = std::move(tracks);
  const Json timeline = {
      {"OTIO_SCHEMA", "Timeline.1"},
      {"metadata", {{"sakuga", {{"title", shot.title}, {"scene", shot.scene}, {"cut", shot.cut}}}}},
      {"name", shot.name},
      {"global_start_time", nullptr},
      {"tracks", std::move(stack)}};
  return timeline.dump(4) + "\n";
}

}  // namespace sakuga::film

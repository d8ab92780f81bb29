#include "sakuga/rig/design.h"

#include <algorithm>
#include <map>

#include "sakuga/core/error.h"
#include "sakuga/rig/geometry.h"

namespace sakuga::rig {
namespace {

template <class Table>
void check_table(const std::string& what, Table table) {
  visit_fields(table, [&](const std::string& name, auto& value, const Field& field) {
    core::check_field(what + ": " + name, value, field);
  });
}

const std::vector<std::pair<std::string, Expression>>& expressions() {
  static const std::vector<std::pair<std::string, Expression>> table = {
      {"neutral", {.smile = 0.1}},
      {"smile", {.brow_raise = 0.2, .blush = 0.4, .smile = 0.8}},
      {"laugh",
       {.brow_raise = 0.5,
        .lid_l = 0,
        .lid_r = 0,
        .happy = 1,
        .blush = 0.6,
        .mouth_open = 0.8,
        .mouth_width = 0.4,
        .smile = 0.7,
        .teeth = 0.8}},
      {"angry",
       {.brow_raise = -0.7,
        .brow_tilt = -1,
        .lid_l = 0.85,
        .lid_r = 0.85,
        .mouth_open = 0.35,
        .mouth_width = 0.3,
        .smile = -0.7,
        .teeth = 1}},
      {"sad",
       {.brow_raise = 0.3,
        .brow_tilt = 0.9,
        .lid_l = 0.72,
        .lid_r = 0.72,
        .gaze_y = 0.4,
        .mouth_width = -0.2,
        .smile = -0.7}},
      {"surprised",
       {.brow_raise = 1,
        .lid_l = 1.15,
        .lid_r = 1.15,
        .mouth_open = 0.6,
        .mouth_width = -0.4,
        .mouth_round = 0.8,
        .smile = 0}},
      {"cry",
       {.brow_raise = 0.4,
        .brow_tilt = 1,
        .lid_l = 0.55,
        .lid_r = 0.55,
        .blush = 0.6,
        .tears = 0.9,
        .mouth_open = 0.45,
        .smile = -0.8}},
      {"wink",
       {.brow_raise = 0.3,
        .lid_l = 1,
        .lid_r = 0,
        .happy = 0.9,
        .blush = 0.5,
        .mouth_open = 0.4,
        .smile = 0.8,
        .teeth = 0.6}},
      {"sleepy",
       {.brow_raise = 0.2, .brow_tilt = 0.3, .lid_l = 0.35, .lid_r = 0.35, .mouth_width = -0.2, .smile = 0}},
      {"shy",
       {.brow_tilt = 0.8,
        .lid_l = 0.85,
        .lid_r = 0.85,
        .gaze_x = 0.7,
        .gaze_y = 0.3,
        .blush = 1,
        .mouth_width = -0.3,
        .smile = -0.1}},
      {"a", {.mouth_open = 0.85, .mouth_width = 0, .mouth_round = 0.25, .smile = 0.15}},
      {"i", {.mouth_open = 0.28, .mouth_width = 0.6, .smile = 0.25, .teeth = 1}},
      {"u", {.mouth_open = 0.25, .mouth_width = -0.7, .mouth_round = 1, .smile = 0}},
      {"e", {.mouth_open = 0.48, .mouth_width = 0.4, .smile = 0.15, .teeth = 0.6}},
      {"o", {.mouth_open = 0.6, .mouth_width = -0.35, .mouth_round = 1, .smile = 0}}};
  return table;
}

double over_years(double year, double y1985, double y1995, double y2005, double y2015, double y2025) {
  const std::array<Vec2, 5> keys = {
      {{1985, y1985}, {1995, y1995}, {2005, y2005}, {2015, y2015}, {2025, y2025}}};
  return keyed(keys, year);
}

}  // namespace

void check(const Character& character) {
  check_table("design", character.design);
  check_table("pose", character.pose);
  check_table("expression", character.expression);
  check_table("light", character.light);
  check_table("era", character.era);
}

Era era_of(int64_t year) {
  check_table("era", Era{.year = year});
  const double y = double(year);
  Era era = {.year = year};
  era.line_weight = over_years(y, 1.55, 1.35, 1.08, 0.9, 0.78);
  era.eye_scale = over_years(y, 0.84, 0.98, 1.1, 1.02, 0.98);
  era.chin_point = over_years(y, 0.35, 0.95, 0.6, 0.5, 0.45);
  era.saturation = over_years(y, 0.74, 0.92, 1.0, 1.0, 0.94);
  era.shine = over_years(y, 0.35, 0.75, 0.75, 0.6, 0.5);
  era.tones = year < 2000 ? 1 : 2;
  era.catchlights = year < 1992 ? 1 : year < 2008 ? 2 : 3;
  return era;
}

const std::vector<std::string>& expression_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& [name, expression] : expressions()) list.push_back(name);
    return list;
  }();
  return names;
}

Expression expression_of(const std::string& name) {
  for (const auto& [known, expression] : expressions())
    if (known == name) return expression;
  core::fail(core::ErrorKind::BadRequest, "expression: expected one of {}, got {}{}",
             fmt::join(expression_names(), ", "), name, core::suggestion(name, expression_names()));
}

}  // namespace sakuga::rig

#include "sakuga/rig/dials.h"

#include <algorithm>

namespace sakuga::rig {
namespace {

constexpr Dial kDials[] = {
    {"pose_yaw", -90, 90, "degrees to the viewer's right", [](const Character& c) { return c.pose.yaw; }},
    {"pose_pitch", -30, 30, "degrees up", [](const Character& c) { return c.pose.pitch; }},
    {"pose_roll", -30, 30, "degrees clockwise", [](const Character& c) { return c.pose.roll; }},
    {"era_year", 1985, 2025, "year", [](const Character& c) { return double(c.era.year); }},
    {"light_across", -1, 1, "light from the left to the right",
     [](const Character& c) { return c.light.from_x; }},
    {"light_down", -1, 1, "light from above to below", [](const Character& c) { return c.light.from_y; }},
    {"mouth_opening", 0, 1, "mouth closed to open",
     [](const Character& c) { return c.expression.mouth_open; }},
    {"mouth_curve", -1, 1, "corners of the mouth down to up",
     [](const Character& c) { return c.expression.smile; }},
    {"lid_left", 0, 1.25, "left eye closed to wide open",
     [](const Character& c) { return c.expression.lid_l; }},
    {"lid_right", 0, 1.25, "right eye closed to wide open",
     [](const Character& c) { return c.expression.lid_r; }},
    {"gaze_x", -1, 1, "gaze to the left or right", [](const Character& c) { return c.expression.gaze_x; }},
    {"gaze_y", -1, 1, "gaze up or down", [](const Character& c) { return c.expression.gaze_y; }},
    {"brow_tilt", -1, 1, "brows angry to worried", [](const Character& c) { return c.expression.brow_tilt; }},
    {"brow_raise", -1, 1, "brows low to high", [](const Character& c) { return c.expression.brow_raise; }},
    {"mouth_width", -1, 1, "mouth narrow to wide",
     [](const Character& c) { return c.expression.mouth_width; }},
    {"mouth_round", 0, 1, "mouth round", [](const Character& c) { return c.expression.mouth_round; }},
    {"teeth", 0, 1, "teeth seen in an open mouth", [](const Character& c) { return c.expression.teeth; }},
    {"happy", 0, 1, "closed eyes arch upwards", [](const Character& c) { return c.expression.happy; }},
    {"tears", 0, 1, "tears", [](const Character& c) { return c.expression.tears; }}};

}  // namespace

std::span<const Dial> dials() {
  return kDials;
}

double score_of(const Dial& dial, const Character& character) {
  return std::clamp(dial.score(dial.of(character)), 0.0, 1.0);
}

}  // namespace sakuga::rig

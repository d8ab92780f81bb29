// The multiplane camera: flat layers at different depths, seen by one camera that pans, trucks, zooms and
// rolls between key positions.
//
// Depth 1 is the plane that the shot is drawn for: a pan of 10 pixels moves it by 10 pixels. A plane at
// depth d moves by 1/d of that, so skies (depth 8) hardly move and grass before the lens (depth 0.5) moves
// twice as far. `zoom` is the lens and enlarges every plane alike; `truck` moves the camera itself by that
// share of the distance to depth 1, which enlarges a plane by d / (d - truck): near ones grow faster.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/compose/transform.h"

namespace sakuga::compose {

struct CameraPosition {
  double x = 0, y = 0;  // Pixels of the depth 1 plane; positive looks to the right and down.
  double zoom = 1;
  double truck = 0;
  double roll = 0;  // Degrees; positive turns the picture counter-clockwise.
};

struct CameraKey {
  int64_t frame = 0;
  std::string ease = "in-out";  // How the move from this key to the next goes.
  CameraPosition position = {};
};

void visit_fields(CameraKey& key, auto&& visit) {
  using core::Field;
  visit("frame", key.frame, Field{.help = "frame of the shot", .min = 0, .max = 1e7});
  visit("ease", key.ease,
        Field{.help = "way to the next key", .choices = {"linear", "in", "out", "in-out", "hold"}});
  visit("x", key.position.x, Field{.help = "pan to the right in pixels at depth 1", .min = -1e6, .max = 1e6});
  visit("y", key.position.y, Field{.help = "pan down in pixels at depth 1", .min = -1e6, .max = 1e6});
  visit("zoom", key.position.zoom, Field{.help = "lens factor", .min = 0.01, .max = 100});
  visit("truck", key.position.truck,
        Field{.help = "move forward in distances to depth 1", .min = -100, .max = 100});
  visit("roll", key.position.roll, Field{.help = "degrees", .min = -3600, .max = 3600});
}

// `at` in [0, 1] to [0, 1]: cubic slow in ("in"), slow out ("out"), both, straight, or 0 until 1 ("hold").
double eased(const std::string& ease, double at);

// Between the keys, which stand in order of their frames; before the first and after the last it rests.
// Throws Error(BadRequest) for keys out of order or two of one frame.
CameraPosition camera_at(const std::vector<CameraKey>& keys, double frame);

// From a plane's own pixels (of a picture as large as the frame) to the frame of width x height. Throws
// Error(BadRequest) if the camera has reached or passed the plane.
Affine plane_matrix(const CameraPosition& camera, double depth, int width, int height);

}  // namespace sakuga::compose

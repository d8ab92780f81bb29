// A drawing before it is painted: shapes in their order from back to front, each part of the character a
// run of them, each shape with its role in the cel (fill, shadow, highlight, line).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/rig/geometry.h"

namespace sakuga::rig {

// Straight sRGB in [0, 1].
struct Colour {
  double r = 0, g = 0, b = 0, a = 1;
};

// The order of the names in part_name(); the ids of the part map are these numbers plus one.
enum class Part : uint8_t {
  BackHair,
  Tails,
  Neck,
  Topwear,
  Face,
  EarL,
  EarR,
  Nose,
  Mouth,
  EyeL,
  EyeR,
  IrisL,
  IrisR,
  LashL,
  LashR,
  Tears,
  Eyewear,
  FrontHair,
  BrowL,
  BrowR,
  FrontTails,
  Ribbon,
  Headwear,
  Earrings,
  Count
};
const char* part_name(Part part);

enum class Role : uint8_t { Fill, Shadow, Highlight, Line };
const char* role_name(Role role);
inline constexpr size_t kRoles = 4;

enum class Blend : uint8_t { Flat, Linear, Radial };

// One colour; or from one to another between two points; or from the centre (start) to the rim of a circle
// through `end` that is pressed to `squash` of its height.
struct Paint {
  Colour from, to = {};
  Vec2 start = {}, end = {};
  Blend blend = Blend::Flat;
  double squash = 1;
};

struct Shape {
  Part part = Part::Face;
  Role role = Role::Fill;
  Path path;
  Paint paint;
  double outline = 0;  // Above 0: not filled, but stroked with a pen so wide, which fills drawn later hide.
  int clip = -1;       // Index into Drawing::clips; -1 draws everywhere.
  int key = 0;         // The same in all drawings of a character, within its part and role.
  bool on_skull = false;  // Lies on the shell of the hair.
  int also = -1;          // A second clip, for what must lie in both.
};

struct Drawing {
  std::vector<Shape> shapes;
  std::vector<Path> clips;

  // Shapes added from here on have keys from `id` on; each thing that some poses lack begins anew.
  void begin(int id) { next_key_ = id * 1000; }
  int add_clip(Path path);
  void fill(Part part, Path path, Colour colour);
  void shadow(Part part, Path path, Colour colour, int clip = -1);
  void highlight(Part part, Path path, Colour colour, int clip = -1);
  void line(Part part, Path path, Colour colour, int clip = -1);
  void outline(Part part, Path path, Colour colour, double width);
  void add(Part part, Role role, Path path, Paint paint, int clip = -1);

 private:
  int next_key_ = 0;
};

}  // namespace sakuga::rig

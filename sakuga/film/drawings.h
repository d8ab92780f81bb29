// The drawings of a shot as an animator numbers them. Internal to film.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sakuga/film/stage.h"

namespace sakuga::film {

// One column of a time sheet. Equal pictures have one number, also when they come again later.
struct Drawings {
  std::string name;
  std::vector<int64_t> shown;    // For each frame from 1 the drawing's number, from 1; 0 for none.
  std::vector<int64_t> made_at;  // For each drawing the first frame that shows it.
  int64_t count() const { return int64_t(made_at.size()); }
};

Drawings number_drawings(const std::string& name, Frames& pictures, int64_t frames);

// A stretch of frames that shows one drawing.
struct Hold {
  int64_t drawing, first, length;
};
std::vector<Hold> holds_of(const Drawings& drawings);

// "cels/duel.0001.png"
std::string cel_name(const std::string& shot, int64_t drawing);

}  // namespace sakuga::film

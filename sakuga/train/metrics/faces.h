// How well faces are found in scenes whose faces are known.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sakuga::metrics {

// A square about (x, y), in pixels. `score` of one that was found; `counts` of a true one: one that does not
// may be found or not.
struct FaceMark {
  double x = 0, y = 0, side = 0;
  double score = 1;
  bool counts = true;
};

// Whether `found` stands for `truth`: its middle lies within 0.35 of the true side, and the sides are within
// a factor of 1.7.
bool stands_for(const FaceMark& found, const FaceMark& truth);
inline constexpr const char* kFaceRule = "middle within 0.35 sides, sides within a factor of 1.7";

// Gathers scenes. The best find of a true face is a hit, others of it and all that stand for none are false.
class FaceTally {
 public:
  void add(std::span<const FaceMark> truth, std::span<const FaceMark> found);

  int64_t scenes() const { return scenes_; }
  int64_t faces() const { return faces_; }
  // Of finds that score at least `score`.
  double recall(double score) const;
  double false_per_scene(double score) const;
  // The least score with at most so many false finds a scene.
  double score_at(double false_per_scene) const;
  // The mean precision over all recalls (all-point interpolation, as PASCAL VOC from 2010 on).
  double average_precision() const;

 private:
  struct Find {
    double score = 0;
    bool hit = false;
  };
  int64_t count(double score, bool hit) const;

  int64_t scenes_ = 0, faces_ = 0;
  std::vector<Find> finds_;
};

}  // namespace sakuga::metrics

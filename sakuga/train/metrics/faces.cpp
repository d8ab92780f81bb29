#include "sakuga/train/metrics/faces.h"

#include <algorithm>
#include <cmath>

namespace sakuga::metrics {

bool stands_for(const FaceMark& found, const FaceMark& truth) {
  const double ratio = found.side / truth.side;
  return std::hypot(found.x - truth.x, found.y - truth.y) <= 0.35 * truth.side && ratio <= 1.7 &&
         ratio >= 1 / 1.7;
}

void FaceTally::add(std::span<const FaceMark> truth, std::span<const FaceMark> found) {
  std::vector<FaceMark> sorted(found.begin(), found.end());
  std::ranges::stable_sort(sorted, std::ranges::greater{}, &FaceMark::score);
  std::vector<bool> taken(truth.size());
  for (const FaceMark& find : sorted) {
    const auto match = std::ranges::find_if(truth, [&](const FaceMark& face) {
      return !(face.counts && taken[size_t(&face - truth.data())]) && stands_for(find, face);
    });
    if (match != truth.end() && !match->counts) continue;
    if (match != truth.end()) taken[size_t(match - truth.begin())] = true;
    finds_.push_back({find.score, match != truth.end()});
  }
  faces_ += std::ranges::count_if(truth, &FaceMark::counts);
  ++scenes_;
}

int64_t FaceTally::count(double score, bool hit) const {
  return std::ranges::count_if(finds_,
                               [&](const Find& find) { return find.hit == hit && find.score >= score; });
}

double FaceTally::recall(double score) const {
  return faces_ == 0 ? 0 : double(count(score, true)) / double(faces_);
}

double FaceTally::false_per_scene(double score) const {
  return scenes_ == 0 ? 0 : double(count(score, false)) / double(scenes_);
}

double FaceTally::score_at(double false_per_scene) const {
  std::vector<double> misses;
  for (const Find& find : finds_)
    if (!find.hit) misses.push_back(find.score);
  std::ranges::sort(misses, std::ranges::greater{});
  const auto allowed = size_t(false_per_scene * double(scenes_));
  return allowed >= misses.size() ? 0 : std::nextafter(misses[allowed], 2.0);
}

double FaceTally::average_precision() const {
  if (faces_ == 0) return 0;
  auto finds = finds_;
  std::ranges::stable_sort(finds, std::ranges::greater{}, &Find::score);
  std::vector<double> precision;  // At each hit.
  int64_t hits = 0;
  for (size_t i = 0; i < finds.size(); ++i)
    if (finds[i].hit) precision.push_back(double(++hits) / double(i + 1));
  double sum = 0, best = 0;
  for (size_t i = precision.size(); i-- > 0;) sum += best = std::max(best, precision[i]);
  return sum / double(faces_);
}

}  // namespace sakuga::metrics

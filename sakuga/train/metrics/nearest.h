// Has the model learnt to draw, or its pictures by heart? For each drawn picture the nearest training
// pictures, and how near real pictures that the model never saw come to the training set: a copy would be far
// nearer than those.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sakuga/media/image.h"
#include "sakuga/train/metrics/feature_protocol.h"
#include "sakuga/train/metrics/picture_set.h"

namespace sakuga::metrics {

struct Neighbour {
  int64_t index = -1;     // In the order of add().
  double distance = 0;    // Root mean square of the differences.
  bool mirrored = false;  // The query was mirrored (training mirrors its pictures).
};

// Finds the `keep` nearest of any number of candidates for each query, in one pass over the candidates.
class NearestSearch {
 public:
  // `mirrored` are the same queries mirrored, or empty. Throws Error(BadRequest) if the two do not fit.
  NearestSearch(FeatureSet queries, FeatureSet mirrored, int keep);

  // Candidates count on from those added before. Throws Error(BadRequest) for another dimension.
  void add(const FeatureSet& candidates);

  // Of each query, nearest first; each candidate at most once.
  const std::vector<std::vector<Neighbour>>& neighbours() const { return neighbours_; }

 private:
  void offer(size_t query, const Neighbour& neighbour);

  FeatureSet queries_, mirrored_;
  size_t keep_;
  int64_t added_ = 0;
  std::vector<std::vector<Neighbour>> neighbours_;
};

// RGB pictures of one size as vectors of values in 0 to 255.
FeatureSet pixels(std::span<const media::Image8> pictures);

media::Image8 mirrored(const media::Image8& picture);

// How near the nearest neighbours are.
struct NearestSummary {
  double smallest = 0, fifth_percentile = 0, median = 0;
};
NearestSummary summarise(const std::vector<std::vector<Neighbour>>& neighbours);

// The share of queries whose nearest neighbour is nearer than `distance`. With the real pictures' fifth
// percentile: about 0.05 for a model that draws as freely as the artists did.
double share_nearer(const std::vector<std::vector<Neighbour>>& neighbours, double distance);

// Both sides of the question.
struct NearestReport {
  std::vector<std::vector<Neighbour>> drawn = {}, unseen = {};  // Indices into the training set.
  NearestSummary drawn_summary = {}, unseen_summary = {};
  double share_nearer = 0;  // Drawn pictures nearer than the unseen ones' fifth percentile.
};

using Vectorise = std::function<FeatureSet(std::span<const media::Image8>)>;

// Compares `drawn` and `unseen` (pictures that the model was not trained on), as they are and mirrored, with
// every picture of `training`, in one pass. `vectorise` turns pictures into vectors; with `relative`,
// distances are in units of the training vectors' root mean square. Throws Error(BadRequest) if a side is
// empty, core::Interrupted.
NearestReport compare_with_training(std::span<const media::Image8> drawn, const PictureSet& unseen,
                                    const PictureSet& training, const Vectorise& vectorise, bool relative,
                                    int keep = 3);

}  // namespace sakuga::metrics

// Kernel distance between two sets of pictures (KID: Binkowski et al., "Demystifying MMD GANs", ICLR 2018).
//
// The squared maximum mean discrepancy under the kernel (x.y / d + 1)^3, unbiased: 0 on average for two sets
// from one source, sometimes below. Printed times 100, as U-GAT-IT does. Numbers of different feature nets,
// or of different ways of resizing, say nothing about one another: the protocol belongs to the result.
#pragma once

#include <cstdint>
#include <string>

#include "sakuga/train/metrics/feature_protocol.h"

namespace sakuga::metrics {

struct KidOptions {
  int64_t subsets = 100;
  int64_t subset_size = 1000;  // At most; a smaller set is taken whole.
  uint64_t seed = 0;
};

// Times 100: the mean over the subsets and their standard deviation, and how large a subset was.
struct Kid {
  double value = 0, deviation = 0;
  int64_t subset_size = 0;
};

// Subset s draws m = min(both counts, subset_size) vectors without replacement from each side, by Philox
// streams 2 s (drawn) and 2 s + 1 (reference) of the seed. Both sides are scaled by the one number that gives
// the reference unit mean square. The same sets give the same result, but for the last digits of float32
// sums, which may depend on the number of threads. Throws Error(BadRequest) for fewer than two vectors on a
// side, other lengths, or a reference of zeros.
Kid kernel_distance(const FeatureSet& drawn, const FeatureSet& reference, const KidOptions& options = {});

// FeatureProtocol::text() and the estimator: what makes two results comparable.
std::string kid_protocol(const FeatureProtocol& protocol, const KidOptions& options, const Kid& kid);

}  // namespace sakuga::metrics

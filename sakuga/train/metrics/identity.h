// Can an embedding tell whether two pictures show one character?
#pragma once

#include <cstdint>
#include <span>

#include "sakuga/train/metrics/feature_protocol.h"

namespace sakuga::metrics {

// Of all pairs of pictures, compared by the cosine of their vectors.
struct IdentityErrors {
  int64_t same = 0, others = 0;  // Pairs of one character, and of two.
  double equal_error = 0;        // Where as large a share of one is judged wrongly as of the other.
  double threshold = 0;          // The cosine there.
  double same_cosine = 0, other_cosine = 0;  // Means.
};

// `who` is the character of each vector. Throws Error(BadRequest) unless the lists are as long as one another
// and there are pairs of both kinds.
IdentityErrors equal_error(const FeatureSet& features, std::span<const int64_t> who);

}  // namespace sakuga::metrics

#include "sakuga/train/metrics/identity.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sakuga/core/error.h"

namespace sakuga::metrics {
namespace {

std::vector<float> of_length_one(const FeatureSet& features) {
  std::vector<float> values = features.values;
  for (int64_t i = 0; i < features.count(); ++i) {
    const auto row = std::span(values).subspan(size_t(i * features.dimension), size_t(features.dimension));
    double square = 0;
    for (const float value : row) square += double(value) * value;
    const auto scale = float(1 / std::sqrt(std::max(square, 1e-20)));
    for (float& value : row) value *= scale;
  }
  return values;
}

double mean(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += value;
  return sum / double(values.size());
}

// Both sorted. A pair counts as one character from the threshold on; thresholds are the cosines of `same`.
void find_equal_error(const std::vector<float>& same, const std::vector<float>& others,
                      IdentityErrors& errors) {
  double least = 2;
  for (size_t i = 0; i < same.size(); ++i) {
    const double missed = double(i) / double(same.size());
    const auto taken_pairs = others.end() - std::lower_bound(others.begin(), others.end(), same[i]);
    const double taken = double(taken_pairs) / double(others.size());
    if (std::abs(missed - taken) >= least) continue;
    least = std::abs(missed - taken);
    errors.equal_error = (missed + taken) / 2;
    errors.threshold = same[i];
  }
}

}  // namespace

IdentityErrors equal_error(const FeatureSet& features, std::span<const int64_t> who) {
  const int64_t count = features.count(), size = features.dimension;
  if (count != int64_t(who.size()))
    core::fail(core::ErrorKind::BadRequest, "identity: {} vectors of {} pictures", count, who.size());
  const auto values = of_length_one(features);
  std::vector<float> same, others;
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t j = i + 1; j < count; ++j) {
      float product = 0;
      for (int64_t k = 0; k < size; ++k)
        product += values[size_t(i * size + k)] * values[size_t(j * size + k)];
      (who[size_t(i)] == who[size_t(j)] ? same : others).push_back(product);
    }
  }
  if (same.empty() || others.empty())
    core::fail(core::ErrorKind::BadRequest,
               "identity: expected several pictures of each of several characters, got {} pictures", count);
  std::sort(same.begin(), same.end());
  std::sort(others.begin(), others.end());
  IdentityErrors errors = {.same = int64_t(same.size()),
                           .others = int64_t(others.size()),
                           .same_cosine = mean(same),
                           .other_cosine = mean(others)};
  find_equal_error(same, others, errors);
  return errors;
}

}  // namespace sakuga::metrics

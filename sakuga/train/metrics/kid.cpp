#include "sakuga/train/metrics/kid.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"

namespace sakuga::metrics {
namespace {

using core::ErrorKind;
using core::fail;

torch::Tensor as_tensor(const FeatureSet& set) {
  return torch::from_blob(const_cast<float*>(set.values.data()), {set.count(), set.dimension});
}

void check(const FeatureSet& drawn, const FeatureSet& reference) {
  if (drawn.count() < 2 || reference.count() < 2)
    fail(ErrorKind::BadRequest, "kid: expected at least two pictures on each side, got {} and {}",
         drawn.count(), reference.count());
  if (drawn.dimension != reference.dimension)
    fail(ErrorKind::BadRequest, "kid: vectors of {} and of {} numbers, from different feature nets",
         drawn.dimension, reference.dimension);
}

// m different rows: the beginning of a Fisher-Yates shuffle.
torch::Tensor draw_rows(const torch::Tensor& rows, int64_t m, uint64_t seed, uint64_t stream) {
  const int64_t count = rows.size(0);
  if (m == count) return rows;
  core::Rng rng(seed, stream);
  std::vector<int64_t> order(size_t(count), 0);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = 0; i < m; ++i)
    std::swap(order[size_t(i)], order[size_t(i + int64_t(rng.below(uint64_t(count - i))))]);
  order.resize(size_t(m));
  return rows.index_select(0, torch::tensor(order));
}

// The kernel of every row of a with every row of b.
torch::Tensor kernel(const torch::Tensor& a, const torch::Tensor& b) {
  return torch::mm(a, b.t()).div_(double(a.size(1))).add_(1).pow_(3);
}

double total_of(const torch::Tensor& values) {
  return values.sum(torch::kFloat64).item<double>();
}

double unbiased_mmd2(const torch::Tensor& x, const torch::Tensor& y) {
  const auto xx = kernel(x, x), yy = kernel(y, y);
  const double m = double(x.size(0));
  const double within = total_of(xx) - total_of(xx.diagonal()) + total_of(yy) - total_of(yy.diagonal());
  return (within / (m - 1) - 2 * total_of(kernel(x, y)) / m) / m;
}

}  // namespace

Kid kernel_distance(const FeatureSet& drawn, const FeatureSet& reference, const KidOptions& options) {
  check(drawn, reference);
  torch::NoGradGuard no_grad;
  auto x = as_tensor(drawn), y = as_tensor(reference);
  const double scale = std::sqrt(total_of(y.square()) / double(y.numel()));
  if (!(scale > 0) || !std::isfinite(scale))
    fail(ErrorKind::BadRequest, "kid: the reference's features have the size {}", scale);
  x = x / scale;
  y = y / scale;

  const int64_t m = std::min({drawn.count(), reference.count(), options.subset_size});
  double total = 0, squares = 0;
  for (int64_t s = 0; s < options.subsets; ++s) {
    const double value = 100 * unbiased_mmd2(draw_rows(x, m, options.seed, 2 * uint64_t(s)),
                                             draw_rows(y, m, options.seed, 2 * uint64_t(s) + 1));
    total += value;
    squares += value * value;
  }
  const double n = double(options.subsets), mean = total / n;
  return {.value = mean, .deviation = std::sqrt(std::max(0., squares / n - mean * mean)), .subset_size = m};
}

std::string kid_protocol(const FeatureProtocol& protocol, const KidOptions& options, const Kid& kid) {
  return fmt::format(
      "{}; scaled to unit mean square of the reference; unbiased, kernel (x.y/d+1)^3, {} subsets of {}, x100",
      protocol.text(), options.subsets, kid.subset_size);
}

}  // namespace sakuga::metrics

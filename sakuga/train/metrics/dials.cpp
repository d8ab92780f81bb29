#include "sakuga/train/metrics/dials.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/error.h"

namespace sakuga::metrics {

std::vector<DialErrors> dial_errors(const weights::Card& card, const std::vector<std::string>& known,
                                    std::span<const float> scores, std::span<const float> asked) {
  const size_t columns = card.tags.size();
  if (columns == 0 || scores.empty() || scores.size() != asked.size() || scores.size() % columns != 0)
    core::fail(core::ErrorKind::BadRequest, "dials: {} scores and {} asked for, the judge knows {} tags",
               scores.size(), asked.size(), columns);
  std::vector<DialErrors> all;
  for (size_t tag = 0; tag < columns; ++tag) {
    if (std::ranges::count(card.dials, card.tags[tag]) == 0 || std::ranges::count(known, card.tags[tag]) == 0)
      continue;
    std::vector<double> errors;
    double sum = 0;
    for (size_t at = tag; at < scores.size(); at += columns) {
      errors.push_back(std::abs(double(scores[at]) - double(asked[at])));
      sum += errors.back();
    }
    std::sort(errors.begin(), errors.end());
    all.push_back({card.tags[tag], sum / double(errors.size()), errors[(errors.size() - 1) * 9 / 10]});
  }
  return all;
}

}  // namespace sakuga::metrics

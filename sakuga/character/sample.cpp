#include "sakuga/character/sample.h"

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"

namespace sakuga::character {
namespace {

constexpr uint64_t kCombinationStream = 2;

}  // namespace

std::vector<Subject> sample_subjects(const Vocabulary& vocabulary,
                                     std::span<const std::vector<float>> combinations, int64_t count,
                                     uint64_t seed) {
  core::Rng rng(seed, kCombinationStream);
  std::vector<Subject> subjects;
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t own_seed = (seed << 32) + uint64_t(i);
    std::vector<TagRequest> requests;
    if (!combinations.empty()) {
      const auto& scores = combinations[rng.below(combinations.size())];
      if (scores.size() != vocabulary.names().size())
        core::fail(core::ErrorKind::BadRequest, "sample: a combination of {} tags, the model has {}",
                   scores.size(), vocabulary.names().size());
      for (size_t tag = 0; tag < scores.size(); ++tag)
        if (scores[tag] != 0 || vocabulary.stands_alone(tag))
          requests.push_back({vocabulary.names()[tag], double(scores[tag])});
    }
    subjects.push_back({own_seed, vocabulary.weights(requests, Unspecified::Random, own_seed)});
  }
  return subjects;
}

}  // namespace sakuga::character

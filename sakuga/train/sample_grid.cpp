#include "sakuga/train/sample_grid.h"

#include "sakuga/train/random.h"

namespace sakuga::train {
namespace {

constexpr int kColumns = 12, kFreeRows = 4, kRowsOfGroup = 2;
constexpr size_t kGroups = 2;

}  // namespace

SampleGrid make_sample_grid(int64_t noise_size, const torch::Tensor& data_tags,
                            const std::vector<TagGroup>& groups, uint64_t seed) {
  SampleGrid grid{.noise = {}, .tags = {}, .columns = kColumns};
  const auto pick = [&](int64_t count, int64_t stream) {
    const auto numbers = uniform({count}, seed, Purpose::SampleTags, stream);
    return data_tags.index_select(0, (numbers * double(data_tags.size(0))).to(torch::kInt64)).clone();
  };
  std::vector<torch::Tensor> noise = {
      normal({kFreeRows * kColumns, noise_size}, seed, Purpose::SampleNoise, 0)};
  std::vector<torch::Tensor> tags = {pick(kFreeRows * kColumns, 0)};
  size_t shown = 0;
  for (const auto& group : groups) {
    if (group.tags.size() < 2 || shown == kGroups) continue;
    ++shown;
    noise.push_back(normal({kRowsOfGroup, noise_size}, seed, Purpose::SampleNoise, int64_t(shown))
                        .repeat_interleave(kColumns, 0));
    auto rows = pick(kRowsOfGroup, int64_t(shown)).repeat_interleave(kColumns, 0);
    for (const auto tag : group.tags) rows.select(1, tag).zero_();
    for (int64_t i = 0; i < rows.size(0); ++i)
      rows[i][group.tags[size_t(i % kColumns) % group.tags.size()]] = 1;
    tags.push_back(rows);
  }
  grid.noise = torch::cat(noise);
  grid.tags = torch::cat(tags);
  return grid;
}

}  // namespace sakuga::train

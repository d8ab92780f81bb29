// What a run's sample grids show: always the same noise and tags, so that grids can be compared.
#pragma once

#include <torch/torch.h>

#include "sakuga/train/tag_groups.h"

namespace sakuga::train {

struct SampleGrid {
  torch::Tensor noise;  // [n, noise size]
  torch::Tensor tags;   // [n, tags]
  int columns = 0;
};

// Four rows of pictures with noise and tags of their own, the tags taken from `data_tags` [m, tags]; then for
// each of the first two exclusive groups two rows with one noise each, in which only the group's tag changes.
SampleGrid make_sample_grid(int64_t noise_size, const torch::Tensor& data_tags,
                            const std::vector<TagGroup>& groups, uint64_t seed);

}  // namespace sakuga::train

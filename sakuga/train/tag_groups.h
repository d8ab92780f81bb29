// Which tags exclude one another.
//
// Tags that share the word after the last underscore ("blonde_hair", "aqua_hair") are one group, of which a
// picture has one; every other tag stands alone and is on or off, or is a dial: a quantity, known by pictures
// that score neither 0 nor 1.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sakuga::train {

struct TagGroup {
  std::string name;           // "hair"; the tag's own name for one that stands alone.
  std::vector<int64_t> tags;  // Indices into the tag names, ascending; one or more.
  bool dial = false;          // Of one tag, which is a quantity from 0 to 1.
};

// The groups of `names`, in the order of their first tags.
std::vector<TagGroup> tag_groups(const std::vector<std::string>& names);

// The same where the pictures' tags [n, t] are known: what they show together ("long_hair" beside each of the
// colours) does not exclude one another, and the tag that does so most often stands alone, until each group
// has no more than one picture in a hundred with two of its tags.
std::vector<TagGroup> tag_groups(const std::vector<std::string>& names, const torch::Tensor& tags);

// The mean over pictures and groups of the cross-entropy of `tags` [n, t] in [0, 1] under `logits` [n, t]:
// softmax in groups, sigmoid for tags that stand alone. A dial's sigmoid is a value, and its distance from
// the tag is the loss (smooth L1, in tenths of the range). A picture without a tag in a group does not count
// in that group; one with several shares the weight between them.
torch::Tensor tag_cross_entropy(const torch::Tensor& logits, const torch::Tensor& tags,
                                const std::vector<TagGroup>& groups);

// For each group, the share of pictures whose likeliest tag is on (groups), or whose tag is on the right side
// of 0.5 (tags that stand alone); for a dial one less its mean absolute error. Pictures without a tag in a
// group do not count there; NaN if none has.
std::vector<double> tag_accuracy(const torch::Tensor& logits, const torch::Tensor& tags,
                                 const std::vector<TagGroup>& groups);

}  // namespace sakuga::train

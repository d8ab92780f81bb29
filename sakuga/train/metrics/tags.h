// Does a picture show what was asked for? A classifier's verdict, group by group.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sakuga/weights/card.h"

namespace sakuga::metrics {

// One group of tags that exclude one another, or a tag that stands alone (then the rows and columns are
// "without" and "with" it).
struct TagVerdict {
  std::string group = {};
  std::vector<std::string> labels = {};
  std::vector<int64_t> confusion = {};  // labels.size() squared, row = asked for, column = seen.

  int64_t pictures() const;
  int64_t asked(size_t label) const;
  double right(
      size_t label) const;       // Share of the pictures asked for `label` that were seen so; NaN if none.
  double accuracy() const;       // Share over all pictures; NaN if none.
  double mean_accuracy() const;  // Mean of right() over the labels asked for: rare tags count as much.
};

// `card` is the judge's: its tags are the columns of both lists, picture by picture. `scores` are
// probabilities, `asked` are weights: in a group the largest counts, and a picture with none above 0 is left
// out; a lone tag is with or without at 0.5. Lone tags that no picture is asked for are left out,
// and so are dials (dials.h). Throws
// Error(BadRequest) if the lists do not fit the card or one another.
std::vector<TagVerdict> judge_tags(const weights::Card& card, std::span<const float> scores,
                                   std::span<const float> asked);

// The confusion as a table with row shares in per cent, for people.
std::string confusion_table(const TagVerdict& verdict);

}  // namespace sakuga::metrics

// How far the quantities that a picture shows are from those asked for, in the eyes of a judge.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sakuga/weights/card.h"

namespace sakuga::metrics {

struct DialErrors {
  std::string dial;
  double mean = 0;         // Of the absolute errors, in scores from 0 to 1.
  double nine_in_ten = 0;  // That many are nearer than this.
};

// One for each of the card's dials in `known`. `card` is the judge's: its tags are the columns of both lists,
// picture by picture. Throws Error(BadRequest) if the lists do not fit the card or one another.
std::vector<DialErrors> dial_errors(const weights::Card& card, const std::vector<std::string>& known,
                                    std::span<const float> scores, std::span<const float> asked);

}  // namespace sakuga::metrics

// Poses and moods of the rig (rig/design.h), as what a model that learnt from it is asked for.
#pragma once

#include <vector>

#include "sakuga/character/tags.h"
#include "sakuga/rig/sheet.h"

namespace sakuga::character {

// Throws Error(BadRequest) "MODEL cannot turn heads ..." unless the model has dials of yaw and moods.
void expect_dials(const weights::Card& card, const std::string& model);

// `weights` with the head as the shot turns it, upright, and its mood: the dials of the face, and the tags
// blush, smile and open_mouth. Without a mood the face stays as its tags say it, eyes ahead.
std::vector<float> posed(const Vocabulary& vocabulary, std::vector<float> weights, const rig::Shot& shot);

// All that the model can be told of a character: the 34 tags and the dials. What else it knows is 0.
std::vector<float> weights_of(const Vocabulary& vocabulary, const rig::Character& character);

}  // namespace sakuga::character

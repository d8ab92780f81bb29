// What kind of pictures a model has seen, to warn of one that is far from them.
//
// A picture's gist, after Oliva and Torralba, "Modeling the Shape of the Scene", IJCV 42(3), 2001: the
// picture squeezed to 64x64 pixels; of each of 4x4 cells the square roots of how strong edges of 8 directions
// are, the mean lightness, and by how much red and blue exceed it. A domain is the mean and the deviation of
// each of these numbers over the training pictures.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::compose {

inline constexpr size_t kGistValues = 4 * 4 * (8 + 3);
using Gist = std::array<float, kGistValues>;

Gist gist_of(const media::Image8& picture);  // RGB, any size.

struct Domain {
  Gist mean = {}, deviation = {};
  double limit = 0;  // See distance().
};

// Of pictures in any order. The limit is what 98 % of them stay below when each is measured by the others
// (fourfold cross-validation). None for fewer than 16: they say nothing of others.
std::optional<Domain> domain_of(std::span<const Gist> gists);

// Root mean square of a gist's differences from the mean in deviations, over the limit: above 1 for a picture
// unlike those that the model has seen.
double distance(const Domain& domain, const Gist& gist);

nlohmann::json to_json(const Domain& domain);
// None for anything that to_json() did not write.
std::optional<Domain> domain_from_json(const nlohmann::json& json);

}  // namespace sakuga::compose

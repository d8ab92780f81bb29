#include "sakuga/rig/latent.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/rng.h"

namespace sakuga::rig {
namespace {

constexpr int kCrowd = 4096;
constexpr uint64_t kCrowdSeed = uint64_t{1} << 48;  // Away from the seeds that people choose.

// The fields that neither tags nor dials tell.
void visit_untold(Character& c, auto&& visit) {
  visit_fields(c.design, [&](const std::string& name, auto& value, const Field& field) {
    if (name != "hair_colour" && name != "eye_colour") visit(name, value, field);
  });
  visit_fields(c.light, [&](const std::string& name, auto& value, const Field& field) {
    if (name != "from_x" && name != "from_y") visit("light_" + name, value, field);
  });
  visit("body", c.pose.body, Field{});
}

// Adds what one character shows of a field to the field's prior.
void count(std::vector<double>& prior, double value, const Field&) {
  prior.push_back(value);
}
void count(std::vector<double>& prior, bool value, const Field&) {
  prior.resize(1);
  prior[0] += value / double(kCrowd);
}
void count(std::vector<double>& prior, const std::string& value, const Field& field) {
  prior.resize(field.choices.size());
  const auto at = std::ranges::find(field.choices, value) - field.choices.begin();
  prior[size_t(at)] += 1 / double(kCrowd);
}
void count(std::vector<double>& prior, int64_t, const Field&) {
  prior.assign(kLearntHairSeeds, 1);
}

class Writer {
 public:
  Writer(Character& who, uint64_t seed) : who_(who), tags_(tags_of(who)), rng_(seed, 5) {}

  void write(const std::string& name, double value, const Field&, const std::vector<double>& sorted) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
    const double below = double(low - sorted.begin()), same = double(high - low + 1);
    add(name, (below + any() * same) / double(sorted.size() + 1));
  }
  void write(const std::string& name, bool value, const Field&, const std::vector<double>& share) {
    add(name, value ? 1 - share[0] * any() : (1 - share[0]) * any());
  }
  void write(const std::string& name, std::string& value, const Field& field, std::vector<double> shares) {
    const std::string chosen = value;
    for (size_t i = 0; i < shares.size(); ++i) {
      value = field.choices[i];
      if (tags_of(who_) != tags_) shares[i] = 0;
    }
    value = chosen;
    choose(name, field.choices, shares,
           size_t(std::ranges::find(field.choices, chosen) - field.choices.begin()));
  }
  void write(const std::string& name, int64_t value, const Field&, const std::vector<double>& shares) {
    std::vector<std::string> names;
    for (size_t i = 0; i < shares.size(); ++i) names.push_back(std::to_string(i + 1));
    choose(name, names, shares, size_t(value - 1));
  }

  std::vector<Latent> latents;

 private:
  double any() { return (double(rng_.next_u32()) + 0.5) / 4294967296.0; }
  void add(const std::string& name, double value) {
    latents.push_back({name, std::clamp(value, 1e-5, 1 - 1e-5)});
  }
  // The largest of log(share) plus a Gumbel number each is the one chosen; the others are below it.
  void choose(const std::string& name, const std::vector<std::string>& names,
              const std::vector<double>& shares, size_t chosen) {
    double total = 0;
    for (const double share : shares) total += share;
    const double top = -std::log(any());  // exp(-the largest)
    for (size_t i = 0; i < names.size(); ++i) {
      const double below_top = std::exp(-shares[i] / total * top);
      add(name + "_" + names[i], i == chosen ? below_top : below_top * any());
    }
  }

  Character& who_;
  const std::vector<std::string> tags_;
  core::Rng rng_;
};

}  // namespace

Latents::Latents(const RandomOptions& options) {
  for (uint64_t i = 0; i < kCrowd; ++i) {
    Character one = random_character(kCrowdSeed + i, options);
    visit_untold(one, [&](const std::string& name, const auto& value, const Field& field) {
      count(priors_[name], value, field);
    });
  }
  Character any;
  visit_untold(any, [&](const std::string& name, const auto& value, const Field&) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>) std::ranges::sort(priors_[name]);
  });
}

std::vector<Latent> Latents::of(const Character& character, uint64_t seed) const {
  Character who = character;
  Writer writer(who, seed);
  visit_untold(who, [&](const std::string& name, auto& value, const Field& field) {
    writer.write(name, value, field, priors_.at(name));
  });
  return writer.latents;
}

}  // namespace sakuga::rig

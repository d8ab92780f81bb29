// sakuga metric cast
#include <functional>
#include <memory>

#include "sakuga/character/sheet.h"
#include "sakuga/cli/metric.h"
#include "sakuga/cli/metric_rig.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/progress.h"
#include "sakuga/rig/cast.h"

namespace sakuga::cli {
namespace {

constexpr int kColours = 8;
constexpr int64_t kPictureSize = 128;

struct Request {
  std::string model;
  std::vector<std::string> lock;
  int64_t casts = 12, members = 5, seed = 0;
};

void visit_fields(Request& request, auto&& visit) {
  using core::Field;
  visit("lock", request.lock,
        Field{.help = "what a cast shares: palette, line, era, none; default: all, or era for a model"});
  visit("casts", request.casts, Field{.help = "casts to compare", .min = 2, .max = 1000});
  visit("members", request.members, Field{.help = "characters of a cast", .min = 2, .max = 100});
  visit("seed", request.seed, Field{.help = "which characters", .min = 0, .max = 1e9});
}

using Palette = std::vector<compose::MainColour>;
using Casts = std::vector<std::vector<Palette>>;

const std::vector<rig::Shot>& cast_shots() {
  static const std::vector<rig::Shot> shots = {{25}, {-12, "smile"}};
  return shots;
}

Casts rig_casts(const Request& request, const std::vector<std::string>& lock) {
  const auto characters = unseen_characters(request.casts * request.members, request.seed, false);
  core::Progress progress("rig", "characters", int64_t(characters.size()));
  Casts casts(static_cast<size_t>(request.casts));
  for (size_t i = 0; i < characters.size(); ++i) {
    core::check_interrupt();
    const auto& first = characters[i - i % size_t(request.members)];
    const auto who = rig::in_style_of(first, characters[i], lock);
    std::vector<media::Image8> pictures;
    for (const auto& shot : cast_shots())
      pictures.push_back(rig::draw(
          rig::posed(who, shot),
          {.size = kPictureSize, .frame = shot.mood.empty() ? "bust" : "face", .backdrop = "white"}));
    casts[i / size_t(request.members)].push_back(character::character_colours(pictures, kColours));
    progress.update(int64_t(i) + 1);
  }
  return casts;
}

Casts model_casts(const Request& request, const character::Artist& artist,
                  const std::vector<std::string>& lock) {
  core::Progress progress("draw", "casts", request.casts);
  Casts casts;
  for (int64_t cast = 0; cast < request.casts; ++cast) {
    core::check_interrupt();
    const int64_t first = (request.seed << 24) + cast * request.members;
    casts.emplace_back();
    for (const auto& member : character::cast_members(
             artist, {.seeds = fmt::format("{}-{}", first, first + request.members - 1), .lock = lock}))
      casts.back().push_back(
          character::character_colours(character::draw_shots(artist, member, cast_shots(), 1), kColours));
    progress.update(cast + 1);
  }
  return casts;
}

struct Distances {
  double within = 0, between = 0;  // Means over pairs of characters.
};

Distances distances_of(const Casts& casts) {
  double sums[2] = {}, pairs[2] = {};
  for (size_t a = 0; a < casts.size(); ++a)
    for (size_t b = a; b < casts.size(); ++b)
      for (size_t i = 0; i < casts[a].size(); ++i)
        for (size_t j = a == b ? i + 1 : 0; j < casts[b].size(); ++j) {
          sums[a != b] += compose::palette_distance(casts[a][i], casts[b][j]);
          pairs[a != b] += 1;
        }
  return {sums[0] / pairs[0], sums[1] / pairs[1]};
}

void metric_cast(const Request& request, bool json) {
  const bool rig = request.model.empty();
  auto lock = request.lock;
  if (lock.empty()) lock = rig ? rig::cast_locks() : character::cast_locks();
  std::erase(lock, "none");
  Casts casts;
  std::string name = "rig, unseen designs";
  if (rig) {
    casts = rig_casts(request, lock);
  } else {
    const auto artist = character::load_artist(request.model);
    name = artist.name;
    casts = model_casts(request, artist, lock);
  }
  const auto distances = distances_of(casts);
  if (json)
    print_json({{"metric", "cast"},
                {"drawn", name},
                {"lock", lock},
                {"casts", request.casts},
                {"members", request.members},
                {"within", distances.within},
                {"between", distances.between},
                {"protocol", "mean OKLab distance (x100) to the nearest of the 8 main colours"}});
  else
    fmt::print(
        "{}, {} casts of {} that share {}: palette distance within a cast {:.2f}, between casts {:.2f} "
        "(OKLab "
        "x100, to the nearest of 8 main colours)\n",
        name, request.casts, request.members,
        lock.empty() ? "nothing" : fmt::format("{}", fmt::join(lock, ", ")), distances.within,
        distances.between);
}

}  // namespace

void add_metric_cast(CLI::App& metric) {
  auto request = std::make_shared<Request>();
  CLI::App& command =
      *metric.add_subcommand("cast", "How much nearer the colours of a cast are than those of others");
  command.add_option("model", request->model, "Generator with dials (.safetensors); none: the rig")
      ->type_name("FILE");
  add_options(command, *request);
  command.callback([request, &command] { metric_cast(*request, wants_json(command)); });
}

}  // namespace sakuga::cli

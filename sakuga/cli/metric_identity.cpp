// sakuga metric identity
#include <algorithm>
#include <memory>

#include "sakuga/character/pose.h"
#include "sakuga/character/sheet.h"
#include "sakuga/cli/metric.h"
#include "sakuga/cli/metric_rig.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/progress.h"
#include "sakuga/train/metrics/identity.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::string model, embedding;
  int64_t characters = 60, seed = 0;
  double yaw = 60, truncation = 1;
};

void visit_fields(Request& request, auto&& visit) {
  using core::Field;
  visit("characters", request.characters, Field{.help = "characters to compare", .min = 2, .max = 2000});
  visit("seed", request.seed, Field{.help = "which characters", .min = 0, .max = 1e9});
  visit("max_yaw", request.yaw,
        Field{.help = "degrees that sheets turn heads to either side", .min = 0, .max = 90});
  visit("truncation", request.truncation,
        Field{.help = "length of the noise of drawn pictures", .min = 0, .max = 2});
}

// The pictures of a sheet, no farther turned than asked for.
std::vector<rig::Shot> shots_of(const Request& request) {
  std::vector<rig::Shot> shots = rig::sheet_turns();
  shots.insert(shots.end(), rig::sheet_moods().begin(), rig::sheet_moods().end());
  for (auto& shot : shots) shot.yaw = std::clamp(shot.yaw, -request.yaw, request.yaw);
  return shots;
}

// `draw(i, shots)` draws character i.
metrics::IdentityErrors measure(const Request& request, const metrics::FeatureProtocol& protocol,
                                const char* what, auto&& draw) {
  const auto shots = shots_of(request);
  core::Progress progress(what, "characters", request.characters);
  metrics::FeatureSet all;
  std::vector<int64_t> who;
  for (int64_t i = 0; i < request.characters; ++i) {
    core::check_interrupt();
    const auto features = protocol.features(draw(i, shots));
    all.dimension = features.dimension;
    all.values.insert(all.values.end(), features.values.begin(), features.values.end());
    who.insert(who.end(), shots.size(), i);
    progress.update(i + 1);
  }
  return metrics::equal_error(all, who);
}

void print(const std::string& who, const metrics::IdentityErrors& errors, const Request& request,
           const metrics::FeatureProtocol& protocol, bool json) {
  if (json)
    print_json({{"metric", "identity"},
                {"drawn", who},
                {"equal_error_rate", errors.equal_error},
                {"characters", request.characters},
                {"same_pairs", errors.same},
                {"other_pairs", errors.others},
                {"mean_cosine_same", errors.same_cosine},
                {"mean_cosine_others", errors.other_cosine},
                {"threshold", errors.threshold},
                {"max_yaw", request.yaw},
                {"protocol", protocol.text()}});
  else
    fmt::print(
        "{}: equal error rate {:.2f} % ({} characters over +-{:g} degrees; {} pairs of one, {} of two; mean "
        "cosines {:.2f} and {:.2f})\n",
        who, 100 * errors.equal_error, request.characters, request.yaw, errors.same, errors.others,
        errors.same_cosine, errors.other_cosine);
}

void metric_identity(const Request& request, bool json) {
  const auto net = models::FeatureModel::load(request.embedding);
  const int size = net->resolution() > 0 ? net->resolution() : 64;
  const metrics::FeatureProtocol protocol(net, size);
  const auto characters = unseen_characters(request.characters, request.seed, false);
  const auto rig = measure(request, protocol, "rig", [&](int64_t i, const std::vector<rig::Shot>& shots) {
    std::vector<media::Image8> pictures;
    for (const auto& shot : shots)
      pictures.push_back(measured_picture(rig::posed(characters[size_t(i)], shot), size));
    return pictures;
  });
  print("rig, unseen designs", rig, request, protocol, json);
  if (!request.model.empty()) {
    const auto artist = character::load_artist(request.model);
    const character::Vocabulary vocabulary(artist.card);
    const auto drawn =
        measure(request, protocol, "draw", [&](int64_t i, const std::vector<rig::Shot>& shots) {
          const character::Subject subject = {(uint64_t(request.seed) << 32) + uint64_t(i),
                                              character::weights_of(vocabulary, characters[size_t(i)])};
          return character::draw_shots(artist, subject, shots, request.truncation);
        });
    print(artist.name, drawn, request, protocol, json);
  }
  if (!json) fmt::print("  {}\n", protocol.text());
}

}  // namespace

void add_metric_identity(CLI::App& metric) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *metric.add_subcommand(
      "identity", "Whether a character stays itself over its sheet: equal error rate against others");
  command.add_option("model", request->model, "Generator with dials (.safetensors); none: the rig alone")
      ->type_name("FILE");
  command
      .add_option("--embedding", request->embedding,
                  "Embedder (.safetensors), as recipes/identity64.toml trains it, or any net of metric kid")
      ->type_name("FILE")
      ->required();
  add_options(command, *request);
  command.callback([request, &command] { metric_identity(*request, wants_json(command)); });
}

}  // namespace sakuga::cli

// sakuga metric, and its kid
#include "sakuga/cli/metric.h"

#include <CLI/App.hpp>
#include <memory>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/metric_sides.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/error.h"
#include "sakuga/train/metrics/kid.h"

namespace sakuga::cli {
namespace {

struct KidRequest {
  std::string drawn, reference, features;
  int64_t size = 64;
  SideOptions sides;
};

// With one set instead of two: its halves, which is as near as two sets of that source can come.
std::pair<Side, Side> kid_sides(const KidRequest& request) {
  const int size = int(request.size);
  if (!request.reference.empty()) {
    const auto reference = metrics::PictureSet::open(request.reference);
    auto drawn = any_side(request.drawn, &reference, request.sides, size);
    return {std::move(drawn), read_side(reference, request.sides, size)};
  }
  if (is_model(request.drawn))
    core::fail(core::ErrorKind::BadRequest, "metric kid: expected pictures to compare {} with",
               request.drawn);
  const auto [first, second] = metrics::PictureSet::open(request.drawn).halves(uint64_t(request.sides.seed));
  auto sides = std::pair(read_side(first, request.sides, size), read_side(second, request.sides, size));
  sides.first.text = "one half of " + sides.first.text;
  sides.second.text = "the other half of " + sides.second.text;
  return sides;
}

void metric_kid(const KidRequest& request, bool json) {
  const metrics::FeatureProtocol protocol(models::FeatureModel::load(request.features), int(request.size));
  const auto [drawn, reference] = kid_sides(request);
  const metrics::KidOptions options = {.seed = uint64_t(request.sides.seed)};
  const auto kid = metrics::kernel_distance(protocol.features(drawn.pictures),
                                            protocol.features(reference.pictures), options);
  const std::string text = metrics::kid_protocol(protocol, options, kid);
  if (json)
    print_json({{"metric", "kid"},
                {"value", kid.value},
                {"deviation", kid.deviation},
                {"drawn", drawn.text},
                {"reference", reference.text},
                {"protocol", text}});
  else
    fmt::print("kid {:.2f} ± {:.2f}\n  drawn      {}\n  reference  {}\n  {}\n", kid.value, kid.deviation,
               drawn.text, reference.text, text);
}

void add_kid(CLI::App& parent) {
  auto request = std::make_shared<KidRequest>();
  CLI::App& command = *parent.add_subcommand(
      "kid", "Kernel distance between two sets of pictures, or between the halves of one");
  command.add_option("drawn", request->drawn, "Model, or pictures: dataset[:train|test|all], folder or zip")
      ->type_name("PLACE")
      ->required();
  command.add_option("reference", request->reference, "Pictures to compare with")->type_name("PLACE");
  command
      .add_option("--features", request->features,
                  "Net to compare by: SqueezeNet 1.0 or a tagger (.safetensors)")
      ->type_name("FILE")
      ->required();
  add_field(command, "size", request->size,
            {.help = "side in pixels to which all pictures are brought first", .min = 16, .max = 1024});
  add_options(command, request->sides);
  command.callback([request, &command] { metric_kid(*request, wants_json(command)); });
}

}  // namespace

void add_metric(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("metric", "Measure how good drawn pictures are");
  command.require_subcommand(1);
  add_kid(command);
  add_metric_tags(command);
  add_metric_angle(command);
  add_metric_identity(command);
  add_metric_cast(command);
  add_metric_nearest(command);
  add_metric_content(command);
  add_metric_faces(command);
  add_metric_matte(command);
  add_metric_warp(command);
}

}  // namespace sakuga::cli

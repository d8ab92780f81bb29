// sakuga metric nearest
#include "sakuga/train/metrics/nearest.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "sakuga/cli/metric.h"
#include "sakuga/cli/metric_sides.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

constexpr int kNeighbours = 3;

struct Request {
  std::string drawn, data, features, output;
  int64_t size = 64, rows = 16;
  SideOptions sides = {.pictures = 200};
};

// One way of telling pictures apart, and what it found.
struct Comparison {
  std::string name, protocol;
  metrics::NearestReport report;
};

std::vector<Comparison> compare(const Request& request, const Side& drawn,
                                const metrics::PictureSet& training, const metrics::PictureSet& unseen) {
  const int size = int(request.size);
  const auto as_pixels = [&](std::span<const media::Image8> pictures) {
    std::vector<media::Image8> small;
    for (const auto& picture : pictures) small.push_back(metrics::at_size(picture, size));
    return metrics::pixels(small);
  };
  std::vector<Comparison> comparisons;
  comparisons.push_back(
      {"pixels", fmt::format("root mean square of 0..255 at {0}x{0}", size),
       metrics::compare_with_training(drawn.pictures, unseen, training, as_pixels, false, kNeighbours)});
  if (request.features.empty()) return comparisons;
  const metrics::FeatureProtocol protocol(models::FeatureModel::load(request.features), size);
  const auto as_features = [&](std::span<const media::Image8> pictures) {
    return protocol.features(pictures);
  };
  comparisons.push_back(
      {"features", protocol.text() + ", in units of the training set's root mean square",
       metrics::compare_with_training(drawn.pictures, unseen, training, as_features, true, kNeighbours)});
  return comparisons;
}

// Drawn pictures from the most to the least suspicious: by their place in the last comparison.
std::vector<size_t> by_nearness(const Comparison& comparison) {
  std::vector<size_t> order(comparison.report.drawn.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return comparison.report.drawn[a][0].distance < comparison.report.drawn[b][0].distance;
  });
  return order;
}

// Each row: the drawn picture, then its neighbours by every comparison.
void write_sheet(const Request& request, const Side& drawn, const metrics::PictureSet& training,
                 const std::vector<Comparison>& comparisons, const std::vector<size_t>& order) {
  std::vector<media::Image8> cells;
  for (const size_t row : order) {
    cells.push_back(drawn.pictures[row]);
    for (const auto& comparison : comparisons)
      for (const auto& neighbour : comparison.report.drawn[row]) {
        const auto picture = metrics::at_size(training.picture(neighbour.index), int(request.size));
        cells.push_back(neighbour.mirrored ? metrics::mirrored(picture) : picture);
      }
  }
  media::write_image(request.output, media::contact_sheet(cells, 1 + kNeighbours * int(comparisons.size())));
}

nlohmann::ordered_json row_json(const Side& drawn, const metrics::PictureSet& training, size_t row,
                                const Comparison& comparison) {
  auto neighbours = nlohmann::ordered_json::array();
  for (const auto& neighbour : comparison.report.drawn[row])
    neighbours.push_back({{"picture", training.name(neighbour.index)},
                          {"distance", neighbour.distance},
                          {"mirrored", neighbour.mirrored}});
  nlohmann::ordered_json line = {{"metric", "nearest"}, {"by", comparison.name}, {"drawn", row}};
  if (!drawn.subjects.empty()) line["seed"] = drawn.subjects[row].seed;
  line["neighbours"] = std::move(neighbours);
  return line;
}

nlohmann::ordered_json summary_json(const metrics::NearestSummary& summary) {
  return {{"smallest", summary.smallest},
          {"fifth_percentile", summary.fifth_percentile},
          {"median", summary.median}};
}

void print_summary(const Comparison& comparison, bool json) {
  const auto& [drawn, unseen, ours, theirs, share] = comparison.report;
  if (json) {
    print_json({{"metric", "nearest"},
                {"by", comparison.name},
                {"drawn", summary_json(ours)},
                {"unseen", summary_json(theirs)},
                {"share_nearer_than_fifth_percentile", share},
                {"protocol", comparison.protocol}});
    return;
  }
  fmt::print("by {} ({})\n", comparison.name, comparison.protocol);
  for (const auto& [name, summary, count] :
       {std::tuple("drawn", ours, drawn.size()), std::tuple("real, never trained on", theirs, unseen.size())})
    fmt::print("  {:<23} nearest {:.3f}, fifth percentile {:.3f}, median {:.3f} ({} pictures)\n", name,
               summary.smallest, summary.fifth_percentile, summary.median, count);
  fmt::print("  {:.1f} % of the drawn ones are nearer than that fifth percentile; a copy would be at 0\n",
             100 * share);
}

void metric_nearest(const Request& request, bool json) {
  const auto training = metrics::PictureSet::open(request.data + ":train");
  const auto unseen = metrics::PictureSet::open(request.data + ":test")
                          .sample(request.sides.pictures, uint64_t(request.sides.seed));
  const auto drawn = any_side(request.drawn, &training, request.sides, int(request.size));
  const auto comparisons = compare(request, drawn, training, unseen);
  auto order = by_nearness(comparisons.back());
  if (json)
    for (const auto& comparison : comparisons)
      for (const size_t row : order) print_json(row_json(drawn, training, row, comparison));
  order.resize(std::min(order.size(), size_t(request.rows)));
  if (!json) fmt::print("{}\ntrained on {}\n", drawn.text, training.text());
  for (const auto& comparison : comparisons) print_summary(comparison, json);
  if (request.output.empty()) return;
  write_sheet(request, drawn, training, comparisons, order);
  if (!json)
    fmt::print("{}: the {} nearest: drawn | {} by pixels{}\n", request.output, order.size(), kNeighbours,
               comparisons.size() > 1 ? fmt::format(" | {} by features", kNeighbours) : "");
}

}  // namespace

void add_metric_nearest(CLI::App& metric) {
  auto request = std::make_shared<Request>();
  CLI::App& command =
      *metric.add_subcommand("nearest", "The training pictures nearest to drawn ones: has the model copied?");
  command.add_option("drawn", request->drawn, "Model, or pictures: dataset, folder or zip")
      ->type_name("PLACE")
      ->required();
  command.add_option("--data", request->data, "Dataset that the model was trained on")
      ->type_name("FILE")
      ->required();
  command
      .add_option("--features", request->features,
                  "Compare also by this net: SqueezeNet 1.0 or a tagger (.safetensors)")
      ->type_name("FILE");
  command.add_option("-o,--output", request->output, "Contact sheet to write")->type_name("FILE");
  add_field(command, "size", request->size,
            {.help = "side in pixels to which all pictures are brought first", .min = 16, .max = 1024});
  add_field(command, "rows", request->rows,
            {.help = "drawn pictures on the sheet, the nearest first", .min = 1, .max = 1000});
  add_options(command, request->sides);
  command.callback([request, &command] { metric_nearest(*request, wants_json(command)); });
}

}  // namespace sakuga::cli

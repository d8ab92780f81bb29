// sakuga metric tags
#include "sakuga/train/metrics/tags.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "sakuga/cli/metric.h"
#include "sakuga/cli/metric_sides.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/error.h"
#include "sakuga/models/image_model.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::string model, judge, data;
  SideOptions sides;
};

int judged_size(const models::TagJudge& judge) {
  return judge.card().resolution > 0 ? int(judge.card().resolution) : 64;
}

using Verdicts = std::vector<metrics::TagVerdict>;

// What was asked for, in the judge's order.
std::vector<float> asked_tags(const Side& drawn, const std::vector<std::string>& judged) {
  const auto& known = drawn.artist.card.tags;
  std::vector<float> asked;
  for (const auto& subject : drawn.subjects)
    for (const auto& name : judged) {
      const auto found = std::find(known.begin(), known.end(), name);
      asked.push_back(found == known.end() ? 0 : subject.tags[size_t(found - known.begin())]);
    }
  return asked;
}

Verdicts judge_drawn(const models::TagJudge& judge, const Side& drawn) {
  const auto verdicts =
      metrics::judge_tags(judge.card(), judge.scores(drawn.pictures), asked_tags(drawn, judge.card().tags));
  if (verdicts.empty())
    core::fail(core::ErrorKind::BadRequest, "metric tags: the judge knows none of the tags of {}",
               drawn.artist.name);
  return verdicts;
}

Verdicts judge_real(const models::TagJudge& judge, const metrics::PictureSet& set,
                    const SideOptions& options) {
  const auto part = set.sample(options.pictures, uint64_t(options.seed));
  std::vector<float> truth;
  for (int64_t i = 0; i < part.size(); ++i) {
    const auto tags = part.tags(i, judge.card().tags);
    truth.insert(truth.end(), tags.begin(), tags.end());
  }
  const auto real = read_side(part, options, judged_size(judge));
  return metrics::judge_tags(judge.card(), judge.scores(real.pictures), truth);
}

nlohmann::ordered_json verdict_json(const metrics::TagVerdict& verdict) {
  return {{"group", verdict.group},         {"pictures", verdict.pictures()},
          {"accuracy", verdict.accuracy()}, {"mean_accuracy", verdict.mean_accuracy()},
          {"labels", verdict.labels},       {"confusion", verdict.confusion}};
}

std::string accuracy_text(const metrics::TagVerdict& verdict) {
  return fmt::format("{:.1f} % of {} (mean over tags {:.1f} %)", 100 * verdict.accuracy(), verdict.pictures(),
                     100 * verdict.mean_accuracy());
}

void print(const metrics::TagVerdict& drawn, const metrics::TagVerdict* real, bool json) {
  if (json) {
    auto line = verdict_json(drawn);
    line["metric"] = "tags";
    if (real) line["judge_on_real"] = verdict_json(*real);
    print_json(line);
    return;
  }
  fmt::print("{}: drawn as asked {}\n{:>{}}  the judge itself, on real pictures: {}\n{}\n", drawn.group,
             accuracy_text(drawn), "", drawn.group.size(), real ? accuracy_text(*real) : "unknown",
             metrics::confusion_table(drawn));
}

const metrics::TagVerdict* of_group(const Verdicts& verdicts, const std::string& group) {
  const auto found = std::find_if(verdicts.begin(), verdicts.end(),
                                  [&](const metrics::TagVerdict& one) { return one.group == group; });
  return found == verdicts.end() ? nullptr : &*found;
}

// Tag by tag: of the pictures that were asked for it the share in which it was seen.
void print_summary(const Verdicts& drawn, const Verdicts& reals) {
  fmt::print("{:16}{:>7}{:>9}{:>20}\n", "tag", "asked", "seen", "the judge itself");
  for (const auto& verdict : drawn) {
    const auto* real = of_group(reals, verdict.group);
    const bool lone = verdict.labels == std::vector<std::string>{"without", "with"};
    for (size_t label = lone; label < verdict.labels.size(); ++label) {
      if (verdict.asked(label) == 0) continue;
      const std::string name = lone ? verdict.group : verdict.labels[label] + "_" + verdict.group;
      fmt::print("{:16}{:7}{:7.1f} %{:18.1f} %\n", name, verdict.asked(label), 100 * verdict.right(label),
                 real ? 100 * real->right(label) : NAN);
    }
  }
}

void metric_tags(const Request& request, bool json) {
  const auto judge = models::TagJudge::load(request.judge);
  const auto data = metrics::PictureSet::open(request.data, data::Split::Test);
  if (!data.has_tags())
    core::fail(core::ErrorKind::BadRequest, "metric tags: expected a dataset with tags, got {}",
               request.data);
  const auto drawn = drawn_side(request.model, &data, request.sides, judged_size(*judge));
  const auto verdicts = judge_drawn(*judge, drawn);
  const auto reals = judge_real(*judge, data, request.sides);
  if (!json) fmt::print("{}\njudge {} on {}\n\n", drawn.text, request.judge, data.text());
  for (const auto& verdict : verdicts) {
    print(verdict, of_group(reals, verdict.group), json);
  }
  if (!json) print_summary(verdicts, reals);
}

}  // namespace

void add_metric_tags(CLI::App& metric) {
  auto request = std::make_shared<Request>();
  CLI::App& command =
      *metric.add_subcommand("tags", "How often a classifier sees in drawn pictures the tags asked for");
  command.add_option("model", request->model, "Generator (.safetensors)")->type_name("FILE")->required();
  command.add_option("--judge", request->judge, "Tagger (.safetensors), as recipes/tagger64.toml trains it")
      ->type_name("FILE")
      ->required();
  command
      .add_option("--data", request->data,
                  "Dataset: whose tags to ask for, and real pictures for the judge (its test split)")
      ->type_name("PLACE")
      ->required();
  add_options(command, request->sides);
  command.callback([request, &command] { metric_tags(*request, wants_json(command)); });
}

}  // namespace sakuga::cli

// sakuga metric angle
#include <algorithm>
#include <memory>
#include <optional>

#include "sakuga/character/artist.h"
#include "sakuga/character/pose.h"
#include "sakuga/cli/metric.h"
#include "sakuga/cli/metric_rig.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/core/rng.h"
#include "sakuga/rig/dials.h"
#include "sakuga/train/metrics/dials.h"
#include "sakuga/train/metrics/feature_protocol.h"

namespace sakuga::cli {
namespace {

using Errors = std::vector<metrics::DialErrors>;

constexpr uint64_t kPoseStream = 5;
constexpr int64_t kDrawnAtOnce = 32;

struct Request {
  std::string model, judge;
  int64_t pictures = 500, seed = 0;
  double yaw = 60, pitch = 15, roll = 15, truncation = 1;
};

void visit_fields(Request& request, auto&& visit) {
  using core::Field;
  visit("pictures", request.pictures, Field{.help = "pictures to judge", .min = 2, .max = 100'000});
  visit("seed", request.seed, Field{.help = "which characters and angles", .min = 0, .max = 1e9});
  visit("max_yaw", request.yaw, Field{.help = "degrees asked for to either side", .min = 1, .max = 90});
  visit("max_pitch", request.pitch, Field{.help = "degrees asked for up and down", .min = 1, .max = 30});
  visit("max_roll", request.roll, Field{.help = "degrees asked for either way", .min = 1, .max = 30});
  visit("truncation", request.truncation,
        Field{.help = "length of the noise of drawn pictures", .min = 0, .max = 2});
}

// Unseen characters at angles that are even over the range.
std::vector<rig::Character> characters_of(const Request& request) {
  auto characters = unseen_characters(request.pictures, request.seed, true);
  core::Rng rng(uint64_t(request.seed), kPoseStream);
  const auto within = [&](double most) { return most * (2 * rng.uniform() - 1); };
  for (auto& character : characters) {
    character.pose.yaw = within(request.yaw);
    character.pose.pitch = within(request.pitch);
    character.pose.roll = within(request.roll);
  }
  return characters;
}

// What the characters show, in the judge's columns.
std::vector<float> asked_of(const std::vector<rig::Character>& characters, const weights::Card& judge) {
  const character::Vocabulary vocabulary(judge);
  std::vector<float> asked;
  for (const auto& who : characters) {
    const auto row = character::weights_of(vocabulary, who);
    asked.insert(asked.end(), row.begin(), row.end());
  }
  return asked;
}

std::vector<media::Image8> rig_pictures(const std::vector<rig::Character>& characters, int size) {
  core::Progress progress("rig", "pictures", int64_t(characters.size()));
  std::vector<media::Image8> pictures;
  for (size_t i = 0; i < characters.size(); ++i) {
    core::check_interrupt();
    pictures.push_back(measured_picture(characters[i], size));
    progress.update(int64_t(i) + 1);
  }
  return pictures;
}

std::vector<media::Image8> model_pictures(const character::Artist& artist, const Request& request,
                                          const std::vector<rig::Character>& characters, int size) {
  const character::Vocabulary vocabulary(artist.card);
  std::vector<character::Subject> subjects;
  for (size_t i = 0; i < characters.size(); ++i)
    subjects.push_back(
        {(uint64_t(request.seed) << 32) + i, character::weights_of(vocabulary, characters[i])});
  core::Progress progress("draw", "pictures", int64_t(subjects.size()));
  std::vector<media::Image8> pictures;
  character::draw_subjects(artist, subjects, request.truncation, kDrawnAtOnce,
                           [&](size_t index, const media::Image8& picture) {
                             pictures.push_back(metrics::at_size(picture, size));
                             progress.update(int64_t(index) + 1);
                           });
  return pictures;
}

const metrics::DialErrors* errors_of(const std::optional<Errors>& errors, const char* dial) {
  if (!errors) return nullptr;
  const auto found = std::find_if(errors->begin(), errors->end(),
                                  [&](const metrics::DialErrors& one) { return one.dial == dial; });
  return found == errors->end() ? nullptr : &*found;
}

nlohmann::ordered_json error_json(const metrics::DialErrors* errors, double range) {
  if (!errors) return nullptr;
  return {{"mean_absolute_error", errors->mean * range}, {"nine_in_ten_within", errors->nine_in_ten * range}};
}

std::string error_text(const metrics::DialErrors* errors, double range) {
  if (!errors) return fmt::format("{:>8}{:>14}", "-", "-");
  return fmt::format("{:8.2f}{:14.2f}", errors->mean * range, errors->nine_in_ten * range);
}

void print_dial(const rig::Dial& dial, const std::optional<Errors>& judge, const std::optional<Errors>& drawn,
                bool json) {
  const auto *own = errors_of(judge, dial.name), *model = errors_of(drawn, dial.name);
  if (!own) return;
  const double range = dial.high - dial.low;
  if (json)
    print_json({{"metric", "angle"},
                {"dial", dial.name},
                {"unit", dial.unit},
                {"drawn", error_json(model, range)},
                {"judge_on_rig", error_json(own, range)}});
  else
    fmt::print("{:14}{}{}   {}\n", dial.name, error_text(model, range), error_text(own, range), dial.unit);
}

void metric_angle(const Request& request, bool json) {
  const auto judge = models::TagJudge::load(request.judge);
  const int size = judge->card().resolution > 0 ? int(judge->card().resolution) : 64;
  if (std::ranges::count(judge->card().dials, "pose_yaw") == 0)
    core::fail(
        core::ErrorKind::BadRequest,
        "metric angle: {} judges no angles (it has no dial pose_yaw); train one by recipes/judge64.toml",
        request.judge);
  const auto characters = characters_of(request);
  const auto asked = asked_of(characters, judge->card());
  std::optional<Errors> drawn;
  std::string name = "nothing drawn";
  if (!request.model.empty()) {
    const auto artist = character::load_artist(request.model);
    character::expect_dials(artist.card, artist.name);
    name = artist.name;
    drawn = metrics::dial_errors(judge->card(), artist.card.dials,
                                 judge->scores(model_pictures(artist, request, characters, size)), asked);
  }
  const std::optional<Errors> own = metrics::dial_errors(
      judge->card(), judge->card().dials, judge->scores(rig_pictures(characters, size)), asked);
  if (!json)
    fmt::print(
        "{}; {} pictures, yaw within {:g}, pitch {:g}, roll {:g} degrees; judge {}\n"
        "mean absolute error and what 9 in 10 are within: of drawn pictures; of the judge, on unseen rig "
        "pictures\n",
        name, request.pictures, request.yaw, request.pitch, request.roll, request.judge);
  for (const auto& dial : rig::dials()) print_dial(dial, own, drawn, json);
}

}  // namespace

void add_metric_angle(CLI::App& metric) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *metric.add_subcommand(
      "angle", "How far heads are turned from what was asked for, and what else dials say");
  command.add_option("model", request->model, "Generator with dials (.safetensors); none: the judge alone")
      ->type_name("FILE");
  command.add_option("--judge", request->judge, "Tagger (.safetensors), as recipes/judge64.toml trains it")
      ->type_name("FILE")
      ->required();
  add_options(command, *request);
  command.callback([request, &command] { metric_angle(*request, wants_json(command)); });
}

}  // namespace sakuga::cli

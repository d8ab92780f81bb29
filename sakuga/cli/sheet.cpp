// sakuga sheet | cast
#include "sakuga/character/sheet.h"

#include <CLI/App.hpp>
#include <memory>

#include "sakuga/character/seeds.h"
#include "sakuga/cli/commands.h"
#include "sakuga/cli/default_model.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/error.h"
#include "sakuga/rig/cast.h"
#include "sakuga/rig/random.h"

namespace sakuga::cli {
namespace {

struct Engine {
  std::string name = "model", model, output;
  int64_t size = 256;

  bool is_rig() const { return name == "rig"; }
  character::Artist artist() const { return character::load_artist(model_or_default(model)); }
};

void add_engine(CLI::App& command, Engine& engine) {
  add_field(command, "engine", engine.name,
            {.help = "who draws: a model, or the rig from code", .choices = {"model", "rig"}});
  command
      .add_option("--model", engine.model, "Generator with dials (.safetensors); default: the one that ships")
      ->type_name("FILE");
  add_field(command, "size", engine.size,
            {.help = "pixels of a picture's side, of the rig; a model has its own", .min = 32, .max = 1024});
  command.add_option("-o,--output", engine.output, "Picture")->type_name("FILE")->required();
}

void check_engine(const Engine& engine, const char* command) {
  if (engine.is_rig() && !engine.model.empty())
    core::fail(core::ErrorKind::BadRequest, "{}: expected --engine rig or --model, got both", command);
}

// A tag is in a rig's drawing or not: it knows neither weights nor what must not be there.
std::vector<std::string> plain_tags(const std::string& text, const char* command) {
  std::vector<std::string> tags;
  for (const auto& request : character::parse_tags(text)) {
    if (request.weight != 1)
      core::fail(core::ErrorKind::BadRequest, "{}: the rig draws a tag whole; expected {} alone, got \"{}\"",
                 command, request.name, text);
    tags.push_back(request.name);
  }
  return tags;
}

rig::Character rig_character(uint64_t seed, const std::vector<std::string>& tags) {
  rig::Character character = rig::random_character(seed);
  rig::apply_tags(character, tags);
  return character;
}

media::Metadata rig_metadata(const std::string& command) {
  return {{"sakuga", nlohmann::json{{"command", command}, {"licence", "CC0-1.0"}}.dump()}};
}

void report(const Engine& engine, bool json) {
  if (json)
    print_json({{"event", "drawn"}, {"file", engine.output}});
  else
    fmt::print("{}\n", engine.output);
}

void sheet(const Engine& engine, const character::SheetOptions& options, bool json) {
  check_engine(engine, "sheet");
  if (engine.is_rig()) {
    const auto who = rig_character(uint64_t(options.seed), plain_tags(options.tags, "sheet"));
    media::write_image(engine.output, rig::character_sheet(who, engine.size),
                       rig_metadata(fmt::format("sakuga sheet --engine rig --seed {} --tags \"{}\" --size {}",
                                                options.seed, options.tags, engine.size)));
  } else {
    character::sheet_to(engine.artist(), options, engine.output);
  }
  report(engine, json);
}

void rig_cast(const Engine& engine, const character::CastOptions& options) {
  const auto tags = plain_tags(options.tags, "cast");
  auto locks = options.lock;
  std::erase(locks, "none");
  std::vector<rig::Character> members;
  for (const uint64_t seed : character::parse_seeds(options.seeds)) {
    const auto own = rig_character(seed, tags);
    members.push_back(members.empty() ? own : rig::in_style_of(members[0], own, locks));
  }
  media::write_image(
      engine.output, rig::cast_page(members, engine.size),
      rig_metadata(fmt::format("sakuga cast --engine rig --seeds {} --tags \"{}\" --lock {} --size {}",
                               options.seeds, options.tags, fmt::join(options.lock, ","), engine.size)));
}

void cast(const Engine& engine, character::CastOptions options, bool json) {
  check_engine(engine, "cast");
  if (options.lock.empty()) options.lock = engine.is_rig() ? rig::cast_locks() : character::cast_locks();
  if (engine.is_rig())
    rig_cast(engine, options);
  else
    character::cast_to(engine.artist(), options, engine.output);
  report(engine, json);
}

}  // namespace

void add_sheet(CLI::App& app) {
  auto engine = std::make_shared<Engine>();
  auto options = std::make_shared<character::SheetOptions>();
  CLI::App& command = *app.add_subcommand("sheet", "One character from all sides and in six moods");
  add_engine(command, *engine);
  add_options(command, *options);
  command.callback([=, &command] { sheet(*engine, *options, wants_json(command)); });
}

void add_cast(CLI::App& app) {
  auto engine = std::make_shared<Engine>();
  auto options = std::make_shared<character::CastOptions>();
  CLI::App& command = *app.add_subcommand("cast", "Several characters in one style");
  add_engine(command, *engine);
  add_options(command, *options);
  command.callback([=, &command] { cast(*engine, *options, wants_json(command)); });
}

}  // namespace sakuga::cli

// sakuga rig draw | sheet | turn | dataset
#include <CLI/App.hpp>
#include <memory>
#include <optional>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"
#include "sakuga/rig/character_file.h"
#include "sakuga/rig/dataset.h"
#include "sakuga/rig/layered.h"
#include "sakuga/rig/random.h"
#include "sakuga/rig/sheet.h"
#include "sakuga/rig/truth.h"

namespace sakuga::cli {
namespace {

using core::ErrorKind;

// Who is drawn: a file or a seed, then tags, mood, year and pose on top.
struct Who {
  std::string design, expression;
  int64_t seed = 1;
  std::vector<std::string> tags;
  std::vector<std::string> settings;
  std::optional<int64_t> year;
  std::optional<double> yaw, pitch, roll;
};

void add_who(CLI::App& command, Who& who) {
  command.add_option("--design", who.design, "Character (.toml)")->type_name("FILE");
  command.add_option("--seed", who.seed, "A random character, where there is no file")
      ->type_name("INT")
      ->capture_default_str();
  add_field(command, "tags", who.tags,
            {.help = "what the character must show, of the 34 tags", .choices = rig::rig_tags()});
  add_field(command, "expression", who.expression,
            {.help = "mood or vowel", .choices = rig::expression_names()});
  command.add_option("--set", who.settings, "Any value of the character, as in --set design.eye_size=1.1")
      ->type_name("TABLE.KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--year", who.year, "The fashion of a year from 1985 to 2025")->type_name("INT");
  command.add_option("--yaw", who.yaw, "Degrees to the viewer's right, -180 to 180")->type_name("NUMBER");
  command.add_option("--pitch", who.pitch, "Degrees up, -30 to 30")->type_name("NUMBER");
  command.add_option("--roll", who.roll, "Degrees clockwise, -30 to 30")->type_name("NUMBER");
}

void apply_setting(const std::string& setting, rig::Character& character) {
  const size_t dot = setting.find('.'), equals = setting.find('=');
  if (dot == std::string::npos || equals == std::string::npos || dot > equals)
    core::fail(ErrorKind::BadRequest, "--set {}: expected table.key=value, as in design.eye_size=1.1",
               setting);
  const std::string table = setting.substr(0, dot), key = setting.substr(dot + 1, equals - dot - 1);
  const std::string value = setting.substr(equals + 1);
  const std::string head = fmt::format("[{}]\n{} = ", table, key);
  const bool bare = !value.empty() && std::isalpha(static_cast<unsigned char>(value[0])) && value != "true" &&
                    value != "false" && value != "nan" && value != "inf";
  rig::from_toml(head + (bare ? "\"" + value + "\"" : value) + "\n", "--set " + setting, character);
}

rig::Character character_of(const Who& who) {
  if (who.seed < 0)
    core::fail(ErrorKind::BadRequest, "--seed: expected a whole number of at least 0, got {}", who.seed);
  rig::Character character = who.design.empty() ? rig::random_character(static_cast<uint64_t>(who.seed))
                                                : rig::read_character(who.design);
  if (who.year) character.era = rig::era_of(*who.year);
  if (!who.expression.empty()) character.expression = rig::expression_of(who.expression);
  rig::apply_tags(character, who.tags);
  if (who.yaw) character.pose.yaw = *who.yaw;
  if (who.pitch) character.pose.pitch = *who.pitch;
  if (who.roll) character.pose.roll = *who.roll;
  for (const std::string& setting : who.settings) apply_setting(setting, character);
  rig::check(character);
  return character;
}

struct DrawRequest {
  Who who;
  rig::PictureOptions picture;
  std::string output, layers, truth, save;
  std::optional<double> to_yaw, to_pitch, to_roll;
  bool force = false;
};

void draw(const DrawRequest& request, bool json) {
  if (request.output.empty() && request.layers.empty() && request.truth.empty() && request.save.empty())
    core::fail(ErrorKind::BadRequest, "rig draw: expected --output, --layers, --truth or --save-design");
  const rig::Character character = character_of(request.who);
  const auto layers = rig::draw_layers(character, request.picture);
  const int size = static_cast<int>(request.picture.size);
  if (!request.layers.empty()) rig::write_layers(request.layers, layers, size, size, request.force);
  if (!request.output.empty()) {
    const auto image = rig::over_backdrop(rig::composite(layers, size, size), request.picture.backdrop);
    media::write_image(
        request.output, image,
        {{"sakuga",
          nlohmann::json{{"command", "rig draw"}, {"licence", "CC0-1.0"}, {"tags", rig::tags_of(character)}}
              .dump()}});
  }
  if (!request.save.empty()) rig::write_character(request.save, character);
  if (!request.truth.empty()) {
    rig::Character other = character;
    if (request.to_yaw) other.pose.yaw = *request.to_yaw;
    if (request.to_pitch) other.pose.pitch = *request.to_pitch;
    if (request.to_roll) other.pose.roll = *request.to_roll;
    const bool moves = request.to_yaw || request.to_pitch || request.to_roll;
    rig::write_truth(request.truth, character, moves ? &other : nullptr, request.picture);
  }
  const std::string where = !request.output.empty()   ? request.output
                            : !request.layers.empty() ? request.layers
                            : !request.truth.empty()  ? request.truth
                                                      : request.save;
  if (json)
    print_json({{"event", "drawn"},
                {"file", where},
                {"size", size},
                {"layers", layers.size()},
                {"tags", rig::tags_of(character)}});
  else
    fmt::print("{}: {}x{}, {} layers: {}\n", where, size, size, layers.size(),
               fmt::join(rig::tags_of(character), ", "));
}

void add_draw_command(CLI::App& parent) {
  auto request = std::make_shared<DrawRequest>();
  CLI::App& command = *parent.add_subcommand("draw", "One character");
  add_who(command, request->who);
  command.add_option("-o,--output", request->output, "Picture (.png, .tif, .webp, .jpg with a backdrop)")
      ->type_name("FILE");
  command.add_option("--layers", request->layers, "Layered document (.ora or .psd)")->type_name("FILE");
  command
      .add_option("--truth", request->truth,
                  "Folder for alpha, part map and landmarks, and the flow to another pose")
      ->type_name("DIR");
  command.add_option("--to-yaw", request->to_yaw, "The other pose of --truth")->type_name("NUMBER");
  command.add_option("--to-pitch", request->to_pitch, "The other pose of --truth")->type_name("NUMBER");
  command.add_option("--to-roll", request->to_roll, "The other pose of --truth")->type_name("NUMBER");
  command.add_option("--save-design", request->save, "Save the character (.toml)")->type_name("FILE");
  command.add_flag("--force", request->force, "Overwrite a layered document");
  add_options(command, request->picture);
  command.callback([request, &command] { draw(*request, wants_json(command)); });
}

struct SheetRequest {
  Who who;
  std::string output;
  int64_t size = 256, count = 0, columns = 8;
};

void sheet(const SheetRequest& request, bool json) {
  const auto page = request.count > 0 ? rig::many(static_cast<uint64_t>(request.who.seed), request.count,
                                                  request.size, request.columns)
                                      : rig::character_sheet(character_of(request.who), request.size);
  media::write_image(request.output, page);
  if (json)
    print_json(
        {{"event", "drawn"}, {"file", request.output}, {"width", page.width}, {"height", page.height}});
  else
    fmt::print("{}: {}x{}\n", request.output, page.width, page.height);
}

void add_sheet_command(CLI::App& parent) {
  auto request = std::make_shared<SheetRequest>();
  CLI::App& command =
      *parent.add_subcommand("sheet", "One character from all sides and in six moods; or many (--count)");
  add_who(command, request->who);
  command.add_option("-o,--output", request->output, "Picture")->type_name("FILE")->required();
  add_field(command, "size", request->size, {.help = "pixels of a picture's side", .min = 32, .max = 1024});
  add_field(command, "count", request->count,
            {.help = "random characters, from --seed on, instead of one", .min = 0, .max = 4096});
  add_field(command, "columns", request->columns, {.help = "pictures in a row of many", .min = 1, .max = 64});
  command.callback([request, &command] { sheet(*request, wants_json(command)); });
}

struct TurnRequest {
  Who who;
  rig::PictureOptions picture = {.size = 512, .frame = "bust", .backdrop = "white"};
  std::string output, strip;
  int64_t frames = 24, fps = 12, columns = 8;
  bool around = false;
};

void turn(const TurnRequest& request, bool json) {
  if (request.output.empty() && request.strip.empty())
    core::fail(ErrorKind::BadRequest, "rig turn: expected --output, --strip or both");
  if (request.picture.backdrop == "none" && request.output.ends_with(".mp4"))
    core::fail(ErrorKind::BadRequest,
               "rig turn: {}: .mp4 has no transparency; expected --backdrop white, sky or #rrggbb, or .mov",
               request.output);
  const rig::Character character = character_of(request.who);
  const int size = static_cast<int>(request.picture.size);
  const bool opaque = request.picture.backdrop != "none";
  std::unique_ptr<media::FrameWriter> film;
  if (!request.output.empty())
    film = media::FrameWriter::create(request.output, size, size,
                                      {.rate = {.num = request.fps, .den = 1}, .alpha = !opaque});
  std::vector<media::Image8> frames;
  core::Progress progress("rig turn", "frames", request.frames);
  for (int64_t i = 0; i < request.frames; ++i) {
    core::check_interrupt();
    auto frame = rig::draw(rig::turned(character, i, request.frames, request.around), request.picture);
    if (film) film->write(media::to_image(frame));
    if (!request.strip.empty()) frames.push_back(std::move(frame));
    progress.update(i + 1);
  }
  if (film) film->close();
  if (!request.strip.empty())
    media::write_image(request.strip, media::contact_sheet(frames, static_cast<int>(request.columns)));
  const std::string where = film ? request.output : request.strip;
  if (json)
    print_json({{"event", "turned"}, {"file", where}, {"frames", request.frames}});
  else
    fmt::print("{}: {} frames\n", where, request.frames);
}

void add_turn_command(CLI::App& parent) {
  auto request = std::make_shared<TurnRequest>();
  CLI::App& command = *parent.add_subcommand("turn", "A turnaround: a film, a strip of frames, or both");
  add_who(command, request->who);
  command.add_option("-o,--output", request->output, "Film (.mp4; .mov and .mkv also keep transparency)")
      ->type_name("FILE");
  command.add_option("--strip", request->strip, "Picture with all frames")->type_name("FILE");
  add_field(command, "frames", request->frames, {.help = "frames", .min = 2, .max = 2000});
  add_field(command, "fps", request->fps, {.help = "frames a second", .min = 1, .max = 120});
  add_field(command, "columns", request->columns,
            {.help = "frames in a row of the strip", .min = 1, .max = 64});
  add_field(command, "around", request->around, {.help = "once around instead of profile to profile"});
  add_options(command, request->picture);
  command.callback([request, &command] { turn(*request, wants_json(command)); });
}

void add_dataset_command(CLI::App& parent) {
  auto path = std::make_shared<std::string>();
  auto options = std::make_shared<rig::DatasetOptions>();
  CLI::App& command = *parent.add_subcommand("dataset", "A training set with exact labels, CC0-1.0");
  command.add_option("dataset", *path, "Dataset to make or add to")->type_name("FILE")->required();
  add_options(command, *options);
  command.callback([path, options, &command] {
    const int64_t added = rig::write_dataset(*path, *options);
    if (wants_json(command))
      print_json({{"event", "dataset"}, {"file", *path}, {"added", added}, {"drawn", options->count}});
    else
      fmt::print("{}: {} pictures added, {} drawn\n", *path, added, options->count);
  });
}

}  // namespace

void add_rig(CLI::App& app) {
  CLI::App& command =
      *app.add_subcommand("rig", "Characters drawn from code: any angle, mood, layers and labels");
  command.require_subcommand(1);
  add_draw_command(command);
  add_sheet_command(command);
  add_turn_command(command);
  add_dataset_command(command);
}

}  // namespace sakuga::cli

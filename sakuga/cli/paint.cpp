// sakuga paint
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/ledger.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/compose/desk.h"
#include "sakuga/compose/painter.h"
#include "sakuga/compose/shot_plate.h"
#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/hash.h"
#include "sakuga/data/licence.h"
#include "sakuga/film/translate/translate.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"
#include "sakuga/media/ora.h"
#include "sakuga/models/picture_translator.h"

namespace sakuga::cli {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;

struct Request {
  std::string photo, output, layers, model, look = "film", licence, author;
  std::vector<std::string> props;
  int64_t tile = 1024;
  compose::PaintOptions given;  // Of these, only the fields that were given count.
  compose::LightOptions light;
  media::FrameWriteOptions film;
};

// Who paints: a look, or a model.
struct Hand {
  compose::PaintOptions look;
  std::shared_ptr<models::PictureTranslator> model = nullptr;  // If there is one, `look` does not matter.

  media::Image8 paint(const media::Image8& photo, const compose::Scene& scene, int64_t tile) const {
    if (!model) return compose::paint(photo, scene, look, int(tile));
    return film::translate_picture(model, photo, {.crop = "whole", .tile = tile});
  }
};

// The look's options with those over them that the command line names.
compose::PaintOptions options_of(const Request& request, const CLI::App& command) {
  auto options = compose::look_options(request.look);
  auto given = core::fields_to_json(request.given);
  nlohmann::json changed = nlohmann::json::object();
  for (const auto& [name, value] : given.items())
    if (command.count("--" + name) > 0) changed[name] = value;
  core::fields_from_json("paint", changed, options);
  return options;
}

Hand hand_of(const Request& request, const CLI::App& command) {
  if (request.model.empty()) return {.look = options_of(request, command)};
  auto others = core::field_names(request.given);
  others.push_back("look");
  for (const auto& name : others)
    if (command.count("--" + name) > 0)
      core::fail(ErrorKind::BadRequest, "paint: --model paints in its own way; leave out --{}", name);
  return {.look = {}, .model = models::PictureTranslator::load(request.model)};
}

bool is_still(const fs::path& path) {
  auto extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::vector<std::string> stills = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"};
  return path.string().find('%') == std::string::npos && std::ranges::find(stills, extension) != stills.end();
}

// The ledger of all pictures that went into the painting, those that the model learnt from among them. A
// photo that says nothing about itself counts as --licence says, NOASSERTION if that says nothing.
data::LedgerSummary ledger_of_all(const Request& request, const std::vector<compose::PlacedSprite>& sprites) {
  data::LedgerSummary all;
  const auto add = [&](const fs::path& file, const std::string& licence, const std::string& author) {
    data::LedgerSummary one;
    if (is_still(file) || file == request.model) one = ledger_of(file);
    if (one.counts.empty()) {
      one.counts[licence] = 1;
      if (data::permissions_of(licence).attribution)
        one.credits = {{author, file.filename().string(), licence, 1}};
    }
    data::add_ledger(all, one);
  };
  add(request.photo, request.licence.empty() ? data::kNoAssertion : request.licence, request.author);
  for (const auto& sprite : sprites) add(sprite.place.file, data::kNoAssertion, "");
  if (!request.model.empty()) add(request.model, data::kNoAssertion, "");
  return all;
}

nlohmann::ordered_json json_of(const Request& request, const Hand& hand) {
  if (!hand.model) return {{"look", request.look}, {"options", core::fields_to_json(hand.look)}};
  nlohmann::ordered_json json;
  json["model"] = {{"file", fs::path(request.model).filename().string()},
                   {"sha256", hand.model->sha256()},
                   {"architecture", hand.model->card().architecture}};
  return json;
}

media::Metadata metadata_of(const Request& request, const Hand& hand, const data::LedgerSummary& ledger) {
  const auto name = fs::path(request.photo).filename().string();
  const bool whole_file = fs::is_regular_file(request.photo);  // And not a sequence.
  nlohmann::ordered_json json = {
      {"command", "paint"},
      {"photo", {{"file", name}, {"sha256", whole_file ? core::sha256_file(request.photo) : ""}}}};
  json.update(json_of(request, hand));
  json.update({{"light", core::fields_to_json(request.light)},
               {"props", request.props},
               {"licence", data::ledger_to_json(ledger)},
               {"verdict", data::verdict_text(ledger)}});
  return {{"sakuga", json.dump()}};
}

std::vector<compose::PlacedSprite> read_props(const std::vector<std::string>& texts) {
  std::vector<compose::PlacedSprite> sprites;
  for (const auto& text : texts) {
    auto place = compose::parse_prop(text);
    auto sprite = media::read_image8(place.file);
    sprites.push_back({std::move(place), std::move(sprite)});
  }
  return sprites;
}

void check_licence_name(const std::string& licence) {
  if (licence.empty() || data::is_known_licence(licence) || licence.starts_with("LicenseRef-")) return;
  const auto nearest = data::nearest_licence(licence);
  core::fail(ErrorKind::BadRequest, "paint: there is no licence '{}'{}", licence,
             nearest.empty() ? "" : "; did you mean " + nearest + "?");
}

// One picture, still or a shot's plate: painted, and its layers written.
struct Painted {
  compose::Scene scene;
  media::Image8 picture = {};  // Only if it is wanted.
  media::Metadata metadata = {};
  data::LedgerSummary ledger = {};
};

Painted paint_picture(const Request& request, const Hand& hand, const media::Image8& photo) {
  const auto sprites = read_props(request.props);
  Painted painted{.scene = compose::scene_of(photo), .ledger = ledger_of_all(request, sprites)};
  painted.metadata = metadata_of(request, hand, painted.ledger);
  auto painting = hand.paint(photo, painted.scene, request.tile);
  if (!request.layers.empty())
    media::write_ora(request.layers, compose::desk_layers(painting, painted.scene, request.light, sprites),
                     painted.metadata);
  if (!request.output.empty())
    painted.picture = compose::desk_picture(std::move(painting), painted.scene, request.light, sprites);
  return painted;
}

void report(const Request& request, const Painted& painted, nlohmann::ordered_json more, bool json) {
  const auto& file = request.output.empty() ? request.layers : request.output;
  const auto size = painted.scene.whole;
  const auto verdict = data::verdict_text(painted.ledger);
  if (json) {
    nlohmann::ordered_json line = {{"event", "painted"},       {"output", request.output},
                                   {"layers", request.layers}, {"width", size.width},
                                   {"height", size.height},    {"sky", painted.scene.has_sky},
                                   {"verdict", verdict}};
    line.update(more);
    print_json(line);
  } else {
    fmt::print("{}: {}x{}, {}{}; {}\n", file, size.width, size.height,
               painted.scene.has_sky ? "with a sky" : "no sky found",
               more.contains("frames")
                   ? fmt::format(", {} frames of a {} camera", more["frames"].get<int64_t>(),
                                 more["camera"].get<std::string>())
                   : "",
               verdict);
  }
}

void paint_still(const Request& request, const Hand& hand, bool json) {
  const Painted painted = paint_picture(request, hand, media::read_image8(request.photo));
  if (!request.output.empty()) media::write_image(request.output, painted.picture, painted.metadata);
  report(request, painted, nlohmann::ordered_json::object(), json);
}

// The plate of a locked or panning camera is painted once, and the frames are cut out of it.
void paint_shot(const Request& request, const Hand& hand, bool json) {
  const auto reader = media::FrameReader::open(request.photo);
  const media::FramesInfo info = reader->info();
  if (info.variable_rate)
    fmt::print(stderr, "sakuga: paint: {} has frames of unequal length; painting {} frames a second\n",
               request.photo, media::rate_text(info.rate));
  compose::PlateBuilder builder;
  for (media::Image frame; reader->read(frame);) builder.add(frame);
  const compose::ShotPlate shot = builder.finish();
  const Painted painted = paint_picture(request, hand, shot.plate);
  if (!request.output.empty()) {
    media::FrameWriteOptions film = request.film;
    film.rate = info.rate;
    film.alpha = false;
    film.first_number = info.first_number;
    film.metadata = painted.metadata;
    if (info.sound) {
      film.sound_from = request.photo;
      film.sound_start_s = info.start_s;
    }
    const auto writer = media::FrameWriter::create(request.output, shot.width, shot.height, film);
    for (size_t i = 0; i < shot.frame_to_plate.size(); ++i)
      writer->write(compose::frame_of(painted.picture, shot, i));
    writer->close();
  }
  report(request, painted,
         {{"frames", int64_t(shot.frame_to_plate.size())}, {"camera", compose::motion_name(shot.motion)}},
         json);
}

void paint(const Request& request, const CLI::App& command, bool json) {
  if (request.output.empty() && request.layers.empty())
    core::fail(ErrorKind::BadRequest, "paint: expected --output, --layers or both");
  if (!request.layers.empty() && fs::path(request.layers).extension() != ".ora")
    core::fail(ErrorKind::BadRequest, "paint: expected --layers to end in .ora, got {}", request.layers);
  check_licence_name(request.licence);
  compose::sun_of(request.light);
  const auto hand = hand_of(request, command);
  if (is_still(request.photo))
    paint_still(request, hand, json);
  else
    paint_shot(request, hand, json);
}

}  // namespace

void add_paint(CLI::App& app) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *app.add_subcommand("paint", "A photo or a shot becomes a painted background");
  command
      .add_option("photo", request->photo,
                  "Photo, or a shot of a locked or panning camera (film, numbered sequence or its folder)")
      ->required()
      ->type_name("FILE");
  command
      .add_option("-o,--output", request->output,
                  "The painting: .png, .jpg, .webp or .tif; of a shot a film or sequence")
      ->type_name("FILE");
  command.add_option("--layers", request->layers, "Sky, far, near, light and props as OpenRaster (.ora)")
      ->type_name("FILE");
  add_field(command, "look", request->look,
            {.help = "whose hand paints; the options below change it", .choices = compose::look_names()});
  command
      .add_option("--model", request->model, "Paint by this picture translator (.safetensors), not by a look")
      ->type_name("FILE");
  add_options(command, request->light);
  command
      .add_option("--prop", request->props,
                  "SPRITE@X,Y[,SCALE]: a picture whose foot stands at pixel X,Y; may be repeated")
      ->take_all()
      ->type_name("PROP");
  command
      .add_option("--licence", request->licence, "Licence (SPDX id) of a photo that does not say so itself")
      ->type_name("ID");
  command.add_option("--author", request->author, "Who took the photo")->type_name("NAME");
  add_field(command, "tile", request->tile,
            {.help = "pixels painted at once on each side, a multiple of 4", .min = 64, .max = 8192});
  add_options(command, request->given);
  add_options(command, request->film);
  command.callback([request, &command] { paint(*request, command, wants_json(command)); });
}

}  // namespace sakuga::cli

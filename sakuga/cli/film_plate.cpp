// sakuga film plate
#include <CLI/App.hpp>
#include <memory>

#include "sakuga/cli/film.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/compose/synthetic_plate.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/at_once.h"
#include "sakuga/media/frames.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::string sprites, output, fps = "24";
  int64_t frames = 72;
  compose::SyntheticPlateOptions plate;
  media::FrameWriteOptions film;
};

std::vector<media::Image> read_sprites(const std::string& path) {
  const auto reader = media::FrameReader::open(path);
  std::vector<media::Image> sprites;
  for (media::Image sprite; reader->read(sprite);) sprites.push_back(sprite);
  return sprites;
}

void make_plate(Request& request, bool json) {
  const compose::SyntheticPlate plate(read_sprites(request.sprites), request.plate);
  request.film.rate = media::parse_rate(request.fps);
  request.film.alpha = false;
  const auto writer = media::FrameWriter::create(request.output, int(request.plate.width),
                                                 int(request.plate.height), request.film);
  core::Progress progress("plate", "frames", request.frames);
  film::run_at_once(film::range(0, request.frames - 1), [&](int64_t frame) -> film::FrameTask {
    auto picture = std::make_shared<media::Image>();
    const auto work = [&, picture, frame] { *picture = plate.frame(frame).plate; };
    const auto finish = [&, picture, frame] {
      writer->write(*picture);
      progress.update(frame + 1);
    };
    return {.work = work, .finish = finish};
  });
  writer->close();
  if (json)
    print_json({{"event", "filmed"}, {"file", request.output}, {"frames", request.frames}});
  else
    fmt::print("{}: {} frames before a {} screen\n", request.output, request.frames, request.plate.screen);
}

}  // namespace

void add_film_plate(CLI::App& film) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *film.add_subcommand(
      "plate", "A plate to try things with: sprites with alpha, filmed before a noisy, unevenly lit screen");
  command
      .add_option("sprites", request->sprites, "A still, a folder or a sequence (name.%04d.png) with alpha")
      ->required()
      ->type_name("SPRITES");
  command.add_option("-o,--output", request->output, "Film or sequence")->required()->type_name("FILE");
  add_field(command, "frames", request->frames, {.help = "length", .min = 1, .max = 1e6});
  add_field(command, "fps", request->fps, {.help = "frames a second"});
  add_options(command, request->plate);
  add_options(command, request->film);
  command.callback([request, &command] { make_plate(*request, wants_json(command)); });
}

}  // namespace sakuga::cli

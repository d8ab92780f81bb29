// sakuga film key
#include <CLI/App.hpp>
#include <filesystem>
#include <memory>

#include "sakuga/cli/film.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/compose/key.h"
#include "sakuga/compose/key_output.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/frame_pipeline.h"

namespace sakuga::cli {
namespace {

namespace fs = std::filesystem;

struct Request {
  std::string plate, keyed, output = "unpremultiplied", frames;
  std::string background, inside, outside;
  int64_t survey = 12;
  compose::ScreenOptions screen;
  compose::KeyOptions key;
  media::FrameWriteOptions write;
};

media::Image picture(const std::string& path) {
  return path.empty() ? media::Image() : media::read_image(path);
}

// Some frames spread over the clip; the reader is back at its first frame afterwards.
compose::Screen find_screen(media::FrameReader& reader, const Request& request) {
  compose::ScreenSurvey survey(request.screen);
  const auto& info = reader.info();
  const int64_t taken = info.count > 0 ? std::min(info.count, request.survey) : request.survey;
  media::Image frame;
  for (int64_t i = 0; i < taken; ++i) {
    if (info.count > taken)
      reader.seek(info.first_number + i * (info.count - 1) / std::max<int64_t>(taken - 1, 1));
    if (!reader.read(frame)) break;
    survey.add(frame);
  }
  reader.seek(info.first_number);
  return survey.finish();
}

bool is_film(const fs::path& path) {
  const auto ending = path.extension();
  return ending == ".mov" || ending == ".mp4" || ending == ".mkv";
}

media::FrameWriteOptions write_options(const Request& request, const media::FramesInfo& info,
                                       compose::KeyOutput output) {
  auto options = request.write;
  options.rate = info.rate;
  options.first_number = info.first_number;
  options.alpha = output != compose::KeyOutput::Composite && output != compose::KeyOutput::Matte;
  if (info.sound && is_film(request.keyed)) {
    options.sound_from = request.plate;
    options.sound_start_s = info.start_s;
    if (info.count > 0) options.sound_length_s = double(info.count) / info.rate.value();
  }
  return options;
}

std::string hex(const media::Rgba& linear) {
  media::Image one(1, 1, media::Transfer::Linear);
  one.pixels[0] = linear;
  const auto bytes = media::to_image8(one).bytes;
  return fmt::format("#{:02x}{:02x}{:02x}", bytes[0], bytes[1], bytes[2]);
}

void report(const Request& request, const compose::Screen& screen, int64_t frames, bool json) {
  if (json)
    print_json({{"event", "keyed"},
                {"output", request.keyed},
                {"frames", frames},
                {"screen", screen.name()},
                {"colour", hex(screen.colour)},
                {"confidence", screen.confidence},
                {"key_angle_deg", screen.angle_deg},
                {"acceptance_angle_deg", screen.acceptance_deg}});
  else
    fmt::print(
        "{}: {} frames; the screen is {} {} ({:.0f} % sure), hues within {:.0f} degrees of it are keyed\n",
        request.keyed, frames, screen.name(), hex(screen.colour), 100 * screen.confidence,
        (request.key.acceptance_angle > 0 ? request.key.acceptance_angle : screen.acceptance_deg) / 2);
}

void film_key(const Request& request, bool json) {
  auto output = compose::key_output(request.output);
  media::FrameReadOptions range;
  media::parse_frames(request.frames, range);
  const auto reader = media::FrameReader::open(request.plate, range);
  const auto screen = find_screen(*reader, request);
  compose::Keyer keyer(screen, request.key,
                       {.inside = picture(request.inside), .outside = picture(request.outside)});
  const auto background = picture(request.background);
  const auto& info = reader->info();
  const auto writer = media::FrameWriter::create(request.keyed, info.width, info.height,
                                                 write_options(request, info, output));
  // EXR is written premultiplied from straight colours.
  if (fs::path(request.keyed).extension() == ".exr" && output == compose::KeyOutput::Premultiplied)
    output = compose::KeyOutput::Unpremultiplied;
  core::Progress progress("key", "frames", info.count);
  int64_t frames = 0;
  media::Image keyed;
  media::run_frames(
      *reader,
      [&](media::Image& frame, int64_t) {
        keyer.key(frame, keyed);
        compose::apply_output(output, frame, background, keyed);
        std::swap(frame, keyed);
        ++frames;
      },
      *writer, progress);
  report(request, screen, frames, json);
}

}  // namespace

void add_film_key(CLI::App& film) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *film.add_subcommand("key", "Take the screen away from behind a figure");
  command.add_option("plate", request->plate, "Film, numbered pictures or one picture before a screen")
      ->type_name("PLATE")
      ->required();
  command
      .add_option("-o,--output", request->keyed,
                  "Film (.mov, .mkv), numbered pictures or one picture to write")
      ->type_name("OUT")
      ->required();
  add_field(command, "write", request->output,
            {.help = "what is written; a composite is over --background or a checkerboard",
             .choices = {"unpremultiplied", "premultiplied", "intermediate", "composite", "matte"}});
  command.add_option("--frames", request->frames, "Only these frames of the plate: 10-20, 10-, -20 or 15")
      ->type_name("RANGE");
  command.add_option("--background", request->background, "Picture of the plate's size for a composite")
      ->type_name("FILE");
  command.add_option("--inside-mask", request->inside, "Picture, white where all is figure")
      ->type_name("FILE");
  command.add_option("--outside-mask", request->outside, "Picture, white where all is screen")
      ->type_name("FILE");
  add_field(command, "survey_frames", request->survey,
            {.help = "frames over the shot in which the screen is looked for", .min = 1, .max = 1000});
  add_options(command, request->screen);
  add_options(command, request->key);
  add_options(command, request->write);
  command.callback([request, &command] { film_key(*request, wants_json(command)); });
}

}  // namespace sakuga::cli

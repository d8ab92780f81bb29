// The keyer against ffmpeg's chromakey and despill on synthetic plates with true alpha, and its speed:
// key errors|speed WORK SPRITE...
// Sprites move before screens with three stops of fall-off, noise, spill and motion blur, encoded as 4:2:0
// H.264. ffmpeg gets its best setting of a grid, sought for each plate and measure with the truth at hand;
// ours gets none.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "sakuga/compose/key.h"
#include "sakuga/compose/matte_error.h"
#include "sakuga/compose/synthetic_plate.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/frame_pipeline.h"

using namespace sakuga;
namespace fs = std::filesystem;
using media::Image;

namespace {

constexpr int kFrames = 5, kStep = 17;

struct Plate {
  std::string screen;
  fs::path film;
  std::vector<Image> truth;
  std::vector<std::string> colours;  // Of the screen, from its brightest part to its darkest: 0xrrggbb.
};

std::string hex(Image one) {
  const auto bytes = media::to_image8(one).bytes;
  return fmt::format("0x{:02x}{:02x}{:02x}", bytes[0], bytes[1], bytes[2]);
}

Plate make_plate(const fs::path& work, const std::string& name, const std::string& screen,
                 const std::string& sprite, int width, int height, int frames) {
  const compose::SyntheticPlate source({media::read_image(sprite)},
                                       {.width = width, .height = height, .screen = screen});
  Plate plate{screen, work / (name + ".mp4"), {}, {}};
  const auto writer =
      media::FrameWriter::create(plate.film, width, height, {.codec = "h264", .alpha = false});
  for (int i = 0; i < frames; ++i) {
    auto frame = source.frame(i * kStep);
    writer->write(frame.plate);
    plate.truth.push_back(std::move(frame.truth));
  }
  writer->close();
  auto clean = source.clean_plate().pixels;
  std::sort(clean.begin(), clean.end(), [](const auto& a, const auto& b) { return a.g > b.g; });
  for (const double part : {0.1, 0.3, 0.6}) {
    Image one(1, 1, media::Transfer::Linear);
    one.pixels[0] = clean[size_t(part * double(clean.size()))];
    plate.colours.push_back(hex(one));
  }
  return plate;
}

compose::MatteError ours(const Plate& plate) {
  const auto reader = media::FrameReader::open(plate.film);
  std::vector<Image> frames(plate.truth.size());
  compose::ScreenSurvey survey;
  for (auto& frame : frames) {
    reader->read(frame);
    survey.add(frame);
  }
  compose::Keyer keyer(survey.finish());
  compose::MatteErrorSum sum(compose::screen_hue(plate.screen));
  Image keyed;
  for (size_t i = 0; i < frames.size(); ++i) {
    keyer.key(frames[i], keyed);
    sum.add(keyed, plate.truth[i]);
  }
  return sum.mean();
}

compose::MatteError ffmpeg(const Plate& plate, const std::string& filter, bool alpha_only) {
  const std::string command = fmt::format(
      "ffmpeg -v error -threads 2 -i '{}' -vf '{}' -f rawvideo -pix_fmt rgba -", plate.film.string(), filter);
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) core::fail(core::ErrorKind::NotFound, "bench key: cannot run ffmpeg");
  compose::MatteErrorSum sum(compose::screen_hue(plate.screen));
  media::Image8 bytes(plate.truth[0].width, plate.truth[0].height, 4);
  for (const auto& truth : plate.truth) {
    if (fread(bytes.bytes.data(), 1, bytes.bytes.size(), pipe.get()) != bytes.bytes.size())
      core::fail(core::ErrorKind::NotFound, "bench key: ffmpeg gave too few frames: {}", command);
    alpha_only ? sum.add_alpha(media::to_image(bytes), truth) : sum.add(media::to_image(bytes), truth);
  }
  return sum.mean();
}

struct Best {
  compose::MatteError by_alpha, by_gradient, by_flicker, despilled;
  std::string setting;
};

Best best_of_grid(const Plate& plate) {
  Best best;
  best.by_alpha.mean_absolute = best.by_gradient.gradient = best.by_flicker.flicker = 1e9;
  for (const auto& colour : plate.colours)
    for (const double similarity : {0.01, 0.02, 0.03, 0.045, 0.065, 0.09, 0.12, 0.16, 0.2})
      for (const double blend : {0.0, 0.02, 0.05, 0.1, 0.2}) {
        const auto filter = fmt::format("chromakey={}:{}:{}", colour, similarity, blend);
        const auto error = ffmpeg(plate, filter, true);
        if (error.gradient < best.by_gradient.gradient) best.by_gradient = error;
        if (error.flicker < best.by_flicker.flicker) best.by_flicker = error;
        if (error.mean_absolute >= best.by_alpha.mean_absolute) continue;
        best.by_alpha = error;
        best.setting = filter;
      }
  best.despilled = ffmpeg(plate, best.setting, false);
  if (plate.screen == "yellow") return best;  // despill knows green and blue only.
  for (const double mix : {0.0, 0.5, 1.0})
    for (const double expand : {0.0, 0.5, 1.0}) {
      const auto error =
          ffmpeg(plate, fmt::format("{},despill={}:{}:{}", best.setting, plate.screen, mix, expand), false);
      if (error.foreground < best.despilled.foreground) best.despilled = error;
    }
  return best;
}

void compare(const Plate& plate, const std::string& name) {
  const auto mine = ours(plate);
  const auto best = best_of_grid(plate);
  fmt::print("{:<22} {:<6} ffmpeg's best: {}\n", name, plate.screen, best.setting);
  const auto row = [](const char* what, double own, double theirs) {
    fmt::print("  {:<22} {:9.5f} {:9.5f}   {:5.3f}\n", what, own, theirs, own / theirs);
  };
  row("mean absolute alpha", mine.mean_absolute, best.by_alpha.mean_absolute);
  row("gradient", mine.gradient, best.by_gradient.gradient);
  row("dtSSD", mine.flicker, best.by_flicker.flicker);
  row("connectivity", mine.connectivity, best.despilled.connectivity);
  row("foreground", mine.foreground, best.despilled.foreground);
  fmt::print("  {:<22} {:9.5f} {:9.5f}\n", "spill", mine.spill, best.despilled.spill);
  std::fflush(stdout);
}

double seconds(auto&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void speed(const Plate& plate, const fs::path& work) {
  const auto reader = media::FrameReader::open(plate.film);
  Image frame, keyed;
  compose::ScreenSurvey survey;
  reader->read(frame);
  survey.add(frame);
  compose::Keyer keyer(survey.finish());
  std::vector<double> times;
  for (int i = 0; i < 40; ++i) {
    if (!reader->read(frame)) {
      reader->seek(reader->info().first_number);
      reader->read(frame);
    }
    times.push_back(seconds([&] { keyer.key(frame, keyed); }));
  }
  std::sort(times.begin(), times.end());
  fmt::print("1920x1080: keying alone {:.1f} frames a second (median of {})\n", 1 / times[times.size() / 2],
             times.size());
  for (const std::string codec : {"ffv1", "prores4444"}) {
    const auto input = media::FrameReader::open(plate.film);
    const auto writer = media::FrameWriter::create(work / (codec == "ffv1" ? "keyed.mkv" : "keyed.mov"), 1920,
                                                   1080, {.codec = codec, .bits = codec == "ffv1" ? 8 : 0});
    core::Progress progress("key", "frames", 0);
    const double took = seconds([&] {
      media::run_frames(
          *input,
          [&](Image& f, int64_t) {
            keyer.key(f, keyed);
            std::swap(f, keyed);
          },
          *writer, progress);
    });
    fmt::print("  H.264 in, {} out: {:.1f} frames a second\n", codec, double(plate.truth.size()) / took);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) return 2;
  const std::string part = argv[1];
  const fs::path work = argv[2];
  const std::string red = argv[3], outlined = argv[4], pale = argv[5];
  if (part == "speed") {
    speed(make_plate(work, "large", "green", red, 1920, 1080, 24), work);
    return 0;
  }
  fmt::print("{:<24} {:>9} {:>9}   ratio\n", "", "sakuga", "ffmpeg");
  const std::pair<std::string, std::string> cases[] = {
      {"green", red}, {"green", outlined}, {"green", pale}, {"blue", red}, {"yellow", red}};
  int index = 0;
  for (const auto& [screen, sprite] : cases) {
    const auto plate = make_plate(work, fmt::format("plate{}", index++), screen, sprite, 1280, 720, kFrames);
    compare(plate, fs::path(sprite).stem().string());
  }
}

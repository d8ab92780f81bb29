// sakuga metric warp
#include <CLI/App.hpp>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>

#include "sakuga/cli/metric.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/compose/fidelity.h"
#include "sakuga/compose/flow_file.h"
#include "sakuga/compose/warp_error.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::string processed, plate, truth, input, flow;
  std::string preset = "medium";
  bool squared = false;

  compose::Magnitude magnitude() const {
    return squared ? compose::Magnitude::Squared : compose::Magnitude::Plain;
  }
};

// A clip read beside the processed one, frame by frame.
class Beside {
 public:
  Beside(std::string name, const std::string& path) : name_(std::move(name)), path_(path) {
    if (!path.empty()) reader_ = media::FrameReader::open(path);
  }
  explicit operator bool() const { return reader_ != nullptr; }
  const media::Image& frame() const { return frame_; }
  const media::FramesInfo& info() const { return reader_->info(); }

  // The next frame in sRGB, if there is one.
  bool read() {
    if (!reader_->read(frame_)) return false;
    if (frame_.transfer != media::Transfer::Srgb)
      frame_ = converted(std::move(frame_), media::Transfer::Srgb);
    return true;
  }

  // The next frame, which must be there and of the processed frame's size.
  void read_with(const media::Image& processed, int64_t number) {
    if (!reader_) return;
    if (!read())
      core::fail(core::ErrorKind::BadRequest, "metric warp: expected as many frames in the {}, got {} in {}",
                 name_, number, path_);
    if (frame_.width != processed.width || frame_.height != processed.height)
      core::fail(core::ErrorKind::BadRequest,
                 "metric warp: expected the {} at {}x{} as processed, got {}x{} in {}", name_,
                 processed.width, processed.height, frame_.width, frame_.height, path_);
  }

 private:
  std::string name_, path_;
  std::unique_ptr<media::FrameReader> reader_;
  media::Image frame_;
};

// Means over frames of one comparison.
struct Fidelity {
  double square_error = 0, alike = 0, sharp = 0;
  int64_t frames = 0;

  void add(const media::Image& image, const media::Image& truth) {
    square_error += compose::mean_square_error(image, truth);
    alike += compose::ssim(image, truth);
    sharp += compose::edge_sharpness(image, truth);
    ++frames;
  }
  double psnr() const { return compose::psnr_of(square_error / double(frames)); }
};

// Frames that repeat the one before in the input, and how many of these do so in the processed sequence.
struct Cadence {
  int64_t held = 0, kept = 0;
};

struct Report {
  int64_t frames = 0;
  compose::WarpErrors processed, input;
  Fidelity fidelity;
  std::string judged_by;
  Cadence cadence;
};

// folder/000001.flo and .png (white where occluded) belong to the first frame and the second.
compose::Correspondence true_flow(const std::string& folder, int64_t number) {
  const auto stem = std::filesystem::path(folder) / fmt::format("{:06}", number);
  compose::Correspondence between = {compose::read_flo(stem.string() + ".flo"), {}};
  const auto mask = media::read_image8(stem.string() + ".png");
  between.occluded = media::Image8(mask.width, mask.height, 1);
  for (size_t i = 0; i < between.occluded.bytes.size(); ++i)
    between.occluded.bytes[i] = mask.bytes[i * size_t(mask.channels)];
  return between;
}

void check_sequences(const Request& request, const Beside& processed, const Beside& plate) {
  const auto &a = processed.info(), &b = plate.info();
  if (a.count > 0 && b.count > 0 && a.count != b.count)
    core::fail(core::ErrorKind::BadRequest,
               "metric warp: expected a plate for each processed frame, got {} in {} and {} in {}", b.count,
               request.plate, a.count, request.processed);
}

Report measure(const Request& request) {
  Beside processed("processed sequence", request.processed), plate("plate", request.plate);
  Beside input("input", request.input), truth("truth", request.truth);
  check_sequences(request, processed, plate);
  compose::WarpMeter meter(input ? 2 : 1, request.preset, request.magnitude());
  Report report;
  report.judged_by = truth ? "truth" : input ? "input" : "plate";
  media::Image last_processed, last_input;
  core::Progress progress("metric warp", "frames", processed.info().count);
  for (; processed.read(); ++report.frames) {
    for (Beside* beside : {&plate, &input, &truth}) beside->read_with(processed.frame(), report.frames);
    std::vector<const media::Image*> sequences = {&processed.frame()};
    if (input) sequences.push_back(&input.frame());
    if (request.flow.empty())
      meter.add(plate.frame(), sequences);
    else
      meter.add(report.frames > 0 ? true_flow(request.flow, report.frames) : compose::Correspondence{},
                sequences);
    report.fidelity.add(processed.frame(), (truth ? truth : input ? input : plate).frame());
    if (input && report.frames > 0 && input.frame().pixels == last_input.pixels) {
      ++report.cadence.held;
      report.cadence.kept += processed.frame().pixels == last_processed.pixels;
    }
    last_processed = processed.frame();
    if (input) last_input = input.frame();
    progress.update(report.frames + 1);
    core::check_interrupt();
  }
  report.processed = meter.errors(0);
  if (input) report.input = meter.errors(1);
  return report;
}

std::string protocol(const Request& request) {
  const std::string rest = "bilinear, colours in [0, 1]; PSNR of the mean square error of all frames";
  if (!request.flow.empty())
    return fmt::format("Lai et al. 2018 with true flow and occlusion from {}, {}", request.flow, rest);
  return fmt::format(
      "Lai et al. 2018: flow t -> t+1 of the plate by OpenCV's DIS ({}) in place of FlowNet2, at "
      "multiples of 64 px; occluded where |b+f| > 0.01(|b|+|f|)+0.5 or |grad f|^2 > 0.01|f|+0.002, "
      "|.| {}; {}",
      request.preset, request.squared ? "squared" : "a length", rest);
}

void print_text(const Request& request, const Report& report) {
  fmt::print("warp error {:.6f}", report.processed.short_term);
  if (request.flow.empty()) fmt::print(", to the first frame {:.6f}", report.processed.long_term);
  fmt::print(" ({} pairs)\n", report.processed.pairs);
  if (!request.input.empty()) {
    fmt::print("  the input's {:.6f}", report.input.short_term);
    if (request.flow.empty()) fmt::print(", to the first frame {:.6f}", report.input.long_term);
    if (report.input.short_term > 0)
      fmt::print("; {:.1f} % of its flicker is left",
                 100 * report.processed.short_term / report.input.short_term);
    fmt::print("\n  holds kept {} of {}\n", report.cadence.kept, report.cadence.held);
  }
  fmt::print("fidelity to the {}: PSNR {:.2f} dB, SSIM {:.4f}, edges {:.1f} % as sharp\n  {}\n",
             report.judged_by, report.fidelity.psnr(), report.fidelity.alike / double(report.frames),
             100 * report.fidelity.sharp / double(report.frames), protocol(request));
}

void metric_warp(const Request& request, bool json) {
  const Report report = measure(request);
  if (!json) return print_text(request, report);
  nlohmann::ordered_json line = {{"metric", "warp"},
                                 {"value", report.processed.short_term},
                                 {"pairs", report.processed.pairs},
                                 {"fidelity_to", report.judged_by},
                                 {"psnr_db", report.fidelity.psnr()},
                                 {"ssim", report.fidelity.alike / double(report.frames)},
                                 {"edge_sharpness", report.fidelity.sharp / double(report.frames)}};
  if (request.flow.empty()) line["long_term"] = report.processed.long_term;
  if (!request.input.empty()) {
    line["input_value"] = report.input.short_term;
    line["holds"] = report.cadence.held;
    line["holds_kept"] = report.cadence.kept;
  }
  line["protocol"] = protocol(request);
  print_json(line);
}

}  // namespace

void add_metric_warp(CLI::App& metric) {
  auto request = std::make_shared<Request>();
  CLI::App& command =
      *metric.add_subcommand("warp", "How much a processed sequence flickers along the motion of its plate");
  command.add_option("processed", request->processed, "Film, sequence or folder to judge")
      ->type_name("CLIP")
      ->required();
  command.add_option("plate", request->plate, "The untouched one that it was made from")
      ->type_name("CLIP")
      ->required();
  command.add_option("--truth", request->truth, "What it should look like: fidelity is measured to this")
      ->type_name("CLIP");
  command
      .add_option("--input", request->input,
                  "The sequence before steadying: measured too, and fidelity to it unless --truth is given")
      ->type_name("CLIP");
  command
      .add_option(
          "--flow", request->flow,
          "Folder of true flow: 000001.flo and 000001.png (white: occluded) from the first frame to the "
          "second, and so on")
      ->type_name("FOLDER");
  add_field(command, "flow-preset", request->preset,
            {.help = "how hard the motion is looked for", .choices = {"ultrafast", "fast", "medium"}});
  add_field(command, "squared", request->squared,
            {.help = "compare squared lengths in the occlusion test, as the code of Lai et al. does"});
  command.callback([request, &command] { metric_warp(*request, wants_json(command)); });
}

}  // namespace sakuga::cli

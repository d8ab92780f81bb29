// sakuga metric matte
#include <CLI/App.hpp>
#include <memory>

#include "sakuga/cli/metric.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/compose/matte_error.h"
#include "sakuga/core/error.h"
#include "sakuga/media/frames.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::string keyed, truth, screen = "green";
};

compose::MatteError measure(const Request& request) {
  const auto keyed = media::FrameReader::open(request.keyed), truth = media::FrameReader::open(request.truth);
  for (const auto* reader : {keyed.get(), truth.get()})
    if (!reader->info().alpha)
      core::fail(core::ErrorKind::BadRequest, "metric matte: expected pictures with alpha, got {} without",
                 reader == keyed.get() ? request.keyed : request.truth);
  compose::MatteErrorSum sum(compose::screen_hue(request.screen));
  media::Image ours, theirs;
  for (int64_t frames = 0;; ++frames) {
    const bool more = keyed->read(ours), more_truth = truth->read(theirs);
    if (more != more_truth)
      core::fail(core::ErrorKind::BadRequest,
                 "metric matte: expected as many frames in {} as in {}, one ends after {}", request.keyed,
                 request.truth, frames);
    if (!more) return sum.mean();
    sum.add(ours, theirs);
  }
}

void metric_matte(const Request& request, bool json) {
  const auto e = measure(request);
  if (json) {
    print_json({{"metric", "matte"},
                {"frames", e.frames},
                {"mean_absolute", e.mean_absolute},
                {"sad", e.sad},
                {"mse", e.mse},
                {"gradient", e.gradient},
                {"connectivity", e.connectivity},
                {"foreground", e.foreground},
                {"spill", e.spill},
                {"dtssd", e.flicker},
                {"protocol", compose::matte_protocol()}});
    return;
  }
  fmt::print("mean absolute {:.5f}  SAD {:.2f}  MSE {:.6f}  gradient {:.3f}  connectivity {:.2f}\n",
             e.mean_absolute, e.sad, e.mse, e.gradient, e.connectivity);
  fmt::print("foreground {:.4f}  spill {:.5f}  dtSSD {:.3f}  ({} frames)\n  {}\n", e.foreground, e.spill,
             e.flicker, e.frames, compose::matte_protocol());
}

}  // namespace

void add_metric_matte(CLI::App& metric) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *metric.add_subcommand("matte", "How far keyed frames are from the truth");
  command.add_option("keyed", request->keyed, "Film or numbered pictures with straight alpha")
      ->type_name("KEYED")
      ->required();
  command.add_option("truth", request->truth, "The same with the true figure and alpha")
      ->type_name("TRUTH")
      ->required();
  add_field(command, "screen", request->screen,
            {.help = "what was behind, for the spill", .choices = {"green", "blue", "yellow"}});
  command.callback([request, &command] { metric_matte(*request, wants_json(command)); });
}

}  // namespace sakuga::cli

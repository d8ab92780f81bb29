#include "sakuga/train/keyframes.h"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <future>
#include <nlohmann/json.hpp>
#include <optional>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/progress.h"
#include "sakuga/models/keyframe_net.h"
#include "sakuga/models/strips.h"
#include "sakuga/nn/compute.h"
#include "sakuga/nn/state.h"
#include "sakuga/nn/threads.h"
#include "sakuga/train/adam.h"
#include "sakuga/train/checkpoint.h"
#include "sakuga/train/key_carrier.h"
#include "sakuga/train/keyframe_patches.h"
#include "sakuga/weights/card.h"

namespace sakuga::train {
namespace {

using core::ErrorKind;
using core::fail;
using torch::Tensor;

constexpr int64_t kCheckpointSteps = 100;
constexpr double kLargestGradient =
    2;                               // A longer one is shortened: without normalisation one bad batch hurts.
constexpr double kSquareWeight = 2;  // Of squared errors, which keep doubtful edges where they likely are.
constexpr double kDifferenceWeight = 1;  // Of the loss on differences between neighbours.

KeyframeTraining checked(KeyframeTraining options) {
  visit_fields(options, [](const std::string& name, auto& value, const core::Field& field) {
    core::check_field(name, value, field);
  });
  if (options.patch % 8 != 0)
    fail(ErrorKind::BadRequest, "stylise: patch should be a multiple of 8, is {}", options.patch);
  return options;
}

models::KeyframeNet new_net(const KeyframeTraining& options) {
  torch::manual_seed(uint64_t(options.seed));
  return models::KeyframeNet(models::KeyframeNetOptions{.width = options.width, .blocks = options.blocks});
}

// Mean of |error| where weight is, of colours and of differences to the right and below.
Tensor painting_loss(const Tensor& drawn, const PatchBatch& batch) {
  const auto error = (drawn - batch.painting) * batch.weight;
  const auto total = batch.weight.sum() * 3 + 1e-3;
  const auto across = error.slice(3, 1) - error.slice(3, 0, -1);
  const auto down = error.slice(2, 1) - error.slice(2, 0, -1);
  return (error.abs().sum() + kSquareWeight * error.square().sum() +
          kDifferenceWeight * (across.abs().sum() + down.abs().sum())) /
         total;
}

// Full at first, falling to nothing along a half cosine; `done` is the part of the training done.
double rate_factor(int64_t step, double done) {
  const double warm = std::min(1.0, double(step + 1) / 20);
  return warm * (0.5 + 0.5 * std::cos(3.14159265358979 * std::min(done, 1.0)));
}

// Seconds of learning, those before a kill among them.
class Watch {
 public:
  explicit Watch(double before_s) : before_s_(before_s) {}
  double seconds() const {
    return before_s_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  double before_s_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

struct KeyframePainter::Impl {
  KeyframeTraining options;
  models::KeyframeNet net;
  std::optional<KeyCarrier> carrier = {};

  media::Image draw(const media::Image& plate, const media::Image& guide);  // By the net alone.
};

media::Image KeyframePainter::Impl::draw(const media::Image& plate, const media::Image& guide) {
  torch::NoGradGuard no_grad;
  auto& net = *this->net;
  const auto picture = models::padded_to_multiple(models::premultiplied_tensor(plate), net.multiple());
  const auto extras =
      models::padded_to_multiple(extras_tensor(guide, plate, options.guide > 0), net.multiple() / 2);
  const auto features = net.features(picture);
  const auto drawn = models::draw_in_strips(
      picture, net.multiple(), net.context_px(), models::kStripPixels, [&](int64_t first, int64_t rows) {
        const auto device = nn::compute_device();
        return net
            .draw(picture.narrow(2, first, rows).to(device), features.narrow(2, first, rows).to(device),
                  extras.narrow(2, first / 2, rows / 2).to(device))
            .to(torch::kCPU);
      });
  return models::picture_with_alpha(drawn.slice(2, 0, plate.height).slice(3, 0, plate.width), plate);
}

KeyframePainter::KeyframePainter(const KeyframeTraining& options)
    : impl_(std::make_unique<Impl>(Impl{checked(options), new_net(checked(options))})) {}
KeyframePainter::~KeyframePainter() = default;

double KeyframePainter::train(std::span<const KeyPair> pairs, const std::filesystem::path& checkpoint,
                              const std::string& digest, const std::function<void(int64_t)>& after_step) {
  const auto& options = impl_->options;
  const KeyframePatches patches(pairs, options);
  auto& net = impl_->net;
  net->to(nn::compute_device());
  net->train();
  Adam adam(net->parameters(), {.rate = options.rate, .beta1 = 0.9});

  NamedTensors tensors;
  add_tensors(tensors, "net", *net);
  add_moments(tensors, "adam", *net, adam);
  int64_t step = 0;
  double loss_sum = 0;  // A running mean of the loss.
  double before_s = 0;
  bool finished = false;
  if (std::filesystem::exists(checkpoint)) {
    const auto counters = read_counters(checkpoint);
    if (counters.value("digest", std::string()) == digest) {
      load_checkpoint(checkpoint, tensors);
      step = counters.value("step", int64_t(0));
      loss_sum = counters.value("loss", 0.0);
      before_s = counters.value("seconds", 0.0);
      finished = counters.value("finished", false);
      adam.set_steps(step);
    }
  }
  const Watch watch(before_s);
  const auto done = [&] {
    return finished
               ? 1.0
               : std::max(double(step) / double(options.steps), watch.seconds() / (60 * options.minutes));
  };
  // The last one says nothing of time: the same training gives the same bytes.
  const auto save = [&] {
    nlohmann::json counters = {
        {"digest", digest}, {"step", step}, {"loss", loss_sum}, {"finished", finished}};
    if (!finished) counters["seconds"] = watch.seconds();
    save_checkpoint(checkpoint, tensors, counters);
  };

  core::Progress progress("learn", "steps", options.steps);
  progress.update(step);
  for (double part = done(); part < 1; part = done()) {
    const auto batch = patches.batch(step);
    const auto loss = painting_loss(net->paint(batch.plate, batch.features, batch.extras), batch);
    const double value = loss.item<double>();
    if (!std::isfinite(value))
      fail(ErrorKind::BadRequest,
           "stylise: the loss is not a number at step {}, likely the learning rate {} is too high; {} holds "
           "the steps before",
           step, options.rate, checkpoint.string());
    loss.backward();
    torch::nn::utils::clip_grad_norm_(net->parameters(), kLargestGradient);
    adam.step(rate_factor(step, part));
    loss_sum = step == 0 ? value : 0.98 * loss_sum + 0.02 * value;
    ++step;
    progress.update(step, fmt::format("loss {:.4f}", loss_sum));
    finished = done() >= 1;
    const bool stop = core::interrupted();
    if (stop || finished || step % kCheckpointSteps == 0) save();
    if (stop) core::check_interrupt();
    if (after_step) after_step(step);
  }
  if (options.carry > 0)
    impl_->carrier.emplace(pairs, [&](const KeyPair& pair) { return impl_->draw(pair.plate, pair.guide); });
  return loss_sum;
}

media::Image KeyframePainter::draw(const media::Image& plate, const media::Image& guide) const {
  nn::keep_thread_count();
  if (!impl_->carrier) return impl_->draw(plate, guide);
  // Found while the net draws, unless other threads have other frames to draw.
  const auto launch = omp_get_max_threads() > 1 ? std::launch::async : std::launch::deferred;
  auto carried = std::async(launch, [&] { return impl_->carrier->carry(plate); });
  auto drawn = impl_->draw(plate, guide);
  return corrected(std::move(drawn), carried.get(), impl_->options.carry);
}

void KeyframePainter::save(const std::filesystem::path& path, const std::string& title) const {
  weights::Card card{.architecture = "keyframe-net"};
  models::KeyframeNetOptions options{.width = impl_->options.width, .blocks = impl_->options.blocks};
  card.options = core::fields_to_json(options);
  card.title = title;
  const auto state = nn::collect_state(*impl_->net);
  weights::write_safetensors(path, state.views, weights::metadata_of(card));
}

}  // namespace sakuga::train

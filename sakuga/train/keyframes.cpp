#include "sakuga/train/keyframes.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/progress.h"
#include "sakuga/models/keyframe_net.h"
#include "sakuga/models/strips.h"
#include "sakuga/nn/compute.h"
#include "sakuga/nn/state.h"
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
    2;  // A longer one is shortened: without normalisation one bad batch hurts.
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
  return (error.abs().sum() + kDifferenceWeight * (across.abs().sum() + down.abs().sum())) / total;
}

// Full at first, falling to nothing along a half cosine.
double rate_factor(int64_t step, int64_t steps) {
  const double warm = std::min(1.0, double(step + 1) / 20);
  return warm * (0.5 + 0.5 * std::cos(3.14159265358979 * double(step) / double(steps)));
}

}  // namespace

struct KeyframePainter::Impl {
  KeyframeTraining options;
  models::KeyframeNet net;
  models::KeyframeNet drawing = nullptr;  // A copy of the net for drawing, made when first needed.
  std::optional<KeyCarrier> carrier = {};
};

KeyframePainter::KeyframePainter(const KeyframeTraining& options)
    : impl_(std::make_unique<Impl>(Impl{checked(options), new_net(checked(options))})) {}
KeyframePainter::~KeyframePainter() = default;

double KeyframePainter::train(std::span<const KeyPair> pairs, const std::filesystem::path& checkpoint,
                              const std::string& digest, const std::function<void(int64_t)>& after_step) {
  const auto& options = impl_->options;
  const KeyframePatches patches(pairs, options);
  impl_->drawing = nullptr;
  if (options.carry > 0) impl_->carrier.emplace(pairs);
  auto& net = impl_->net;
  net->to(nn::compute_device());
  net->train();
  Adam adam(net->parameters(), {.rate = options.rate, .beta1 = 0.9});

  NamedTensors tensors;
  add_tensors(tensors, "net", *net);
  add_moments(tensors, "adam", *net, adam);
  int64_t step = 0;
  double loss_sum = 0;  // A running mean of the loss.
  if (std::filesystem::exists(checkpoint)) {
    const auto counters = read_counters(checkpoint);
    if (counters.value("digest", std::string()) == digest) {
      load_checkpoint(checkpoint, tensors);
      step = counters.value("step", int64_t(0));
      loss_sum = counters.value("loss", 0.0);
      adam.set_steps(step);
    }
  }
  const auto save_at = [&](int64_t done) {
    save_checkpoint(checkpoint, tensors, {{"digest", digest}, {"step", done}, {"loss", loss_sum}});
  };

  core::Progress progress("learn", "steps", options.steps);
  progress.update(step);
  while (step < options.steps) {
    const auto batch = patches.batch(step);
    const auto loss = painting_loss(net->paint(batch.plate, batch.extras), batch);
    const double value = loss.item<double>();
    if (!std::isfinite(value))
      fail(ErrorKind::BadRequest,
           "stylise: the loss is not a number at step {}, likely the learning rate {} is too high; {} holds "
           "the "
           "steps before",
           step, options.rate, checkpoint.string());
    loss.backward();
    torch::nn::utils::clip_grad_norm_(net->parameters(), kLargestGradient);
    adam.step(rate_factor(step, options.steps));
    loss_sum = step == 0 ? value : 0.98 * loss_sum + 0.02 * value;
    ++step;
    progress.update(step, fmt::format("loss {:.4f}", loss_sum));
    const bool stop = core::interrupted();
    if (stop || step % kCheckpointSteps == 0 || step == options.steps) save_at(step);
    if (stop) core::check_interrupt();
    if (after_step) after_step(step);
  }
  return loss_sum;
}

media::Image KeyframePainter::draw(const media::Image& plate, const media::Image& guide) const {
  if (!impl_->drawing) {
    impl_->drawing = models::KeyframeNet(
        models::KeyframeNetOptions{.width = impl_->options.width, .blocks = impl_->options.blocks});
    torch::NoGradGuard no_grad;
    auto copies = impl_->drawing->parameters();
    const auto originals = impl_->net->parameters();
    for (size_t i = 0; i < copies.size(); ++i) copies[i].copy_(originals[i]);
    impl_->drawing->to(nn::compute_device());
    impl_->drawing->eval();
    impl_->drawing->prepare_for_drawing();
  }
  torch::NoGradGuard no_grad;
  auto& net = *impl_->drawing;
  const auto picture = models::padded_to_multiple(models::premultiplied_tensor(plate), net.multiple());
  const auto extras =
      models::padded_to_multiple(extras_tensor(guide, plate, impl_->options.guide > 0), net.multiple() / 2);
  const auto drawn = models::draw_in_strips(picture, net.multiple(), net.context_px(), models::kStripPixels,
                                            [&](int64_t first, int64_t rows) {
                                              const auto device = nn::compute_device();
                                              return net
                                                  .paint(picture.narrow(2, first, rows).to(device),
                                                         extras.narrow(2, first / 2, rows / 2).to(device))
                                                  .to(torch::kCPU);
                                            });
  auto picture_drawn =
      models::picture_with_alpha(drawn.slice(2, 0, plate.height).slice(3, 0, plate.width), plate);
  if (!impl_->carrier) return picture_drawn;
  return blended(std::move(picture_drawn), impl_->carrier->carry(plate), impl_->options.carry);
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

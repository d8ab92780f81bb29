#include "sakuga/train/sides.h"

#include <cmath>

#include "sakuga/compose/domain.h"
#include "sakuga/core/error.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"
#include "sakuga/models/tensors.h"
#include "sakuga/nn/compute.h"
#include "sakuga/train/random.h"
#include "sakuga/train/task.h"

namespace sakuga::train {
namespace {

using torch::Tensor;

constexpr int64_t kMostSequences = 3;

data::Dataset open_target(const Recipe& recipe) {
  if (recipe.target.empty())
    core::fail(core::ErrorKind::BadRequest, "recipe {}: no second data set; add --set target=FILE.dataset",
               recipe.name);
  return data::Dataset::open(recipe.target);
}

// Null if there are too few pictures to tell.
nlohmann::json domain_of(const data::Dataset& dataset) {
  constexpr size_t kMost = 500;
  const auto infos = dataset.pictures(data::Split::Train);
  const size_t count = std::min(infos.size(), kMost);
  std::vector<compose::Gist> gists;
  for (size_t i = 0; i < count; ++i)
    gists.push_back(compose::gist_of(media::flatten(dataset.decode(infos[i * infos.size() / count].id))));
  const auto domain = compose::domain_of(gists);
  return domain ? compose::to_json(*domain) : nlohmann::json();
}

PicturesOptions options_of(const Recipe& recipe, size_t sequence) {
  const double side = double(recipe.resolution) * (1 + recipe.augment.enlarge);
  return {.resolution = std::lround(side),
          .flip = recipe.augment.flip,
          .memory_bytes = (recipe.memory_mib << 20) / kMostSequences,
          .seed = uint64_t(recipe.seed) + sequence};
}

}  // namespace

Sides::Sides(const Recipe& recipe, const data::Dataset& source)
    : recipe_(recipe),
      source_(source),
      target_(open_target(recipe)),
      domains_{{"there", domain_of(source_)}, {"back", domain_of(target_)}} {
  pictures_.emplace_back(source_, data::Split::Train, options_of(recipe, 0));
  pictures_.emplace_back(target_, data::Split::Train, options_of(recipe, 1));
}

void Sides::add_changed(size_t side, PicturesOptions::Change change) {
  auto options = options_of(recipe_, 2);
  options.change = std::move(change);
  pictures_.emplace_back(side == 0 ? source_ : target_, data::Split::Train, options);
}

Tensor Sides::batch(size_t sequence, int64_t step) {
  const auto enlarged = pictures_[sequence].batch(step * recipe_.batch, recipe_.batch).pictures;
  const int64_t size = recipe_.resolution, places = enlarged.size(3) - size + 1;
  if (places == 1) return enlarged.to(nn::compute_device());
  const auto numbers = uniform({kMostSequences, recipe_.batch, 2}, uint64_t(recipe_.seed), Purpose::Crop,
                               step)[int64_t(sequence)];
  std::vector<Tensor> cut;
  for (int64_t i = 0; i < recipe_.batch; ++i) {
    const auto at = [&](int64_t axis) { return int64_t(numbers[i][axis].item<double>() * double(places)); };
    cut.push_back(enlarged[i].narrow(1, at(0), size).narrow(2, at(1), size));
  }
  return torch::stack(cut).to(nn::compute_device());
}

Tensor Sides::unseen(size_t side, int64_t first, int64_t count, int64_t size) const {
  const auto& dataset = side == 0 ? source_ : target_;
  auto infos = dataset.pictures(data::Split::Test);
  if (infos.empty()) infos = dataset.pictures(data::Split::Train);
  std::vector<media::Image8> pictures;
  for (int64_t i = first; i < first + count; ++i)
    pictures.push_back(media::resize(media::flatten(dataset.decode(infos[size_t(i) % infos.size()].id)),
                                     int(size), int(size)));
  return models::pictures_to_tensor(pictures, "samples").to(nn::compute_device());
}

std::vector<media::Image8> Sides::drawn(models::TranslatorNet& net, int64_t first, int64_t count,
                                        int64_t size) const {
  std::vector<media::Image8> drawn;
  for (int64_t i = first; i < first + count; ++i)
    drawn.push_back(models::tensor_to_pictures(net.forward(unseen(0, i, 1, size)))[0]);
  return drawn;
}

weights::Card Sides::card(const nlohmann::json& options) const {
  auto card = task_card(recipe_, recipe_.generator, options, source_, {}, torch::zeros({1, 0}));
  auto ledger = source_.licences();
  data::add_ledger(ledger, target_.licences());
  card.licences = data::ledger_to_json(ledger);
  card.extra["domain"] = domains_;
  return card;
}

}  // namespace sakuga::train

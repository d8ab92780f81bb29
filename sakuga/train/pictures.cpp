#include "sakuga/train/pictures.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/core/rng.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"
#include "sakuga/train/random.h"

namespace sakuga::train {

using core::ErrorKind;
using core::fail;

namespace {

torch::Tensor tag_matrix(const std::vector<data::PictureInfo>& infos, int64_t tags) {
  auto matrix = torch::zeros({int64_t(infos.size()), tags});
  auto values = matrix.accessor<float, 2>();
  for (size_t i = 0; i < infos.size(); ++i)
    for (const auto& tag : infos[i].tags) values[i][tag.tag] = std::clamp(tag.score, 0.0f, 1.0f);
  return matrix;
}

// Latents as normal numbers: the quantiles of the stored ones.
torch::Tensor latent_matrix(const std::vector<data::PictureInfo>& infos, int64_t latents) {
  auto matrix = torch::empty({int64_t(infos.size()), latents});
  auto values = matrix.accessor<float, 2>();
  for (size_t i = 0; i < infos.size(); ++i)
    for (int64_t k = 0; k < latents; ++k) values[i][k] = std::clamp(infos[i].latents[k], 1e-5f, 1 - 1e-5f);
  return torch::erfinv(2 * matrix - 1) * std::sqrt(2.);
}

std::vector<double> cumulative_weights(const torch::Tensor& tags, double balance) {
  const auto share = tags.mean(0, false, torch::kFloat64).clamp_min(1e-9);
  const auto weight = (-balance * (tags.to(torch::kFloat64) * share.log()).sum(1)).exp();
  const auto sums = weight.cumsum(0).contiguous();
  return {sums.data_ptr<double>(), sums.data_ptr<double>() + sums.numel()};
}

}  // namespace

Pictures::Pictures(const data::Dataset& dataset, data::Split split, const PicturesOptions& options)
    : dataset_(dataset), options_(options), infos_(dataset.pictures(split)) {
  if (infos_.empty())
    fail(ErrorKind::BadRequest, "train: {} has no picture in its {} split", dataset.path().string(),
         data::split_name(split));
  for (const auto& info : infos_)
    if (info.width != info.height)
      fail(ErrorKind::BadRequest,
           "train: {}: expected square pictures, picture {} is {} x {}; import them with --crop centre or "
           "face",
           dataset.path().string(), info.id, info.width, info.height);
  tags_ = tag_matrix(infos_, int64_t(dataset.tag_names().size()));
  latents_ = latent_matrix(infos_, dataset.latent_count());
  if (options.balance > 0) cumulative_ = cumulative_weights(tags_, options.balance);
  if (options.views > 1) read_series();
  if (size() * 3 * options.resolution * options.resolution <= options.memory_bytes) keep_all();
}

Pictures::~Pictures() {
  if (ahead_.valid()) ahead_.wait();
}

void Pictures::read_series() {
  std::map<std::string, int64_t> numbers;
  for (int64_t i = 0; i < size(); ++i) {
    const auto file = dataset_.origin(infos_[size_t(i)].id).file;
    const auto found = numbers.emplace(file.substr(0, file.rfind('_')), int64_t(series_.size())).first;
    if (found->second == int64_t(series_.size())) series_.emplace_back();
    series_[size_t(found->second)].push_back(i);
    series_of_.push_back(found->second);
  }
}

int64_t Pictures::other_view(int64_t picture, core::Rng& random) const {
  const auto& series = series_[size_t(series_of_[size_t(picture)])];
  if (series.size() == 1) return picture;
  // One of the others: as many steps further in the series, which goes round.
  const auto at = std::find(series.begin(), series.end(), picture) - series.begin();
  const auto step = 1 + int64_t(random.below(series.size() - 1));
  return series[size_t((at + step) % int64_t(series.size()))];
}

void Pictures::keep_all() {
  const int64_t side = options_.resolution, bytes = 3 * side * side;
  kept_ = torch::empty({size(), 3, side, side}, torch::kUInt8);
  uint8_t* all = kept_.data_ptr<uint8_t>();
  core::Progress progress("reading", "pictures", size());
  for (int64_t begin = 0; begin < size(); begin += 256) {
    core::check_interrupt();
    const int64_t end = std::min(size(), begin + 256);
    at::parallel_for(begin, end, 16, [&](int64_t from, int64_t to) {
      for (int64_t i = from; i < to; ++i) decode(i, all + i * bytes);
    });
    progress.update(end);
  }
}

void Pictures::decode(int64_t picture, uint8_t* planes) const {
  const int side = int(options_.resolution);
  auto image = media::flatten(dataset_.decode(infos_[picture].id));
  if (image.width != side || image.height != side)
    image = media::resize(image, side, side, media::Filter::Lanczos3);
  if (options_.change) image = options_.change(image);
  const size_t area = size_t(side) * side;
  for (size_t i = 0; i < area; ++i)
    for (int c = 0; c < 3; ++c) planes[c * area + i] = image.bytes[3 * i + c];
}

Pictures::Epoch Pictures::make_epoch(int64_t epoch) const {
  const int64_t count = size();
  core::Rng order(options_.seed, stream_of(Purpose::Order, epoch));
  Epoch result;
  result.order.resize(count);
  std::iota(result.order.begin(), result.order.end(), 0);
  if (!cumulative_.empty()) {
    // Stratified: one draw from each of `count` equal slices of the weight.
    for (int64_t i = 0; i < count; ++i) {
      const double at = (double(i) + order.uniform()) / double(count) * cumulative_.back();
      const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), at) - cumulative_.begin();
      result.order[i] = std::min<int64_t>(found, count - 1);
    }
  }
  for (int64_t i = count - 1; i > 0; --i) std::swap(result.order[i], result.order[order.below(i + 1)]);
  result.mirrored.resize(count);
  if (options_.flip) {
    core::Rng flip(options_.seed, stream_of(Purpose::Flip, epoch));
    for (int64_t i = 0; i < count; ++i) result.mirrored[i] = flip.next_u32() & 1;
  }
  return result;
}

std::vector<Pictures::Place> Pictures::places(int64_t first, int64_t count) {
  std::vector<Place> result;
  for (int64_t p = first; p < first + count; ++p) {
    const int64_t epoch = p / size(), at = p % size();
    auto found = epochs_.find(epoch);
    if (found == epochs_.end()) {
      while (epochs_.size() > 1) epochs_.erase(epochs_.begin());
      found = epochs_.emplace(epoch, make_epoch(epoch)).first;
    }
    result.push_back({found->second.order[at], found->second.mirrored[at]});
    if (options_.views == 1) continue;
    core::Rng random(options_.seed, stream_of(Purpose::View, p));
    const Place place = result.back();
    for (int64_t view = 1; view < options_.views; ++view)
      result.push_back({other_view(place.picture, random), place.mirrored});
  }
  return result;
}

Batch Pictures::assemble(const std::vector<Place>& places) const {
  const int64_t side = options_.resolution, values = 3 * side * side;
  Batch batch;
  batch.pictures = torch::empty({int64_t(places.size()), 3, side, side});
  float* out = batch.pictures.data_ptr<float>();
  std::vector<int64_t> rows;
  for (const auto& place : places) rows.push_back(place.picture);
  const auto index = torch::tensor(rows, torch::kInt64);
  batch.tags = tags_.index_select(0, index);
  batch.latents = latents_.index_select(0, index);
  if (!series_of_.empty()) {
    for (auto& row : rows) row = series_of_[size_t(row)];
    batch.series = torch::tensor(rows, torch::kInt64);
  }
  const auto fill = [&](int64_t from, int64_t to) {
    std::vector<uint8_t> decoded(kept_.defined() ? 0 : values);
    for (int64_t i = from; i < to; ++i) {
      if (!kept_.defined()) decode(places[i].picture, decoded.data());
      const uint8_t* bytes =
          kept_.defined() ? kept_.data_ptr<uint8_t>() + places[i].picture * values : decoded.data();
      for (int64_t row = 0; row < 3 * side; ++row)
        for (int64_t x = 0; x < side; ++x) {
          const int64_t source = row * side + (places[i].mirrored ? side - 1 - x : x);
          out[i * values + row * side + x] = float(bytes[source]) * (1 / 127.5f) - 1;
        }
    }
  };
  // The thread that decodes ahead must not compete for the pool with the training step.
  if (kept_.defined())
    at::parallel_for(0, int64_t(places.size()), 8, fill);
  else
    fill(0, int64_t(places.size()));
  return batch;
}

Batch Pictures::batch(int64_t first, int64_t count) {
  if (kept_.defined()) return assemble(places(first, count));
  Batch result;
  if (ahead_.valid()) result = ahead_.get();
  if (ahead_first_ != first || ahead_count_ != count) result = assemble(places(first, count));
  ahead_first_ = first + count;
  ahead_count_ = count;
  ahead_ =
      std::async(std::launch::async, [this, next = places(ahead_first_, count)] { return assemble(next); });
  return result;
}

Batch Pictures::in_order(int64_t first, int64_t count) const {
  std::vector<Place> places;
  for (int64_t i = first; i < first + count; ++i) places.push_back({i, false});
  return assemble(places);
}

}  // namespace sakuga::train

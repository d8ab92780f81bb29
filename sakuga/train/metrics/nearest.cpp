#include "sakuga/train/metrics/nearest.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/contact_sheet.h"

namespace sakuga::metrics {
namespace {

using core::ErrorKind;
using core::fail;

torch::Tensor rows(const FeatureSet& set) {
  return torch::from_blob(const_cast<float*>(set.values.data()), {set.count(), set.dimension})
      .to(torch::kFloat64);
}

// Root mean squares [a.count(), b.count()] in double: |a|^2 + |b|^2 - 2 a.b cancels for near copies.
torch::Tensor distances(const FeatureSet& a, const FeatureSet& b) {
  const auto x = rows(a), y = rows(b);
  const auto squares = x.square().sum(1, true) + y.square().sum(1).unsqueeze(0) - 2 * torch::mm(x, y.t());
  return (squares.clamp_min(0) / double(a.dimension)).sqrt();
}

}  // namespace

NearestSearch::NearestSearch(FeatureSet queries, FeatureSet mirrored, int keep)
    : queries_(std::move(queries)),
      mirrored_(std::move(mirrored)),
      keep_(size_t(keep)),
      neighbours_(size_t(queries_.count())) {
  if (!mirrored_.values.empty() && mirrored_.values.size() != queries_.values.size())
    fail(ErrorKind::BadRequest, "nearest: {} queries, but {} mirrored ones", queries_.count(),
         mirrored_.count());
}

void NearestSearch::offer(size_t query, const Neighbour& neighbour) {
  auto& list = neighbours_[query];
  const auto at =
      std::upper_bound(list.begin(), list.end(), neighbour,
                       [](const Neighbour& a, const Neighbour& b) { return a.distance < b.distance; });
  if (size_t(at - list.begin()) >= keep_) return;
  list.insert(at, neighbour);
  if (list.size() > keep_) list.pop_back();
}

void NearestSearch::add(const FeatureSet& candidates) {
  if (candidates.dimension != queries_.dimension)
    fail(ErrorKind::BadRequest, "nearest: vectors of {} and of {} numbers", queries_.dimension,
         candidates.dimension);
  torch::NoGradGuard no_grad;
  const auto plain = distances(queries_, candidates);
  const auto turned = mirrored_.values.empty() ? plain : distances(mirrored_, candidates);
  const auto plain_at = plain.accessor<double, 2>(), turned_at = turned.accessor<double, 2>();
  for (int64_t query = 0; query < queries_.count(); ++query)
    for (int64_t i = 0; i < candidates.count(); ++i) {
      const bool by_mirror = turned_at[query][i] < plain_at[query][i];
      offer(size_t(query), {added_ + i, by_mirror ? turned_at[query][i] : plain_at[query][i], by_mirror});
    }
  added_ += candidates.count();
}

FeatureSet pixels(std::span<const media::Image8> pictures) {
  FeatureSet set;
  for (const auto& picture : pictures) {
    if (picture.channels != 3 || (set.dimension != 0 && int64_t(picture.bytes.size()) != set.dimension))
      fail(ErrorKind::BadRequest, "nearest: expected RGB pictures of one size, got {}x{} with {} channels",
           picture.width, picture.height, picture.channels);
    set.dimension = int64_t(picture.bytes.size());
    set.values.insert(set.values.end(), picture.bytes.begin(), picture.bytes.end());
  }
  return set;
}

media::Image8 mirrored(const media::Image8& picture) {
  media::Image8 turned(picture.width, picture.height, picture.channels);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      std::copy_n(picture.at(picture.width - 1 - x, y), picture.channels, turned.at(x, y));
  return turned;
}

NearestSummary summarise(const std::vector<std::vector<Neighbour>>& neighbours) {
  std::vector<double> nearest;
  for (const auto& list : neighbours)
    if (!list.empty()) nearest.push_back(list[0].distance);
  if (nearest.empty()) fail(ErrorKind::BadRequest, "nearest: no pictures to compare");
  std::sort(nearest.begin(), nearest.end());
  const auto quantile = [&](double share) {
    return nearest[size_t(std::llround(share * double(nearest.size() - 1)))];
  };
  return {.smallest = nearest[0], .fifth_percentile = quantile(0.05), .median = quantile(0.5)};
}

double share_nearer(const std::vector<std::vector<Neighbour>>& neighbours, double distance) {
  const auto nearer = std::count_if(neighbours.begin(), neighbours.end(), [&](const auto& list) {
    return !list.empty() && list[0].distance < distance;
  });
  return neighbours.empty() ? 0 : double(nearer) / double(neighbours.size());
}

namespace {

constexpr int64_t kPicturesAtOnce = 128;

std::vector<media::Image8> load(const PictureSet& set, int64_t first, int64_t count) {
  std::vector<media::Image8> pictures;
  for (int64_t i = first; i < std::min(set.size(), first + count); ++i) pictures.push_back(set.picture(i));
  return pictures;
}

// A few at a time, because vectors may be much smaller than pictures.
NearestSearch search_for(int64_t count, const std::function<media::Image8(int64_t)>& picture,
                         const Vectorise& vectorise, int keep) {
  FeatureSet plain, turned;
  for (int64_t i = 0; i < count; ++i) {
    const auto original = media::flatten(picture(i));
    const std::vector<media::Image8> both = {original, mirrored(original)};
    const auto vectors = vectorise(both);
    plain.dimension = turned.dimension = vectors.dimension;
    plain.values.insert(plain.values.end(), vectors[0].begin(), vectors[0].end());
    turned.values.insert(turned.values.end(), vectors[1].begin(), vectors[1].end());
  }
  return NearestSearch(std::move(plain), std::move(turned), keep);
}

std::vector<std::vector<Neighbour>> scaled(std::vector<std::vector<Neighbour>> lists, double unit) {
  for (auto& list : lists)
    for (auto& neighbour : list) neighbour.distance /= unit;
  return lists;
}

}  // namespace

NearestReport compare_with_training(std::span<const media::Image8> drawn, const PictureSet& unseen,
                                    const PictureSet& training, const Vectorise& vectorise, bool relative,
                                    int keep) {
  auto for_drawn = search_for(
      int64_t(drawn.size()), [&](int64_t i) { return drawn[size_t(i)]; }, vectorise, keep);
  auto for_unseen = search_for(
      unseen.size(), [&](int64_t i) { return unseen.picture(i); }, vectorise, keep);
  double squares = 0, numbers = 0;
  core::Progress progress("nearest", "pictures", training.size());
  for (int64_t first = 0; first < training.size(); first += kPicturesAtOnce) {
    core::check_interrupt();
    const auto vectors = vectorise(load(training, first, kPicturesAtOnce));
    for_drawn.add(vectors);
    for_unseen.add(vectors);
    for (const float value : vectors.values) squares += double(value) * double(value);
    numbers += double(vectors.values.size());
    progress.update(first + vectors.count());
  }
  const double unit = relative && squares > 0 ? std::sqrt(squares / numbers) : 1;
  NearestReport report = {.drawn = scaled(for_drawn.neighbours(), unit),
                          .unseen = scaled(for_unseen.neighbours(), unit)};
  report.drawn_summary = summarise(report.drawn);
  report.unseen_summary = summarise(report.unseen);
  report.share_nearer = share_nearer(report.drawn, report.unseen_summary.fifth_percentile);
  return report;
}

}  // namespace sakuga::metrics

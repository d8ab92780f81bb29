#include "sakuga/train/drawing_score.h"

#include "sakuga/core/error.h"
#include "sakuga/train/metrics/kid.h"

namespace sakuga::train {
namespace {

constexpr int64_t kPicturesAtOnce = 64;

void append(metrics::FeatureSet& all, const metrics::FeatureSet& more) {
  all.dimension = more.dimension;
  all.values.insert(all.values.end(), more.values.begin(), more.values.end());
}

}  // namespace

DrawingScore::DrawingScore(const ScoreOptions& options, const data::Dataset& dataset)
    : options_(options),
      dataset_(dataset),
      protocol_(models::FeatureModel::load(options.features)),
      unseen_(dataset.pictures(data::Split::Test)) {
  if (unseen_.size() < 2)
    core::fail(core::ErrorKind::BadRequest,
               "score: {} has {} pictures in its test split, expected two or more", dataset.path().string(),
               unseen_.size());
}

metrics::FeatureSet DrawingScore::reference() {
  if (reference_) return *reference_;
  metrics::FeatureSet all;
  const int64_t count = std::min<int64_t>(int64_t(unseen_.size()), 2 * options_.pictures);
  for (int64_t first = 0; first < count; first += kPicturesAtOnce) {
    std::vector<media::Image8> pictures;
    for (int64_t i = first; i < std::min(count, first + kPicturesAtOnce); ++i)
      pictures.push_back(dataset_.decode(unseen_[size_t(i)].id));
    append(all, protocol_.features(pictures));
  }
  reference_ = all;
  return all;
}

weights::Metric DrawingScore::measure(const Draw& draw) {
  metrics::FeatureSet drawn;
  for (int64_t first = 0; first < options_.pictures; first += kPicturesAtOnce) {
    const int64_t count = std::min(kPicturesAtOnce, options_.pictures - first);
    auto tags = torch::zeros({count, int64_t(dataset_.tag_names().size())});
    for (int64_t i = 0; i < count; ++i)
      for (const auto& tag : unseen_[size_t(first + i) % unseen_.size()].tags) tags[i][tag.tag] = tag.score;
    append(drawn, protocol_.features(draw(first, tags)));
  }
  const metrics::KidOptions options;
  const auto kid = metrics::kernel_distance(drawn, reference(), options);
  return {.name = "kid",
          .value = kid.value,
          .deviation = kid.deviation,
          .protocol = metrics::kid_protocol(protocol_, options, kid)};
}

}  // namespace sakuga::train

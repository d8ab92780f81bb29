#include "sakuga/train/metrics/nearest.h"

#include <cmath>

#include "sakuga/core/rng.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/image_file.h"

namespace sakuga::metrics {
namespace {

using core::ErrorKind;
using core::expect_error;

FeatureSet normal(int64_t count, int64_t dimension, uint64_t seed) {
  FeatureSet set = {.dimension = dimension, .values = std::vector<float>(size_t(count * dimension))};
  core::fill_normal(set.values, seed);
  return set;
}

double slow_distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (double(a[i]) - double(b[i])) * (double(a[i]) - double(b[i]));
  return std::sqrt(sum / double(a.size()));
}

TEST(NearestSearch, FindsWhatComparingEveryPairFinds) {
  const auto queries = normal(5, 12, 1), turned = normal(5, 12, 2), first = normal(20, 12, 3),
             second = normal(30, 12, 4);
  NearestSearch search(queries, turned, 3);
  search.add(first);
  search.add(second);
  for (int64_t q = 0; q < 5; ++q) {
    std::vector<std::pair<double, int64_t>> all;
    for (int64_t i = 0; i < 50; ++i) {
      const auto candidate = i < 20 ? first[i] : second[i - 20];
      all.push_back({std::min(slow_distance(queries[q], candidate), slow_distance(turned[q], candidate)), i});
    }
    std::sort(all.begin(), all.end());
    for (size_t k = 0; k < 3; ++k) {
      const auto& found = search.neighbours()[size_t(q)].at(k);
      EXPECT_EQ(found.index, all[k].second);
      EXPECT_NEAR(found.distance, all[k].first, 1e-9);
    }
  }
}

media::Image8 noise_picture(uint64_t seed) {
  core::Rng rng(seed);
  media::Image8 picture(8, 6, 3);
  for (auto& byte : picture.bytes) byte = uint8_t(rng.below(256));
  return picture;
}

// Noise pictures first to last - 1 as files.
class PictureFolder : public core::TemporaryFolder {
 public:
  PictureFolder(uint64_t first, uint64_t last) {
    for (uint64_t i = first; i < last; ++i)
      media::write_image(*this / fmt::format("{:04}.png", i), noise_picture(i));
  }
};

TEST(NearestSearch, FindsACopyEvenIfItIsMirrored) {
  std::vector<media::Image8> training;
  for (uint64_t seed = 0; seed < 20; ++seed) training.push_back(noise_picture(seed));
  const auto drawn = mirrored(training[13]);
  const auto turned = mirrored(drawn);
  NearestSearch search(pixels(std::span(&drawn, 1)), pixels(std::span(&turned, 1)), 3);
  search.add(pixels(training));
  const auto& nearest = search.neighbours()[0];
  EXPECT_EQ(nearest[0].index, 13);
  EXPECT_NEAR(nearest[0].distance, 0, 1e-4);
  EXPECT_TRUE(nearest[0].mirrored);
  EXPECT_GT(nearest[1].distance, 50);
}

TEST(NearestSearch, RefusesVectorsThatDoNotFit) {
  expect_error(ErrorKind::BadRequest, "5 queries, but 4 mirrored",
               [] { NearestSearch(normal(5, 8, 1), normal(4, 8, 1), 3); });
  NearestSearch search(normal(5, 8, 1), {}, 3);
  expect_error(ErrorKind::BadRequest, "vectors of 8 and of 9 numbers", [&] { search.add(normal(4, 9, 1)); });
  const std::vector<media::Image8> mixed = {media::Image8(4, 4, 3), media::Image8(5, 4, 3)};
  expect_error(ErrorKind::BadRequest, "RGB pictures of one size, got 5x4", [&] { pixels(mixed); });
}

TEST(Mirrored, TurnsRowsAround) {
  media::Image8 picture(2, 1, 3);
  picture.bytes = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(mirrored(picture).bytes, (std::vector<uint8_t>{4, 5, 6, 1, 2, 3}));
}

TEST(NearestSummary, ReadsOffTheNearestOfEach) {
  std::vector<std::vector<Neighbour>> lists;
  for (int i = 100; i >= 0; --i) lists.push_back({{0, double(i)}, {1, 1000}});
  const auto summary = summarise(lists);
  EXPECT_EQ(summary.smallest, 0);
  EXPECT_EQ(summary.fifth_percentile, 5);
  EXPECT_EQ(summary.median, 50);
  EXPECT_NEAR(share_nearer(lists, 10), 10. / 101, 1e-12);
  expect_error(ErrorKind::BadRequest, "no pictures to compare", [] { summarise({}); });
}

TEST(CompareWithTraining, TellsCopiesFromOriginals) {
  const PictureFolder training(0, 60), unseen(100, 140);
  std::vector<media::Image8> drawn = {mirrored(noise_picture(7)), noise_picture(200)};
  const auto report = compare_with_training(drawn, PictureSet::open(unseen.path()),
                                            PictureSet::open(training.path()), pixels, false, 2);
  EXPECT_NEAR(report.drawn[0][0].distance, 0, 1e-4);
  EXPECT_EQ(PictureSet::open(training.path()).name(report.drawn[0][0].index), "0007.png");
  EXPECT_GT(report.drawn[1][0].distance, 50);
  EXPECT_EQ(report.unseen.size(), 40u);
  EXPECT_EQ(report.share_nearer, 0.5);

  const auto relative = compare_with_training(drawn, PictureSet::open(unseen.path()),
                                              PictureSet::open(training.path()), pixels, true, 2);
  EXPECT_NEAR(report.unseen_summary.median / relative.unseen_summary.median, 255 / std::sqrt(3.), 5)
      << "the root mean square of even noise";
}

}  // namespace
}  // namespace sakuga::metrics

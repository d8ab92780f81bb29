#include "sakuga/train/pictures.h"

#include <set>

#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

struct Discs {
  TemporaryFolder folder;
  data::Dataset dataset;
  explicit Discs(int count = 30, int side = 16)
      : dataset((write_discs(folder / "discs.dataset", count, side),
                 data::Dataset::open(folder / "discs.dataset"))) {}
};

TEST(Pictures, AreInMinusOneToOneWithTheirTags) {
  const Discs discs;
  Pictures pictures(discs.dataset, data::Split::Train, {.resolution = 16});
  EXPECT_EQ(pictures.size(), discs.dataset.size(data::Split::Train));
  const auto batch = pictures.in_order(0, 4);
  EXPECT_EQ(batch.pictures.sizes(), (std::vector<int64_t>{4, 3, 16, 16}));
  EXPECT_LE(batch.pictures.abs().max().item<float>(), 1);
  EXPECT_TRUE(torch::equal(batch.tags.sum(1), torch::full({4}, 2.0f)));
  const auto original = discs.dataset.decode(discs.dataset.pictures(data::Split::Train)[2].id);
  EXPECT_NEAR(batch.pictures[2][1][3][5].item<float>(), float(original.at(5, 3)[1]) / 127.5f - 1, 1e-6);
}

TEST(Pictures, EveryEpochShowsEachOnceInAnotherOrder) {
  const Discs discs;
  Pictures pictures(discs.dataset, data::Split::Train, {.resolution = 16});
  const auto sums = [](const torch::Tensor& x) {
    std::vector<float> values;
    for (int64_t i = 0; i < x.size(0); ++i) values.push_back(x[i].sum().item<float>());
    return values;
  };
  auto first = sums(pictures.batch(0, pictures.size()).pictures);
  auto second = sums(pictures.batch(pictures.size(), pictures.size()).pictures);
  auto set = sums(pictures.in_order(0, pictures.size()).pictures);
  EXPECT_NE(first, second);
  for (auto* values : {&first, &second, &set}) std::sort(values->begin(), values->end());
  EXPECT_EQ(first, set);
  EXPECT_EQ(second, set);
}

TEST(Pictures, ABatchDoesNotDependOnWhatCameBefore) {
  const Discs discs;
  const PicturesOptions options{.resolution = 16, .flip = true, .seed = 3};
  Pictures one(discs.dataset, data::Split::Train, options), other(discs.dataset, data::Split::Train, options);
  for (int64_t first = 0; first < 100; first += 10) one.batch(first, 10);
  EXPECT_TRUE(torch::equal(one.batch(100, 10).pictures, other.batch(100, 10).pictures));
}

TEST(Pictures, DecodedAheadAreTheSameAsKept) {
  const Discs discs;
  PicturesOptions options{.resolution = 16, .flip = true, .seed = 3};
  Pictures kept(discs.dataset, data::Split::Train, options);
  options.memory_bytes = 0;
  Pictures ahead(discs.dataset, data::Split::Train, options);
  for (const int64_t first : {0, 8, 16, 24, 64, 72}) {
    const auto a = kept.batch(first, 8), b = ahead.batch(first, 8);
    EXPECT_TRUE(torch::equal(a.pictures, b.pictures));
    EXPECT_TRUE(torch::equal(a.tags, b.tags));
  }
}

TEST(Pictures, AreMirroredHalfOfTheTime) {
  const Discs discs(200);
  Pictures plain(discs.dataset, data::Split::Train, {.resolution = 16, .seed = 3});
  Pictures flipped(discs.dataset, data::Split::Train, {.resolution = 16, .flip = true, .seed = 3});
  const auto a = plain.batch(0, 100).pictures, b = flipped.batch(0, 100).pictures;
  int64_t same = 0, mirrored = 0;
  for (int64_t i = 0; i < 100; ++i) {
    same += torch::equal(a[i], b[i]);
    mirrored += torch::equal(a[i].flip({2}), b[i]);
  }
  EXPECT_GE(same + mirrored, 100);
  EXPECT_GT(mirrored, 30);
  EXPECT_GT(same, 30);
}

TEST(Pictures, BalanceShowsRareTagsMoreOften) {
  const TemporaryFolder folder;
  write_discs(folder / "d.dataset", 60, 16);
  data::edit_dataset(folder / "d.dataset", [](data::DatasetEditor& editor) {
    editor.add_tag(std::vector<int64_t>{1, 2, 3}, {"rare", 1});
  });
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  const auto names = dataset.tag_names();
  const auto rare = std::find(names.begin(), names.end(), "rare") - names.begin();
  const auto shown = [&](double balance) {
    Pictures pictures(dataset, data::Split::Train, {.resolution = 16, .balance = balance});
    return pictures.batch(0, 10 * pictures.size()).tags.select(1, rare).sum().item<double>();
  };
  EXPECT_GT(shown(0.5), 2 * shown(0));
}

TEST(Pictures, SeveralViewsAreOfOneSeries) {
  const TemporaryFolder folder;
  data::edit_dataset(folder / "d.dataset", [](data::DatasetEditor& editor) {
    for (int i = 0; i < 12; ++i) {  // Four series of three; the first channel is the series.
      media::Image8 image(8, 8, 3);
      for (int k = 0; k < 64; ++k)
        image.bytes[size_t(3 * k)] = uint8_t(60 * (i / 3)), image.bytes[size_t(3 * k + 1)] = uint8_t(i);
      editor.add(
          {.bytes = media::encode_png(image),
           .width = 8,
           .height = 8,
           .sha256 = data::pixel_sha256(image),
           .phash = uint64_t(i),
           .tags = {{"number", float(i) / 12}},
           .origin = {
               .source = "test", .licence = "CC0-1.0", .file = fmt::format("{}_{}.png", i / 3, i % 3)}});
    }
  });
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  Pictures pictures(dataset, data::Split::Train, {.resolution = 8, .views = 2});
  const auto batch = pictures.batch(0, 24);
  ASSERT_EQ(batch.pictures.size(0), 48);
  for (int64_t i = 0; i < 48; i += 2) {
    EXPECT_EQ(batch.pictures[i][0][0][0].item<float>(), batch.pictures[i + 1][0][0][0].item<float>());
    EXPECT_NE(batch.tags[i].item<float>(), batch.tags[i + 1].item<float>());
  }
  EXPECT_TRUE(
      torch::equal(Pictures(dataset, data::Split::Train, {.resolution = 8, .views = 2}).batch(7, 3).tags,
                   batch.tags.narrow(0, 14, 6)));
}

TEST(Pictures, AreResizedToTheRecipesSize) {
  const Discs discs(14, 20);
  Pictures pictures(discs.dataset, data::Split::Train, {.resolution = 8});
  EXPECT_EQ(pictures.in_order(0, 1).pictures.size(3), 8);
}

TEST(Pictures, AnEmptySplitIsRefused) {
  const Discs discs(3);
  EXPECT_NE(error_of([&] {
              Pictures(discs.dataset, data::Split::Test, {.resolution = 16});
            }).find("no picture in its test"),
            std::string::npos);
}

TEST(Pictures, OnesThatAreNotSquareAreRefused) {
  const TemporaryFolder folder;
  const media::Image8 image(16, 8, 3);
  data::edit_dataset(folder / "d.dataset", [&](data::DatasetEditor& editor) {
    editor.add(
        {.bytes = media::encode_png(image),
         .width = 16,
         .height = 8,
         .sha256 = data::pixel_sha256(image),
         .phash = 0,
         .split = data::Split::Train,
         .tags = {},
         .origin = {
             .source = "t", .author = {}, .licence = "CC0-1.0", .url = {}, .retrieved = {}, .file = {}}});
  });
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  EXPECT_NE(error_of([&] { Pictures(dataset, data::Split::Train, {}); }).find("expected square pictures"),
            std::string::npos);
}

TEST(Pictures, AreChangedAtTheirResolutionWhetherKeptOrNot) {
  const TemporaryFolder folder;
  write_discs(folder / "d.dataset", 8, 20);
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  const auto inverted = [](const media::Image8& picture) {
    auto result = picture;
    for (auto& byte : result.bytes) byte = uint8_t(255 - byte);
    return result;
  };
  Pictures plain(dataset, data::Split::Train, {.resolution = 16});
  for (const int64_t memory : {int64_t{1} << 30, int64_t{0}}) {
    Pictures changed(dataset, data::Split::Train,
                     {.resolution = 16, .memory_bytes = memory, .change = inverted});
    const auto sum = plain.batch(0, 5).pictures + changed.batch(0, 5).pictures;
    EXPECT_LT(sum.abs().max().item<float>(), 1e-6);
  }
}

}  // namespace
}  // namespace sakuga::train

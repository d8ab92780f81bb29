#include "sakuga/data/phash.h"

#include <bit>

#include "sakuga/core/rng.h"
#include "sakuga/data/test_pictures.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"

namespace sakuga::data {
namespace {

int distance(const media::Image8& a, const media::Image8& b) {
  return std::popcount(perceptual_hash(a) ^ perceptual_hash(b));
}

TEST(PerceptualHash, ForgivesScaleBrightnessAndJpeg) {
  const auto picture = smooth_picture(3);
  EXPECT_LE(distance(picture, media::resize(picture, 64, 64)), kNearDistance);
  auto dark = picture;
  for (auto& byte : dark.bytes) byte = static_cast<uint8_t>(byte * 3 / 4);
  EXPECT_LE(distance(picture, dark), kNearDistance);
  EXPECT_LE(distance(picture, media::decode_image8(media::encode_jpeg(picture, 50), "jpeg")), kNearDistance);
}

TEST(PerceptualHash, TellsPicturesApart) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_GT(distance(smooth_picture(seed), smooth_picture(seed + 100)), 10);
  }
}

TEST(PerceptualHash, SeesTransparencyAsWhite) {
  const auto picture = smooth_picture(5, 4);
  EXPECT_LE(distance(picture, media::flatten(picture)), kNearDistance);
}

TEST(PerceptualHash, TakesAnySizeButNone) {
  EXPECT_NO_THROW(perceptual_hash(media::Image8(1, 1, 1)));
  EXPECT_NO_THROW(perceptual_hash(media::Image8(500, 3, 2)));
  expect_error(core::ErrorKind::BadRequest, "is empty", [] { perceptual_hash({}); });
}

// The slow clear way: compare all.
std::vector<std::vector<size_t>> near_by_comparing(const std::vector<uint64_t>& hashes, int max_distance) {
  std::vector<size_t> group(hashes.size());
  for (size_t i = 0; i < group.size(); ++i) group[i] = i;
  for (size_t round = 0; round < hashes.size(); ++round) {
    for (size_t i = 0; i < hashes.size(); ++i) {
      for (size_t j = 0; j < hashes.size(); ++j) {
        if (std::popcount(hashes[i] ^ hashes[j]) <= max_distance) group[i] = std::min(group[i], group[j]);
      }
    }
  }
  std::vector<std::vector<size_t>> found;
  for (size_t root = 0; root < hashes.size(); ++root) {
    std::vector<size_t> members;
    for (size_t i = 0; i < hashes.size(); ++i) {
      if (group[i] == root) members.push_back(i);
    }
    if (members.size() > 1) found.push_back(members);
  }
  return found;
}

TEST(NearDuplicates, AreThoseFoundByComparingAll) {
  core::Rng rng(1);
  std::vector<uint64_t> hashes;
  for (int i = 0; i < 40; ++i) {
    const uint64_t hash = uint64_t{rng.next_u32()} << 32 | rng.next_u32();
    hashes.push_back(hash);
    uint64_t near = hash;
    for (uint64_t flips = rng.below(9); flips > 0; --flips) near ^= uint64_t{1} << rng.below(64);
    hashes.push_back(near);
  }
  for (const int max_distance : {0, 1, 4, 7, 15}) {
    EXPECT_EQ(near_duplicates(hashes, max_distance), near_by_comparing(hashes, max_distance)) << max_distance;
  }
}

TEST(NearDuplicates, CopesWithManyEqualHashes) {
  const std::vector<uint64_t> hashes(200'000, 42);
  const auto groups = near_duplicates(hashes);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].size(), hashes.size());
}

TEST(NearDuplicates, RefuseAnAbsurdDistance) {
  expect_error(core::ErrorKind::BadRequest, "0 to 15", [] { near_duplicates({}, 16); });
}

}  // namespace
}  // namespace sakuga::data

#include "sakuga/rig/truth.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/media/image_file.h"
#include "sakuga/rig/flow.h"
#include "sakuga/rig/test_support.h"

namespace sakuga::rig {
namespace {

TEST(Truth, APartMapCoversTheAlphaAndNamesTheParts) {
  const Frame frame = frame_of(kSmall);
  const auto map = part_map(draw_shapes(plain()), frame);
  const auto image = draw(plain(), kSmall);
  int wrong = 0;
  for (size_t i = 0; i < map.bytes.size(); ++i) {
    if (image.bytes[4 * i + 3] == 255 && map.bytes[i] == 0) ++wrong;
    if (image.bytes[4 * i + 3] == 0 && map.bytes[i] != 0) ++wrong;
  }
  EXPECT_LT(wrong, 10);
  EXPECT_EQ(map.at(48, 68)[0], 1 + int(Part::Face));
}

TEST(Truth, LandmarksAreMirroredFromTheFrontAndHiddenInProfile) {
  const Frame frame = frame_of({.size = 200});
  Character who = plain();
  auto marks = landmarks_of(who, frame);
  EXPECT_NEAR(marks[0].at.x + marks[4].at.x, 2 * frame.x, 0.5);
  EXPECT_NEAR(marks[2].at.x, frame.x, 0.5);
  EXPECT_NEAR(marks[11].at.x + marks[19].at.x, 2 * frame.x, 0.5);
  EXPECT_NEAR(marks[24].at.x + marks[26].at.x, 2 * frame.x, 0.5);
  EXPECT_LT(marks[12].at.y, marks[15].at.y);
  EXPECT_LT(marks[23].at.y, marks[25].at.y);
  for (const Landmark& mark : marks) EXPECT_TRUE(mark.seen);
  who.pose.yaw = 90;
  marks = landmarks_of(who, frame);
  EXPECT_TRUE(marks[12].seen);
  EXPECT_FALSE(marks[18].seen);
}

TEST(Truth, FlowToTheSamePoseIsZeroAndNothingIsHidden) {
  const Flow flow = flow_between(plain(), plain(), frame_of(kSmall));
  int known = 0, hidden = 0;
  for (size_t i = 0; i < flow.dx.size(); ++i) {
    if (flow.dx[i] == kUnknownFlow) continue;
    ++known;
    hidden += flow.occluded[i] != 0;
    ASSERT_NEAR(flow.dx[i], 0, 1e-3);
    ASSERT_NEAR(flow.dy[i], 0, 1e-3);
  }
  EXPECT_GT(known, 96 * 96 / 2);
  EXPECT_LT(hidden, known / 20);
}

TEST(Truth, FlowCarriesThePictureToTheOtherPose) {
  Character from = plain(), to = plain();
  to.pose.yaw = 6;
  to.pose.roll = 3;
  const PictureOptions options = {.size = 160, .aliased = true};
  const auto a = draw(from, options), b = draw(to, options);
  const Flow flow = flow_between(from, to, frame_of(options));
  int seen = 0, same = 0;
  double still = 0, moved = 0;
  for (int y = 0; y < 160; ++y) {
    for (int x = 0; x < 160; ++x) {
      const size_t i = size_t(y) * 160 + size_t(x);
      if (flow.dx[i] == kUnknownFlow || flow.occluded[i]) continue;
      const int u = static_cast<int>(std::lround(x + flow.dx[i])),
                v = static_cast<int>(std::lround(y + flow.dy[i]));
      if (u < 0 || v < 0 || u >= 160 || v >= 160) continue;
      const auto distance = [&](const uint8_t* p, const uint8_t* q) {
        return std::abs(p[0] - q[0]) + std::abs(p[1] - q[1]) + std::abs(p[2] - q[2]);
      };
      ++seen;
      same += distance(a.at(x, y), b.at(u, v)) < 12;
      moved += distance(a.at(x, y), b.at(u, v));
      still += distance(a.at(x, y), b.at(x, y));
    }
  }
  EXPECT_GT(seen, 160 * 160 / 2);
  EXPECT_GT(same, 0.8 * seen);
  EXPECT_LT(moved, 0.6 * still);
}

TEST(Truth, WritesAFolder) {
  const auto folder = std::filesystem::temp_directory_path() / "sakuga_rig_truth";
  std::filesystem::remove_all(folder);
  Character other = plain();
  other.pose.yaw = 10;
  write_truth(folder, plain(), &other, {.size = 48});
  EXPECT_EQ(std::filesystem::file_size(folder / "flow.flo"), 12u + 48 * 48 * 8);
  EXPECT_EQ(media::read_image8(folder / "occlusion.png").width, 48);
  EXPECT_EQ(media::read_image8(folder / "parts.png").channels, 1);
  EXPECT_EQ(media::read_image8(folder / "alpha.png").at(24, 24)[0], 255);
  const auto json = nlohmann::json::parse(core::read_text(folder / "landmarks.json"));
  EXPECT_EQ(json["landmarks"].size(), 28u);
  EXPECT_EQ(nlohmann::json::parse(core::read_text(folder / "parts.json"))["face"], 1 + int(Part::Face));
  std::filesystem::remove_all(folder);
  EXPECT_THROW(write_truth("/proc/nowhere/truth", plain(), nullptr, {.size = 48}), core::Error);
}

}  // namespace
}  // namespace sakuga::rig

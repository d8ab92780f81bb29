#include <filesystem>
#include <nlohmann/json.hpp>

#include "sakuga/cli/test_model.h"
#include "sakuga/cli/test_support.h"
#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

namespace fs = std::filesystem;

// A folder with a model that has dials and one that has none.
class Folder : public core::TemporaryFolder {
 public:
  Folder() {
    write_test_model(model(), kTestDials);
    write_test_model(*this / "plain.safetensors");
  }
  std::string model() const { return *this / "model.safetensors"; }
};

double difference(const media::Image8& a, const media::Image8& b) {
  double sum = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i) sum += std::abs(int(a.bytes[i]) - int(b.bytes[i]));
  return sum / double(a.bytes.size());
}

media::Image8 part(const media::Image8& page, int left, int top, int side) {
  media::Image8 image(side, side, 3);
  for (int y = 0; y < side; ++y) std::copy_n(page.at(left, top + y), size_t(side) * 3, image.at(0, y));
  return image;
}

TEST(SheetCommand, TheRigTurnsACharacterAndShowsItsMoods) {
  const Folder folder;
  const auto draw = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"sheet", "--engine", "rig", "--size", "48", "-o", folder / name};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = sakuga(words);
    EXPECT_EQ(result.status, 0) << result.err;
    return media::read_image8(folder / name);
  };
  const auto page = draw("a.png", {"--seed", "7", "--tags", "red_hair,glasses"});
  EXPECT_EQ(page.width, 6 * 48);
  EXPECT_EQ(page.height, 2 * 48 + 19);
  EXPECT_GT(difference(part(page, 0, 0, 48), part(page, 96, 0, 48)), 5);
  EXPECT_EQ(page, draw("b.png", {"--seed", "7", "--tags", "red_hair,glasses"}));
  EXPECT_FALSE(page == draw("c.png", {"--seed", "8", "--tags", "red_hair,glasses"}));
  const auto json = nlohmann::json::parse(media::read_metadata(folder / "a.png").at("sakuga"));
  EXPECT_EQ(json.at("licence"), "CC0-1.0");
}

TEST(SheetCommand, AModelTurnsACharacterByItsDials) {
  const Folder folder;
  const auto result = sakuga({"--json", "sheet", "--model", folder.model(), "--seed", "3", "--tags",
                              "aqua_hair", "-o", folder / "sheet.png"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(nlohmann::json::parse(result.out).at("file"), (folder / "sheet.png").string());
  const auto page = media::read_image8(folder / "sheet.png");
  EXPECT_EQ(page.width, 6 * 16);
  EXPECT_EQ(page.height, 2 * 16 + 6);
  EXPECT_EQ(page.at(2, 8)[0], 255) << "five turns stand in the middle of six moods";
  EXPECT_GT(difference(part(page, 8, 0, 16), part(page, 8 + 4 * 16, 0, 16)), 0.5) << "the two profiles";
  // The front is what `draw` draws with the dials in the middle.
  const auto json = nlohmann::json::parse(media::read_metadata(folder / "sheet.png").at("sakuga"));
  EXPECT_EQ(json.at("command"), "sakuga sheet --model \"model.safetensors\" --seed 3 --tags \"aqua_hair\"");
  EXPECT_EQ(json.at("licence").at("counts").at("CC-BY-4.0"), 7);
}

TEST(SheetCommand, SaysWhatWillNotDo) {
  const Folder folder;
  const auto error = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"-o", folder / "never.png"});
    const auto result = sakuga(words);
    EXPECT_EQ(result.status, 2);
    EXPECT_FALSE(fs::exists(folder / "never.png"));
    return result.err;
  };
  const auto contains = [](const std::string& text, const char* part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  contains(error({"sheet", "--model", folder / "plain.safetensors"}), "no dial pose_yaw");
  contains(error({"sheet", "--engine", "rig", "--model", folder.model()}), "got both");
  contains(error({"sheet", "--engine", "rig", "--tags", "red_hiar"}), "did you mean red_hair");
  contains(error({"sheet", "--engine", "rig", "--tags", "smile:0.5"}), "expected smile alone");
  contains(error({"sheet", "--engine", "rig", "--size", "40000"}), "1024");
  contains(error({"sheet", "--engine", "rgi"}), "rig");
  contains(error({"cast", "--engine", "rig", "--seeds", "3-1"}), "3-1");
  contains(error({"cast", "--engine", "rig", "--lock", "colour"}), "palette");
  contains(error({"cast", "--model", folder.model(), "--lock", "palette"}), "cannot lock palette");
  contains(error({"cast", "--model", folder / "plain.safetensors"}), "no dial pose_yaw");
}

TEST(CastCommand, LocksMakeTheRigsMembersAlike) {
  const Folder folder;
  const auto draw = [&](const std::string& lock) {
    const std::string file = folder / (lock + ".png");
    const auto result =
        sakuga({"cast", "--engine", "rig", "--seeds", "1-3", "--size", "64", "--lock", lock, "-o", file});
    EXPECT_EQ(result.status, 0) << result.err;
    return media::read_image8(file);
  };
  const auto free = draw("none"), locked = draw("palette,line,era");
  EXPECT_EQ(locked.width, 3 * 64);
  EXPECT_EQ(locked.height, 2 * 64 + 25);
  EXPECT_EQ(part(free, 0, 0, 64), part(locked, 0, 0, 64)) << "the first gives the style";
  EXPECT_GT(difference(part(free, 64, 0, 64), part(locked, 64, 0, 64)), 1);
}

TEST(CastCommand, AModelsEraIsTheFirstOnes) {
  const Folder folder;
  const auto years = [&](const std::string& lock) {
    const std::string file = folder / (lock + ".png");
    const auto result =
        sakuga({"cast", "--model", folder.model(), "--seeds", "4,5,6", "--lock", lock, "-o", file});
    EXPECT_EQ(result.status, 0) << result.err;
    std::vector<double> values;
    const auto json = nlohmann::json::parse(media::read_metadata(file).at("sakuga"));
    for (const auto& member : json.at("characters")) values.push_back(member.at("tags").at("era_year"));
    return values;
  };
  const auto free = years("none"), locked = years("era");
  ASSERT_EQ(free.size(), 3u);
  EXPECT_NE(free[0], free[1]);
  EXPECT_EQ(locked, std::vector<double>(3, free[0]));
}

TEST(DialOptions, AskInTheirOwnUnits) {
  const Folder folder;
  const auto draw = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"draw",  "--model", folder.model(), "--tags",
                                      "smile", "-o",      folder / name};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = sakuga(words);
    EXPECT_EQ(result.status, 0) << result.err;
    return core::read_file(folder / name);
  };
  const auto turned = draw("a.png", {"--yaw", "-45", "--year", "1995"});
  const auto json = nlohmann::json::parse(media::read_metadata(folder / "a.png").at("sakuga"));
  EXPECT_EQ(json.at("tags").at("pose_yaw"), 0.25);
  EXPECT_EQ(json.at("tags").at("era_year"), 0.25);
  EXPECT_EQ(draw("b.png", {"--yaw", "-45", "--year", "1995"}), turned);
  EXPECT_NE(draw("c.png", {"--yaw", "45", "--year", "1995"}), turned);
}

TEST(DialOptions, NameTheRangeAndWhatTheModelHas) {
  const Folder folder;
  const auto error = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"draw", "-o", folder / "never.png"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = sakuga(words);
    EXPECT_EQ(result.status, 2);
    return result.err;
  };
  EXPECT_EQ(error({"--model", folder.model(), "--yaw", "120"}),
            "sakuga: --yaw: expected a number from -90 to 90, got 120\n");
  EXPECT_NE(
      error({"--model", folder.model(), "--pitch", "5"}).find("has no dial pose_pitch; it has pose_yaw"),
      std::string::npos);
  EXPECT_NE(error({"--model", folder / "plain.safetensors", "--yaw", "5"}).find("it has none"),
            std::string::npos);
  EXPECT_NE(error({"--model", folder.model(), "--yaw", "nan"}), "");
}

TEST(DialOptions, WalkThroughEveryCharacter) {
  const Folder folder;
  const auto walk = [&](const std::string& yaw, const std::string& name) {
    const auto result = sakuga({"walk", "--model", folder.model(), "--seeds", "1,2", "--seconds", "0.5",
                                "--tags", "smile; aqua_hair", "--yaw", yaw, "--strip", folder / name});
    EXPECT_EQ(result.status, 0) << result.err;
    return nlohmann::json::parse(media::read_metadata(folder / name).at("sakuga")).at("keys");
  };
  const auto keys = walk("-90", "left.png");
  EXPECT_FALSE(keys[0].at("tags").contains("pose_yaw")) << "a score of 0";
  for (const auto& key : walk("90", "right.png")) EXPECT_EQ(key.at("tags").at("pose_yaw"), 1);
}

}  // namespace
}  // namespace sakuga::cli

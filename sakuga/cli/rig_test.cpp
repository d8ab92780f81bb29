#include <filesystem>
#include <fstream>

#include "sakuga/cli/test_support.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

class Folder {
 public:
  Folder() : path(std::filesystem::temp_directory_path() / "sakuga_cli_rig") {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  std::filesystem::path path;
};

TEST(RigCommand, DrawsWhatTagsAndOptionsSay) {
  const Folder folder;
  const auto result =
      sakuga({"rig", "draw", "--seed", "3", "--tags", "pink_hair,glasses", "--yaw", "20", "--size", "64",
              "-o", folder / "a.png", "--layers", folder / "a.ora", "--save-design", folder / "a.toml"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("glasses"), std::string::npos);
  EXPECT_EQ(media::read_image8(folder / "a.png").channels, 4);
  const auto again =
      sakuga({"rig", "draw", "--design", folder / "a.toml", "--size", "64", "-o", folder / "b.png"});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(media::read_image8(folder / "a.png"), media::read_image8(folder / "b.png"));
}

TEST(RigCommand, KeepsLayeredFilesUnlessForced) {
  const Folder folder;
  const std::vector<std::string> draw = {"rig", "draw", "--size", "32", "--layers", folder / "a.psd"};
  EXPECT_EQ(sakuga(draw).status, 0);
  EXPECT_EQ(sakuga(draw).status, 2);
  auto forced = draw;
  forced.emplace_back("--force");
  EXPECT_EQ(sakuga(forced).status, 0);
}

TEST(RigCommand, MakesTurnsSheetsAndDatasets) {
  const Folder folder;
  EXPECT_EQ(sakuga({"rig", "turn", "--frames", "4", "--size", "32", "-o", folder / "t.mp4", "--strip",
                    folder / "t.png"})
                .status,
            0);
  EXPECT_EQ(sakuga({"rig", "sheet", "--size", "32", "-o", folder / "s.png"}).status, 0);
  EXPECT_EQ(sakuga({"rig", "sheet", "--size", "32", "--count", "3", "-o", folder / "m.png"}).status, 0);
  const auto made = sakuga({"rig", "dataset", folder / "d.dataset", "--count", "3", "--size", "32"});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_NE(made.out.find("3 pictures added"), std::string::npos);
}

TEST(RigCommand, BadRequestsAreNamed) {
  const Folder folder;
  const auto status = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"rig", "draw", "-o", folder / "x.png"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = sakuga(words);
    EXPECT_FALSE(std::filesystem::exists(folder / "x.png"));
    return result.status;
  };
  EXPECT_EQ(status({"--size", "0"}), 2);
  EXPECT_EQ(status({"--size", "40000"}), 2);
  EXPECT_EQ(status({"--yaw", "nan"}), 2);
  EXPECT_EQ(status({"--yaw", "200"}), 2);
  EXPECT_EQ(status({"--seed", "-1"}), 2);
  EXPECT_EQ(status({"--tags", "mauve_hair"}), 2);
  EXPECT_EQ(status({"--set", "eye_size"}), 2);
  EXPECT_EQ(status({"--set", "design.eye_size=9"}), 2);
  EXPECT_EQ(status({"--design", folder / "none.toml"}), 3);
  std::ofstream(folder / "bad.toml") << "[design]\nhair_style = 'long'\n";
  EXPECT_EQ(status({"--design", folder / "bad.toml"}), 2);
  EXPECT_EQ(sakuga({"rig", "draw"}).status, 2);
  EXPECT_EQ(sakuga({"rig", "turn"}).status, 2);
  EXPECT_EQ(sakuga({"rig", "turn", "--backdrop", "none", "-o", folder / "t.mp4"}).status, 2);
}

}  // namespace
}  // namespace sakuga::cli

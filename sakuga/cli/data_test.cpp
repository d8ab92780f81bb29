#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sakuga/cli/ledger.h"
#include "sakuga/cli/test_support.h"
#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/image_file.h"
#include "sakuga/rig/artist.h"
#include "sakuga/rig/random.h"
#include "sakuga/weights/card.h"
#include "sakuga/weights/safetensors.h"

namespace sakuga::cli {
namespace {

namespace fs = std::filesystem;

// A folder with two pictures and a table, in which commands are run.
class DataCommand : public testing::Test {
 protected:
  DataCommand() {
    fs::create_directories(folder_ / "in");
    fs::create_directories(folder_ / "heads");
    for (int i = 0; i < 2; ++i) {
      media::Image8 image(16, 16, 3);
      for (size_t at = 0; at < image.bytes.size(); ++at) image.bytes[at] = static_cast<uint8_t>(at * (i + 3));
      media::write_image(path("in/" + std::to_string(i) + ".png"), image);
    }
    core::write_file(path("in/t.csv"),
                     std::string("file,hair,licence,author\n0.png,red,CC-BY-4.0,Me\n1.png,blue,,\n"));
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  Result import(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"data",      "import",        path("a.dataset"), path("in"),
                                          "--licence", "CC0-1.0",       "--source",        "tests",
                                          "--tags",    "csv:t.csv:hair"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return sakuga(arguments);
  }

  core::TemporaryFolder folder_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(DataCommand, ImportsAndSaysWhatItDid) {
  const auto first = import();
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_TRUE(contains(first.out, "2 pictures added, 2 in all")) << first.out;
  const auto second = import({"--json"});
  const auto json = nlohmann::json::parse(second.out);
  EXPECT_EQ(json["added"], 0);
  EXPECT_EQ(json["present"], 2);
}

TEST_F(DataCommand, ImportRefusesWithTheStatusOfTheError) {
  const auto unsaid = sakuga({"data", "import", path("a.dataset"), path("in")});
  EXPECT_EQ(unsaid.status, 2);
  EXPECT_TRUE(contains(unsaid.err, "--licence")) << unsaid.err;
  core::write_file(path("in/bad.png"), std::string("bad"));
  const auto bad = import({"--tags", "folders"});
  EXPECT_EQ(bad.status, 4);
  EXPECT_TRUE(contains(bad.err, "in/bad.png") || contains(bad.err, "bad.png")) << bad.err;
  EXPECT_FALSE(fs::exists(path("a.dataset")));
  EXPECT_EQ(sakuga({"data", "list", path("a.dataset")}).status, 3);
}

TEST_F(DataCommand, CutsFacesOutOfAZipWithTheDetectorOfTheZoo) {
  for (const int yaw : {0, 75}) {
    rig::Character who = rig::random_character(31);
    who.pose = {.yaw = double(yaw)};
    media::write_image(path(fmt::format("heads/{}.png", yaw)),
                       rig::draw(who, {.size = 256, .frame = "bust", .backdrop = "sky"}));
  }
  media::write_image(path("heads/sky.png"), rig::over_backdrop(media::Image8(256, 256, 4), "sky"));
  const std::vector<std::string> origin = {"--licence", "CC0-1.0", "--source", "tests"};
  const auto add = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"data", "import"});
    arguments.insert(arguments.end(), origin.begin(), origin.end());
    return sakuga(arguments);
  };
  EXPECT_EQ(add({path("heads.dataset"), path("heads")}).status, 0);
  EXPECT_EQ(
      sakuga({"data", "export", path("heads.dataset"), "-o", path("h.zip"), "--format", "stylegan"}).status,
      0);
  const auto cut = add({path("faces.dataset"), path("h.zip"), "--crop", "face", "--size", "96", "--json"});
  ASSERT_EQ(cut.status, 0) << cut.err;
  const auto json = nlohmann::json::parse(cut.out);
  EXPECT_EQ(json["added"], 2);
  ASSERT_EQ(json["skipped"].size(), 1u);
  EXPECT_EQ(json["skipped"][0]["reason"], "no face found");
}

TEST_F(DataCommand, ListsShowsTagsAndExports) {
  import();
  EXPECT_TRUE(contains(sakuga({"data", "list", path("a.dataset")}).out, "blue_hair"));
  EXPECT_EQ(nlohmann::json::parse(sakuga({"data", "list", "--json", path("a.dataset")}).out)["pictures"], 2);
  EXPECT_EQ(sakuga({"data", "list", "--duplicates", path("a.dataset")}).status, 0);
  EXPECT_EQ(sakuga({"data", "show", path("a.dataset"), "--with", "red_hair", "-o", path("s.png")}).status, 0);
  EXPECT_EQ(media::read_image8(path("s.png")).width, 16 + 4);
  const auto unknown = sakuga({"data", "show", path("a.dataset"), "--with", "rde_hair", "-o", path("s.png")});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_TRUE(contains(unknown.err, "did you mean red_hair?")) << unknown.err;
  const auto tagged = sakuga({"data", "tag", path("a.dataset"), "--with", "red_hair", "--add", "hat"});
  EXPECT_TRUE(contains(tagged.out, "1 picture\n")) << tagged.out;
  EXPECT_EQ(sakuga({"data", "export", path("a.dataset"), "-o", path("out"), "--with", "hat"}).status, 0);
  EXPECT_EQ(core::read_text(path("out/00000001.txt")), "hat, red hair\n");
  EXPECT_EQ(sakuga({"data", "export", path("a.dataset"), "-o", path("o.zip"), "--format", "stylegan"}).status,
            0);
}

TEST_F(DataCommand, ReportsAndChecksTheLicencesOfDatasets) {
  import();
  const auto report = sakuga({"licence", "report", path("a.dataset")});
  EXPECT_TRUE(contains(report.out, "may be adapted and sold; name the authors")) << report.out;
  EXPECT_TRUE(contains(report.out, "name Me: tests (CC-BY-4.0, 1 pictures)")) << report.out;
  EXPECT_EQ(sakuga({"data", "licences", path("a.dataset")}).out, report.out);
  EXPECT_EQ(sakuga({"licence", "check", path("a.dataset"), "--policy", "commercial"}).status, 0);
}

TEST_F(DataCommand, ChecksModelsAndPicturesByTheirLedger) {
  const data::LedgerSummary ledger = {.counts = {{"CC-BY-NC-4.0", 3}}};
  weights::Card card;
  card.architecture = "srresnet-generator";
  card.licences = data::ledger_to_json(ledger);
  weights::write_safetensors(path("m.safetensors"), {}, weights::metadata_of(card));
  media::write_image(path("drawn.png"), media::Image8(2, 2, 3),
                     {{"sakuga", nlohmann::json{{"licence", data::ledger_to_json(ledger)}}.dump()}});
  for (const char* file : {"m.safetensors", "drawn.png"}) {
    EXPECT_EQ(ledger_of(path(file)), ledger);
    EXPECT_EQ(sakuga({"licence", "check", path(file), "--policy", "noncommercial"}).status, 0);
    const auto refused = sakuga({"licence", "check", path(file), path("in/0.png"), "--policy", "commercial"});
    EXPECT_EQ(refused.status, 6);
    EXPECT_TRUE(contains(refused.err, "3 pictures under CC-BY-NC-4.0")) << refused.err;
    EXPECT_TRUE(
        contains(refused.err, "in/0.png is refused by the policy 'commercial': no licence is recorded"));
  }
}

TEST_F(DataCommand, SaysWhichFileHasNoReadableLedger) {
  EXPECT_EQ(sakuga({"licence", "report", path("none.png")}).status, 3);
  core::write_file(path("bad.safetensors"), std::string("bad"));
  EXPECT_EQ(sakuga({"licence", "report", path("bad.safetensors")}).status, 4);
  core::write_file(path("bad.dataset"), std::string("bad"));
  EXPECT_EQ(sakuga({"licence", "report", path("bad.dataset")}).status, 4);
  media::write_image(path("bad.png"), media::Image8(2, 2, 3), {{"sakuga", "no json"}});
  EXPECT_EQ(sakuga({"licence", "report", path("bad.png")}).status, 4);
}

}  // namespace
}  // namespace sakuga::cli

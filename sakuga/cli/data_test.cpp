#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sakuga/cli/ledger.h"
#include "sakuga/cli/program.h"
#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/media/image_file.h"
#include "sakuga/weights/card.h"
#include "sakuga/weights/safetensors.h"

namespace sakuga::cli {

void add_data(CLI::App& app);
void add_licence(CLI::App& app);

namespace {

namespace fs = std::filesystem;

struct Result {
  int status = 0;
  std::string out, err;
};

// A folder with two pictures and a table, in which commands are run.
class DataCommand : public testing::Test {
 protected:
  DataCommand() {
    folder_ = fs::temp_directory_path() / ("sakuga_cli_data_test_" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "in");
    for (int i = 0; i < 2; ++i) {
      media::Image8 image(16, 16, 3);
      for (size_t at = 0; at < image.bytes.size(); ++at) image.bytes[at] = static_cast<uint8_t>(at * (i + 3));
      media::write_image(path("in/" + std::to_string(i) + ".png"), image);
    }
    core::write_file(path("in/t.csv"),
                     std::string("file,hair,licence,author\n0.png,red,CC-BY-4.0,Me\n1.png,blue,,\n"));
  }
  ~DataCommand() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  static Result run_with(std::vector<std::string> arguments) {
    static constexpr AddCommand kCommands[] = {add_data, add_licence};
    std::vector<const char*> raw = {"sakuga"};
    for (const auto& argument : arguments) raw.push_back(argument.c_str());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Result result;
    result.status = run(static_cast<int>(raw.size()), raw.data(), kCommands);
    result.err = testing::internal::GetCapturedStderr();
    result.out = testing::internal::GetCapturedStdout();
    return result;
  }

  Result import(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"data",      "import",        path("a.dataset"), path("in"),
                                          "--licence", "CC0-1.0",       "--source",        "tests",
                                          "--tags",    "csv:t.csv:hair"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_with(arguments);
  }

  fs::path folder_;
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
  const auto unsaid = run_with({"data", "import", path("a.dataset"), path("in")});
  EXPECT_EQ(unsaid.status, 2);
  EXPECT_TRUE(contains(unsaid.err, "--licence")) << unsaid.err;
  core::write_file(path("in/bad.png"), std::string("bad"));
  const auto bad = import({"--tags", "folders"});
  EXPECT_EQ(bad.status, 4);
  EXPECT_TRUE(contains(bad.err, "in/bad.png") || contains(bad.err, "bad.png")) << bad.err;
  EXPECT_FALSE(fs::exists(path("a.dataset")));
  EXPECT_EQ(run_with({"data", "list", path("a.dataset")}).status, 3);
}

TEST_F(DataCommand, ListsShowsTagsAndExports) {
  import();
  EXPECT_TRUE(contains(run_with({"data", "list", path("a.dataset")}).out, "blue_hair"));
  EXPECT_EQ(nlohmann::json::parse(run_with({"data", "list", "--json", path("a.dataset")}).out)["pictures"],
            2);
  EXPECT_EQ(run_with({"data", "list", "--duplicates", path("a.dataset")}).status, 0);
  EXPECT_EQ(run_with({"data", "show", path("a.dataset"), "--with", "red_hair", "-o", path("s.png")}).status,
            0);
  EXPECT_EQ(media::read_image8(path("s.png")).width, 16 + 4);
  const auto unknown =
      run_with({"data", "show", path("a.dataset"), "--with", "rde_hair", "-o", path("s.png")});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_TRUE(contains(unknown.err, "did you mean red_hair?")) << unknown.err;
  const auto tagged = run_with({"data", "tag", path("a.dataset"), "--with", "red_hair", "--add", "hat"});
  EXPECT_TRUE(contains(tagged.out, "1 picture\n")) << tagged.out;
  EXPECT_EQ(run_with({"data", "export", path("a.dataset"), "-o", path("out"), "--with", "hat"}).status, 0);
  EXPECT_EQ(core::read_text(path("out/00000001.txt")), "hat, red hair\n");
  EXPECT_EQ(
      run_with({"data", "export", path("a.dataset"), "-o", path("o.zip"), "--format", "stylegan"}).status, 0);
}

TEST_F(DataCommand, ReportsAndChecksTheLicencesOfDatasets) {
  import();
  const auto report = run_with({"licence", "report", path("a.dataset")});
  EXPECT_TRUE(contains(report.out, "may be adapted and sold; name the authors")) << report.out;
  EXPECT_TRUE(contains(report.out, "name Me: tests (CC-BY-4.0, 1 pictures)")) << report.out;
  EXPECT_EQ(run_with({"data", "licences", path("a.dataset")}).out, report.out);
  EXPECT_EQ(run_with({"licence", "check", path("a.dataset"), "--policy", "commercial"}).status, 0);
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
    EXPECT_EQ(run_with({"licence", "check", path(file), "--policy", "noncommercial"}).status, 0);
    const auto refused =
        run_with({"licence", "check", path(file), path("in/0.png"), "--policy", "commercial"});
    EXPECT_EQ(refused.status, 6);
    EXPECT_TRUE(contains(refused.err, "3 pictures under CC-BY-NC-4.0")) << refused.err;
    EXPECT_TRUE(
        contains(refused.err, "in/0.png is refused by the policy 'commercial': no licence is recorded"));
  }
}

TEST_F(DataCommand, SaysWhichFileHasNoReadableLedger) {
  EXPECT_EQ(run_with({"licence", "report", path("none.png")}).status, 3);
  core::write_file(path("bad.safetensors"), std::string("bad"));
  EXPECT_EQ(run_with({"licence", "report", path("bad.safetensors")}).status, 4);
  core::write_file(path("bad.dataset"), std::string("bad"));
  EXPECT_EQ(run_with({"licence", "report", path("bad.dataset")}).status, 4);
  media::write_image(path("bad.png"), media::Image8(2, 2, 3), {{"sakuga", "no json"}});
  EXPECT_EQ(run_with({"licence", "report", path("bad.png")}).status, 4);
}

}  // namespace
}  // namespace sakuga::cli

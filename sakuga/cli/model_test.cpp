#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sakuga/cli/test_support.h"
#include "sakuga/core/test_support.h"
#include "sakuga/weights/card.h"

namespace sakuga::cli {
namespace {

namespace fs = std::filesystem;
using core::TemporaryFolder;
using weights::Dtype;

Result run_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "model");
  return sakuga(arguments);
}

// The smallest dcgan-generator (one noise number, one tag, width 1), its tensors called "net.…" as if
// foreign.
void write_foreign(const fs::path& path) {
  std::vector<weights::TensorView> tensors;
  static const std::vector<float> values(8 * 4 * 16, 0.5f);
  const auto add = [&](const std::string& name, const std::vector<int64_t>& shape) {
    size_t count = 1;
    for (const int64_t size : shape) count *= size_t(size);
    tensors.push_back({"net." + name, Dtype::F32, shape, std::as_bytes(std::span(values).first(count))});
  };
  int64_t in = 2, layer = 0;
  for (const int64_t out : {8, 4, 2, 1}) {
    add(fmt::format("{}.weight", layer), {in, out, 4, 4});
    for (const auto* part : {"weight", "bias", "running_mean", "running_var"})
      add(fmt::format("{}.{}", layer + 1, part), {out});
    in = out;
    layer += 3;
  }
  add("12.weight", {1, 3, 4, 4});
  weights::write_safetensors(path, tensors);
}

std::vector<std::string> import_arguments(const TemporaryFolder& folder, std::vector<std::string> more = {}) {
  folder.write("names.json", R"({"net.": "main."})");
  std::vector<std::string> arguments = {"import",
                                        folder / "foreign.safetensors",
                                        "-o",
                                        folder / "model.safetensors",
                                        "--architecture",
                                        "dcgan-generator",
                                        "--set",
                                        "width=1",
                                        "--set",
                                        "noise=1",
                                        "--names",
                                        folder / "names.json",
                                        "--title",
                                        "A small one"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(ModelCommand, ImportsInspectsListsAndExports) {
  const TemporaryFolder folder;
  write_foreign(folder / "foreign.safetensors");
  const auto imported =
      run_with(import_arguments(folder, {"--tags", "smile", "--licence", "CC-BY-4.0", "--author", "Ann"}));
  ASSERT_EQ(imported.status, 0) << imported.err;

  const auto info = run_with({"info", folder / "model.safetensors"});
  EXPECT_EQ(info.status, 0);
  for (const auto* text :
       {"A small one", "dcgan-generator (generator)", "64x64", "smile", "name the authors", "sha256"})
    EXPECT_NE(info.out.find(text), std::string::npos) << text << " in\n" << info.out;

  const auto exported = run_with({"export", folder / "model.safetensors", "-o", folder / "small.safetensors",
                                  "--type", "bfloat16", "--strip"});
  EXPECT_EQ(exported.status, 0) << exported.err;
  const auto json = nlohmann::json::parse(run_with({"info", folder / "small.safetensors", "--json"}).out);
  EXPECT_TRUE(json["dtypes"].contains("BF16"));
  EXPECT_EQ(json["card"]["tags"][0], "smile");

  const auto list = run_with({"list", folder.path().string()});
  EXPECT_NE(list.out.find("small.safetensors  dcgan-generator, 64x64, 1 tags"), std::string::npos)
      << list.out;
  EXPECT_NE(list.out.find("foreign.safetensors has no model card"), std::string::npos) << list.out;
}

TEST(ModelCommand, ListsArchitectures) {
  EXPECT_NE(run_with({"list", "--architectures"}).out.find("srresnet-generator"), std::string::npos);
  EXPECT_NE(run_with({"list", "--architectures", "--json"}).out.find("\"blocks\":16"), std::string::npos);
}

TEST(ModelCommand, AForeignFileIsUnsupportedAndToldHowToImport) {
  const TemporaryFolder folder;
  write_foreign(folder / "foreign.safetensors");
  const auto result = run_with({"info", folder / "foreign.safetensors"});
  EXPECT_EQ(result.status, 5);
  EXPECT_NE(result.err.find("sakuga model import"), std::string::npos);
}

TEST(ModelCommand, GivesEachBadRequestItsStatus) {
  const TemporaryFolder folder;
  write_foreign(folder / "foreign.safetensors");
  EXPECT_EQ(run_with({"info", folder / "missing.safetensors"}).status, 3);
  EXPECT_EQ(run_with({"list", folder / "missing"}).status, 3);
  folder.write("lying.safetensors", "\xff\xff\xff\xff\xff\xff\xff\x7f{}");
  EXPECT_EQ(run_with({"info", folder / "lying.safetensors"}).status, 4);
  EXPECT_EQ(run_with({"export", folder / "lying.safetensors", "-o", folder / "x.safetensors"}).status, 4);

  EXPECT_EQ(run_with(import_arguments(folder, {"--tags", "a", "--licence", "CC-BY-4"})).status, 2);
  EXPECT_EQ(run_with(import_arguments(folder, {"--tags", "a", "--set", "depth=3"})).status, 2);
  EXPECT_EQ(run_with(import_arguments(folder, {"--tags", "a", "--set", "width"})).status, 2);
  // Two tags: another first layer than the file has.
  EXPECT_EQ(run_with(import_arguments(folder, {"--tags", "a,b"})).status, 4);
  auto arguments = import_arguments(folder, {"--tags", "a"});
  folder.write("names.json", "[]");
  EXPECT_EQ(run_with(arguments).status, 4);
  folder.write("names.json", R"({"net.": 1})");
  EXPECT_EQ(run_with(arguments).status, 4);
  EXPECT_FALSE(fs::exists(folder / "model.safetensors"));
}

}  // namespace
}  // namespace sakuga::cli

#include "sakuga/models/model_file.h"

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/models/golden.h"
#include "sakuga/models/srresnet.h"
#include "sakuga/weights/test_files.h"

namespace sakuga::models {
namespace {

using core::ErrorKind;
using weights::Dtype;

const SrresnetGeneratorOptions kOptions{.size = 64, .noise = 16, .tags = 2, .width = 32, .blocks = 1};

SrresnetGenerator example_net() {
  SrresnetGenerator net(kOptions);
  set_formula(*net);
  return net;
}

weights::Card example_card() {
  weights::Card card{.architecture = "srresnet-generator", .options = core::fields_to_json(kOptions)};
  card.tags = {"one", "two"};
  card.resolution = 64;
  card.extra = {{"recipe", "text"}};
  return card;
}

ImportOptions example_import() {
  ImportOptions options{.architecture = "srresnet-generator",
                        .options = {{"size", 64}, {"noise", 16}, {"width", 32}, {"blocks", 1}}};
  options.tags = {"one", "two"};
  options.names = {{"g.", ""}, {"g.out.", "conv_out."}};
  return options;
}

ErrorKind kind_of(auto&& call) {
  try {
    call();
  } catch (const core::Error& error) {
    return error.kind();
  }
  return ErrorKind::Internal;
}

TEST(ModelFile, InfoCountsParametersAndNotStatistics) {
  auto net = example_net();
  const ModelFile file("info", *net, example_card());
  const auto info = model_info(file.path());
  EXPECT_EQ(info.parameters, nn::parameter_count(*net));
  EXPECT_EQ(info.role, "generator");
  EXPECT_EQ(info.card.tags.size(), 2u);
  EXPECT_EQ(info.bytes, std::filesystem::file_size(file.path()));
  EXPECT_TRUE(info.dtypes.contains("F32"));
}

TEST(ModelFile, ListsArchitectures) {
  const auto list = architectures();
  EXPECT_EQ(list.at(0).id, "srresnet-generator");
  EXPECT_EQ(list.at(0).options.at("blocks"), 16);
}

TEST(ModelFile, ExportsToBfloat16AndBack) {
  const ModelFile file("f32", *example_net(), example_card()), narrow("bf16"), same("same");
  export_model(file.path(), narrow.path(), {.dtype = Dtype::BF16});
  const auto read = weights::SafetensorsFile::open(narrow.path());
  EXPECT_EQ(read.find("conv_mid.weight")->dtype, Dtype::BF16);
  EXPECT_EQ(read.find("conv_mid.bias")->dtype, Dtype::F32);
  EXPECT_EQ(weights::read_card(narrow.path()).extra.at("recipe"), "text");
  // Nothing said about the type: it stays, and so does every byte.
  export_model(narrow.path(), same.path(), {});
  EXPECT_EQ(weights::read_bytes(narrow.path()), weights::read_bytes(same.path()));
}

TEST(ModelFile, StrippingLeavesWhatDrawingNeeds) {
  auto state = nn::collect_state(*example_net());
  nn::add_tensor(state, "optimiser.step", torch::zeros({1}));
  const ModelFile file("full"), out("stripped");
  weights::write_safetensors(file.path(), state.views, weights::metadata_of(example_card()));
  EXPECT_EQ(kind_of([&] { export_model(file.path(), out.path(), {}); }), ErrorKind::CorruptInput);
  export_model(file.path(), out.path(), {.strip = true});
  const auto read = weights::SafetensorsFile::open(out.path());
  EXPECT_EQ(read.find("optimiser.step"), nullptr);
  EXPECT_EQ(read.find("bn_in.num_batches_tracked"), nullptr);
  EXPECT_TRUE(weights::read_card(out.path()).extra.empty());
  EXPECT_EQ(weights::read_card(out.path()).tags.size(), 2u);
}

TEST(ModelFile, RefusesToExportWeightsThatFloat16CannotHold) {
  auto net = example_net();
  {
    torch::NoGradGuard no_grad;
    net->named_parameters()["conv_mid.weight"].mul_(1e6);
  }
  const ModelFile file("large", *net, example_card()), out("none");
  EXPECT_EQ(kind_of([&] { export_model(file.path(), out.path(), {.dtype = Dtype::F16}); }),
            ErrorKind::BadRequest);
  EXPECT_FALSE(std::filesystem::exists(out.path()));
}

TEST(ModelFile, ImportsForeignNames) {
  auto net = example_net();
  auto state = nn::collect_state(*net, "g.");
  for (auto& view : state.views)
    if (view.name.starts_with("g.conv_out.")) view.name = "g.out." + view.name.substr(11);
  const ModelFile foreign("foreign"), out("imported");
  weights::write_safetensors(foreign.path(), state.views, {{"format", "pt"}});
  EXPECT_EQ(kind_of([&] { model_info(foreign.path()); }), ErrorKind::Unsupported);

  import_model(foreign.path(), out.path(), example_import());
  const auto card = weights::read_card(out.path());
  EXPECT_EQ(card.resolution, 64);
  EXPECT_EQ(card.options.at("tags"), 2);
  SrresnetGenerator back(kOptions);
  nn::load_state(*back, weights::SafetensorsFile::open(out.path()));
  EXPECT_TRUE(
      torch::equal(back->named_parameters()["conv_out.weight"], net->named_parameters()["conv_out.weight"]));
}

TEST(ModelFile, RefusesToImportWhatDoesNotFit) {
  const ModelFile foreign("foreign2"), out("none2");
  weights::write_safetensors(foreign.path(), nn::collect_state(*example_net(), "g.").views);
  auto options = example_import();
  options.names.clear();
  EXPECT_EQ(kind_of([&] { import_model(foreign.path(), out.path(), options); }), ErrorKind::CorruptInput);
  options = example_import();
  options.options["tags"] = 3;
  EXPECT_EQ(kind_of([&] { import_model(foreign.path(), out.path(), options); }), ErrorKind::BadRequest);
  options = example_import();
  options.tag_groups = {"hair"};
  EXPECT_EQ(kind_of([&] { import_model(foreign.path(), out.path(), options); }), ErrorKind::BadRequest);
  options = example_import();
  options.architecture = "none";
  EXPECT_EQ(kind_of([&] { import_model(foreign.path(), out.path(), options); }), ErrorKind::Unsupported);
  EXPECT_FALSE(std::filesystem::exists(out.path()));
}

TEST(ModelFile, ImportsAPublishedCheckpointByItsLayout) {
  const std::filesystem::path checkpoint = SAKUGA_SOURCE_DIR "/tests/golden/ugatit_tiny.pt";
  const ModelFile out("ugatit");
  import_model(checkpoint, out.path(), {.title = "tiny"});
  const auto card = weights::read_card(out.path());
  EXPECT_EQ(card.architecture, "ugatit");
  EXPECT_EQ(card.options.at("width"), 4);
  EXPECT_EQ(card.resolution, 256);
  // As tests/golden/checkpoints.py made them.
  const auto file = weights::SafetensorsFile::open(out.path());
  const auto expect = [&](const std::string& ours, const std::string& theirs) {
    const auto tensor = nn::to_tensor(*file.find(ours));
    EXPECT_TRUE(torch::equal(tensor, uniform(theirs, tensor.sizes().vec()) * 0.1f)) << ours;
  };
  expect("there.encoder.0.conv2.weight", "genA2B.DownBlock.12.conv_block.5.weight");
  expect("back.decoder.0.norm2.rho", "genB2A.UpBlock1_1.norm2.rho");
  expect("back.up.1.norm.shift", "genB2A.UpBlock2.8.beta");
  expect("there.style.1.weight", "genA2B.FC.2.weight");
}

TEST(ModelFile, ListsTheFirstThreeMismatchesOfAnotherArchitecture) {
  const ModelFile out("none3");
  try {
    import_model(SAKUGA_SOURCE_DIR "/tests/golden/ugatit_tiny.pt", out.path(),
                 {.architecture = "dcgan-generator"});
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::CorruptInput);
    const std::string message = error.what();
    EXPECT_NE(message.find("unexpected 'genA2B.DownBlock.1.weight'"), std::string::npos) << message;
    EXPECT_EQ(std::count(message.begin(), message.end(), ';'), 3) << message;
  }
}

TEST(ModelFile, AsksForTheArchitectureOfAnUnknownLayout) {
  const ModelFile foreign("foreign3"), out("none4");
  weights::write_safetensors(foreign.path(), nn::collect_state(*example_net()).views);
  EXPECT_EQ(kind_of([&] { import_model(foreign.path(), out.path(), {}); }), ErrorKind::BadRequest);
}

}  // namespace
}  // namespace sakuga::models

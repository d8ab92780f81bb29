#include "sakuga/models/catalog.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/models/golden.h"

namespace sakuga::models {
namespace {

using core::ErrorKind;

ErrorKind kind_of(auto&& call) {
  try {
    call();
  } catch (const core::Error& error) {
    return error.kind();
  }
  return ErrorKind::Internal;
}

TEST(Catalog, MakesWhatItsRoleSays) {
  for (const auto& architecture : catalog()) {
    const auto net = architecture.make(nlohmann::json::object());
    EXPECT_EQ(bool(std::dynamic_pointer_cast<GeneratorNet>(net)), architecture.role == Role::Generator)
        << architecture.id;
    EXPECT_EQ(bool(std::dynamic_pointer_cast<DiscriminatorNet>(net)),
              architecture.role == Role::Discriminator)
        << architecture.id;
    EXPECT_EQ(bool(std::dynamic_pointer_cast<TranslatorNet>(net)), architecture.role == Role::Translator)
        << architecture.id;
    EXPECT_EQ(bool(std::dynamic_pointer_cast<PatchDiscriminatorNet>(net)),
              architecture.role == Role::PatchDiscriminator)
        << architecture.id;
    EXPECT_FALSE(role_name(architecture.role).empty());
  }
}

TEST(Catalog, EveryNetComesBackFromAFile) {
  const std::map<std::string, nlohmann::json> small = {
      {"srresnet-generator", {{"size", 16}, {"width", 32}, {"blocks", 1}}},
      {"srresnet-discriminator", {{"size", 16}, {"max_width", 64}}},
      {"tagged-generator", {{"size", 16}, {"max_width", 32}}},
      {"tagged-discriminator", {{"size", 16}, {"max_width", 64}}},
      {"dcgan-generator", {{"width", 2}, {"tags", 3}}},
      {"dcgan-discriminator", {{"width", 2}, {"tags", 3}}},
      {"ugatit", {{"size", 16}, {"width", 4}}},
      {"ugatit-discriminator", {{"width", 4}}},
      {"cyclegan", {{"width", 32}, {"blocks", 1}}},
      {"cyclegan-discriminator", {{"width", 4}}}};
  for (const auto& architecture : catalog()) {
    const auto options =
        small.contains(architecture.id) ? small.at(architecture.id) : nlohmann::json::object();
    const auto first = architecture.make(options), second = architecture.make(options);
    const ModelFile file("round-trip", *first, {.architecture = architecture.id});
    nn::load_state(*second, weights::SafetensorsFile::open(file.path()));
    const auto expected = nn::collect_state(*first).storage, loaded = nn::collect_state(*second).storage;
    for (size_t i = 0; i < expected.size(); ++i)
      EXPECT_TRUE(torch::equal(expected[i], loaded[i])) << architecture.id;
  }
}

TEST(Catalog, CompletesOptions) {
  const auto options = find_architecture("srresnet-generator").options({{"size", 64}});
  EXPECT_EQ(options["size"], 64);
  EXPECT_EQ(options["blocks"], 16);
  EXPECT_EQ(make_generator("srresnet-generator", {{"size", 64}, {"blocks", 1}})->size(), 64);
}

TEST(Catalog, RefusesUnknownNamesRolesAndOptions) {
  try {
    find_architecture("srresnet-generatr");
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
    EXPECT_NE(std::string(error.what()).find("did you mean 'srresnet-generator'"), std::string::npos);
  }
  EXPECT_EQ(kind_of([] { find_architecture("qqqq"); }), ErrorKind::Unsupported);
  EXPECT_EQ(kind_of([] { make_generator("tagger", nlohmann::json::object()); }), ErrorKind::BadRequest);
  EXPECT_EQ(kind_of([] { make_discriminator("srresnet-generator", nlohmann::json::object()); }),
            ErrorKind::BadRequest);
  EXPECT_EQ(kind_of([] { make_translator("tagger", nlohmann::json::object()); }), ErrorKind::BadRequest);
  EXPECT_EQ(kind_of([] { make_patch_discriminator("tagger", nlohmann::json::object()); }),
            ErrorKind::BadRequest);
  EXPECT_EQ(kind_of([] { make_generator("srresnet-generator", {{"sise", 64}}); }), ErrorKind::BadRequest);
  EXPECT_EQ(kind_of([] { make_generator("srresnet-generator", {{"size", "64"}}); }), ErrorKind::BadRequest);
}

}  // namespace
}  // namespace sakuga::models

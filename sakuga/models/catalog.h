// Every architecture that a weights file or a recipe may name, in one explicit table.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sakuga/models/net.h"

namespace sakuga::models {

enum class Role { Generator, Discriminator, Tagger, Features, Translator, PatchDiscriminator, Detector };
std::string role_name(Role role);

struct Architecture {
  std::string id;  // "srresnet-generator"
  Role role;
  std::string about;  // One line.
  std::function<nlohmann::json(const nlohmann::json&)>
      options;  // Complete options from partial ones, checked.
  std::function<std::shared_ptr<torch::nn::Module>(const nlohmann::json&)> make;
};

const std::vector<Architecture>& catalog();

// Error(Unsupported) that names the nearest known id.
const Architecture& find_architecture(const std::string& id);

// The net, with fresh weights. Error(BadRequest) if the architecture has another role, or on options that it
// does not have or accept; Error(Unsupported) on an unknown id.
std::shared_ptr<GeneratorNet> make_generator(const std::string& id, const nlohmann::json& options);
std::shared_ptr<DiscriminatorNet> make_discriminator(const std::string& id, const nlohmann::json& options);
std::shared_ptr<TranslatorNet> make_translator(const std::string& id, const nlohmann::json& options);
std::shared_ptr<PatchDiscriminatorNet> make_patch_discriminator(const std::string& id,
                                                                const nlohmann::json& options);

}  // namespace sakuga::models

// Weights files as files: what is in one, bringing a foreign one in, writing one in another number type.
// Torch-free; throws as image_model.h says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sakuga/weights/card.h"

namespace sakuga::models {

struct ArchitectureInfo {
  std::string id = {}, role = {}, about = {};
  nlohmann::json options;  // With their defaults.
};

// The catalog, in its order.
std::vector<ArchitectureInfo> architectures();

struct ModelInfo {
  weights::Card card;
  std::string role = {};                       // "generator"
  int64_t parameters = 0;                      // Trained numbers, without normalisation statistics.
  std::map<std::string, int64_t> dtypes = {};  // Tensors by number type.
  uint64_t bytes = 0;                          // Of the file.
};

// Reads the header alone.
ModelInfo model_info(const std::filesystem::path& path);

struct ImportOptions {
  std::string architecture = {};
  nlohmann::json options = nlohmann::json::object();  // What differs from the architecture's defaults.
  std::string title = {};
  std::vector<std::string> tags = {}, tag_groups = {};
  double tag_on = 1, tag_off = -1;
  int64_t resolution = 0;  // For taggers; a generator knows its own.
  nlohmann::json licences = nullptr;
  // Pairs of (name in the file, name in the net), see nn::NameMap.
  std::vector<std::pair<std::string, std::string>> names = {};
};

// Reads foreign safetensors or a PyTorch checkpoint (without executing anything in it), checks that it fits
// the architecture, and writes a float32 file with a card. Of the layouts of weights/foreign_layout.h
// architecture, options and names are known and need not be given. Error(BadRequest) if the number of tags is
// not the net's, or no architecture is given and the layout not known.
void import_model(const std::filesystem::path& in, const std::filesystem::path& out,
                  const ImportOptions& options);

struct ExportOptions {
  // F32, BF16 or F16 for the weights; nothing keeps the file's own.
  std::optional<weights::Dtype> dtype = {};
  // Keep what drawing needs and no more: drops tensors that are not the net's, batch counters, foreign
  // metadata and the card's `extra`.
  bool strip = false;
};

// Error(BadRequest) if a weight is too large for float16.
void export_model(const std::filesystem::path& in, const std::filesystem::path& out,
                  const ExportOptions& options);

}  // namespace sakuga::models

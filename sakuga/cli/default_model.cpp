#include "sakuga/cli/default_model.h"

#include "sakuga/core/error.h"

namespace sakuga::cli {
namespace {

// `option` is how another file is named.
std::filesystem::path zoo_file(const char* name, const char* option) {
  namespace fs = std::filesystem;
  std::error_code none;
  const fs::path folder = fs::read_symlink("/proc/self/exe", none).parent_path();
  for (const char* zoo : {"../share/sakuga/zoo", "../../../zoo"}) {
    const fs::path model = (folder / zoo / name).lexically_normal();
    if (fs::exists(model)) return model;
  }
  core::fail(core::ErrorKind::NotFound, "model: {} is not in {}; name {}", name,
             (folder / "../../../zoo").lexically_normal().string(), option);
}

}  // namespace

std::filesystem::path model_or_default(const std::string& given) {
  return given.empty() ? zoo_file("characters-128.safetensors", "a model by --model")
                       : std::filesystem::path(given);
}

std::filesystem::path face_detector_or_default(const std::string& given) {
  return given.empty() ? zoo_file("face-detector.safetensors", "a detector or a cascade")
                       : std::filesystem::path(given);
}

}  // namespace sakuga::cli

#include "sakuga/cli/default_model.h"

#include "sakuga/core/error.h"

namespace sakuga::cli {

std::filesystem::path model_or_default(const std::string& given) {
  namespace fs = std::filesystem;
  if (!given.empty()) return given;
  std::error_code none;
  const fs::path folder = fs::read_symlink("/proc/self/exe", none).parent_path();
  constexpr const char* kName = "characters-128.safetensors";
  for (const char* zoo : {"../share/sakuga/zoo", "../../../zoo"}) {
    const fs::path model = (folder / zoo / kName).lexically_normal();
    if (fs::exists(model)) return model;
  }
  core::fail(core::ErrorKind::NotFound, "model: {} is not in {}; name a model by --model", kName,
             (folder / "../../../zoo").lexically_normal().string());
}

}  // namespace sakuga::cli

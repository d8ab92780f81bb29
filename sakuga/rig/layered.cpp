#include "sakuga/rig/layered.h"

#include <algorithm>
#include <map>

#include "sakuga/core/error.h"
#include "sakuga/media/psd.h"

namespace sakuga::rig {

media::OraDocument document_of(const std::vector<Layer>& layers, int width, int height) {
  media::OraDocument document = {.width = width, .height = height};
  std::map<Part, int> runs;
  auto& groups = document.layers;
  for (size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    const std::string name = part_name(layer.part);
    // A part that is drawn in two runs (a ribbon before and behind the hair) has two groups.
    if (i == 0 || layers[i - 1].part != layer.part) {
      const int run = ++runs[layer.part];
      groups.insert(groups.begin(), {.name = run == 1 ? name : fmt::format("{}_{}", name, run)});
    }
    auto& children = groups.front().children;
    children.insert(
        children.begin(),
        {.name = name + "_" + role_name(layer.role), .image = layer.image, .x = layer.x, .y = layer.y});
  }
  return document;
}

void write_layers(const std::filesystem::path& path, const std::vector<Layer>& layers, int width, int height,
                  bool force) {
  const std::string extension = path.extension().string();
  if (extension != ".ora" && extension != ".psd")
    core::fail(core::ErrorKind::BadRequest, "layers: expected a file in .ora or .psd, got {}", path.string());
  if (!force && std::filesystem::exists(path))
    core::fail(core::ErrorKind::BadRequest, "layers: {} exists; --force overwrites it", path.string());
  const auto document = document_of(layers, width, height);
  if (extension == ".ora")
    media::write_ora(path, document);
  else
    media::write_psd(path, document);
}

}  // namespace sakuga::rig

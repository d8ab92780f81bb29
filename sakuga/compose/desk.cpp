#include "sakuga/compose/desk.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "sakuga/compose/planes.h"

namespace sakuga::compose {
namespace {

using media::Image8;
using media::OraBlend;
using media::OraLayer;

std::vector<OraLayer> prop_layers(const Image8& painting, const LightOptions& light,
                                  const std::vector<PlacedSprite>& sprites) {
  std::vector<OraLayer> layers;
  for (auto sprite = sprites.rbegin(); sprite != sprites.rend(); ++sprite) {
    const auto name = std::filesystem::path(sprite->place.file).stem().string();
    Prop prop = set_prop(sprite->sprite, sprite->place, painting, light);
    layers.push_back({.name = name, .image = std::move(prop.figure), .x = prop.figure_x, .y = prop.figure_y});
    layers.push_back({.name = "shadow of " + name,
                      .image = std::move(prop.shadow),
                      .x = prop.shadow_x,
                      .y = prop.shadow_y});
  }
  return layers;
}

// Props and light over `painting`, which is at its hour already.
void add_upper_layers(const Image8& painting, const Scene& scene, const LightOptions& light,
                      const std::vector<PlacedSprite>& sprites, media::OraDocument& document) {
  if (!sprites.empty())
    document.layers.push_back({.name = "props", .children = prop_layers(painting, light, sprites)});
  if (!changes_light(light) || painting.channels == 4) return;
  LightLayers layers = light_layers(painting, scene, light);
  document.layers.push_back({.name = "light", .image = std::move(layers.light), .blend = OraBlend::Screen});
  document.layers.push_back({.name = "shade", .image = std::move(layers.shade), .blend = OraBlend::Multiply});
}

// A painting with alpha takes the light in itself: layers above it would cover what is transparent.
void light_up(Image8& painting, const Scene& scene, const LightOptions& light) {
  if (!changes_light(light) || painting.channels != 4) return;
  const LightLayers layers = light_layers(painting, scene, light);
  for (size_t i = 0; i < painting.bytes.size() / 4; ++i)
    for (size_t c = 0; c < 3; ++c) {
      uint8_t& value = painting.bytes[4 * i + c];
      const float shaded = value / 255.0f * layers.shade.bytes[3 * i + c] / 255.0f;
      const float lit = 1 - (1 - shaded) * (1 - layers.light.bytes[3 * i + c] / 255.0f);
      value = static_cast<uint8_t>(lit * 255 + 0.5f);
    }
}

void add_plane(const std::string& name, Image8 image, media::OraDocument& document) {
  if (!image.bytes.empty()) document.layers.push_back({.name = name, .image = std::move(image)});
}

}  // namespace

media::OraDocument desk_layers(Image8 painting, const Scene& scene, const LightOptions& light,
                               const std::vector<PlacedSprite>& sprites) {
  media::OraDocument document{painting.width, painting.height, {}};
  painting = at_hour(std::move(painting), scene, light);
  light_up(painting, scene, light);
  add_upper_layers(painting, scene, light, sprites, document);
  if (painting.channels == 4) {
    add_plane("painting", std::move(painting), document);
    return document;
  }
  Planes planes = planes_of(painting, scene);
  add_plane("near", std::move(planes.near), document);
  add_plane("far", std::move(planes.far), document);
  add_plane("sky", std::move(planes.sky), document);
  return document;
}

Image8 desk_picture(Image8 painting, const Scene& scene, const LightOptions& light,
                    const std::vector<PlacedSprite>& sprites) {
  painting = at_hour(std::move(painting), scene, light);
  light_up(painting, scene, light);
  if (!changes_light(light) && sprites.empty()) return painting;
  const int channels = painting.channels;
  media::OraDocument document{painting.width, painting.height, {}};
  add_upper_layers(painting, scene, light, sprites, document);
  add_plane("painting", std::move(painting), document);
  Image8 merged = media::merged_ora(document);
  if (channels == 4) return merged;
  Image8 opaque(merged.width, merged.height, 3);
  for (size_t i = 0; i < opaque.bytes.size() / 3; ++i)
    std::copy_n(merged.bytes.begin() + long(4 * i), 3, opaque.bytes.begin() + long(3 * i));
  return opaque;
}

}  // namespace sakuga::compose

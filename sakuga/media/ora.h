// OpenRaster files (.ora, specification 0.0.6): pictures in layers, as Krita, MyPaint and GIMP open them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/media/image.h"
#include "sakuga/media/image_file.h"

namespace sakuga::media {

// How a layer meets what lies below it. W3C Compositing Level 1, on sRGB values as painting programs do it.
enum class OraBlend { Normal, Multiply, Screen, Add };

// A picture, or a group: a group has children and no picture. The name may be any UTF-8 without control
// characters, also one that other layers have.
struct OraLayer {
  std::string name;
  Image8 image = {};  // Any number of channels; straight alpha.
  int x = 0,
      y = 0;  // Where the picture's top left corner lies on the canvas; may be outside. Not for groups.
  double opacity = 1;
  bool visible = true;
  OraBlend blend = OraBlend::Normal;
  std::vector<OraLayer> children = {};  // The topmost first, as in a painting program's list.
};

struct OraDocument {
  int width = 0, height = 0;
  std::vector<OraLayer> layers = {};  // The topmost first.
};

// What a person sees: the visible layers blended, RGBA. A group is blended by itself first. Needs a few rows
// of floats beside the result. Throws as write_ora().
Image8 merged_ora(const OraDocument& document);

// Writes stack.xml, the layers as data/*.png, mergedimage.png (with `metadata`) and Thumbnails/thumbnail.png.
// The bytes depend on nothing but the arguments; written through core::replace_file. Throws Error(BadRequest)
// for an empty canvas, a layer that has both picture and children, an opacity outside 0..1 or a name with
// control characters.
void write_ora(const std::filesystem::path& path, const OraDocument& document, const Metadata& metadata = {});

// The texts in the merged picture of an OpenRaster file. Throws Error(CorruptInput) if it is none,
// Error(NotFound) if there is no such file.
Metadata read_ora_metadata(const std::filesystem::path& path);

}  // namespace sakuga::media

#include "sakuga/compose/key_output.h"

#include "sakuga/core/error.h"
#include "sakuga/core/fields.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image;
using media::Rgba;

constexpr int kSquare = 16;  // Of the checkerboard, pixels.

void want_size(const Image& image, const Image& keyed, const char* name) {
  if (image.width != keyed.width || image.height != keyed.height)
    core::fail(ErrorKind::BadRequest, "key: expected the {} in the plate's size, {}x{}, got {}x{}", name,
               keyed.width, keyed.height, image.width, image.height);
}

void composite(const Image& background, Image& keyed) {
  const bool board = background.pixels.empty();
  if (!board) want_size(background, keyed, "background");
  const bool encoded = background.transfer == media::Transfer::Srgb;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < keyed.height; ++y)
    for (int x = 0; x < keyed.width; ++x) {
      const size_t i = size_t(y) * keyed.width + x;
      const float grey = (x / kSquare + y / kSquare) % 2 ? 0.45f : 0.25f;
      Rgba back = board ? Rgba{grey, grey, grey, 1} : background.pixels[i];
      if (encoded && !board)
        back = {media::srgb_to_linear(back.r), media::srgb_to_linear(back.g), media::srgb_to_linear(back.b),
                1};
      Rgba& p = keyed.pixels[i];
      const float rest = 1 - p.a;
      p = {p.r * p.a + back.r * rest, p.g * p.a + back.g * rest, p.b * p.a + back.b * rest, 1};
    }
}

void own_colours(const Image& plate, Image& keyed) {
  want_size(plate, keyed, "plate");
  Image linear = media::converted(plate, media::Transfer::Linear);
  for (size_t i = 0; i < keyed.pixels.size(); ++i) linear.pixels[i].a = keyed.pixels[i].a;
  keyed = std::move(linear);
}

}  // namespace

KeyOutput key_output(const std::string& name) {
  if (name == "intermediate") return KeyOutput::Intermediate;
  if (name == "premultiplied") return KeyOutput::Premultiplied;
  if (name == "unpremultiplied") return KeyOutput::Unpremultiplied;
  if (name == "composite") return KeyOutput::Composite;
  if (name == "matte") return KeyOutput::Matte;
  core::fail(
      ErrorKind::BadRequest, "key: unknown output {}{}", name,
      core::suggestion(name, {"intermediate", "premultiplied", "unpremultiplied", "composite", "matte"}));
}

void apply_output(KeyOutput output, const Image& plate, const Image& background, Image& keyed) {
  switch (output) {
    case KeyOutput::Intermediate:
      return own_colours(plate, keyed);
    case KeyOutput::Premultiplied:
      for (Rgba& p : keyed.pixels) p = {p.r * p.a, p.g * p.a, p.b * p.a, p.a};
      return;
    case KeyOutput::Unpremultiplied:
      return;
    case KeyOutput::Composite:
      return composite(background, keyed);
    case KeyOutput::Matte:
      for (Rgba& p : keyed.pixels) p = {p.a, p.a, p.a, 1};
      return;
  }
}

}  // namespace sakuga::compose

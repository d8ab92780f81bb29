#include "sakuga/rig/artist.h"

#include <charconv>

#include "sakuga/core/error.h"

namespace sakuga::rig {
namespace {

Colour parse_colour(const std::string& text) {
  uint32_t code = 0;
  const char* end = text.data() + text.size();
  const bool hash = text.size() == 7 && text[0] == '#';
  if (!hash || std::from_chars(text.data() + 1, end, code, 16).ptr != end)
    core::fail(core::ErrorKind::BadRequest, "backdrop: expected none, white, sky or #rrggbb, got {}", text);
  return {(code >> 16 & 255) / 255.0, (code >> 8 & 255) / 255.0, (code & 255) / 255.0, 1};
}

struct Backdrop {
  Colour top, bottom;
};

Backdrop backdrop_of(const std::string& text) {
  if (text == "white") return {{1, 1, 1, 1}, {1, 1, 1, 1}};
  if (text == "sky") return {{0.62, 0.80, 0.95, 1}, {0.95, 0.97, 0.99, 1}};
  const Colour colour = parse_colour(text);
  return {colour, colour};
}

void check_options(PictureOptions options) {
  visit_fields(options, [](const std::string& name, auto& value, const Field& field) {
    core::check_field("picture: " + name, value, field);
  });
}

}  // namespace

Frame frame_of(const PictureOptions& options, const Camera& camera) {
  check_options(options);
  const double size = double(options.size);
  const bool face = options.frame == "face";
  Frame frame = {.width = int(options.size), .height = int(options.size)};
  frame.scale = (face ? 0.350 : 0.210) * size * camera.zoom;
  frame.x = size * (0.5 + camera.shift_x);
  frame.y = size * ((face ? 0.43 : 0.36) + camera.shift_y);
  return frame;
}

std::vector<Layer> draw_layers(const Character& character, const PictureOptions& options,
                               const Camera& camera) {
  check(character);
  return render_layers(draw_shapes(character), frame_of(options, camera), {.antialias = !options.aliased});
}

media::Image8 over_backdrop(const media::Image8& image, const std::string& backdrop) {
  if (backdrop == "none") return image;
  const Backdrop colours = backdrop_of(backdrop);
  media::Image8 result(image.width, image.height, 3);
  for (int y = 0; y < image.height; ++y) {
    const Colour behind = mix(colours.top, colours.bottom, (y + 0.5) / image.height);
    const double channels[3] = {behind.r * 255, behind.g * 255, behind.b * 255};
    for (int x = 0; x < image.width; ++x) {
      const uint8_t* from = image.at(x, y);
      const double alpha = from[3] / 255.0;
      for (int c = 0; c < 3; ++c)
        result.at(x, y)[c] = static_cast<uint8_t>(from[c] * alpha + channels[c] * (1 - alpha) + 0.5);
    }
  }
  return result;
}

media::Image8 draw(const Character& character, const PictureOptions& options, const Camera& camera) {
  if (options.backdrop != "none") backdrop_of(options.backdrop);
  const auto layers = draw_layers(character, options, camera);
  const int size = static_cast<int>(options.size);
  return over_backdrop(composite(layers, size, size), options.backdrop);
}

}  // namespace sakuga::rig

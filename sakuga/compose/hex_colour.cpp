#include "sakuga/compose/hex_colour.h"

#include <array>
#include <charconv>

#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {

media::Rgba linear_colour(const std::string& name, const std::string& text) {
  const size_t digits = text.empty() ? 0 : text.size() - 1;
  const size_t each = digits == 3 ? 1 : 2;
  std::array<float, 4> values = {0, 0, 0, 1};
  bool good = !text.empty() && text[0] == '#' && (digits == 3 || digits == 6 || digits == 8);
  for (size_t i = 0; good && i < digits / each; ++i) {
    unsigned value = 0;  // No sign is accepted.
    const char *start = text.data() + 1 + i * each, *end = start + each;
    const auto [stop, error] = std::from_chars(start, end, value, 16);
    good = error == std::errc() && stop == end;
    values[i] = float(each == 1 ? value * 17 : value) / 255;
  }
  if (!good) {
    core::fail(core::ErrorKind::BadRequest, "{}: expected a colour such as \"#ff8040\", got {}", name, text);
  }
  return {media::srgb_to_linear(values[0]), media::srgb_to_linear(values[1]),
          media::srgb_to_linear(values[2]), values[3]};
}

}  // namespace sakuga::compose

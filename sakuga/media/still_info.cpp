#include <OpenImageIO/imageio.h>

#include "sakuga/core/error.h"
#include "sakuga/media/image_file.h"

namespace sakuga::media {

StillInfo read_still_info(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) {
    core::fail(core::ErrorKind::NotFound, "read: there is no file {}", path.string());
  }
  const auto input = OIIO::ImageInput::open(path.string());
  if (!input) {
    static_cast<void>(OIIO::geterror());
    // The decoder says better what is wrong with the file.
    const Image image = read_image(path);
    return {.width = image.width, .height = image.height, .alpha = true};
  }
  const OIIO::ImageSpec& spec = input->spec();
  StillInfo info{.width = spec.full_width,
                 .height = spec.full_height,
                 .alpha = spec.alpha_channel >= 0,
                 .floating = spec.format.is_floating_point(),
                 .bits = int(spec.format.size() * 8),
                 .format = input->format_name()};
  if (spec.get_int_attribute("Orientation", 1) >= 5) std::swap(info.width, info.height);
  return info;
}

}  // namespace sakuga::media

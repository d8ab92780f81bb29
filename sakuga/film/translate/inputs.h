// What a translation is asked for: pictures, or one film. Internal to translate.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/media/frames.h"

namespace sakuga::film {

std::string ending(const std::filesystem::path& path);  // ".png", in small letters.
bool is_picture(const std::filesystem::path& path);     // By its ending.
bool is_film(const std::filesystem::path& path);

struct TranslateInputs {
  std::vector<std::filesystem::path> pictures, films;
  bool folder = false;  // A folder or pattern was among them.
};

// The files of pictures, folders and patterns, of patterns those with numbers in `frames`. Throws as
// translate() says.
TranslateInputs gather_inputs(const std::vector<std::filesystem::path>& paths,
                              const media::FrameReadOptions& frames);

}  // namespace sakuga::film

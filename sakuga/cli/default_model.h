// The models that are used when none is named.
#pragma once

#include <filesystem>
#include <string>

namespace sakuga::cli {

// `given` unless it is empty; else characters-128.safetensors in the zoo: ../share/sakuga/zoo beside an
// installed program, zoo/ of the project for one in its build folder. Throws Error(NotFound) if it is in
// neither.
std::filesystem::path model_or_default(const std::string& given);

// The same with face-detector.safetensors.
std::filesystem::path face_detector_or_default(const std::string& given);

}  // namespace sakuga::cli

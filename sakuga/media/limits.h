// The messages that all decoders share. Internal to media.
#pragma once

#include <string>

#include "sakuga/core/error.h"
#include "sakuga/media/image_file.h"

namespace sakuga::media {

// Throws Error(BadRequest) beyond the limits, Error(CorruptInput) for a picture without pixels.
inline void check_size(const std::string& name, int64_t width, int64_t height, const ReadLimits& limits) {
  if (width < 1 || height < 1) {
    core::fail(core::ErrorKind::CorruptInput, "read: {}: a picture of {}x{} pixels", name, width, height);
  }
  if (width > limits.max_pixels / height) {
    core::fail(core::ErrorKind::BadRequest, "read: {}: expected at most {} pixels, got {}x{}", name,
               limits.max_pixels, width, height);
  }
}

[[noreturn]] inline void fail_damaged(const std::string& name, const std::string& format,
                                      const std::string& why) {
  core::fail(core::ErrorKind::CorruptInput, "read: {}: the {} picture is damaged or cut off{}{}", name,
             format, why.empty() ? "" : ": ", why);
}

[[noreturn]] inline void fail_animation(const std::string& name, const std::string& format) {
  core::fail(core::ErrorKind::Unsupported,
             "read: {}: expected one picture, got an animation ({}); save the frames that you want as PNG",
             name, format);
}

}  // namespace sakuga::media

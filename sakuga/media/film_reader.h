// Films through libav. Internal to media; frames.h is the door.
#pragma once

#include "sakuga/media/frames.h"

namespace sakuga::media {

// As FrameReader::open() for a path that is neither a sequence nor a still.
std::unique_ptr<FrameReader> open_film(const std::filesystem::path& path, const FrameReadOptions& options);

// As FrameWriter::create() for .mov, .mp4 and .mkv.
std::unique_ptr<FrameWriter> create_film(const std::filesystem::path& path, int width, int height,
                                         const FrameWriteOptions& options);

// "10-20" of the numbers first_number to first_number + count - 1, checked. Throws Error(BadRequest).
struct FrameRange {
  int64_t first, last;
};
FrameRange chosen_range(const std::string& name, int64_t first_number, int64_t count,
                        const FrameReadOptions& options);

}  // namespace sakuga::media

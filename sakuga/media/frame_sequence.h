// Numbered stills. Internal to media; frames.h is the door.
#pragma once

#include <map>

#include "sakuga/media/frames.h"

namespace sakuga::media {

// "folder/name.%06d.png", taken apart.
struct SequencePattern {
  std::filesystem::path folder;
  std::string before, after;  // Of the number, in the file's name.
  int digits = 1;             // At least so many.

  std::string file_name(int64_t number) const;
  std::filesystem::path path(int64_t number) const { return folder / file_name(number); }
  std::string text() const;  // The pattern again.
};

// Nothing if the file name has no %; throws Error(BadRequest) for any other than one %d or %0Nd.
std::optional<SequencePattern> parse_pattern(const std::filesystem::path& path);

bool is_still(const std::filesystem::path& path);  // By its extension.

// As FrameReader::open() and FrameWriter::create() for patterns, folders and stills.
std::unique_ptr<FrameReader> open_sequence(const SequencePattern& pattern, const FrameReadOptions& options);
std::unique_ptr<FrameReader> open_folder(const std::filesystem::path& folder,
                                         const FrameReadOptions& options);
std::unique_ptr<FrameReader> open_still(const std::filesystem::path& path, const FrameReadOptions& options);
std::unique_ptr<FrameWriter> create_sequence(const SequencePattern& pattern, int width, int height,
                                             const FrameWriteOptions& options);
std::unique_ptr<FrameWriter> create_still(const std::filesystem::path& path, int width, int height,
                                          const FrameWriteOptions& options);

}  // namespace sakuga::media

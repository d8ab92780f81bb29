// Writing a film, frame by frame, through libav.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "sakuga/media/image.h"

namespace sakuga::media {

// H264 is yuv420p for players (.mp4, .mov, .mkv); Ffv1 is lossless RGB for further work (.mkv).
enum class VideoCodec { H264, Ffv1 };

struct VideoOptions {
  int width = 0, height = 0;      // Pixels; H264 needs even numbers.
  int fps_num = 24, fps_den = 1;  // Frames a second, exactly: 24000/1001 is possible.
  VideoCodec codec = VideoCodec::H264;
  int crf = 18;              // H264: 0 (best) to 51.
  std::string comment = {};  // Stored as the file's "comment".
};

// The film appears at `path` when close() succeeds; until then, and if close() is never called, nothing
// is there. The same frames give the same bytes. Not thread-safe.
class VideoWriter {
 public:
  // Throws Error(BadRequest) for sizes, rates or extensions that the codec cannot have, Error(NotFound)
  // for a missing folder, Error(Unsupported) if libav has no such encoder.
  VideoWriter(std::filesystem::path path, const VideoOptions& options);
  ~VideoWriter();  // Without close(): removes what was written.
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  // Appends a frame: 1 or 3 channels and the film's size, else Error(BadRequest).
  void write(const Image8& frame);

  // Finishes the file and moves it into place. Throws Error(BadRequest) without any frame.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sakuga::media

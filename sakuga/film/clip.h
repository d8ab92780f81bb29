// A still, sequence or film as frames of a shot that can be asked for in any order. Internal to film.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "sakuga/film/digest.h"
#include "sakuga/media/frames.h"

namespace sakuga::film {

struct ClipOptions {
  int64_t first = 0;      // The clip's frame number at frame 1 of the shot; 0: its first.
  bool loop = false;      // Beyond its end it begins again; else the last frame stands.
  std::string rate = {};  // See FrameReadOptions::rate.
};

class Clip {
 public:
  // `what` begins messages: "layer 'sky'". Throws as FrameReader, and Error(BadRequest) for a `first` that
  // the clip does not have.
  Clip(const std::filesystem::path& path, const ClipOptions& options, const std::string& what,
       FileDigests& digests);

  const media::FramesInfo& info() const { return info_; }
  int64_t length() const { return count_; }  // Frames from `first` on.

  // The clip's own number at a frame of the shot.
  int64_t number_at(int64_t frame) const;

  // Digest of the picture at a frame of the shot.
  std::string id(int64_t frame);

  // Straight alpha. Frames in order are read once; the frame read last is kept.
  const media::Image& at(int64_t frame);

  // SHA-256 of the film or still, or of the list of a sequence's files: for the ledger.
  std::string content();

 private:
  std::filesystem::path path_;
  ClipOptions options_;
  std::string what_;
  FileDigests& digests_;
  std::unique_ptr<media::FrameReader> reader_;
  media::FramesInfo info_;
  int64_t count_ = 0, first_ = 1;
  std::map<int64_t, std::filesystem::path> files_;  // Of a sequence, by number.
  media::Image frame_;
  int64_t held_ = -1;  // Number of frame_.
};

}  // namespace sakuga::film

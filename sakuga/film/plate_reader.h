// A plate together with its matte, frame by frame. Internal to film.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "sakuga/media/frames.h"

namespace sakuga::film {

class PlateReader {
 public:
  // `matte` may be empty: the plate's own alpha. A matte's alpha, or its red if it has none, becomes the
  // plate's. Throws as media::FrameReader; Error(BadRequest) for a matte of another size or number of frames.
  PlateReader(const std::filesystem::path& plate, const std::filesystem::path& matte,
              const media::FrameReadOptions& options = {});

  const media::FramesInfo& info() const { return plate_->info(); }

  // The next frame, sRGB with straight alpha; false after the last one.
  bool read(media::Image& frame);
  int64_t number() const { return plate_->number(); }  // Of the frame read last.
  void seek(int64_t number);

 private:
  std::unique_ptr<media::FrameReader> plate_, matte_;
  media::Image matte_frame_;
};

}  // namespace sakuga::film

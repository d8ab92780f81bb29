#include "sakuga/film/plate_reader.h"

#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::film {

using core::ErrorKind;
using core::fail;

PlateReader::PlateReader(const std::filesystem::path& plate, const std::filesystem::path& matte,
                         const media::FrameReadOptions& options)
    : plate_(media::FrameReader::open(plate, options)) {
  if (matte.empty()) return;
  matte_ = media::FrameReader::open(matte, options);
  const auto &a = plate_->info(), &b = matte_->info();
  if (a.width != b.width || a.height != b.height)
    fail(ErrorKind::BadRequest, "stylise: the matte is {}x{}, but the plate {}x{}", b.width, b.height,
         a.width, a.height);
  if (a.count > 0 && b.count > 0 && a.count != b.count)
    fail(ErrorKind::BadRequest, "stylise: the matte has {} frames, but the plate {}", b.count, a.count);
}

bool PlateReader::read(media::Image& frame) {
  const bool more = plate_->read(frame);
  if (matte_ && matte_->read(matte_frame_) != more)
    fail(ErrorKind::BadRequest,
         "stylise: plate and matte have different numbers of frames, {} ends after frame {}",
         more ? "the matte" : "the plate", plate_->number());
  if (!more) return false;
  if (frame.transfer != media::Transfer::Srgb)
    frame = media::converted(std::move(frame), media::Transfer::Srgb);
  if (!matte_) return true;
  const bool alpha = matte_->info().alpha;
  for (size_t i = 0; i < frame.pixels.size(); ++i)
    frame.pixels[i].a = alpha ? matte_frame_.pixels[i].a : matte_frame_.pixels[i].r;
  return true;
}

void PlateReader::seek(int64_t number) {
  plate_->seek(number);
  if (matte_) matte_->seek(number - plate_->info().first_number + matte_->info().first_number);
}

}  // namespace sakuga::film

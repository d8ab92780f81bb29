// The background of a whole shot as one picture.
//
// Where the camera stands still, pans or turns about its lens, all frames show parts of one plane. Each frame
// is laid on that plane by points tracked from an earlier one (Lucas and Kanade; RANSAC), by the simplest
// motion that explains them: none, a shift, a homography. The plate is the median of up to kPlateSamples
// frames, so what moves through the shot mostly disappears. Frames cut out of a plate that was painted once
// cannot flicker.
//
// A camera that travels, a zoom beyond four times and a shot that is mostly moving people cannot be laid on a
// plane.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "sakuga/media/image.h"

namespace sakuga::compose {

inline constexpr int kPlateSamples = 15;

enum class CameraMotion { Locked, Pan, Turn };  // Identity, shift, homography.
const char* motion_name(CameraMotion motion);   // "locked", "pan", "turn".

struct ShotPlate {
  media::Image8 plate;                      // RGB.
  std::vector<cv::Matx33d> frame_to_plate;  // Pixels to pixels, one for each frame.
  CameraMotion motion = CameraMotion::Locked;
  int width = 0, height = 0;  // Of a frame.
};

// Takes the frames of a shot one after another; they are not kept.
class PlateBuilder {
 public:
  PlateBuilder();
  ~PlateBuilder();

  // sRGB or linear; alpha is ignored. Throws Error(BadRequest) for a frame of another size than the first or
  // an empty one, Error(Unsupported) naming the frame that cannot be laid on those before.
  void add(const media::Image& frame);

  // Throws Error(BadRequest) without frames, Error(Unsupported) if the plate would have more than 100
  // megapixels.
  ShotPlate finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Frame `index` cut out of `painting`, which has the size of shot.plate. A locked camera's is a copy without
// filtering. Transfer::Srgb, opaque.
media::Image frame_of(const media::Image8& painting, const ShotPlate& shot, size_t index);

}  // namespace sakuga::compose

// A guide against flicker: soft coloured blobs that stick to what moves in the plate.
//
// Texler et al. 2020 give their net, beside the frame, a picture of Gaussian blobs in random colours that is
// carried along the shot, so that it can tell apart places that look alike, and paints them alike over time.
// Here the blobs are points moved by the plate's optical flow, each by the mean of the vectors under it that
// can be trusted; a point that leaves the picture or the matte, or meets another, is dropped, and uncovered
// places get new ones. A point's colour depends on the seed and its number alone. Memory is constant.
#pragma once

#include <cstdint>
#include <vector>

#include "sakuga/compose/flow.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

class BlobGuide {
 public:
  explicit BlobGuide(uint64_t seed = 1) : seed_(seed) {}

  // The first frame; places its blobs. Throws Error(BadRequest) for an empty frame.
  void begin(const media::Image& plate);

  // The next frame: `forward` leads to it from the frame before, `visible` says how far it can be trusted
  // (see flow.h). Throws Error(BadRequest) for another size than the first frame's, Error(Internal) before
  // it.
  void advance(const Flow& forward, const media::Image8& visible, const media::Image& plate);

  // The guide of the present frame at half its size, rounded up: r, g, b in [0, 1], a is 1.
  media::Image draw() const;

  size_t blob_count() const { return points_.size(); }

 private:
  struct Point {
    float x, y;
    uint64_t number;
  };

  void fill(const media::Image& plate);

  uint64_t seed_, next_ = 0;
  int width_ = 0, height_ = 0;
  float spacing_px_ = 0;
  std::vector<Point> points_;
};

}  // namespace sakuga::compose

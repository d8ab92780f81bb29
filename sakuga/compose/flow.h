// Optical flow between two frames, what it cannot see, and pictures carried along it.
//
// The flow is DIS (Kroeger et al. 2016, OpenCV's implementation) on the grey values of the frames, found at a
// reduced size and enlarged. A vector at pixel (x, y) of the flow a -> b says where that pixel of a lies in
// b: at (x + vx, y + vy), in pixels of the full size. Warping is backward: warp(b, a -> b) looks like a. A
// frame's transfer does not matter, its alpha is ignored, and the same frames give the same flow whatever the
// number of threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct Vector {
  float x = 0, y = 0;
  bool operator==(const Vector&) const = default;
};

struct Flow {
  int width = 0, height = 0;
  std::vector<Vector> vectors;  // height * width, rows from the top, pixels.

  Flow() = default;
  Flow(int w, int h) : width(w), height(h), vectors(size_t(w) * h) {}
};

struct FlowOptions {
  std::string preset = "medium";  // How hard DIS looks.
  double scale = 0.5;             // Size at which it looks, as a part of the frame's.
};

void visit_fields(FlowOptions& options, auto&& visit) {
  visit("flow-preset", options.preset,
        core::Field{.help = "how hard the motion is looked for", .choices = {"ultrafast", "fast", "medium"}});
  visit(
      "flow-scale", options.scale,
      core::Field{
          .help = "size at which the motion is looked for, as a part of the frame's", .min = 0.1, .max = 1});
}

// The flow `from` -> `to`, as large as the frames. Frames are not reduced to less than 192 pixels on their
// shorter side for it.
// Throws Error(BadRequest) for frames of different size and empty ones.
Flow optical_flow(const media::Image& from, const media::Image& to, const FlowOptions& options = {});

// Both flows at once, on two threads.
struct TwoWayFlow {
  Flow forward, backward;  // a -> b and b -> a.
};
TwoWayFlow two_way_flow(const media::Image& a, const media::Image& b, const FlowOptions& options = {});

// How far the flow a -> b can be trusted at each pixel of a, by going there and back (Sundaram et al. 2010):
// 255 where the backward flow returns to within 0.5 px + 0.01 (|f|^2 + |b|^2), falling to 0 at four times
// that error; 0 where the vector leaves the frame. One channel. Throws Error(BadRequest) for different sizes.
media::Image8 visibility(const Flow& forward, const Flow& backward);

// The flow a -> c from a -> b and b -> c. Throws Error(BadRequest) for different sizes.
Flow chained(const Flow& first, const Flow& second);

enum class Sampling { Bilinear, Bicubic };  // Bicubic has a = -0.5 and may overshoot.

// result(x, y) = source(x + vx, y + vy); beyond the frame its border is repeated. All four channels are
// sampled alike: a picture with alpha should be premultiplied first. The result has the source's transfer.
// Throws Error(BadRequest) if the flow's size is not the source's.
media::Image warp(const media::Image& source, const Flow& flow, Sampling sampling = Sampling::Bilinear);

}  // namespace sakuga::compose

// How unsteady a sequence is: the warping error of Lai et al. (ECCV 2018).
//
// For two frames t and u of the plate the flow t -> u is found. Frame u of the processed sequence is brought
// back along it, bilinearly with the border repeated, and frame t subtracted where it is not occluded:
//   error = sum(mask * (brought - frame)^2) / (3 * sum(mask)), colours in [0, 1],
// the sum divided by 3 * height * width (and thus 0) if everything is occluded, as in their
// evaluate_WarpError.py. The short-term error of a sequence is the mean over u = t + 1, the long-term one
// that over t = the first frame. With f the flow t -> u and b the flow u -> t brought along f, a pixel of t
// is occluded where
//   |b + f| > 0.01 (|b| + |f|) + 0.5   or   |grad f|^2 > 0.01 |f| + 0.002
// with forward differences, 0 in the last column and row. |.| is a vector's length; their
// compute_flow_magnitude() returns its square (as Sundaram et al. 2010 have it), which Magnitude::Squared
// gives. Flow is looked for on frames brought to multiples of 64, as theirs are for FlowNet2; OpenCV's DIS
// takes its place.
//
// A constant sequence has no error: never quote it without a fidelity number.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "sakuga/compose/flow.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

enum class Magnitude { Plain, Squared };

// 255 where frame t is occluded in u, else 0. Throws Error(BadRequest) for flows of different size.
media::Image8 occluded_by_lai(const Flow& forward, const Flow& backward,
                              Magnitude magnitude = Magnitude::Plain);

// The flow t -> u and where t is occluded (one channel, above 127), found or true.
struct Correspondence {
  Flow flow;
  media::Image8 occluded;
};

// Between two frames of the plate, as said above, by DIS at `preset`.
Correspondence correspond(const media::Image& plate_t, const media::Image& plate_u,
                          const std::string& preset = "medium", Magnitude magnitude = Magnitude::Plain);

// The error of one pair of frames. Throws Error(BadRequest) for different sizes.
double warp_error(const media::Image& frame_t, const media::Image& frame_u, const Correspondence& between);

struct WarpErrors {
  double short_term = 0, long_term = 0;  // 0 for a single frame.
  int64_t pairs = 0;                     // That each is the mean of.
};

// Of several processed sequences of one plate at once, frame by frame; keeps the first and the last frames.
class WarpMeter {
 public:
  explicit WarpMeter(size_t sequences, std::string preset = "medium", Magnitude magnitude = Magnitude::Plain);
  ~WarpMeter();

  // The next frame of the plate and of each sequence. Throws Error(BadRequest) for another number of
  // sequences or frames of another size.
  void add(const media::Image& plate, std::span<const media::Image* const> processed);

  // The same with the true correspondence of the frame before with this one (ignored for the first). Then
  // there is no long-term error.
  void add(const Correspondence& from_previous, std::span<const media::Image* const> processed);

  WarpErrors errors(size_t sequence) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sakuga::compose

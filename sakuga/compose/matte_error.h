// How far a keyed figure is from the truth.
//
// Each is of one frame, then averaged over the frames; alpha is in [0, 1].
//   mean_absolute  mean |a - t|. SAD, the sum of the same over a frame in thousands, is given beside.
//   mse            mean (a - t)^2.
//   gradient       sum of (|grad a| - |grad t|)^2 / 1000, gradients by first derivatives of a Gaussian of 1.4
//   px
//                  (Rhemann et al., "A perceptually motivated online benchmark for image matting", CVPR
//                  2009).
//   connectivity   sum of |phi(a) - phi(t)| / 1000, phi(a) = 1 - d [d >= 0.15], d = a - l, where l is the
//   highest
//                  threshold, in steps of 0.1, at which the pixel still belongs to the largest region that
//                  both mattes have in common (same paper).
//   foreground     root mean square of t (F - F*) over 0 < t < 1 and the three colours in linear light.
//   spill          mean of max(0, e(F) - e(F*)) t over the band of 4 pixels around 0 < t < 1, in linear
//   light; e is
//                  how much the screen's colour sticks out: max(0, G - max(R, B)) on green, B - max(R, G) on
//                  blue, min(R, G) - B on yellow.
//   flicker        100 times the root mean square of (a_n - a_n-1) - (t_n - t_n-1) over the pixels: dtSSD
//                  (Erofeev et al., "Perceptually motivated benchmark for video matting", BMVC 2015).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::compose {

enum class ScreenHue { Green, Blue, Yellow };

// "green", "blue" or "yellow". Throws Error(BadRequest).
ScreenHue screen_hue(const std::string& name);

struct MatteError {
  int64_t frames = 0;
  double mean_absolute = 0, sad = 0, mse = 0, gradient = 0, connectivity = 0, foreground = 0, spill = 0,
         flicker = 0;
};

class MatteErrorSum {
 public:
  explicit MatteErrorSum(ScreenHue hue) : hue_(hue) {}

  // The next frame: both straight alpha, of any transfer. Throws Error(BadRequest) for different sizes, also
  // from frame to frame, and empty pictures.
  void add(const media::Image& keyed, const media::Image& truth);

  // Only alpha, the colours are not looked at: quicker, for searches. foreground, spill and connectivity stay
  // 0.
  void add_alpha(const media::Image& keyed, const media::Image& truth);

  // Throws Error(BadRequest) before the first frame.
  MatteError mean() const;

 private:
  ScreenHue hue_;
  MatteError sum_;
  std::vector<float> last_, last_truth_;  // Alpha of the frame before.
  int width_ = 0, height_ = 0;
};

// What was measured, in one line for reports.
std::string matte_protocol();

}  // namespace sakuga::compose

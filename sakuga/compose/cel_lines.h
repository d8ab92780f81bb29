// The lines of a cel drawing: edges of a picture as dark, coherent, tapering strokes.
//
// Difference of Gaussians, averaged along the direction of the smoothed structure tensor (Kang, Lee and Chui,
// "Coherent line drawing", 2007), then thresholded softly (Winnemoeller, "XDoG", 2011). Internal to compose's
// drawings.
#pragma once

#include <opencv2/core.hpp>

namespace sakuga::compose {

struct CelLineOptions {
  float width_px = 1;   // The smaller Gaussian's sigma.
  float detail = 0.5f;  // 0: only the strongest edges, 1: faint ones too.
};

// `lab`: three float channels, lightness in 0..100. The result is one float channel: 0 no line, 1 full line.
// Where `alpha` (one float channel) is 0, no line is looked for.
cv::Mat cel_lines(const cv::Mat& lab, const cv::Mat& alpha, const CelLineOptions& options);

}  // namespace sakuga::compose

// Which way the drawing runs at each pixel: the smoothed structure tensor (Brox et al. 2006, as used by
// Kyprianidis and Döllner 2008). Brushes and lines follow it.
#pragma once

#include <opencv2/core.hpp>

namespace sakuga::compose {

struct FlowField {
  cv::Mat2f along;       // Unit vector along the edge; its sign means nothing.
  cv::Mat1f anisotropy;  // 0 no direction to 1 one direction.
  cv::Mat1f strength;    // Square root of the larger eigenvalue: change per pixel, in units of the colours.
};

// `colours`: three or four channels, the first three count. `sigma_px` smooths the tensor; each pixel depends
// on those within 3 sigma_px + 2 of it.
FlowField flow_field(const cv::Mat& colours, double sigma_px);

// The mean of `values` along the flow, weighted by a Gaussian of `sigma_px` and walked in `steps` half steps
// of one pixel to either side: brush hairs from noise, one line from a broken one. Line integral convolution
// (Cabral and Leedom 1993).
cv::Mat1f smooth_along(const cv::Mat1f& values, const FlowField& flow, double sigma_px);

}  // namespace sakuga::compose

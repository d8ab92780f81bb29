// The colours of a look: one function from colour to colour, tabulated once for a picture.
#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <vector>

namespace sakuga::compose {

// A function of sRGB colour sampled on a grid of 33 x 33 x 33 and read between by trilinear interpolation.
class ColourTable {
 public:
  explicit ColourTable(const std::function<cv::Vec3f(const cv::Vec3f&)>& function);

  // Colours outside 0..1 are clipped first.
  cv::Vec3f operator()(const cv::Vec3f& colour) const;

 private:
  std::vector<cv::Vec3f> table_;
};

struct PaletteOptions {
  double exposure = 0;    // How far a dark or bright picture is brought to a middle light, 0..1.
  double saturation = 1;  // Of the colours; greens and blues gain most.
  double contrast = 0;    // -1 flat to 1 hard.
  double warmth = 0;      // Lights become warm and shadows cool, 0..1.
  double lift = 0;        // Shadows become bright and coloured, 0..1.
};

// The treatment of everything but the sky. `mean_lightness` of the picture (OKLab) is where contrast turns.
ColourTable ground_palette(const PaletteOptions& options, float mean_lightness);

// Skies: deeper and cleaner blues, violet shadows of clouds, warm whites.
ColourTable sky_palette(const PaletteOptions& options);

}  // namespace sakuga::compose

// The colours of the hours. Internal to the light desk.
#pragma once

#include <opencv2/core.hpp>
#include <string>

#include "sakuga/compose/palette.h"
#include "sakuga/compose/relight.h"

namespace sakuga::compose {

// All colours are sRGB in 0..1.
struct Hour {
  const char* name;
  Sun sun;
  cv::Vec3f zenith, middle, horizon;   // Of the sky.
  cv::Vec3f cloud_light, cloud_shade;  // Clouds where the sun falls on them and where not.
  cv::Vec3f light, shadow;             // What lights and shadows of the ground turn to.
  float brightness;                    // Factor of the ground's lightness.
  float saturation;                    // Factor of the ground's colour.
  float tint;                          // How far lights and shadows turn, 0..1.
};

// nullptr for the empty name.
const Hour* hour_named(const std::string& name);

// The clear sky at `height` (0 zenith, 1 horizon).
cv::Vec3f sky_at(const Hour& hour, float height);

// The ground's colours at the hour.
ColourTable ground_at(const Hour& hour, float mean_lightness);

}  // namespace sakuga::compose

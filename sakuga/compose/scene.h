// What stands where in a picture, without a network: sky, far, near.
//
// Far is judged by four signs, all measured on a small copy: height in the picture between the lower edge and
// the horizon, haze (pale and without contrast), blueness, and lack of fine detail. That is enough for three
// planes that move against each other. It cannot see that a tall thing near the camera (a trunk, a wall, a
// person) stands before the horizon unless it is darker and sharper than what lies behind, knows nothing of
// rooms, and takes a near blurred thing for a far one.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/proxy.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct Scene {
  cv::Size whole;
  cv::Mat3f proxy;         // The picture, small: sRGB in 0..1.
  cv::Mat1f sky;           // On the proxy: 1 in the sky. All 0 without sky.
  cv::Mat1f far;           // On the proxy: 1 far, 0 near; 1 in the sky.
  cv::Mat3f sky_gradient;  // On the proxy: the sky without its clouds; empty without sky.
  bool has_sky = false;
  double horizon = 0.45;  // Share of the height, from the top.
  SnappingMask sky_mask, far_mask;
};

// Throws Error(BadRequest) for an empty picture.
Scene scene_of(const media::Image8& photo);

// The sky without its clouds: a surface of second degree through the colours of `sky`.
cv::Mat3f sky_gradient_of(const cv::Mat3f& proxy, const cv::Mat1f& sky);

// The masks of a part of the picture, edges drawn tight: 0..1.
cv::Mat1f sky_of(const Scene& scene, const cv::Mat& colours, const cv::Rect& part);
cv::Mat1f far_of(const Scene& scene, const cv::Mat& colours, const cv::Rect& part);

}  // namespace sakuga::compose

// How one plate continues the one before: flows, what they see, and cuts. Internal to compose.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/flow_matrix.h"

namespace sakuga::compose {

// Between the plates a (earlier) and b, at the work size, in its pixels.
struct Motion {
  cv::Mat to_next, to_previous;      // a -> b seen from a, b -> a seen from b: CV_32FC2.
  cv::Mat next_seen, previous_seen;  // How far each can be trusted: CV_32F, 0 to 1.
  double continued = 0;              // The part of b that is seen in a and looks the same there.
};

// `unit_px`: the length of a pixel of the work size in pixels of the frame.
Motion find_motion(FlowFinder& finder, const cv::Mat& plate_a, const cv::Mat& plate_b, float unit_px);

// `source` (CV_32F with 1, 2, 3 or 4 channels) along a flow at its own size; the border is repeated.
cv::Mat along(const cv::Mat& source, const cv::Mat& flow);

// A flow at another size, its lengths with it.
cv::Mat flow_at(const cv::Mat& flow, cv::Size size);

}  // namespace sakuga::compose

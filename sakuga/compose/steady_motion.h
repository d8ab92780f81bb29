// How one plate continues the one before: flows, what they see, and cuts. Internal to compose.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/flow_matrix.h"

namespace sakuga::compose {

// The way from one plate to another.
struct Way {
  cv::Mat flow;  // CV_32FC2 at the work size, in its pixels.
  cv::Mat seen;  // How far it can be trusted: CV_32F, 0 to 1.
  // The same at the size of levels.
  cv::Mat level_flow, level_seen;
};

// Between the plates a (earlier) and b.
struct Motion {
  Way to_next, to_previous;  // a -> b seen from a, b -> a seen from b.
  double continued = 0;      // The part of b that is seen in a and looks the same there.
};

// `unit_px`: the length of a pixel of the work size in pixels of the frame. Works on two threads.
Motion find_motion(FlowFinder& finder, const cv::Mat& plate_a, const cv::Mat& plate_b, float unit_px,
                   cv::Size level);

// No motion, and nothing to be trusted.
Motion no_motion(cv::Size work, cv::Size level);

// `source` (CV_8U, or CV_32F with 1, 2, 3 or 4 channels) along a flow at its own size; the border is
// repeated.
cv::Mat along(const cv::Mat& source, const cv::Mat& flow);

}  // namespace sakuga::compose

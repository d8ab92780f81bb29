// Optical flow on OpenCV's matrices, with buffers that are kept: what flow.h and steady.h share. Internal to
// compose.
#pragma once

#include <opencv2/core.hpp>
#include <opencv2/video/tracking.hpp>

#include "sakuga/compose/flow.h"

namespace sakuga::compose {

// The frame's luma (BT.709, of sRGB values, clamped to [0, 1]) in 8 bits, reduced to `size` by area
// averaging.
cv::Mat luma8(const media::Image& frame, cv::Size size);

// The size at which options ask to look for motion in frames of `full` size: frames are not reduced to less
// than 192 pixels on their shorter side, and smaller than 32 enlarged.
cv::Size work_size(cv::Size full, const FlowOptions& options);

class FlowFinder {
 public:
  explicit FlowFinder(const FlowOptions& options);

  // a -> b and b -> a between luma pictures of one size, CV_32FC2 in their pixels, on two threads.
  void two_ways(const cv::Mat& a, const cv::Mat& b, cv::Mat& forward, cv::Mat& backward);
  void one_way(const cv::Mat& from, const cv::Mat& to, cv::Mat& flow);

 private:
  cv::Ptr<cv::DISOpticalFlow> forward_, backward_;  // Each keeps its buffers between calls.
};

// visibility() at the flows' own size, CV_32F from 0 to 1. `unit_px` is the length of one of their pixels in
// pixels of the full size, to which the tolerance is meant.
cv::Mat visibility(const cv::Mat& forward, const cv::Mat& backward, float unit_px);

}  // namespace sakuga::compose

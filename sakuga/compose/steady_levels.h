// Flicker of exposure and colour: fields of gain and offset that bring a frame to the mean level of its
// neighbours in time. Everything here is small, 160 pixels on the longer side. Internal to compose.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/steady_motion.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

// The frame reduced, premultiplied: CV_32FC4.
cv::Mat level_of(const media::Image& frame);
cv::Size level_size(cv::Size full);

// corrected = colour + gain * colour + offset, a channel; CV_32FC4 with nothing in the fourth.
struct LevelFields {
  cv::Mat gain, offset;
};

// Sums of levels along the flow, ever older ones counting less: premultiplied by their weights, CV_32FC4.
class LevelSum {
 public:
  // `keep`: what a drawing of one step ago counts.
  explicit LevelSum(float keep) : keep_(keep) {}

  void clear() { sum_.release(); }
  bool empty() const { return sum_.empty(); }

  // One step along the way from where the sum shall be to where it is.
  void move(const Way& way);
  void add(const cv::Mat& level);
  const cv::Mat& sum() const { return sum_; }

 private:
  float keep_;
  cv::Mat sum_;
};

// The fields that bring `level` to `sum`, which includes it. Where there is little to go by they are zero.
LevelFields match_levels(const cv::Mat& level, const cv::Mat& sum);

}  // namespace sakuga::compose

// Rows of a small map (CV_32F with 1, 2 or 4 channels) as if it were as large as a frame, bilinearly. One for
// each thread: it has a buffer. Internal to compose.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace sakuga::compose {

class EnlargedRows {
 public:
  EnlargedRows(const cv::Mat& map, cv::Size full);

  // Row y, the full width times the channels; valid until the next call.
  const float* row(int y);

 private:
  const cv::Mat map_;
  const cv::Size full_;
  std::vector<float> between_, part_, row_;
  std::vector<int> left_;
};

}  // namespace sakuga::compose

#include "sakuga/compose/steady_motion.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace sakuga::compose {
namespace {

// Multiplies `seen` (of the flow's source) by how alike the two plates look there: 1 up to a difference of 4
// %, 0 from 12 % on. Returns the part of pixels that are seen and alike.
double require_likeness(const cv::Mat& here, const cv::Mat& there, const cv::Mat& flow, cv::Mat& seen) {
  cv::Mat source, brought;
  there.convertTo(source, CV_32F, 1 / 255.0);
  brought = along(source, flow);
  cv::Mat difference;
  here.convertTo(difference, CV_32F, 1 / 255.0);
  cv::absdiff(difference, brought, difference);
  cv::blur(difference, difference, {5, 5});
  double sum = 0;
  for (int y = 0; y < seen.rows; ++y) {
    float* s = seen.ptr<float>(y);
    const float* d = difference.ptr<float>(y);
    for (int x = 0; x < seen.cols; ++x) {
      s[x] *= std::clamp((0.12f - d[x]) / 0.08f, 0.0f, 1.0f);
      sum += s[x];
    }
  }
  return sum / double(seen.total());
}

}  // namespace

cv::Mat along(const cv::Mat& source, const cv::Mat& flow) {
  cv::Mat to(flow.size(), CV_32FC2);
  for (int y = 0; y < flow.rows; ++y) {
    const auto* f = flow.ptr<cv::Vec2f>(y);
    auto* out = to.ptr<cv::Vec2f>(y);
    for (int x = 0; x < flow.cols; ++x) out[x] = {float(x) + f[x][0], float(y) + f[x][1]};
  }
  cv::Mat result, none;
  cv::remap(source, result, to, none, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return result;
}

cv::Mat flow_at(const cv::Mat& flow, cv::Size size) {
  cv::Mat result;
  const bool smaller = size.area() < flow.size().area();
  cv::resize(flow, result, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
  cv::multiply(result, cv::Scalar(double(size.width) / flow.cols, double(size.height) / flow.rows), result);
  return result;
}

Motion find_motion(FlowFinder& finder, const cv::Mat& plate_a, const cv::Mat& plate_b, float unit_px) {
  Motion motion;
  finder.two_ways(plate_a, plate_b, motion.to_next, motion.to_previous);
  motion.next_seen = visibility(motion.to_next, motion.to_previous, unit_px);
  motion.previous_seen = visibility(motion.to_previous, motion.to_next, unit_px);
  require_likeness(plate_a, plate_b, motion.to_next, motion.next_seen);
  motion.continued = require_likeness(plate_b, plate_a, motion.to_previous, motion.previous_seen);
  return motion;
}

}  // namespace sakuga::compose

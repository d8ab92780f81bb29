#include "sakuga/compose/steady_motion.h"

#include <opencv2/imgproc.hpp>

#include "sakuga/compose/pixel_rows.h"

namespace sakuga::compose {
namespace {

// Multiplies `seen` (of the flow's source) by how alike the two plates look there: 1 up to a difference of 4
// %, 0 from 12 % on. Returns the part of pixels that are seen and alike.
double require_likeness(const cv::Mat& here, const cv::Mat& there, const cv::Mat& flow, cv::Mat& seen) {
  cv::Mat difference;
  cv::absdiff(here, along(there, flow), difference);
  difference.convertTo(difference, CV_32F, 1 / 255.0);
  cv::blur(difference, difference, {5, 5});
  double sum = 0;
  for (int y = 0; y < seen.rows; ++y) {
    float* s = seen.ptr<float>(y);
    const float* d = difference.ptr<float>(y);
    float row = 0;
    for (int x = 0; x < seen.cols; ++x) {
      s[x] *= clamped((0.12f - d[x]) / 0.08f, 0, 1);
      row += s[x];
    }
    sum += row;
  }
  return sum / double(seen.total());
}

cv::Mat reduced(const cv::Mat& field, cv::Size size) {
  cv::Mat result;
  const bool smaller = size.area() < field.size().area();
  cv::resize(field, result, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
  return result;
}

// What is to know besides the flow. Returns the part that is seen and alike.
double judge(Way& way, const cv::Mat& back, const cv::Mat& here, const cv::Mat& there, float unit_px,
             cv::Size level) {
  way.seen = visibility(way.flow, back, unit_px);
  const double continued = require_likeness(here, there, way.flow, way.seen);
  way.level_flow = reduced(way.flow, level);
  cv::multiply(way.level_flow, cv::Scalar(double(level.width) / here.cols, double(level.height) / here.rows),
               way.level_flow);
  way.level_seen = reduced(way.seen, level);
  return continued;
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

Motion find_motion(FlowFinder& finder, const cv::Mat& plate_a, const cv::Mat& plate_b, float unit_px,
                   cv::Size level) {
  Motion motion;
  finder.two_ways(plate_a, plate_b, motion.to_next.flow, motion.to_previous.flow);
#pragma omp parallel for num_threads(2) schedule(static)
  for (int way = 0; way < 2; ++way) {
    if (way == 0)
      judge(motion.to_next, motion.to_previous.flow, plate_a, plate_b, unit_px, level);
    else
      motion.continued = judge(motion.to_previous, motion.to_next.flow, plate_b, plate_a, unit_px, level);
  }
  return motion;
}

Motion no_motion(cv::Size work, cv::Size level) {
  Motion motion;
  for (Way* way : {&motion.to_next, &motion.to_previous}) {
    way->flow = cv::Mat::zeros(work, CV_32FC2);
    way->seen = cv::Mat::zeros(work, CV_32F);
    way->level_flow = cv::Mat::zeros(level, CV_32FC2);
    way->level_seen = cv::Mat::zeros(level, CV_32F);
  }
  return motion;
}

}  // namespace sakuga::compose

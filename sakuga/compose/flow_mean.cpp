#include "sakuga/compose/flow_mean.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cv_image.h"
#include "sakuga/compose/flow_matrix.h"
#include "sakuga/compose/steady_motion.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

constexpr double kCut = 0.25;  // A plate of which less continues the one before begins a shot.

struct Drawing {
  media::Image picture;
  cv::Mat plate;       // Luma at work size.
  Motion motion;       // From the drawing before.
  bool begins = true;  // A shot.
};

// Adds a neighbour along the flow to sums of colours times weight, and of weights in the fourth channel.
void add_along(cv::Mat& sums, const media::Image& picture, const cv::Mat& flow, const cv::Mat& trust,
               float weight) {
  const auto pixels = as_matrix(picture);
  cv::Mat full_flow, full_trust, to(pixels.size(), CV_32FC2);
  const float longer = float(pixels.cols) / float(flow.cols), higher = float(pixels.rows) / float(flow.rows);
  cv::resize(flow, full_flow, pixels.size(), 0, 0, cv::INTER_LINEAR);
  cv::resize(trust, full_trust, pixels.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat premultiplied(pixels.size(), CV_32FC4), brought;
  cv::parallel_for_({0, pixels.rows}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y)
      for (int x = 0; x < pixels.cols; ++x) {
        const auto& f = full_flow.at<cv::Vec2f>(y, x);
        to.at<cv::Vec2f>(y, x) = {float(x) + longer * f[0], float(y) + higher * f[1]};
        const auto& p = pixels.at<cv::Vec4f>(y, x);
        premultiplied.at<cv::Vec4f>(y, x) = {p[0] * p[3], p[1] * p[3], p[2] * p[3], p[3]};
      }
  });
  cv::remap(premultiplied, brought, to, cv::noArray(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  cv::parallel_for_({0, pixels.rows}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y)
      for (int x = 0; x < pixels.cols; ++x)
        sums.at<cv::Vec4f>(y, x) += weight * full_trust.at<float>(y, x) * brought.at<cv::Vec4f>(y, x);
  });
}

}  // namespace

struct FlowMean::State {
  explicit State(int64_t given) : reach(given), finder(FlowOptions{.preset = "medium"}) {}

  void gather(cv::Mat& sums, size_t from, int direction) const;
  media::Image mean(size_t at) const;

  int64_t reach;
  FlowFinder finder;
  std::deque<Drawing> queue;
  int64_t first = 0, next = 0;  // Numbers of the queue's first drawing and of the next result.
  bool finished = false;
};

FlowMean::FlowMean(int64_t reach) {
  if (reach < 0 || reach > kMostMeanReach)
    core::fail(core::ErrorKind::BadRequest, "flow mean: expected a reach of 0 to {} drawings, got {}",
               kMostMeanReach, reach);
  state_ = std::make_unique<State>(reach);
}
FlowMean::~FlowMean() = default;

void FlowMean::push(const media::Image& plate, const media::Image& drawing) {
  auto& s = *state_;
  if (s.finished) core::fail(core::ErrorKind::BadRequest, "flow mean: a drawing after the last");
  if (drawing.pixels.empty() || plate.width != drawing.width || plate.height != drawing.height ||
      (!s.queue.empty() &&
       (s.queue.back().picture.width != drawing.width || s.queue.back().picture.height != drawing.height)))
    core::fail(
        core::ErrorKind::BadRequest,
        "flow mean: expected plates and drawings of one size, got a plate of {}x{} and a drawing of {}x{}",
        plate.width, plate.height, drawing.width, drawing.height);
  Drawing added;
  added.picture = drawing;
  if (s.reach > 0) {
    const cv::Size full(plate.width, plate.height), size = work_size(full, FlowOptions());
    added.plate = luma8(plate, size);
    if (!s.queue.empty()) {
      added.motion = find_motion(s.finder, s.queue.back().plate, added.plate,
                                 float(full.width) / float(size.width), size);
      added.begins = added.motion.continued < kCut;
    }
  }
  s.queue.push_back(std::move(added));
}

void FlowMean::finish() {
  state_->finished = true;
}

// Adds the neighbours after (direction 1) or before (-1) drawing `from` of the queue.
void FlowMean::State::gather(cv::Mat& sums, size_t from, int direction) const {
  cv::Mat flow, trust;
  for (int64_t step = 1; step <= reach; ++step) {
    const int64_t there = int64_t(from) + direction * step;
    if (there < 0 || there >= int64_t(queue.size())) return;
    const auto& later = queue[size_t(direction > 0 ? there : there + 1)];  // Its motion is this step's.
    if (later.begins) return;
    const auto& way = direction > 0 ? later.motion.to_next : later.motion.to_previous;
    if (step == 1) {
      flow = way.flow.clone();
      trust = way.seen.clone();
    } else {
      trust = trust.mul(along(way.seen, flow));
      flow = flow + along(way.flow, flow);
    }
    const float distance = float(step) / float(reach + 1);
    add_along(sums, queue[size_t(there)].picture, flow, trust, 1 - distance * distance);
  }
}

media::Image FlowMean::State::mean(size_t at) const {
  media::Image result = queue[at].picture;
  auto pixels = as_matrix(result);
  cv::Mat sums(pixels.size(), CV_32FC4);
  for (int y = 0; y < sums.rows; ++y)
    for (int x = 0; x < sums.cols; ++x) {
      const auto& p = pixels.at<cv::Vec4f>(y, x);
      sums.at<cv::Vec4f>(y, x) = {p[0] * p[3], p[1] * p[3], p[2] * p[3], p[3]};
    }
  gather(sums, at, 1);
  gather(sums, at, -1);
  for (int y = 0; y < sums.rows; ++y)
    for (int x = 0; x < sums.cols; ++x) {
      auto& p = pixels.at<cv::Vec4f>(y, x);
      const auto& sum = sums.at<cv::Vec4f>(y, x);
      if (p[3] <= 0 || sum[3] <= 0) continue;
      for (int c = 0; c < 3; ++c) p[c] = std::clamp(sum[c] / sum[3], 0.0f, 1.0f);
    }
  return result;
}

bool FlowMean::pop(media::Image& calmed) {
  auto& s = *state_;
  const int64_t last = s.first + int64_t(s.queue.size()) - 1;
  if (s.next > last || (!s.finished && s.next + s.reach > last)) return false;
  const auto at = size_t(s.next - s.first);
  calmed = s.reach == 0 ? std::move(s.queue[at].picture) : s.mean(at);
  ++s.next;
  // One more is kept, so that there is always one to compare the next with.
  while (s.first < s.next - s.reach - 1 && s.queue.size() > 1) {
    s.queue.pop_front();
    ++s.first;
  }
  return true;
}

}  // namespace sakuga::compose

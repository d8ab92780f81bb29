#include "sakuga/compose/warp_error.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "sakuga/compose/flow_matrix.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

int round_up_64(int length) {
  return (length + 63) / 64 * 64;
}

float magnitude_of(Vector v, Magnitude magnitude) {
  const float square = v.x * v.x + v.y * v.y;
  return magnitude == Magnitude::Squared ? square : std::sqrt(square);
}

// The backward flow as a picture, to be sampled by warp().
media::Image as_picture(const Flow& flow) {
  media::Image picture(flow.width, flow.height);
  for (size_t i = 0; i < flow.vectors.size(); ++i) picture.pixels[i] = {flow.vectors[i].x, flow.vectors[i].y};
  return picture;
}

float square_of_gradient(const Flow& flow, int x, int y) {
  const auto at = [&](int i, int j) { return flow.vectors[size_t(j) * flow.width + i]; };
  const Vector here = at(x, y);
  float sum = 0;
  if (x + 1 < flow.width) {
    const Vector right = at(x + 1, y);
    sum += (here.x - right.x) * (here.x - right.x) + (here.y - right.y) * (here.y - right.y);
  }
  if (y + 1 < flow.height) {
    const Vector below = at(x, y + 1);
    sum += (here.x - below.x) * (here.x - below.x) + (here.y - below.y) * (here.y - below.y);
  }
  return sum;
}

Flow at_size(const cv::Mat& found, int width, int height) {
  Flow flow(width, height);
  cv::Mat out(height, width, CV_32FC2, flow.vectors.data());
  cv::resize(found, out, out.size(), 0, 0, cv::INTER_LINEAR);
  const float sx = float(width) / float(found.cols), sy = float(height) / float(found.rows);
  for (auto& v : flow.vectors) v = {v.x * sx, v.y * sy};
  return flow;
}

}  // namespace

media::Image8 occluded_by_lai(const Flow& forward, const Flow& backward, Magnitude magnitude) {
  if (forward.width != backward.width || forward.height != backward.height)
    core::fail(core::ErrorKind::BadRequest, "occlusion: expected flows of one size, got {}x{} and {}x{}",
               forward.width, forward.height, backward.width, backward.height);
  const auto brought = warp(as_picture(backward), forward);
  media::Image8 occluded(forward.width, forward.height, 1);
  for (int y = 0; y < forward.height; ++y)
    for (int x = 0; x < forward.width; ++x) {
      const size_t i = size_t(y) * forward.width + x;
      const Vector f = forward.vectors[i], b = {brought.pixels[i].r, brought.pixels[i].g};
      const float length = magnitude_of(f, magnitude);
      const bool lost = magnitude_of({f.x + b.x, f.y + b.y}, magnitude) >
                        0.01f * (magnitude_of(b, magnitude) + length) + 0.5f;
      const bool boundary = square_of_gradient(forward, x, y) > 0.01f * length + 0.002f;
      occluded.bytes[i] = lost || boundary ? 255 : 0;
    }
  return occluded;
}

Correspondence correspond(const media::Image& plate_t, const media::Image& plate_u, const std::string& preset,
                          Magnitude magnitude) {
  if (plate_t.width != plate_u.width || plate_t.height != plate_u.height || plate_t.pixels.empty())
    core::fail(core::ErrorKind::BadRequest, "warp error: expected plates of one size, got {}x{} and {}x{}",
               plate_t.width, plate_t.height, plate_u.width, plate_u.height);
  const int width = plate_t.width, height = plate_t.height;
  const cv::Size size(round_up_64(width), round_up_64(height));
  FlowFinder finder({.preset = preset, .scale = 1});
  cv::Mat forward, backward;
  finder.two_ways(luma8(plate_t, size), luma8(plate_u, size), forward, backward);
  Correspondence found = {at_size(forward, width, height), {}};
  found.occluded = occluded_by_lai(found.flow, at_size(backward, width, height), magnitude);
  return found;
}

double warp_error(const media::Image& frame_t, const media::Image& frame_u, const Correspondence& between) {
  const auto& [flow, occluded] = between;
  if (frame_t.width != frame_u.width || frame_t.height != frame_u.height || frame_t.width != occluded.width ||
      frame_t.height != occluded.height || occluded.channels != 1)
    core::fail(core::ErrorKind::BadRequest,
               "warp error: expected frames and occlusion of one size, got {}x{}, {}x{} and {}x{} with {} "
               "channels",
               frame_t.width, frame_t.height, frame_u.width, frame_u.height, occluded.width, occluded.height,
               occluded.channels);
  const auto brought = warp(frame_u, flow);
  double sum = 0;
  int64_t seen = 0;
  for (size_t i = 0; i < occluded.bytes.size(); ++i) {
    if (occluded.bytes[i] > 127) continue;
    const auto &p = brought.pixels[i], &q = frame_t.pixels[i];
    const double r = p.r - q.r, g = p.g - q.g, b = p.b - q.b;
    sum += r * r + g * g + b * b;
    ++seen;
  }
  return seen > 0 ? sum / (3.0 * double(seen)) : 0;
}

struct WarpMeter::State {
  std::string preset;
  Magnitude magnitude;
  media::Image first_plate, last_plate;
  std::vector<media::Image> first, last;
  std::vector<double> short_sum, long_sum;
  int64_t frames = 0;
  bool has_plates = false;
};

WarpMeter::WarpMeter(size_t sequences, std::string preset, Magnitude magnitude)
    : state_(std::make_unique<State>()) {
  state_->preset = std::move(preset);
  state_->magnitude = magnitude;
  state_->first.resize(sequences);
  state_->last.resize(sequences);
  state_->short_sum.resize(sequences);
  state_->long_sum.resize(sequences);
}

WarpMeter::~WarpMeter() = default;

void WarpMeter::add(const media::Image& plate, std::span<const media::Image* const> processed) {
  State& s = *state_;
  Correspondence from_previous;
  if (s.frames > 0) from_previous = correspond(s.last_plate, plate, s.preset, s.magnitude);
  const int64_t before = s.frames;
  add(from_previous, processed);
  s.has_plates = true;
  if (before == 0) {
    s.first_plate = plate;
    for (size_t i = 0; i < processed.size(); ++i) s.first[i] = *processed[i];
  } else {
    const auto from_first = correspond(s.first_plate, plate, s.preset, s.magnitude);
    for (size_t i = 0; i < processed.size(); ++i)
      s.long_sum[i] += warp_error(s.first[i], *processed[i], from_first);
  }
  s.last_plate = plate;
}

void WarpMeter::add(const Correspondence& from_previous, std::span<const media::Image* const> processed) {
  State& s = *state_;
  if (processed.size() != s.last.size())
    core::fail(core::ErrorKind::BadRequest, "warp error: expected {} sequences, got {}", s.last.size(),
               processed.size());
  for (size_t i = 0; i < processed.size(); ++i) {
    if (s.frames > 0) s.short_sum[i] += warp_error(s.last[i], *processed[i], from_previous);
    s.last[i] = *processed[i];
  }
  ++s.frames;
}

WarpErrors WarpMeter::errors(size_t sequence) const {
  const State& s = *state_;
  const int64_t pairs = std::max<int64_t>(s.frames - 1, 0);
  const double count = double(std::max<int64_t>(pairs, 1));
  return {s.short_sum.at(sequence) / count, s.has_plates ? s.long_sum.at(sequence) / count : 0, pairs};
}

}  // namespace sakuga::compose

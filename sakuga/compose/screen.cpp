#include "sakuga/compose/screen.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "sakuga/compose/hex_colour.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Rgba;

constexpr int kCellSize = 4;        // Of the shrunk frames.
constexpr int kBins = 72;           // Of 5 degrees.
constexpr float kEven = 0.12f;      // Deviation of chroma in a cell, relative, up to which it is one colour.
constexpr double kBorderVotes = 8;  // The screen is around the figure, a face may fill the middle.
constexpr double kHalfCone = 12;    // Degrees to each side that count as the screen's angle.
constexpr double kDegrees = 180 / std::numbers::pi;

LinearPlanes shrunk(const LinearPlanes& frame, int factor) {
  LinearPlanes small;
  small.width = (frame.width + factor - 1) / factor;
  small.height = (frame.height + factor - 1) / factor;
  for (const auto plane : {&LinearPlanes::r, &LinearPlanes::g, &LinearPlanes::b}) {
    (small.*plane).resize(size_t(small.width) * small.height);
    for (int y = 0; y < small.height; ++y)
      for (int x = 0; x < small.width; ++x) {
        float sum = 0;
        const int bottom = std::min((y + 1) * factor, frame.height),
                  right = std::min((x + 1) * factor, frame.width);
        for (int v = y * factor; v < bottom; ++v)
          for (int u = x * factor; u < right; ++u) sum += (frame.*plane)[size_t(v) * frame.width + u];
        (small.*plane)[size_t(y) * small.width + x] =
            sum / float((bottom - y * factor) * (right - x * factor));
      }
  }
  return small;
}

// What a cell of a frame says.
struct Vote {
  float r, g, b, y, cb, cr;
  bool even;    // One colour.
  bool border;  // At the frame's edge.
  float chroma() const { return std::hypot(cb, cr); }
  double angle() const { return std::atan2(cr, cb) * kDegrees; }
};

Vote vote_of(const LinearPlanes& frame, int left, int top) {
  const int right = std::min(left + kCellSize, frame.width), bottom = std::min(top + kCellSize, frame.height);
  double r = 0, g = 0, b = 0, squares = 0;
  for (int y = top; y < bottom; ++y)
    for (int x = left; x < right; ++x) {
      const size_t i = size_t(y) * frame.width + x;
      const auto c = chroma_of(frame.r[i], frame.g[i], frame.b[i]);
      r += frame.r[i];
      g += frame.g[i];
      b += frame.b[i];
      squares += c.cb * c.cb + c.cr * c.cr;
    }
  const double n = (right - left) * (bottom - top);
  Vote vote{float(r / n), float(g / n), float(b / n), 0, 0, 0, false, false};
  const auto mean = chroma_of(vote.r, vote.g, vote.b);
  std::tie(vote.y, vote.cb, vote.cr) = std::tuple(mean.y, mean.cb, mean.cr);
  const double variance = std::max(0.0, squares / n - vote.chroma() * vote.chroma());
  vote.even = std::sqrt(variance) < kEven * vote.chroma();
  vote.border = left == 0 || top == 0 || right == frame.width || bottom == frame.height;
  return vote;
}

std::vector<Vote> votes_of(const std::vector<LinearPlanes>& frames) {
  std::vector<Vote> votes;
  for (const auto& frame : frames)
    for (int y = 0; y < frame.height; y += kCellSize)
      for (int x = 0; x < frame.width; x += kCellSize) votes.push_back(vote_of(frame, x, y));
  return votes;
}

bool saturated(const Vote& vote) {
  return vote.chroma() > 0.18f * vote.y && vote.y > 0.008f;
}

double turn(double from, double to) {
  return std::remainder(to - from, 360.0);
}

// The angle with the most votes, then the mean of what is around it.
double leading_angle(const std::vector<Vote>& votes) {
  std::array<double, kBins> bins{};
  for (const auto& vote : votes)
    if (vote.even && saturated(vote))
      bins[size_t((vote.angle() + 180) / 360 * kBins) % kBins] += vote.border ? kBorderVotes : 1;
  const auto smooth = [&](int i) {
    return bins[size_t(i + kBins - 1) % kBins] + 2 * bins[size_t(i)] + bins[size_t(i + 1) % kBins];
  };
  int best = 0;
  for (int i = 1; i < kBins; ++i)
    if (smooth(i) > smooth(best)) best = i;
  double cb = 0, cr = 0;
  const double centre = (best + 0.5) / kBins * 360 - 180;
  for (const auto& vote : votes)
    if (vote.even && saturated(vote) && std::abs(turn(centre, vote.angle())) < kHalfCone) {
      cb += vote.cb / vote.chroma();
      cr += vote.cr / vote.chroma();
    }
  return cb == 0 && cr == 0 ? centre : std::atan2(cr, cb) * kDegrees;
}

// The middle of some values, at a part of the way from the least to the most.
float quantile(std::vector<float> values, double part) {
  if (values.empty()) return 0;
  const auto at = values.begin() + std::ptrdiff_t(part * double(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

struct Found {
  double share = 0;      // Of all cells, those that are the screen.
  double border = 0;     // Of the cells at the frames' edges.
  double one_paint = 0;  // Of the cells with its angle, those with its saturation: 1 is a single paint.
  float saturation = 0, chroma = 0;
  Rgba colour = {};
  std::vector<bool> is_screen;
};

Found screen_cells(const std::vector<Vote>& votes, double angle) {
  std::vector<float> saturations, chromas;
  std::vector<size_t> near;
  for (size_t i = 0; i < votes.size(); ++i)
    if (votes[i].even && saturated(votes[i]) && std::abs(turn(angle, votes[i].angle())) < kHalfCone) {
      near.push_back(i);
      saturations.push_back(votes[i].chroma() / votes[i].y);
    }
  Found found;
  found.is_screen.resize(votes.size());
  found.saturation = quantile(saturations, 0.5);
  double count = 0, border = 0, borders = 0, r = 0, g = 0, b = 0, lit = 0;
  for (const size_t i : near) {
    if (std::abs(votes[i].chroma() / votes[i].y / found.saturation - 1) > 0.2f) continue;
    found.is_screen[i] = true;
    chromas.push_back(votes[i].chroma());
    count += 1;
    border += votes[i].border;
  }
  found.chroma = quantile(chromas, 0.75);
  for (size_t i = 0; i < votes.size(); ++i) {
    borders += votes[i].border;
    if (!found.is_screen[i] || votes[i].chroma() < found.chroma) continue;
    r += votes[i].r;
    g += votes[i].g;
    b += votes[i].b;
    lit += 1;
  }
  if (count == 0) return found;
  found.share = count / double(votes.size());
  found.border = border / borders;
  found.one_paint = count / double(near.size());
  found.colour = {float(r / lit), float(g / lit), float(b / lit), 1};
  return found;
}

double rise(double value, double from, double to) {
  return std::clamp((value - from) / (to - from), 0.0, 1.0);
}

double confidence_of(const Found& found) {
  return rise(found.share, 0.02, 0.2) * rise(found.border, 0.05, 0.4) * rise(found.one_paint, 0.3, 0.8) *
         rise(found.saturation, 0.2, 0.4);
}

// Of the colours beside the screen's, nine in ten by their number are outside this cone.
double acceptance_of(const std::vector<Vote>& votes, const Found& found, double angle) {
  std::vector<float> offsets;
  for (size_t i = 0; i < votes.size(); ++i) {
    const double offset = std::abs(turn(angle, votes[i].angle()));
    if (!found.is_screen[i] && votes[i].even && votes[i].chroma() > 0.15f * found.chroma && offset > 18 &&
        offset < 70)
      offsets.push_back(float(offset));
  }
  if (double(offsets.size()) < 0.004 * double(votes.size())) return 120;
  return 2 * std::clamp(double(quantile(offsets, 0.1)), 20.0, 60.0);
}

std::optional<Rgba> given_colour(const std::string& text) {
  if (text == "auto") return std::nullopt;
  return linear_colour("key: screen", text);
}

[[noreturn]] void refuse(const Screen& screen, const Found& found, double least) {
  core::fail(
      ErrorKind::BadRequest,
      "key: expected a screen of a single colour, got {:.0f} % confidence (least {:.0f} %): the likeliest, "
      "{}, covers {:.0f} % of the picture and {:.0f} % of its border; if there is a screen, give its "
      "colour with --screen",
      100 * screen.confidence, 100 * least, screen.name(), 100 * found.share, 100 * found.border);
}

ScreenTest test_for(double angle, const Found& found, double saturation_floor) {
  return {.cosine = float(std::cos(angle / kDegrees)),
          .sine = float(std::sin(angle / kDegrees)),
          .tangent = float(std::tan(kHalfCone / kDegrees)),
          .least_saturation = float(saturation_floor) * found.saturation,
          .least_chroma = std::max(0.0015f, 0.02f * found.chroma)};
}

}  // namespace

std::string Screen::name() const {
  constexpr std::pair<double, const char*> kNames[] = {
      {-175, "yellow"}, {-150, "yellow-green"}, {-95, "green"}, {-55, "cyan"},   {15, "blue"},
      {55, "violet"},   {95, "magenta"},        {125, "red"},   {160, "orange"}, {178, "yellow"}};
  for (const auto& [to, name] : kNames)
    if (angle_deg < to) return name;
  return "yellow";
}

ScreenSurvey::ScreenSurvey(ScreenOptions options) : options_(std::move(options)) {
  given_colour(options_.screen);
}

void ScreenSurvey::add(const media::Image& frame) {
  if (frame.pixels.empty())
    core::fail(ErrorKind::BadRequest, "key: expected a picture with pixels, got an empty one");
  if (!frames_.empty() && (frame.width != width_ || frame.height != height_))
    core::fail(ErrorKind::BadRequest, "key: expected frames of one size, got {}x{} after {}x{}", frame.width,
               frame.height, width_, height_);
  width_ = frame.width;
  height_ = frame.height;
  LinearPlanes planes;
  to_planes(frame, planes);
  frames_.push_back(shrunk(planes, CleanPlate::usual_size(width_, height_) / kCellSize));
}

Screen ScreenSurvey::finish() const {
  if (frames_.empty())
    core::fail(ErrorKind::BadRequest, "key: expected frames to find the screen in, got none");
  const auto votes = votes_of(frames_);
  const auto given = given_colour(options_.screen);
  Screen screen;
  if (given) {
    const auto c = chroma_of(given->r, given->g, given->b);
    screen.angle_deg = std::atan2(c.cr, c.cb) * kDegrees;
  } else {
    screen.angle_deg = leading_angle(votes);
  }
  const Found found = screen_cells(votes, screen.angle_deg);
  screen.colour = found.colour;
  screen.confidence = given ? 1 : confidence_of(found);
  if (given && found.share == 0)
    core::fail(ErrorKind::BadRequest, "key: no part of the frames has the hue of the given screen colour {}",
               options_.screen);
  if (screen.confidence < options_.least_confidence) refuse(screen, found, options_.least_confidence);
  screen.acceptance_deg = acceptance_of(votes, found, screen.angle_deg);
  screen.test = test_for(screen.angle_deg, found, options_.saturation_floor);
  std::vector<CleanPlate> plates;
  for (const auto& frame : frames_) plates.push_back(measure_screen(frame, screen.test, kCellSize));
  screen.shot = averaged(plates);
  if (!fill_holes(screen.shot, {}))
    for (auto& cell : screen.shot.cells) cell = {screen.colour.r, screen.colour.g, screen.colour.b, 0, 0};
  std::tie(screen.shot.width, screen.shot.height, screen.shot.size) =
      std::tuple(width_, height_, CleanPlate::usual_size(width_, height_));
  return screen;
}

}  // namespace sakuga::compose

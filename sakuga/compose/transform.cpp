#include "sakuga/compose/transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/core/hal/intrin.hpp>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

constexpr int kMaxTaps = 256;  // Along an axis; a picture shrunk by more than 64 is sampled more thinly.

// Catmull and Rom's cubic (Keys with a = -0.5); support [-2, 2].
float cubic(float x) {
  x = std::abs(x);
  if (x < 1) return (1.5f * x - 2.5f) * x * x + 1;
  if (x < 2) return ((-0.5f * x + 2.5f) * x - 4) * x + 2;
  return 0;
}

struct Taps {
  int first = 0, count = 0;
  std::array<float, kMaxTaps> weights;
};

// The samples around `centre` (in pixel centres) with a kernel widened by `width`, clipped to [0, size).
// Clipped weights are dropped for transparent edges and given to the border for extended ones.
void gather_taps(float centre, float width, int size, Edge edge, Taps& taps) {
  const int low = int(std::ceil(centre - 2 * width)), high = int(std::floor(centre + 2 * width));
  const int first = std::clamp(low, 0, size - 1), last = std::clamp(high, 0, size - 1);
  const int step = std::max(1, (high - low + kMaxTaps) / kMaxTaps);
  taps.first = first;
  taps.count = std::min(last - first + 1, kMaxTaps);
  std::fill_n(taps.weights.begin(), taps.count, 0.0f);
  float total = 0;
  for (int i = low; i <= high; i += step) {
    const float weight = cubic((float(i) - centre) / width);
    total += weight;
    if (i < 0 || i >= size) {
      if (edge == Edge::Transparent) continue;
    }
    taps.weights[size_t(std::clamp(std::clamp(i, 0, size - 1) - first, 0, taps.count - 1))] += weight;
  }
  if (total == 0) return;
  for (int i = 0; i < taps.count; ++i) taps.weights[size_t(i)] /= total;
}

media::Rgba sample(const media::Image& picture, const Taps& across, const Taps& down) {
  auto sum = cv::v_setzero_f32(), least = cv::v_setall_f32(1e30f), most = cv::v_setall_f32(-1e30f);
  for (int j = 0; j < down.count; ++j) {
    const auto* row = picture.pixels.data() + size_t(down.first + j) * picture.width + across.first;
    auto line = cv::v_setzero_f32();
    for (int i = 0; i < across.count; ++i) {
      const cv::v_float32x4 pixel = cv::v_load(&row[i].r);
      line = cv::v_muladd(pixel, cv::v_setall_f32(across.weights[size_t(i)]), line);
      least = cv::v_min(least, pixel);
      most = cv::v_max(most, pixel);
    }
    sum = cv::v_muladd(line, cv::v_setall_f32(down.weights[size_t(j)]), sum);
  }
  media::Rgba result;
  cv::v_store(&result.r, cv::v_min(cv::v_max(sum, least), most));
  return result;
}

bool is_whole_move(const Affine& m) {
  return m.xx == 1 && m.yy == 1 && m.xy == 0 && m.yx == 0 && m.x0 == std::floor(m.x0) &&
         m.y0 == std::floor(m.y0);
}

}  // namespace

Affine after(const Affine& outer, const Affine& inner) {
  return {.xx = outer.xx * inner.xx + outer.xy * inner.yx,
          .xy = outer.xx * inner.xy + outer.xy * inner.yy,
          .x0 = outer.xx * inner.x0 + outer.xy * inner.y0 + outer.x0,
          .yx = outer.yx * inner.xx + outer.yy * inner.yx,
          .yy = outer.yx * inner.xy + outer.yy * inner.yy,
          .y0 = outer.yx * inner.x0 + outer.yy * inner.y0 + outer.y0};
}

Affine inverse(const Affine& m) {
  const double determinant = m.xx * m.yy - m.xy * m.yx;
  if (!(std::abs(determinant) > 1e-12))
    core::fail(core::ErrorKind::BadRequest,
               "transform: expected a matrix that can be undone, got one that "
               "flattens the picture; is a scale 0?");
  Affine result = {.xx = m.yy / determinant,
                   .xy = -m.xy / determinant,
                   .yx = -m.yx / determinant,
                   .yy = m.xx / determinant};
  result.x0 = -(result.xx * m.x0 + result.xy * m.y0);
  result.y0 = -(result.yx * m.x0 + result.yy * m.y0);
  return result;
}

Affine matrix_of(const TransformOptions& options, int width, int height) {
  const double anchor_x = options.anchor_x * width, anchor_y = options.anchor_y * height;
  const double turn = options.rotate * std::numbers::pi / 180;
  const double mirror = options.flip ? -1 : 1;
  const double cosine = options.rotate == 0 ? 1 : std::cos(turn),
               sine = options.rotate == 0 ? 0 : std::sin(turn);
  const Affine about = {.xx = options.scale * cosine * mirror,
                        .xy = -options.scale * sine,
                        .x0 = anchor_x + options.x,
                        .yx = options.scale * sine * mirror,
                        .yy = options.scale * cosine,
                        .y0 = anchor_y + options.y};
  return after(about, {.x0 = -anchor_x, .y0 = -anchor_y});
}

media::Image transformed(const media::Image& picture, const Affine& matrix, int width, int height,
                         Edge edge) {
  if (picture.pixels.empty() || width < 1 || height < 1)
    core::fail(core::ErrorKind::BadRequest, "transform: expected pictures with pixels, got {}x{} into {}x{}",
               picture.width, picture.height, width, height);
  if (picture.width == width && picture.height == height && matrix == Affine{}) return picture;
  const Affine back = inverse(matrix);
  // Source pixels that one target pixel spans in each direction of the source.
  const float wide = std::max(1.0f, float(std::hypot(back.xx, back.xy)));
  const float high = std::max(1.0f, float(std::hypot(back.yx, back.yy)));
  const bool whole = is_whole_move(matrix);
  const float margin_x = whole ? 0 : 2 * wide, margin_y = whole ? 0 : 2 * high;
  media::Image result(width, height, picture.transfer);
#pragma omp parallel for schedule(dynamic, 8)
  for (int y = 0; y < height; ++y) {
    Taps across, down;
    for (int x = 0; x < width; ++x) {
      const float at_x = float(back.xx * (x + 0.5) + back.xy * (y + 0.5) + back.x0 - 0.5);
      const float at_y = float(back.yx * (x + 0.5) + back.yy * (y + 0.5) + back.y0 - 0.5);
      auto& pixel = result.pixels[size_t(y) * width + x];
      const bool outside = at_x <= -1 - margin_x || at_y <= -1 - margin_y ||
                           at_x >= float(picture.width) + margin_x ||
                           at_y >= float(picture.height) + margin_y;
      if (outside && edge == Edge::Transparent) {
        pixel = {0, 0, 0, 0};
        continue;
      }
      gather_taps(std::clamp(at_x, -8 * wide, float(picture.width) + 8 * wide), wide, picture.width, edge,
                  across);
      gather_taps(std::clamp(at_y, -8 * high, float(picture.height) + 8 * high), high, picture.height, edge,
                  down);
      pixel = sample(picture, across, down);
    }
  }
  return result;
}

}  // namespace sakuga::compose

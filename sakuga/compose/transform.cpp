#include "sakuga/compose/transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/core/hal/intrin.hpp>

#include "sakuga/core/error.h"
#include "sakuga/core/vectorise.h"

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

// The same where nothing is clipped and the picture does not shrink: four weights, whose sum is 1.
bool gather_four(float centre, int size, Taps& taps) {
  const int left = int(std::floor(centre));
  if (left < 1 || left + 2 >= size) return false;
  const float t = centre - float(left), t2 = t * t, t3 = t2 * t;
  taps.first = left - 1;
  taps.count = 4;
  taps.weights[0] = -0.5f * t + t2 - 0.5f * t3;
  taps.weights[1] = 1 - 2.5f * t2 + 1.5f * t3;
  taps.weights[2] = 0.5f * t + 2 * t2 - 1.5f * t3;
  taps.weights[3] = -0.5f * t2 + 0.5f * t3;
  return true;
}

// One axis of the picture: where its samples lie, and what lies beyond.
struct Axis {
  float width;   // Of the kernel, in samples: 1 or more.
  float margin;  // Samples beyond the border that still have an effect there.
  int size;
  Edge edge;

  bool sees(float centre) const {
    return edge == Edge::Extended || (centre > -1 - margin && centre < float(size) + margin);
  }

  void gather(float centre, Taps& taps) const {
    if (width == 1 && gather_four(centre, size, taps)) return;
    gather_taps(std::clamp(centre, -8 * width, float(size) + 8 * width), width, size, edge, taps);
  }
};

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

// Any matrix: each pixel gathers its own samples.
void draw_turned(const media::Image& picture, const Affine& back, const Axis& across, const Axis& down,
                 media::Image& result) {
#pragma omp parallel for schedule(dynamic, 8)
  for (int y = 0; y < result.height; ++y) {
    Taps columns, rows;
    for (int x = 0; x < result.width; ++x) {
      const float at_x = float(back.xx * (x + 0.5) + back.xy * (y + 0.5) + back.x0 - 0.5);
      const float at_y = float(back.yx * (x + 0.5) + back.yy * (y + 0.5) + back.y0 - 0.5);
      auto& pixel = result.pixels[size_t(y) * result.width + x];
      pixel = {0, 0, 0, 0};
      if (!across.sees(at_x) || !down.sees(at_y)) continue;
      across.gather(at_x, columns);
      down.gather(at_y, rows);
      pixel = sample(picture, columns, rows);
    }
  }
}

// The taps of every column or row, one after another.
struct TapTable {
  std::vector<int> first, count;  // Count 0: nothing is seen there.
  std::vector<size_t> start;      // In `weights`.
  std::vector<float> weights;

  TapTable(const Axis& axis, double scale, double offset, int positions) {
    Taps taps;
    for (int i = 0; i < positions; ++i) {
      const float at = float(scale * (i + 0.5) + offset - 0.5);
      taps.count = 0;
      if (axis.sees(at)) axis.gather(at, taps);
      first.push_back(taps.first);
      count.push_back(taps.count);
      start.push_back(weights.size());
      weights.insert(weights.end(), taps.weights.begin(), taps.weights.begin() + taps.count);
    }
  }
};

// Sums along the columns of a row of the picture, with the least and the most of what went into each.
struct Columns {
  std::vector<float> sum, least, most;
};

// Four rows weighed; the first four overwrite what was there.
SAKUGA_VECTORISE
void add_rows(const float* const* rows, const float* weights, bool overwrite, int count, float* sum,
              float* least, float* most) {
  const float *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
  const float p = weights[0], q = weights[1], r = weights[2], s = weights[3];
  if (overwrite)
    for (int i = 0; i < count; ++i) {
      sum[i] = p * a[i] + q * b[i] + (r * c[i] + s * d[i]);
      least[i] = std::min(std::min(a[i], b[i]), std::min(c[i], d[i]));
      most[i] = std::max(std::max(a[i], b[i]), std::max(c[i], d[i]));
    }
  else
    for (int i = 0; i < count; ++i) {
      sum[i] += p * a[i] + q * b[i] + (r * c[i] + s * d[i]);
      least[i] = std::min(least[i], std::min(std::min(a[i], b[i]), std::min(c[i], d[i])));
      most[i] = std::max(most[i], std::max(std::max(a[i], b[i]), std::max(c[i], d[i])));
    }
}

void gather_rows(const media::Image& picture, int first, int count, const float* weights, int from, int to,
                 Columns& columns) {
  const size_t offset = size_t(from) * 4;
  for (int j = 0; j < count; j += 4) {
    const float* rows[4];
    float four[4];
    for (int k = 0; k < 4; ++k) {
      const int row = first + std::min(j + k, count - 1);
      rows[k] = &picture.pixels[size_t(row) * picture.width].r + offset;
      four[k] = j + k < count ? weights[j + k] : 0;
    }
    add_rows(rows, four, j == 0, (to - from) * 4, columns.sum.data() + offset, columns.least.data() + offset,
             columns.most.data() + offset);
  }
}

media::Rgba gather_columns(const Columns& columns, int first, int count, const float* weights) {
  auto sum = cv::v_setzero_f32(), least = cv::v_setall_f32(1e30f), most = cv::v_setall_f32(-1e30f);
  for (int i = 0; i < count; ++i) {
    const size_t at = size_t(first + i) * 4;
    sum = cv::v_muladd(cv::v_load(&columns.sum[at]), cv::v_setall_f32(weights[i]), sum);
    least = cv::v_min(least, cv::v_load(&columns.least[at]));
    most = cv::v_max(most, cv::v_load(&columns.most[at]));
  }
  media::Rgba result;
  cv::v_store(&result.r, cv::v_min(cv::v_max(sum, least), most));
  return result;
}

// Neither turned nor sheared: columns and rows have the same taps everywhere, and are summed one after the
// other.
void draw_upright(const media::Image& picture, const Affine& back, const Axis& across, const Axis& down,
                  media::Image& result) {
  const TapTable columns(across, back.xx, back.x0, result.width);
  const TapTable rows(down, back.yy, back.y0, result.height);
  int from = picture.width, to = 0;
  for (int x = 0; x < result.width; ++x) {
    if (columns.count[size_t(x)] == 0) continue;
    from = std::min(from, columns.first[size_t(x)]);
    to = std::max(to, columns.first[size_t(x)] + columns.count[size_t(x)]);
  }
#pragma omp parallel
  {
    const size_t floats = size_t(picture.width) * 4;
    Columns line = {std::vector<float>(floats), std::vector<float>(floats), std::vector<float>(floats)};
#pragma omp for schedule(dynamic, 8)
    for (int y = 0; y < result.height; ++y) {
      auto* out = result.pixels.data() + size_t(y) * result.width;
      const size_t row = size_t(y);
      const bool seen = rows.count[row] > 0 && to > from;
      if (seen)
        gather_rows(picture, rows.first[row], rows.count[row], &rows.weights[rows.start[row]], from, to,
                    line);
      for (int x = 0; x < result.width; ++x) {
        const size_t column = size_t(x);
        out[x] = seen && columns.count[column] > 0
                     ? gather_columns(line, columns.first[column], columns.count[column],
                                      &columns.weights[columns.start[column]])
                     : media::Rgba{0, 0, 0, 0};
      }
    }
  }
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
  const Axis across = {wide, whole ? 0 : 2 * wide, picture.width, edge};
  const Axis down = {high, whole ? 0 : 2 * high, picture.height, edge};
  media::Image result(width, height, picture.transfer);
  const bool upright = matrix.xy == 0 && matrix.yx == 0;
  (upright ? draw_upright : draw_turned)(picture, back, across, down, result);
  return result;
}

}  // namespace sakuga::compose

#include "sakuga/media/film_pack.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>

#include "sakuga/media/colour.h"
#include "sakuga/media/wide.h"

namespace sakuga::media {
namespace {

// One row of an image as separate channels, at the width of the frame.
class Row {
 public:
  explicit Row(int width) : stride_(size_t(width) + 2), floats_(stride_ * 7) {}
  float* channel(int c) { return floats_.data() + stride_ * size_t(c) + 1; }  // [-1] and [width] are there.

 private:
  size_t stride_;
  std::vector<float> floats_;
};

enum : int { kRed, kGreen, kBlue, kAlpha, kLuma, kU, kV };

SAKUGA_WIDE void split(const Rgba* in, float* r, float* g, float* b, float* a, int count) {
  const float* from = &in->r;
  for (int i = 0; i < count; ++i) {
    r[i] = from[4 * i];
    g[i] = from[4 * i + 1];
    b[i] = from[4 * i + 2];
    a[i] = from[4 * i + 3];
  }
}

SAKUGA_WIDE void to_yuv(const float* r, const float* g, const float* b, YuvMatrix matrix, float* y, float* u,
                        float* v, int count) {
  const float kr = matrix.kr, kb = matrix.kb, kg = 1 - kr - kb;
  const float to_u = 1 / matrix.blue_u(), to_v = 1 / matrix.red_v();
  for (int i = 0; i < count; ++i) {
    const float luma = kr * r[i] + kg * g[i] + kb * b[i];
    y[i] = luma;
    u[i] = (b[i] - luma) * to_u;
    v[i] = (r[i] - luma) * to_v;
  }
}

// Half as many samples, where the even ones are; in[-1] must be there and, if count is even, is enough.
SAKUGA_WIDE void halve(const float* in, float* out, int count) {
  for (int i = 0; i < count / 2; ++i)
    out[i] = 0.25f * in[2 * i - 1] + 0.5f * in[2 * i] + 0.25f * in[2 * i + 1];
}

SAKUGA_WIDE void mean(const float* a, const float* b, float* out, int count) {
  for (int i = 0; i < count; ++i) out[i] = 0.5f * (a[i] + b[i]);
}

// Comparisons are false for NaN, so that it becomes 0.
template <class Code>
inline Code code_of(float value, float factor, float add, float top) {
  const float scaled = value * factor + add;
  const float low = scaled > 0 ? scaled : 0;
  return static_cast<Code>(low < top ? low : top);
}

SAKUGA_WIDE void store8(const float* in, CodeScale code, int step, uint8_t* out, int count) {
  const float factor = 1 / code.scale, add = 0.5f - code.offset / code.scale;
  for (int i = 0; i < count; ++i) out[i * step] = uint8_t(code_of<int>(in[i], factor, add, 255));
}

SAKUGA_WIDE void store16(const float* in, CodeScale code, float top, uint16_t* out, int count) {
  const float factor = 1 / code.scale, add = 0.5f - code.offset / code.scale;
  for (int i = 0; i < count; ++i) out[i] = uint16_t(code_of<int>(in[i], factor, add, top));
}

class Packing {
 public:
  Packing(const Image& image, AVFrame& frame, const YuvMatrix& matrix)
      : image_(image),
        frame_(frame),
        matrix_(matrix),
        description_(*av_pix_fmt_desc_get(AVPixelFormat(frame.format))),
        rgb_(description_.flags & AV_PIX_FMT_FLAG_RGB),
        alpha_(description_.flags & AV_PIX_FMT_FLAG_ALPHA),
        depth_(description_.comp[0].depth) {}

  bool halved() const { return description_.log2_chroma_h == 1; }

  // Splits row y, the last one again beyond the end.
  void load(int y, Row& row) const {
    const Rgba* in = image_.pixels.data() + size_t(std::min(y, image_.height - 1)) * size_t(image_.width);
    split(in, row.channel(kRed), row.channel(kGreen), row.channel(kBlue), row.channel(kAlpha), image_.width);
    for (int c = kRed; c <= kAlpha; ++c) {
      float* channel = row.channel(c);
      if (image_.transfer == Transfer::Linear && c != kAlpha) linear_to_srgb({channel, size_t(image_.width)});
      for (int x = image_.width; x < frame_.width; ++x) channel[x] = channel[image_.width - 1];
    }
    if (rgb_) return;
    to_yuv(row.channel(kRed), row.channel(kGreen), row.channel(kBlue), matrix_, row.channel(kLuma),
           row.channel(kU), row.channel(kV), frame_.width);
  }

  void store_rgb(int y, Row& row) const {
    for (int c = 0; c < description_.nb_components; ++c) {
      store(row.channel(c), luma_scale(depth_, true), description_.comp[c], y, frame_.width);
    }
  }

  void store_luma(int y, Row& row) const {
    store(row.channel(kLuma), luma_scale(depth_, false), description_.comp[0], y, frame_.width);
    if (alpha_) store(row.channel(kAlpha), luma_scale(depth_, true), description_.comp[3], y, frame_.width);
  }

  void store_chroma(int y, const float* u, const float* v, int count) const {
    store(u, chroma_scale(depth_, false), description_.comp[1], y, count);
    store(v, chroma_scale(depth_, false), description_.comp[2], y, count);
  }

  // Rows 2y and 2y + 1, whose chroma is shared.
  void store_pair(int y, Row& upper, Row& lower) const {
    load(2 * y, upper);
    load(2 * y + 1, lower);
    store_luma(2 * y, upper);
    store_luma(2 * y + 1, lower);
    for (const int c : {kU, kV}) {
      float* chroma = upper.channel(c);
      mean(chroma, lower.channel(c), chroma, frame_.width);
      chroma[-1] = chroma[0];
      halve(chroma, lower.channel(c), frame_.width);
    }
    store_chroma(y, lower.channel(kU), lower.channel(kV), frame_.width / 2);
  }

 private:
  void store(const float* in, CodeScale code, const AVComponentDescriptor& to, int y, int count) const {
    uint8_t* row = frame_.data[to.plane] + std::ptrdiff_t(y) * frame_.linesize[to.plane] + to.offset;
    if (to.depth == 8) return store8(in, code, to.step, row, count);
    store16(in, code, float((1 << to.depth) - 1), reinterpret_cast<uint16_t*>(row), count);
  }

  const Image& image_;
  AVFrame& frame_;
  const YuvMatrix& matrix_;
  const AVPixFmtDescriptor& description_;
  bool rgb_, alpha_;
  int depth_;
};

}  // namespace

FramePacker::FramePacker(AVPixelFormat format, int width, int height, const YuvMatrix& matrix)
    : format_(format), width_(width), height_(height), matrix_(matrix) {}

void FramePacker::pack(const Image& image, AVFrame& frame) const {
  const Packing packing(image, frame, matrix_);
  const bool rgb = av_pix_fmt_desc_get(format_)->flags & AV_PIX_FMT_FLAG_RGB;
#pragma omp parallel if (size_t(width_) * size_t(height_) > kWorthThreads)
  {
    Row row(width_), next(width_);
    if (packing.halved()) {
#pragma omp for schedule(static)
      for (int y = 0; y < height_ / 2; ++y) packing.store_pair(y, row, next);
    } else {
#pragma omp for schedule(static)
      for (int y = 0; y < height_; ++y) {
        packing.load(y, row);
        if (rgb) {
          packing.store_rgb(y, row);
        } else {
          packing.store_luma(y, row);
          packing.store_chroma(y, row.channel(kU), row.channel(kV), width_);
        }
      }
    }
  }
}

}  // namespace sakuga::media

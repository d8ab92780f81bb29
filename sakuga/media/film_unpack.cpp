#include "sakuga/media/film_unpack.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <bit>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/media/wide.h"

namespace sakuga::media {
namespace {

using core::ErrorKind;
using core::fail;

// One channel of a format as libav describes it.
struct Channel {
  int plane, step, offset, shift, depth;
  CodeScale code;
};

SAKUGA_WIDE void load8(const uint8_t* in, int step, CodeScale code, float* out, int count) {
  if (step == 1) {
    for (int i = 0; i < count; ++i) out[i] = float(in[i]) * code.scale + code.offset;
  } else {
    for (int i = 0; i < count; ++i) out[i] = float(in[i * step]) * code.scale + code.offset;
  }
}

SAKUGA_WIDE void load16(const uint16_t* in, int step, int shift, CodeScale code, float* out, int count) {
  if (step == 1 && shift == 0) {
    for (int i = 0; i < count; ++i) out[i] = float(in[i]) * code.scale + code.offset;
  } else {
    for (int i = 0; i < count; ++i) out[i] = float(in[i * step] >> shift) * code.scale + code.offset;
  }
}

void load_row(const AVFrame& frame, const Channel& channel, int row, float* out, int count) {
  const uint8_t* in = frame.data[channel.plane] + std::ptrdiff_t(row) * frame.linesize[channel.plane];
  if (channel.depth + channel.shift <= 8) {
    load8(in + channel.offset, channel.step, channel.code, out, count);
  } else {
    load16(reinterpret_cast<const uint16_t*>(in + channel.offset), channel.step / 2, channel.shift,
           channel.code, out, count);
  }
}

SAKUGA_WIDE void mix_rows(const float* a, const float* b, float share_b, float* out, int count) {
  for (int i = 0; i < count; ++i) out[i] = a[i] + (b[i] - a[i]) * share_b;
}

// Twice as many samples; in[-1] and in[count] must be there. `left`: sampled where the even ones are, else
// in the middle between two.
SAKUGA_WIDE void widen_twice(const float* in, bool left, float* out, int count) {
  const float near = left ? 1 : 0.75f, far = 1 - near;
  const float odd_near = left ? 0.5f : 0.75f, odd_far = 1 - odd_near;
  for (int i = 0; i < count; ++i) {
    out[2 * i] = in[i] * near + in[i - 1] * far;
    out[2 * i + 1] = in[i] * odd_near + in[i + 1] * odd_far;
  }
}

SAKUGA_WIDE void join_yuv(const float* y, const float* u, const float* v, const YuvMatrix& matrix, Rgba* out,
                          int count) {
  const float rv = matrix.red_v(), gu = matrix.green_u(), gv = matrix.green_v(), bu = matrix.blue_u();
  float* to = &out->r;
  for (int i = 0; i < count; ++i) {
    to[4 * i] = y[i] + rv * v[i];
    to[4 * i + 1] = y[i] + gu * u[i] + gv * v[i];
    to[4 * i + 2] = y[i] + bu * u[i];
    to[4 * i + 3] = 1;
  }
}

SAKUGA_WIDE void join_rgb(const float* r, const float* g, const float* b, Rgba* out, int count) {
  float* to = &out->r;
  for (int i = 0; i < count; ++i) {
    to[4 * i] = r[i];
    to[4 * i + 1] = g[i];
    to[4 * i + 2] = b[i];
    to[4 * i + 3] = 1;
  }
}

void set_alpha(const float* alpha, Rgba* out, int count) {
  for (int i = 0; i < count; ++i) out[i].a = alpha[i];
}

// Memory for one row of each channel.
class Rows {
 public:
  explicit Rows(int width) : stride_(size_t(width) + 2 * kMargin), floats_(stride_ * kRows) {}
  float* at(int row) { return floats_.data() + stride_ * size_t(row) + kMargin; }

 private:
  static constexpr size_t kMargin = 16;  // Room for the neighbours of the first and last sample.
  static constexpr int kRows = 8;
  size_t stride_;
  std::vector<float> floats_;
};

// Chroma along one axis: where sample `at` of `luma` lies among the samples of the smaller chroma.
struct Place {
  int first;
  float share;  // Of first + 1.
};

Place chroma_place(int at, int log2, bool cosited) {
  const float unit = float(1 << log2);
  const float place = cosited ? float(at) / unit : (float(at) + 0.5f) / unit - 0.5f;
  const float first = std::floor(place);
  return {.first = int(first), .share = place - first};
}

class RowMaker {
 public:
  RowMaker(const AVFrame& frame, AVPixelFormat format, const FilmColour& colour)
      : frame_(frame),
        description_(*av_pix_fmt_desc_get(format)),
        yuv_(!(description_.flags & AV_PIX_FMT_FLAG_RGB) && description_.nb_components >= 3),
        alpha_(description_.flags & AV_PIX_FMT_FLAG_ALPHA) {
    if (yuv_) matrix_ = yuv_matrix(colour.matrix);
    const bool centre =
        frame.chroma_location == AVCHROMA_LOC_CENTER || frame.chroma_location == AVCHROMA_LOC_TOP;
    left_ = !centre;
    top_ = frame.chroma_location == AVCHROMA_LOC_TOPLEFT || frame.chroma_location == AVCHROMA_LOC_TOP;
    const int channels = description_.nb_components;
    for (int c = 0; c < channels; ++c) {
      const AVComponentDescriptor& from = description_.comp[c];
      const bool is_alpha = alpha_ && c == channels - 1;
      const bool is_chroma = yuv_ && !is_alpha && c > 0;
      const CodeScale code = is_chroma ? chroma_scale(from.depth, colour.full_range)
                                       : luma_scale(from.depth, colour.full_range || is_alpha);
      channels_[c] = {from.plane, from.step, from.offset, from.shift, from.depth, code};
    }
  }

  void make(int y, Rows& rows, Rgba* out) const {
    const int width = frame_.width;
    load_row(frame_, channels_[0], y, rows.at(0), width);
    if (yuv_) {
      chroma(y, 1, rows, rows.at(1));
      chroma(y, 2, rows, rows.at(2));
      join_yuv(rows.at(0), rows.at(1), rows.at(2), matrix_, out, width);
    } else if (description_.nb_components >= 3) {
      load_row(frame_, channels_[1], y, rows.at(1), width);
      load_row(frame_, channels_[2], y, rows.at(2), width);
      join_rgb(rows.at(0), rows.at(1), rows.at(2), out, width);
    } else {
      join_rgb(rows.at(0), rows.at(0), rows.at(0), out, width);
    }
    if (!alpha_) return;
    load_row(frame_, channels_[description_.nb_components - 1], y, rows.at(0), width);
    set_alpha(rows.at(0), out, width);
  }

 private:
  void chroma(int y, int channel, Rows& rows, float* out) const {
    const int width = frame_.width;
    const int narrow = AV_CEIL_RSHIFT(width, description_.log2_chroma_w);
    const int low = AV_CEIL_RSHIFT(frame_.height, description_.log2_chroma_h);
    float* row = description_.log2_chroma_w ? rows.at(3) : out;
    const Place place =
        description_.log2_chroma_h ? chroma_place(y, description_.log2_chroma_h, top_) : Place{y, 0};
    load_row(frame_, channels_[channel], std::clamp(place.first, 0, low - 1), row, narrow);
    if (place.share > 0) {
      load_row(frame_, channels_[channel], std::clamp(place.first + 1, 0, low - 1), rows.at(4), narrow);
      mix_rows(row, rows.at(4), place.share, row, narrow);
    }
    if (description_.log2_chroma_w == 0) return;
    row[-1] = row[0];
    row[narrow] = row[narrow - 1];
    if (description_.log2_chroma_w == 1) return widen_twice(row, left_, out, narrow);
    for (int x = 0; x < width; ++x) {
      const Place across = chroma_place(x, description_.log2_chroma_w, left_);
      out[x] = row[across.first] + (row[across.first + 1] - row[across.first]) * across.share;
    }
  }

  const AVFrame& frame_;
  const AVPixFmtDescriptor& description_;
  bool yuv_, alpha_, left_, top_;
  YuvMatrix matrix_{};
  Channel channels_[4] = {};
};

// Whether RowMaker reads this format.
bool is_plain(AVPixelFormat format) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  constexpr uint64_t kOthers = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL |
                               AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT;
  if (!description || description->flags & kOthers || format == AV_PIX_FMT_XYZ12LE) return false;
  const bool big_endian = description->flags & AV_PIX_FMT_FLAG_BE;
  bool wide = false, packed_bits = false;
  for (int c = 0; c < description->nb_components; ++c) {
    const AVComponentDescriptor& channel = description->comp[c];
    wide |= channel.depth + channel.shift > 8;
    // Several channels in the bits of one number, as in rgb565 and x2rgb10.
    packed_bits |=
        channel.depth + channel.shift > 16 || channel.depth < 8 || (channel.depth > 8 && channel.step < 2);
  }
  const bool native = big_endian == (std::endian::native == std::endian::big);
  return !packed_bits && (!wide || native);
}

}  // namespace

Turn turn_of(const int32_t* display_matrix) {
  if (!display_matrix) return {};
  // (x, y) of the stored picture is shown at (a x + c y, b x + d y); the elements are 16.16 fixed point.
  const auto part = [&](int i) { return double(display_matrix[i]); };
  const double a = part(0), b = part(1), c = part(3), d = part(4);
  const bool transpose = std::abs(a) + std::abs(d) < std::abs(b) + std::abs(c);
  if (transpose) return {.transpose = true, .flip_x = c < 0, .flip_y = b < 0};
  return {.transpose = false, .flip_x = a < 0, .flip_y = d < 0};
}

FrameUnpacker::FrameUnpacker(AVPixelFormat format, int width, int height, const FilmColour& colour,
                             const Turn& turn)
    : format_(format), width_(width), height_(height), colour_(colour), turn_(turn) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  if (!description) fail(ErrorKind::Unsupported, "read: the film's pixel format is not known");
  if (is_plain(format)) {
    if (colour.matrix != AVCOL_SPC_RGB) yuv_matrix(colour.matrix);
    return;
  }
  const int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
  scaler_.reset(sws_getContext(width, height, format, width, height, AV_PIX_FMT_RGBA64, flags, nullptr,
                               nullptr, nullptr));
  if (!scaler_) {
    fail(ErrorKind::Unsupported, "read: the pixel format {} cannot be converted to RGB", description->name);
  }
  constexpr int kUnchanged = 1 << 16;
  sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(colour.matrix), colour.full_range,
                           sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, kUnchanged, kUnchanged);
  scaled_ = make_frame(AV_PIX_FMT_RGBA64, width, height);
}

const AVFrame& FrameUnpacker::readable(const AVFrame& frame) {
  if (frame.format != format_ || frame.width != width_ || frame.height != height_) {
    fail(ErrorKind::Unsupported, "read: expected one size and pixel format throughout, {}x{}, got also {}x{}",
         width_, height_, frame.width, frame.height);
  }
  if (!scaler_) return frame;
  sws_scale(scaler_.get(), frame.data, frame.linesize, 0, height_, scaled_->data, scaled_->linesize);
  return *scaled_;
}

void FrameUnpacker::unpack(const AVFrame& decoded, Image& image) {
  const AVFrame& frame = readable(decoded);
  image.width = turn_.transpose ? height_ : width_;
  image.height = turn_.transpose ? width_ : height_;
  image.transfer = Transfer::Srgb;
  image.pixels.resize(size_t(width_) * size_t(height_));
  const RowMaker maker(frame, AVPixelFormat(frame.format),
                       scaler_ ? FilmColour{AVCOL_SPC_RGB, true, false} : colour_);
#pragma omp parallel if (size_t(width_) * size_t(height_) > kWorthThreads)
  {
    Rows rows(width_ + 8);
    std::vector<Rgba> turned(turn_.upright() ? 0 : size_t(width_));
#pragma omp for schedule(static)
    for (int y = 0; y < height_; ++y) {
      if (turn_.upright()) {
        maker.make(y, rows, image.pixels.data() + size_t(y) * size_t(width_));
        continue;
      }
      maker.make(y, rows, turned.data());
      for (int x = 0; x < width_; ++x) {
        const int column = turn_.transpose ? y : x, row = turn_.transpose ? x : y;
        const int to_x = turn_.flip_x ? image.width - 1 - column : column;
        const int to_y = turn_.flip_y ? image.height - 1 - row : row;
        image.pixels[size_t(to_y) * size_t(image.width) + size_t(to_x)] = turned[size_t(x)];
      }
    }
  }
}

}  // namespace sakuga::media

#include "sakuga/media/film_colour.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>

#include "sakuga/core/error.h"

namespace sakuga::media {

CodeScale luma_scale(int depth, bool full_range) {
  if (full_range) return {.scale = 1.0f / float((1 << depth) - 1), .offset = 0};
  const float unit = float(1 << (depth - 8));
  return {.scale = 1 / (219 * unit), .offset = -16.0f / 219};
}

CodeScale chroma_scale(int depth, bool full_range) {
  const float middle = float(1 << (depth - 1));
  const float scale = full_range ? 1.0f / float((1 << depth) - 1) : 1 / (224 * float(1 << (depth - 8)));
  return {.scale = scale, .offset = -middle * scale};
}

FilmColour film_colour(AVPixelFormat format, int width, int height, AVColorSpace stated_matrix,
                       AVColorRange stated_range) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  const bool rgb = description && description->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL);
  const bool grey = description && !rgb && description->nb_components <= 2;
  const bool jpeg = format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P ||
                    format == AV_PIX_FMT_YUVJ444P || format == AV_PIX_FMT_YUVJ440P;
  FilmColour result;
  const bool range_known = stated_range != AVCOL_RANGE_UNSPECIFIED || rgb || jpeg;
  // Grey without a range is full: so do the programs that write it.
  result.full_range = rgb || jpeg || stated_range == AVCOL_RANGE_JPEG || (grey && !range_known);
  const bool matrix_known = stated_matrix != AVCOL_SPC_UNSPECIFIED && stated_matrix != AVCOL_SPC_RGB;
  if (rgb || grey) {
    result.matrix = AVCOL_SPC_RGB;
  } else if (matrix_known) {
    result.matrix = stated_matrix;
  } else {
    const bool high_definition = std::min(width, height) >= 720 || std::max(width, height) >= 1280;
    result.matrix = high_definition ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
  }
  result.assumed = !rgb && (!range_known || (!grey && !matrix_known));
  return result;
}

YuvMatrix yuv_matrix(AVColorSpace matrix) {
  switch (matrix) {
    case AVCOL_SPC_BT709:
      return {.kr = 0.2126f, .kb = 0.0722f};
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
      return {.kr = 0.299f, .kb = 0.114f};
    case AVCOL_SPC_SMPTE240M:
      return {.kr = 0.212f, .kb = 0.087f};
    case AVCOL_SPC_FCC:
      return {.kr = 0.30f, .kb = 0.11f};
    case AVCOL_SPC_BT2020_NCL:
      return {.kr = 0.2627f, .kb = 0.0593f};
    default:
      const char* name = av_color_space_name(matrix);
      core::fail(core::ErrorKind::Unsupported,
                 "read: expected a film in RGB or Y'CbCr of BT.601, BT.709 or BT.2020, got the colour matrix "
                 "{}; convert it",
                 name ? name : "unknown");
  }
}

void check_transfer(const std::string& name, AVColorTransferCharacteristic transfer) {
  const char* what = nullptr;
  if (transfer == AVCOL_TRC_SMPTE2084) what = "PQ, high dynamic range";
  if (transfer == AVCOL_TRC_ARIB_STD_B67) what = "HLG, high dynamic range";
  if (transfer == AVCOL_TRC_LOG || transfer == AVCOL_TRC_LOG_SQRT) what = "a logarithm";
  if (transfer == AVCOL_TRC_LINEAR) what = "linear light in integer codes";
  if (transfer == AVCOL_TRC_SMPTE428) what = "digital cinema";
  if (!what) return;
  core::fail(
      core::ErrorKind::Unsupported,
      "read: {}: expected a film with the curve of BT.709 or sRGB, got {} ({}), whose light would come "
      "out wrong; convert it first, as with ffmpeg -i IN -vf "
      "zscale=t=linear:npl=100,tonemap=mobius,zscale=p=709:t=709:m=709 OUT.mov",
      name, av_color_transfer_name(transfer), what);
}

}  // namespace sakuga::media

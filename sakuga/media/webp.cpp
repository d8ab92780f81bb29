#include "sakuga/media/webp.h"

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <memory>

#include "sakuga/core/error.h"
#include "sakuga/media/exif.h"
#include "sakuga/media/limits.h"

namespace sakuga::media {
namespace {

const uint8_t* raw(std::span<const std::byte> bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

std::vector<std::byte> chunk(std::span<const std::byte> webp, const char* type, const std::string& name) {
  const WebPData data = {raw(webp), webp.size()};
  const std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)> demuxer(WebPDemux(&data), WebPDemuxDelete);
  if (!demuxer) fail_damaged(name, "WebP", "");
  WebPChunkIterator found;
  std::vector<std::byte> result;
  if (WebPDemuxGetChunk(demuxer.get(), type, 1, &found)) {
    const auto* first = reinterpret_cast<const std::byte*>(found.chunk.bytes);
    result.assign(first, first + found.chunk.size);
    WebPDemuxReleaseChunkIterator(&found);
  }
  return result;
}

std::vector<uint8_t> as_rgba(const Image8& image) {
  const bool colour = image.channels >= 3, alpha = image.channels % 2 == 0;
  std::vector<uint8_t> rgba;
  rgba.reserve(image.bytes.size() / image.channels * 4);
  for (size_t i = 0; i < image.bytes.size(); i += image.channels) {
    for (int c = 0; c < 3; ++c) rgba.push_back(image.bytes[i + (colour ? c : 0)]);
    rgba.push_back(alpha ? image.bytes[i + image.channels - 1] : 255);
  }
  return rgba;
}

struct Picture : WebPPicture {
  Picture() : WebPPicture() { WebPPictureInit(this); }
  ~Picture() { WebPPictureFree(this); }
};

struct MemoryWriter : WebPMemoryWriter {
  MemoryWriter() : WebPMemoryWriter() { WebPMemoryWriterInit(this); }
  ~MemoryWriter() { WebPMemoryWriterClear(this); }
};

std::vector<std::byte> with_exif(const WebPData& webp, std::span<const std::byte> exif) {
  const std::unique_ptr<WebPMux, void (*)(WebPMux*)> mux(WebPMuxCreate(&webp, 0), WebPMuxDelete);
  const WebPData block = {raw(exif), exif.size()};
  WebPData assembled = {};
  if (!mux || WebPMuxSetChunk(mux.get(), "EXIF", &block, 0) != WEBP_MUX_OK ||
      WebPMuxAssemble(mux.get(), &assembled) != WEBP_MUX_OK) {
    core::fail(core::ErrorKind::Internal, "write: libwebp could not store the metadata");
  }
  const auto* first = reinterpret_cast<const std::byte*>(assembled.bytes);
  std::vector<std::byte> result(first, first + assembled.size);
  WebPDataClear(&assembled);
  return result;
}

}  // namespace

Raster<uint8_t> decode_webp(std::span<const std::byte> webp, const std::string& name,
                            const ReadLimits& limits) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(raw(webp), webp.size(), &features) != VP8_STATUS_OK) fail_damaged(name, "WebP", "");
  if (features.has_animation) fail_animation(name, "WebP");
  check_size(name, features.width, features.height, limits);
  Raster<uint8_t> raster{
      .width = features.width, .height = features.height, .channels = features.has_alpha ? 4 : 3};
  raster.samples.resize(size_t(raster.width) * raster.height * raster.channels);
  const int stride = raster.width * raster.channels;
  const auto decode = features.has_alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (!decode(raw(webp), webp.size(), raster.samples.data(), raster.samples.size(), stride)) {
    fail_damaged(name, "WebP", "");
  }
  raster.orientation = parse_exif(chunk(webp, "EXIF", name)).orientation;
  raster.icc = chunk(webp, "ICCP", name);
  return raster;
}

std::vector<std::byte> webp_exif(std::span<const std::byte> webp, const std::string& name) {
  return chunk(webp, "EXIF", name);
}

std::vector<std::byte> encode_webp(const Image8& image, std::span<const std::byte> exif) {
  if (image.width > WEBP_MAX_DIMENSION || image.height > WEBP_MAX_DIMENSION) {
    core::fail(core::ErrorKind::BadRequest, "write: WebP pictures have at most {} pixels a side, got {}x{}",
               WEBP_MAX_DIMENSION, image.width, image.height);
  }
  WebPConfig config;
  Picture picture;
  MemoryWriter writer;
  WebPConfigInit(&config);
  WebPConfigLosslessPreset(&config, 6);
  config.exact = 1;
  picture.use_argb = 1;
  picture.width = image.width;
  picture.height = image.height;
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = static_cast<WebPMemoryWriter*>(&writer);
  const std::vector<uint8_t> rgba = as_rgba(image);
  if (!WebPPictureImportRGBA(&picture, rgba.data(), image.width * 4) || !WebPEncode(&config, &picture)) {
    core::fail(core::ErrorKind::Internal, "write: libwebp failed with code {}", int(picture.error_code));
  }
  if (!exif.empty()) return with_exif({writer.mem, writer.size}, exif);
  const auto* first = reinterpret_cast<const std::byte*>(writer.mem);
  return {first, first + writer.size};
}

}  // namespace sakuga::media

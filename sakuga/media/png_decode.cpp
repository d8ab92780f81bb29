#include <png.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "sakuga/media/exif.h"
#include "sakuga/media/limits.h"
#include "sakuga/media/png.h"

namespace sakuga::media {
namespace {

// libpng reports errors by longjmp(): nothing that runs inside guarded() may own anything.
class Decoder {
 public:
  Decoder(std::span<const std::byte> png, const std::string& name) : rest_(png), name_(name) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_ ? png_create_info_struct(png_) : nullptr;
    if (!info_) core::fail(core::ErrorKind::Internal, "read: libpng refused");
    png_set_read_fn(png_, this, on_read);
    // The size is checked against ReadLimits instead.
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

  void read_header(const ReadLimits& limits) {
    guarded([&] { png_read_info(png_, info_); });
    check_size(name_, width(), height(), limits);
  }

  // Rows of 1 to 4 channels of 8 or 16 bits, the latter in this machine's byte order.
  void expand(bool deep) {
    guarded([&] {
      png_set_expand(png_);
      if (deep) {
        png_set_expand_16(png_);
        if constexpr (std::endian::native == std::endian::little) png_set_swap(png_);
      } else {
        png_set_scale_16(png_);
      }
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });
  }

  void read_rows(std::span<png_bytep> rows) {
    guarded([&] {
      png_read_image(png_, rows.data());
      png_read_end(png_, nullptr);
    });
  }

  int width() const { return static_cast<int>(png_get_image_width(png_, info_)); }
  int height() const { return static_cast<int>(png_get_image_height(png_, info_)); }
  int channels() const { return png_get_channels(png_, info_); }

 private:
  template <class Call>
  void guarded(const Call& call) {
    if (setjmp(png_jmpbuf(png_))) fail_damaged(name_, "PNG", error_);
    call();
  }

  static void on_error(png_structp png, png_const_charp message) {
    auto* self = static_cast<Decoder*>(png_get_error_ptr(png));
    std::strncpy(self->error_, message, sizeof(self->error_) - 1);
    png_longjmp(png, 1);
  }

  static void on_warning(png_structp, png_const_charp) {}

  static void on_read(png_structp png, png_bytep out, size_t count) {
    auto* self = static_cast<Decoder*>(png_get_io_ptr(png));
    if (count > self->rest_.size()) png_error(png, "the file ends too early");
    std::memcpy(out, self->rest_.data(), count);
    self->rest_ = self->rest_.subspan(count);
  }

  std::span<const std::byte> rest_;
  const std::string& name_;
  char error_[100] = {};
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

// Sample is uint8_t or uint16_t: what libpng writes.
template <class Sample>
Raster<Sample> decode(std::span<const std::byte> png, const std::string& name, const ReadLimits& limits) {
  const std::vector<PngChunk> chunks = png_chunks(png, name);
  Raster<Sample> raster;
  for (const PngChunk& chunk : chunks) {
    if (chunk.type == "acTL") fail_animation(name, "APNG");
    if (chunk.type == "eXIf") raster.orientation = parse_exif(chunk.data).orientation;
  }
  Decoder decoder(png, name);
  decoder.read_header(limits);
  decoder.expand(sizeof(Sample) == 2);
  raster.width = decoder.width();
  raster.height = decoder.height();
  raster.channels = decoder.channels();
  const size_t row_samples = size_t(raster.width) * raster.channels;
  raster.samples.resize(row_samples * raster.height);
  std::vector<png_bytep> rows(raster.height);
  for (int y = 0; y < raster.height; ++y) {
    rows[y] = reinterpret_cast<png_bytep>(raster.samples.data() + row_samples * y);
  }
  decoder.read_rows(rows);
  raster.icc = png_profile(chunks, name);
  return raster;
}

}  // namespace

Raster<uint8_t> decode_png8(std::span<const std::byte> png, const std::string& name,
                            const ReadLimits& limits) {
  return decode<uint8_t>(png, name, limits);
}

Raster<float> decode_png(std::span<const std::byte> png, const std::string& name, const ReadLimits& limits) {
  Raster<uint16_t> deep = decode<uint16_t>(png, name, limits);
  Raster<float> raster{.width = deep.width,
                       .height = deep.height,
                       .channels = deep.channels,
                       .orientation = deep.orientation,
                       .icc = std::move(deep.icc)};
  raster.samples.resize(deep.samples.size());
  std::transform(deep.samples.begin(), deep.samples.end(), raster.samples.begin(),
                 [](uint16_t sample) { return static_cast<float>(sample) / 65535.0f; });
  return raster;
}

}  // namespace sakuga::media

#include "sakuga/media/image_file.h"

#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>

#include <algorithm>
#include <cstring>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/colour_profile.h"
#include "sakuga/media/exif.h"
#include "sakuga/media/jpeg.h"
#include "sakuga/media/limits.h"
#include "sakuga/media/png.h"
#include "sakuga/media/raster.h"
#include "sakuga/media/tiff.h"
#include "sakuga/media/webp.h"

namespace sakuga::media {
namespace {

using core::ErrorKind;
using core::fail;

enum class Format { Png, Jpeg, WebP, Tiff, Exr };

constexpr const char* kFormats = "PNG, JPEG, WebP, TIFF or EXR";

bool begins(std::span<const std::byte> bytes, std::string_view mark, size_t place = 0) {
  return bytes.size() >= place + mark.size() &&
         std::memcmp(bytes.data() + place, mark.data(), mark.size()) == 0;
}

Format sniff(std::span<const std::byte> bytes, const std::string& name, const ReadLimits& limits) {
  if (bytes.empty()) fail(ErrorKind::CorruptInput, "read: {}: expected a picture, got 0 bytes", name);
  if (static_cast<int64_t>(bytes.size()) > limits.max_bytes) {
    fail(ErrorKind::BadRequest, "read: {}: expected at most {} bytes, got {}", name, limits.max_bytes,
         bytes.size());
  }
  if (begins(bytes, "\x89PNG\r\n\x1a\n")) return Format::Png;
  if (begins(bytes, "\xff\xd8\xff")) return Format::Jpeg;
  if (begins(bytes, "RIFF") && begins(bytes, "WEBP", 8)) return Format::WebP;
  for (const std::string_view mark : {std::string_view("II*\0", 4), std::string_view("MM\0*", 4),
                                      std::string_view("II+\0", 4), std::string_view("MM\0+", 4)}) {
    if (begins(bytes, mark)) return Format::Tiff;
  }
  if (begins(bytes, "\x76\x2f\x31\x01")) return Format::Exr;
  if (begins(bytes, "GIF8")) fail_animation(name, "GIF");
  const std::pair<std::string_view, size_t> others[] = {{"BM", 0}, {"8BPS", 0}, {"ftyp", 4}, {"\xff\x0a", 0}};
  for (const auto& [mark, place] : others) {
    if (begins(bytes, mark, place)) {
      fail(ErrorKind::Unsupported, "read: {}: expected {}, got another kind of picture; convert it", name,
           kFormats);
    }
  }
  fail(ErrorKind::CorruptInput, "read: {}: expected a picture ({}), got something else", name, kFormats);
}

const char* reader_of(Format format) {
  switch (format) {
    case Format::Jpeg:
      return "jpeg";
    case Format::Tiff:
      return "tiff";
    default:
      return "openexr";
  }
}

[[noreturn]] void fail_cmyk(const std::string& name) {
  fail(ErrorKind::Unsupported, "read: {}: expected RGB or grey, got CMYK for print; convert it to sRGB",
       name);
}

// What OpenImageIO does not tell, or tells only after decoding: returns the orientation.
int check_container(Format format, std::span<const std::byte> bytes, const std::string& name) {
  if (format == Format::Tiff && !tiff_states_bits(bytes)) {
    fail(ErrorKind::Unsupported, "read: {}: expected 8 bits or more, got a 1-bit TIFF; convert it to PNG",
         name);
  }
  if (format != Format::Jpeg) return 1;
  const JpegHeader header = read_jpeg_header(bytes, name);
  if (header.components == 4) fail_cmyk(name);
  return header.exif.empty() ? 1 : parse_exif(header.exif).orientation;
}

// An open picture that OpenImageIO decodes.
class Reader {
 public:
  Reader(Format format, std::span<const std::byte> bytes, const std::string& name, const ReadLimits& limits)
      : name_(name),
        memory_(const_cast<std::byte*>(bytes.data()), bytes.size()),
        format_(reader_of(format)),
        input_(OIIO::ImageInput::create(format_)) {
    if (!input_)
      fail(ErrorKind::Internal, "read: OpenImageIO has no {} reader: {}", format_, OIIO::geterror());
    OIIO::ImageSpec hints;
    hints.attribute("oiio:UnassociatedAlpha", 1);
    input_->set_ioproxy(&memory_);
    if (!input_->open("", spec_, hints)) fail_damaged(name_, format_, input_->geterror());
    check_size(name_, spec_.width, spec_.height, limits);
    check_size(name_, spec_.full_width, spec_.full_height, limits);
    // Film pictures may have any number of channels; they all have to fit.
    check_size(name_, int64_t{spec_.width} * std::max(1, spec_.nchannels / 4), spec_.height, limits);
    check_kind();
  }

  bool is_float() const { return spec_.format.is_floating_point(); }

  template <class Sample>
  Raster<Sample> decode(int orientation) {
    const std::vector<int> channels = wanted_channels();
    std::vector<Sample> all(spec_.image_pixels() * spec_.nchannels);
    const bool done = input_->read_image(0, 0, 0, -1, OIIO::BaseTypeFromC<Sample>::value, all.data());
    const std::string error = input_->geterror();
    // Stray bytes between JPEG segments are harmless and common.
    if (!done || (!error.empty() && error.find("extraneous bytes") == std::string::npos)) {
      fail_damaged(name_, format_, error);
    }
    Raster<Sample> raster{
        .width = spec_.full_width, .height = spec_.full_height, .channels = int(channels.size())};
    raster.samples = is_whole(channels) ? std::move(all) : placed(all, channels);
    raster.premultiplied = has_alpha(raster) && !spec_.get_int_attribute("oiio:UnassociatedAlpha");
    raster.orientation = orientation != 1 ? orientation : spec_.get_int_attribute("Orientation", 1);
    raster.icc = profile();
    return raster;
  }

 private:
  template <class Sample>
  static bool has_alpha(const Raster<Sample>& raster) {
    return raster.channels % 2 == 0;
  }

  void check_kind() {
    if (spec_.deep) fail(ErrorKind::Unsupported, "read: {}: expected a flat picture, got a deep one", name_);
    if (spec_.depth > 1)
      fail(ErrorKind::Unsupported, "read: {}: expected a flat picture, got a volume", name_);
    check_colours();
    if (input_->seek_subimage(1, 0)) {
      fail(ErrorKind::Unsupported,
           "read: {}: expected one picture, got several pages or parts; save them apart", name_);
    }
    static_cast<void>(input_->geterror());  // That there is no second page is no error.
    if (!input_->seek_subimage(0, 0)) fail_damaged(name_, format_, input_->geterror());
  }

  // OpenImageIO makes RGB of these without regard to their profiles, or not at all.
  void check_colours() {
    const std::string space = spec_.get_string_attribute("tiff:ColorSpace");
    if (space == "CMYK" || space == "color separated") fail_cmyk(name_);
    if (!space.empty() && space != "palette" && space != "YCbCr") {
      fail(ErrorKind::Unsupported, "read: {}: expected RGB or grey, got {}; convert it to sRGB", name_,
           space);
    }
  }

  int channel(const char* wanted) const {
    for (int c = 0; c < spec_.nchannels; ++c) {
      if (spec_.channelnames[c] == wanted) return c;
    }
    return -1;
  }

  // Grey or RGB, then alpha, among the file's channels.
  std::vector<int> wanted_channels() const {
    std::vector<int> result;
    const int r = channel("R"), g = channel("G"), b = channel("B"), alpha = spec_.alpha_channel;
    if (r >= 0 && g >= 0 && b >= 0) {
      result = {r, g, b};
    } else if (channel("Y") >= 0) {
      result = {channel("Y")};
    } else if (spec_.nchannels - (alpha >= 0) == 1) {
      result = {alpha == 0 ? 1 : 0};
    } else {
      fail(ErrorKind::Unsupported, "read: {}: expected the channels R, G, B or Y, got {}", name_,
           fmt::join(spec_.channelnames, ", "));
    }
    if (alpha >= 0) result.push_back(alpha);
    return result;
  }

  bool is_whole(const std::vector<int>& channels) const {
    for (size_t c = 0; c < channels.size(); ++c) {
      if (channels[c] != static_cast<int>(c)) return false;
    }
    return int(channels.size()) == spec_.nchannels && spec_.x == spec_.full_x && spec_.y == spec_.full_y &&
           spec_.width == spec_.full_width && spec_.height == spec_.full_height;
  }

  // The wanted channels of the part (EXR's data window) that lies in the whole (its display window).
  template <class Sample>
  std::vector<Sample> placed(const std::vector<Sample>& all, const std::vector<int>& channels) const {
    std::vector<Sample> result(size_t(spec_.full_width) * spec_.full_height * channels.size());
    const int left = std::max(spec_.x, spec_.full_x), top = std::max(spec_.y, spec_.full_y);
    const int right = std::min(spec_.x + spec_.width, spec_.full_x + spec_.full_width);
    const int bottom = std::min(spec_.y + spec_.height, spec_.full_y + spec_.full_height);
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) {
        const size_t from = (size_t(y - spec_.y) * spec_.width + (x - spec_.x)) * spec_.nchannels;
        const size_t to =
            (size_t(y - spec_.full_y) * spec_.full_width + (x - spec_.full_x)) * channels.size();
        for (size_t c = 0; c < channels.size(); ++c) result[to + c] = all[from + channels[c]];
      }
    }
    return result;
  }

  std::vector<std::byte> profile() const {
    const OIIO::ParamValue* value = spec_.find_attribute("ICCProfile");
    if (!value) return {};
    const auto* first = static_cast<const std::byte*>(value->data());
    return {first, first + value->datasize()};
  }

  std::string name_;
  OIIO::Filesystem::IOMemReader memory_;
  const char* format_;
  std::unique_ptr<OIIO::ImageInput> input_;
  OIIO::ImageSpec spec_;
};

template <class Sample>
void unpremultiply(Raster<Sample>& raster) {
  constexpr float kOne = std::is_same_v<Sample, float> ? 1 : 255;
  for (size_t i = 0; i < raster.samples.size(); i += raster.channels) {
    const float alpha = raster.samples[i + raster.channels - 1];
    if (alpha <= 0 || alpha == kOne) continue;
    for (int c = 0; c + 1 < raster.channels; ++c) {
      const float straight = raster.samples[i + c] * kOne / alpha;
      if constexpr (std::is_same_v<Sample, float>) {
        raster.samples[i + c] = straight;
      } else {
        raster.samples[i + c] = static_cast<uint8_t>(std::min(straight, kOne) + 0.5f);
      }
    }
  }
  raster.premultiplied = false;
}

// EXIF's orientations: 2 to 4 mirror and turn by 180 degrees, 5 to 8 also swap the axes.
template <class Sample>
void turn_upright(Raster<Sample>& raster) {
  const int orientation = raster.orientation;
  if (orientation < 2 || orientation > 8) return;
  const int width = raster.width, height = raster.height;
  const bool swapped = orientation >= 5;
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  std::vector<Sample> upright;
  upright.reserve(raster.samples.size());
  for (int y = 0; y < (swapped ? width : height); ++y) {
    for (int x = 0; x < (swapped ? height : width); ++x) {
      const int column = swapped ? y : x, row = swapped ? x : y;
      const size_t pixel =
          size_t(flip_y ? height - 1 - row : row) * width + (flip_x ? width - 1 - column : column);
      const Sample* samples = &raster.samples[pixel * raster.channels];
      upright.insert(upright.end(), samples, samples + raster.channels);
    }
  }
  raster.samples = std::move(upright);
  if (swapped) std::swap(raster.width, raster.height);
  raster.orientation = 1;
}

template <class Sample>
void finish(Raster<Sample>& raster, const std::string& name) {
  if (raster.premultiplied) unpremultiply(raster);
  profile_to_srgb(raster, name);
  turn_upright(raster);
}

Image8 to_image8(Raster<uint8_t> raster) {
  Image8 image;
  image.width = raster.width;
  image.height = raster.height;
  image.channels = raster.channels;
  image.bytes = std::move(raster.samples);
  return image;
}

Image to_image(const Raster<float>& raster, Transfer transfer) {
  Image image(raster.width, raster.height, transfer);
  const float* in = raster.samples.data();
  const int step = raster.channels >= 3 ? 1 : 0;
  for (Rgba& pixel : image.pixels) {
    pixel = {.r = in[0], .g = in[step], .b = in[2 * step]};
    if (raster.channels % 2 == 0) pixel.a = in[raster.channels - 1];
    in += raster.channels;
  }
  return image;
}

// Film pictures keep their number of channels, which Image does not.
Image8 with_channels(const Image8& rgba, int channels) {
  if (channels == 4) return rgba;
  Image8 result(rgba.width, rgba.height, channels);
  for (size_t i = 0; i < size_t(rgba.width) * rgba.height; ++i) {
    for (int c = 0; c < channels; ++c) {
      result.bytes[i * channels + c] = rgba.bytes[i * 4 + (channels == 2 && c == 1 ? 3 : c)];
    }
  }
  return result;
}

Metadata text_attributes(const OIIO::ImageSpec& spec) {
  Metadata metadata;
  for (const OIIO::ParamValue& value : spec.extra_attribs) {
    const std::string key = value.name().string();
    const bool technical = key.find(':') != std::string::npos || key == "compression" || key == "DateTime";
    if (value.type() == OIIO::TypeString && !technical) metadata[key] = value.get_string();
  }
  return metadata;
}

Metadata film_metadata(Format format, std::span<const std::byte> bytes, const std::string& name) {
  OIIO::Filesystem::IOMemReader memory(const_cast<std::byte*>(bytes.data()), bytes.size());
  const auto input = OIIO::ImageInput::create(reader_of(format));
  OIIO::ImageSpec spec;
  if (!input || !input->set_ioproxy(&memory) || !input->open("", spec)) {
    fail_damaged(name, reader_of(format), input ? input->geterror() : "");
  }
  if (format == Format::Exr) return text_attributes(spec);
  return metadata_from_description(spec.get_string_attribute("ImageDescription"));
}

}  // namespace

Image8 decode_image8(std::span<const std::byte> encoded, const std::string& name, ReadLimits limits) {
  const Format format = sniff(encoded, name, limits);
  Raster<uint8_t> raster;
  if (format == Format::Png) {
    raster = decode_png8(encoded, name, limits);
  } else if (format == Format::WebP) {
    raster = decode_webp(encoded, name, limits);
  } else {
    const int orientation = check_container(format, encoded, name);
    Reader reader(format, encoded, name, limits);
    if (reader.is_float()) {
      auto film = reader.decode<float>(orientation);
      finish(film, name);
      return with_channels(to_image8(to_image(film, Transfer::Linear)), film.channels);
    }
    raster = reader.decode<uint8_t>(orientation);
  }
  finish(raster, name);
  return to_image8(std::move(raster));
}

Image8 read_image8(const std::filesystem::path& path, ReadLimits limits) {
  return decode_image8(core::read_file(path, static_cast<size_t>(limits.max_bytes)), path.string(), limits);
}

Image read_image(const std::filesystem::path& path, ReadLimits limits) {
  const std::vector<std::byte> encoded = core::read_file(path, static_cast<size_t>(limits.max_bytes));
  const std::string name = path.string();
  const Format format = sniff(encoded, name, limits);
  if (format == Format::WebP) return to_image(decode_image8(encoded, name, limits));
  Raster<float> raster;
  Transfer transfer = Transfer::Srgb;
  if (format == Format::Png) {
    raster = decode_png(encoded, name, limits);
  } else {
    const int orientation = check_container(format, encoded, name);
    Reader reader(format, encoded, name, limits);
    raster = reader.decode<float>(orientation);
    if (reader.is_float()) transfer = Transfer::Linear;
  }
  finish(raster, name);
  return to_image(raster, transfer);
}

Metadata read_metadata(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = core::read_file(path);
  const std::string name = path.string();
  const Format format = sniff(bytes, name, {});
  switch (format) {
    case Format::Png:
      return png_texts(png_chunks(bytes, name), name);
    case Format::Jpeg:
      return metadata_from_exif(parse_exif(read_jpeg_header(bytes, name).exif));
    case Format::WebP:
      return metadata_from_exif(parse_exif(webp_exif(bytes, name)));
    default:
      return film_metadata(format, bytes, name);
  }
}

}  // namespace sakuga::media

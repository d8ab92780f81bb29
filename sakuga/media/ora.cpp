#include "sakuga/media/ora.h"

#include <zip.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <utility>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/media/png.h"
#include "sakuga/media/resize.h"

namespace sakuga::media {

using core::ErrorKind;

namespace {

constexpr int kThumbnailSide = 256;
constexpr int kBandRows = 64;

void check_layer(const OraLayer& layer) {
  const auto refuse = [&](const std::string& why) {
    core::fail(ErrorKind::BadRequest, "ora: layer '{}': {}", layer.name, why);
  };
  if (!layer.image.bytes.empty() && !layer.children.empty())
    refuse("expected a picture or children, got both");
  if (!(layer.opacity >= 0 && layer.opacity <= 1))
    refuse(fmt::format("expected an opacity from 0 to 1, got {}", layer.opacity));
  if (std::ranges::any_of(layer.name, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    refuse("its name has control characters, which XML cannot keep");
  std::ranges::for_each(layer.children, check_layer);
}

void check(const OraDocument& document) {
  if (document.width < 1 || document.height < 1)
    core::fail(ErrorKind::BadRequest, "ora: expected a canvas of at least 1x1, got {}x{}", document.width,
               document.height);
  std::ranges::for_each(document.layers, check_layer);
}

// Rows of the canvas, premultiplied.
struct Band {
  int width, top, rows;
  std::vector<Rgba> pixels;

  Band(int w, int t, int r) : width(w), top(t), rows(r), pixels(size_t(w) * r, Rgba{0, 0, 0, 0}) {}
};

float mixed(OraBlend blend, float below, float above) {
  switch (blend) {
    case OraBlend::Multiply:
      return below * above;
    case OraBlend::Screen:
      return below + above - below * above;
    default:
      return above;
  }
}

// `above` premultiplied. Add is the operator "plus" of Porter and Duff.
Rgba blended(const Rgba& below, const Rgba& above, OraBlend blend) {
  if (above.a <= 0) return below;
  if (blend == OraBlend::Add)
    return {std::min(1.0f, below.r + above.r), std::min(1.0f, below.g + above.g),
            std::min(1.0f, below.b + above.b), std::min(1.0f, below.a + above.a)};
  const auto channel = [&](float b, float s) {
    const float shared = below.a > 0 ? mixed(blend, b / below.a, s / above.a) : 0;
    return s * (1 - below.a) + b * (1 - above.a) + above.a * below.a * shared;
  };
  return {channel(below.r, above.r), channel(below.g, above.g), channel(below.b, above.b),
          above.a + below.a - above.a * below.a};
}

Rgba pixel_of(const Image8& image, int x, int y, float opacity) {
  const uint8_t* p = image.at(x, y);
  const bool grey = image.channels < 3;
  const float alpha = opacity * (image.channels % 2 == 0 ? p[image.channels - 1] / 255.0f : 1.0f);
  const float scale = alpha / 255;
  return {p[0] * scale, p[grey ? 0 : 1] * scale, p[grey ? 0 : 2] * scale, alpha};
}

void draw_picture(const OraLayer& layer, Band& band) {
  const int first_x = std::max(0, layer.x), last_x = std::min(band.width, layer.x + layer.image.width);
  const int first_y = std::max(band.top, layer.y),
            last_y = std::min(band.top + band.rows, layer.y + layer.image.height);
  for (int y = first_y; y < last_y; ++y)
    for (int x = first_x; x < last_x; ++x) {
      Rgba& below = band.pixels[size_t(y - band.top) * band.width + x];
      below =
          blended(below, pixel_of(layer.image, x - layer.x, y - layer.y, float(layer.opacity)), layer.blend);
    }
}

void draw_layers(const std::vector<OraLayer>& layers, Band& band) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (!layer->visible || layer->opacity == 0) continue;
    draw_picture(*layer, band);
    if (layer->children.empty()) continue;
    Band group(band.width, band.top, band.rows);
    draw_layers(layer->children, group);
    const auto o = float(layer->opacity);
    for (size_t i = 0; i < band.pixels.size(); ++i) {
      const Rgba& p = group.pixels[i];
      band.pixels[i] = blended(band.pixels[i], {p.r * o, p.g * o, p.b * o, p.a * o}, layer->blend);
    }
  }
}

uint8_t rounded(float value) {
  return static_cast<uint8_t>(std::lround(std::clamp(value, 0.0f, 1.0f) * 255));
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '"')
      result += "&quot;";
    else
      result += c;
  }
  return result;
}

const char* operator_name(OraBlend blend) {
  switch (blend) {
    case OraBlend::Multiply:
      return "svg:multiply";
    case OraBlend::Screen:
      return "svg:screen";
    case OraBlend::Add:
      return "svg:plus";
    default:
      return "svg:src-over";
  }
}

// The entries of the file in their order; they must stay until it is written.
struct Entry {
  std::string name;
  std::vector<std::byte> bytes;
  bool packed = false;
};

void add_layers(const std::vector<OraLayer>& layers, const std::string& indent, std::string& xml,
                std::vector<Entry>& entries, int& count) {
  for (const auto& layer : layers) {
    const auto shared =
        fmt::format(R"(name="{}" opacity="{:.4g}" visibility="{}" composite-op="{}")", escaped(layer.name),
                    layer.opacity, layer.visible ? "visible" : "hidden", operator_name(layer.blend));
    if (layer.image.bytes.empty()) {
      xml += fmt::format("{}<stack isolation=\"isolate\" {}>\n", indent, shared);
      add_layers(layer.children, indent + "  ", xml, entries, count);
      xml += indent + "</stack>\n";
    } else {
      const auto file = fmt::format("data/layer{:03}.png", count++);
      xml +=
          fmt::format("{}<layer src=\"{}\" x=\"{}\" y=\"{}\" {}/>\n", indent, file, layer.x, layer.y, shared);
      entries.push_back({file, encode_png(layer.image)});
    }
  }
}

Image8 thumbnail(const Image8& merged) {
  const int side = std::max(merged.width, merged.height);
  if (side <= kThumbnailSide) return merged;
  const auto scaled = [&](int length) {
    return std::max(1, static_cast<int>(int64_t(length) * kThumbnailSide / side));
  };
  return resize(merged, scaled(merged.width), scaled(merged.height), Filter::Box);
}

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

struct CloseZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

void write_zip(const std::filesystem::path& path, const std::vector<Entry>& entries) {
  int code = 0;
  std::unique_ptr<zip_t, CloseZip> zip(zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (!zip) core::fail(ErrorKind::BadRequest, "ora: cannot write {} (zip error {})", path.string(), code);
  for (const auto& entry : entries) {
    zip_source_t* source = zip_source_buffer(zip.get(), entry.bytes.data(), entry.bytes.size(), 0);
    const auto index = zip_file_add(zip.get(), entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) zip_source_free(source);
    constexpr int kNoTime = 0, kFirstOfJanuary1980 = (1 << 5) | 1;
    if (index < 0 ||
        zip_set_file_compression(zip.get(), zip_uint64_t(index), entry.packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                                 0) != 0 ||
        zip_file_set_dostime(zip.get(), zip_uint64_t(index), kNoTime, kFirstOfJanuary1980, 0) != 0)
      core::fail(ErrorKind::Internal, "ora: {}: {}", entry.name, zip_strerror(zip.get()));
  }
  if (zip_close(zip.get()) != 0)
    core::fail(ErrorKind::BadRequest, "ora: cannot write {}: {}", path.string(), zip_strerror(zip.get()));
  static_cast<void>(zip.release());
}

}  // namespace

Image8 merged_ora(const OraDocument& document) {
  check(document);
  Image8 merged(document.width, document.height, 4);
  const int bands = (document.height + kBandRows - 1) / kBandRows;
#pragma omp parallel for schedule(dynamic)
  for (int index = 0; index < bands; ++index) {
    const int top = index * kBandRows;
    Band band(document.width, top, std::min(kBandRows, document.height - top));
    draw_layers(document.layers, band);
    uint8_t* out = merged.at(0, top);
    for (const Rgba& p : band.pixels) {
      const float scale = p.a > 0 ? 1 / p.a : 0;
      for (const float value : {p.r * scale, p.g * scale, p.b * scale, p.a}) *out++ = rounded(value);
    }
  }
  return merged;
}

void write_ora(const std::filesystem::path& path, const OraDocument& document, const Metadata& metadata) {
  check(document);
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<image version=\"0.0.6\" w=\"{}\" h=\"{}\">\n  <stack>\n",
      document.width, document.height);
  std::vector<Entry> entries = {{"mimetype", bytes_of("image/openraster")}, {"stack.xml", {}, true}};
  int count = 0;
  add_layers(document.layers, "    ", xml, entries, count);
  entries[1].bytes = bytes_of(xml + "  </stack>\n</image>\n");
  const Image8 merged = merged_ora(document);
  entries.push_back({"mergedimage.png", encode_png(merged, metadata)});
  entries.push_back({"Thumbnails/thumbnail.png", encode_png(thumbnail(merged))});
  core::replace_file(path, [&](const std::filesystem::path& temporary) { write_zip(temporary, entries); });
}

Metadata read_ora_metadata(const std::filesystem::path& path) {
  const auto name = path.filename().string();
  if (!std::filesystem::exists(path))
    core::fail(ErrorKind::NotFound, "ora: there is no file {}", path.string());
  const auto damaged = [&] {
    core::fail(ErrorKind::CorruptInput, "ora: {} is no OpenRaster file or is damaged", name);
  };
  constexpr zip_uint64_t kMost = zip_uint64_t{1} << 30;
  int code = 0;
  const std::unique_ptr<zip_t, CloseZip> zip(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!zip) damaged();
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat(zip.get(), "mergedimage.png", 0, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE) ||
      stat.size > kMost)
    damaged();
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(zip.get(), stat.index, 0));
  std::vector<std::byte> bytes(stat.size);
  if (!file || zip_fread(file.get(), bytes.data(), bytes.size()) != zip_int64_t(bytes.size())) damaged();
  return png_texts(png_chunks(bytes, name), name);
}

}  // namespace sakuga::media

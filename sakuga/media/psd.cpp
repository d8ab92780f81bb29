#include "sakuga/media/psd.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"

namespace sakuga::media {
namespace {

constexpr int kMaxSide = 30'000;
using Bytes = std::vector<std::byte>;

// Big-endian numbers at the end of `bytes`.
class Writer {
 public:
  Bytes bytes;

  void u8(uint32_t value) { bytes.push_back(static_cast<std::byte>(value)); }
  void u16(uint32_t value) {
    u8(value >> 8 & 255);
    u8(value & 255);
  }
  void u32(uint32_t value) {
    u16(value >> 16);
    u16(value & 65535);
  }
  void text(const char* four) {
    for (; *four; ++four) u8(static_cast<unsigned char>(*four));
  }
  void append(const Bytes& more) { bytes.insert(bytes.end(), more.begin(), more.end()); }
  // A block with its length in front, padded to a multiple of `step` that the length counts.
  void block(Bytes inner, size_t step) {
    while (inner.size() % step != 0) inner.push_back(std::byte{0});
    u32(static_cast<uint32_t>(inner.size()));
    append(inner);
  }
};

// One row by PackBits: runs of at least three equal bytes, and stretches of others.
void pack_row(const std::vector<uint8_t>& row, Bytes& out) {
  const size_t n = row.size();
  const auto run_at = [&](size_t i) {
    size_t end = i + 1;
    while (end < n && end - i < 128 && row[end] == row[i]) ++end;
    return end - i;
  };
  for (size_t i = 0; i < n;) {
    if (const size_t run = run_at(i); run >= 3) {
      out.push_back(static_cast<std::byte>(257 - run));
      out.push_back(static_cast<std::byte>(row[i]));
      i += run;
      continue;
    }
    size_t end = i + 1;
    while (end < n && end - i < 128 && run_at(end) < 3) ++end;
    out.push_back(static_cast<std::byte>(end - i - 1));
    for (; i < end; ++i) out.push_back(static_cast<std::byte>(row[i]));
  }
}

uint8_t sample(const Image8& image, int x, int y, int channel) {
  const uint8_t* pixel = image.at(x, y);
  const bool alpha = image.channels % 2 == 0;
  if (channel == 3) return alpha ? pixel[image.channels - 1] : 255;
  return image.channels <= 2 ? pixel[0] : pixel[channel];
}

// The packed rows of one channel: their lengths, and the data.
struct Packed {
  std::vector<size_t> lengths;
  Bytes data;
};

Packed pack(const Image8& image, int channel) {
  Packed packed;
  std::vector<uint8_t> row(static_cast<size_t>(image.width));
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) row[static_cast<size_t>(x)] = sample(image, x, y, channel);
    const size_t before = packed.data.size();
    pack_row(row, packed.data);
    packed.lengths.push_back(packed.data.size() - before);
  }
  return packed;
}

Bytes channel_bytes(const Image8& image, int channel) {
  Writer writer;
  if (image.bytes.empty()) {  // Groups have channels without pixels.
    writer.u16(0);
    return writer.bytes;
  }
  const Packed packed = pack(image, channel);
  writer.u16(1);
  for (const size_t length : packed.lengths) writer.u16(static_cast<uint32_t>(length));
  writer.append(packed.data);
  return writer.bytes;
}

std::u16string utf16(const std::string& text) {
  std::u16string result;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t code = length == 1 ? lead : lead & (0x3F >> (length - 1));
    for (size_t k = 1; k < length && i + k < text.size(); ++k) code = code << 6 | (text[i + k] & 0x3F);
    i += length;
    if (code < 0x10000) {
      result.push_back(static_cast<char16_t>(code));
    } else {
      result.push_back(static_cast<char16_t>(0xD7C0 + (code >> 10)));
      result.push_back(static_cast<char16_t>(0xDC00 + (code & 0x3FF)));
    }
  }
  return result;
}

enum class Section { None = -1, Open = 1, End = 3 };

struct Record {
  const OraLayer* layer;
  Section section;
};

// Bottom first; a group is an end mark, what is in it, and its own record.
void flatten_groups(const std::vector<OraLayer>& layers, std::vector<Record>& records) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    const bool group = !layer->children.empty();
    if (group) {
      records.push_back({&*layer, Section::End});
      flatten_groups(layer->children, records);
    }
    records.push_back({&*layer, group ? Section::Open : Section::None});
  }
}

const char* blend_key(OraBlend blend) {
  return blend == OraBlend::Multiply ? "mul "
         : blend == OraBlend::Screen ? "scrn"
         : blend == OraBlend::Add    ? "lddg"
                                     : "norm";
}

void write_extra(Writer& writer, const Record& record, const std::string& name) {
  Writer extra;
  extra.u32(0);  // No mask.
  extra.u32(0);  // No blending ranges.
  const std::string brief = name.substr(0, 255);
  extra.u8(static_cast<uint32_t>(brief.size()));
  for (const char letter : brief) extra.u8(static_cast<unsigned char>(letter));
  while (extra.bytes.size() % 4 != 0) extra.u8(0);
  Writer unicode;
  const std::u16string wide = utf16(name);
  unicode.u32(static_cast<uint32_t>(wide.size()));
  for (const char16_t unit : wide) unicode.u16(unit);
  extra.text("8BIMluni");
  extra.block(unicode.bytes, 4);
  if (record.section != Section::None) {
    extra.text("8BIMlsct");
    extra.u32(4);
    extra.u32(static_cast<uint32_t>(record.section));
  }
  writer.u32(static_cast<uint32_t>(extra.bytes.size()));
  writer.append(extra.bytes);
}

Bytes layer_info(const OraDocument& document) {
  std::vector<Record> records;
  flatten_groups(document.layers, records);
  if (records.empty()) return {};
  Writer head;
  Bytes pixels;
  // A negative count says that the merged picture's fourth channel is its transparency.
  head.u16(static_cast<uint32_t>(-static_cast<int>(records.size())) & 65535);
  static const Image8 nothing;
  for (const Record& record : records) {
    const OraLayer& layer = *record.layer;
    const Image8& image = record.section == Section::None ? layer.image : nothing;
    const bool shown = image.width > 0;
    head.u32(static_cast<uint32_t>(shown ? layer.y : 0));
    head.u32(static_cast<uint32_t>(shown ? layer.x : 0));
    head.u32(static_cast<uint32_t>(shown ? layer.y + image.height : 0));
    head.u32(static_cast<uint32_t>(shown ? layer.x + image.width : 0));
    head.u16(4);
    for (const int channel : {3, 0, 1, 2}) {
      const Bytes bytes = channel_bytes(image, channel);
      head.u16(channel == 3 ? 65535 : static_cast<uint32_t>(channel));
      head.u32(static_cast<uint32_t>(bytes.size()));
      pixels.insert(pixels.end(), bytes.begin(), bytes.end());
    }
    head.text("8BIM");
    head.text(blend_key(layer.blend));
    head.u8(static_cast<uint32_t>(std::lround(layer.opacity * 255)));
    head.u8(0);
    head.u8((layer.visible ? 0 : 2) | 8 | (record.section == Section::None ? 0 : 16));
    head.u8(0);
    write_extra(head, record, record.section == Section::End ? "</Layer group>" : layer.name);
  }
  head.append(pixels);
  return head.bytes;
}

// The merged picture stands on white, as programs write it and readers expect it; they take the white away.
void write_merged(Writer& writer, Image8 merged) {
  for (size_t i = 0; i < merged.bytes.size(); i += 4) {
    const int alpha = merged.bytes[i + 3];
    for (size_t c = 0; c < 3; ++c)
      merged.bytes[i + c] =
          static_cast<uint8_t>((merged.bytes[i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
  writer.u16(1);
  std::array<Packed, 4> channels;
  for (int channel = 0; channel < 4; ++channel)
    channels[static_cast<size_t>(channel)] = pack(merged, channel);
  for (const Packed& packed : channels)
    for (const size_t length : packed.lengths) writer.u16(static_cast<uint32_t>(length));
  for (const Packed& packed : channels) writer.append(packed.data);
}

}  // namespace

void write_psd(const std::filesystem::path& path, const OraDocument& document) {
  if (document.width > kMaxSide || document.height > kMaxSide)
    core::fail(core::ErrorKind::BadRequest, "psd: {}: expected at most {} pixels a side, got {}x{}",
               path.string(), kMaxSide, document.width, document.height);
  Image8 merged = merged_ora(document);
  Writer writer;
  writer.text("8BPS");
  writer.u16(1);
  writer.u32(0);
  writer.u16(0);
  writer.u16(4);
  writer.u32(static_cast<uint32_t>(document.height));
  writer.u32(static_cast<uint32_t>(document.width));
  writer.u16(8);
  writer.u16(3);  // RGB.
  writer.u32(0);  // No palette.
  writer.u32(0);  // No resources.
  Writer section;
  section.block(layer_info(document), 2);
  section.u32(0);  // No global mask.
  writer.block(std::move(section.bytes), 2);
  write_merged(writer, std::move(merged));
  core::write_file(path, writer.bytes);
}

}  // namespace sakuga::media

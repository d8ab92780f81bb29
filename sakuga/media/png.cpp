#include "sakuga/media/png.h"

#include <zlib.h>

#include <algorithm>

#include "sakuga/core/error.h"

namespace sakuga::media {
namespace {

constexpr size_t kSignature = 8, kHeaderChunk = 8 + 13 + 4;
constexpr size_t kTextLimit = size_t{16} << 20;

uint32_t big_endian(const std::byte* bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | std::to_integer<uint32_t>(bytes[i]);
  return value;
}

void append_big_endian(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

uint32_t checksum(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::string chunk_bytes(const std::string& type, const std::string& data) {
  std::string result;
  append_big_endian(result, static_cast<uint32_t>(data.size()));
  result += type + data;
  append_big_endian(result, checksum(std::string_view(result).substr(4)));
  return result;
}

[[noreturn]] void fail_chunk(const std::string& name) {
  core::fail(core::ErrorKind::CorruptInput, "read: {}: a text or profile in the PNG file is damaged", name);
}

std::string inflated(std::string_view packed, const std::string& name) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) core::fail(core::ErrorKind::Internal, "read: zlib refused");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  int state = Z_OK;
  while (state == Z_OK && text.size() < kTextLimit) {
    char buffer[4096];
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof(buffer);
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(buffer, sizeof(buffer) - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END) fail_chunk(name);
  return text;
}

std::string utf8_from_latin1(std::string_view latin1) {
  std::string text;
  for (const char letter : latin1) {
    const auto code = static_cast<unsigned char>(letter);
    if (code >= 128) text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(code >= 128 ? 0x80 | (code & 0x3F) : code);
  }
  return text;
}

// Many programs put UTF-8 into tEXt against the rules; Latin-1 that happens to be UTF-8 is very rare.
bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    const int more = lead < 0x80 ? 0 : lead >= 0xC2 && lead < 0xE0 ? 1 : lead >= 0xE0 && lead < 0xF0 ? 2 : 3;
    if (lead >= 0xF5 || (lead >= 0x80 && lead < 0xC2)) return false;
    for (int k = 0; k < more; ++k, ++i) {
      if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return false;
    }
  }
  return true;
}

// Cuts off and returns what stands before the next zero byte.
std::string_view cut_word(std::string_view& rest, const std::string& name) {
  const size_t end = rest.find('\0');
  if (end == std::string_view::npos) fail_chunk(name);
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return word;
}

std::string international_text(std::string_view rest, const std::string& name) {
  if (rest.size() < 2) fail_chunk(name);
  const bool packed = rest[0] != 0;
  rest.remove_prefix(2);
  cut_word(rest, name);  // The language.
  cut_word(rest, name);  // The key in that language.
  return packed ? inflated(rest, name) : std::string(rest);
}

std::string text_chunk(const std::string& key, const std::string& text) {
  const auto printable = [](unsigned char c) { return c >= 32 && c < 127; };
  if (key.empty() || key.size() > 79 || !std::all_of(key.begin(), key.end(), printable)) {
    core::fail(core::ErrorKind::BadRequest,
               "metadata: expected a key of 1 to 79 printable characters, got \"{}\"", key);
  }
  if (text.find('\0') != std::string::npos || !is_utf8(text)) {
    core::fail(core::ErrorKind::BadRequest, "metadata: the text of {} is not UTF-8", key);
  }
  const bool plain = std::all_of(text.begin(), text.end(), [&](char c) { return printable(c) || c == '\n'; });
  if (plain) return chunk_bytes("tEXt", key + '\0' + text);
  return chunk_bytes("iTXt", key + std::string(5, '\0') + text);
}

}  // namespace

std::vector<PngChunk> png_chunks(std::span<const std::byte> png, const std::string& name) {
  std::vector<PngChunk> chunks;
  for (size_t at = kSignature;;) {
    if (png.size() < at + 12 || big_endian(&png[at]) > png.size() - at - 12) {
      core::fail(core::ErrorKind::CorruptInput,
                 "read: {}: the PNG file ends before its picture does; cut off?", name);
    }
    const size_t size = big_endian(&png[at]);
    chunks.push_back(
        {std::string(reinterpret_cast<const char*>(&png[at + 4]), 4), png.subspan(at + 8, size)});
    if (chunks.back().type == "IEND") return chunks;
    at += 12 + size;
  }
}

std::vector<std::byte> png_profile(const std::vector<PngChunk>& chunks, const std::string& name) {
  for (const PngChunk& chunk : chunks) {
    if (chunk.type != "iCCP") continue;
    std::string_view rest(reinterpret_cast<const char*>(chunk.data.data()), chunk.data.size());
    cut_word(rest, name);
    const std::string profile = inflated(rest.substr(std::min<size_t>(1, rest.size())), name);
    const auto bytes = std::as_bytes(std::span(profile));
    return {bytes.begin(), bytes.end()};
  }
  return {};
}

Metadata png_texts(const std::vector<PngChunk>& chunks, const std::string& name) {
  Metadata texts;
  for (const PngChunk& chunk : chunks) {
    if (chunk.type != "tEXt" && chunk.type != "zTXt" && chunk.type != "iTXt") continue;
    std::string_view rest(reinterpret_cast<const char*>(chunk.data.data()), chunk.data.size());
    const std::string key = utf8_from_latin1(cut_word(rest, name));
    if (chunk.type == "iTXt") {
      texts[key] = international_text(rest, name);
    } else if (chunk.type == "zTXt") {
      texts[key] = utf8_from_latin1(inflated(rest.substr(std::min<size_t>(1, rest.size())), name));
    } else {
      texts[key] = is_utf8(rest) ? std::string(rest) : utf8_from_latin1(rest);
    }
  }
  return texts;
}

std::vector<std::byte> with_png_texts(std::span<const std::byte> png, const Metadata& metadata) {
  std::string texts;
  for (const auto& [key, text] : metadata) texts += text_chunk(key, text);
  std::vector<std::byte> result(png.begin(), png.end());
  const auto bytes = std::as_bytes(std::span(texts));
  result.insert(result.begin() + kSignature + kHeaderChunk, bytes.begin(), bytes.end());
  return result;
}

}  // namespace sakuga::media

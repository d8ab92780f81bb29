#include "sakuga/media/exif.h"

#include <iconv.h>
#include <libexif/exif-data.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "sakuga/core/error.h"

namespace sakuga::media {
namespace {

constexpr char kHeader[] = "Exif\0";  // With the final zero: the six bytes that libexif wants.
constexpr std::string_view kUnicode("UNICODE\0", 8), kAscii("ASCII\0\0\0", 8);
constexpr size_t kSegmentLimit = 65535 - 2 - sizeof(kHeader);

using Data = std::unique_ptr<ExifData, void (*)(ExifData*)>;

// False if `text` is not in the `from` encoding.
bool convert(const std::string& text, const char* from, const char* to, std::string& result) {
  const iconv_t converter = iconv_open(to, from);
  if (converter == iconv_t(-1))
    core::fail(core::ErrorKind::Internal, "exif: no conversion from {} to {}", from, to);
  result.assign(text.size() * 3 + 4, '\0');
  char* in = const_cast<char*>(text.data());
  char* out = result.data();
  size_t in_left = text.size(), out_left = result.size();
  const bool done = iconv(converter, &in, &in_left, &out, &out_left) != size_t(-1);
  iconv_close(converter);
  result.resize(result.size() - out_left);
  return done;
}

// Writers disagree on the byte order of UNICODE comments, but in most texts the zeros tell.
bool looks_little_endian(const std::string& utf16) {
  int even = 0, odd = 0;
  for (size_t i = 0; i + 1 < utf16.size(); i += 2) {
    even += utf16[i] == 0;
    odd += utf16[i + 1] == 0;
  }
  return odd > even;
}

std::string decode_comment(const std::string& raw) {
  std::string text;
  if (raw.starts_with(kUnicode)) {
    const std::string utf16 = raw.substr(kUnicode.size());
    convert(utf16, looks_little_endian(utf16) ? "UTF-16LE" : "UTF-16BE", "UTF-8", text);
  } else if (raw.size() >= 8) {
    text = raw.substr(8);
  }
  return text.substr(0, text.find_last_not_of(std::string_view(" \0", 2)) + 1);
}

std::string raw_entry(ExifData* data, ExifIfd ifd, ExifTag tag) {
  const ExifEntry* entry = exif_content_get_entry(data->ifd[ifd], tag);
  return entry && entry->data ? std::string(reinterpret_cast<const char*>(entry->data), entry->size) : "";
}

void add_entry(ExifData* data, ExifIfd ifd, ExifTag tag, ExifFormat format, const std::string& value) {
  ExifEntry* entry = exif_entry_new();
  exif_content_add_entry(data->ifd[ifd], entry);
  entry->tag = tag;
  entry->format = format;
  entry->components = value.size();
  entry->size = static_cast<unsigned>(value.size());
  // The entry frees its data through libexif's default allocator, which is malloc.
  entry->data = static_cast<unsigned char*>(std::malloc(value.size()));
  std::memcpy(entry->data, value.data(), value.size());
  exif_entry_unref(entry);
}

std::string encode_comment(const std::string& text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 128; });
  if (ascii) return std::string(kAscii) + text;
  std::string utf16;
  if (!convert(text, "UTF-8", "UTF-16BE", utf16)) {
    core::fail(core::ErrorKind::BadRequest, "metadata: the text is not UTF-8: {}", text.substr(0, 40));
  }
  return std::string(kUnicode) + utf16;
}

}  // namespace

Exif parse_exif(std::span<const std::byte> block) {
  std::string bytes(kHeader, sizeof(kHeader));
  bytes.append(reinterpret_cast<const char*>(block.data()), block.size());
  const Data data(exif_data_new_from_data(reinterpret_cast<const unsigned char*>(bytes.data()),
                                          static_cast<unsigned>(bytes.size())),
                  exif_data_unref);
  Exif exif;
  if (!data) return exif;
  const ExifEntry* orientation = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (orientation && orientation->format == EXIF_FORMAT_SHORT && orientation->size >= 2) {
    const int value = exif_get_short(orientation->data, exif_data_get_byte_order(data.get()));
    if (value >= 1 && value <= 8) exif.orientation = value;
  }
  exif.user_comment = decode_comment(raw_entry(data.get(), EXIF_IFD_EXIF, EXIF_TAG_USER_COMMENT));
  exif.description = raw_entry(data.get(), EXIF_IFD_0, EXIF_TAG_IMAGE_DESCRIPTION);
  exif.description.resize(std::strlen(exif.description.c_str()));
  return exif;
}

std::vector<std::byte> make_exif(const std::string& user_comment, const std::string& description) {
  const Data data(exif_data_new(), exif_data_unref);
  exif_data_set_byte_order(data.get(), EXIF_BYTE_ORDER_INTEL);
  if (!description.empty()) {
    const std::string terminated(description.c_str(), description.size() + 1);
    add_entry(data.get(), EXIF_IFD_0, EXIF_TAG_IMAGE_DESCRIPTION, EXIF_FORMAT_ASCII, terminated);
  }
  if (!user_comment.empty()) {
    add_entry(data.get(), EXIF_IFD_EXIF, EXIF_TAG_USER_COMMENT, EXIF_FORMAT_UNDEFINED,
              encode_comment(user_comment));
  }
  unsigned char* bytes = nullptr;
  unsigned size = 0;
  exif_data_save_data(data.get(), &bytes, &size);
  const std::unique_ptr<unsigned char, void (*)(void*)> owner(bytes, std::free);
  if (size < sizeof(kHeader) || size > kSegmentLimit) {
    core::fail(core::ErrorKind::BadRequest, "metadata: expected less than 64 KiB of text, got {} bytes",
               user_comment.size() + description.size());
  }
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  return {first + sizeof(kHeader), first + size};
}

std::string description_from_metadata(const Metadata& metadata) {
  if (metadata.empty()) return "";
  try {
    return nlohmann::json(metadata).dump();
  } catch (const nlohmann::json::type_error&) {
    core::fail(core::ErrorKind::BadRequest, "metadata: a text is not UTF-8");
  }
}

Metadata metadata_from_description(const std::string& description) {
  if (description.empty()) return {};
  const auto json = nlohmann::json::parse(description, nullptr, false);
  const auto is_text = [](const nlohmann::json& value) { return value.is_string(); };
  if (json.is_object() && std::all_of(json.begin(), json.end(), is_text)) return json.get<Metadata>();
  return {{"description", description}};
}

std::vector<std::byte> exif_from_metadata(const Metadata& metadata) {
  Metadata others = metadata;
  others.erase("parameters");
  const auto parameters = metadata.find("parameters");
  return make_exif(parameters == metadata.end() ? "" : parameters->second, description_from_metadata(others));
}

Metadata metadata_from_exif(const Exif& exif) {
  Metadata metadata = metadata_from_description(exif.description);
  if (!exif.user_comment.empty()) metadata["parameters"] = exif.user_comment;
  return metadata;
}

}  // namespace sakuga::media

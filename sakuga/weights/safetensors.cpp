#include "sakuga/weights/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"

namespace sakuga::weights {
namespace {

using core::ErrorKind;
using core::fail;
using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "tensors are read as they lie in the file");

constexpr uint64_t kMaxHeader = 100'000'000;  // The format's own cap.

struct DtypeRow {
  Dtype dtype;
  const char* name;
  int64_t size;
};

constexpr std::array<DtypeRow, 13> kDtypes = {{{Dtype::Bool, "BOOL", 1},
                                               {Dtype::U8, "U8", 1},
                                               {Dtype::I8, "I8", 1},
                                               {Dtype::U16, "U16", 2},
                                               {Dtype::I16, "I16", 2},
                                               {Dtype::F16, "F16", 2},
                                               {Dtype::BF16, "BF16", 2},
                                               {Dtype::U32, "U32", 4},
                                               {Dtype::I32, "I32", 4},
                                               {Dtype::F32, "F32", 4},
                                               {Dtype::U64, "U64", 8},
                                               {Dtype::I64, "I64", 8},
                                               {Dtype::F64, "F64", 8}}};

template <class... Args>
[[noreturn]] void corrupt(const std::filesystem::path& path, fmt::format_string<Args...> format,
                          Args&&... args) {
  fail(ErrorKind::CorruptInput, "safetensors: {}: {}", path.string(),
       fmt::format(format, std::forward<Args>(args)...));
}

// Parses JSON whose objects have no key twice: a parser that keeps the last one would let a header show one
// tensor to a check and another to a reader.
json parse_strict(const std::filesystem::path& path, const std::string& text) {
  std::vector<std::set<std::string>> keys;
  const auto callback = [&](int depth, json::parse_event_t event, json& value) {
    if (depth > 4) corrupt(path, "the header nests deeper than any tensor entry does");
    if (event == json::parse_event_t::object_start) {
      keys.resize(size_t(depth) + 1);
      keys.back().clear();
    }
    if (event != json::parse_event_t::key) return true;
    const auto name = value.get<std::string>();
    if (!keys.at(size_t(depth) - 1).insert(name).second)
      corrupt(path, "'{}' stands twice in the header", name);
    return true;
  };
  try {
    return json::parse(text, callback);
  } catch (const json::exception& error) {
    corrupt(path, "the header is not JSON ({}); is this a safetensors file?", error.what());
  }
}

uint64_t element_count(const std::filesystem::path& path, const std::string& name,
                       const std::vector<int64_t>& shape) {
  uint64_t count = 1;
  for (const int64_t size : shape)
    if (__builtin_mul_overflow(count, uint64_t(size), &count))
      corrupt(path, "the shape of '{}' is absurd", name);
  return count;
}

const json& member(const std::filesystem::path& path, const std::string& name, const json& entry,
                   const char* key) {
  const auto found = entry.find(key);
  if (found == entry.end()) corrupt(path, "tensor '{}' has no {}", name, key);
  return *found;
}

uint64_t natural(const std::filesystem::path& path, const std::string& name, const json& value,
                 const char* what) {
  if (!value.is_number_unsigned() || value.get<uint64_t>() > uint64_t(INT64_MAX))
    corrupt(path, "{} of tensor '{}' should be a whole number of zero or more, is {}", what, name,
            value.dump());
  return value.get<uint64_t>();
}

TensorInfo parse_entry(const std::filesystem::path& path, const std::string& name, const json& entry,
                       uint64_t data_size) {
  if (!entry.is_object()) corrupt(path, "the entry of tensor '{}' is not an object", name);
  const auto& dtype = member(path, name, entry, "dtype");
  const auto& shape = member(path, name, entry, "shape");
  const auto& offsets = member(path, name, entry, "data_offsets");
  if (!dtype.is_string() || !shape.is_array() || !offsets.is_array() || offsets.size() != 2)
    corrupt(path, "tensor '{}' should have a dtype, a shape and two data_offsets", name);

  TensorInfo info{.name = name, .dtype = dtype_from_name(dtype.get<std::string>())};
  for (const auto& size : shape) info.shape.push_back(int64_t(natural(path, name, size, "a dimension")));
  info.begin = natural(path, name, offsets[0], "an offset");
  info.end = natural(path, name, offsets[1], "an offset");
  if (info.begin > info.end || info.end > data_size)
    corrupt(path, "tensor '{}' lies at bytes {} to {} of {}; is the file cut off?", name, info.begin,
            info.end, data_size);
  uint64_t bytes = 0;
  if (__builtin_mul_overflow(element_count(path, name, info.shape), uint64_t(dtype_size(info.dtype)),
                             &bytes) ||
      bytes != info.end - info.begin)
    corrupt(path, "tensor '{}' has {} bytes, its shape and {} need another number", name,
            info.end - info.begin, dtype_name(info.dtype));
  return info;
}

Metadata parse_metadata(const std::filesystem::path& path, const json& object) {
  if (!object.is_object()) corrupt(path, "__metadata__ should map strings to strings");
  Metadata metadata;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) corrupt(path, "__metadata__ '{}' should be a string", key);
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

// The data is the tensors one after the other: nothing hidden between them, nothing used twice.
void check_layout(const std::filesystem::path& path, std::vector<TensorInfo> tensors, uint64_t data_size) {
  std::sort(tensors.begin(), tensors.end(), [](const TensorInfo& a, const TensorInfo& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t position = 0;
  for (const auto& tensor : tensors) {
    if (tensor.begin < position) corrupt(path, "tensor '{}' overlaps another", tensor.name);
    if (tensor.begin > position)
      corrupt(path, "{} bytes before tensor '{}' belong to none", tensor.begin - position, tensor.name);
    position = tensor.end;
  }
  if (position != data_size) corrupt(path, "the last {} bytes belong to no tensor", data_size - position);
}

std::ifstream open_stream(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path))
    fail(ErrorKind::NotFound, "safetensors: cannot read {}, expected a file; check the path", path.string());
  return stream;
}

bool read_exactly(std::ifstream& stream, void* out, uint64_t size) {
  return bool(stream.read(static_cast<char*>(out), std::streamsize(size)));
}

// Where each tensor goes: large elements first, so that every tensor is aligned, then by name.
std::vector<const TensorView*> file_order(std::span<const TensorView> tensors) {
  std::vector<const TensorView*> order;
  for (const auto& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const TensorView* a, const TensorView* b) {
    return std::pair(-dtype_size(a->dtype), a->name) < std::pair(-dtype_size(b->dtype), b->name);
  });
  return order;
}

std::string header_text(const std::vector<const TensorView*>& order, const Metadata& metadata) {
  json header = json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t position = 0;
  for (const auto* tensor : order) {
    uint64_t bytes = uint64_t(dtype_size(tensor->dtype));
    for (const int64_t size : tensor->shape) bytes *= uint64_t(size);
    if (bytes != tensor->bytes.size() || header.contains(tensor->name))
      fail(ErrorKind::Internal,
           "safetensors: cannot write tensor '{}': {} bytes, expected {}, or its name is used twice",
           tensor->name, tensor->bytes.size(), bytes);
    header[tensor->name] = {{"dtype", dtype_name(tensor->dtype)},
                            {"shape", tensor->shape},
                            {"data_offsets", {position, position + bytes}}};
    position += bytes;
  }
  auto text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

// Whether any of the little-endian words of type Word has all the bits of `exponent` set.
template <class Word>
int64_t first_not_finite(std::span<const std::byte> bytes, Word exponent) {
  for (size_t i = 0; i + sizeof(Word) <= bytes.size(); i += sizeof(Word)) {
    Word word;
    std::memcpy(&word, bytes.data() + i, sizeof(Word));
    if ((word & exponent) == exponent) return int64_t(i / sizeof(Word));
  }
  return -1;
}

}  // namespace

std::string dtype_name(Dtype dtype) {
  return kDtypes.at(size_t(dtype)).name;
}

int64_t dtype_size(Dtype dtype) {
  return kDtypes.at(size_t(dtype)).size;
}

Dtype dtype_from_name(const std::string& name) {
  std::string known;
  for (const auto& row : kDtypes) {
    if (name == row.name) return row.dtype;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", row.name);
  }
  fail(ErrorKind::Unsupported, "safetensors: unknown dtype '{}', expected one of {}", name, known);
}

SafetensorsHeader read_safetensors_header(const std::filesystem::path& path) {
  auto stream = open_stream(path);
  const uint64_t file_size = std::filesystem::file_size(path);
  uint64_t length = 0;
  if (file_size < 8 || !read_exactly(stream, &length, 8))
    corrupt(path, "{} bytes are too few for a header; is the file cut off?", file_size);
  if (length > kMaxHeader || length > file_size - 8)
    corrupt(path, "the header claims {} bytes of a file of {}; is this a safetensors file?", length,
            file_size);
  std::string text(length, '\0');
  if (!read_exactly(stream, text.data(), length)) corrupt(path, "the header cannot be read");

  const auto root = parse_strict(path, text);
  if (!root.is_object()) corrupt(path, "the header is not an object");
  SafetensorsHeader header{.data_start = 8 + length};
  const uint64_t data_size = file_size - header.data_start;
  for (const auto& [name, entry] : root.items()) {
    if (name == "__metadata__")
      header.metadata = parse_metadata(path, entry);
    else
      header.tensors.push_back(parse_entry(path, name, entry, data_size));
  }
  check_layout(path, header.tensors, data_size);
  return header;
}

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
  const auto header = read_safetensors_header(path);
  uint64_t size = 0;
  for (const auto& info : header.tensors) size = std::max(size, info.end);
  auto data = std::make_shared<std::vector<std::byte>>(size);
  auto stream = open_stream(path);
  stream.seekg(std::streamoff(header.data_start));
  if (!read_exactly(stream, data->data(), size)) corrupt(path, "the data cannot be read");

  SafetensorsFile file;
  file.path_ = path;
  file.metadata_ = header.metadata;
  for (const auto& info : header.tensors)
    file.tensors_.push_back(
        {info.name, info.dtype, info.shape, std::span(*data).subspan(info.begin, info.end - info.begin)});
  file.data_ = std::move(data);
  return file;
}

SafetensorsFile SafetensorsFile::of_tensors(const std::filesystem::path& path,
                                            std::vector<OwnedTensor> tensors) {
  std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto held = std::make_shared<const std::vector<OwnedTensor>>(std::move(tensors));
  SafetensorsFile file;
  file.path_ = path;
  for (const auto& tensor : *held) {
    if (!file.tensors_.empty() && file.tensors_.back().name == tensor.name)
      fail(ErrorKind::CorruptInput, "weights: {}: tensor '{}' is there twice", path.string(), tensor.name);
    file.tensors_.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes});
  }
  file.data_ = held;
  return file;
}

SafetensorsFile SafetensorsFile::without(std::span<const std::string> prefixes) const {
  SafetensorsFile file = *this;
  std::erase_if(file.tensors_, [&](const TensorView& tensor) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const std::string& prefix) { return tensor.name.starts_with(prefix); });
  });
  return file;
}

const TensorView* SafetensorsFile::find(const std::string& name) const {
  const auto found =
      std::lower_bound(tensors_.begin(), tensors_.end(), name,
                       [](const TensorView& tensor, const std::string& n) { return tensor.name < n; });
  return found != tensors_.end() && found->name == name ? &*found : nullptr;
}

void check_finite(const TensorView& tensor, const std::string& where) {
  int64_t index = -1;
  if (tensor.dtype == Dtype::F16) index = first_not_finite<uint16_t>(tensor.bytes, 0x7c00);
  if (tensor.dtype == Dtype::BF16) index = first_not_finite<uint16_t>(tensor.bytes, 0x7f80);
  if (tensor.dtype == Dtype::F32) index = first_not_finite<uint32_t>(tensor.bytes, 0x7f800000);
  if (tensor.dtype == Dtype::F64) index = first_not_finite<uint64_t>(tensor.bytes, 0x7ff0000000000000);
  if (index >= 0)
    fail(ErrorKind::CorruptInput,
         "{}: tensor '{}' holds NaN or infinity at element {}, expected finite numbers; the training that "
         "wrote it "
         "probably diverged",
         where, tensor.name, index);
}

void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       const Metadata& metadata) {
  const auto order = file_order(tensors);
  const auto header = header_text(order, metadata);
  core::replace_file(path, [&](const std::filesystem::path& temporary) {
    std::ofstream stream(temporary, std::ios::binary);
    const uint64_t length = header.size();
    stream.write(reinterpret_cast<const char*>(&length), 8);
    stream.write(header.data(), std::streamsize(header.size()));
    for (const auto* tensor : order)
      stream.write(reinterpret_cast<const char*>(tensor->bytes.data()),
                   std::streamsize(tensor->bytes.size()));
    stream.close();
    if (!stream)
      fail(ErrorKind::BadRequest,
           "safetensors: cannot write {}; is the disk full or the folder not writable?", path.string());
  });
}

}  // namespace sakuga::weights

// Safetensors files: named tensors behind a JSON header, read without trust.
//
// Layout: u64 length of the header, JSON {name: {dtype, shape, data_offsets: [begin, end]}}, then the data.
// Little-endian, C order; offsets count from the end of the header. "__metadata__" maps strings to strings.
// What the header says is checked against the size of the file before anything it describes is read:
// a header that lies, overlaps, leaves holes or names a tensor twice is Error(CorruptInput); a dtype that
// is not in the list below is Error(Unsupported); a missing file is Error(NotFound).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sakuga::weights {

enum class Dtype { Bool, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 };

std::string dtype_name(Dtype dtype);             // As in the header: "BF16".
Dtype dtype_from_name(const std::string& name);  // Throws Error(Unsupported).
int64_t dtype_size(Dtype dtype);                 // Bytes of one element.

using Metadata = std::map<std::string, std::string>;

struct TensorInfo {
  std::string name;
  Dtype dtype = Dtype::F32;
  std::vector<int64_t> shape = {};
  uint64_t begin = 0, end = 0;  // Bytes from the end of the header.
};

struct SafetensorsHeader {
  std::vector<TensorInfo> tensors = {};  // By name.
  Metadata metadata = {};
  uint64_t data_start = 0;  // Offset of the data in the file.
};

// Reads and checks the header alone.
SafetensorsHeader read_safetensors_header(const std::filesystem::path& path);

// One tensor whose bytes somebody else owns; they need not be aligned.
struct TensorView {
  std::string name;
  Dtype dtype = Dtype::F32;
  std::vector<int64_t> shape = {};
  std::span<const std::byte> bytes = {};
};

// One tensor with its bytes.
struct OwnedTensor {
  std::string name;
  Dtype dtype = Dtype::F32;
  std::vector<int64_t> shape = {};
  std::vector<std::byte> bytes = {};
};

// A file in memory. Copies share the bytes; views stay valid as long as any copy lives.
class SafetensorsFile {
 public:
  static SafetensorsFile open(const std::filesystem::path& path);

  // What a reader of another format found in `path`. Error(CorruptInput) if a name occurs twice.
  static SafetensorsFile of_tensors(const std::filesystem::path& path, std::vector<OwnedTensor> tensors);

  // This without the tensors whose names begin with one of the prefixes.
  SafetensorsFile without(std::span<const std::string> prefixes) const;

  const std::filesystem::path& path() const { return path_; }
  const Metadata& metadata() const { return metadata_; }
  const std::vector<TensorView>& tensors() const { return tensors_; }  // By name.
  const TensorView* find(const std::string& name) const;               // Null if there is none.

 private:
  std::filesystem::path path_;
  Metadata metadata_;
  std::vector<TensorView> tensors_;
  std::shared_ptr<const void> data_;  // Holds what the views show.
};

// Throws Error(CorruptInput) naming `where`, the tensor and the element if a value is NaN or infinite.
void check_finite(const TensorView& tensor, const std::string& where);

// Writes the whole file or nothing (core::replace_file). The bytes depend only on the arguments, not on the
// order of `tensors`. Names that occur twice and bytes that do not fit the shape are Error(Internal).
void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       const Metadata& metadata = {});

}  // namespace sakuga::weights

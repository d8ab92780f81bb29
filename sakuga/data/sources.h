// Where pictures come from: a folder, a zip, or a single file, all seen as a sorted list of named files that
// are read one at a time.
//
// Sources are untrusted. Nothing outside a folder is read (links that lead out are left out), and of a zip
// nothing is ever written to disk. A zip is refused whole, before anything is read, if it has an absolute
// name or one with "..", an encrypted file, or sizes that only a zip bomb has: files that overlap, or that
// unpack to more than max_ratio times their size. A file that unpacks to more than it declares is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sakuga::data {

struct SourceLimits {
  int64_t max_file_bytes = 200 << 20;  // Unpacked; larger files are refused when read.
  int64_t max_ratio = 200;             // Of files that unpack to more than 1 MiB.
};

class Source {
 public:
  virtual ~Source() = default;

  // The last part of the path that was given: "faces.zip".
  const std::string& name() const { return name_; }
  bool is_folder() const { return is_folder_; }

  // Names relative to the source with '/' between folders, sorted by bytes. Hidden files, and what macOS
  // leaves in zips, are not among them.
  const std::vector<std::string>& files() const { return files_; }
  std::optional<size_t> find(const std::string& file) const;

  // What was left out, for the user.
  const std::vector<std::string>& notes() const { return notes_; }

  // The bytes of files()[index]. Throws Error(CorruptInput) if they cannot be unpacked, Error(BadRequest)
  // if there are too many.
  virtual std::vector<std::byte> read(size_t index) = 0;

 protected:
  std::string name_;
  bool is_folder_ = false;
  std::vector<std::string> files_, notes_;
};

// Throws Error(NotFound) if there is nothing at `path`, and for zips as said above.
std::unique_ptr<Source> open_source(const std::filesystem::path& path, const SourceLimits& limits = {});

// By the extension: png, jpg, jpeg, webp, tif, tiff, exr, and gif and bmp, which media/ refuses by name.
bool is_picture_name(const std::string& file);

}  // namespace sakuga::data

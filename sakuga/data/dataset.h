// The dataset: one SQLite file with the pictures, their tags and where each came from.
//
//   picture  id, width, height, sha256, phash, split, bytes
//   tag      picture, name, score
//   origin   picture, source, author, licence, url, retrieved, file
//   meta     key, value
//
// A tag named latent_* is none: its scores, in (0, 1), are the numbers from which a picture of such a look
// comes (rig/latent.h), for generators that learn to draw them.
//
// `bytes` is an encoded PNG or JPEG. `sha256` is over the decoded pixels (pixel_sha256()), so that it does
// not depend on an encoder; it names the picture, and no dataset has it twice. `split` is a function of the
// source's pixels before crop and resize (split_of()), so a picture is on the same side at every size.
// `file` is the picture's name in its source. One picture, one origin: without one it cannot be added.
//
// Files are untrusted: a foreign, damaged, older or newer file is refused with a message that says which.
#pragma once

#include "sakuga/data/licence.h"
#include "sakuga/media/image.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sakuga::data {

enum class Split { Train, Test, All };
const char* split_name(Split split);             // "train", "test", "all".
Split split_from_name(const std::string& name);  // Throws Error(BadRequest).

// Lower-case SHA-256 of the text "width height channels sha256", the last that of the pixels' bytes.
std::string pixel_sha256(const media::Image8& image);

// Test for one picture in ten: when the first eight hexadecimal digits are a multiple of ten.
Split split_of(const std::string& sha256);

// `text` as a tag name: trimmed, spaces to underscores, ASCII capitals small. Throws Error(BadRequest) if it
// is empty, not UTF-8, or has a comma or a control character.
std::string tag_name(const std::string& text);

struct TagScore {
  int tag = 0;  // Index into Dataset::tag_names().
  float score = 1;
  bool operator==(const TagScore&) const = default;
};

struct PictureInfo {
  int64_t id = 0;
  int width = 0, height = 0;
  std::string sha256;
  uint64_t phash = 0;
  Split split = Split::Train;
  std::vector<TagScore> tags;  // Ascending by tag.
  std::vector<float> latents;  // latent_count() numbers in (0, 1); 0.5 where none is stored.
};

struct Origin {
  std::string source = {}, author = {}, licence = {}, url = {}, retrieved = {}, file = {};
  bool operator==(const Origin&) const = default;
};

// Reads a dataset. Tags and infos are loaded once by open(); pictures are read when asked for. A Dataset
// may be used by several threads at once, and goes on reading the file it opened if that is replaced.
class Dataset {
 public:
  // Throws Error(NotFound), Error(CorruptInput) if this is not a whole dataset, Error(Unsupported) if its
  // schema is older or newer than ours.
  static Dataset open(const std::filesystem::path& path);
  Dataset(Dataset&&) noexcept;
  Dataset& operator=(Dataset&&) noexcept;
  ~Dataset();

  const std::filesystem::path& path() const;
  int64_t size(Split split = Split::All) const;
  const std::vector<std::string>& tag_names() const;  // Sorted by name.
  int64_t latent_count() const;
  std::vector<PictureInfo> pictures(Split split) const;  // Ascending by id.

  // Throws Error(NotFound) for an unknown id, Error(CorruptInput) if the bytes do not decode to the stated
  // size.
  media::Image8 decode(int64_t id) const;
  std::vector<std::byte> encoded(int64_t id) const;
  Origin origin(int64_t id) const;

  // SHA-256 over every picture's sha256, tags and origin (without `retrieved` and `file`), in the order of
  // the sha256s: the same pictures give the same digest whenever and in whatever order they came in.
  std::string digest() const;
  LedgerSummary licences() const;

 private:
  struct State;
  explicit Dataset(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct NamedScore {
  std::string name;
  float score = 1;
  bool operator==(const NamedScore&) const = default;
};

struct NewPicture {
  std::vector<std::byte> bytes = {};  // PNG or JPEG.
  int width = 0, height = 0;
  std::string sha256 = {};
  uint64_t phash = 0;
  Split split = Split::Train;
  std::vector<NamedScore> tags = {};
  Origin origin = {};
};

// Changes a dataset; given by edit_dataset().
class DatasetEditor {
 public:
  DatasetEditor(const DatasetEditor&) = delete;

  // Returns false, changing nothing, if a picture with this sha256 is there. Throws Error(BadRequest) if
  // the origin has no source or licence, or a tag's name or score cannot stand.
  bool add(const NewPicture& picture);
  std::optional<int64_t> find(const std::string& sha256);  // The picture's id.
  int64_t last_id();                                       // 0 in an empty dataset; ids only grow.

  // On these pictures. Adding sets the score of a tag that is there; both return how many rows changed.
  int64_t add_tag(std::span<const int64_t> ids, const NamedScore& tag);
  int64_t remove_tag(std::span<const int64_t> ids, const std::string& name);
  void set_meta(const std::string& key, const std::string& value);
  std::vector<std::pair<int64_t, uint64_t>> phashes();  // Every (id, phash), ascending by id.

 private:
  friend void edit_dataset(const std::filesystem::path&, const std::function<void(DatasetEditor&)>&);
  struct State;
  explicit DatasetEditor(std::unique_ptr<State> state);
  ~DatasetEditor();
  std::unique_ptr<State> state_;
};

// Lets `edit` change a copy of the dataset (a new one if there is none) which then takes its place by
// renaming: a killed or throwing edit leaves the old file as it was. Throws Error(BadRequest) if another
// edit of this file is under way or the disk is full; otherwise as Dataset::open().
void edit_dataset(const std::filesystem::path& path, const std::function<void(DatasetEditor&)>& edit);

}  // namespace sakuga::data

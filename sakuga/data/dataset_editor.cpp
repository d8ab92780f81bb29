#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <optional>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/data/dataset.h"
#include "sakuga/data/schema.h"
#include "sakuga/data/sqlite.h"

namespace sakuga::data {
namespace fs = std::filesystem;

using core::ErrorKind;

struct DatasetEditor::State {
  explicit State(Database& database_)
      : database(database_),
        find(database, "SELECT id FROM picture WHERE sha256 = ?"),
        add_picture(
            database,
            "INSERT INTO picture (width, height, sha256, phash, split, bytes) VALUES (?, ?, ?, ?, ?, ?)"),
        add_origin(database, "INSERT INTO origin VALUES (?, ?, ?, ?, ?, ?, ?)"),
        add_tag(database, "INSERT OR REPLACE INTO tag VALUES (?, ?, ?)"),
        remove_tag(database, "DELETE FROM tag WHERE picture = ? AND name = ?") {}

  Database& database;
  Statement find, add_picture, add_origin, add_tag, remove_tag;
};

DatasetEditor::DatasetEditor(std::unique_ptr<State> state) : state_(std::move(state)) {}
DatasetEditor::~DatasetEditor() = default;

namespace {

void check_tag(const NamedScore& tag) {
  if (tag_name(tag.name) != tag.name || !std::isfinite(tag.score)) {
    core::fail(ErrorKind::BadRequest, "dataset: '{}' = {} is no tag: lower case, underscores, a finite score",
               tag.name, tag.score);
  }
}

void check_new(const NewPicture& picture) {
  const Origin& origin = picture.origin;
  if (origin.source.empty() || origin.licence.empty()) {
    core::fail(ErrorKind::BadRequest,
               "dataset: a picture needs a source and a licence, got '{}' and '{}' for {}", origin.source,
               origin.licence, origin.file);
  }
  for (const auto& tag : picture.tags) check_tag(tag);
}

}  // namespace

std::optional<int64_t> DatasetEditor::find(const std::string& sha256) {
  std::optional<int64_t> id;
  if (state_->find.bind(0, sha256).step()) id = state_->find.integer(0);
  state_->find.reset();
  return id;
}

int64_t DatasetEditor::last_id() {
  return state_->database.integer("SELECT max(id) FROM picture");
}

bool DatasetEditor::add(const NewPicture& picture) {
  check_new(picture);
  if (find(picture.sha256)) return false;
  state_->add_picture.bind(0, int64_t{picture.width})
      .bind(1, int64_t{picture.height})
      .bind(2, picture.sha256)
      .bind(3, static_cast<int64_t>(picture.phash))
      .bind(4, std::string(split_name(picture.split)))
      .bind_zeros(5, picture.bytes.size())
      .run();
  const int64_t id = state_->database.last_row();
  state_->database.write_blob("picture", "bytes", id, picture.bytes);
  const Origin& origin = picture.origin;
  state_->add_origin.bind(0, id)
      .bind(1, origin.source)
      .bind(2, origin.author)
      .bind(3, origin.licence)
      .bind(4, origin.url)
      .bind(5, origin.retrieved)
      .bind(6, origin.file)
      .run();
  for (const auto& tag : picture.tags) {
    state_->add_tag.bind(0, id).bind(1, tag.name).bind(2, double{tag.score}).run();
  }
  return true;
}

int64_t DatasetEditor::add_tag(std::span<const int64_t> ids, const NamedScore& tag) {
  check_tag(tag);
  int64_t changed = 0;
  for (const int64_t id : ids) {
    state_->add_tag.bind(0, id).bind(1, tag.name).bind(2, double{tag.score}).run();
    changed += state_->database.changes();
  }
  return changed;
}

int64_t DatasetEditor::remove_tag(std::span<const int64_t> ids, const std::string& name) {
  int64_t changed = 0;
  for (const int64_t id : ids) {
    state_->remove_tag.bind(0, id).bind(1, name).run();
    changed += state_->database.changes();
  }
  return changed;
}

void DatasetEditor::set_meta(const std::string& key, const std::string& value) {
  Statement(state_->database, "INSERT OR REPLACE INTO meta VALUES (?, ?)").bind(0, key).bind(1, value).run();
}

std::vector<std::pair<int64_t, uint64_t>> DatasetEditor::phashes() {
  std::vector<std::pair<int64_t, uint64_t>> found;
  Statement rows(state_->database, "SELECT id, phash FROM picture ORDER BY id");
  while (rows.step()) found.emplace_back(rows.integer(0), static_cast<uint64_t>(rows.integer(1)));
  return found;
}

namespace {

[[noreturn]] void fail_busy(const fs::path& path) {
  core::fail(ErrorKind::BadRequest, "dataset: {} is being changed by another process", path.string());
}

// Held on the file that an edit will replace: a second edit would lose one of the two. Readers go on.
// SQLite's own locks would not do, as copying the file drops them (POSIX locks end with the first close of
// the file).
class EditLock {
 public:
  explicit EditLock(const fs::path& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0) core::fail(ErrorKind::BadRequest, "dataset: cannot open {}", path.string());
    struct stat locked, named;
    const bool held = ::flock(file_, LOCK_EX | LOCK_NB) == 0 && ::fstat(file_, &locked) == 0 &&
                      ::stat(path.c_str(), &named) == 0 && locked.st_ino == named.st_ino;
    if (held) return;
    ::close(file_);
    fail_busy(path);
  }
  EditLock(const EditLock&) = delete;
  ~EditLock() { ::close(file_); }

 private:
  int file_;
};

}  // namespace

void edit_dataset(const fs::path& path, const std::function<void(DatasetEditor&)>& edit) {
  const bool exists = fs::exists(path);
  std::optional<EditLock> lock;
  if (exists) {
    lock.emplace(path);
    Database original(path, Database::Mode::Read);
    check_schema(original);
  }
  core::replace_file(path, [&](const fs::path& temporary) {
    if (exists) fs::copy_file(path, temporary);
    Database database(temporary, exists ? Database::Mode::Write : Database::Mode::Create);
    // The untouched original is the journal, and replace_file() syncs the copy.
    database.run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; BEGIN");
    if (!exists) create_schema(database, path.stem().string());
    {
      DatasetEditor editor(std::make_unique<DatasetEditor::State>(database));
      edit(editor);
    }
    database.run("COMMIT");
    if (!exists && fs::exists(path)) fail_busy(path);
  });
}

}  // namespace sakuga::data

#include "sakuga/data/schema.h"

#include "sakuga/core/error.h"

namespace sakuga::data {

using core::ErrorKind;

namespace {

// The bytes stand last, so that reading the other columns does not walk through them.
constexpr const char* kTables = R"(
CREATE TABLE picture (
  id INTEGER PRIMARY KEY,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  phash INTEGER NOT NULL,
  split TEXT NOT NULL CHECK (split IN ('train', 'test')),
  bytes BLOB NOT NULL);
CREATE TABLE tag (
  picture INTEGER NOT NULL REFERENCES picture (id),
  name TEXT NOT NULL CHECK (name <> ''),
  score REAL NOT NULL,
  PRIMARY KEY (picture, name)) WITHOUT ROWID;
CREATE TABLE origin (
  picture INTEGER PRIMARY KEY REFERENCES picture (id),
  source TEXT NOT NULL CHECK (source <> ''),
  author TEXT NOT NULL,
  licence TEXT NOT NULL CHECK (licence <> ''),
  url TEXT NOT NULL,
  retrieved TEXT NOT NULL,
  file TEXT NOT NULL);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)";

}  // namespace

void create_schema(Database& database, const std::string& name) {
  database.run(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", kApplicationId, kSchemaVersion));
  database.run(kTables);
  Statement insert(database, "INSERT INTO meta VALUES (?, ?)");
  insert.bind(0, std::string("name")).bind(1, name).run();
  insert.bind(0, std::string("schema")).bind(1, std::to_string(kSchemaVersion)).run();
}

void check_schema(Database& database) {
  const std::string name = database.path().string();
  if (database.integer("PRAGMA application_id") != kApplicationId) {
    core::fail(ErrorKind::CorruptInput, "dataset: {} is an SQLite file but not a Sakuga dataset", name);
  }
  const int64_t version = database.integer("PRAGMA user_version");
  if (version != kSchemaVersion) {
    core::fail(ErrorKind::Unsupported,
               "dataset: {} has schema {}, this Sakuga reads {}; it comes from {} one", name, version,
               kSchemaVersion, version > kSchemaVersion ? "a newer" : "an older");
  }
  // A view in the place of a table could answer anything, and take for ever over it.
  if (database.integer("SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')") != 0) {
    core::fail(ErrorKind::CorruptInput, "dataset: {} is damaged: a dataset has no views or triggers", name);
  }
}

}  // namespace sakuga::data

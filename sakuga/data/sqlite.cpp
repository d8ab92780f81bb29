#include "sakuga/data/sqlite.h"

#include <sqlite3.h>

#include "sakuga/core/error.h"

namespace sakuga::data {

using core::ErrorKind;

namespace {

int flags(Database::Mode mode) {
  if (mode == Database::Mode::Read) return SQLITE_OPEN_READONLY;
  return mode == Database::Mode::Write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}
void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

Database::Database(const std::filesystem::path& path, Mode mode) : path_(path) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags(mode) | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code);
  // The file may come from anywhere: no functions called from its schema, no writes to internal tables.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

void Database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

int64_t Database::integer(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

void Database::write_blob(const char* table, const char* column, int64_t row,
                          std::span<const std::byte> bytes) {
  sqlite3_blob* blob = nullptr;
  int code = sqlite3_blob_open(handle(), "main", table, column, row, 1, &blob);
  if (code == SQLITE_OK) code = sqlite3_blob_write(blob, bytes.data(), static_cast<int>(bytes.size()), 0);
  const int closed = sqlite3_blob_close(blob);
  if (code != SQLITE_OK || closed != SQLITE_OK) fail(code != SQLITE_OK ? code : closed);
}

int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(handle());
}
int64_t Database::changes() const {
  return sqlite3_changes64(handle());
}

void Database::fail(int code) const {
  const std::string name = path_.string(), reason = handle_ ? sqlite3_errmsg(handle()) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      core::fail(ErrorKind::CorruptInput, "dataset: {} is not a dataset (an SQLite file)", name);
    case SQLITE_ERROR:
    case SQLITE_CORRUPT:
    case SQLITE_MISMATCH:
      core::fail(ErrorKind::CorruptInput, "dataset: {} is damaged: {}", name, reason);
    case SQLITE_FULL:
      core::fail(ErrorKind::BadRequest, "dataset: {} cannot grow: the disk is full", name);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      core::fail(ErrorKind::BadRequest, "dataset: {} is being changed by another process", name);
    case SQLITE_TOOBIG:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      core::fail(ErrorKind::BadRequest, "dataset: cannot use {}: {}", name, reason);
    default:
      core::fail(ErrorKind::Internal, "dataset: {}: SQLite says: {}", name, reason);
  }
}

Statement::Statement(Database& database, const std::string& sql) : database_(database) {
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v2(database.handle(), sql.c_str(), static_cast<int>(sql.size()) + 1, &handle, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) database.fail(code);
}

Statement& Statement::bind(int index, int64_t value) {
  if (const int code = sqlite3_bind_int64(handle_.get(), index + 1, value)) database_.fail(code);
  return *this;
}

Statement& Statement::bind(int index, double value) {
  if (const int code = sqlite3_bind_double(handle_.get(), index + 1, value)) database_.fail(code);
  return *this;
}

Statement& Statement::bind(int index, const std::string& text) {
  const int code =
      sqlite3_bind_text64(handle_.get(), index + 1, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code) database_.fail(code);
  return *this;
}

Statement& Statement::bind_zeros(int index, size_t bytes) {
  if (const int code = sqlite3_bind_zeroblob64(handle_.get(), index + 1, bytes)) database_.fail(code);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(handle_.get());
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(handle_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return text ? std::string(text, static_cast<size_t>(sqlite3_column_bytes(handle_.get(), column))) : "";
}

std::vector<std::byte> Statement::blob(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(handle_.get(), column));
  return {bytes, bytes + sqlite3_column_bytes(handle_.get(), column)};
}

}  // namespace sakuga::data

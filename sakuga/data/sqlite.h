// SQLite, reduced to what the dataset needs: open, run, bind, step, read; errors become core::Error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace sakuga::data {

// An open SQLite file. One thread at a time. Every failure of SQLite throws: Error(CorruptInput) where the
// file is damaged or lacks what a statement names, Error(BadRequest) where the disk is full or the file is
// locked or not permitted.
class Database {
 public:
  enum class Mode { Read, Write, Create };

  Database(const std::filesystem::path& path, Mode mode);

  void run(const std::string& sql);         // Any number of statements without results.
  int64_t integer(const std::string& sql);  // The first column of the first row; 0 without rows.
  // Fills a zeroblob of this size without the copies that binding one makes.
  void write_blob(const char* table, const char* column, int64_t row, std::span<const std::byte> bytes);
  int64_t last_row() const;
  int64_t changes() const;  // Rows that the last statement changed.

  const std::filesystem::path& path() const { return path_; }
  sqlite3* handle() const { return handle_.get(); }

  // Throws the Error that belongs to an SQLite result code.
  [[noreturn]] void fail(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared statement on a Database that must outlive it. Parameters and columns count from 0.
class Statement {
 public:
  Statement(Database& database, const std::string& sql);

  Statement& bind(int index, int64_t value);
  Statement& bind(int index, double value);
  Statement& bind(int index, const std::string& text);
  Statement& bind_zeros(int index, size_t bytes);  // A blob for write_blob().

  bool step();   // To the next row; false, and ready for new values, if there is none.
  void run();    // Steps to the end.
  void reset();  // Ready for new values.

  int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::vector<std::byte> blob(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace sakuga::data

// Comma-separated tables (RFC 4180): quoted cells may hold commas, line breaks and doubled quotes; lines end
// in LF or CR LF; a byte order mark and empty lines are skipped; the first line names the columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sakuga::data {

// A table read from text. Rows are parsed when asked for, so a table takes little more than its text.
class CsvTable {
 public:
  // `name` is what error messages call it. Throws Error(CorruptInput) naming the line: not UTF-8, no header,
  // two columns of one name, a row with more or fewer cells than the header, an unclosed or misplaced quote.
  CsvTable(std::string text, std::string name);

  const std::string& name() const { return name_; }
  const std::vector<std::string>& columns() const { return columns_; }
  size_t rows() const { return starts_.size(); }
  std::vector<std::string> row(size_t index) const;  // Trimmed of spaces, as many cells as columns.
  int64_t line(size_t index) const { return lines_[index]; }

  // The column of this name. Throws Error(BadRequest) naming the nearest if there is none.
  size_t column(const std::string& name) const;

 private:
  std::string text_, name_;
  std::vector<std::string> columns_;
  std::vector<size_t> starts_;
  std::vector<int64_t> lines_;
};

}  // namespace sakuga::data

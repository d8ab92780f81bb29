// Where a picture's tags come from at import: --tags SPEC.
//
//   csv:FILE[:column,column,...]   a table; FILE lies in the zip or folder, or is a path
//   folders                        the folder that holds the picture is its tag
//   kohya                          a .txt beside the picture with tags between commas, or else a folder
//                                  "10_name" (repeats, name)
//   name:REGEX                     groups in the file's name: (?<year>[0-9]+) gives year_2004, a group
//   without
//                                  a name its text; ECMAScript syntax
//
// In a table the first column names the picture, by its path in the source or the end of that path. The
// columns licence (or license), author, source, url and retrieved are not tags: they override what the
// command line says of the picture. Every other column (or those listed) makes tags:
//
//   hair = aqua               aqua_hair         (value_column)
//   smile = 1                 smile             (columns with nothing but 0, 1, true, false, or nothing)
//   hair_colour = #e8d080     blonde_hair       (columns in _colour or _color: the nearest named colour)
//   glasses = variant02       glasses           (columns listed with a question mark: any value but 0, false)
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sakuga/data/dataset.h"
#include "sakuga/data/sources.h"

namespace sakuga::data {

// What is known of one picture. An empty text says nothing.
struct Labels {
  std::vector<NamedScore> tags = {};
  std::string licence = {}, author = {}, source = {}, url = {}, retrieved = {};
};

class Labeller {
 public:
  virtual ~Labeller() = default;

  // Called before the first picture of each source.
  virtual void enter(Source& source) = 0;

  // Throws Error(CorruptInput) if nothing, or not one thing, is said of this file of the entered source.
  virtual Labels labels(const std::string& file) = 0;

  // After the last picture: what the user should know, such as rows without a picture.
  virtual std::vector<std::string> notes() { return {}; }
};

// Throws Error(BadRequest) if this is no SPEC.
std::unique_ptr<Labeller> make_labeller(const std::string& spec);

}  // namespace sakuga::data

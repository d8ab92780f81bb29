// Python pickles as data: a reader that builds a tree and never calls anything.
//
// A pickle is a program for a small stack machine, some of whose instructions import and call. Those that a
// saved dictionary of tensors needs are carried out on plain values; a call is kept as "this name, with
// these arguments" for the caller to interpret, and only names that the caller allows may appear. Any other
// instruction or name is Error(Unsupported) that says which, damaged bytes are Error(CorruptInput).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sakuga::weights {

struct PickleValue {
  enum class Kind {
    None,
    Boolean,
    Integer,
    Real,
    Text,        // text
    List,        // items: tuples too
    Dictionary,  // pairs
    Name,        // text: "module name"
    Call,        // text: the name; items: the arguments; pairs: what was set on the result
    Reference,   // items[0]: a persistent id, the caller's to resolve
  };
  Kind kind = Kind::None;
  int64_t integer = 0;  // Also of a Boolean. What does not fit is saturated.
  double real = 0;
  std::string text = {};
  std::vector<const PickleValue*> items = {};
  std::vector<std::pair<const PickleValue*, const PickleValue*>> pairs = {};
};

// One pickle. The values live as long as this does; they may contain one another in circles.
struct Pickle {
  std::vector<std::unique_ptr<PickleValue>> values;
  const PickleValue* root = nullptr;
  size_t size = 0;  // Bytes read.
};

// Reads the pickle at the beginning of `bytes`. `allowed` are the names that may occur ("collections
// OrderedDict"); `what` begins the messages.
Pickle read_pickle(std::span<const std::byte> bytes, std::span<const std::string> allowed,
                   const std::string& what);

}  // namespace sakuga::weights

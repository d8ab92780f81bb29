// Errors that a person can act on.
//
// Everything that can go wrong from outside (input, files, options, disk) throws Error with a kind
// and one message: "operation: what, expected, got, likely cause". Our own mistakes are assertions.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace sakuga::core {

enum class ErrorKind { BadRequest, NotFound, CorruptInput, Unsupported, RefusedByLicence, Internal };

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

// Throws Error(kind, formatted message): fail(ErrorKind::NotFound, "import: no file {}", path).
template <class... Args>
[[noreturn]] void fail(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(kind, fmt::format(format, std::forward<Args>(args)...));
}

// The process exit status of each kind: 2, 3, 4, 5, 6 and 70 in the order of the enumeration.
int exit_status(ErrorKind kind);

}  // namespace sakuga::core

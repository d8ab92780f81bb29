// Lists between commas or semicolons. Internal to character.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace sakuga::character {

// Without blanks around it.
inline std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// The trimmed parts, empty ones too: "a,,b" has three, "" has one.
inline std::vector<std::string> split_list(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    parts.push_back(trimmed(text.substr(start, end - start)));
    start = end + 1;
  }
  return parts;
}

}  // namespace sakuga::character

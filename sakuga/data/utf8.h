// Whether text is UTF-8, as every text in a dataset must be.
#pragma once

#include <string_view>

namespace sakuga::data {

// Well-formed UTF-8: no overlong forms, surrogates or values above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace sakuga::data

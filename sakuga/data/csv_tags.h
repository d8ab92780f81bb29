// Tags from a table; see tags.h for the rules.
#pragma once

#include "sakuga/data/tags.h"

namespace sakuga::data {

// `spec` is FILE[:column,column,...].
std::unique_ptr<Labeller> make_csv_labeller(const std::string& spec);

}  // namespace sakuga::data

// Zips as sources; see sources.h for what is refused.
#pragma once

#include "sakuga/data/sources.h"

namespace sakuga::data {

std::unique_ptr<Source> open_zip_source(const std::filesystem::path& path, const SourceLimits& limits);

}  // namespace sakuga::data

// The dataset's tables (see dataset.h) and how a file is recognised as one.
#pragma once

#include "sakuga/data/sqlite.h"

namespace sakuga::data {

inline constexpr int64_t kApplicationId = 0x53414b55;  // "SAKU"
inline constexpr int64_t kSchemaVersion = 1;

// Makes the tables in an empty file.
void create_schema(Database& database, const std::string& name);

// Throws Error(CorruptInput) unless this is a dataset, Error(Unsupported) unless of our version.
void check_schema(Database& database);

}  // namespace sakuga::data

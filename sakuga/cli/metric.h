// The subcommands of `sakuga metric` that have files of their own. Internal to cli.
#pragma once

#include <CLI/App.hpp>

namespace sakuga::cli {

void add_metric_tags(CLI::App& metric);
void add_metric_angle(CLI::App& metric);
void add_metric_identity(CLI::App& metric);
void add_metric_cast(CLI::App& metric);
void add_metric_nearest(CLI::App& metric);
void add_metric_content(CLI::App& metric);
void add_metric_faces(CLI::App& metric);
void add_metric_matte(CLI::App& metric);
void add_metric_warp(CLI::App& metric);

}  // namespace sakuga::cli

// What is in a dataset, at a glance: counts, look-alikes and a contact sheet.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/data/dataset.h"

namespace sakuga::data {

// {"file", "pictures", "train", "test", "sizes": {"64 x 64": n}, "tags": {name: {"train", "test"}},
// "licences"}.
nlohmann::ordered_json overview_json(const Dataset& dataset);

// The same for people, some lines.
std::string overview_text(const Dataset& dataset);

// The groups of near-duplicates, see phash.h; each ascending by id.
std::vector<std::vector<PictureInfo>> look_alikes(const Dataset& dataset);

struct SheetOptions {
  int64_t count = 100;
  int64_t columns = 0;
  int64_t side = 128;
};

void visit_fields(SheetOptions& options, auto&& visit) {
  using core::Field;
  visit("count", options.count,
        Field{.help = "how many pictures, evenly spread over the chosen ones", .min = 1, .max = 10'000});
  visit("columns", options.columns,
        Field{.help = "how many in a row; 0 makes a square", .min = 0, .max = 1'000});
  visit("side", options.side,
        Field{.help = "pixels that larger pictures are reduced to", .min = 8, .max = 1024});
}

// A contact sheet of `count` of these pictures.
media::Image8 dataset_sheet(const Dataset& dataset, std::span<const PictureInfo> pictures,
                            const SheetOptions& options);

}  // namespace sakuga::data

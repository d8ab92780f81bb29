// Pictures out of a dataset, in layouts that other trainers read.
#pragma once

#include <filesystem>
#include <span>

#include "sakuga/data/dataset.h"

namespace sakuga::data {

// Makes the folder `out` with, for each picture, 00000001.png or .jpg (its bytes as they are stored) and
// 00000001.txt (its tags between commas, spaces for underscores, as kohya's trainers read them), and
// licences.csv with the origin of each. `import --tags kohya --tags csv:licences.csv` reads all of it back.
// Written beside `out` and renamed. Throws Error(BadRequest) if `out` is there already.
void export_folder(const Dataset& dataset, std::span<const PictureInfo> pictures,
                   const std::filesystem::path& out);

// Writes an uncompressed zip of 00000/img00000000.png and so on, RGB, alpha over white, with dataset.json as
// StyleGAN reads it: "labels" has for each picture the index of its tag if every picture has just one, else
// a vector with 1 for each tag it has; "tags" names them. Throws Error(BadRequest) unless the pictures
// are squares of one size.
void export_stylegan(const Dataset& dataset, std::span<const PictureInfo> pictures,
                     const std::filesystem::path& out);

}  // namespace sakuga::data

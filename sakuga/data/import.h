// Importing pictures into a dataset.
//
// Memory stays below 500 MiB whatever comes in: files are read one at a time, at most two pictures are
// decoded at once, and large ones alone. The result does not depend on the number of threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/data/crop.h"

namespace sakuga::data {

struct ImportOptions {
  std::string licence;            // SPDX id or NOASSERTION; a table's column overrides it. Required.
  std::string source;             // Required; may be overridden too.
  std::string author, url;        // May be overridden.
  std::string retrieved;          // A date, YYYY-MM-DD.
  int64_t size = 0;               // Side in pixels of the squares to make; 0 leaves pictures as they are.
  std::string crop = "none";      // none, centre or face.
  std::string cascade;            // For face: instead of another search.
  std::vector<std::string> tags;  // Specifications, see tags.h.
  bool keep_going = false;
};

void visit_fields(ImportOptions& options, auto&& visit) {
  using core::Field;
  visit("licence", options.licence, Field{.help = "SPDX id of the pictures' licence, or NOASSERTION"});
  visit("source", options.source, Field{.help = "where the pictures come from"});
  visit("author", options.author, Field{.help = "who made them"});
  visit("url", options.url, Field{.help = "address of the source"});
  visit("retrieved", options.retrieved, Field{.help = "date of retrieval, YYYY-MM-DD (default: today)"});
  visit("size", options.size,
        Field{.help = "side in pixels of the squares to make; 0 keeps pictures as they are",
              .min = 0,
              .max = 4096});
  visit("crop", options.crop, Field{.help = "part to keep", .choices = {"none", "centre", "face"}});
  visit("cascade", options.cascade,
        Field{.help = "OpenCV cascade that finds faces for --crop face, instead of the detector in zoo/"});
  visit("tags", options.tags,
        Field{.help = "where tags come from: csv:FILE[:column,...], folders, kohya or name:REGEX"});
  visit("keep_going", options.keep_going,
        Field{.help = "skip and list bad pictures instead of adding nothing"});
}

struct SkippedPicture {
  std::string file, reason;
};

struct ImportReport {
  int64_t added = 0;
  int64_t present = 0;   // Were in the dataset before, with the same pixels.
  int64_t repeated = 0;  // Came twice in this import.
  std::vector<SkippedPicture> skipped;
  std::vector<std::string> notes;                     // Each a sentence.
  std::vector<std::vector<int64_t>> near_duplicates;  // Groups of ids over the whole dataset, see phash.h.
};

// Adds the pictures of `inputs` (folders, zips, pictures) to the dataset, which is made if need be. All or
// nothing: the dataset changes when everything is in. A picture that is there already, by its pixels, is left
// as it is with its tags and origin. PNG and JPEG files whose pixels stay as they are are stored as they are,
// all others as PNG.
//
// A bad picture, or one about whose tags the specification says nothing, throws Error as media/ and tags.h
// say, naming it; with keep_going it is skipped. A picture without a face is always skipped. Throws
// Error(BadRequest) for options that do not fit together and if there are no pictures, Error(CorruptInput) if
// all were skipped, core::Interrupted after Ctrl-C. `face_of` finds the faces for --crop face, unless a
// cascade is named; a detector of models/ is beyond this module.
ImportReport import_pictures(const std::filesystem::path& dataset,
                             std::span<const std::filesystem::path> inputs, const ImportOptions& options,
                             const FaceSearch& face_of = {});

}  // namespace sakuga::data

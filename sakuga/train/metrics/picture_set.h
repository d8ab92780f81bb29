// One side of a metric: real pictures from wherever they lie.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sakuga/data/dataset.h"
#include "sakuga/data/sources.h"
#include "sakuga/media/image.h"

namespace sakuga::metrics {

// Pictures are decoded when asked for; a set holds none. Not for several threads at once.
class PictureSet {
 public:
  // `place` is a dataset, a folder, a zip or a picture. Of a dataset, ":train", ":test" or ":all" after the
  // path chooses the split; without, `split`. Files that are no pictures by name are left out. Throws
  // Error(NotFound), Error(BadRequest) for a place without pictures, and as Dataset and open_source() do.
  static PictureSet open(const std::string& place, data::Split split = data::Split::All);

  int64_t size() const { return int64_t(numbers_.size()); }
  media::Image8 picture(int64_t index) const;  // Throws as media::decode_image8().
  std::string name(int64_t index) const;       // "picture 17" or the file's name.
  std::string text() const;                    // "faces.dataset (test, 1000 of 1716 pictures)".

  // Of a dataset: the scores of `tag_names`, 0 for those that a picture (or the dataset) does not have.
  // Other places have no tags: zeros.
  std::vector<float> tags(int64_t index, const std::vector<std::string>& tag_names) const;
  bool has_tags() const { return dataset_ && !dataset_->tag_names().empty(); }

  // At most `count` of the pictures, drawn by Philox (seed, stream 3) without replacement, in their old
  // order.
  PictureSet sample(int64_t count, uint64_t seed) const;
  // The set in two halves, drawn alike.
  std::pair<PictureSet, PictureSet> halves(uint64_t seed) const;

 private:
  PictureSet() = default;

  std::string label_;
  int64_t whole_ = 0;             // Pictures before sample().
  std::vector<int64_t> numbers_;  // Into infos_ or the source's files.
  std::shared_ptr<const data::Dataset> dataset_;
  std::shared_ptr<const std::vector<data::PictureInfo>> infos_;
  std::shared_ptr<data::Source> source_;
};

}  // namespace sakuga::metrics

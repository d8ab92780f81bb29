// The pictures of a dataset as a training loop wants them: batches of tensors, in an endless order that
// depends only on the seed.
//
// Every epoch shows as many pictures as there are, each once (or, balanced, rare tags more often), in an
// order of its own. Picture number p of the whole run is therefore known without what came before it, which
// is what makes a resumed run see what the unbroken one would have seen. Pictures are decoded once and kept
// as bytes; a set too large for that is decoded anew each epoch, one batch ahead, on another thread.
//
// With several views, every number of the sequence is a picture and, after it, others of the same series:
// files of the data set whose names differ after the last underscore only ("17_0.png", "17_3.png"). A picture
// alone in its series is its own other view.
#pragma once

#include <torch/torch.h>

#include <functional>
#include <future>
#include <map>

#include "sakuga/core/rng.h"
#include "sakuga/data/dataset.h"
#include "sakuga/train/tag_groups.h"

namespace sakuga::train {

struct PicturesOptions {
  using Change = std::function<media::Image8(const media::Image8&)>;
  int64_t resolution = 64;  // Sides in pixels; pictures of another size are resized (Lanczos).
  bool flip = false;        // Mirror half of them.
  int64_t views = 1;        // Pictures of each number of the sequence.
  double balance = 0;       // A picture's weight is the product of its tags' shares to this power, negated.
  int64_t memory_bytes = int64_t{2} << 30;  // Above this, pictures are not kept.
  uint64_t seed = 0;
  Change change = {};  // What is done to each RGB picture at its resolution, from any thread; empty: nothing.
};

struct Batch {
  torch::Tensor pictures;  // [n * views, 3, s, s] float32 in [-1, 1]; views of a series one after the other.
  torch::Tensor tags;      // [n * views, tags] float32: scores in [0, 1], 0 where the tag is not there.
  // [n * views, latents] float32 of N(0, 1): where the pictures come from, if known.
  torch::Tensor latents = {};
  // [n * views] int64: the number of each picture's series; undefined with one view.
  torch::Tensor series = {};
};

class Pictures {
 public:
  // Reads `dataset`, which must outlive this. Alpha is blended over white. Throws Error(BadRequest) if the
  // split has no picture, or one is not square; otherwise as Dataset::decode().
  Pictures(const data::Dataset& dataset, data::Split split, const PicturesOptions& options);
  ~Pictures();

  int64_t size() const { return int64_t(infos_.size()); }
  const torch::Tensor& tags() const { return tags_; }  // [size, tags]

  int64_t series_count() const { return int64_t(series_.size()); }  // 0 if views are not asked for.

  // Numbers [first, first + count) of the endless sequence.
  Batch batch(int64_t first, int64_t count);

  // Numbers [first, first + count) of the set itself, unmirrored; for measuring. Within [0, size).
  Batch in_order(int64_t first, int64_t count) const;

 private:
  struct Epoch {
    std::vector<int64_t> order;
    std::vector<bool> mirrored;
  };
  struct Place {
    int64_t picture;
    bool mirrored;
  };
  Epoch make_epoch(int64_t epoch) const;
  std::vector<Place> places(int64_t first, int64_t count);
  int64_t other_view(int64_t picture, core::Rng& random) const;
  void read_series();
  Batch assemble(const std::vector<Place>& places) const;
  void decode(int64_t picture, uint8_t* planes) const;
  void keep_all();

  const data::Dataset& dataset_;
  PicturesOptions options_;
  std::vector<data::PictureInfo> infos_;
  torch::Tensor tags_, latents_;
  std::vector<double> cumulative_;            // Of the weights; empty if unbalanced.
  torch::Tensor kept_;                        // uint8 [size, 3, s, s]; undefined if the set is too large.
  std::vector<std::vector<int64_t>> series_;  // Pictures of each series; empty if views are not asked for.
  std::vector<int64_t> series_of_;            // Of each picture.
  std::map<int64_t, Epoch> epochs_;
  std::future<Batch> ahead_;
  int64_t ahead_first_ = -1, ahead_count_ = 0;
};

}  // namespace sakuga::train

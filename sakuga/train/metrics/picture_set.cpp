#include "sakuga/train/metrics/picture_set.h"

#include <algorithm>
#include <numeric>

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"
#include "sakuga/media/image_file.h"

namespace sakuga::metrics {
namespace {

using core::ErrorKind;
using core::fail;

constexpr uint64_t kSampleStream = 3;

struct Place {
  std::filesystem::path path;
  data::Split split;
};

// A colon belongs to the path if a file of that name is there.
Place parse_place(const std::string& place, data::Split split) {
  const auto colon = place.rfind(':');
  if (colon == std::string::npos || std::filesystem::exists(place)) return {place, split};
  return {place.substr(0, colon), data::split_from_name(place.substr(colon + 1))};
}

// The numbers 0 to count - 1 in an order that the seed decides.
std::vector<int64_t> shuffled(int64_t count, uint64_t seed) {
  std::vector<int64_t> order(size_t(count), 0);
  std::iota(order.begin(), order.end(), 0);
  core::Rng rng(seed, kSampleStream);
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);
  return order;
}

}  // namespace

PictureSet PictureSet::open(const std::string& text, data::Split default_split) {
  const auto [path, split] = parse_place(text, default_split);
  PictureSet set;
  set.label_ = (path.has_filename() ? path : path.parent_path()).filename().string();
  if (path.extension() == ".dataset") {
    set.dataset_ = std::make_shared<data::Dataset>(data::Dataset::open(path));
    set.infos_ = std::make_shared<std::vector<data::PictureInfo>>(set.dataset_->pictures(split));
    set.label_ += fmt::format(", {}", data::split_name(split));
    set.numbers_.resize(set.infos_->size());
    std::iota(set.numbers_.begin(), set.numbers_.end(), 0);
  } else {
    set.source_ = data::open_source(path);
    for (size_t i = 0; i < set.source_->files().size(); ++i)
      if (data::is_picture_name(set.source_->files()[i])) set.numbers_.push_back(int64_t(i));
  }
  set.whole_ = set.size();
  if (set.whole_ == 0) fail(ErrorKind::BadRequest, "metric: no pictures in {}", text);
  return set;
}

media::Image8 PictureSet::picture(int64_t index) const {
  const size_t number = size_t(numbers_.at(size_t(index)));
  if (dataset_) return dataset_->decode(infos_->at(number).id);
  return media::decode_image8(source_->read(number), source_->files()[number]);
}

std::string PictureSet::name(int64_t index) const {
  const size_t number = size_t(numbers_.at(size_t(index)));
  if (dataset_) return fmt::format("picture {}", infos_->at(number).id);
  return source_->files()[number];
}

std::string PictureSet::text() const {
  return size() == whole_ ? fmt::format("{} ({} pictures)", label_, size())
                          : fmt::format("{} ({} of {} pictures)", label_, size(), whole_);
}

std::vector<float> PictureSet::tags(int64_t index, const std::vector<std::string>& tag_names) const {
  std::vector<float> scores(tag_names.size(), 0.f);
  if (!dataset_) return scores;
  for (const auto& tag : infos_->at(size_t(numbers_.at(size_t(index)))).tags) {
    const auto found = std::find(tag_names.begin(), tag_names.end(), dataset_->tag_names()[size_t(tag.tag)]);
    if (found != tag_names.end()) scores[size_t(found - tag_names.begin())] = tag.score;
  }
  return scores;
}

PictureSet PictureSet::sample(int64_t count, uint64_t seed) const {
  if (count >= size()) return *this;
  auto order = shuffled(size(), seed);
  order.resize(size_t(count));
  std::sort(order.begin(), order.end());
  PictureSet part = *this;
  part.numbers_.clear();
  for (const int64_t i : order) part.numbers_.push_back(numbers_[size_t(i)]);
  return part;
}

std::pair<PictureSet, PictureSet> PictureSet::halves(uint64_t seed) const {
  const auto order = shuffled(size(), seed);
  PictureSet first = *this, second = *this;
  first.numbers_.clear();
  second.numbers_.clear();
  for (size_t i = 0; i < order.size(); ++i)
    (i < order.size() / 2 ? first : second).numbers_.push_back(numbers_[size_t(order[i])]);
  return {std::move(first), std::move(second)};
}

}  // namespace sakuga::metrics

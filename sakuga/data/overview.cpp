#include "sakuga/data/overview.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "sakuga/core/error.h"
#include "sakuga/data/phash.h"
#include "sakuga/data/selection.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"

namespace sakuga::data {
namespace {

struct Counts {
  int64_t train = 0, test = 0;
};

std::map<std::string, Counts> count_tags(const Dataset& dataset) {
  std::map<std::string, Counts> counts;
  for (const auto& info : dataset.pictures(Split::All)) {
    for (const auto& name : tags_of(dataset, info)) {
      ++(info.split == Split::Test ? counts[name].test : counts[name].train);
    }
  }
  return counts;
}

std::map<std::string, int64_t> count_sizes(const Dataset& dataset) {
  std::map<std::string, int64_t> counts;
  for (const auto& info : dataset.pictures(Split::All))
    ++counts[fmt::format("{} x {}", info.width, info.height)];
  return counts;
}

std::string size_text(const Dataset& dataset) {
  const auto pictures = dataset.pictures(Split::All);
  if (pictures.empty()) return "none";
  const auto [narrow, wide] = std::ranges::minmax(pictures, {}, &PictureInfo::width);
  const auto [low, high] = std::ranges::minmax(pictures, {}, &PictureInfo::height);
  const auto range = [](int from, int to) {
    return from == to ? fmt::to_string(from) : fmt::format("{}-{}", from, to);
  };
  return fmt::format("{} x {}", range(narrow.width, wide.width), range(low.height, high.height));
}

media::Image8 reduced(media::Image8 image, int64_t side) {
  const double scale = double(side) / std::max(image.width, image.height);
  if (scale >= 1) return image;
  const auto scaled = [&](int length) { return std::max(1, static_cast<int>(std::lround(length * scale))); };
  return media::resize(image, scaled(image.width), scaled(image.height));
}

}  // namespace

nlohmann::ordered_json overview_json(const Dataset& dataset) {
  nlohmann::ordered_json tags = nlohmann::ordered_json::object();
  for (const auto& [name, counts] : count_tags(dataset))
    tags[name] = {{"train", counts.train}, {"test", counts.test}};
  return {{"file", dataset.path().string()},
          {"pictures", dataset.size()},
          {"train", dataset.size(Split::Train)},
          {"test", dataset.size(Split::Test)},
          {"sizes", count_sizes(dataset)},
          {"tags", std::move(tags)},
          {"licences", ledger_to_json(dataset.licences())}};
}

std::string overview_text(const Dataset& dataset) {
  std::string text =
      fmt::format("{}: {} pictures of {} pixels, {} to train and {} to test\n", dataset.path().string(),
                  dataset.size(), size_text(dataset), dataset.size(Split::Train), dataset.size(Split::Test));
  const auto ledger = dataset.licences();
  text += fmt::format("digest {}\n{}\n", ledger.dataset_digest, verdict_text(ledger));
  for (const auto& [id, count] : ledger.counts) text += fmt::format("{:>9} {}\n", count, id);
  const auto tags = count_tags(dataset);
  if (!tags.empty()) text += fmt::format("{:>9} {:>7} {} tags\n", "train", "test", tags.size());
  for (const auto& [name, counts] : tags)
    text += fmt::format("{:>9} {:>7} {}\n", counts.train, counts.test, name);
  return text;
}

std::vector<std::vector<PictureInfo>> look_alikes(const Dataset& dataset) {
  const auto pictures = dataset.pictures(Split::All);
  std::vector<uint64_t> hashes;
  for (const auto& info : pictures) hashes.push_back(info.phash);
  std::vector<std::vector<PictureInfo>> found;
  for (const auto& group : near_duplicates(hashes)) {
    auto& infos = found.emplace_back();
    for (const size_t index : group) infos.push_back(pictures[index]);
  }
  return found;
}

media::Image8 dataset_sheet(const Dataset& dataset, std::span<const PictureInfo> pictures,
                            const SheetOptions& options) {
  const size_t count = std::min(pictures.size(), static_cast<size_t>(options.count));
  std::vector<media::Image8> images;
  for (size_t i = 0; i < count; ++i) {
    images.push_back(reduced(dataset.decode(pictures[i * pictures.size() / count].id), options.side));
  }
  const auto square = static_cast<int>(std::ceil(std::sqrt(double(count))));
  return media::contact_sheet(images, options.columns > 0 ? static_cast<int>(options.columns) : square);
}

}  // namespace sakuga::data

#include "sakuga/cli/metric_sides.h"

#include "sakuga/character/sample.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/train/metrics/feature_protocol.h"

namespace sakuga::cli {
namespace {

constexpr int64_t kDrawnAtOnce = 32;

std::vector<std::vector<float>> combinations(const metrics::PictureSet& set,
                                             const std::vector<std::string>& tags) {
  std::vector<std::vector<float>> rows;
  for (int64_t i = 0; i < set.size(); ++i) rows.push_back(set.tags(i, tags));
  return rows;
}

}  // namespace

bool is_model(const std::string& place) {
  return place.ends_with(".safetensors");
}

Side drawn_side(const std::string& model, const metrics::PictureSet* reference, const SideOptions& options,
                int size) {
  const std::string name = std::filesystem::path(model).filename().string();
  Side side = {.text = {}, .pictures = {}, .artist = character::load_artist(model), .subjects = {}};
  const auto& tags = side.artist.card.tags;
  const bool by_data = reference && reference->has_tags() && !tags.empty();
  const auto rows = by_data ? combinations(*reference, tags) : std::vector<std::vector<float>>{};
  side.subjects = character::sample_subjects(character::Vocabulary(side.artist.card), rows, options.pictures,
                                             uint64_t(options.seed));
  core::Progress progress("draw", "pictures", options.pictures);
  character::draw_subjects(side.artist, side.subjects, options.truncation, kDrawnAtOnce,
                           [&](size_t index, const media::Image8& picture) {
                             side.pictures.push_back(metrics::at_size(picture, size));
                             progress.update(int64_t(index) + 1);
                           });
  side.text = fmt::format("{} ({} drawn{}{}, seed {})", name, options.pictures,
                          by_data ? " with the tags of " + reference->text() : "",
                          options.truncation == 1 ? "" : fmt::format(", truncation {:g}", options.truncation),
                          options.seed);
  return side;
}

Side read_side(const metrics::PictureSet& set, const SideOptions& options, int size) {
  const auto part = set.sample(options.pictures, uint64_t(options.seed));
  Side side = {.text = part.text(), .pictures = {}, .artist = {}, .subjects = {}};
  core::Progress progress("read", "pictures", part.size());
  for (int64_t i = 0; i < part.size(); ++i) {
    core::check_interrupt();
    side.pictures.push_back(metrics::at_size(part.picture(i), size));
    progress.update(i + 1);
  }
  return side;
}

Side any_side(const std::string& place, const metrics::PictureSet* reference, const SideOptions& options,
              int size) {
  if (is_model(place)) return drawn_side(place, reference, options, size);
  return read_side(metrics::PictureSet::open(place), options, size);
}

}  // namespace sakuga::cli

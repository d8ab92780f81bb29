#include "sakuga/rig/dataset.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "sakuga/core/error.h"
#include "sakuga/core/hash.h"
#include "sakuga/core/progress.h"
#include "sakuga/data/dataset.h"
#include "sakuga/data/phash.h"
#include "sakuga/media/image_file.h"
#include "sakuga/rig/dials.h"
#include "sakuga/rig/latent.h"
#include "sakuga/rig/sheet.h"

namespace sakuga::rig {
namespace {

uint64_t view_seed(const DatasetOptions& options, int64_t design, int64_t view) {
  // Views beyond the first take their pose from seeds that no design has.
  const auto own = static_cast<uint64_t>(options.seed + design);
  return view == 0 ? own : own ^ (static_cast<uint64_t>(view) << 52);
}

RandomOptions random_options(const DatasetOptions& options) {
  return {.even = options.even, .max_yaw = options.max_yaw};
}

std::string backdrop_of(uint64_t seed) {
  core::Rng rng(seed, 4);
  const double hue = rng.uniform(), lightness = 0.80 + 0.2 * rng.uniform();
  const Colour c = rng.uniform() < 0.35 ? Colour{1, 1, 1} : hsl(hue, 0.5, lightness);
  const auto byte = [](double value) { return static_cast<int>(value * 255 + 0.5); };
  return fmt::format("#{:02x}{:02x}{:02x}", byte(c.r), byte(c.g), byte(c.b));
}

std::vector<data::NamedScore> labels_of(const Character& c) {
  std::vector<data::NamedScore> labels;
  for (const std::string& tag : tags_of(c)) labels.push_back({.name = tag});
  for (const Dial& dial : dials()) labels.push_back({dial.name, static_cast<float>(score_of(dial, c))});
  return labels;
}

std::vector<data::NamedScore> labels_of(const Character& c, const Latents& latents, uint64_t seed) {
  auto labels = labels_of(c);
  for (const auto& [name, value] : latents.of(c, seed))
    labels.push_back({"latent_" + name, static_cast<float>(value)});
  return labels;
}

media::Image8 draw_view(const DatasetOptions& options, const Character& who, uint64_t seed) {
  if (options.latents) return draw(who, {.size = options.size, .backdrop = "white"}, kMeanCamera);
  return draw(who, {.size = options.size, .backdrop = backdrop_of(seed)}, random_camera(seed));
}

data::NewPicture make_picture(const DatasetOptions& options, const std::optional<Latents>& latents,
                              int64_t index) {
  const int64_t design = index / options.views, view = index % options.views;
  const Character who = dataset_view(options, design, view);
  const auto image = draw_view(options, who, view_seed(options, design, view));
  const std::string identity = fmt::format("rig {}", options.seed + design);
  return {.bytes = media::encode_png(image),
          .width = image.width,
          .height = image.height,
          .sha256 = data::pixel_sha256(image),
          .phash = data::perceptual_hash(image),
          .split = data::split_of(core::sha256(std::as_bytes(std::span(identity)))),
          .tags = latents ? labels_of(who, *latents, view_seed(options, design, 0)) : labels_of(who),
          .origin = {.source = "sakuga rig",
                     .author = "sakuga",
                     .licence = "CC0-1.0",
                     .file = fmt::format("{}_{}.png", options.seed + design, view)}};
}

// Pictures `first` to `last` in their order, drawn by several threads.
std::vector<data::NewPicture> make_batch(const DatasetOptions& options, const std::optional<Latents>& latents,
                                         int64_t first, int64_t last) {
  std::vector<data::NewPicture> pictures(static_cast<size_t>(last - first));
  std::atomic<int64_t> next = first;
  std::exception_ptr failure;
  std::mutex mutex;
  const auto work = [&] {
    try {
      for (int64_t i = next++; i < last; i = next++)
        pictures[static_cast<size_t>(i - first)] = make_picture(options, latents, i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int64_t i = 1; i < options.threads; ++i) threads.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
  return pictures;
}

void check_options(DatasetOptions options) {
  visit_fields(options, [](const std::string& name, auto& value, const Field& field) {
    core::check_field("rig dataset: " + name, value, field);
  });
}

}  // namespace

Character dataset_view(const DatasetOptions& options, int64_t design, int64_t view) {
  const RandomOptions random = random_options(options);
  Character who = random_character(view_seed(options, design, 0), random);
  if (options.latents) who.design.hair_seed = 1 + who.design.hair_seed % kLearntHairSeeds;
  if (view == 0) return who;
  Character other = random_character(view_seed(options, design, view), random);
  if (options.latents) other.pose.body = who.pose.body;
  who.pose = other.pose;
  who.expression = other.expression;
  return who;
}

int64_t write_dataset(const std::filesystem::path& path, const DatasetOptions& options) {
  check_options(options);
  constexpr int64_t kBatch = 128;
  core::Progress progress("rig dataset", "pictures", options.count);
  int64_t added = 0;
  std::optional<Latents> latents;
  if (options.latents) latents.emplace(random_options(options));
  data::edit_dataset(path, [&](data::DatasetEditor& editor) {
    for (int64_t first = 0; first < options.count; first += kBatch) {
      core::check_interrupt();
      const int64_t last = std::min(options.count, first + kBatch);
      for (const auto& picture : make_batch(options, latents, first, last)) added += editor.add(picture);
      progress.update(last);
    }
    editor.set_meta("notes", "Characters drawn by sakuga rig; CC0-1.0");
  });
  return added;
}

}  // namespace sakuga::rig

// Who draws: a generator behind three facts and a function, so that grids, walks and metrics can be tried
// without a net.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sakuga/media/image.h"
#include "sakuga/models/image_model.h"
#include "sakuga/weights/card.h"

namespace sakuga::character {

// Noise (N(0, 1), n * noise_size numbers) and tags (n * card.tags.size() numbers, as Vocabulary::inputs()
// gives them) to n RGB pictures of one size; each depends on its own numbers alone.
using DrawFunction =
    std::function<std::vector<media::Image8>(std::span<const float> noise, std::span<const float> tags)>;

struct Artist {
  std::string name;    // "characters-128.safetensors"
  std::string sha256;  // Of the model's file.
  weights::Card card;
  int64_t noise_size = 0;
  DrawFunction draw;
};

// The artist keeps the model.
Artist artist_of(std::shared_ptr<const models::ImageModel> model, const std::string& name);

// Of a file, by whose name it goes. Throws as models::ImageModel::load().
Artist load_artist(const std::filesystem::path& path);

// One picture to draw. An empty list of tags is right only for a model without tags.
struct Subject {
  uint64_t seed = 0;
  std::vector<float> tags = {};  // Weights, see Vocabulary.
};

// The noise of a seed: core::fill_normal(seed, stream 0) times `truncation`. Below 1 pulls pictures towards
// the model's mean: fewer accidents, less variety. For noise drawn from N(0, 1) this shortens the vector and
// is the whole of it; nothing is clipped or drawn again.
std::vector<float> noise_of(uint64_t seed, int64_t size, double truncation);

// Draws the subjects in order, `batch` at a time, and hands each over as soon as it is there. The pictures do
// not depend on `batch`. Throws core::Interrupted after Ctrl-C, Error(BadRequest) if a subject's tags are not
// as many as the model's.
void draw_subjects(const Artist& artist, std::span<const Subject> subjects, double truncation, int64_t batch,
                   const std::function<void(size_t index, media::Image8 picture)>& receive);

}  // namespace sakuga::character

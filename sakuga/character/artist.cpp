#include "sakuga/character/artist.h"

#include "sakuga/character/tags.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/core/rng.h"

namespace sakuga::character {

Artist artist_of(std::shared_ptr<const models::ImageModel> model, const std::string& name) {
  return {.name = name,
          .sha256 = model->sha256(),
          .card = model->card(),
          .noise_size = model->noise_size(),
          .draw = [model](std::span<const float> noise, std::span<const float> tags) {
            return model->draw(noise, tags);
          }};
}

Artist load_artist(const std::filesystem::path& path) {
  return artist_of(models::ImageModel::load(path), path.filename().string());
}

std::vector<float> noise_of(uint64_t seed, int64_t size, double truncation) {
  std::vector<float> noise(size_t(size), 0.f);
  core::fill_normal(noise, seed);
  for (float& value : noise) value = float(double(value) * truncation);
  return noise;
}

void draw_subjects(const Artist& artist, std::span<const Subject> subjects, double truncation, int64_t batch,
                   const std::function<void(size_t index, media::Image8 picture)>& receive) {
  const Vocabulary vocabulary(artist.card);
  for (size_t first = 0; first < subjects.size(); first += size_t(batch)) {
    core::check_interrupt();
    std::vector<float> noise, tags;
    const auto part = subjects.subspan(first, std::min(size_t(batch), subjects.size() - first));
    for (const auto& subject : part) {
      if (subject.tags.size() != artist.card.tags.size())
        core::fail(core::ErrorKind::BadRequest, "draw: {} tags, the model has {}", subject.tags.size(),
                   artist.card.tags.size());
      const auto own_noise = noise_of(subject.seed, artist.noise_size, truncation);
      const auto own_tags = vocabulary.inputs(subject.tags);
      noise.insert(noise.end(), own_noise.begin(), own_noise.end());
      tags.insert(tags.end(), own_tags.begin(), own_tags.end());
    }
    auto pictures = artist.draw(noise, tags);
    for (size_t i = 0; i < pictures.size(); ++i) receive(first + i, std::move(pictures[i]));
  }
}

}  // namespace sakuga::character

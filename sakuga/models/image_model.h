// The torch-free door to the nets: a weights file in, pictures, features or scores out.
//
// Each object loads once and can then be used from several threads. Files that are missing are
// Error(NotFound), broken or not fitting the net (another architecture, other tags, NaN) Error(CorruptInput),
// without a card Error(Unsupported), of another kind than asked for Error(BadRequest).
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sakuga/media/image.h"
#include "sakuga/weights/card.h"

namespace sakuga::models {

// A generator: noise and tags to pictures.
class ImageModel {
 public:
  static std::shared_ptr<ImageModel> load(const std::filesystem::path& path);
  ~ImageModel();

  const weights::Card& card() const;
  const std::string& sha256() const;  // Of the file, for picture metadata.
  int64_t noise_size() const;
  int64_t tag_count() const;
  int size() const;  // Width and height of a picture in pixels.

  // Draws n RGB pictures. noise: n * noise_size() numbers from N(0, 1), tags: n * tag_count() numbers from
  // card().tag_off to card().tag_on, both picture by picture. A picture's bytes depend on its own numbers
  // alone: not on n, its place, or the number of threads. Error(BadRequest) if the sizes do not fit.
  std::vector<media::Image8> draw(std::span<const float> noise, std::span<const float> tags) const;

 private:
  struct Impl;
  explicit ImageModel(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Pictures to vectors that a distance between sets can be measured on.
class FeatureModel {
 public:
  // SqueezeNet 1.0 (with torchvision's tensor names, with or without a card), or a tagger or an embedder with
  // a card.
  static std::shared_ptr<FeatureModel> load(const std::filesystem::path& path);
  ~FeatureModel();

  std::string description() const;  // For a protocol: "squeezenet1_0, last fire module, mean over the map".
  const std::string& sha256() const;
  int size() const;        // Numbers of one vector.
  int resolution() const;  // Width and height that the pictures must have; 0 if any from 32 on will do.

  // size() numbers for each picture. Error(BadRequest) unless every picture is RGB, of the right size.
  std::vector<float> features(std::span<const media::Image8> pictures) const;

 private:
  struct Impl;
  explicit FeatureModel(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A tagger: pictures to probabilities of tags.
class TagJudge {
 public:
  static std::shared_ptr<TagJudge> load(const std::filesystem::path& path);
  ~TagJudge();

  const weights::Card& card()
      const;  // card().tags are the columns, card().tag_groups their exclusive groups.
  const std::string& sha256() const;

  // card().tags.size() probabilities for each picture; those of a group add up to one. Error(BadRequest)
  // unless every picture is RGB and of card().resolution.
  std::vector<float> scores(std::span<const media::Image8> pictures) const;

 private:
  struct Impl;
  explicit TagJudge(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sakuga::models

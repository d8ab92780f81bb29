// Pictures to the vectors that sets are compared by.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sakuga/media/image.h"
#include "sakuga/models/image_model.h"

namespace sakuga::metrics {

// Vectors of one feature net, one after another.
struct FeatureSet {
  int64_t dimension = 0;  // Numbers of one vector.
  std::vector<float> values = {};

  int64_t count() const { return dimension == 0 ? 0 : int64_t(values.size()) / dimension; }
  std::span<const float> operator[](int64_t i) const {
    return std::span(values).subspan(size_t(i * dimension), size_t(dimension));
  }
};

// The first step of every comparison: RGB over white, size x size by Lanczos.
media::Image8 at_size(const media::Image8& picture, int size);

// How pictures are shown to a feature net: at `size` by Lanczos, then, by bicubic, at the resolution that
// the net wants (one that takes any: twice `size`). Alpha is blended over white. With SqueezeNet and 64 this
// is protocol S.
class FeatureProtocol {
 public:
  explicit FeatureProtocol(std::shared_ptr<const models::FeatureModel> net, int size = 64);

  int size() const { return size_; }
  // Both steps and the net. Memory: a few pictures beside the result.
  FeatureSet features(std::span<const media::Image8> pictures) const;

  // "protocol S: 64x64 by Lanczos, 128x128 by bicubic, squeezenet1_0 ...; weights sha256 0123456789ab".
  std::string text() const;

 private:
  std::shared_ptr<const models::FeatureModel> net_;
  int size_, shown_;
};

}  // namespace sakuga::metrics

// What a picture shows, as a net sees it that was trained to name things: the maps by which a photograph and
// its drawing are compared while a translator learns.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "sakuga/models/net.h"

namespace sakuga::models {

class ContentFeatures {
 public:
  // VGG19 (conv4_4 before its ReLU) or SqueezeNet 1.0 (the last map of an eighth of the size, fire8), with
  // torchvision's tensor names; layers that are not needed may be in the file. Throws Error(NotFound),
  // Error(CorruptInput), and Error(BadRequest) for a file of another net.
  static ContentFeatures load(const std::filesystem::path& path);

  // [n, 3, h, w] in [-1, 1] -> [n, 512, about h / 8, about w / 8] float32. Differentiable by the pictures.
  torch::Tensor map(const torch::Tensor& pictures) const { return map_(pictures); }
  const std::string& description() const { return description_; }  // "VGG19, conv4_4".

 private:
  std::function<torch::Tensor(const torch::Tensor&)> map_;
  std::string description_;
};

}  // namespace sakuga::models

#include "sakuga/models/content_features.h"

#include "sakuga/core/error.h"
#include "sakuga/models/squeezenet.h"
#include "sakuga/models/vgg19.h"
#include "sakuga/nn/ops.h"
#include "sakuga/nn/state.h"

namespace sakuga::models {
namespace {

using torch::Tensor;

template <class Net>
Net loaded(const weights::SafetensorsFile& file) {
  Net net;
  nn::load_state(*net, file, {}, nn::LeftOver::Ignore);
  net->to(nn::compute_device());
  net->eval();
  for (auto& parameter : net->parameters()) parameter.requires_grad_(false);
  return net;
}

Tensor channels(const std::array<float, 3>& values) {
  return torch::tensor({values[0], values[1], values[2]}, nn::compute_device()).view({1, 3, 1, 1});
}

}  // namespace

ContentFeatures ContentFeatures::load(const std::filesystem::path& path) {
  const auto file = weights::SafetensorsFile::open(path);
  ContentFeatures features;
  if (file.find("features.12.expand3x3.weight")) {
    constexpr size_t kFire8 = 10;
    features.description_ = "SqueezeNet 1.0, fire8";
    features.map_ = [net = loaded<Squeezenet>(file),
                     mean = channels(kSqueezenetMean)](const Tensor& pictures) {
      return net.ptr()->map(((pictures + 1) * 127.5).flip({1}) - mean, kFire8);
    };
  } else if (file.find("features.25.weight")) {
    features.description_ = "VGG19, conv4_4";
    features.map_ = [net = loaded<Vgg19>(file), mean = channels(kVgg19Mean),
                     deviation = channels(kVgg19Deviation)](const Tensor& pictures) {
      return net.ptr()->forward(((pictures + 1) / 2 - mean) / deviation);
    };
  } else {
    core::fail(core::ErrorKind::BadRequest,
               "features: {} is neither VGG19 nor SqueezeNet 1.0 with torchvision's tensor names",
               path.string());
  }
  return features;
}

}  // namespace sakuga::models

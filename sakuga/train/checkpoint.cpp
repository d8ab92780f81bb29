#include "sakuga/train/checkpoint.h"

#include "sakuga/core/error.h"
#include "sakuga/nn/state.h"
#include "sakuga/weights/safetensors.h"

namespace sakuga::train {

using core::ErrorKind;
using core::fail;

namespace {

constexpr const char* kCounters = "sakuga_checkpoint";

nlohmann::json counters_of(const weights::Metadata& metadata, const std::filesystem::path& path) {
  const auto found = metadata.find(kCounters);
  auto counters =
      found == metadata.end() ? nlohmann::json() : nlohmann::json::parse(found->second, nullptr, false);
  if (!counters.is_object())
    fail(ErrorKind::CorruptInput, "train: {} is no checkpoint of a training run", path.string());
  return counters;
}

}  // namespace

void add_tensors(NamedTensors& tensors, const std::string& prefix, const torch::nn::Module& net) {
  for (const auto& item : net.named_parameters())
    tensors.emplace_back(prefix + "." + item.key(), item.value());
  for (const auto& item : net.named_buffers()) tensors.emplace_back(prefix + "." + item.key(), item.value());
}

void add_moments(NamedTensors& tensors, const std::string& prefix, const torch::nn::Module& net, Adam& adam) {
  size_t i = 0;
  for (const auto& item : net.named_parameters()) {
    tensors.emplace_back(prefix + ".first." + item.key(), adam.first_moment(i));
    tensors.emplace_back(prefix + ".second." + item.key(), adam.second_moment(i++));
  }
}

void save_checkpoint(const std::filesystem::path& path, const NamedTensors& tensors,
                     const nlohmann::json& counters) {
  nn::State state;
  for (const auto& [name, tensor] : tensors) {
    if (tensor.is_floating_point() && !torch::isfinite(tensor).all().item<bool>())
      fail(ErrorKind::BadRequest, "train: {} holds NaN or infinity; the last checkpoint stays as it was",
           name);
    nn::add_tensor(state, name, tensor);
  }
  weights::write_safetensors(path, state.views, {{kCounters, counters.dump()}});
}

nlohmann::json read_counters(const std::filesystem::path& path) {
  return counters_of(weights::read_safetensors_header(path).metadata, path);
}

void load_checkpoint(const std::filesystem::path& path, const NamedTensors& tensors) {
  const auto file = weights::SafetensorsFile::open(path);
  counters_of(file.metadata(), path);
  for (const auto& [name, tensor] : tensors) {
    const auto* view = file.find(name);
    if (!view || view->shape != tensor.sizes().vec())
      fail(ErrorKind::CorruptInput, "train: {}: {} '{}'; was it written by another recipe?", path.string(),
           view ? "another shape of" : "no tensor", name);
  }
  torch::NoGradGuard no_grad;
  for (const auto& [name, tensor] : tensors) torch::Tensor(tensor).copy_(nn::to_tensor(*file.find(name)));
}

}  // namespace sakuga::train

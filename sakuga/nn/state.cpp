#include "sakuga/nn/state.h"

#include <cstring>
#include <map>
#include <set>

#include "sakuga/core/error.h"

namespace sakuga::nn {
namespace {

using core::ErrorKind;
using core::fail;
using weights::Dtype;
using weights::TensorView;

const std::vector<std::pair<Dtype, torch::Dtype>> kTypes = {
    {Dtype::Bool, torch::kBool}, {Dtype::U8, torch::kUInt8},  {Dtype::I8, torch::kInt8},
    {Dtype::I16, torch::kInt16}, {Dtype::F16, torch::kHalf},  {Dtype::BF16, torch::kBFloat16},
    {Dtype::I32, torch::kInt32}, {Dtype::F32, torch::kFloat}, {Dtype::I64, torch::kInt64},
    {Dtype::F64, torch::kDouble}};

std::string renamed(const std::string& name, const NameMap& names) {
  for (const auto& [from, to] : names) {
    if (name == from) return to;
    if (from.ends_with('.') && name.starts_with(from)) return to + name.substr(from.size());
  }
  return name;
}

std::map<std::string, torch::Tensor> tensors_of(const torch::nn::Module& module) {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& item : module.named_parameters()) tensors[item.key()] = item.value();
  for (const auto& item : module.named_buffers()) tensors[item.key()] = item.value();
  return tensors;
}

// What is wrong with `view` as the content of `tensor`; empty if nothing.
std::string mismatch(const std::string& name, const TensorView& view, const torch::Tensor& tensor) {
  const auto expected = tensor.sizes().vec();
  if (view.shape != expected)
    return fmt::format("'{}' has shape [{}], expected [{}]", name, fmt::join(view.shape, ", "),
                       fmt::join(expected, ", "));
  try {
    weights::check_finite(view, "");
  } catch (const core::Error&) {
    return fmt::format("'{}' holds NaN or infinity", name);
  }
  return "";
}

void fail_mismatches(const weights::SafetensorsFile& file, const std::vector<std::string>& wrong) {
  if (wrong.empty()) return;
  const std::vector<std::string> first(wrong.begin(), wrong.begin() + std::min<size_t>(3, wrong.size()));
  const auto more = wrong.size() > 3 ? fmt::format(" and {} more", wrong.size() - 3) : "";
  fail(ErrorKind::CorruptInput,
       "model: {} does not fit the net: {}{}; was it written for another architecture or other options?",
       file.path().string(), fmt::join(first, "; "), more);
}

}  // namespace

torch::Tensor to_tensor(const TensorView& view) {
  for (const auto& [dtype, type] : kTypes) {
    if (dtype != view.dtype) continue;
    auto tensor = torch::empty(view.shape, type);
    std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
    return tensor;
  }
  fail(ErrorKind::Unsupported, "model: tensor '{}' is {}, expected a signed or floating type", view.name,
       weights::dtype_name(view.dtype));
}

void add_tensor(State& state, const std::string& name, const torch::Tensor& tensor) {
  const auto held = tensor.detach().to(torch::kCPU).contiguous().clone();
  for (const auto& [dtype, type] : kTypes) {
    if (type != held.scalar_type()) continue;
    state.storage.push_back(held);
    state.views.push_back({name,
                           dtype,
                           held.sizes().vec(),
                           {static_cast<const std::byte*>(held.data_ptr()), size_t(held.nbytes())}});
    return;
  }
  fail(ErrorKind::Internal, "model: tensor '{}' has a type that safetensors lacks", name);
}

void load_state(torch::nn::Module& module, const weights::SafetensorsFile& file, const NameMap& names,
                LeftOver left_over) {
  auto targets = tensors_of(module);
  std::vector<std::string> wrong;
  std::vector<std::pair<torch::Tensor, const TensorView*>> found;
  for (const auto& view : file.tensors()) {
    const auto name = renamed(view.name, names);
    const auto target = targets.find(name);
    if (target == targets.end()) {
      if (left_over == LeftOver::Refuse) wrong.push_back(fmt::format("unexpected '{}'", view.name));
      continue;
    }
    if (auto problem = mismatch(name, view, target->second); !problem.empty()) wrong.push_back(problem);
    found.emplace_back(target->second, &view);
    targets.erase(target);
  }
  for (const auto& [name, tensor] : targets)
    if (!name.ends_with("num_batches_tracked")) wrong.push_back(fmt::format("missing '{}'", name));
  fail_mismatches(file, wrong);

  torch::NoGradGuard no_grad;
  for (const auto& [tensor, view] : found) torch::Tensor(tensor).copy_(to_tensor(*view));
}

State collect_state(const torch::nn::Module& module, const std::string& prefix, Dtype dtype) {
  State state;
  const auto narrow = dtype == Dtype::BF16  ? torch::kBFloat16
                      : dtype == Dtype::F16 ? torch::kHalf
                                            : torch::kFloat;
  for (const auto& [name, tensor] : tensors_of(module)) {
    const bool is_weight = tensor.is_floating_point() && tensor.dim() >= 2;
    add_tensor(state, prefix + name, is_weight ? tensor.to(narrow) : tensor);
  }
  return state;
}

int64_t parameter_count(const torch::nn::Module& module) {
  int64_t count = 0;
  for (const auto& parameter : module.parameters()) count += parameter.numel();
  return count;
}

}  // namespace sakuga::nn

#include "sakuga/train/tag_groups.h"

#include <algorithm>

namespace sakuga::train {

std::vector<TagGroup> tag_groups(const std::vector<std::string>& names) {
  const auto last_word = [](const std::string& name) {
    const auto at = name.rfind('_');
    return at == std::string::npos ? std::string() : name.substr(at + 1);
  };
  std::vector<TagGroup> groups;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string word = last_word(names[i]);
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const TagGroup& group) {
      return !word.empty() && last_word(names[group.tags[0]]) == word;
    });
    if (same == groups.end()) {
      groups.push_back({.name = names[i], .tags = {int64_t(i)}});
    } else {
      same->name = word;
      same->tags.push_back(int64_t(i));
    }
  }
  return groups;
}

namespace {

torch::Tensor columns(const torch::Tensor& x, const TagGroup& group) {
  return x.index_select(1, torch::tensor(group.tags, torch::TensorOptions(torch::kInt64).device(x.device())));
}

torch::Tensor group_cross_entropy(const torch::Tensor& logits, const torch::Tensor& tags,
                                  const TagGroup& group) {
  const auto said = columns(logits, group), is = columns(tags, group);
  if (group.tags.size() == 1) return torch::binary_cross_entropy_with_logits(said, is);
  const auto amount = is.sum(1, true);
  const auto target = is / amount.clamp_min(1e-6);
  const auto wrong = -(target * torch::log_softmax(said, 1)).sum(1);
  return wrong.sum() / (amount > 0).sum().clamp_min(1);
}

}  // namespace

torch::Tensor tag_cross_entropy(const torch::Tensor& logits, const torch::Tensor& tags,
                                const std::vector<TagGroup>& groups) {
  auto sum = torch::zeros({}, logits.options());
  for (const auto& group : groups) sum = sum + group_cross_entropy(logits, tags, group);
  return groups.empty() ? sum : sum / double(groups.size());
}

std::vector<double> tag_accuracy(const torch::Tensor& logits, const torch::Tensor& tags,
                                 const std::vector<TagGroup>& groups) {
  std::vector<double> shares;
  for (const auto& group : groups) {
    const auto said = columns(logits, group), is = columns(tags, group);
    if (group.tags.size() == 1) {
      shares.push_back(((said > 0) == (is > 0.5)).to(torch::kFloat64).mean().item<double>());
      continue;
    }
    const auto counts = is.sum(1) > 0;
    const auto right = is.gather(1, said.argmax(1, true)).squeeze(1) > 0;
    shares.push_back((right & counts).sum().item<double>() / counts.sum().item<double>());
  }
  return shares;
}

}  // namespace sakuga::train

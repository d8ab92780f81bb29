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

constexpr double kTogetherByMistake = 0.01;  // Share of a group's pictures.
constexpr double kDialUnit = 0.1;            // An error that costs as much as one nat.
constexpr double kDialCorner = 0.02;         // Below it the loss is square.

torch::Tensor columns(const torch::Tensor& x, const TagGroup& group) {
  return x.index_select(1, torch::tensor(group.tags, torch::TensorOptions(torch::kInt64).device(x.device())));
}

// The tags that must leave the group for the others to exclude one another.
std::vector<int64_t> not_alternatives(const TagGroup& group, const torch::Tensor& tags) {
  auto shown = (columns(tags, group) > 0).to(torch::kFloat64);
  std::vector<int64_t> left;
  for (size_t i = 0; i + 1 < group.tags.size(); ++i) {
    const auto several = (shown.sum(1, true) > 1).to(torch::kFloat64);
    if (several.sum().item<double>() <= kTogetherByMistake * (shown.sum(1) > 0).sum().item<double>()) break;
    const int64_t worst = (shown * several).sum(0).argmax().item<int64_t>();
    left.push_back(group.tags[size_t(worst)]);
    shown.select(1, worst).zero_();
  }
  return left;
}

torch::Tensor group_cross_entropy(const torch::Tensor& logits, const torch::Tensor& tags,
                                  const TagGroup& group) {
  const auto said = columns(logits, group), is = columns(tags, group);
  if (group.dial)
    return torch::smooth_l1_loss(torch::sigmoid(said), is, at::Reduction::Mean, kDialCorner) / kDialUnit;
  if (group.tags.size() == 1) return torch::binary_cross_entropy_with_logits(said, is);
  const auto amount = is.sum(1, true);
  const auto target = is / amount.clamp_min(1e-6);
  const auto wrong = -(target * torch::log_softmax(said, 1)).sum(1);
  return wrong.sum() / (amount > 0).sum().clamp_min(1);
}

}  // namespace

std::vector<TagGroup> tag_groups(const std::vector<std::string>& names, const torch::Tensor& tags) {
  std::vector<TagGroup> groups;
  for (auto& group : tag_groups(names)) {
    const auto left = not_alternatives(group, tags);
    for (const auto tag : left) {
      std::erase(group.tags, tag);
      groups.push_back({names[size_t(tag)], {tag}});
    }
    if (group.tags.size() == 1) group.name = names[size_t(group.tags[0])];
    groups.push_back(group);
  }
  for (auto& group : groups) {
    const auto shown = columns(tags, group);
    group.dial = group.tags.size() == 1 && ((shown > 0) & (shown < 1)).any().item<bool>();
  }
  std::sort(groups.begin(), groups.end(),
            [](const TagGroup& a, const TagGroup& b) { return a.tags[0] < b.tags[0]; });
  return groups;
}

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
    if (group.dial) {
      shares.push_back(1 - (torch::sigmoid(said) - is).abs().mean().item<double>());
      continue;
    }
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

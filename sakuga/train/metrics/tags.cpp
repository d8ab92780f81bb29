#include "sakuga/train/metrics/tags.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sakuga/core/error.h"

namespace sakuga::metrics {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

using Group = weights::CardGroup;

size_t largest(std::span<const float> row, const std::vector<size_t>& tags) {
  size_t best = 0;
  for (size_t i = 1; i < tags.size(); ++i)
    if (row[tags[i]] > row[tags[best]]) best = i;
  return best;
}

// "aqua_hair" in the group "hair" is "aqua": tables are narrow.
std::string short_label(const std::string& tag, const std::string& group) {
  return tag.ends_with("_" + group) ? tag.substr(0, tag.size() - group.size() - 1) : tag;
}

TagVerdict judge_group(const weights::Card& card, const Group& group, std::span<const float> scores,
                       std::span<const float> asked) {
  TagVerdict verdict = {.group = group.name};
  const size_t columns = card.tags.size();
  for (const size_t tag : group.tags) verdict.labels.push_back(short_label(card.tags[tag], group.name));
  const size_t size = verdict.labels.size();
  verdict.confusion.assign(size * size, 0);
  for (size_t at = 0; at < scores.size(); at += columns) {
    const auto seen_row = scores.subspan(at, columns), asked_row = asked.subspan(at, columns);
    const size_t wanted = largest(asked_row, group.tags);
    if (asked_row[group.tags[wanted]] > 0) ++verdict.confusion[wanted * size + largest(seen_row, group.tags)];
  }
  return verdict;
}

TagVerdict judge_lone(const weights::Card& card, size_t tag, std::span<const float> scores,
                      std::span<const float> asked) {
  TagVerdict verdict = {.group = card.tags[tag], .labels = {"without", "with"}, .confusion = {0, 0, 0, 0}};
  for (size_t at = tag; at < scores.size(); at += card.tags.size())
    ++verdict.confusion[size_t(asked[at] >= 0.5f) * 2 + size_t(scores[at] >= 0.5f)];
  return verdict;
}

}  // namespace

int64_t TagVerdict::asked(size_t label) const {
  int64_t sum = 0;
  for (size_t seen = 0; seen < labels.size(); ++seen) sum += confusion[label * labels.size() + seen];
  return sum;
}

int64_t TagVerdict::pictures() const {
  int64_t sum = 0;
  for (const int64_t count : confusion) sum += count;
  return sum;
}

double TagVerdict::right(size_t label) const {
  const int64_t all = asked(label);
  return all == 0 ? kNaN : double(confusion[label * labels.size() + label]) / double(all);
}

double TagVerdict::accuracy() const {
  int64_t right = 0;
  for (size_t label = 0; label < labels.size(); ++label) right += confusion[label * labels.size() + label];
  return pictures() == 0 ? kNaN : double(right) / double(pictures());
}

double TagVerdict::mean_accuracy() const {
  double sum = 0;
  int labels_asked = 0;
  for (size_t label = 0; label < labels.size(); ++label) {
    if (asked(label) == 0) continue;
    sum += right(label);
    ++labels_asked;
  }
  return labels_asked == 0 ? kNaN : sum / labels_asked;
}

std::vector<TagVerdict> judge_tags(const weights::Card& card, std::span<const float> scores,
                                   std::span<const float> asked) {
  if (card.tags.empty() || scores.size() != asked.size() || scores.size() % card.tags.size() != 0)
    core::fail(core::ErrorKind::BadRequest, "tags: {} scores and {} tags asked for, the judge knows {} tags",
               scores.size(), asked.size(), card.tags.size());
  std::vector<TagVerdict> verdicts;
  for (const auto& group : weights::groups_of(card)) {
    if (std::ranges::count(card.dials, card.tags[group.tags[0]]) > 0) continue;
    auto verdict = group.name.empty() ? judge_lone(card, group.tags[0], scores, asked)
                                      : judge_group(card, group, scores, asked);
    const bool idle = group.name.empty() ? verdict.asked(1) == 0 : verdict.pictures() == 0;
    if (!idle) verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

std::string confusion_table(const TagVerdict& verdict) {
  size_t width = 8;
  for (const auto& label : verdict.labels) width = std::max(width, label.size() + 1);
  std::string table = fmt::format("{:<{}}{:>7}", verdict.group, width, "asked");
  for (const auto& label : verdict.labels) table += fmt::format(" {:>6.6}", label);
  table += "\n";
  for (size_t row = 0; row < verdict.labels.size(); ++row) {
    table += fmt::format("{:<{}}{:>7}", verdict.labels[row], width, verdict.asked(row));
    for (size_t column = 0; column < verdict.labels.size(); ++column) {
      const int64_t count = verdict.confusion[row * verdict.labels.size() + column];
      table += count == 0 ? fmt::format(" {:>6}", ".")
                          : fmt::format(" {:>6.1f}", 100. * double(count) / double(verdict.asked(row)));
    }
    table += "\n";
  }
  return table;
}

}  // namespace sakuga::metrics

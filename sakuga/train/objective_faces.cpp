#include "sakuga/train/objective_faces.h"

#include <algorithm>
#include <cmath>

#include "sakuga/models/face_detector.h"

namespace sakuga::train {
namespace {

// One face into the maps of its scene, [h, w] and [3, h, w].
void add_face(const SceneFace& face, int64_t cells, float* heat, float* known, float* near, float* wanted) {
  constexpr double kCell = models::kFaceCell;
  const double x = face.x / kCell, y = face.y / kCell, side = face.side / kCell;
  const double deviation = std::max(0.7, 0.09 * side), reach = face.counts ? 3 * deviation : side / 2;
  const auto first = [&](double at) { return std::max<int64_t>(0, int64_t(at - reach)); };
  const auto last = [&](double at) { return std::min(cells - 1, int64_t(at + reach)); };
  for (int64_t row = first(y); row <= last(y); ++row)
    for (int64_t column = first(x); column <= last(x); ++column) {
      const int64_t at = row * cells + column;
      const double dx = x - (double(column) + 0.5), dy = y - (double(row) + 0.5);
      if (!face.counts) {
        known[at] = 0;
        continue;
      }
      const bool middle = int64_t(x) == column && int64_t(y) == row;
      const auto close = float(middle ? 1 : std::exp(-(dx * dx + dy * dy) / (2 * deviation * deviation)));
      heat[at] = std::max(heat[at], close);
      if (close < 0.3f || close < near[at]) continue;
      near[at] = close;
      wanted[at] = float(std::log2(face.side / 32));
      wanted[at + cells * cells] = float(std::clamp(dx, -1.0, 1.0));
      wanted[at + 2 * cells * cells] = float(std::clamp(dy, -1.0, 1.0));
    }
}

}  // namespace

FaceTargets face_targets(std::span<const FaceScene> scenes) {
  const auto count = int64_t(scenes.size()), cells = scenes[0].picture.width / models::kFaceCell;
  FaceTargets targets = {.heat = torch::zeros({count, cells, cells}),
                         .known = torch::ones({count, cells, cells}),
                         .near = torch::zeros({count, cells, cells}),
                         .wanted = torch::zeros({count, 3, cells, cells})};
  const auto values = [](const torch::Tensor& map, int64_t i) { return map[i].data_ptr<float>(); };
  for (int64_t i = 0; i < count; ++i)
    for (const SceneFace& face : scenes[size_t(i)].faces)
      add_face(face, cells, values(targets.heat, i), values(targets.known, i), values(targets.near, i),
               values(targets.wanted, i));
  // A face that counts is asked for even beside one that does not.
  targets.known = torch::maximum(targets.known, (targets.heat > 0.3).to(torch::kFloat));
  return targets;
}

Loss face_loss(const torch::Tensor& maps, const FaceTargets& targets) {
  const auto logits = maps.select(1, 0), chance = torch::sigmoid(logits);
  const auto middle = (targets.heat == 1).to(torch::kFloat);
  const auto yes = (1 - chance).square() * torch::log_sigmoid(logits) * middle;
  const auto no = chance.square() * torch::log_sigmoid(-logits) * (1 - targets.heat).pow(4) * (1 - middle) *
                  targets.known;
  const auto heat = -(yes + no).sum() / middle.sum().clamp_min(1);

  const auto off = torch::smooth_l1_loss(maps.slice(1, 1), targets.wanted, torch::Reduction::None, 0.25);
  const auto weight = targets.near / targets.near.sum().clamp_min(1);
  const auto size = (off.select(1, 0) * weight).sum();
  const auto place = (off.slice(1, 1).sum(1) * weight).sum();
  return {.total = heat + 2 * size + 0.5 * place,
          .terms = {{"heat", heat}, {"size", size}, {"place", place}}};
}

}  // namespace sakuga::train

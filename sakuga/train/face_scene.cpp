#include "sakuga/train/face_scene.h"

#include <algorithm>
#include <cmath>

#include "sakuga/train/face_scene_paint.h"

namespace sakuga::train {
namespace {

constexpr double kSmallest = 16, kLargest = 100;  // Sides of faces that count.
constexpr double kHuge = 260;

class SceneMaker {
 public:
  SceneMaker(std::span<const FaceHead> heads, std::span<const media::Image8> photos,
             const FaceSceneOptions& options, Luck luck)
      : heads_(heads), photos_(photos), options_(options), luck_(luck) {}

  FaceScene make() {
    scene_.picture = random_backdrop(luck_, photos_, options_.size, options_.size);
    for (int i = luck_.below(4); i > 0; --i) clutter();
    const int faces = luck_.chance(options_.empty) ? 0 : 1 + luck_.below(options_.most_faces);
    for (int i = 0; i < faces; ++i) face();
    for (int i = luck_.below(2); i > 0; --i) clutter();
    scene_.picture = weathered(std::move(scene_.picture), luck_);
    return std::move(scene_);
  }

 private:
  const FaceHead& any_head(bool behind) {
    for (int tries = 0; tries < 64; ++tries)
      if (const auto& head = heads_[size_t(luck_.below(int(heads_.size())))]; head.behind == behind)
        return head;
    return heads_[0];
  }
  double anywhere() { return luck_.between(0, options_.size); }
  double any_side(double low, double high) { return low * std::pow(high / low, luck_.rng.uniform()); }

  HeadPlace any_place(double side) {
    return {.x = options_.size * luck_.between(-0.05, 1.05),
            .y = options_.size * luck_.between(-0.05, 1.05),
            .side = side,
            .angle = luck_.chance(0.35) ? luck_.between(-0.5, 0.5) : 0,
            .stretch = luck_.between(0.9, 1.1),
            .mirrored = luck_.chance(0.5)};
  }

  // Whether nothing that counts lies under a square about (x, y).
  bool is_free(double x, double y, double side) const {
    return std::ranges::none_of(scene_.faces, [&](const SceneFace& face) {
      const double apart = 0.6 * (face.side + side);
      return std::abs(face.x - x) < apart && std::abs(face.y - y) < apart;
    });
  }

  // The area about a face that a picture of its own has: sides from 0.9 of the face's on.
  Area panel(const HeadPlace& place) {
    const double larger = luck_.chance(0.5) ? luck_.between(0.95, 1.2) : luck_.between(1.2, 1.9);
    const double side = place.side * larger, free = (side - 0.8 * place.side) / 2;
    const double x = place.x + luck_.between(-free, free) * 0.6,
                 y = place.y + luck_.between(-free, free) * 0.6;
    const int pixels = std::max(4, int(side));
    return {int(x - side / 2), int(y - side / 2), pixels, pixels};
  }

  Area whole() const { return {0, 0, options_.size, options_.size}; }

  void face() {
    const bool huge = luck_.chance(0.08);
    HeadPlace place = any_place(huge ? any_side(kLargest * 1.2, kHuge) : any_side(kSmallest, kLargest));
    for (int tries = 0; !is_free(place.x, place.y, place.side); ++tries) {
      if (tries == 8) return;
      place.x = anywhere();
      place.y = anywhere();
    }
    const auto tint = luck_.chance(0.75) ? random_tint(luck_, luck_.chance(0.1) ? 1 : 0.12) : Tint{};
    Area area = whole();
    if (luck_.chance(0.5)) {
      area = panel(place);
      put(scene_.picture, random_backdrop(luck_, photos_, area.width, area.height), area.x, area.y);
    }
    put_head(scene_.picture, any_head(false), place, tint, area);
    if (luck_.chance(0.25)) cover(place);
    const double margin = place.side / 4;
    const auto inside = [&](double at) { return at > margin && at < options_.size - margin; };
    scene_.faces.push_back({place.x, place.y, place.side, !huge && inside(place.x) && inside(place.y)});
  }

  // A hand, a prop, a lock: something over a part of the face.
  void cover(const HeadPlace& place) {
    const double angle = luck_.between(0, 6.3), way = place.side * luck_.between(0.25, 0.6);
    put_shape(scene_.picture, luck_, place.x + way * std::cos(angle), place.y + way * std::sin(angle),
              place.side * luck_.between(0.15, 0.5));
  }

  // Something that is no face, where no face is.
  void clutter() {
    const double side = any_side(12, 120), x = anywhere(), y = anywhere();
    if (!is_free(x, y, side)) return;
    const int kind = luck_.below(10);
    if (kind < 4) return put_shape(scene_.picture, luck_, x, y, side);
    if (kind < 6) return put_eyes(scene_.picture, luck_, x, y, side);
    HeadPlace place = any_place(side);
    place.x = x;
    place.y = y;
    if (kind < 8) return put_head(scene_.picture, any_head(true), place, random_tint(luck_, 0.3), whole());
    // Hair, clothes or a background beside a face that is left out.
    const double way = luck_.between(0, 6.3), far = luck_.between(0.95, 1.3);
    place.side = any_side(30, kHuge);
    const int width = int(place.side * luck_.between(0.4, 0.6));
    put_head(scene_.picture, any_head(false),
             {.x = x - far * place.side * std::cos(way),
              .y = y - far * place.side * std::sin(way),
              .side = place.side},
             random_tint(luck_, 0.3), {int(x) - width / 2, int(y) - width / 2, width, width});
  }

  std::span<const FaceHead> heads_;
  std::span<const media::Image8> photos_;
  const FaceSceneOptions& options_;
  Luck luck_;
  FaceScene scene_;
};

}  // namespace

FaceScene make_face_scene(std::span<const FaceHead> heads, std::span<const media::Image8> photos,
                          const FaceSceneOptions& options, Luck luck) {
  return SceneMaker(heads, photos, options, luck).make();
}

}  // namespace sakuga::train

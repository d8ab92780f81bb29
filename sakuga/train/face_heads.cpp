#include "sakuga/train/face_heads.h"

#include <cmath>

#include "sakuga/media/resize.h"
#include "sakuga/rig/random.h"
#include "sakuga/rig/truth.h"

namespace sakuga::train {
namespace {

constexpr uint64_t kHeadStream = 11;

rig::Character random_head(uint64_t seed, Luck& luck, bool behind) {
  rig::Character who = rig::random_character(seed, {.even = true});
  const auto bell = [&](double most) { return most * (luck.between(-1, 1) + luck.between(-1, 1)) / 2; };
  who.pose.yaw = behind ? (luck.chance(0.5) ? 1 : -1) * luck.between(135, 180) : luck.between(-90, 90);
  who.pose.pitch = bell(30);
  who.pose.roll = bell(30);
  if (luck.chance(0.35)) {
    const auto& moods = rig::expression_names();
    who.expression = rig::expression_of(moods[size_t(luck.below(int(moods.size())))]);
  }
  who.era.line_weight = std::exp2(luck.between(-1.5, 1.5));
  who.era.eye_scale = luck.between(0.75, 1.25);
  who.design.eye_size = luck.between(0.75, 1.25);
  who.era.saturation = luck.between(0.2, 1.4);
  return who;
}

media::Image8 premultiplied(media::Image8 image) {
  for (size_t i = 0; i < image.bytes.size(); i += 4)
    for (size_t c = 0; c < 3; ++c)
      image.bytes[i + c] = uint8_t(image.bytes[i + c] * image.bytes[i + 3] / 255);
  return image;
}

}  // namespace

FaceHead draw_face_head(uint64_t seed) {
  constexpr int kSize = 160;
  Luck luck{core::Rng(seed, kHeadStream)};
  FaceHead head;
  head.behind = luck.chance(1.0 / 12);
  const rig::Character who = random_head(seed, luck, head.behind);
  const rig::PictureOptions options = {.size = kSize, .frame = "bust"};
  const rig::Camera camera = {.zoom = 1.05};
  media::Image8 picture = rig::draw(who, options, camera);
  const auto face = rig::face_square_of(who, rig::frame_of(options, camera));
  head.x = face.middle.x;
  head.y = face.middle.y;
  head.side = face.side;
  for (auto& copy : head.pictures) {
    copy = premultiplied(picture);
    picture = media::resize(picture, picture.width / 2, picture.height / 2, media::Filter::Box);
  }
  return head;
}

}  // namespace sakuga::train

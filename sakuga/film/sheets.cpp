// The contact sheet and the before/after strip of a shot.
#include <algorithm>
#include <cmath>
#include <memory>

#include "sakuga/compose/over.h"
#include "sakuga/film/at_once.h"
#include "sakuga/film/deliver.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/image_file.h"
#include "sakuga/media/resize.h"

namespace sakuga::film {

namespace {

constexpr int kSheetFrames = 12, kSheetColumns = 4, kSheetWidth = 400;
constexpr int kStripFrames = 4, kStripWidth = 400;

std::vector<int64_t> spread(int64_t first, int64_t last, int64_t count) {
  std::vector<int64_t> frames;
  count = std::min(count, last - first + 1);
  for (int64_t i = 0; i < count; ++i)
    frames.push_back(count == 1 ? first : first + i * (last - first) / (count - 1));
  return frames;
}

// Over a checkerboard, so that alpha is seen.
media::Image8 shown(const media::Image& picture, int width) {
  const int height = std::max(1, int(std::lround(double(picture.height) * width / picture.width)));
  auto small = media::resize(media::to_image8(picture), width, height);
  media::Image8 result(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto* from = small.at(x, y);
      const int board = (x / 8 + y / 8) % 2 ? 204 : 153;
      for (int c = 0; c < 3; ++c)
        result.at(x, y)[c] = uint8_t((from[c] * from[3] + board * (255 - from[3]) + 127) / 255);
    }
  return result;
}

void add_shown(Frames& pictures, const std::vector<int64_t>& frames, int width,
               std::vector<media::Image8>& all) {
  run_at_once(frames, [&](int64_t frame) -> FrameTask {
    auto small = std::make_shared<media::Image8>();
    const auto work = [small, width, get = pictures.getter(frame)] { *small = shown(get(), width); };
    return {.work = work, .finish = [&all, small] { all.push_back(std::move(*small)); }};
  });
}

}  // namespace

std::vector<int64_t> strip_frames(int64_t first, int64_t last) {
  return spread(first, last, kStripFrames);
}

void deliver_sheets(const Delivery& delivery) {
  if (!delivery.shot.sheets) return;
  const auto name = [&](const char* kind) {
    return delivery.folder.path() / labelled(delivery.shot.name + "." + kind + ".png", delivery.label);
  };
  const media::Metadata metadata = {{"sakuga", delivery.ledger.dump()}};
  std::vector<media::Image8> frames;
  add_shown(delivery.finished, spread(delivery.first, delivery.last, kSheetFrames), kSheetWidth, frames);
  media::write_image(name("sheet"), media::contact_sheet(frames, kSheetColumns, 4, {20, 20, 24}), metadata);
  if (!delivery.figure) return;
  std::vector<media::Image8> strip;
  const auto shots = strip_frames(delivery.first, delivery.last);
  const auto add_row = [&](Frames& pictures) { add_shown(pictures, shots, kStripWidth, strip); };
  add_row(delivery.figure->plate());
  for (const auto& stage : delivery.figure->stages()) add_row(*stage);
  add_row(delivery.finished);
  media::write_image(name("strip"), media::contact_sheet(strip, int(shots.size()), 4, {20, 20, 24}),
                     metadata);
}

}  // namespace sakuga::film

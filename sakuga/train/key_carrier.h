// What painted frames tell of another frame beyond what was learnt from them.
//
// At a key frame the painting differs from the net's drawing of the same plate: in sharpness, in what the net
// has not learnt, in what only this frame shows. These differences are carried to other frames along the
// plate's flow and added to what the net draws there. Where the plate looks as at the key frame the result is
// the painting itself, moved, with what the net sees changed since. Where it does not (what was hidden, what
// has changed its light or shape) the net's drawing is left alone: key frames are trusted by how like the
// plate their plates, moved likewise, are around each pixel. Depends on the frame alone, not on the ones
// before.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "sakuga/train/keyframes.h"

namespace sakuga::train {

// To be added to a drawing as correction - share * drawing; from all key frames, sRGB.
struct Carried {
  media::Image correction;   // Alpha is 1.
  std::vector<float> share;  // Of each pixel, 0 to 1.
};

class KeyCarrier {
 public:
  // Keeps plates and differences of the pairs. `draw` is what the net draws of a pair's plate.
  KeyCarrier(std::span<const KeyPair> pairs, const std::function<media::Image(const KeyPair&)>& draw);

  // Throws Error(BadRequest) for a plate of another size.
  Carried carry(const media::Image& plate) const;

 private:
  struct Key {
    media::Image plate;       // sRGB, premultiplied.
    media::Image difference;  // Premultiplied by the painting's alpha.
  };
  std::vector<Key> keys_;
};

// `drawn` with `strength` of what was carried, alpha as drawn.
media::Image corrected(media::Image drawn, const Carried& carried, double strength);

}  // namespace sakuga::train

// Paintings carried from the key frames to another frame along the plate's flow, and where to believe them.
//
// Where the plate looks as at a key frame and the flow there and back agrees, the painting itself, moved, is
// better than anything learnt from it. Elsewhere (what was hidden, what has changed its light or shape) it is
// wrong, and known to be: confidence falls with the difference between the plate and the key frame's plate
// moved likewise. Depends on the frame alone, not on the ones before.
#pragma once

#include <span>
#include <vector>

#include "sakuga/train/keyframes.h"

namespace sakuga::train {

struct Carried {
  media::Image painting;          // Of all key frames, weighed by confidence; sRGB, alpha is 1.
  std::vector<float> confidence;  // Of each pixel, 0 to 1.
};

class KeyCarrier {
 public:
  // Keeps copies of the pairs' plates and paintings.
  explicit KeyCarrier(std::span<const KeyPair> pairs);

  // Throws Error(BadRequest) for a plate of another size.
  Carried carry(const media::Image& plate) const;

 private:
  struct Key {
    media::Image plate, painting;  // sRGB, premultiplied.
  };
  std::vector<Key> keys_;
};

// drawn + strength * confidence * (carried - drawn), alpha as drawn.
media::Image blended(media::Image drawn, const Carried& carried, double strength);

}  // namespace sakuga::train

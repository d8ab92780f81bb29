// Porter and Duff's "over" (1984), and the two ways of keeping alpha.
//
// Rules common to the module: an operation takes pictures by value or const reference and returns a new one;
// colours above 1 and below 0 are kept; straight alpha in and out and linear light unless a header says
// otherwise. An empty picture, or pictures of different size where they must agree, is Error(BadRequest).
#pragma once

#include "sakuga/media/image.h"

namespace sakuga::compose {

// Colours multiplied by alpha.
media::Image premultiplied(media::Image straight);

// Colours divided by alpha; where alpha is 0 colours stay as they are.
media::Image unpremultiplied(media::Image premultiplied);

// `front` over `back`, both premultiplied, in linear light and of one size; so is the result.
// Throws Error(BadRequest) for different sizes, or pictures that are not linear.
media::Image over(const media::Image& front, media::Image back);

}  // namespace sakuga::compose

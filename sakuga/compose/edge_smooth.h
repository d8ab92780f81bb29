// Art whose edges have lost their sharpness: the negatives by which CartoonGAN's discriminator learns that
// clear edges matter (Chen et al. 2018, section 3.2.1).
//
// The recipe of the public training code: Canny edges (100, 200) of the grey picture, widened by a 5x5
// square; there, and nowhere else, the picture is blurred by OpenCV's 5x5 Gaussian of sigma 0 (which is 1 4 6
// 4 1 in each direction) with mirrored borders. It was made for pictures of 256 pixels. That code cuts the
// blurred values down to whole numbers; here they are rounded, so that their brightness does not give them
// away.
#pragma once

#include "sakuga/media/image.h"

namespace sakuga::compose {

// `picture` is RGB. Throws Error(BadRequest) if it is not, or is empty.
media::Image8 smooth_edges(const media::Image8& picture);

}  // namespace sakuga::compose

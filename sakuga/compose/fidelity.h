// How like its truth a picture is: PSNR, SSIM and the sharpness of its edges. Alpha is ignored; values are
// compared as they are, so both should have one transfer. All throw Error(BadRequest) for different sizes and
// empty pictures.
#pragma once

#include "sakuga/media/image.h"

namespace sakuga::compose {

// Mean square of the differences of r, g and b.
double mean_square_error(const media::Image& image, const media::Image& truth);

// In decibels for a peak of 1; 100 for equal pictures.
double psnr_of(double mean_square_error);

// Wang et al. 2004 on luma: Gaussian windows of sigma 1.5 px, k1 = 0.01, k2 = 0.03, borders reflected, mean.
double ssim(const media::Image& image, const media::Image& truth);

// Mean gradient magnitude of the image's luma on the truth's edges, by the truth's there: 1 is as sharp.
// Edges are the tenth of the pixels with the truth's largest gradients (central differences).
double edge_sharpness(const media::Image& image, const media::Image& truth);

}  // namespace sakuga::compose

// How like its truth a picture is: PSNR, SSIM and the sharpness of its edges; and what a painting keeps of
// its photograph. Alpha is ignored; values are compared as they are, so both should have one transfer. All
// throw Error(BadRequest) for different sizes and empty pictures.
#pragma once

#include <string>

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

// How much of a photograph's drawing a painting keeps, whatever its colours, contrast and light: 1 is all, 0
// no more than another picture would. The correlation of the gradient magnitudes of luma over the picture,
// which is the structure term of the gradient-based SSIM (Chen, Yang, Xie, "Gradient-based structural
// similarity for image quality assessment", ICIP 2006) taken globally; below 0 it counts as 0; the mean of
// full, half and quarter size (sides from 8 pixels on). A flat picture keeps nothing of one that is not. Says
// nothing of beauty: a copy of the photograph has 1, so name it beside a distance from the art.
double structure_kept(const media::Image& painting, const media::Image& photo);
std::string structure_protocol();

}  // namespace sakuga::compose

// Where the sky is, without a network.
//
// A first border is the row at which each column stops being calm, at the threshold that parts the colours
// best (Shen and Wang 2013); its colours, fitted as a function of height, and GrabCut (Rother et al. 2004)
// carry it behind wires and branches and into clouds. Regions that no sky looks like (green, reaching the
// lower edge, dark and brown) are refused. It takes smooth water or snow that reaches the upper edge for sky,
// and misses sky that is seen only through small gaps.
#pragma once

#include <opencv2/core.hpp>

namespace sakuga::compose {

// `picture`: all of it, small (about 250 pixels on its longer side), sRGB in 0..1. Returns 1 in the sky, 0
// elsewhere, a few soft pixels between; all 0 where there is none.
cv::Mat1f find_sky(const cv::Mat3f& picture);

}  // namespace sakuga::compose

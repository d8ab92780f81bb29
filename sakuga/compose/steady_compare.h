// A frame beside its past: corrected, brought, and what their difference comes to in blocks of 2 x 2 pixels.
// Internal to compose.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/steady_levels.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

// Full size, but for the last three, which have a number for each 2 x 2 pixels, their mean. Memory is used
// again as long as the size stays.
struct Comparison {
  media::Image corrected;  // The frame after its fields.
  media::Image brought;    // The past along the flow.
  cv::Mat fine;            // Detail of brought: luma less its mean over 3 x 3. CV_32F, as all that follow.
  cv::Mat squares;         // Of the difference of corrected and brought.
  cv::Mat products;        // Of the details of corrected and brought.
  cv::Mat powers;          // Squares of the detail of brought.
};

// Only `corrected`. Returns the mean absolute change of the colours.
double correct(const media::Image& frame, const LevelFields& fields, Comparison& comparison);

// All of it; `past` has the frame's size, `flow` (of any size) leads there. Returns the same.
double compare(const media::Image& frame, const LevelFields& fields, const media::Image& past,
               const cv::Mat& flow, Comparison& comparison);

}  // namespace sakuga::compose

// The boil of texture: the mean along the flow of what came before, where it can be trusted. Internal to
// compose.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/steady_compare.h"
#include "sakuga/compose/steady_levels.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

// What a step did: mean absolute changes of the colours.
struct StepReport {
  double exposure = 0, boil = 0;
};

class History {
 public:
  // `memory`: drawings over which the mean reaches. `boil`: how much of it is taken, 0 to 1.
  History(double memory, double boil) : most_(float(memory)), boil_(float(boil)) {}

  // Forgets what came before.
  void clear() {
    count_.release();
    noise_.release();
  }

  // The frame, corrected by the fields and blended with what came before, which lies along `flow`, trusted as
  // `seen` says (both of work size). The result is also the next step's past. Without a past flow and seen
  // are only looked at for their size.
  StepReport step(const media::Image& frame, const LevelFields& fields, const cv::Mat& flow,
                  const cv::Mat& seen);
  const media::Image& result() const { return result_; }

 private:
  void weigh(const cv::Mat& flow, const cv::Mat& seen);
  double blend();

  float most_, boil_;
  media::Image result_;
  Comparison comparison_;  // Of the present frame with result_.
  cv::Mat count_;          // Drawings that the past is the mean of: CV_32F, work size. Empty: no past.
  cv::Mat noise_;          // Mean square of the texture's boil, smooth: CV_32F, a few tiles.
  cv::Mat weights_;        // As blend_row() takes them: CV_32FC4, work size.
};

}  // namespace sakuga::compose

// Where the faces of drawn people are in a picture, from the front to the profile.
//
// After "Objects as Points" (Zhou, Wang, Kraehenbuehl, 2019, arXiv:1904.07850): every fourth pixel says how
// likely a face has its centre there, how large it is and where within the cell. A 4x4 convolution with
// stride 2, three stages of the tagger (tagger.h) to a quarter, an eighth and a sixteenth of the size, and
// back to a quarter by sums; batch normalisation and ReLU throughout. 294,980 parameters with the defaults. A
// face is found if its side is between kSmallestFace and kLargestFace: larger ones are sought in a smaller
// copy of the picture (face_finder.h).
#pragma once

#include "sakuga/models/face_finder.h"
#include "sakuga/models/tagger.h"

namespace sakuga::models {

inline constexpr int64_t kFaceCell = 4;                          // Pixels of a cell's side.
inline constexpr int64_t kFaceMultiple = 16;                     // Widths and heights that the net takes.
inline constexpr double kSmallestFace = 16, kLargestFace = 100;  // Pixels of a side.

struct FaceDetectorOptions {
  int64_t width = 32;
  int64_t blocks = 1;
};

void visit_fields(FaceDetectorOptions& options, auto&& visit) {
  using core::Field;
  visit("width", options.width,
        Field{.help = "channels of the first stage, a multiple of 32", .min = 32, .max = 128});
  visit("blocks", options.blocks, Field{.help = "residual blocks of each stage", .min = 0, .max = 8});
}

class FaceDetectorImpl : public torch::nn::Module {
 public:
  // Error(BadRequest) if width is not a multiple of 32.
  explicit FaceDetectorImpl(const FaceDetectorOptions& options = {});

  // [n, 3, h, w] in [-1, 1], sides multiples of kFaceMultiple, to [n, 4, h / 4, w / 4]: the logit of a face's
  // centre in the cell, log2(side / 32 pixels), and the centre's way from the cell's middle in cells (x, y).
  torch::Tensor forward(const torch::Tensor& pictures);

 private:
  torch::nn::Conv2d conv_in_;
  torch::nn::BatchNorm2d norm_in_;
  TaggerStage quarter_, eighth_, sixteenth_;
  torch::nn::Conv2d join_;
  torch::nn::BatchNorm2d norm_join_;
  torch::nn::Conv2d conv_out_;
  torch::nn::BatchNorm2d norm_out_;
  torch::nn::Conv2d says_;
};
TORCH_MODULE(FaceDetector);

// The faces that one picture's map [4, h, w] tells of, in its pixels, best first: the cells that score at
// least `least_score` and no less than their eight neighbours.
std::vector<Face> faces_of(const torch::Tensor& map, double least_score);

}  // namespace sakuga::models

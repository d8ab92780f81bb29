#include "sakuga/compose/steady_compare.h"

#include <omp.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "sakuga/compose/enlarged_rows.h"
#include "sakuga/compose/steady_rows.h"

namespace sakuga::compose {
namespace {

void fit(media::Image& image, const media::Image& like) {
  if (image.width != like.width || image.height != like.height) image = media::Image(like.width, like.height);
  image.transfer = like.transfer;
}

double mean(const std::vector<double>& rows, const media::Image& frame) {
  return std::accumulate(rows.begin(), rows.end(), 0.0) / (3.0 * double(frame.pixels.size()));
}

// Rows of luma and of squares, the last four of them, so that each row is made once although its neighbours'
// detail needs it too. Luma continues beyond both ends by reflection, as OpenCV's filters do.
class Ring {
 public:
  explicit Ring(int width) : width_(width), floats_(size_t(4) * (width + 3)) {}
  float* operator[](int y) { return floats_.data() + size_t(y & 3) * (width_ + 3) + 1; }
  void reflect(int y) {
    float* row = (*this)[y];
    row[-1] = row[width_ > 1 ? 1 : 0];
    row[width_] = row[width_ > 1 ? width_ - 2 : 0];
  }

 private:
  int width_;
  std::vector<float> floats_;
};

// Goes down a part of the frame, one for each thread.
class Walker {
 public:
  Walker(const media::Image& frame, const LevelFields& fields, const media::Image& past, const cv::Mat& flow,
         Comparison& to, std::vector<double>& changes)
      : frame_(frame),
        past_(past),
        to_(to),
        changes_(changes),
        width_(frame.width),
        height_(frame.height),
        scale_x_(float(frame.width) / float(flow.cols)),
        scale_y_(float(frame.height) / float(flow.rows)),
        gains_(fields.gain, {width_, height_}),
        offsets_(fields.offset, {width_, height_}),
        flows_(flow, {width_, height_}),
        luma_here_(width_),
        luma_there_(width_),
        square_(width_) {
    for (auto* row : {&columns_, &detail_, &squares_, &products_, &powers_}) row->resize(size_t(width_) + 3);
    for (auto* numbers : {&left_, &top_}) numbers->resize(width_);
    for (auto* numbers : {&beyond_x_, &beyond_y_}) numbers->resize(width_);
    for (auto* row : {&spare_corrected_, &spare_brought_}) row->resize(width_);
  }

  // Pairs of rows, from 2 first to 2 last.
  void walk(int first, int last) {
    int made = std::max(0, 2 * first - 1);
    for (int pair = first; pair < last; ++pair) {
      const int needed = std::min(height_, 2 * pair + 3);
      for (; made < needed; ++made) make(made, made >= 2 * first && made < 2 * last);
      sum(pair);
    }
  }

 private:
  // Row y; into the comparison only if this part owns it.
  void make(int y, bool own) {
    const size_t start = size_t(y) * width_;
    media::Rgba* corrected = own ? to_.corrected.pixels.data() + start : spare_corrected_.data();
    media::Rgba* brought = own ? to_.brought.pixels.data() + start : spare_brought_.data();
    const double change =
        correct_row(frame_.pixels.data() + start, gains_.row(y), offsets_.row(y), corrected, width_);
    if (own) changes_[y] = change;
    const Places places = {left_.data(), top_.data(), beyond_x_.data(), beyond_y_.data()};
    place_row(flows_.row(y), scale_x_, scale_y_, y, width_, height_, places);
    bring_row(past_, places, brought);
    compare_row(corrected, brought, width_, luma_here_[y], luma_there_[y], square_[y]);
    luma_here_.reflect(y);
    luma_there_.reflect(y);
  }

  // Row y's neighbour, by reflection beyond the frame.
  int neighbour(int y) const {
    if (height_ == 1) return 0;
    return y < 0 ? 1 : y >= height_ ? height_ - 2 : y;
  }

  void sum(int pair) {
    const int rows = std::min(2, height_ - 2 * pair);
    for (int i = 0; i < rows; ++i) {
      const int y = 2 * pair + i, above = neighbour(y - 1), below = neighbour(y + 1);
      float *fine = to_.fine.ptr<float>(y), *columns = columns_.data() + 1;
      detail_row(luma_there_[above], luma_there_[y], luma_there_[below], width_, columns, fine);
      detail_row(luma_here_[above], luma_here_[y], luma_here_[below], width_, columns, detail_.data());
      sum_row(i == 0, width_, square_[y], detail_.data(), fine, squares_.data(), products_.data(),
              powers_.data());
    }
    // Odd sizes: the last block's second half is its first again.
    for (auto* row : {&squares_, &products_, &powers_}) (*row)[width_] = (*row)[width_ - 1];
    const float factor = 0.5f / float(rows);
    const int count = to_.squares.cols;
    halve_row(squares_.data(), factor, count, to_.squares.ptr<float>(pair));
    halve_row(products_.data(), factor, count, to_.products.ptr<float>(pair));
    halve_row(powers_.data(), factor, count, to_.powers.ptr<float>(pair));
  }

  const media::Image &frame_, &past_;
  Comparison& to_;
  std::vector<double>& changes_;
  int width_, height_;
  float scale_x_, scale_y_;
  EnlargedRows gains_, offsets_, flows_;
  Ring luma_here_, luma_there_, square_;
  std::vector<float> columns_, detail_, squares_, products_, powers_;
  std::vector<int> left_, top_;
  std::vector<float> beyond_x_, beyond_y_;
  std::vector<media::Rgba> spare_corrected_, spare_brought_;
};

}  // namespace

double correct(const media::Image& frame, const LevelFields& fields, Comparison& comparison) {
  fit(comparison.corrected, frame);
  const cv::Size full(frame.width, frame.height);
  std::vector<double> changes(frame.height);
#pragma omp parallel
  {
    EnlargedRows gains(fields.gain, full), offsets(fields.offset, full);
#pragma omp for schedule(static)
    for (int y = 0; y < frame.height; ++y) {
      const size_t start = size_t(y) * frame.width;
      changes[y] = correct_row(frame.pixels.data() + start, gains.row(y), offsets.row(y),
                               comparison.corrected.pixels.data() + start, frame.width);
    }
  }
  return mean(changes, frame);
}

double compare(const media::Image& frame, const LevelFields& fields, const media::Image& past,
               const cv::Mat& flow, Comparison& comparison) {
  fit(comparison.corrected, frame);
  fit(comparison.brought, frame);
  comparison.fine.create(frame.height, frame.width, CV_32F);
  const int pairs = (frame.height + 1) / 2;
  for (auto* plane : {&comparison.squares, &comparison.products, &comparison.powers})
    plane->create(pairs, (frame.width + 1) / 2, CV_32F);
  std::vector<double> changes(frame.height);
#pragma omp parallel
  {
    const int parts = omp_get_num_threads(), part = omp_get_thread_num();
    Walker walker(frame, fields, past, flow, comparison, changes);
    walker.walk(pairs * part / parts, pairs * (part + 1) / parts);
  }
  return mean(changes, frame);
}

}  // namespace sakuga::compose

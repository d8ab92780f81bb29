#include "steady_shot.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "sakuga/media/image_file.h"
#include "sakuga/media/resize.h"

namespace sakuga::bench {
namespace {

// Where a point of a layer, from its middle, is in the frame: turned, scaled and moved.
struct Pose {
  double x, y, scale, turn;

  cv::Vec2d place(cv::Vec2d p) const {
    const double c = scale * std::cos(turn), s = scale * std::sin(turn);
    return {x + c * p[0] - s * p[1], y + s * p[0] + c * p[1]};
  }
  cv::Vec2d find(cv::Vec2d q) const {
    const double c = std::cos(turn) / scale, s = std::sin(turn) / scale;
    const double dx = q[0] - x, dy = q[1] - y;
    return {c * dx + s * dy, -s * dx + c * dy};
  }
};

class Layer {
 public:
  // The picture at a height in pixels, premultiplied.
  Layer(const std::filesystem::path& path, int height) {
    auto bytes = media::read_image8(path);
    bytes = media::resize(bytes, bytes.width * height / bytes.height, height);
    picture_ = cv::Mat(bytes.height, bytes.width, CV_32FC4);
    for (int y = 0; y < bytes.height; ++y)
      for (int x = 0; x < bytes.width; ++x) {
        const uint8_t* p = bytes.at(x, y);
        const float a = bytes.channels == 4 ? float(p[3]) / 255 : 1, f = a / 255;
        picture_.at<cv::Vec4f>(y, x) = {p[0] * f, p[1] * f, p[2] * f, a};
      }
  }

  // By Keys' cubic, so that it stays as sharp wherever it lies; transparent beyond the picture.
  cv::Vec4f at(cv::Vec2d p) const {
    const double x = p[0] + picture_.cols / 2.0 - 0.5, y = p[1] + picture_.rows / 2.0 - 0.5;
    const int left = int(std::floor(x)), top = int(std::floor(y));
    if (left < 1 || top < 1 || left + 2 >= picture_.cols || top + 2 >= picture_.rows) return {0, 0, 0, 0};
    const auto across = weights(x - left), down = weights(y - top);
    cv::Vec4f sum = {0, 0, 0, 0};
    for (int j = 0; j < 4; ++j)
      for (int i = 0; i < 4; ++i)
        sum += float(down[j] * across[i]) * picture_.at<cv::Vec4f>(top - 1 + j, left - 1 + i);
    return sum;
  }

 private:
  static cv::Vec4d weights(double t) {
    const double t2 = t * t, t3 = t2 * t;
    return {-0.5 * t + t2 - 0.5 * t3, 1 - 2.5 * t2 + 1.5 * t3, 0.5 * t + 2 * t2 - 1.5 * t3,
            -0.5 * t2 + 0.5 * t3};
  }
  cv::Mat picture_;
};

struct Moment {
  Pose photo, figure;
};

Moment moment(const Shot& shot, int frame) {
  const double t = frame, middle_x = shot.width / 2.0, middle_y = shot.height / 2.0;
  return {.photo = {middle_x + 40 - 1.7 * t, middle_y + 6 * std::sin(0.11 * t), 1 + 0.001 * t, 0.0008 * t},
          .figure = {middle_x - 90 + 2.9 * t, middle_y + 30 + 3 * std::abs(std::sin(0.4 * t)), 1 + 0.003 * t,
                     0.03 * std::sin(0.2 * t)}};
}

compose::Correspondence between(const Shot& shot, const Layer& figure, const Moment& now,
                                const Moment& next) {
  compose::Correspondence result = {compose::Flow(shot.width, shot.height),
                                    media::Image8(shot.width, shot.height, 1)};
  constexpr float kClear = 0.01f, kSolid = 0.99f;
  for (int y = 0; y < shot.height; ++y)
    for (int x = 0; x < shot.width; ++x) {
      const cv::Vec2d here = {x + 0.5, y + 0.5};
      const float cover = figure.at(now.figure.find(here))[3];
      const bool on_figure = cover > 0.5f;
      const Pose &from = on_figure ? now.figure : now.photo, &to = on_figure ? next.figure : next.photo;
      const cv::Vec2d there = to.place(from.find(here));
      const float cover_there = figure.at(next.figure.find(there))[3];
      const bool inside =
          there[0] >= 0.5 && there[1] >= 0.5 && there[0] <= shot.width - 0.5 && there[1] <= shot.height - 0.5;
      const bool whole =
          on_figure ? std::min(cover, cover_there) > kSolid : std::max(cover, cover_there) < kClear;
      result.flow.vectors[size_t(y) * shot.width + x] = {float(there[0] - here[0]),
                                                         float(there[1] - here[1])};
      *result.occluded.at(x, y) = inside && whole ? 0 : 255;
    }
  return result;
}

}  // namespace

void draw_shot(const std::filesystem::path& photo, const std::filesystem::path& figure, const Shot& shot,
               const std::function<void(const media::Image&, const compose::Correspondence&)>& take) {
  const Layer back(photo, shot.height * 3 / 2), front(figure, shot.height * 5 / 4);
  for (int frame = 0; frame < shot.frames; ++frame) {
    const Moment now = moment(shot, frame);
    media::Image picture(shot.width, shot.height);
    for (int y = 0; y < shot.height; ++y)
      for (int x = 0; x < shot.width; ++x) {
        const cv::Vec2d here = {x + 0.5, y + 0.5};
        const cv::Vec4f f = front.at(now.figure.find(here)), b = back.at(now.photo.find(here));
        const float through = 1 - f[3];
        picture.pixels[size_t(y) * shot.width + x] = {f[0] + through * b[0], f[1] + through * b[1],
                                                      f[2] + through * b[2], 1};
      }
    compose::Correspondence to_next;
    if (frame + 1 < shot.frames) to_next = between(shot, front, now, moment(shot, frame + 1));
    take(picture, to_next);
  }
}

}  // namespace sakuga::bench

#include "sakuga/data/crop.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "sakuga/core/error.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"

namespace sakuga::data {

using core::ErrorKind;

namespace {

constexpr int kLongestSide = 8192;  // A face that fills a huge picture must not take all memory.

// The index in 0 .. length - 1 that a row of pixels has at `index` when it is mirrored at its ends for ever.
int mirrored(int index, int length) {
  const int period = 2 * length;
  const int inside = ((index % period) + period) % period;
  return inside < length ? inside : period - 1 - inside;
}

}  // namespace

Square centre_square(const media::Image8& image) {
  const int side = std::min(image.width, image.height);
  return {.x = (image.width - side) / 2, .y = (image.height - side) / 2, .side = side};
}

Square portrait_square(const Square& face) {
  constexpr double kLarger = 1.5, kUp = 0.15;  // Of the face's side.
  const double side = face.side * kLarger;
  return {.x = static_cast<int>(std::lround(face.x + (face.side - side) / 2)),
          .y = static_cast<int>(std::lround(face.y + (face.side - side) / 2 - face.side * kUp)),
          .side = static_cast<int>(std::lround(side))};
}

media::Image8 cut(media::Image8 image, const Square& square) {
  const auto misses = [&](int start, int length) { return start >= length || start + square.side <= 0; };
  if (square.side < 1 || square.side > kLongestSide || misses(square.x, image.width) ||
      misses(square.y, image.height)) {
    core::fail(ErrorKind::BadRequest, "crop: cannot cut a square of {} at ({}, {}) out of {} x {}",
               square.side, square.x, square.y, image.width, image.height);
  }
  const auto channels = static_cast<size_t>(image.channels);
  const auto fits = [&](int start, int length) { return start >= 0 && start + square.side <= length; };
  if (fits(square.x, image.width) && fits(square.y, image.height)) {
    // In place, from the top: a row never lands behind where it came from.
    const size_t row = square.side * channels;
    for (int y = 0; y < square.side; ++y) {
      std::memmove(image.bytes.data() + y * row, image.at(square.x, square.y + y), row);
    }
    image.width = image.height = square.side;
    image.bytes.resize(square.side * row);
    return image;
  }
  media::Image8 part(square.side, square.side, image.channels);
  for (int y = 0; y < square.side; ++y) {
    const int from_y = mirrored(square.y + y, image.height);
    for (int x = 0; x < square.side; ++x) {
      const int from_x = mirrored(square.x + x, image.width);
      std::memcpy(part.at(x, y), image.at(from_x, from_y), channels);
    }
  }
  return part;
}

struct FaceCascade::State {
  cv::CascadeClassifier cascade;
};

FaceCascade::FaceCascade(const std::filesystem::path& cascade) : state_(std::make_unique<State>()) {
  if (!std::filesystem::exists(cascade)) {
    core::fail(ErrorKind::NotFound, "crop: there is no cascade {}", cascade.string());
  }
  bool loaded = false;
  try {
    loaded = state_->cascade.load(cascade.string());
  } catch (const cv::Exception&) {
  }
  if (!loaded) core::fail(ErrorKind::CorruptInput, "crop: {} is no OpenCV cascade", cascade.string());
}

FaceCascade::~FaceCascade() = default;

std::vector<Square> FaceCascade::faces(const media::Image8& image, int neighbours) {
  constexpr int kLongest = 1024;
  const double scale = std::min(1.0, double(kLongest) / std::max(image.width, image.height));
  const auto scaled = [&](int length) { return std::max(1, static_cast<int>(std::lround(length * scale))); };
  media::Image8 small = media::flatten(
      scale < 1 ? media::resize(image, scaled(image.width), scaled(image.height), media::Filter::Box)
                : image);
  const cv::Mat rgb(small.height, small.width, CV_8UC3, small.bytes.data());
  cv::Mat grey;
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  cv::equalizeHist(grey, grey);
  std::vector<cv::Rect> found;
  state_->cascade.detectMultiScale(grey, found, 1.1, neighbours, 0, cv::Size(24, 24));
  const auto back = [&](int length) { return static_cast<int>(std::lround(length / scale)); };
  std::vector<Square> faces;
  for (const cv::Rect& face : found)
    faces.push_back({.x = back(face.x), .y = back(face.y), .side = back(face.width)});
  return faces;
}

std::optional<Square> FaceCascade::largest_face(const media::Image8& image) {
  const auto found = faces(image);
  if (found.empty()) return std::nullopt;
  // OpenCV's threads may find them in any order.
  const auto before = [](const Square& a, const Square& b) {
    return std::tuple(a.side, b.x, b.y) < std::tuple(b.side, a.x, a.y);
  };
  return *std::ranges::max_element(found, before);
}

}  // namespace sakuga::data

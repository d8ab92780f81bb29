// Helpers of this module's tests.
#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <string>

#include "sakuga/core/error.h"
#include "sakuga/core/test_support.h"
#include "sakuga/data/dataset.h"
#include "sakuga/media/image_file.h"

namespace sakuga::train {

using core::TemporaryFolder;

// The message of the Error that `act` throws; empty if it throws none.
inline std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const core::Error& error) {
    return error.what();
  }
  return "";
}

inline void add_picture(data::DatasetEditor& editor, const media::Image8& image, int number,
                        const std::vector<data::NamedScore>& tags) {
  editor.add({.bytes = media::encode_png(image),
              .width = image.width,
              .height = image.height,
              .sha256 = data::pixel_sha256(image),
              .phash = uint64_t(number),
              .split = number % 7 == 6 ? data::Split::Test : data::Split::Train,
              .tags = tags,
              .origin = {.source = "test",
                         .author = "nobody",
                         .licence = "CC0-1.0",
                         .url = {},
                         .retrieved = {},
                         .file = {}}});
}

// Grey pictures whose one latent is how light they are.
inline void write_greys(const std::filesystem::path& path, int count, int side) {
  data::edit_dataset(path, [&](data::DatasetEditor& editor) {
    for (int i = 0; i < count; ++i) {
      media::Image8 image(side, side, 3);
      std::fill(image.bytes.begin(), image.bytes.end(), uint8_t(40 + 180 * i / count));
      add_picture(editor, image, i, {{"latent_grey", (float(i) + 0.5f) / float(count)}});
    }
  });
}

// Faces of a kind: a coloured disc (the hair) with two coloured dots (the eyes) on grey, tagged with both
// colours. Three hair colours, two eye colours, jittered positions. Every seventh is a test picture.
inline void write_discs(const std::filesystem::path& path, int count, int side) {
  const uint8_t colours[3][3] = {{230, 200, 60}, {60, 90, 220}, {220, 60, 60}};
  const char* names[3] = {"blonde", "blue", "red"};
  data::edit_dataset(path, [&](data::DatasetEditor& editor) {
    for (int i = 0; i < count; ++i) {
      const int hair = i % 3, eyes = i / 3 % 2 + 1;
      media::Image8 image(side, side, 3);
      const double cx = side * (0.5 + 0.05 * (i % 5 - 2)), cy = side * (0.5 + 0.05 * (i % 7 - 3));
      const auto near = [&](double x, double y, double px, double py, double radius) {
        return std::hypot(x - px, y - py) < radius * side;
      };
      for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
          const bool eye = near(x, y, cx - side * 0.13, cy, 0.1) || near(x, y, cx + side * 0.13, cy, 0.1);
          const bool head = near(x, y, cx, cy, 0.33);
          for (int c = 0; c < 3; ++c)
            image.at(x, y)[c] = eye ? colours[eyes][c] : head ? colours[hair][c] : uint8_t(120 + i % 40);
        }
      add_picture(editor, image, i,
                  {{std::string(names[hair]) + "_hair", 1}, {std::string(names[eyes]) + "_eyes", 1}});
    }
  });
}

// The largest difference between d(loss)/d(x), by autograd, and central differences. All in double.
inline double gradient_error(torch::Tensor x, const std::function<torch::Tensor()>& loss,
                             double step = 1e-5) {
  const auto slope = torch::autograd::grad({loss()}, {x})[0].contiguous();
  double worst = 0;
  double* values = x.data_ptr<double>();
  for (int64_t i = 0; i < x.numel(); ++i) {
    const double kept = values[i];
    values[i] = kept + step;
    const double more = loss().item<double>();
    values[i] = kept - step;
    const double less = loss().item<double>();
    values[i] = kept;
    worst = std::max(worst, std::abs((more - less) / (2 * step) - slope.data_ptr<double>()[i]));
  }
  return worst;
}

}  // namespace sakuga::train

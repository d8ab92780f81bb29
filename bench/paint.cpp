// The painter's speed: a photo, enlarged to two megapixels, in each look; the best of three runs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "sakuga/compose/painter.h"
#include "sakuga/media/image_file.h"
#include "sakuga/media/resize.h"

int main(int count, char** arguments) {
  using namespace sakuga;
  if (count != 2) return 2;
  const auto small = media::read_image8(arguments[1]);
  const double scale = std::sqrt(2e6 / (double(small.width) * small.height));
  const auto photo = media::resize(small, int(small.width * scale), int(small.height * scale));
  const double megapixels = photo.width * photo.height / 1e6;
  for (const auto& look : compose::look_names()) {
    double best = 1e9;
    for (int run = 0; run < 3; ++run) {
      const auto start = std::chrono::steady_clock::now();
      compose::paint(photo, compose::look_options(look));
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    fmt::print("{:12} {:.2f} s for {:.2f} megapixels, {:.2f} a second\n", look, best, megapixels,
               megapixels / best);
  }
}

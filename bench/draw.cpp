// Milliseconds a picture of a generator through the door that `sakuga draw` uses, batch 16:
// draw MODEL ROUNDS
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "sakuga/cli/environment.h"
#include "sakuga/core/rng.h"
#include "sakuga/models/image_model.h"

int main(int argc, char** argv) {
  sakuga::cli::prepare_environment(argv);
  if (argc != 3) return 2;
  const auto model = sakuga::models::ImageModel::load(argv[1]);
  std::vector<float> noise(size_t(16 * model->noise_size())), tags(size_t(16 * model->tag_count()));
  sakuga::core::fill_normal(noise, 1);
  std::vector<double> times;
  for (int i = 0; i <= std::atoi(argv[2]); ++i) {
    const auto start = std::chrono::steady_clock::now();
    const auto pictures = model->draw(noise, tags);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (i > 0) times.push_back(took.count() / double(pictures.size()));
  }
  std::sort(times.begin(), times.end());
  std::printf("%.3f\n", times[times.size() / 2]);
}

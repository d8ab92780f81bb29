// Milliseconds a picture of a translator through the door that `sakuga translate` uses, on pictures of noise:
// ugatit MODEL SIDE BATCH ROUNDS
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "sakuga/cli/environment.h"
#include "sakuga/models/picture_translator.h"

int main(int argc, char** argv) {
  sakuga::cli::prepare_environment(argv);
  if (argc != 5) return 2;
  const auto model = sakuga::models::PictureTranslator::load(argv[1]);
  const int side = std::atoi(argv[2]);
  std::vector<sakuga::media::Image8> pictures(size_t(std::atoi(argv[3])), {side, side, 3});
  uint32_t state = 1;
  for (auto& picture : pictures)
    for (auto& byte : picture.bytes) byte = uint8_t((state = state * 1664525 + 1013904223) >> 24);
  std::vector<double> times;
  for (int i = 0; i <= std::atoi(argv[4]); ++i) {
    const auto start = std::chrono::steady_clock::now();
    const auto drawn = model->translate(pictures);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (i > 0) times.push_back(took.count() / double(drawn.size()));
  }
  std::sort(times.begin(), times.end());
  std::printf("%.1f\n", times[times.size() / 2]);
}

// How many characters a second the rig draws: rig_bench SIZE COUNT THREADS [layers]
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "sakuga/rig/artist.h"
#include "sakuga/rig/random.h"

namespace {

using namespace sakuga;

struct Job {
  int64_t size, count, threads;
  bool layers;
};

double seconds(const Job& job) {
  std::atomic<int64_t> next = 0;
  std::atomic<size_t> bytes = 0;
  const auto work = [&] {
    for (int64_t seed = next++; seed < job.count; seed = next++) {
      const auto who = rig::random_character(static_cast<uint64_t>(seed));
      if (job.layers)
        for (const auto& layer : rig::draw_layers(who, {.size = job.size})) bytes += layer.image.bytes.size();
      else
        bytes += rig::draw(who, {.size = job.size}).bytes.size();
    }
  };
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (int64_t i = 0; i < job.threads; ++i) threads.emplace_back(work);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: sakuga_bench_rig SIZE COUNT THREADS [layers]\n");
    return 2;
  }
  const Job job = {std::atoll(argv[1]), std::atoll(argv[2]), std::atoll(argv[3]),
                   argc > 4 && std::string(argv[4]) == "layers"};
  const double time = seconds(job);
  fmt::print("{0} characters at {1}x{1}{2}, {3} threads: {4:.1f} a second\n", job.count, job.size,
             job.layers ? " in layers" : "", job.threads, double(job.count) / time);
}

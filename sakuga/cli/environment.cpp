#include "sakuga/cli/environment.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

namespace sakuga::cli {

void prepare_environment(char** argv) {
  constexpr const char* kDone = "SAKUGA_ENVIRONMENT";
  if (std::getenv(kDone)) return;
  setenv(kDone, "1", 0);
  // Idle threads sleep. OpenBLAS's would yield in a loop, and what we multiply outside of the engine is
  // small.
  setenv("OMP_WAIT_POLICY", "passive", 0);
  setenv("OPENBLAS_NUM_THREADS", "1", 0);
  // torch would take one thread a core; two on one core train 1.4 times as fast.
  setenv("OMP_NUM_THREADS", std::to_string(std::thread::hardware_concurrency()).c_str(), 0);
  // Tensors come back from the heap with their pages, in huge ones; from one heap, as those of threads give
  // theirs back.
  setenv("GLIBC_TUNABLES",
         "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=4294967296:"
         "glibc.malloc.trim_threshold=17179869184:glibc.malloc.top_pad=67108864",
         0);
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) execv(program.c_str(), argv);
}

}  // namespace sakuga::cli

#include "sakuga/nn/threads.h"

#include <ATen/Parallel.h>
#include <omp.h>

namespace sakuga::nn {

void keep_thread_count() {
  const int threads = omp_get_max_threads();
  at::get_num_threads();
  omp_set_num_threads(threads);
}

}  // namespace sakuga::nn

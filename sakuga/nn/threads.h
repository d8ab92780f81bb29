// Threads that torch works on.
#pragma once

namespace sakuga::nn {

// Torch, at its first use in a thread, sets the thread's OpenMP threads to a default; after this call they
// are what they were before. For threads that were given fewer by omp_set_num_threads().
void keep_thread_count();

}  // namespace sakuga::nn

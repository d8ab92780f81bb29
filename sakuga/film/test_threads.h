// For tests of what must not depend on the number of threads.
#pragma once

#include <omp.h>

namespace sakuga::film {

// Takes that many threads as long as it lives.
class Threads {
 public:
  explicit Threads(int count) : before_(omp_get_max_threads()) { omp_set_num_threads(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { omp_set_num_threads(before_); }

 private:
  int before_;
};

}  // namespace sakuga::film

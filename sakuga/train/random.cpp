#include "sakuga/train/random.h"

#include "sakuga/core/rng.h"

namespace sakuga::train {

uint64_t stream_of(Purpose purpose, int64_t step) {
  return uint64_t(purpose) << 48 | uint64_t(step);
}

torch::Tensor normal(at::IntArrayRef shape, uint64_t seed, Purpose purpose, int64_t step) {
  auto out = torch::empty(shape, torch::kFloat32);
  core::fill_normal({out.data_ptr<float>(), size_t(out.numel())}, seed, stream_of(purpose, step));
  return out;
}

torch::Tensor uniform(at::IntArrayRef shape, uint64_t seed, Purpose purpose, int64_t step) {
  auto out = torch::empty(shape, torch::kFloat32);
  const uint64_t stream = stream_of(purpose, step);
  float* values = out.data_ptr<float>();
  const int64_t count = out.numel();
  at::parallel_for(0, (count + 3) / 4, 4096, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const auto words =
          core::philox4x32({uint32_t(block), uint32_t(block >> 32), uint32_t(stream), uint32_t(stream >> 32)},
                           {uint32_t(seed), uint32_t(seed >> 32)});
      for (int64_t i = 4 * block; i < std::min(count, 4 * block + 4); ++i)
        values[i] = float(words[i & 3] >> 8) * 0x1p-24f;
    }
  });
  return out;
}

}  // namespace sakuga::train

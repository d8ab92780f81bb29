#include "sakuga/compose/linear_planes.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "sakuga/core/vectorise.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

SAKUGA_VECTORISE
void take_apart(const float* pixels, int count, float* r, float* g, float* b) {
  for (int i = 0; i < count; ++i) {
    r[i] = pixels[4 * i];
    g[i] = pixels[4 * i + 1];
    b[i] = pixels[4 * i + 2];
  }
}

// In [0, 1]: t^2.4 = t^2 * (root of t)^0.8, the latter as a polynomial by least squares over the curve's
// range.
SAKUGA_VECTORISE
void decode(float* values, int count) {
  for (int i = 0; i < count; ++i) {
    const float x = values[i];
    const float t = std::max((x + 0.055f) * (1 / 1.055f), 0.0f);
    const float s = std::sqrt(t);
    const float p = 0.0410167088f +
                    s * (1.29156643f +
                         s * (-0.656137651f + s * (0.530096779f + s * (-0.263190886f + s * 0.0566490031f))));
    values[i] = x <= 0.04045f ? x * (1 / 12.92f) : t * t * p;
  }
}

SAKUGA_VECTORISE
int count_outside(const float* values, int count) {
  int outside = 0;
  for (int i = 0; i < count; ++i) outside += !(values[i] >= 0 && values[i] <= 1);
  return outside;
}

}  // namespace

void decode_srgb(std::span<float> values) {
  const int count = int(values.size());
  if (count_outside(values.data(), count) == 0) return decode(values.data(), count);
  static thread_local std::vector<std::pair<size_t, float>> exact;
  exact.clear();
  for (size_t i = 0; i < values.size(); ++i)
    if (!(values[i] >= 0 && values[i] <= 1)) exact.emplace_back(i, media::srgb_to_linear(values[i]));
  decode(values.data(), count);
  for (const auto& [i, value] : exact) values[i] = value;
}

void to_planes(const media::Image& image, LinearPlanes& planes) {
  planes.width = image.width;
  planes.height = image.height;
  for (auto* plane : {&planes.r, &planes.g, &planes.b}) plane->resize(image.pixels.size());
  const bool encoded = image.transfer == media::Transfer::Srgb;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < image.height; ++y) {
    const size_t at = size_t(y) * image.width;
    take_apart(&image.pixels[at].r, image.width, &planes.r[at], &planes.g[at], &planes.b[at]);
    if (encoded)
      for (auto* plane : {&planes.r, &planes.g, &planes.b}) decode_srgb({&(*plane)[at], size_t(image.width)});
  }
}

}  // namespace sakuga::compose

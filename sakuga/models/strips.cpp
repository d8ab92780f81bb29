#include "sakuga/models/strips.h"

#include <algorithm>

#include "sakuga/media/colour.h"

namespace sakuga::models {
namespace F = torch::nn::functional;

torch::Tensor premultiplied_tensor(const media::Image& picture) {
  const auto srgb =
      picture.transfer == media::Transfer::Srgb ? picture : media::converted(picture, media::Transfer::Srgb);
  const int64_t count = int64_t(picture.width) * picture.height;
  auto tensor = torch::empty({1, 3, picture.height, picture.width});
  auto* out = tensor.data_ptr<float>();
  for (int64_t i = 0; i < count; ++i) {
    const auto& p = srgb.pixels[size_t(i)];
    const float scale = 2 * std::clamp(p.a, 0.0f, 1.0f);
    out[i] = scale * p.r - 1;
    out[count + i] = scale * p.g - 1;
    out[2 * count + i] = scale * p.b - 1;
  }
  return tensor.clamp_(-1, 1);
}

media::Image picture_with_alpha(const torch::Tensor& colours, const media::Image& plate) {
  const auto values = colours.to(torch::kCPU, torch::kFloat).contiguous();
  const int64_t count = int64_t(plate.width) * plate.height;
  const auto* in = values.data_ptr<float>();
  media::Image picture(plate.width, plate.height);
  const auto unit = [](float value) { return std::clamp(0.5f * value + 0.5f, 0.0f, 1.0f); };
  for (int64_t i = 0; i < count; ++i) {
    const float alpha = plate.pixels[size_t(i)].a;
    auto& p = picture.pixels[size_t(i)];
    p = {0, 0, 0, alpha};
    if (alpha > 0) p = {unit(in[i]), unit(in[count + i]), unit(in[2 * count + i]), alpha};
  }
  return picture;
}

torch::Tensor padded_to_multiple(const torch::Tensor& x, int64_t multiple) {
  const int64_t rows = (multiple - x.size(2) % multiple) % multiple;
  const int64_t columns = (multiple - x.size(3) % multiple) % multiple;
  if (rows == 0 && columns == 0) return x;
  return F::pad(x, F::PadFuncOptions({0, columns, 0, rows}).mode(torch::kReplicate));
}

torch::Tensor draw_in_strips(const torch::Tensor& picture, int64_t multiple, int64_t context_px,
                             int64_t strip_pixels,
                             const std::function<torch::Tensor(int64_t first, int64_t rows)>& draw) {
  const int64_t height = picture.size(2), width = picture.size(3);
  if (context_px == 0 || height * width <= strip_pixels) return draw(0, height);
  const int64_t inner = std::max(strip_pixels / width - 2 * context_px, context_px) / multiple * multiple;
  auto result = torch::empty_like(picture);
  for (int64_t first = 0; first < height; first += inner) {
    const int64_t last = std::min(first + inner, height);
    const int64_t from = std::max<int64_t>(first - context_px, 0), to = std::min(last + context_px, height);
    const auto drawn = draw(from, to - from);
    result.slice(2, first, last).copy_(drawn.slice(2, first - from, last - from));
  }
  return result;
}

}  // namespace sakuga::models

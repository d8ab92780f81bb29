#include "sakuga/compose/over.h"

#include "sakuga/core/error.h"

namespace sakuga::compose {

media::Image premultiplied(media::Image straight) {
  for (auto& p : straight.pixels) p = {p.r * p.a, p.g * p.a, p.b * p.a, p.a};
  return straight;
}

media::Image unpremultiplied(media::Image premultiplied) {
  for (auto& p : premultiplied.pixels)
    if (p.a > 0) p = {p.r / p.a, p.g / p.a, p.b / p.a, p.a};
  return premultiplied;
}

media::Image over(const media::Image& front, media::Image back) {
  if (front.width != back.width || front.height != back.height)
    core::fail(core::ErrorKind::BadRequest, "over: expected pictures of one size, got {}x{} over {}x{}",
               front.width, front.height, back.width, back.height);
  if (front.transfer != media::Transfer::Linear || back.transfer != media::Transfer::Linear)
    core::fail(core::ErrorKind::BadRequest, "over: expected pictures in linear light, got sRGB");
  const int count = int(back.pixels.size());
#pragma omp parallel for schedule(static)
  for (int i = 0; i < count; ++i) {
    const auto& f = front.pixels[i];
    auto& b = back.pixels[i];
    const float rest = 1 - f.a;
    b = {f.r + b.r * rest, f.g + b.g * rest, f.b + b.b * rest, f.a + b.a * rest};
  }
  return back;
}

}  // namespace sakuga::compose

#include "sakuga/compose/planes.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/fill.h"
#include "sakuga/compose/pixels.h"

namespace sakuga::compose {
namespace {

// The proxy of the painting with everything that `mask` does not cover painted over from around it.
cv::Mat3f filled_from(const cv::Mat3f& proxy, const cv::Mat1f& mask) {
  cv::Mat1f known;
  cv::erode(mask, known, cv::Mat::ones(5, 5, CV_8U), {-1, -1}, 1, cv::BORDER_REPLICATE);
  if (cv::countNonZero(known > 0.5f) == 0) known = mask;
  cv::threshold(known, known, 0.5, 1, cv::THRESH_BINARY);
  cv::Mat3f filled = filled_around(proxy, known);
  cv::GaussianBlur(filled, filled, {}, 1.5, 0, cv::BORDER_REPLICATE);
  return filled;
}

// What must lie over `below` with alpha `a` to give `seen`.
cv::Vec3f lifted_off(const cv::Vec3f& seen, const cv::Vec3f& below, float a) {
  cv::Vec3f colour = a > 0.02f ? (seen - below * (1 - a)) / a : seen;
  for (int c = 0; c < 3; ++c) colour[c] = std::clamp(colour[c], 0.0f, 1.0f);
  return colour;
}

}  // namespace

Planes planes_of(const media::Image8& painting, const Scene& scene) {
  const cv::Mat3f proxy = proxy_of(painting, std::max(scene.proxy.cols, scene.proxy.rows));
  const int width = painting.width, height = painting.height;
  const bool has_near = cv::countNonZero(scene.far < 0.5f) > 0;
  const cv::Mat3f sky_fill = scene.has_sky ? filled_from(proxy, scene.sky) : cv::Mat3f();
  const cv::Mat1f far_ground = cv::max(scene.far - scene.sky, 0);
  const bool has_far = !has_near || cv::countNonZero(far_ground > 0.5f) > 0;
  const cv::Mat3f far_fill = has_far && has_near ? filled_from(proxy, far_ground) : cv::Mat3f();

  Planes planes;
  if (scene.has_sky) planes.sky = media::Image8(width, height, 3);
  if (has_far) planes.far = media::Image8(width, height, scene.has_sky ? 4 : 3);
  if (has_near) planes.near = media::Image8(width, height, 4);
  constexpr int kRows = 256;
  for (int top = 0; top < height; top += kRows) {
    const cv::Rect part(0, top, width, std::min(kRows, height - top));
    const cv::Mat4f seen = pixels_of(painting, part);
    const cv::Mat1f sky = sky_of(scene, seen, part), far = far_of(scene, seen, part);
    const cv::Mat3f behind_ground =
        scene.has_sky ? cv::Mat3f(sampled(sky_fill, scene.whole, part)) : cv::Mat3f();
    const cv::Mat3f behind_near =
        far_fill.empty() ? cv::Mat3f() : cv::Mat3f(sampled(far_fill, scene.whole, part));
    cv::Mat4f sky_plane(part.size()), far_plane(part.size()), near_plane(part.size());
#pragma omp parallel for schedule(static)
    for (int y = 0; y < part.height; ++y)
      for (int x = 0; x < part.width; ++x) {
        const cv::Vec4f& p = seen(y, x);
        const cv::Vec3f colour(p[0], p[1], p[2]);
        const float in_sky = scene.has_sky ? sky(y, x) : 0, ground = 1 - in_sky;
        const float near = !has_near ? 0 : has_far ? (1 - far(y, x)) * ground : ground;
        const cv::Vec3f s = scene.has_sky ? blend(behind_ground(y, x), colour, in_sky) : colour;
        sky_plane(y, x) = {s[0], s[1], s[2], 1};
        // The far plane stands behind the near one too, and there has the colours of its surroundings.
        const cv::Vec3f far_colour =
            far_fill.empty()
                ? lifted_off(colour, s, ground)
                : blend(lifted_off(colour, s, ground), behind_near(y, x), smooth_step(0.3f, 0.95f, near));
        far_plane(y, x) = {far_colour[0], far_colour[1], far_colour[2], ground};
        const cv::Vec3f below = has_far ? blend(s, far_colour, ground) : s;
        const cv::Vec3f n = lifted_off(colour, below, near);
        near_plane(y, x) = {n[0], n[1], n[2], near};
      }
    if (scene.has_sky) store_pixels(sky_plane, part.tl(), part, planes.sky);
    if (has_far) store_pixels(far_plane, part.tl(), part, planes.far);
    if (has_near) store_pixels(near_plane, part.tl(), part, planes.near);
  }
  return planes;
}

}  // namespace sakuga::compose

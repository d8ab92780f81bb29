#include "sakuga/compose/scene.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "sakuga/compose/flow_field.h"
#include "sakuga/compose/oklab.h"
#include "sakuga/compose/ramp.h"
#include "sakuga/compose/sky.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

constexpr int kProxySide = 256;

// The median of the columns' lowest sky; without a sky a guess.
double horizon_of(const cv::Mat1f& sky) {
  std::vector<int> lowest;
  for (int x = 0; x < sky.cols; ++x)
    for (int y = sky.rows - 1; y >= 0; --y)
      if (sky(y, x) > 0.5f) {
        lowest.push_back(y);
        break;
      }
  if (int(lowest.size()) * 4 < sky.cols) return 0.45;
  std::ranges::nth_element(lowest, lowest.begin() + long(lowest.size()) * 3 / 4);
  return std::clamp((lowest[lowest.size() * 3 / 4] + 1.0) / sky.rows, 0.15, 0.8);
}

cv::Mat1f distance_of(const cv::Mat3f& proxy, const cv::Mat1f& sky, double horizon) {
  const cv::Mat1f detail = flow_field(proxy, 3).strength;
  cv::Mat1f far(proxy.size());
  for (int y = 0; y < proxy.rows; ++y)
    for (int x = 0; x < proxy.cols; ++x) {
      const cv::Vec3f lab = oklab_of(proxy(y, x));
      const float below = float((double(y) / proxy.rows - horizon) / (1 - horizon));
      const float height = 1 - smooth_step(0.05f, 0.55f, below);
      const float pale =
          smooth_step(0.35f, 0.75f, lab[0]) * (1 - smooth_step(0.03f, 0.14f, std::hypot(lab[1], lab[2])));
      const float blue = smooth_step(0.0f, 0.06f, -lab[2]);
      const float smooth = 1 - smooth_step(0.01f, 0.06f, detail(y, x));
      far(y, x) = 0.50f * height + 0.18f * pale + 0.14f * blue + 0.18f * smooth;
    }
  cv::GaussianBlur(far, far, {}, proxy.cols / 40.0, 0, cv::BORDER_REPLICATE);
  for (int y = 0; y < proxy.rows; ++y)
    for (int x = 0; x < proxy.cols; ++x)
      far(y, x) = std::max(smooth_step(0.42f, 0.58f, far(y, x)), sky(y, x));
  return far;
}

}  // namespace

cv::Mat3f sky_gradient_of(const cv::Mat3f& proxy, const cv::Mat1f& sky) {
  using Terms = cv::Vec<double, 6>;
  const auto terms = [&](int x, int y) {
    const double u = double(x) / proxy.cols - 0.5, v = double(y) / proxy.rows - 0.5;
    return Terms(1, u, v, u * v, u * u, v * v);
  };
  cv::Mat3f surface(proxy.size(), cv::Vec3f(0, 0, 0));
  // Round by round, what is lighter than the surface, which are clouds, and what is far from it count less.
  for (int round = 0; round < 4; ++round) {
    cv::Matx<double, 6, 6> left = cv::Matx<double, 6, 6>::eye() * 1e-3;
    cv::Matx<double, 6, 3> right = cv::Matx<double, 6, 3>::zeros();
    for (int y = 0; y < proxy.rows; ++y)
      for (int x = 0; x < proxy.cols; ++x) {
        if (sky(y, x) < 0.9f) continue;
        const cv::Vec3f over = proxy(y, x) - surface(y, x);
        const bool lighter = over[0] + over[1] + over[2] > 0.06f;
        const double weight =
            round == 0 ? 1 : (lighter ? 0.3 : 1) / (1 + 900 * cv::norm(over, cv::NORM_L2SQR));
        const Terms t = terms(x, y);
        left += weight * t * t.t();
        right += weight * t * cv::Vec3d(proxy(y, x)).t();
      }
    const cv::Matx<double, 6, 3> model = left.solve(right, cv::DECOMP_CHOLESKY);
    for (int y = 0; y < proxy.rows; ++y)
      for (int x = 0; x < proxy.cols; ++x) {
        const cv::Vec3d value = model.t() * terms(x, y);
        for (int c = 0; c < 3; ++c) surface(y, x)[c] = std::clamp(float(value[c]), 0.0f, 1.0f);
      }
  }
  return surface;
}

Scene scene_of(const media::Image8& photo) {
  if (photo.bytes.empty())
    core::fail(core::ErrorKind::BadRequest, "paint: expected a picture, got an empty one");
  Scene scene;
  scene.whole = {photo.width, photo.height};
  scene.proxy = proxy_of(photo, kProxySide);
  scene.sky = find_sky(scene.proxy);
  scene.has_sky = cv::countNonZero(scene.sky) > 0;
  scene.horizon = horizon_of(scene.sky);
  scene.far = distance_of(scene.proxy, scene.sky, scene.horizon);
  const int radius = std::max(2, scene.proxy.cols / 40);
  if (scene.has_sky) {
    scene.sky_mask = SnappingMask(scene.proxy, scene.sky, radius, 1e-3f);
    scene.sky_gradient = sky_gradient_of(scene.proxy, scene.sky);
  }
  scene.far_mask = SnappingMask(scene.proxy, scene.far, radius, 2e-3f);
  return scene;
}

cv::Mat1f sky_of(const Scene& scene, const cv::Mat& colours, const cv::Rect& part) {
  if (!scene.has_sky) return cv::Mat1f(part.size(), 0.0f);
  cv::Mat1f mask = scene.sky_mask.at(colours, scene.whole, part);
  for (float& m : mask) m = smooth_step(0.25f, 0.75f, m);
  return mask;
}

cv::Mat1f far_of(const Scene& scene, const cv::Mat& colours, const cv::Rect& part) {
  cv::Mat1f mask = scene.far_mask.at(colours, scene.whole, part);
  for (float& m : mask) m = smooth_step(0.3f, 0.7f, m);
  return mask;
}

}  // namespace sakuga::compose

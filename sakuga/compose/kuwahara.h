// The brush: the anisotropic Kuwahara filter (Kyprianidis, Kang and Döllner 2009) with the polynomial weights
// of Kyprianidis et al. 2010.
//
// Around each pixel an ellipse that lies along the drawing is cut into eight soft sectors; the pixel becomes
// the mean of the sectors, the calm ones counting most. Texture turns into strokes; edges stay, even sharpen.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/flow_field.h"

namespace sakuga::compose {

struct KuwaharaOptions {
  float radius_px = 4;  // Of the circle where nothing has a direction; the ellipse is up to twice as long.
  float stretch = 1;    // How readily it becomes an ellipse: 0 never.
  float calm = 0.03f;   // Deviation of colour, in 0..1, up to which sectors count alike.
};

// `colours`: r, g, b and a fourth channel that is carried over unchanged. Each pixel depends on those within
// kuwahara_reach() of it; beyond the border the border's pixels repeat.
cv::Mat4f kuwahara(const cv::Mat4f& colours, const FlowField& flow, const KuwaharaOptions& options);
int kuwahara_reach(const KuwaharaOptions& options);

}  // namespace sakuga::compose

// Means over squares, at a cost that hardly depends on their size.
#pragma once

#include <vector>

namespace sakuga::compose {

// Of every pixel of a plane the mean of the (2 reach + 1)^2 around it; the border's pixels are repeated
// beyond it. height and width from 1, reach from 0. By one thread.
std::vector<float> mean_around(const float* plane, int height, int width, int reach);

}  // namespace sakuga::compose

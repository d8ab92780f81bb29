#include "sakuga/models/tensors.h"

#include <cstring>

#include "sakuga/core/error.h"

namespace sakuga::models {

torch::Tensor pictures_to_tensor(std::span<const media::Image8> pictures, const std::string& what) {
  if (pictures.empty()) return torch::zeros({0, 3, 0, 0});
  const int width = pictures[0].width, height = pictures[0].height;
  auto bytes = torch::empty({int64_t(pictures.size()), height, width, 3}, torch::kUInt8);
  auto* out = bytes.data_ptr<uint8_t>();
  for (const auto& picture : pictures) {
    if (picture.channels != 3 || picture.width != width || picture.height != height)
      core::fail(core::ErrorKind::BadRequest, "{}: a picture is {}x{} with {} channels, expected {}x{} RGB",
                 what, picture.width, picture.height, picture.channels, width, height);
    out = std::copy(picture.bytes.begin(), picture.bytes.end(), out);
  }
  return bytes.permute({0, 3, 1, 2}).to(torch::kFloat).contiguous().div_(127.5).sub_(1);
}

std::vector<media::Image8> tensor_to_pictures(const torch::Tensor& pictures) {
  const auto bytes = pictures.detach()
                         .to(torch::kCPU, torch::kFloat)
                         .add(1)
                         .mul_(127.5)
                         .round_()
                         .clamp_(0, 255)
                         .to(torch::kUInt8)
                         .permute({0, 2, 3, 1})
                         .contiguous();
  std::vector<media::Image8> images;
  for (int64_t i = 0; i < bytes.size(0); ++i) {
    auto& image = images.emplace_back(int(bytes.size(2)), int(bytes.size(1)), 3);
    std::memcpy(image.bytes.data(), bytes[i].data_ptr(), image.bytes.size());
  }
  return images;
}

}  // namespace sakuga::models

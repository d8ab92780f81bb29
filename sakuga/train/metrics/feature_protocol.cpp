#include "sakuga/train/metrics/feature_protocol.h"

#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"

namespace sakuga::metrics {
namespace {

constexpr size_t kPicturesAtOnce = 64;

media::Image8 resized(const media::Image8& picture, int size, media::Filter filter) {
  if (picture.width == size && picture.height == size) return picture;
  return media::resize(picture, size, size, filter);
}

}  // namespace

media::Image8 at_size(const media::Image8& picture, int size) {
  return resized(media::flatten(picture), size, media::Filter::Lanczos3);
}

FeatureProtocol::FeatureProtocol(std::shared_ptr<const models::FeatureModel> net, int size)
    : net_(std::move(net)), size_(size), shown_(net_->resolution() > 0 ? net_->resolution() : 2 * size) {
  if (size < 16 || size > 1024)
    core::fail(core::ErrorKind::BadRequest, "kid: expected a size from 16 to 1024 pixels, got {}", size);
}

FeatureSet FeatureProtocol::features(std::span<const media::Image8> pictures) const {
  FeatureSet set = {.dimension = net_->size()};
  for (size_t first = 0; first < pictures.size(); first += kPicturesAtOnce) {
    core::check_interrupt();
    std::vector<media::Image8> shown;
    for (const auto& picture : pictures.subspan(first, std::min(kPicturesAtOnce, pictures.size() - first)))
      shown.push_back(resized(at_size(picture, size_), shown_, media::Filter::Bicubic));
    const auto values = net_->features(shown);
    set.values.insert(set.values.end(), values.begin(), values.end());
  }
  return set;
}

std::string FeatureProtocol::text() const {
  const bool squeezenet = net_->description().starts_with("squeezenet");
  std::string steps = fmt::format("{0}x{0} by Lanczos", size_);
  if (shown_ != size_) steps += fmt::format(", {0}x{0} by bicubic", shown_);
  return fmt::format("{}{}, {} ({} numbers, weights {})", squeezenet && size_ == 64 ? "protocol S: " : "",
                     steps, net_->description(), net_->size(), net_->sha256().substr(0, 10));
}

}  // namespace sakuga::metrics

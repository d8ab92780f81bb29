#include "sakuga/models/face_finder.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/hash.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"
#include "sakuga/models/face_detector.h"
#include "sakuga/models/load_net.h"
#include "sakuga/models/tensors.h"
#include "sakuga/nn/compute.h"

namespace sakuga::models {
namespace {

constexpr int kLongest = 1024;  // Pixels of the largest copy's longer side ...
constexpr int kShortest = 32;   // ... and of the smallest copy's.

media::Image8 scaled(const media::Image8& picture, double factor) {
  const auto side = [&](int length) { return std::max(1, int(std::lround(length * factor))); };
  const int width = side(picture.width), height = side(picture.height);
  if (width == picture.width && height == picture.height) return picture;
  return media::resize(picture, width, height, media::Filter::Box);
}

// [1, 3, h, w], grown to the right and below by grey to multiples of the net's.
torch::Tensor padded(const media::Image8& picture) {
  const auto x = pictures_to_tensor(std::span(&picture, 1), "faces");
  const auto missing = [](int64_t side) { return (kFaceMultiple - side % kFaceMultiple) % kFaceMultiple; };
  return torch::constant_pad_nd(x, {0, missing(x.size(3)), 0, missing(x.size(2))}, 0);
}

// How much of the smaller square the two share.
double shared(const Face& a, const Face& b) {
  const auto along = [&](double first, double second) {
    const double low = std::max(first - a.side / 2, second - b.side / 2);
    return std::max(0.0, std::min(first + a.side / 2, second + b.side / 2) - low);
  };
  const double side = std::min(a.side, b.side);
  return along(a.x, b.x) * along(a.y, b.y) / (side * side);
}

}  // namespace

std::vector<Face> without_repeats(std::vector<Face> faces) {
  constexpr double kMostShared = 0.5;
  std::ranges::stable_sort(faces, std::ranges::greater{}, &Face::score);
  std::vector<Face> kept;
  for (const Face& face : faces)
    if (std::ranges::none_of(kept, [&](const Face& better) { return shared(face, better) > kMostShared; }))
      kept.push_back(face);
  return kept;
}

struct FaceFinder::Impl {
  weights::Card card;
  std::string sha256;
  std::shared_ptr<FaceDetectorImpl> net;
};

FaceFinder::FaceFinder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FaceFinder::~FaceFinder() = default;

std::shared_ptr<FaceFinder> FaceFinder::load(const std::filesystem::path& path) {
  const auto file = weights::SafetensorsFile::open(path);
  const auto card = weights::card_of(file.metadata(), path);
  check_role(path, card, Role::Detector);
  auto net = std::dynamic_pointer_cast<FaceDetectorImpl>(load_net(file, card));
  return std::shared_ptr<FaceFinder>(
      new FaceFinder(std::make_unique<Impl>(Impl{card, core::sha256_file(path), std::move(net)})));
}

const weights::Card& FaceFinder::card() const {
  return impl_->card;
}
const std::string& FaceFinder::sha256() const {
  return impl_->sha256;
}

std::vector<Face> FaceFinder::find(const media::Image8& picture, double least_score) const {
  if (picture.bytes.empty()) core::fail(core::ErrorKind::BadRequest, "faces: the picture is empty");
  torch::NoGradGuard no_grad;
  const double longest = std::max(picture.width, picture.height);
  std::vector<Face> faces;
  double factor = std::min(1.0, kLongest / longest);
  media::Image8 copy = media::flatten(scaled(picture, factor));
  for (;;) {
    const auto map = impl_->net->forward(padded(copy).to(nn::compute_device())).cpu();
    for (Face face : faces_of(map[0], least_score)) {
      if (face.side < kSmallestFace || face.side > kLargestFace) continue;
      faces.push_back({face.x / factor, face.y / factor, face.side / factor, face.score});
    }
    if (std::max(copy.width, copy.height) < 2 * kShortest) return without_repeats(std::move(faces));
    factor /= 2;
    copy = scaled(copy, 0.5);
  }
}

}  // namespace sakuga::models

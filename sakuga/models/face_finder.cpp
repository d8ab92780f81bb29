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
constexpr int kShortest = 64;   // A copy whose shorter side is below this is the last.
constexpr double kFaint = 0.1;  // Finds from this score on add to others of the same face.

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

// The area that two squares share.
double shared(const Face& a, const Face& b) {
  const auto along = [&](double first, double second) {
    const double low = std::max(first - a.side / 2, second - b.side / 2);
    return std::max(0.0, std::min(first + a.side / 2, second + b.side / 2) - low);
  };
  return along(a.x, b.x) * along(a.y, b.y);
}

double area(const Face& face) {
  return face.side * face.side;
}

// Finds of one face, of which the best has come first, and their mean by score.
struct Repeats {
  Face best;
  double weight = 0, x = 0, y = 0, log_side = 0;

  void add(const Face& face) {
    weight += face.score;
    x += face.score * face.x;
    y += face.score * face.y;
    log_side += face.score * std::log(face.side);
  }
  Face mean() const { return {x / weight, y / weight, std::exp(log_side / weight), best.score}; }
};

// An eye behind glasses looks like a face: what is half as large as a face that it lies on is none, unless it
// is twice as certain.
bool is_feature(const Face& face, const Face& other) {
  return other.side > 2 * face.side && 2 * other.score > face.score && shared(face, other) > 0.5 * area(face);
}

}  // namespace

std::vector<Face> without_repeats(std::vector<Face> faces) {
  const auto all = faces;
  std::erase_if(faces, [&](const Face& face) {
    return std::ranges::any_of(all, [&](const Face& other) { return is_feature(face, other); });
  });
  std::ranges::stable_sort(faces, std::ranges::greater{}, &Face::score);
  std::vector<Repeats> kept;
  for (const Face& face : faces) {
    auto to = std::ranges::find_if(kept, [&](const Repeats& other) {
      return shared(face, other.best) > 0.5 * std::min(area(face), area(other.best));
    });
    if (to == kept.end()) to = kept.insert(to, {.best = face});
    const double both = shared(face, to->best);
    if (both > 0.4 * (area(face) + area(to->best) - both)) to->add(face);
  }
  std::vector<Face> means;
  for (const auto& repeats : kept) means.push_back(repeats.mean());
  return means;
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
    for (Face face : faces_of(map[0], std::min(kFaint, least_score))) {
      if (face.side < kSmallestFace || face.side > kLargestFace) continue;
      faces.push_back({face.x / factor, face.y / factor, face.side / factor, face.score});
    }
    if (std::min(copy.width, copy.height) < kShortest) break;
    factor /= 2;
    copy = scaled(copy, 0.5);
  }
  faces = without_repeats(std::move(faces));
  std::erase_if(faces, [&](const Face& face) { return face.score < least_score; });
  return faces;
}

}  // namespace sakuga::models

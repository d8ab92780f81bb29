#include "sakuga/models/picture_translator.h"

#include "sakuga/core/error.h"
#include "sakuga/core/hash.h"
#include "sakuga/models/load_net.h"
#include "sakuga/models/strips.h"
#include "sakuga/models/tensors.h"
#include "sakuga/nn/compute.h"
#include "sakuga/nn/threads.h"

namespace sakuga::models {

struct PictureTranslator::Impl {
  weights::Card card;
  std::string sha256;
  std::shared_ptr<TranslatorNet> whole;  // The net of the file ...
  TranslatorNet* net = nullptr;          // ... and the part of it that goes our way.
};

namespace {

// Each picture's map stretched from 0 to its own largest value.
std::vector<media::Image8> attention_pictures(const torch::Tensor& attention) {
  const auto largest = attention.amax({1, 2, 3}, true).clamp_min(1e-12);
  const auto grey = (attention / largest).mul(255).round().clamp(0, 255).to(torch::kUInt8).contiguous();
  std::vector<media::Image8> pictures;
  for (int64_t i = 0; i < grey.size(0); ++i) {
    auto& picture = pictures.emplace_back(int(grey.size(3)), int(grey.size(2)), 1);
    const auto* first = grey[i].data_ptr<uint8_t>();
    picture.bytes.assign(first, first + picture.bytes.size());
  }
  return pictures;
}

}  // namespace

PictureTranslator::PictureTranslator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PictureTranslator::~PictureTranslator() = default;

std::shared_ptr<PictureTranslator> PictureTranslator::load(const std::filesystem::path& path,
                                                           Direction direction) {
  const auto file = weights::SafetensorsFile::open(path);
  const auto card = weights::card_of(file.metadata(), path);
  check_role(path, card, Role::Translator);
  auto whole = std::dynamic_pointer_cast<TranslatorNet>(load_net(file, card));
  auto* pair = dynamic_cast<TranslatorPair*>(whole.get());
  if (direction == Direction::Back && !pair)
    core::fail(core::ErrorKind::BadRequest, "model: {} ({}) translates in one direction only", path.string(),
               card.architecture);
  whole->prepare_for_drawing();
  auto* net = !pair ? whole.get() : direction == Direction::There ? &pair->there() : &pair->back();
  return std::shared_ptr<PictureTranslator>(new PictureTranslator(
      std::make_unique<Impl>(Impl{card, core::sha256_file(path), std::move(whole), net})));
}

const weights::Card& PictureTranslator::card() const {
  return impl_->card;
}
const std::string& PictureTranslator::sha256() const {
  return impl_->sha256;
}

media::Image PictureTranslator::draw(const media::Image& picture) const {
  if (picture.pixels.empty()) core::fail(core::ErrorKind::BadRequest, "translate: the picture is empty");
  nn::keep_thread_count();
  torch::NoGradGuard no_grad;
  auto& net = *impl_->net;
  const auto plate = padded_to_multiple(premultiplied_tensor(picture), net.multiple());
  const auto drawn =
      draw_in_strips(plate, net.multiple(), net.context_px(), kStripPixels, [&](int64_t first, int64_t rows) {
        return net.forward(plate.narrow(2, first, rows).to(nn::compute_device())).to(torch::kCPU);
      });
  return picture_with_alpha(drawn.slice(2, 0, picture.height).slice(3, 0, picture.width), picture);
}

int PictureTranslator::fixed_size() const {
  return int(impl_->net->fixed_size());
}

std::vector<TranslatedPicture> PictureTranslator::translate(std::span<const media::Image8> pictures) const {
  if (pictures.empty()) return {};
  constexpr int kSmallest = 16;
  const int width = pictures[0].width, height = pictures[0].height, fixed = fixed_size();
  if (std::min(width, height) < kSmallest || (fixed != 0 && (width != fixed || height != fixed)))
    core::fail(core::ErrorKind::BadRequest, "translate: the picture is {}x{}, the model takes {}", width,
               height, fixed != 0 ? fmt::format("{0}x{0}", fixed) : std::string("16x16 or more"));
  torch::NoGradGuard no_grad;
  auto& net = *impl_->net;
  const auto batch = padded_to_multiple(pictures_to_tensor(pictures, "translate"), net.multiple());
  // Float32 convolutions of torch round differently for another number of pictures; the engine's do not.
  const int64_t step = nn::compute_precision() == nn::Precision::Bfloat16 ? batch.size(0) : 1;
  std::vector<TranslatedPicture> results;
  for (int64_t first = 0; first < batch.size(0); first += step) {
    const auto said = net.translate(batch.narrow(0, first, step).to(nn::compute_device()));
    for (auto& picture : tensor_to_pictures(said.pictures.slice(2, 0, height).slice(3, 0, width)))
      results.push_back({.picture = std::move(picture)});
    if (!said.attention.defined()) continue;
    auto maps = attention_pictures(said.attention.to(torch::kCPU, torch::kFloat));
    for (size_t i = 0; i < maps.size(); ++i) results[size_t(first) + i].attention = std::move(maps[i]);
  }
  return results;
}

}  // namespace sakuga::models

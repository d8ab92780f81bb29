#include "sakuga/models/picture_translator.h"

#include "sakuga/core/error.h"
#include "sakuga/core/hash.h"
#include "sakuga/models/load_net.h"
#include "sakuga/models/strips.h"
#include "sakuga/nn/compute.h"

namespace sakuga::models {

struct PictureTranslator::Impl {
  weights::Card card;
  std::string sha256;
  std::shared_ptr<TranslatorNet> net;
};

PictureTranslator::PictureTranslator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PictureTranslator::~PictureTranslator() = default;

std::shared_ptr<PictureTranslator> PictureTranslator::load(const std::filesystem::path& path) {
  const auto file = weights::SafetensorsFile::open(path);
  const auto card = weights::card_of(file.metadata(), path);
  const auto role = find_architecture(card.architecture).role;
  if (role != Role::Translator)
    core::fail(core::ErrorKind::BadRequest, "model: {} is a {} ({}), expected a picture translator",
               path.string(), role_name(role), card.architecture);
  auto net = std::dynamic_pointer_cast<TranslatorNet>(load_net(file, card));
  net->prepare_for_drawing();
  return std::shared_ptr<PictureTranslator>(
      new PictureTranslator(std::make_unique<Impl>(Impl{card, core::sha256_file(path), std::move(net)})));
}

const weights::Card& PictureTranslator::card() const {
  return impl_->card;
}
const std::string& PictureTranslator::sha256() const {
  return impl_->sha256;
}

media::Image PictureTranslator::draw(const media::Image& picture) const {
  if (picture.pixels.empty()) core::fail(core::ErrorKind::BadRequest, "translate: the picture is empty");
  torch::NoGradGuard no_grad;
  auto& net = *impl_->net;
  const auto plate = padded_to_multiple(premultiplied_tensor(picture), net.multiple());
  const auto drawn =
      draw_in_strips(plate, net.multiple(), net.context_px(), kStripPixels, [&](int64_t first, int64_t rows) {
        return net.forward(plate.narrow(2, first, rows).to(nn::compute_device())).to(torch::kCPU);
      });
  return picture_with_alpha(drawn.slice(2, 0, picture.height).slice(3, 0, picture.width), picture);
}

}  // namespace sakuga::models

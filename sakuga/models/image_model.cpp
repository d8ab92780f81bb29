#include "sakuga/models/image_model.h"

#include "sakuga/core/error.h"
#include "sakuga/core/hash.h"
#include "sakuga/models/embedder.h"
#include "sakuga/models/load_net.h"
#include "sakuga/models/squeezenet.h"
#include "sakuga/models/tagger.h"
#include "sakuga/models/tensors.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

using core::ErrorKind;
using core::fail;

constexpr size_t kPicturesAtOnce = 16;

struct LoadedFile {
  weights::Card card;
  std::string sha256;
  std::shared_ptr<torch::nn::Module> net;
};

// Foreign SqueezeNet weights are welcome without a card: metrics are told their path.
weights::Card feature_card(const weights::SafetensorsFile& file) {
  if (!file.metadata().contains("sakuga") && file.find("features.12.expand3x3.weight"))
    return {.architecture = "squeezenet1_0"};
  return weights::card_of(file.metadata(), file.path());
}

LoadedFile load_file(const weights::SafetensorsFile& file, const weights::Card& card) {
  return {card, core::sha256_file(file.path()), load_net(file, card)};
}

torch::Tensor tensor_of(std::span<const float> values, int64_t rows, int64_t columns) {
  return torch::from_blob(const_cast<float*>(values.data()), {rows, columns}, torch::kFloat);
}

// Calls run(pictures, first index) for runs of at most kPicturesAtOnce pictures of one size.
void for_each_run(std::span<const media::Image8> pictures, auto&& run) {
  for (size_t first = 0; first < pictures.size();) {
    size_t last = first + 1;
    while (last < pictures.size() && last - first < kPicturesAtOnce &&
           pictures[last].width == pictures[first].width && pictures[last].height == pictures[first].height)
      ++last;
    run(pictures.subspan(first, last - first));
    first = last;
  }
}

void check_sizes(std::span<const media::Image8> pictures, int resolution, const char* what) {
  for (const auto& picture : pictures)
    if (resolution != 0 && (picture.width != resolution || picture.height != resolution))
      fail(ErrorKind::BadRequest, "{}: a picture is {}x{}, the model takes {}x{}", what, picture.width,
           picture.height, resolution, resolution);
}

void append(std::vector<float>& values, const torch::Tensor& rows) {
  const auto held = rows.to(torch::kCPU, torch::kFloat).contiguous();
  values.insert(values.end(), held.data_ptr<float>(), held.data_ptr<float>() + held.numel());
}

}  // namespace

struct ImageModel::Impl : LoadedFile {
  std::shared_ptr<GeneratorNet> generator;

  // The engine's result for a picture is the same in any batch; torch's float32 convolutions promise that
  // only for a batch of the same size.
  size_t pictures_at_once() const {
    const bool engine =
        nn::compute_precision() == nn::Precision::Bfloat16 && card.architecture != "dcgan-generator";
    return engine ? kPicturesAtOnce : 1;
  }
};

ImageModel::ImageModel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ImageModel::~ImageModel() = default;

std::shared_ptr<ImageModel> ImageModel::load(const std::filesystem::path& path) {
  const auto file = weights::SafetensorsFile::open(path);
  const auto card = weights::card_of(file.metadata(), path);
  check_role(path, card, Role::Generator);
  auto impl = std::make_unique<Impl>(Impl{load_file(file, card), nullptr});
  impl->generator = std::dynamic_pointer_cast<GeneratorNet>(impl->net);
  impl->generator->prepare_for_drawing();
  return std::shared_ptr<ImageModel>(new ImageModel(std::move(impl)));
}

const weights::Card& ImageModel::card() const {
  return impl_->card;
}
const std::string& ImageModel::sha256() const {
  return impl_->sha256;
}
int64_t ImageModel::noise_size() const {
  return impl_->generator->noise_size();
}
int64_t ImageModel::tag_count() const {
  return impl_->generator->tag_count();
}
int ImageModel::size() const {
  return int(impl_->generator->size());
}

std::vector<media::Image8> ImageModel::draw(std::span<const float> noise, std::span<const float> tags) const {
  const size_t noise_row = size_t(noise_size()), tag_row = size_t(tag_count());
  const size_t count = noise.size() / noise_row;
  if (noise.size() != count * noise_row || tags.size() != count * tag_row)
    fail(ErrorKind::BadRequest,
         "draw: {} noise numbers and {} tag numbers, expected {} and {} for each picture", noise.size(),
         tags.size(), noise_row, tag_row);

  torch::NoGradGuard no_grad;
  const size_t step = impl_->pictures_at_once();
  std::vector<media::Image8> pictures;
  for (size_t first = 0; first < count; first += step) {
    const size_t rows = std::min(step, count - first);
    const auto device = nn::compute_device();
    const auto drawn = impl_->generator->forward(
        tensor_of(noise.subspan(first * noise_row), int64_t(rows), noise_size()).to(device),
        tensor_of(tags.subspan(first * tag_row), int64_t(rows), tag_count()).to(device));
    for (auto& picture : tensor_to_pictures(drawn)) pictures.push_back(std::move(picture));
  }
  return pictures;
}

struct FeatureModel::Impl : LoadedFile {
  std::shared_ptr<SqueezenetImpl> squeezenet;
  std::shared_ptr<TaggerImpl> tagger;
  std::shared_ptr<EmbedderImpl> embedder;
};

FeatureModel::FeatureModel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FeatureModel::~FeatureModel() = default;

std::shared_ptr<FeatureModel> FeatureModel::load(const std::filesystem::path& path) {
  const auto file = weights::SafetensorsFile::open(path);
  const auto card = feature_card(file);
  if (const auto role = find_architecture(card.architecture).role;
      role != Role::Features && role != Role::Tagger)
    fail(ErrorKind::BadRequest, "model: {} is a {} ({}), expected a feature net or a tagger", path.string(),
         role_name(role), card.architecture);
  auto impl = std::make_unique<Impl>(Impl{load_file(file, card), nullptr, nullptr, nullptr});
  impl->squeezenet = std::dynamic_pointer_cast<SqueezenetImpl>(impl->net);
  impl->tagger = std::dynamic_pointer_cast<TaggerImpl>(impl->net);
  impl->embedder = std::dynamic_pointer_cast<EmbedderImpl>(impl->net);
  return std::shared_ptr<FeatureModel>(new FeatureModel(std::move(impl)));
}

std::string FeatureModel::description() const {
  if (impl_->embedder) return "embedder";
  return impl_->squeezenet ? "squeezenet1_0, last fire module, mean over the map"
                           : "tagger, last layer before the tags, mean over the map";
}

const std::string& FeatureModel::sha256() const {
  return impl_->sha256;
}
int FeatureModel::size() const {
  if (impl_->embedder) return int(impl_->embedder->dimensions());
  return impl_->squeezenet ? 512 : int(impl_->tagger->feature_count());
}
int FeatureModel::resolution() const {
  return int(impl_->card.resolution);
}

std::vector<float> FeatureModel::features(std::span<const media::Image8> pictures) const {
  check_sizes(pictures, resolution(), "features");
  torch::NoGradGuard no_grad;
  std::vector<float> values;
  for_each_run(pictures, [&](std::span<const media::Image8> run) {
    auto x = pictures_to_tensor(run, "features").to(nn::compute_device());
    if (impl_->embedder) return append(values, impl_->embedder->forward(x));
    if (impl_->tagger) return append(values, impl_->tagger->features(x));
    const auto mean =
        torch::tensor({kSqueezenetMean[0], kSqueezenetMean[1], kSqueezenetMean[2]}, x.options());
    x = (x + 1).mul_(127.5).flip({1}) - mean.view({1, 3, 1, 1});
    append(values, impl_->squeezenet->features(x));
  });
  return values;
}

struct TagJudge::Impl : LoadedFile {
  std::shared_ptr<TaggerImpl> tagger;
};

TagJudge::TagJudge(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TagJudge::~TagJudge() = default;

std::shared_ptr<TagJudge> TagJudge::load(const std::filesystem::path& path) {
  const auto file = weights::SafetensorsFile::open(path);
  const auto card = weights::card_of(file.metadata(), path);
  check_role(path, card, Role::Tagger);
  auto impl = std::make_unique<Impl>(Impl{load_file(file, card), nullptr});
  impl->tagger = std::dynamic_pointer_cast<TaggerImpl>(impl->net);
  return std::shared_ptr<TagJudge>(new TagJudge(std::move(impl)));
}

const weights::Card& TagJudge::card() const {
  return impl_->card;
}
const std::string& TagJudge::sha256() const {
  return impl_->sha256;
}

std::vector<float> TagJudge::scores(std::span<const media::Image8> pictures) const {
  check_sizes(pictures, int(impl_->card.resolution), "tags");
  torch::NoGradGuard no_grad;
  std::vector<float> values;
  for_each_run(pictures, [&](std::span<const media::Image8> run) {
    const auto x = pictures_to_tensor(run, "tags").to(nn::compute_device());
    append(values, tag_probabilities(impl_->tagger->forward(x), impl_->card.tag_groups));
  });
  return values;
}

}  // namespace sakuga::models
